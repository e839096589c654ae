"""Documents and signatures of one ceremony: bytes go to a worker, onto the disk, and only then into the mailbox.

Every act is first asked of the core with what is known (`_would`), so that nobody waits for a worker only to be refused,
and decided again with the result. What a crash leaves between disk and log is a file nobody names.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.resources
import logging
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

from recordings import papers_asks as asks
from recordings.tickets import Ticket
from server.config import Trust
from server.documents import Documents
from server.paper_jobs import answer, pack
from server.sessions import Session
from server.workers import Workers
from signaling import ceremony
from signaling import commands as do
from signaling.acting import SYSTEM, Actor
from signaling.documents import found
from signaling.errors import Malformed, Refused
from signaling.papers import TICKET_US, Paper
from signaling.rite import slot_of
from signaling.state import State

WIDTHS: Final = (320, 640, 960, 1280, 1600, 1920)
"""Widths in which pages are drawn, px: what is asked for is rounded up, so that the cache stays small."""
NAME: Final = 120
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
log = logging.getLogger("diemcau.papers")
_T = TypeVar("_T", bound=asks.Told)


class Papers:
    """What a ceremony's desk, signatories and screens ask about documents."""

    def __init__(self, session: Session, folder: str, workers: Workers, trust: Trust) -> None:
        """Serve the documents of one session, kept in its folder."""
        self.session = session
        self.store = Documents(folder)
        self.trust = trust
        self._workers = workers
        self._drawing: dict[tuple[str, int, int], asyncio.Task[bytes]] = {}

    @property
    def state(self) -> State:
        """Return the state as it is now."""
        return self.session.state

    def paper(self, document: str) -> Paper:
        """Return a document. Raises `Refused("no-document")`."""
        return found(self.state, document)

    def _would(self, command: do.AnyCommand, by: Actor) -> bool:
        """Tell whether a command would change anything now. Raises `Refused`."""
        return bool(ceremony.decide(self.state, command, by, self.session.now()))

    async def work(self, job: str, ask: asks.Ask, parts: Iterable[bytes], kind: type[_T]) -> tuple[_T, list[bytes]]:
        """Have a worker do something. Raises `Refused` with the worker's code."""
        raw = await self._workers.run(job, msgspec.json.encode(ask), pack(parts))
        return answer(raw, kind)

    # --- documents ----------------------------------------------------------------------------------------

    async def add(self, document: str, name: str, data: bytes, by: Actor) -> str:
        """Look a file through, keep it and hand it in; return its SHA-256. Raises `Refused`."""
        name = name[:NAME]
        self._would(do.AddDocument(document, hashlib.sha256(data).hexdigest(), 1, name), by)
        told, parts = await self.work("paper.check", asks.CheckAsk(name), [data], asks.Checked)
        sha256 = await asyncio.to_thread(self.store.keep, parts[0])
        await self.session.ask(do.AddDocument(document, sha256, told.pages, name), by)
        return sha256

    async def beside(self) -> None:
        """Hand in what the run sheet names and lies beside it (`server/ceremonies/`); the rest is brought by people."""
        for one in self.state.sheet().documents:
            path = importlib.resources.files("server").joinpath("ceremonies", one.file)
            if not one.file or not _PLAIN.fullmatch(one.file) or not path.is_file():
                continue
            try:
                await self.add(one.id, one.file, await asyncio.to_thread(path.read_bytes), SYSTEM)
            except Refused as error:
                log.warning("the file of %s beside the sheet: %s", one.id, error.code)

    async def publish(
        self, document: str, after: int, by: Actor, fields: tuple[asks.FieldSpec, ...] = ()
    ) -> str:
        """Make the revision everybody reads and publish it; return its SHA-256. `fields` places the slots."""
        paper = self.paper(document)
        self._would(do.PublishDocument(document, paper.file or "", _any_hash(), after), by)
        data = await asyncio.to_thread(self.store.read, paper.file or "")
        placed = {one.slot: one for one in fields}
        wanted = tuple(
            placed.get(one.slot, asks.FieldSpec(one.slot, one.party, one.kind)) for one in paper.slots
        )
        ask = asks.PublishAsk(paper.mode, wanted)
        _, parts = await self.work("paper.publish", ask, [data], asks.Published)
        sha256 = await asyncio.to_thread(self.store.keep, parts[0])
        await self.session.ask(do.PublishDocument(document, paper.file or "", sha256, after), by)
        return sha256

    async def page(self, sha256: str, page: int, width: int) -> bytes:
        """Return a page as PNG, drawn once however many ask for it. Raises `Refused`: `no-page`, `no-document`."""
        key = (sha256, page, next((one for one in WIDTHS if one >= width), WIDTHS[-1]))
        kept = await asyncio.to_thread(self.store.page, *key)
        if kept is not None:
            return kept
        task = self._drawing.get(key)
        if task is None:
            task = self._drawing[key] = asyncio.create_task(self._draw(*key))
            task.add_done_callback(lambda _: self._drawing.pop(key, None))
        return await asyncio.shield(task)

    async def _draw(self, sha256: str, page: int, width: int) -> bytes:
        data = await asyncio.to_thread(self.store.read, sha256)
        _, parts = await self.work("paper.page", asks.PageAsk(page, width), [data], asks.PageImage)
        await asyncio.to_thread(self.store.keep_page, sha256, page, width, parts[0])
        return parts[0]

    async def scan(self, document: str, data: bytes, signers: dict[str, str], by: Actor) -> str:
        """Look a scan through, keep it and attach it; return its SHA-256. Raises `Refused`."""
        self._would(do.AttachScan(document, hashlib.sha256(data).hexdigest(), 1, signers), by)
        told, parts = await self.work("paper.check", asks.CheckAsk(scan=True), [data], asks.Checked)
        sha256 = await asyncio.to_thread(self.store.keep, parts[0])
        await self.session.ask(do.AttachScan(document, sha256, told.pages, signers), by)
        return sha256

    # --- tickets ------------------------------------------------------------------------------------------

    async def issue(self, document: str, slot: str, certificate: bytes, chain: list[bytes], by: Actor) -> Ticket:
        """Prepare a signature for a certificate and return its ticket; asked again it is the same. Raises `Refused`."""
        held = self.paper(document).ticket
        if held is not None and held.slot == slot and held.certificate == _sha(certificate):
            self._would(do.IssueTicket(document, slot, held.id, held.base, held.certificate), by)
            return self._ticket(held.id)[0]
        name = secrets.token_urlsafe(16)
        paper = self.paper(document)
        asked = do.IssueTicket(document, slot, name, paper.head or "", _sha(certificate))
        self._would(asked, by)
        head = await asyncio.to_thread(self.store.read, paper.head or "")
        reviewed = await asyncio.to_thread(self.store.read, paper.published or "")
        ask = msgspec.structs.replace(self._prepare(paper, slot, name), chain=len(chain))
        told, parts = await self.work("paper.prepare", ask, [head, reviewed, certificate, *chain], asks.Prepared)
        await asyncio.to_thread(self.store.keep_ticket, name, msgspec.json.encode(told.ticket), parts[0])
        await self.session.ask(asked, by)
        return told.ticket

    def _prepare(self, paper: Paper, slot: str, name: str) -> asks.PrepareAsk:
        """Say who signs what: in the words of the run sheet, Vietnamese as the paper is."""
        sheet, own, who = self.state.sheet(), slot_of(paper, slot), paper.assigned[slot]
        party = next((one.name.vi for one in sheet.parties if one.id == own.party), sheet.host.vi)
        return asks.PrepareAsk(
            name, self.session.name, paper.id, paper.version, slot, tuple(one.slot for one in paper.slots), own.kind,
            self.session.now(), sheet.utc_offset_s, title=paper.title.vi[:200], person=who.person,
            office=own.office.vi[:200], agency=party[:200], authority=who.authority, reason=paper.title.vi[:200],
            sample=self.state.rehearsal_of is not None,
        )  # fmt: skip

    def _ticket(self, name: str) -> tuple[Ticket, bytes]:
        text, pdf = self.store.ticket(name)
        try:
            return msgspec.json.decode(text, type=Ticket), pdf
        except msgspec.MsgspecError as error:
            raise Malformed(f"the ticket on disk: {error}") from None

    async def prepared(self, name: str, by: Actor) -> bytes:
        """Return the PDF of a ticket to whom it was issued. Raises `Refused`."""
        paper, held = self._under_way(name)
        self._would(do.IssueTicket(paper.id, held.slot, held.id, held.base, held.certificate), by)
        return (await asyncio.to_thread(self._ticket, name))[1]

    def _under_way(self, name: str) -> tuple[Paper, Any]:
        for paper in self.state.every_paper():
            if paper.ticket is not None and paper.ticket.id == name:
                return paper, paper.ticket
        raise Refused("no-ticket")

    async def finish(self, name: str, value: bytes, by: Actor) -> None:
        """Put the signature's value in and have it land; asked again it lands once. Raises `Refused`."""
        landed = any(one.ticket == name for paper in self.state.every_paper() for one in paper.landed)
        if landed:
            return
        ticket, pdf = await asyncio.to_thread(self._ticket, name)
        if not self._would(do.FinishTicket(name, ticket.base_sha256, _any_hash(), "B-B"), by):
            return
        told, parts = await self.work("paper.finish", asks.FinishAsk(ticket, self.trust.tsa), [pdf, value], asks.Finished)
        sha256 = await asyncio.to_thread(self.store.keep, parts[0])
        await self.session.ask(do.FinishTicket(name, ticket.base_sha256, sha256, told.level), by)
        await asyncio.to_thread(self.store.drop_ticket, name)

    async def cancel(self, name: str, reason: str, by: Actor) -> None:
        """Give a ticket up. Raises `Refused`."""
        await self.session.ask(do.CancelTicket(name, reason), by)
        await asyncio.to_thread(self.store.drop_ticket, name)

    # --- the clerk's seal on a scan -----------------------------------------------------------------------

    async def stamp(self, document: str, certificate: bytes, chain: list[bytes], by: Actor) -> Ticket:
        """Prepare the clerk's digital seal on a scan: a ticket outside the slots. Raises `Refused`."""
        paper = self.paper(document)
        base = paper.stamped or paper.scan or ""
        self._would(do.StampScan(document, base or _any_hash(), _any_hash(), by.seat), by)
        data, sheet = await asyncio.to_thread(self.store.read, base), self.state.sheet()
        name = secrets.token_urlsafe(16)
        ask = asks.StampScanAsk(
            name, self.session.name, document, paper.version, self.session.now(), sheet.utc_offset_s,
            agency=sheet.host.vi[:200], title=paper.title.vi[:200], reason=paper.title.vi[:200], chain=len(chain),
            sample=self.state.rehearsal_of is not None,
        )  # fmt: skip
        told, parts = await self.work("paper.stamp_scan", ask, [data, certificate, *chain], asks.Prepared)
        await asyncio.to_thread(self.store.keep_ticket, name, msgspec.json.encode(told.ticket), parts[0])
        return told.ticket

    async def to_stamp(self, name: str, by: Actor) -> bytes:
        """Return the PDF of a scan's ticket: the scan with an empty field, and the gap for its value. Raises `Refused`."""
        ticket, pdf = await asyncio.to_thread(self._ticket, name)
        paper = self.paper(ticket.document)
        self._would(do.StampScan(paper.id, paper.stamped or paper.scan or "", _any_hash(), ""), by)
        return pdf

    async def stamped(self, name: str, value: bytes, person: str, by: Actor) -> str:
        """Put the seal's value in and keep the sealed scan; return its SHA-256. Raises `Refused`."""
        ticket, pdf = await asyncio.to_thread(self._ticket, name)
        paper = self.paper(ticket.document)
        base = paper.stamped or paper.scan or ""
        if self.session.now() - ticket.issued_at > TICKET_US:
            await asyncio.to_thread(self.store.drop_ticket, name)
            raise Refused("ticket-expired")
        if not pdf.startswith(await asyncio.to_thread(self.store.read, base)):
            raise Refused("document-moved")  # the scan it was prepared on is no longer the one
        asked = do.StampScan(paper.id, base, _any_hash(), person[:NAME])
        self._would(asked, by)
        told, parts = await self.work("paper.finish", asks.FinishAsk(ticket, self.trust.tsa), [pdf, value], asks.Finished)
        sha256 = await asyncio.to_thread(self.store.keep, parts[0])
        await self.session.ask(msgspec.structs.replace(asked, sha256=told.sha256), by)
        await asyncio.to_thread(self.store.drop_ticket, name)
        return sha256

    async def close(self) -> None:
        """End drawings that go on."""
        for task in tuple(self._drawing.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Refused):
                await task


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _any_hash() -> str:
    """Return a hash that stands for bytes not made yet, unlike any there are."""
    return secrets.token_hex(32)
