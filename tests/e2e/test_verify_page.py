"""The page that checks a record, in Chromium: it agrees with `diemcau verify`, and sends nothing anywhere."""

import asyncio
import hashlib
import os
import random
import zipfile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from kit.axe import AXE, RUN
from kit.browsers import chromium
from kit.forgery import revised, rewrite
from kit.mutations import relisted
from kit.pki import Pki, pki
from kit.recording_material import Studio, on_time, programme
from kit.replay_material import served
from kit.sealed_record import bundled, revisions
from kit.sealed_record import sealed as sealed_record

from recordings.chain import digest
from recordings.export.bundle import write
from recordings.seal import log_key, seal, write_seal
from recordings.verify_answers import QUESTIONS
from recordings.verify_bundle import verify_bundle
from recordings.verify_papers import Outside

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record")
    studio = Studio(folder)
    for source in ("ha-noi/camera", "hub/table"):
        take = studio.take(source)
        studio.play(take, on_time(programme(2)))
        take.end("closed", studio.now)
        studio.keeping.once(studio.now)
    studio.close(take)
    path = tmp_path_factory.mktemp("bundle") / "ho-so.zip"
    write(str(folder), str(path), lambda _: None)
    return path


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def changes(bundle, folder):
    """Bundles that are not what they were, by what was done to them."""
    whole, dice = bundle.read_bytes(), random.Random(17_022_022)
    with zipfile.ZipFile(bundle) as archive:
        spans = {one.filename: (one.header_offset + 30 + len(one.filename) + 20, one.file_size) for one in archive.infolist()}
    for n in range(int(os.environ.get("MUTATIONS", "100")) // 10):
        name, (begin, size) = dice.choice([pair for pair in spans.items() if pair[1][1]])
        path = folder / f"byte-{n}.zip"
        path.write_bytes(flipped(whole, begin + dice.randrange(size)))
        yield f"a byte of {name}", path
    clip = "tracks/hub~table~1.webm"
    forgeries = {
        "a cluster": lambda name, data: flipped(data, len(data) // 2) if name == clip else data,
        "an index": lambda name, data: flipped(data, len(data) - 100) if name == clip + ".idx" else data,
        "an index cut": lambda name, data: data[: data.rindex(b"\n", 0, -1) + 1] if name == clip + ".idx" else data,
        "more bytes": lambda name, data: data + b"x" if name == clip else data,
        "a clip left out": lambda name, data: None if name.startswith(clip) else data,
        "a master left out": lambda name, data: None if name == clip else data,
        "an event": lambda name, data: data.replace(b"closed", b"opened", 1) if name == "log.jsonl" else data,
        "the log cut": lambda name, data: data[: data.rindex(b"\n", 0, -1) + 1] if name == "log.jsonl" else data,
        "the manifest": lambda name, data: data.replace(b"vp8", b"vp9", 1) if name == "manifest.json" else data,
    }
    for n, (what, change) in enumerate(forgeries.items()):
        yield what, relisted(bundle, folder / f"forged-{n}.zip", change)
    for n, (what, data) in enumerate({"the end": whole[:-40], "half of it": whole[: len(whole) // 2], "nothing": b"", "junk": b"PK" * 999}.items()):
        path = folder / f"cut-{n}.zip"
        path.write_bytes(data)
        yield what, path


async def checked(page, path):
    """Have the page check a file; return (verdict, {question: state})."""
    await page.reload()
    await page.locator("[data-testid=verify-file]").set_input_files(path)
    await page.locator("[data-testid=verdict]").wait_for(timeout=30_000)
    state = await page.locator("[data-testid=verdict]").get_attribute("data-state")
    answers = await page.eval_on_selector_all(".answer", "all => all.map(one => [one.dataset.testid.slice(7), one.dataset.state])")
    return state, dict(answers)


async def test_the_page_says_what_the_command_says(bundle, tmp_path):
    async with served(tmp_path) as address, chromium() as browser:
        page = await browser.new_page()
        asked = []
        await page.goto(f"{address}/verify")
        assert await page.locator("h1").text_content() == "Kiểm chứng hồ sơ"
        page.on("request", lambda request: asked.append((request.method, request.url)))
        state, answers = await checked(page, bundle)
        # nobody has signed or stamped it: undetermined, never green
        assert (state, answers["integrity"], answers["completeness"]) == ("unknown", "good", "good")
        assert {answers[one] for one in ("signer", "trust", "time")} == {"unknown"}
        hashed = (await page.locator("[data-testid=hash]").text_content()).replace(" ", "").lower()
        assert hashed == verify_bundle(str(bundle)).head
        for what, path in changes(bundle, tmp_path):
            assert not verify_bundle(str(path)).ok, what
            assert (await checked(page, path))[0] == "bad", what
        assert {method for method, _ in asked} == {"GET"}
        assert all(url.startswith(address) for _, url in asked)


async def test_a_sealed_record_has_a_signer_and_every_part_of_it_is_held_against_the_seal(sealed, tmp_path):
    """`sealed` is the bundle, and what each change to it makes the seal say."""
    whole, changes_ = sealed
    async with served(tmp_path) as address, chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{address}/verify")
        state, answers = await checked(page, whole)
        assert answers == {"integrity": "good", "signer": "unknown", "trust": "unknown", "time": "unknown", "completeness": "good"}
        assert state == "unknown", "whose key it is nobody has said"
        for what, path in changes_:
            assert (await checked(page, path))[1]["integrity"] == "bad", what


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    studio = Studio(folder)
    # ten and two: the tree counts numbers, not letters
    for _ in range(11):
        take = studio.take("hub/camera")
        studio.play(take, on_time(programme(2)))
        take.end("closed", studio.now)
        studio.keeping.once(studio.now)
    studio.close(take)
    (folder / "documents").mkdir()
    (folder / "documents" / f"{digest(b'%PDF-1.7 a paper')}.pdf").write_bytes(b"%PDF-1.7 a paper")
    write_seal(str(folder), seal(str(folder), log_key(str(folder / "key")), "s1", (5, 1)))
    path = tmp_path_factory.mktemp("bundle") / "ho-so.zip"
    write(str(folder), str(path), lambda _: None)

    def swapped(what, change):
        return what, relisted(path, path.with_name(f"{what}.zip"), change)

    found = [
        swapped("document", lambda name, data: data + b"!" if name.startswith("documents/") else data),
        swapped("seal", lambda name, data: data.replace(b'"epoch":1', b'"epoch":2') if name == "sealed/seal.json" else data),
        swapped("manifest", lambda name, data: data.replace(b"vp8", b"vp9", 1) if name == "manifest.json" else data),
        swapped("clip", lambda name, data: None if name.startswith("tracks/hub~camera~3.") else data),
        swapped("log", lambda name, data: data.replace(b"closed", b"opened", 1) if name == "log.jsonl" else data),
    ]
    return path, found


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """(record, bundle) with a document of four signatures and all its proof, sealed with a token."""
    place = tmp_path_factory.mktemp("signed")
    record = sealed_record(place)
    return record, bundled(record, place / "ho-so.zip")


async def told(path, roots=(), keys=()):
    """What the command answers, in the page's words."""
    # in a thread: the command runs a loop of its own
    found = await asyncio.to_thread(verify_bundle, str(path), Outside(tuple(roots), tuple(keys)))
    return {name: {"valid": "good", "unknown": "unknown", "invalid": "bad"}[getattr(found, name).verdict] for name in QUESTIONS}


async def test_signatures_and_stamps_are_judged_by_what_the_reader_trusts(signed, tmp_path):
    record, path = signed
    (tmp_path / "goc.der").write_bytes(pki().root)
    (tmp_path / "khac.pem").write_bytes(Pki(mark="other").certs["root"].public_bytes(Encoding.PEM))
    async with served(tmp_path) as address, chromium() as browser:
        page = await browser.new_page()
        broken, asked = [], []
        page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: asked.append((request.method, request.url)))
        await page.goto(f"{address}/verify")
        state, answers = await checked(page, path)
        assert (state, answers) == ("unknown", await told(path))
        await page.locator("[data-testid=known] summary").click()
        await page.locator("[data-testid=roots]").set_input_files(tmp_path / "goc.der")
        await page.locator("[data-testid=known-key]").fill(record.key.upper())
        await page.locator("[data-testid=again]").click()
        await page.locator("[data-testid=verdict][data-state=good]").wait_for(timeout=30_000)
        assert "Nguyễn Văn Ổn" in await page.locator("[data-testid=answer-signer]").text_content()
        assert await told(path, (pki().root,), (record.key,)) == dict.fromkeys(QUESTIONS, "good")
        await page.locator("[data-testid=roots]").set_input_files(tmp_path / "khac.pem")
        await page.locator("[data-testid=again]").click()
        await page.locator("[data-testid=answer-trust][data-state=unknown]").wait_for(timeout=30_000)
        assert broken == []
        assert {method for method, _ in asked} == {"GET"}
        assert all(url.startswith(address) for _, url in asked)


def rewritten(place):
    heads = revisions()
    return bundled(sealed_record(place, [*heads, revised(heads[-1], rewrite)]), place / "a.zip")


async def test_a_record_of_a_hub_that_rewrote_a_page_is_bad_whoever_trusts_it(tmp_path):
    path = await asyncio.to_thread(rewritten, tmp_path)
    async with served(tmp_path) as address, chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{address}/verify")
        assert await checked(page, path) == ("bad", await told(path))


async def test_a_document_is_hashed_and_compared_with_what_was_printed(tmp_path):
    data = b"%PDF-1.7\n" + bytes(5_000_000)
    (tmp_path / "van-ban.pdf").write_bytes(data)
    told = hashlib.sha256(data).hexdigest()
    async with served(tmp_path) as address, chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{address}/verify#sha={told[:16]}")
        assert (await checked(page, tmp_path / "van-ban.pdf"))[0] == "file"
        assert (await page.locator("[data-testid=hash]").text_content()).replace(" ", "").lower() == told
        same = page.locator("[data-testid=same]")
        assert await same.get_attribute("data-same") == "true"
        await page.locator("[data-testid=printed]").fill(told[:4] + " " + told[4:8].upper())
        assert await same.get_attribute("data-same") == "true"
        for wrong in ("0" * 16, told[:7]):
            await page.locator("[data-testid=printed]").fill(wrong)
            assert await same.get_attribute("data-same") == "false"


async def test_axe_objects_to_nothing_and_the_policy_holds(bundle, tmp_path):
    async with served(tmp_path) as address, chromium() as browser:
        page = await browser.new_page()
        broken = []
        page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
        for language in ("vi", "en"):
            await page.goto(f"{address}/verify?lang={language}")
            await checked(page, bundle)
            await page.evaluate(AXE)
            assert await page.evaluate(RUN) == []
        assert broken == []
