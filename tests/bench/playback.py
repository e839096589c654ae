"""Playing a record back in Chromium: seeks in files of an hour, nine tracks on one timeline, seeks of all nine under load.

One-hour files are twenty encoded seconds repeated on a virtual clock (640×360, 25 a second, a key frame every 4 s, a tone). A seek
is timed from setting `currentTime` to the first frame of its place that was presented. Sync is how far each of the
eight other tiles is from the first one, ten times a second for a minute. Prints JSON, milliseconds.
"""

import asyncio
import json
import os
import random
import sys
import tempfile

from kit import barcodes
from kit.browsers import chromium
from kit.ceremonies import first_ceremony
from kit.replay_material import Record, packets, served

HOUR_S = int(os.environ.get("RECORD_S", "3600"))
MINUTE_S = int(os.environ.get("SYNC_S", "60"))
SEEKS = int(os.environ.get("SEEKS", "40"))
LOAD = int(os.environ.get("LOAD", "6"))
LOOP_S = 20
SEEK = """([url, at]) => new Promise((done, failed) => {
  let video = document.querySelector('#bench');
  if (!video || !video.src.endsWith(url)) {
    video?.remove(); video = document.createElement('video'); video.id = 'bench'; video.muted = true; video.preload = 'auto';
    video.src = url; document.body.append(video);
  }
  video.onerror = () => failed(new Error(video.error.message));
  const go = () => {
    const begin = performance.now();
    video.requestVideoFrameCallback((_, frame) => done([performance.now() - begin, frame.mediaTime - at]));
    video.currentTime = at;
  };
  if (video.readyState >= 1) go(); else video.onloadedmetadata = go; // told once: a later seek lowers the state again
})"""
SYNC = """seconds => new Promise(done => {
  const errors = []; let seeks = 0;
  const known = new WeakSet();
  const main = document.querySelector('.position video');
  const timer = setInterval(() => {
    for (const video of document.querySelectorAll('.position video:not(.spare)')) {
      if (!known.has(video)) { known.add(video); video.addEventListener('seeking', () => seeks++); }
      if (!video.paused && !video.seeking && video !== main) errors.push(Math.abs(video.currentTime - main.currentTime) * 1000);
    }
  }, 100);
  setTimeout(() => { clearInterval(timer); done([errors, seeks]); }, seconds * 1000);
})"""
TOGETHER = """at => new Promise(done => {
  const range = document.querySelector('[data-testid=replay-seek]');
  const begin = performance.now();
  let seeks = 0;
  const videos = [...document.querySelectorAll('.position video:not(.spare)')];
  const count = () => seeks++;
  for (const video of videos) video.addEventListener('seeking', count);
  range.value = String(at); range.dispatchEvent(new Event('input', {bubbles: true}));
  const look = () => {
    const there = videos.every(v => !v.seeking && v.readyState >= 3 && Math.abs(v.currentTime * 1000 - at) < 3000);
    if (there || performance.now() - begin > 20000) {
      const took = performance.now() - begin;
      setTimeout(() => { for (const v of videos) v.removeEventListener('seeking', count); done([took, seeks / videos.length]); }, 3000);
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def spread(values):
    values = sorted(values)
    return {"median": round(values[len(values) // 2], 1), "p95": round(values[min(len(values) - 1, len(values) * 95 // 100)], 1), "n": len(values)}


def long(codec, seconds):
    frames = barcodes.frames(codec, LOOP_S, 640, 360, gop=100)
    return packets(frames * (seconds // LOOP_S), codec)


async def seeks(folder, codec, rng):
    record = Record(folder)
    record.grow("hub/camera", long(codec, HOUR_S))
    record.close(HOUR_S)
    async with served(folder) as address, chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{address}/api/me")
        name = f"hub~camera~1.{'webm' if codec == 'vp8' else 'mp4'}"
        url = f"/api/sessions/play/replay/media/{name}"
        found = [await asyncio.wait_for(page.evaluate(SEEK, [url, rng.randrange(2, (HOUR_S - 2) * 25) / 25 + 0.02]), 30) for _ in range(SEEKS + 1)]
    return spread([took for took, _ in found[1:]]) | {"furthest_off": round(max(abs(off) for _, off in found) * 1000)}


async def together(folder, rng):
    record = Record(folder, first_ceremony())
    seconds = MINUTE_S + 240
    seconds -= seconds % LOOP_S
    parts = long("vp8", seconds)
    for site in record.play.state.sheet().sites:
        record.grow(f"{site.id}/camera", parts, "lo")
    record.close(seconds)
    async with served(folder) as address, chromium() as browser:
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        await page.goto(f"{address}/replay?s=play&t=10s")
        await page.click("[data-testid=view-grid]")
        await page.wait_for_function("() => [...document.querySelectorAll('.position video')].filter(v => v.readyState >= 3).length === 9")
        await page.click("[data-testid=replay-play]")
        await page.wait_for_timeout(5000)
        errors, sought = await page.evaluate(SYNC, MINUTE_S)
        load = [await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass") for _ in range(LOAD)]
        try:
            jumps = [await page.evaluate(TOGETHER, rng.randrange(5_000, (seconds - 30) * 1000)) for _ in range(8)]
        finally:
            for one in load:
                one.kill()
                await one.wait()
    return {
        "sync_ms": spread(errors), "seeks_in_a_minute": sought, f"seek_of_nine_at_load_{LOAD}_ms": spread([took for took, _ in jumps]),
        "seeks_an_element_and_jump": round(sum(n for _, n in jumps) / len(jumps), 2),
    }  # fmt: skip


async def main():
    rng = random.Random(11)
    found = {}
    for codec in ("vp8", "h264"):
        with tempfile.TemporaryDirectory() as folder:
            found[f"seek_{codec}_ms"] = await seeks(folder, codec, rng)
    with tempfile.TemporaryDirectory() as folder:
        found |= await together(folder, rng)
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
