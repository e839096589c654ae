"""Keys of machines that publish without a page, an encoder or OBS: one source each, revocable (TRUST §4)."""

from __future__ import annotations

import sqlite3

import msgspec

from server.identity import digest, new_token
from server.store import Store
from signaling.errors import Refused
from signaling.names import Micros, Seat, SourceId


class Machine(msgspec.Struct, frozen=True):
    """A key as its issuer sees it; the key itself is shown once and kept as its hash."""

    session: str
    source: SourceId
    issued_at: Micros


def machine_seat(source: SourceId) -> Seat:
    """Return the seat a machine publishes from: its own, so that it is closed without its site's page."""
    return Seat(f"m-{source.replace('/', '-')}")


class Machines:
    """The keys of all ceremonies. Asked at every WHIP request, so they are held in memory too."""

    def __init__(self, store: Store) -> None:
        """Read what there is."""
        self._store = store

        def work(db: sqlite3.Connection) -> dict[bytes, Machine]:
            rows = db.execute("SELECT hash, session, source, issued_us FROM machines")
            return {row[0]: Machine(row[1], SourceId(row[2]), Micros(row[3])) for row in rows}

        self._known = store.run_now(work)

    async def issue(self, session: str, source: SourceId, now: Micros) -> str:
        """Return a fresh key for a source; the one before it is dead."""
        key = new_token()
        row = (digest(key), session, source, now)

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM machines WHERE session = ? AND source = ?", (session, source))
            db.execute("INSERT INTO machines (hash, session, source, issued_us) VALUES (?, ?, ?, ?)", row)

        await self._store.run(work)
        self._drop(session, source)
        self._known[row[0]] = Machine(session, source, now)
        return key

    async def revoke(self, session: str, source: SourceId) -> None:
        """Kill a source's key. Raises `Refused("no-seat")` when it has none."""

        def work(db: sqlite3.Connection) -> int:
            return db.execute("DELETE FROM machines WHERE session = ? AND source = ?", (session, source)).rowcount

        if await self._store.run(work) == 0:
            raise Refused("no-seat")
        self._drop(session, source)

    def listed(self, session: str) -> list[Machine]:
        """Return a ceremony's live keys, by source."""
        return sorted((one for one in self._known.values() if one.session == session), key=lambda one: one.source)

    def find(self, key: str) -> Machine | None:
        """Return whose key this is, None for no live one."""
        return self._known.get(digest(key))

    def _drop(self, session: str, source: SourceId) -> None:
        self._known = {h: one for h, one in self._known.items() if (one.session, one.source) != (session, source)}
