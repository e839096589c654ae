"""What people at a screen wait for, in Chromium on the loopback: join to first picture, cut to picture, end to replay.

The hub and three sites are simulated; pages join as the five other sites, each once by a fresh link and twice by reloading. Two of
the pages then publish (640×360 at 25 fps), a third watches the cuts between them, and the cuts between simulated sites, which
answer no key frame request. Prints JSON, milliseconds.
"""

import asyncio
import json
import os
import statistics
import tempfile
import time

from kit.browsers import chromium
from kit.hubs import Desk, Hub

from server.simulation import clips

BOTS = ("hub", "thanh-pho", "thai-thuy", "tien-hai")
CUTS = int(os.environ.get("CUTS", "20"))
PAINT = {"quynh-phu": "#d01010", "vu-thu": "#1030d0"}
CAMERA = """
navigator.mediaDevices.getUserMedia = async wanted => {
  const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 360; let n = 0;
  const draw = canvas.getContext('2d');
  setInterval(() => { draw.fillStyle = '%s'; draw.fillRect(0, 0, 640, 360); draw.fillStyle = '#fff';
    draw.fillRect(n++ * 5 %% 600, 330, 20, 10); }, 40);
  const tracks = [];
  if (wanted.video) tracks.push(canvas.captureStream(25).getVideoTracks()[0]);
  if (wanted.audio) { const audio = new AudioContext(); const tone = audio.createOscillator();
    const out = audio.createMediaStreamDestination(); tone.connect(out); tone.start(); tracks.push(out.stream.getAudioTracks()[0]); }
  return new MediaStream(tracks);
};"""
ENTER = """() => new Promise(done => {
  const begin = performance.now();
  document.querySelector('[data-testid=enter]').click();
  const look = () => {
    for (const video of document.querySelectorAll('[data-testid=program] video'))
      if (video.videoWidth && video.getVideoPlaybackQuality().totalVideoFrames > 0) return done(performance.now() - begin);
    setTimeout(look, 4);
  };
  look();
})"""
WATCH = """() => {
  window.seen = [];
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const draw = canvas.getContext('2d', {willReadFrequently: true});
  const watch = video => {
    const frame = () => {
      if (video.checkVisibility() && video.videoWidth) {
        draw.drawImage(video, video.videoWidth * .06, video.videoHeight * .45, 4, 4, 0, 0, 1, 1);
        window.seen.push([performance.timeOrigin + performance.now(), ...draw.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
      }
      video.requestVideoFrameCallback(frame);
    };
    video.requestVideoFrameCallback(frame);
  };
  const known = new WeakSet();
  setInterval(() => { for (const v of document.querySelectorAll('[data-testid=program] video'))
    if (!known.has(v)) { known.add(v); watch(v); } }, 10);
}"""
PLAYING = """() => new Promise(done => {
  const first = new Map();
  const look = () => {
    for (const video of document.querySelectorAll('main video')) {
      const frames = video.getVideoPlaybackQuality().totalVideoFrames;
      if (first.has(video) && frames > first.get(video)) return done(performance.timeOrigin + performance.now());
      if (video.videoWidth && !first.has(video)) first.set(video, frames);
    }
    setTimeout(look, 4);
  };
  look();
})"""


def spread(values):
    values = sorted(values)
    return {
        "median": round(statistics.median(values)), "p95": round(values[min(len(values) - 1, len(values) * 95 // 100)]),
        "n": len(values),
    }  # fmt: skip


async def join(browser, hub, site):
    """A fresh browser follows the site's link, passes the check, and enters. Returns page and milliseconds."""
    context = await browser.new_context(viewport={"width": 640, "height": 480})
    if site in PAINT:
        await context.add_init_script(CAMERA % PAINT[site])
    page = await context.new_page()
    await page.goto(hub.cards()[site]["link"])
    await page.wait_for_url("**/site?**")
    await page.locator("[data-testid=enter]").wait_for()
    await asyncio.sleep(2)
    return context, page, await page.evaluate(ENTER)


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def colour(site):
    """What a site's picture looks like."""
    painted = PAINT.get(site)
    return tuple(bytes.fromhex(painted[1:])) if painted else clips.colour(f"{site}/camera")


async def cuts(page, desk, sites):
    """Milliseconds from sending the cut to the first frame of the other site on the page."""
    colours = [colour(site) for site in sites]
    took = []
    for n in range(CUTS + 1):
        await desk.ask("scene.prepare", scene=f"solo:{sites[n % 2]}")
        await asyncio.sleep(0.7 + n * 0.037 % 0.5)
        begin = time.time() * 1000
        assert await desk.ask("scene.cut", after=desk.view["scene"]["rev"]) == "done"
        await asyncio.sleep(1.5)
        seen = await page.evaluate("() => window.seen.splice(0)")
        mine, other = colours[n % 2], colours[(n + 1) % 2]
        hit = next((at for at, *rgb in seen if at > begin and distance(rgb, mine) < distance(rgb, other)), None)
        if n:
            took.append(hit - begin if hit else 1e6)
    return took


async def replay(context, hub, desk):
    """Milliseconds from the end being told to a replay that moves, the page's opening included.

    Opened at a moment: at 0 there may be a slate and no picture that could move.
    """
    page = await context.new_page()
    assert await desk.ask("session.close", reason="đo") == "done"
    closed = time.time() * 1000
    await page.goto(f"{hub.url}/replay?s={hub.session}&t=5s")
    await page.wait_for_selector("[data-testid=replay-play]", state="attached")
    await page.evaluate("() => document.querySelector('[data-testid=replay-play]').click()")
    return await page.evaluate(PLAYING) - closed


async def main():
    os.environ.setdefault("DIEMCAU_CLIPS", os.path.join(tempfile.gettempdir(), "diemcau-clips"))
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(os.path.join(folder, "data")).start().simulate("--only", ",".join(BOTS), "--quiet")
        try:
            async with chromium() as browser, Desk(hub) as desk:
                await (await desk.enter(hub.links["operator"])).connect()
                await desk.until(lambda: len(desk.present()) == len(BOTS), 60)
                assert await desk.ask("session.open", reason="đo") == "done"
                await desk.ask("scene.prepare", scene="solo:hub")
                await desk.ask("scene.cut", after=desk.view["scene"]["rev"] + 1)
                await desk.ask("scene.cut", after=desk.view["scene"]["rev"])
                joins, again, kept = [], [], {}
                for site in [one["id"] for one in desk.view["sites"]["sites"] if one["id"] not in BOTS]:
                    context, page, took = await join(browser, hub, site)
                    joins.append(took)
                    for _ in range(2):
                        await page.reload()
                        begin = time.time() * 1000
                        if await page.locator("[data-testid=enter]").count():
                            await page.locator("[data-testid=enter]").click()
                        again.append(await page.evaluate(PLAYING.replace("main video", "[data-testid=program] video")) - begin)
                    if site == "dong-hung" or site in PAINT:
                        kept[site] = context, page
                    else:
                        await context.close()
                await kept["dong-hung"][1].evaluate(WATCH)
                for site in PAINT:  # a page that publishes need not also paint
                    await kept[site][1].evaluate("() => document.querySelector('[data-testid=program]').style.display = 'none'")
                found = {"join_ms": spread(joins), "reload_ms": spread(again)}
                found["cut_ms"] = spread(await cuts(kept["dong-hung"][1], desk, tuple(PAINT)))
                found["cut_simulated_ms"] = spread(await cuts(kept["dong-hung"][1], desk, ("thanh-pho", "tien-hai")))
                for context, _ in kept.values():
                    await context.close()
                person = await browser.new_context()
                name, _, value = desk.cookie.partition("=")
                await person.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/", "secure": True}])
                found["replay_ms"] = round(await replay(person, hub, desk))
        finally:
            hub.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
