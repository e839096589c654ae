"""A session that chose H.264: a page sends it, another decodes it, the record is MP4; who cannot encode it sends VP8 and is seen, too."""

import asyncio
import pathlib
import time

import av
import pytest
from kit.browsers import chromium
from kit.hubs import Desk, hub

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]
SENDS, CANNOT = "vu-thu", "dong-hung"
PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection { constructor(...given) { super(...given); window.peers.push(this); } };
navigator.mediaDevices.getUserMedia = async wanted => {
  if (wanted.audio) return new MediaStream([new MediaStreamTrackGenerator({kind: 'audio'})]);
  const canvas = document.createElement('canvas'); [canvas.width, canvas.height] = [640, 360]; let n = 0;
  const draw = canvas.getContext('2d');
  setInterval(() => { draw.fillStyle = 'COLOUR'; draw.fillRect(0, 0, 640, 360); draw.fillStyle = '#fff'; draw.fillRect(n++ * 9 % 600, 320, 30, 30); }, 100);
  return canvas.captureStream(10);
};"""
WITHOUT = """
const whole = RTCRtpSender.getCapabilities.bind(RTCRtpSender);
RTCRtpSender.getCapabilities = kind => { const all = whole(kind); return {...all, codecs: all.codecs.filter(one => !/h264/i.test(one.mimeType))}; };"""
FLOWS = """async way => { const found = {};
  for (const pc of window.peers) { if (pc.connectionState !== 'connected') continue; const stats = await pc.getStats();
    for (const one of stats.values()) if (one.type === way && one.kind === 'video' && one.codecId) {
      const codec = stats.get(one.codecId).mimeType, frames = one.framesEncoded ?? one.framesDecoded ?? 0;
      found[codec] = (found[codec] ?? 0) + frames; } }
  return found; }"""


def mark(name):
    return f"[data-testid={name}]"


async def until(ask, right, seconds=40):
    """Ask again and again until the answer is right, and return it."""
    deadline = time.monotonic() + seconds
    while not right(found := await ask()):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.2)
    return found


async def enter(browser, there, site, colour, before=""):
    context = await browser.new_context(viewport={"width": 560, "height": 400})
    await context.add_init_script(before + PEERS.replace("COLOUR", colour))
    page = await context.new_page()
    await page.goto(there.cards()[site]["link"])
    await page.wait_for_url("**/site?**")
    await page.locator(mark("enter")).click()
    await page.wait_for_selector(mark("tally"))
    return page


async def console(browser, desk, there):
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    name, _, value = desk.cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/", "secure": True}])
    page = await context.new_page()
    await page.goto(f"{there.url}/hub?s={there.session}&lang=vi")
    return page


def pictures(path):
    """(codec, size, frames) of a clip's picture, decoded."""
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        return stream.codec_context.name, (stream.width, stream.height), sum(1 for _ in clip.decode(stream))


async def test_h264_from_camera_to_record_where_the_session_chose_it(tmp_path):
    with hub(tmp_path, bots=("--only", "hub")) as there:
        async with chromium() as browser, Desk(there) as desk:
            await (await desk.enter(there.links["operator"])).connect()
            sends = await enter(browser, there, SENDS, "#d01010")
            cannot = await enter(browser, there, CANNOT, "#1030d0", WITHOUT)
            await desk.until(lambda: {"hub", SENDS, CANNOT} <= set(desk.present()), 60)
            codec = lambda site: desk.health.get(f"{site}/camera", {}).get("codec")  # noqa: E731
            await desk.until(lambda: codec(SENDS) == codec(CANNOT) == "vp8")

            # chosen while pages already send: they make new links, nobody presses anything
            assert await desk.ask("session.edit", video="h264") == "done"
            await desk.until(lambda: codec(SENDS) == "h264")
            sent = await until(lambda: sends.evaluate(FLOWS, "outbound-rtp"), lambda found: found.get("video/H264", 0) > 10)
            assert set(sent) == {"video/H264"}
            assert set(await cannot.evaluate(FLOWS, "outbound-rtp")) == {"video/VP8"}

            assert await desk.ask("session.open", reason="thử") == "done"
            assert await desk.take("on-dinh") == "done"
            seen = await until(lambda: cannot.evaluate(FLOWS, "inbound-rtp"), lambda found: found.get("video/H264", 0) > 20)
            assert seen["video/H264"] > 20
            await until(lambda: sends.evaluate(FLOWS, "inbound-rtp"), lambda found: found.get("video/VP8", 0) > 20)
            wall = await console(browser, desk, there)
            told = wall.locator(f"{mark(f'tile-{CANNOT}')} .tile-health")
            await until(told.inner_text, lambda text: "VP8 360@" in text)
            assert "VP8" not in await wall.locator(f"{mark(f'tile-{SENDS}')} .tile-health").inner_text()
            await asyncio.sleep(4)
        there.stop()
        tracks = pathlib.Path(there.folder()) / "tracks"
        masters = {site: [p for p in sorted(tracks.glob(f"{site}~camera~*")) if p.suffix != ".idx" and ".lo." not in p.name] for site in (SENDS, CANNOT)}
        decoded = [pictures(path) for path in masters[SENDS] if path.suffix == ".mp4"]
        assert {name for name, _, _ in decoded} == {"h264"}
        assert sum(frames for *_, frames in decoded) > 20
        assert {path.suffix for path in masters[CANNOT]} == {".webm"}
