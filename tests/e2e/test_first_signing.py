"""The signing of the first ceremony in Chromium, in ink and by keys in files: agreed with, announced, signed, exchanged, minuted.

The items `thong-nhat`, `cong-bo-van-ban`, `ky-ket`, `trao-van-ban` and `thong-qua-bien-ban` of 17 February 2022, with the console,
the secretary's desk, the signatories and one hall; the sample document that belongs to the sheet.
"""

import contextlib

import pytest
from kit import pdfs
from kit.browsers import chromium
from kit.ceremonies import first_ceremony
from kit.paper_pages import (
    assign,
    desk,
    joined,
    paper,
    press,
    reason,
    seat_of,
    sign_by_file,
    sign_in_ink,
    test_id,
    until,
)
from kit.web_app import There, running
from msgspec.structs import replace

from server.config import Trust
from signaling import commands as do
from signaling.acting import SYSTEM, Actor

pytestmark = [pytest.mark.browser]
DOC, HALL = "chuong-trinh-phoi-hop", "vu-thu"
SLOTS = {"btg-lanhdao": "a", "vks-lanhdao": "b", "btg-condau": "seal-a", "vks-condau": "seal-b"}


@contextlib.asynccontextmanager
async def first(tmp_path, mode):
    """The hub with the first ceremony, its document to be signed that way."""
    sheet = first_ceremony()
    sheet = replace(sheet, documents=(replace(sheet.documents[0], signing=mode),))
    async with running(tmp_path, strangers_burst=1000, requests_burst=1000) as made, chromium() as browser:
        there = There(made.app, await made.app.create(sheet), tmp_path)
        there.http, there.browser, there.errors = made.http, browser, []
        there.room.papers.trust = Trust(p12=True)
        yield there
        assert there.errors == []


class Leader:
    """Who leads: takes items through the session as the console does."""

    def __init__(self, there, seat):
        self.session, self.actor = there.room.session, Actor(seat, "operator")

    async def take(self, item):
        await self.session.ask(do.SetNext(item, self.session.state.agenda_rev), self.actor)
        await self.session.ask(do.TakeItem(item, self.session.state.agenda_rev, "vì thử"), self.actor)

    async def open(self):
        self.session.ready_to_record = lambda: True
        await self.session.ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
        await self.session.ask(do.OpenSession("vì thử"), self.actor)
        if not self.session.state.controls(self.actor.seat):
            await self.session.ask(do.GiveControl(self.actor.seat), self.actor)

    async def ask(self, there, hall, question, kind, document=None):
        """Put a question; the hall reads it and agrees."""
        await self.session.ask(do.OpenConfirmation(question, kind, (HALL,), document), self.actor)
        await hall.locator(test_id("answer-name")).fill("Trần Thị Hạnh")
        await press(hall, "answer-agree" if kind == "agree" else "answer-ack")
        await hall.locator(test_id("answered")).wait_for()
        (answer,) = self.session.state.confirmation.answers.values()
        await self.session.ask(do.CloseConfirmation(), self.actor)
        return answer


async def begin(operator, there):
    """The signing begins on the console: who signs, then the item's own step."""
    await press(operator, "tab-sign")
    for slot in SLOTS:
        if await operator.locator(test_id(f"assign-{slot}")).count():
            await assign(operator, slot, f"Bà {slot}")
    await press(operator, "signing-begin")
    if await operator.locator(test_id("reason")).count():
        await reason(operator)
    await until(lambda: paper(there, DOC).state == "signing")


@pytest.mark.parametrize("mode", ["wet_ink", "digital"])
async def test_the_programme_is_agreed_with_signed_exchanged_and_minuted(tmp_path, mode):
    async with first(tmp_path, mode) as there:
        operator, secretary = await desk(there, "operator"), await desk(there, "secretary")
        leader = Leader(there, await seat_of(operator))
        hall = await joined(there, operator, site=HALL)
        await hall.locator(test_id("enter")).click()
        await hall.locator(test_id("tally")).wait_for()
        await leader.open()
        await until(lambda: paper(there, DOC).file is not None)  # the sample beside the sheet is handed in by itself
        await press(secretary, f"publish-{DOC}")
        await until(lambda: paper(there, DOC).state == "published")
        published = paper(there, DOC).published

        await leader.take("thong-nhat")
        answer = await leader.ask(there, hall, "Thống nhất dự thảo?", "agree", DOC)
        assert (answer.choice, answer.sha256) == ("agree", published)

        await leader.take("cong-bo-van-ban")
        await hall.locator("img.sheet >> visible=true").first.wait_for()
        await leader.take("ky-ket")
        await begin(operator, there)
        if mode == "wet_ink":
            for slot in list(SLOTS)[:2]:
                await sign_in_ink(operator, secretary, slot)
            scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": pdfs.plain(text="scan")}
            await operator.locator(test_id(f"scan-{DOC}")).set_input_files(scan)
        else:
            for slot, who in SLOTS.items():
                await sign_by_file(await joined(there, operator, slot=slot), slot, who)
        await until(lambda: paper(there, DOC).state == "completed")
        assert [one.how for one in paper(there, DOC).landed] == (["ink"] * 2 + ["scan"] * 2 if mode == "wet_ink" else ["digital"] * 4)
        answer = await leader.ask(there, hall, "Xác nhận đã chứng kiến việc ký?", "ack")
        assert (answer.choice, answer.name) == ("ack", "Trần Thị Hạnh")

        await leader.take("trao-van-ban")
        await press(operator, "document-exchange")
        await until(lambda: paper(there, DOC).exchanged_at is not None)
        await leader.take("thong-qua-bien-ban")
        answer = await leader.ask(there, hall, "Thông qua biên bản tóm tắt?", "agree")
        assert answer.choice == "agree"
        await leader.session.ask(do.CloseSession("xong"), leader.actor)
        for name, person in (("chair", "Bà Chủ tọa"), ("secretary", "Ông Thư ký")):
            await secretary.locator(test_id(f"minutes-{name}")).fill(person)
        await press(secretary, "minutes-make")
        await until(lambda: (made := paper(there, "bien-ban")) is not None and made.state == "published")
        told = pdfs.text(there.room.papers.store.read(paper(there, "bien-ban").published))
        for words in ("Bà Chủ tọa", "Thông qua biên bản tóm tắt?", "Bà btg-lanhdao"):
            assert words in told, words
