"""Uploads waiting for confirmation, and what becomes of a confirmed one (CEREMONY §12)."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from server import imports
from server.imports import Order, Reading
from server.mappings import Mappings
from server.rooms import Room
from server.sheets.mapping import TabMap
from server.store import Store
from server.workers import WorkerFailed, Workers
from signaling.commands import Actor, ApplySheet, EditSession
from signaling.draft import Draft, diff
from signaling.errors import Refused

Make = Callable[[Draft], Awaitable[Room]]
KEPT: Final = 8
"""Uploads in memory, 5 MB each at most: none touches the disk before it is applied."""
TEMPLATE: Final = "le-ky-ket-2022-02-17.yaml"


class Upload(msgspec.Struct):
    """One file somebody sent: named by its own digest, for one ceremony (None: a new one)."""

    id: str
    session: str | None
    data: bytes
    base: Draft | None
    reading: Reading


class Preparation:
    """Files in, files out; every one of them handled in a worker."""

    def __init__(self, store: Store, workers: Workers) -> None:
        """Keep nothing yet."""
        self.mappings = Mappings(store)
        self._workers = workers
        self._uploads: dict[tuple[str | None, str], Upload] = {}

    async def upload(self, data: bytes, session: str | None, base: Draft | None) -> Upload:
        """Read a file on top of the sheet there is. Raises `WorkerFailed`; errors in the file stand in `reading`."""
        reading = await self._read(data, base, None)
        found = Upload(hashlib.sha256(data).hexdigest(), session, data, base, reading)
        self._uploads.pop((session, found.id), None)
        self._uploads[session, found.id] = found
        while len(self._uploads) > KEPT:
            self._uploads.pop(next(iter(self._uploads)))
        return found

    async def remap(self, upload: Upload, maps: tuple[TabMap, ...]) -> Upload:
        """Read it again by a person's mapping, and remember that mapping for the agency if it can be followed."""
        upload.reading = await self._read(upload.data, upload.base, maps)
        if upload.reading.code is None:
            await self.mappings.remember(_agency(upload.base), maps)
        return upload

    def find(self, session: str | None, name: str) -> Upload:
        """Return an upload. Raises `Refused("no-upload")` when it was never sent or is forgotten."""
        found = self._uploads.get((session, name))
        if found is None:
            raise Refused("no-upload")
        return found

    def forget(self, upload: Upload) -> None:
        """Drop an upload."""
        self._uploads.pop((upload.session, upload.id), None)

    async def _read(self, data: bytes, base: Draft | None, maps: tuple[TabMap, ...] | None) -> Reading:
        order = Order(base, maps, await self.mappings.of(_agency(base)))
        answer = await self._workers.run("sheet.read", msgspec.json.encode(order), data)
        try:
            return msgspec.json.decode(answer, type=Reading)
        except msgspec.DecodeError as error:
            raise WorkerFailed(f"sheet.read: {error}") from None

    async def read_new(self, data: bytes) -> Draft:
        """Return a whole sheet of any kind. Raises `SheetErrors`; `Refused` with the code of an unreadable file."""
        reading = await self._read(data, None, None)
        if reading.errors:
            raise imports.SheetErrors(list(reading.errors))
        return draft_of(reading)

    async def to_xlsx(self, draft: Draft, language: str) -> bytes:
        """Return the sheet as a workbook."""
        return await self._workers.run("sheet.xlsx", msgspec.json.encode(language), msgspec.json.encode(draft))

    async def to_yaml(self, draft: Draft) -> bytes:
        """Return the sheet as YAML."""
        return await self._workers.run("sheet.yaml", b"null", msgspec.json.encode(draft))

    async def template(self, language: str) -> bytes:
        """Return the workbook to start from: the first ceremony, whole."""
        data = importlib.resources.files("server").joinpath("ceremonies", TEMPLATE).read_bytes()
        return await self.to_xlsx(await self.read_new(data), language)


def draft_of(reading: Reading) -> Draft:
    """Return the sheet of a reading without errors. Raises `Refused`: its own code, or `sheet-errors`."""
    if reading.code is not None:
        code = reading.code
        raise Refused(code)
    if reading.draft is None:
        raise Refused("sheet-errors", count=len(reading.errors))
    return reading.draft


async def apply_draft(make: Make, room: Room | None, draft: Draft, base: Draft | None, by: Actor) -> str:
    """Put a confirmed sheet into force and return the ceremony that holds it: a new one, or `room`, in one
    `sheet.apply` and, for the general data, one `session.edit` (in setup only).

    Raises `Refused`: `agenda-moved` when the sheet is no longer the one the difference was shown for, and whatever
    the ceremony says (`item-has-run`, `not-in-setup`, …).
    """
    if room is None:
        return (await make(draft)).session.name
    state = room.session.state
    if state.draft != base or base is None:
        raise Refused("agenda-moved")
    head = {
        name: getattr(draft, name) for name in ("title", "host", "mic_policy", "video", "start")
        if getattr(draft, name) != getattr(base, name)
    }
    if head and state.phase != "setup":
        raise Refused("not-in-setup")
    await room.session.ask(ApplySheet(diff(base, draft), state.agenda_rev), by)
    if head:
        await room.session.ask(EditSession(**head), by)
    return room.session.name


def cloned(draft: Draft) -> Draft:
    """Return the sheet for another ceremony: programme, sites, slates; never people (delegates, duty, telephones)."""
    sites = tuple(msgspec.structs.replace(site, phone="", duty=None) for site in draft.sites)
    return msgspec.structs.replace(draft, sites=sites, delegates=())


def _agency(base: Draft | None) -> str:
    """Return whose habits count: the host of the sheet at hand; a new one's is not known before it is read."""
    return "" if base is None else base.host.vi
