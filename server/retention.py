"""Records kept, held and destroyed: decisions in the store, each act a line of the access chain (RECORDING §8)."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from recordings import retention
from recordings.manifest import manifest
from recordings.retention import Keeping
from server.access_chain import AccessChain
from server.store import Store
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.identity import Person
    from server.rooms import Room
    from signaling.commands import Actor

ENDED = ("closed", "cancelled", "sealed")


class Retention:
    """The decisions about every record. `now` is UTC µs."""

    def __init__(self, store: Store, access: AccessChain) -> None:
        """Use the store; say every act in the chain."""
        self._store = store
        self._access = access
        self._busy = asyncio.Lock()

    async def of(self, session: str) -> Keeping:
        """Return what is decided about a record."""

        def work(db: sqlite3.Connection) -> Keeping:
            row = db.execute("SELECT keeping FROM retention WHERE session = ?", (session,)).fetchone()
            return Keeping() if row is None else msgspec.json.decode(row[0], type=Keeping)

        return await self._store.run(work)

    async def _keep(self, session: str, keeping: Keeping) -> Keeping:
        text = msgspec.json.encode(keeping).decode()
        await self._store.run(
            lambda db: db.execute("INSERT OR REPLACE INTO retention VALUES (?, ?)", (session, text)) and None
        )
        return keeping

    async def classify(self, session: str, kind: str, by: Actor) -> Keeping:
        """Give a record its class. Raises `Refused("no-class")`."""
        retention.check_class(kind)
        await self._access.note("retention.class", by, session, kind=kind)
        return await self._keep(session, replace(await self.of(session), kind=kind))

    async def hold(self, session: str, reason: str | None, by: Actor, name: str) -> Keeping:
        """Hold a record whatever its class, for a reason; None lets it go. A request to destroy it ends.

        Raises `Refused("reason-required")`.
        """
        text = None if reason is None else retention.checked_reason(reason)
        await self._access.note("retention.hold", by, session, reason=text)
        held = replace(await self.of(session), hold=text, hold_by=name if text else None)
        return await self._keep(session, _unasked(held))

    async def ask(self, room: Room, reason: str, by: Actor, person: Person, now: int) -> Keeping:
        """Ask for a record to be destroyed: the first of two people. Raises `Refused` (`recordings.retention`)."""
        text = retention.checked_reason(reason)
        keeping = await self.of(room.session.name)
        _check(room, keeping, now)
        await self._access.note("retention.asked", by, room.session.name, reason=text)
        asked = replace(keeping, asked_by=person.id, asked_name=person.name, asked_at=now, asked_reason=text)
        return await self._keep(room.session.name, asked)

    async def withdraw(self, session: str, by: Actor) -> Keeping:
        """Take a request back; anybody who may ask may do so."""
        await self._access.note("retention.withdrawn", by, session)
        return await self._keep(session, _unasked(await self.of(session)))

    async def destroy(self, room: Room, by: Actor, person: Person, now: int, copies: list[str]) -> dict[str, Any]:
        """Destroy a record, as the second of two people, with its `copies`; return what remains of it.

        What remains is in the chain and in the store before the first file goes. The room must be let go of after.
        Raises `Refused`, or `OSError` when something could not be removed; it may be called again then.
        """
        async with self._busy:
            name = room.session.name
            keeping = await self.of(name)
            retention.check_second(keeping, person.id)
            _check(room, keeping, now)
            await asyncio.to_thread(room.recorder.stop, 5.0)
            found = await asyncio.to_thread(manifest, room.folder)
            remains = retention.destroyed(name, found, keeping, person.name, now)
            await self._access.note("record.destroyed", by, name, remains=remains)
            title = msgspec.json.encode(room.session.state.sheet().title).decode()
            await self._store.run(lambda db: _remember(db, name, title, remains, now))
            for folder in (*copies, room.folder):
                if os.path.exists(folder):
                    await asyncio.to_thread(shutil.rmtree, folder)
            return remains

    async def destroyed(self) -> list[dict[str, Any]]:
        """Return what remains of every destroyed record, the latest first."""

        def work(db: sqlite3.Connection) -> list[dict[str, Any]]:
            rows = db.execute("SELECT session, title, remains FROM destroyed ORDER BY at_us DESC")
            return [{"id": row[0], "title": msgspec.json.decode(row[1]), **msgspec.json.decode(row[2])} for row in rows]

        return await self._store.run(work)


def _unasked(keeping: Keeping) -> Keeping:
    return replace(keeping, asked_by=None, asked_name=None, asked_at=None, asked_reason=None)


def _check(room: Room, keeping: Keeping, now: int) -> None:
    state = room.session.state
    if state.phase not in ENDED:
        raise Refused("session-goes-on")
    retention.check_due(keeping, state.closed_at or state.sheet().start, now)


def _remember(db: sqlite3.Connection, name: str, title: str, remains: dict[str, Any], now: int) -> None:
    row = (name, title, msgspec.json.encode(remains).decode(), now)
    db.execute("INSERT OR REPLACE INTO destroyed VALUES (?, ?, ?, ?)", row)
    db.execute("DELETE FROM retention WHERE session = ?", (name,))
