"""The replay page in Chromium over a folder: a record that grows plays on without a freeze or a jump, classes change in
place, a hidden page fetches nothing, links lead to their moment."""

import functools
import json

import pytest
from kit import barcodes
from kit.axe import AXE, RUN
from kit.browsers import chromium
from kit.replay_material import Record, packets, served

from signaling import commands as do

pytestmark = [pytest.mark.browser, pytest.mark.alone]
WATCH = """() => {
  const read = %s;
  window.seen = [];
  const look = () => {
    for (const video of document.querySelectorAll('.position video:not(.spare)'))
      if (video.readyState >= 2 && !video.seeking && video.videoWidth)
        window.seen.push([performance.now(), read(video), video.dataset.clip, Number(document.querySelector('[data-testid=replay-time]').dataset.ms)]);
    requestAnimationFrame(look);
  };
  look();
}""" % barcodes.READ  # noqa: UP031
PLAYED = "at => Number(document.querySelector('[data-testid=replay-time]').dataset.ms) >= at"


def material(seconds, width=192, height=96):
    return packets(barcodes.frames("vp8", seconds, width, height))


def part(parts, from_s, to_s):
    return [one for one in parts if from_s * 1e6 <= one[2] < to_s * 1e6]


async def opened(browser, address, query=""):
    page = await browser.new_page(viewport={"width": 1366, "height": 768})
    await page.goto(f"{address}/replay?s=play&lang=vi{query}")
    await page.wait_for_selector(".position video", state="attached")
    await page.wait_for_function("() => document.querySelector('.position video').readyState >= 2")
    return page


def in_one_piece(seen, most_missing=25):
    """Frames only go forward, none stands or is skipped for a second. Two elements may be one frame apart."""
    numbers = [n for _, n, *_ in seen]
    steps = [b - a for a, b in zip(numbers, numbers[1:], strict=False)]
    back = steps.index(min(steps))
    assert min(steps) >= -1, seen[back - 3 : back + 12]
    assert max(steps) < most_missing, max(steps)
    changed = [at for (at, n, *_), (_, before, *_) in zip(seen[1:], seen, strict=False) if n != before]
    assert max(b - a for a, b in zip(changed, changed[1:], strict=False)) < 1000


async def test_a_growing_record_plays_on_past_the_end_it_had_when_it_was_opened(tmp_path):
    record, parts = Record(tmp_path), material(44)
    record.cut(0, "solo:hub")
    record.grow("hub/camera", part(parts, 0, 20))
    async with served(record.folder) as address, chromium() as browser:
        page = await opened(browser, address, "&t=9s")
        first = await page.evaluate("() => document.querySelector('.position video').src")
        record.grow("hub/camera", part(parts, 20, 44))
        await page.evaluate(WATCH)
        await page.click("[data-testid=replay-play]")
        await page.wait_for_function(PLAYED, arg=24_000, timeout=60_000)
        seen = await page.evaluate("() => window.seen")
        assert await page.evaluate("() => document.querySelector('.position video').src") != first
    in_one_piece(seen)
    assert seen[-1][1] > 24_000 / 40 - 25
    assert abs(seen[-1][1] * 40 - seen[-1][3]) < 1000


async def test_the_classes_change_in_place(tmp_path):
    record, seconds = Record(tmp_path), 30
    record.cut(0, "solo:hub")
    record.grow("hub/camera", material(seconds, 384, 192))
    record.grow("hub/camera", material(seconds), klass="lo")
    record.close(seconds)
    async with served(record.folder) as address, chromium() as browser:
        page = await opened(browser, address, "&t=2s&site=hub")
        await page.evaluate(WATCH)
        await page.click("[data-testid=replay-play]")
        await page.wait_for_function(PLAYED, arg=5_000, timeout=30_000)
        await page.click("[data-testid=view-grid]")
        tile = "[data-testid='stage-hub/camera'] video"
        await page.wait_for_function(f"() => document.querySelector(\"{tile}\").dataset.clip.includes('.lo.')", timeout=30_000)
        await page.wait_for_function(f'() => document.querySelectorAll("{tile}").length === 1')
        await page.wait_for_function(PLAYED, arg=10_000, timeout=30_000)
        seen = await page.evaluate("() => window.seen")
    assert {".lo." in clip for _, _, clip, _ in seen} == {True, False}
    in_one_piece(seen)


async def test_a_hidden_page_stops_silent_pictures_and_comes_back_to_the_moment(tmp_path):
    record, seconds = Record(tmp_path), 40
    record.cut(0, "solo:hub")
    record.do(0, do.SetMic("hub", "closed"))
    record.grow("hub/camera", material(seconds))
    record.close(seconds)
    cover = """hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
      document.dispatchEvent(new Event('visibilitychange')); }"""
    async with served(record.folder) as address, chromium() as browser:
        page = await opened(browser, address, "&t=2s")
        await page.click("[data-testid=replay-play]")
        await page.wait_for_function(PLAYED, arg=4_000, timeout=30_000)
        await page.evaluate(cover, True)
        await page.wait_for_function("() => document.querySelector('.position video').paused")
        stood = await page.evaluate("() => document.querySelector('.position video').currentTime")
        await page.wait_for_function(PLAYED, arg=9_000, timeout=30_000)
        assert await page.evaluate("() => document.querySelector('.position video').currentTime") == stood
        await page.evaluate(cover, False)
        await page.wait_for_function("""() => { const v = document.querySelector('.position video');
          return !v.paused && !v.seeking && Math.abs(v.currentTime * 1000
            - Number(document.querySelector('[data-testid=replay-time]').dataset.ms)) < 300; }""")


async def test_a_link_leads_to_its_moment_and_site_and_captions_are_read(tmp_path):
    record, seconds = Record(tmp_path), 20
    record.cut(0, "solo:hub")
    record.grow("hub/camera", material(seconds))
    record.grow("an/camera", material(seconds))
    record.close(seconds)
    (tmp_path / "captions").mkdir()
    (tmp_path / "captions" / "vi.vtt").write_text("WEBVTT\n\n00:00:05.000 --> 00:00:09.000\nKính thưa <b>hội nghị</b> &amp; quý vị\n", encoding="utf-8")
    async with served(record.folder) as address, chromium() as browser:
        page = await opened(browser, address, "&t=7s&site=an")
        assert await page.locator("[data-testid='stage-an/camera']").count() == 1
        read = f"() => ({barcodes.READ})(document.querySelector('.position video'))"
        await page.wait_for_function(f"() => Math.abs(({barcodes.READ})(document.querySelector('.position video')) - 175) <= 1")
        await page.keyboard.press("Period")
        await page.wait_for_function(f"() => ({barcodes.READ})(document.querySelector('.position video')) >= 176")
        assert abs(await page.evaluate(read) - 176) <= 1
        await page.select_option("[data-testid=captions-read]", "vi")
        await page.wait_for_selector("[data-testid=caption]")
        assert await page.inner_text("[data-testid=caption]") == "Kính thưa hội nghị & quý vị"
        told = json.loads(await page.evaluate("async () => JSON.stringify(await (await fetch('/api/me')).json())"))
        assert told["person"] is None
        assert await page.locator("[data-testid=side-exports]").count() == 0


METER = """source => { const full = document.querySelector(`[data-testid='stage-${source}'] .meter span`);
  return full && 100 - parseFloat(full.style.clipPath.split(' ')[1]); }"""


async def test_meters_move_with_the_recorded_tone_and_a_weak_line_is_told_in_words(tmp_path):
    """hub: a tone of -31 dBov from 6 s to 12 s, silence else; an: a hum of -54 dBov throughout."""
    record, seconds = Record(tmp_path), 20
    record.cut(0, "grid")
    record.do(0, do.SetMic("hub", "open"))
    quiet = [(layer, packet if layer != "a" or 6e6 <= at < 12e6 else packet._replace(level=127), at) for layer, packet, at in material(seconds)]
    record.grow("hub/camera", quiet)
    record.grow("an/camera", [(layer, packet._replace(level=54) if layer == "a" else packet, at) for layer, packet, at in material(seconds)])
    record.line(4, "an", "up", "poor", "loss", 82)
    record.line(9, "an", "up", "good")
    record.close(seconds)
    async with served(record.folder) as address, chromium() as browser:
        page = await opened(browser, address, "&t=5s")
        await page.wait_for_selector("[data-testid='stage-hub/camera'] .meter")
        assert await page.evaluate(METER, "hub/camera") == 0
        assert await page.evaluate(METER, "an/camera") == pytest.approx(10, abs=0.1)
        assert await page.locator(".position.speaks").count() == 0
        assert "mất 8 % gói tin" in await page.inner_text("[data-testid=here]")
        assert await page.inner_text("[data-testid=lane-line-an-up] .poor") == "Yếu"
        await page.click("[data-testid=replay-play]")
        await page.wait_for_function(f"() => Math.abs(({METER})('hub/camera') - (100 - 100 * 31 / 60)) < 0.2", timeout=30_000)
        assert 5_000 <= int(await page.get_attribute("[data-testid=replay-time]", "data-ms")) < 12_500
        await page.wait_for_selector("[data-testid='stage-hub/camera'].speaks [data-testid=speaks]")
        await page.wait_for_function(f"() => ({METER})('hub/camera') === 0", timeout=30_000)
        assert int(await page.get_attribute("[data-testid=replay-time]", "data-ms")) >= 11_500
        await page.wait_for_function(PLAYED, arg=14_000, timeout=30_000)
        assert await page.locator("[data-testid='stage-hub/camera'].speaks").count() == 1, "who spoke last is the speaker until another is"
        assert await page.evaluate(METER, "an/camera") == pytest.approx(10, abs=0.1)


async def answered(answer, route):
    await route.fulfill(json=answer)


async def test_axe_objects_to_no_panel_and_nothing_breaks_the_policy(tmp_path):
    record, seconds = Record(tmp_path), 20
    record.cut(0, "grid")
    for site in ("hub", "an", "ba"):
        record.grow(f"{site}/camera", material(seconds))
    for at, *judged in ((2, "an", "up", "fair", "loss", 31), (3, "ba", "down", "fair", "delay", 400), (6, "an", "up", "poor", "loss", 82), (11, "an", "up", "good")):
        record.line(at, *judged)
    record.close(seconds)
    job = {"id": "0123456789abcdef", "kind": "programme", "format": "mp4", "ask": {"kind": "programme"}, "state": "running",
           "fraction": 0.4, "left_s": 9.0, "created_at": 0, "ended_at": None, "from_ms": None, "to_ms": None, "bytes": None,
           "sha256": None, "code": None, "name": "x.mp4", "url": None}  # fmt: skip
    done = job | {"id": "1" * 16, "state": "done", "bytes": 9, "sha256": "ab" * 32, "url": "/x"}
    answers = {"me": {"person": {"name": "Lan", "role": "operator", "seat": "p-1"}, "seats": [], "sessions": [], "build": "x"},
               "exports": {"exports": [job, done]}}  # fmt: skip
    async with served(record.folder) as address, chromium() as browser:
        for language in ("vi", "en"):
            context = await browser.new_context(viewport={"width": 1366, "height": 660}, bypass_csp=False)
            page = await context.new_page()
            wrong = []
            page.on("console", lambda m, wrong=wrong: wrong.append(m.text) if m.type == "error" else None)
            for name, answer in answers.items():
                await page.route(f"**/{name}", functools.partial(answered, answer))
            await page.goto(f"{address}/replay?s=play&lang={language}")
            await page.wait_for_selector("[data-testid=side-exports]")
            await page.evaluate(AXE)
            for panel in ("exports", "notes", "chapters"):
                await page.click(f"[data-testid=side-{panel}]")
                await page.click("[data-testid=zoom-in]")
                found = await page.evaluate(RUN)
                assert not found, (language, panel, found)
            assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
            assert not wrong
            await context.close()
