"""Who may sign in: made by an operator, entered by a single-use link, closed for good or for a while (TRUST §3)."""

from __future__ import annotations

import sqlite3
from typing import Final, get_args

import msgspec

from server.identity import Identity, Person
from server.store import Store
from signaling.errors import Refused
from signaling.names import Micros, Role

MADE: Final[tuple[Role, ...]] = ("operator", "co-operator", "secretary", "staff", "auditor")
"""Roles of people with an account. Chair, MC and stage come by their seat's link, sites by theirs."""
LONGEST_NAME: Final = 80
MOST: Final = 500


class Account(msgspec.Struct, frozen=True):
    """A person, whether a password is set, when last signed in (UTC µs), and whether the account is closed."""

    id: int
    name: str
    role: Role
    has_password: bool
    seen_at: int | None
    closed: bool


class People:
    """The accounts. Every method is one transaction of the store."""

    def __init__(self, store: Store, identity: Identity) -> None:
        """Use `store`; links are the identity's."""
        self._store = store
        self._identity = identity

    async def listed(self) -> list[Account]:
        """Return everybody, by name."""

        def work(db: sqlite3.Connection) -> list[Account]:
            rows = db.execute(
                "SELECT p.id, p.name, p.role, p.password IS NOT NULL, max(c.created_us), p.closed_us IS NOT NULL"
                " FROM people p LEFT JOIN cookies c ON c.person = p.id GROUP BY p.id ORDER BY p.name COLLATE NOCASE"
            )
            return [Account(row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5])) for row in rows]

        return await self._store.run(work)

    async def add(self, name: str, role: str, now: Micros) -> tuple[Person, str]:
        """Make a person; return it and the token of its sign-in link, good once and for a day.

        Raises `Refused`: `name-required`, `name-taken`, `no-role`, `too-many-people`.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST_NAME:
            raise Refused("name-required")
        if role not in MADE or role not in get_args(Role):
            raise Refused("no-role")

        def work(db: sqlite3.Connection) -> Person:
            if db.execute("SELECT count(*) FROM people").fetchone()[0] >= MOST:
                raise Refused("too-many-people")
            if any(name.casefold() == known.casefold() for (known,) in db.execute("SELECT name FROM people")):
                raise Refused("name-taken")
            made = db.execute(
                "INSERT INTO people (name, role, created_us) VALUES (?, ?, ?) RETURNING id", (name, role, now)
            ).fetchone()
            return Person(made[0], name, role)

        person = await self._store.run(work)
        return person, await self._identity.person_token(person.id, now)

    async def link(self, person: int, now: Micros) -> str:
        """Return the token of a new sign-in link; those not yet used end. Raises `Refused("no-person")`."""

        def work(db: sqlite3.Connection) -> None:
            if db.execute("SELECT 1 FROM people WHERE id = ? AND closed_us IS NULL", (person,)).fetchone() is None:
                raise Refused("no-person")
            db.execute("DELETE FROM tokens WHERE person = ? AND used_us IS NULL", (person,))

        await self._store.run(work)
        return await self._identity.person_token(person, now)

    async def close(self, person: int, by: int, now: Micros) -> None:
        """Close an account: its links, its browsers, its password count no more. The name stays in the records.

        Raises `Refused`: `no-person`, `yourself`, `last-operator`.
        """

        def work(db: sqlite3.Connection) -> None:
            row = db.execute("SELECT role FROM people WHERE id = ? AND closed_us IS NULL", (person,)).fetchone()
            if row is None:
                raise Refused("no-person")
            if person == by:
                raise Refused("yourself")
            others = "SELECT 1 FROM people WHERE role = 'operator' AND closed_us IS NULL AND id <> ?"
            if row[0] == "operator" and db.execute(others, (person,)).fetchone() is None:
                raise Refused("last-operator")
            db.execute("UPDATE people SET closed_us = ? WHERE id = ?", (now, person))
            db.execute("DELETE FROM tokens WHERE person = ?", (person,))
            db.execute("DELETE FROM cookies WHERE person = ?", (person,))

        await self._store.run(work)

    async def reopen(self, person: int) -> None:
        """Let a closed account in again, by a new link. Raises `Refused("no-person")`."""

        def work(db: sqlite3.Connection) -> None:
            done = db.execute("UPDATE people SET closed_us = NULL, password = NULL WHERE id = ? AND closed_us IS NOT NULL", (person,))
            if done.rowcount != 1:
                raise Refused("no-person")

        await self._store.run(work)
