"""A signing in Chromium, in ink and by keys in files: files handed in, published, read, signed, scanned, exchanged; minutes; the seal."""

import asyncio
import io
from contextlib import asynccontextmanager

import pytest
from kit import pdfs
from kit.axe import AXE, RUN
from kit.browsers import chromium
from kit.ceremonies import DIGITAL, INK, signing_small
from kit.paper_pages import (
    assign,
    desk,
    hand_in,
    joined,
    p12,
    page_of,
    paper,
    press,
    reason,
    seat_of,
    sign_in_ink,
    test_id,
    until,
)
from kit.tokens import PIN, softhsm
from kit.web_app import There, running
from PIL import Image

from server.config import Trust
from server.signer.confirm import Desk as Table
from server.signer.loopback import Loopback
from server.signer.pairing import Pairing
from server.signer.talk import Talk
from server.signer.usbtoken import Tokens
from signaling import commands as do
from signaling.acting import SYSTEM, Actor

__all__ = ["softhsm"]
pytestmark = [pytest.mark.browser]
OPERATOR = Actor("p-1-a", "operator")
WHO = {"s-a-ld": "a", "s-b-ld": "b", "s-a-dau": "seal-a", "s-b-dau": "seal-b"}


@asynccontextmanager
async def ceremony(tmp_path):
    async with running(tmp_path, strangers_burst=1000, requests_burst=1000) as made, chromium() as browser:
        there = There(made.app, await made.app.create(signing_small()), tmp_path)
        there.http, there.browser, there.errors = made.http, browser, []
        yield there
        assert there.errors == []


async def signatory(there, operator, slot):
    return await joined(there, operator, slot=slot)


async def open_at(there, item):
    """The session is open and an item is live; who leads is this test."""
    session = there.room.session
    session.ready_to_record = lambda: True
    if session.state.phase == "setup":
        await session.ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
        await session.ask(do.OpenSession("because"), OPERATOR)
    await session.ask(do.SetNext(item, session.state.agenda_rev), OPERATOR)
    await session.ask(do.TakeItem(item, session.state.agenda_rev, "because"), OPERATOR)
    if not session.state.controls(there.operator_seat):
        await session.ask(do.GiveControl(there.operator_seat), OPERATOR)


async def test_a_document_is_signed_with_keys_in_files(tmp_path):
    async with ceremony(tmp_path) as there:
        there.room.papers.trust = Trust(p12=True)
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        there.operator_seat = await seat_of(operator)
        await hand_in(there, secretary, DIGITAL)
        pages = {slot: await signatory(there, operator, slot) for slot in ("s-a-ld", "s-b-ld")}
        first = pages["s-a-ld"]
        sheet = first.locator(test_id(f"sheet-{DIGITAL}"))
        await sheet.wait_for()
        await first.wait_for_function("() => document.querySelector('img.sheet').naturalWidth > 500")
        told = (await first.locator(test_id("check-code")).text_content()).replace(" ", "").lower()
        assert told == paper(there, DIGITAL).published
        await press(first, "page-next")
        assert await sheet.get_attribute("data-page") == "2"
        await open_at(there, "ky-so")
        await press(operator, "tab-sign")
        await operator.locator(test_id("paper-choose")).select_option(DIGITAL)
        for slot in WHO:
            await assign(operator, slot, f"Bà {slot}")
        await press(operator, "signing-begin")
        await reason(operator)
        await until(lambda: paper(there, DIGITAL).state == "signing")
        for n, (slot, who) in enumerate(WHO.items()):
            page = pages.get(slot) or await signatory(there, operator, slot)
            await page.locator(".by-file summary").click()
            data = p12(who)
            await page.locator(test_id("p12-file")).set_input_files({"name": "a.p12", "mimeType": "application/x-pkcs12", "buffer": data})
            if n == 0:  # a wrong password is said, and costs nothing
                await page.locator(test_id("p12-password")).fill("sai")
                await press(page, "p12-sign")
                await page.get_by_text("Sai mật khẩu").wait_for()
            await page.locator(test_id("p12-password")).fill("mật khẩu")
            await press(page, "p12-sign")
            await page.locator(f"{test_id('own-' + slot)}[data-state=landed]").wait_for()
        assert (paper(there, DIGITAL).state, len(paper(there, DIGITAL).landed)) == ("completed", 4)
        assert await operator.locator(f"{test_id('paper-' + DIGITAL)}[data-state=completed]").count() == 1
        await first.evaluate(AXE)
        assert await first.evaluate(RUN) == []


async def test_a_file_may_sign_only_where_the_hub_allows_it(tmp_path):
    async with ceremony(tmp_path) as there:
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        there.operator_seat = await seat_of(operator)
        await hand_in(there, secretary, DIGITAL)
        await open_at(there, "ky-so")
        await there.room.session.ask(do.AssignSlot(DIGITAL, "s-a-ld", "Bà A"), Actor(there.operator_seat, "operator"))
        await there.room.session.ask(do.BeginSigning(DIGITAL, paper(there, DIGITAL).rev, "x"), Actor(there.operator_seat, "operator"))
        page = await signatory(there, operator, "s-a-ld")
        await page.locator(test_id("signer-connect")).wait_for()
        assert await page.locator(".by-file").count() == 0
        await press(page, "sign-decline")
        await reason(page, "không đồng ý")
        await until(lambda: paper(there, DIGITAL).state == "interrupted")


async def test_ink_is_witnessed_scanned_exchanged_then_minutes_and_the_seal(tmp_path):
    async with ceremony(tmp_path) as there:
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        there.operator_seat = await seat_of(operator)
        await hand_in(there, secretary, INK)
        await open_at(there, "ky")
        await press(operator, "tab-sign")
        await operator.locator(test_id("paper-choose")).select_option(INK)
        for slot in ("a-ld", "b-ld"):
            await assign(operator, slot, f"Ông {slot}")
        await press(operator, "signing-begin")
        await reason(operator)
        # the page of the document is in the picture, everywhere the same
        await operator.locator(f"{test_id('program')} img.sheet").wait_for()
        for slot in ("a-ld", "b-ld"):
            await sign_in_ink(operator, secretary, slot)
        scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": pdfs.plain(text="scan")}
        await operator.locator(test_id(f"scan-{INK}")).set_input_files(scan)
        await until(lambda: paper(there, INK).state == "completed")
        await press(operator, "document-exchange")
        await until(lambda: paper(there, INK).exchanged_at is not None)
        await there.room.session.ask(do.CloseSession("xong"), Actor(there.operator_seat, "operator"))
        await secretary.locator(test_id("minutes-chair")).fill("Bà Chủ tọa")
        await secretary.locator(test_id("minutes-secretary")).fill("Ông Thư ký")
        await press(secretary, "minutes-make")
        await until(lambda: paper(there, "bien-ban") is not None and paper(there, "bien-ban").state == "published", 90)
        minutes = pdfs.text(there.room.papers.store.read(paper(there, "bien-ban").published))
        assert "Bà Chủ tọa" in minutes
        for slot, kind in [(one.slot, one.kind) for one in paper(there, "bien-ban").slots if one.kind != "seal"]:
            await secretary.locator(test_id(f"signer-{slot}")).fill("Bà Chủ tọa" if kind == "chair" else "Ông Thư ký")
        await secretary.locator(test_id("scan-bien-ban")).set_input_files(scan)
        await until(lambda: paper(there, "bien-ban").state == "completed")
        # what was never signed is said so, then the record is closed for good
        await secretary.locator(test_id("paper-choose")).select_option(DIGITAL)
        await press(secretary, "document-leave")
        await reason(secretary, "không ký")
        await until(lambda: paper(there, DIGITAL).state == "left")
        await secretary.locator(test_id("seal")).hover()
        await secretary.mouse.down()
        await asyncio.sleep(1.3)
        await secretary.mouse.up()
        await secretary.locator(test_id("sealed")).wait_for()
        assert there.room.session.state.phase == "sealed"
        for page in (operator, secretary):
            await page.evaluate(AXE)
            assert await page.evaluate(RUN) == []
        assert Image.open(io.BytesIO(await secretary.screenshot())).size == (1366, 768)


async def inked(there, operator, secretary):
    """Both leaders signed by hand at the table; the scan is attached at the desk."""
    await hand_in(there, secretary, INK)
    await open_at(there, "ky")
    ask, leads = there.room.session.ask, Actor(there.operator_seat, "operator")
    for slot, person in (("a-ld", "Ông A"), ("b-ld", "Ông B"), ("a-dau", "Bà Văn thư"), ("b-dau", "Ông Văn thư")):
        await ask(do.AssignSlot(INK, slot, person), leads)
    await ask(do.BeginSigning(INK, paper(there, INK).rev, "x"), leads)
    for slot in ("a-ld", "b-ld"):
        await ask(do.LowerPen(INK, slot), leads)
        await ask(do.RaisePen(INK, slot), leads)
        await ask(do.WitnessInk(INK, slot), Actor("p-9-s", "secretary"))
    await press(operator, "tab-sign")
    await operator.locator(test_id("paper-choose")).select_option(INK)
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": pdfs.plain(pages=2, text="Ban chup")}
    await operator.locator(test_id(f"scan-{INK}")).set_input_files(scan)
    await until(lambda: paper(there, INK).state == "completed")


@asynccontextmanager
async def signer_program(there, page, softhsm):
    """The program on the signatory's computer, paired with a page that has chosen its certificate; yields the program's own page."""
    # nothing listens yet: said in words
    await press(page, "signer-connect")
    await page.get_by_text("Không nối được với chương trình ký").wait_for()
    pairing = Pairing("123456")
    table = Table(pairing.code)
    loopback = Loopback(there.url, Talk(Tokens(softhsm), pairing, table), table, 18_443)
    async with loopback.running() as port:
        own = await page_of(there, "/")
        await own.goto(f"http://127.0.0.1:{port}/#{loopback.secret}")
        await press(page, "signer-connect")
        await page.locator(test_id("signer-code")).fill("123 456")
        await press(page, "signer-pair")
        choice = page.locator(test_id("signer-certificate"))
        await choice.wait_for()
        (mine,) = [one for one in await choice.locator("option").all() if (await one.text_content()).endswith("vks")]
        await choice.select_option(await mine.get_attribute("value"))
        yield own


async def told_as_the_agencys(there, page, operator):
    """Both pages say whose seal it is; nobody is said to have signed digitally."""
    await page.locator(f"{test_id('scan-seal-' + INK)}[data-state=sealed]").wait_for()
    assert "không phải chữ ký số của lãnh đạo" in await page.locator(test_id("scan-sealed")).inner_text()
    await operator.locator(test_id(f"stamped-{INK}")).wait_for()
    for one in (page, operator):
        assert "ký số ·" not in await one.inner_text("body")
        assert await one.locator("[data-testid^=slot-]", has_text="ký số").count() == 0
    assert {one.how for one in paper(there, INK).landed} == {"ink", "scan"}
    assert paper(there, INK).stamped not in (None, paper(there, INK).scan)


async def test_the_clerk_seals_a_scan_with_a_token(tmp_path, softhsm):
    async with ceremony(tmp_path) as there:
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        there.operator_seat = await seat_of(operator)
        await inked(there, operator, secretary)
        page = await signatory(there, operator, "a-dau")
        seal = page.locator(test_id(f"scan-seal-{INK}"))
        await seal.wait_for()
        await page.wait_for_function("() => document.querySelector('.scan-seal img.sheet').naturalWidth > 500")
        told = (await seal.locator(test_id("scan-code")).text_content()).replace(" ", "").lower()
        assert told == paper(there, INK).scan
        async with signer_program(there, page, softhsm) as own:
            await page.locator(test_id("signer-sign")).dblclick()
            code = await page.locator(test_id("asked-code")).text_content()
            await own.get_by_text(code.partition(":")[2].strip() or code).wait_for()
            await own.get_by_label("PIN").fill(PIN)
            await own.get_by_role("button", name="Ký văn bản này").click()
            await told_as_the_agencys(there, page, operator)
        assert await page.locator(test_id("signer-sign")).count() == 0, "there is one seal on a scan"
        await page.evaluate(AXE)
        assert await page.evaluate(RUN) == []


async def test_the_clerk_seals_a_scan_with_a_key_in_a_file_where_that_is_allowed_and_late_is_too_late(tmp_path):
    async with ceremony(tmp_path) as there:
        there.room.papers.trust = Trust(p12=True)
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        there.operator_seat = await seat_of(operator)
        await inked(there, operator, secretary)
        pages = [await signatory(there, operator, slot) for slot in ("a-dau", "b-dau")]
        leader = await signatory(there, operator, "a-ld")
        await leader.locator(test_id("own-a-ld")).wait_for()
        assert await leader.locator(test_id(f"scan-seal-{INK}")).count() == 0, "a leader has no seal"
        for page in pages:
            await page.locator(".by-file summary").click()
            await page.locator(test_id("p12-file")).set_input_files({"name": "a.p12", "mimeType": "application/x-pkcs12", "buffer": p12("clerk")})
            await page.locator(test_id("p12-password")).fill("mật khẩu")
        # the second clerk's answer comes when the scan already bears a seal
        held = asyncio.Event()

        async def late(route):
            await held.wait()
            await route.continue_()

        await pages[1].route("**/stamps/*?seat=*", late)
        await press(pages[1], "p12-sign")
        await press(pages[0], "p12-sign")
        await told_as_the_agencys(there, pages[0], operator)
        stamped = paper(there, INK).stamped
        held.set()
        await pages[1].locator(f"{test_id('scan-seal-' + INK)}[data-state=sealed]").wait_for()
        assert paper(there, INK).stamped == stamped


async def test_a_token_signs_through_the_program_on_the_signatorys_computer(tmp_path, softhsm):
    async with ceremony(tmp_path) as there:
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        there.operator_seat = await seat_of(operator)
        await hand_in(there, secretary, DIGITAL)
        await open_at(there, "ky-so")
        leader = Actor(there.operator_seat, "operator")
        await there.room.session.ask(do.AssignSlot(DIGITAL, "s-a-ld", "Bà A"), leader)
        await there.room.session.ask(do.BeginSigning(DIGITAL, paper(there, DIGITAL).rev, "x"), leader)
        page = await signatory(there, operator, "s-a-ld")
        async with signer_program(there, page, softhsm) as own:
            await press(page, "signer-sign")
            told = await page.locator(test_id("check-code")).text_content()
            await own.get_by_text(told).wait_for()
            await own.get_by_label("PIN").fill(PIN)
            await own.get_by_role("button", name="Ký văn bản này").click()
            await page.locator(f"{test_id('own-s-a-ld')}[data-state=landed]").wait_for()
        (landed,) = paper(there, DIGITAL).landed
        assert (landed.slot, landed.how, landed.level) == ("s-a-ld", "digital", "B-B")
