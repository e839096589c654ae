"""Masters in Chromium, growing, closed and cut by a crash: every second asked for shows the picture of that second."""

import contextlib
import os
import pathlib
import random

import pytest
from aiohttp import web
from kit import barcodes
from kit.browsers import chromium
from kit.recording_material import Studio, audio_packets, h264_packets, on_time, opus, video_packets

from recordings.recover import recover_clip
from recordings.tracks import clips_of
from recordings.virtual import open_clip
from server.web.replay import send

pytestmark = [pytest.mark.browser, pytest.mark.alone]
CUT = {"vp8": video_packets, "h264": h264_packets}
SECONDS = 20
SEEK = """([url, at]) => new Promise((done, failed) => {
  let video = document.querySelector('video');
  if (!video || !video.src.endsWith(url)) {
    document.body.innerHTML = '<video muted preload=auto></video>';
    video = document.querySelector('video');
    video.src = url;
  }
  video.onerror = () => failed(new Error(video.error.message));
  const read = %s;
  video.onseeked = () => video.requestVideoFrameCallback
    ? setTimeout(() => done([read(video), video.duration]), 80) : done([read(video), video.duration]);
  video.currentTime = at;
  if (video.readyState === 0) video.onloadedmetadata = () => { video.currentTime = at; };
})""" % barcodes.READ  # noqa: UP031


def record(folder, codec, *parts, end=True):
    """Record twenty seconds whose frames count from 0; parts are (seconds, width, height)."""
    studio = Studio(folder)
    take = studio.take()
    pictures, n = [], 0
    for seconds, width, height in parts:
        pictures += barcodes.frames(codec, seconds, width, height, first=n)
        n += 25 * seconds
    both = [("h", *one) for one in CUT[codec](pictures)] + [("a", *one) for one in audio_packets(opus() * 5)]
    studio.play(take, on_time([one for one in both if one[2] < n * 40_000]))
    if end:
        studio.close(take)
    return studio, take


@contextlib.asynccontextmanager
async def served(folder):
    async def media(request):
        upto = request.query.get("upto")
        return await send(request, open_clip(str(folder), request.match_info["clip"], upto and int(upto)))

    async def page(_):
        return web.Response(text="<!doctype html><title>x</title><body>", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/{clip}", media)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with chromium() as browser:
        tab = await browser.new_page()
        await tab.goto(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/")
        try:
            yield tab
        finally:
            await runner.cleanup()


async def check(tab, url, until, rng):
    for at in (0.02, until - 0.3, *(rng.uniform(0, until - 0.1) for _ in range(8))):
        n, duration = await tab.evaluate(SEEK, [url, at])
        assert abs(n - at * 25) <= 1.1, (url, at, n)
        assert abs(duration - until) < 0.15, (url, duration)


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_a_closed_clip_seeks_to_every_second(tmp_path, codec):
    record(tmp_path, codec, (SECONDS, 192, 96))
    (clip,) = clips_of(str(tmp_path))
    async with served(tmp_path) as tab:
        await check(tab, f"/{clip.clip}", SECONDS, random.Random(7))


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_a_growing_clip_is_a_whole_file_at_every_pin(tmp_path, codec):
    record(tmp_path, codec, (SECONDS, 192, 96), end=False)
    (clip,) = clips_of(str(tmp_path))
    assert not clip.closed
    async with served(tmp_path) as tab:
        for upto in (5_000, clip.duration_ms):
            pinned = open_clip(str(tmp_path), clip.clip, upto).upto_ms
            await check(tab, f"/{clip.clip}?upto={pinned}", pinned / 1000, random.Random(upto))


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_a_clip_that_a_crash_cut_plays_to_its_end(tmp_path, codec):
    record(tmp_path, codec, (SECONDS, 192, 96), end=False)
    (clip,) = clips_of(str(tmp_path))
    path = pathlib.Path(tmp_path, "tracks", clip.clip)
    os.truncate(path, path.stat().st_size - 700)
    found = recover_clip(str(tmp_path), clip.clip)
    assert found is not None
    async with served(tmp_path) as tab:
        await check(tab, f"/{clip.clip}", found.duration_ms / 1000, random.Random(3))


async def test_another_size_in_mid_clip_goes_on_playing(tmp_path):
    record(tmp_path, "vp8", (8, 192, 96), (6, 384, 192), (6, 192, 96))
    (clip,) = clips_of(str(tmp_path))
    async with served(tmp_path) as tab:
        await check(tab, f"/{clip.clip}", SECONDS, random.Random(5))
