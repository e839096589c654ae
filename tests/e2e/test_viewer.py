"""A bundle unpacked and opened from disk in Chromium: pictures move, words are read, nothing is asked of any network."""

import contextlib
import io
import os
import shutil
import zipfile

import pytest
from kit import barcodes, pdfs
from kit.axe import AXE, RUN
from kit.browsers import chromium
from kit.ceremonies import INK, signing_small
from kit.recording_material import EPOCH_US
from kit.replay_material import Record, packets
from msgspec.structs import replace
from PIL import Image

from recordings import notes
from server.cli import main
from server.documents import Documents
from signaling import commands as do
from signaling.agenda import Text

pytestmark = pytest.mark.browser
SECONDS = 24
HOSTILE = "</script><script>self.hurt=1</script><img src=x onerror='self.hurt=1'>"


def material(codec="vp8"):
    return packets(barcodes.frames(codec, SECONDS, 192, 96), codec)


def ceremony(folder):
    """Half a minute closed: the hub, then a page of a document, then another site; a roll call, a vote, hostile words in all of it."""
    draft = signing_small()
    sites = tuple(replace(site, name=Text(f"{HOSTILE} {site.id}", site.id)) if site.id == "an" else site for site in draft.sites)
    record = Record(folder, replace(draft, title=Text(f"Lễ ký {HOSTILE}", "Signing"), sites=sites))
    data = pdfs.plain(pages=2)
    sha256 = Documents(str(folder)).keep(data)
    record.do(0, do.SetMic("hub", "open"), do.AddDocument(INK, sha256, 2))
    record.do(0, do.PublishDocument(INK, sha256, sha256, record.play.state.paper(INK).rev))
    record.do(0, do.SetNext("diem-danh", record.play.state.agenda_rev))
    record.do(0, do.TakeItem("diem-danh", record.play.state.agenda_rev))
    record.do(0, do.AnswerRollcall("an", 3, f"Bà {HOSTILE}"))
    record.cut(0, "solo:hub")
    record.do(3, do.OpenConfirmation(f"Thông qua? {HOSTILE}", "vote"), do.AnswerConfirmation("an", "for", HOSTILE, {"for": 3, "against": 0, "abstain": 0}, by_phone=True))
    record.do(6, do.CloseConfirmation(), do.SendNotice(f"Mời đứng dậy {HOSTILE}", ("an",)))
    record.cut(8, f"document:{INK}")
    record.do(10, do.PageDocument(INK, 2))
    record.cut(14, "solo:an")
    record.grow("hub/camera", material())
    record.grow("an/camera", material("h264"))
    record.close(SECONDS)
    notes.add(str(folder), "play", EPOCH_US + record.begin + 5_000_000, f"Ghi chú {HOSTILE}", ({"seat": "p-1-a", "role": "secretary", "name": HOSTILE}, EPOCH_US + record.begin))
    (folder / "captions").mkdir()
    (folder / "captions" / "vi.vtt").write_text(f"WEBVTT\n\n00:00:02.000 --> 00:00:20.000\nKính thưa &lt;b&gt; {HOSTILE}\n", encoding="utf-8")
    return sha256


def unpacked(folder, path):
    """What `diemcau export --kind bundle` made, unpacked as a person would."""
    with pytest.raises(SystemExit) as ended:
        main(["export", str(folder), "--kind", "bundle", "--out", str(path / "b.zip")])
    assert ended.value.code == 0
    with zipfile.ZipFile(path / "b.zip") as archive:
        archive.extractall(path / "b")
    return path / "b"


@contextlib.asynccontextmanager
async def opened(browser, place, query="?lang=vi"):
    """The page from disk; yields it, and what goes wrong on it. It may ask for files and nothing else."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    asked, wrong = [], []
    context.on("request", lambda request: asked.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    page = await context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"file://{place}/player/index.html{query}")
    yield page, wrong
    assert asked == []
    await context.close()


async def told(page, name):
    return await page.inner_text(f"[data-testid={name}]")


async def shot(page, selector):
    """The picture of an element as a person sees it: what a page from disk may not read itself."""
    return Image.open(io.BytesIO(await page.locator(selector).first.screenshot())).convert("L")


def number(image):
    """Which frame of `barcodes` a picture shows: columns of equal width across the middle."""
    row, step = image.height // 2, image.width / barcodes.BITS
    return sum((image.getpixel((int((bit + 0.5) * step), row)) > 127) << (barcodes.BITS - 1 - bit) for bit in range(barcodes.BITS))


async def at(page, ms, within=400):
    await page.wait_for_function("([ms, within]) => Math.abs(Number(document.querySelector('[data-testid=replay-time]').dataset.ms) - ms) <= within", arg=[ms, within])


async def stands_at(page, source, ms):
    """The picture of a source is that of a moment, within three frames."""
    for _ in range(100):
        found = number(await shot(page, f"[data-testid='stage-{source}'] video"))
        if abs(found - ms / 40) <= 3:
            return
        await page.wait_for_timeout(100)
    raise AssertionError((source, ms, found))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    top = tmp_path_factory.mktemp("viewer")
    (top / "record").mkdir()
    sha256 = ceremony(top / "record")
    return unpacked(top / "record", top), sha256


async def test_a_bundle_from_disk_plays_seeks_and_shows_what_was_on_the_air(place):
    folder, sha256 = place
    async with chromium() as browser, opened(browser, folder) as (page, wrong):
        await page.wait_for_selector("[data-testid='stage-hub/camera'] video")
        await page.click("[data-testid=replay-play]")
        seen = [number(await shot(page, "[data-testid='stage-hub/camera'] video")) for _ in range(12) if await page.wait_for_timeout(250) is None]
        assert len(set(seen)) > 5, seen
        assert seen == sorted(seen), "pictures only go forward"
        await page.click("[data-testid=replay-play]")
        for ms in (6_000, 1_000, 22_000, 15_000, 3_000):  # on, back, far on
            await page.locator("[data-testid=replay-seek]").fill(str(ms))
            await at(page, ms)
            await stands_at(page, "hub/camera" if ms < 8_000 else "an/camera", ms)
            assert ms != 15_000 or await page.evaluate("() => document.querySelector('.position video').muted"), "whose gate was closed is not heard"
        await page.locator("[data-testid=replay-seek]").fill("4000")
        await page.wait_for_function("() => [...document.querySelectorAll('.position video')].some(v => !v.muted)")
        shown = "parseFloat(document.querySelector(\"[data-testid='stage-hub/camera'] .meter span\").style.clipPath.split(' ')[1])"
        assert await page.evaluate(f"() => {shown}") == pytest.approx(100 * 31 / 60, abs=0.1), "the meter stands where the recorded tone of -31 dBov is"
        await page.locator("[data-testid=replay-seek]").fill("9000")
        for n in (1, 2):
            sheet = page.locator(f"[data-testid=stage-sheet][data-page='{n}']")
            await sheet.wait_for()
            await page.wait_for_function("() => document.querySelector('[data-testid=stage-sheet]').naturalWidth > 500")
            assert sha256 in await sheet.get_attribute("src")
            await page.locator("[data-testid=replay-seek]").fill("11000")
        assert wrong == []


async def test_chapters_search_documents_attendance_votes_and_both_languages(place):
    folder, sha256 = place
    async with chromium() as browser, opened(browser, folder, "?lang=vi&t=2s") as (page, wrong):
        await at(page, 2_000)
        assert await page.inner_text("h1") == f"Lễ ký {HOSTILE}"
        assert "không chứng minh" in await told(page, "shows-only")
        await page.select_option("[data-testid=captions-read]", "vi")
        assert "Kính thưa <b>" in await told(page, "caption")
        await page.click("[data-testid=chapter-diem-danh]")
        await at(page, 0)
        await page.fill("[data-testid=replay-search]", "dung day")
        await page.click("[data-testid=hit]")
        await at(page, 6_000)
        await page.fill("[data-testid=replay-search]", "")
        await page.click("[data-testid=side-papers]")
        assert (await told(page, f"paper-code-{INK}")).replace(" ", "").lower() == sha256
        link = await page.locator("[data-testid=paper-file]").first.evaluate("a => a.href")
        assert link == (folder / "documents" / f"{sha256}.pdf").as_uri()
        assert os.path.isfile(folder / "documents" / f"{sha256}.pdf")
        await page.click("[data-testid=side-facts]")
        facts = await told(page, "facts")
        assert "Có mặt 3/3" in facts
        assert f"Bà {HOSTILE}" in facts
        assert "Tán thành: 3" in facts
        await page.locator("[data-testid=question] button").click()
        await at(page, 3_000)
        await page.click("[data-testid=side-notes]")
        assert HOSTILE in await told(page, "note")
        await page.click("[data-testid=lang-en]")
        assert await page.inner_text("h1") == "Signing"
        assert "does not prove" in await told(page, "shows-only")
        await page.click("[data-testid=how-to-prove]")
        assert "diemcau verify" in await told(page, "proof-dialog")
        assert await page.evaluate("() => 'hurt' in self") is False
        assert await page.evaluate("() => document.querySelectorAll('img[src=x]').length") == 0
        assert wrong == []
        await page.keyboard.press("Escape")
        await page.evaluate(AXE)
        for language in ("vi", "en"):
            await page.click(f"[data-testid=lang-{language}]")
            for panel in ("chapters", "papers", "facts", "notes"):
                await page.click(f"[data-testid=side-{panel}]")
                assert await page.evaluate(RUN) == [], (language, panel)
                assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_a_folder_without_its_record_says_so(place, tmp_path):
    shutil.copytree(place[0] / "player", tmp_path / "player")
    for data in (b"", b"diemcauRecord = {};", b'self.diemcauRecord = JSON.parse("{}");'):
        (tmp_path / "player" / "record.js").write_bytes(data)
        async with chromium() as browser, opened(browser, tmp_path) as (page, _):
            assert "record.js" in await page.inner_text("[role=alert]")
