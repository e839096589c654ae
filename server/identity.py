"""People: passwords, single-use sign-in links, the first run, web sessions (TRUST §3). Tokens are kept hashed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import sqlite3
from typing import Final, cast

import argon2
import msgspec

from server.store import Store
from signaling.commands import Actor
from signaling.errors import Refused
from signaling.names import Micros, Role, Seat, SiteId

ABSOLUTE_US: Final = 12 * 3600 * 1_000_000
ENTER_US: Final = 24 * 3600 * 1_000_000
SHORTEST, LONGEST = 12, 128
_hasher = argon2.PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_DUMMY: Final = _hasher.hash("nobody has this password")
"""Verified for unknown names too, so that the time of a refusal tells nothing about who exists."""
_COMMON: Final = ("password", "matkhau", "diemcau", "123456789", "vienkiemsat", "thaibinh")


class Person(msgspec.Struct, frozen=True):
    """Somebody who signs in."""

    id: int
    name: str
    role: Role


def digest(token: str) -> bytes:
    """Return the form in which a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_token() -> str:
    """Return 43 characters, 256 random bits."""
    return secrets.token_urlsafe(32)


def check_password(text: str) -> None:
    """Refuse (`weak-password`) what is too short, too long, or stands in every list."""
    folded = text.casefold()
    weak = any(folded.startswith(word) and len(folded) < len(word) + 8 for word in _COMMON)
    if not SHORTEST <= len(text) <= LONGEST or weak or len(set(text)) < 5:
        raise Refused("weak-password")


class Identity:
    """Who is who. Every method is one transaction of the store."""

    def __init__(self, store: Store) -> None:
        """Use `store`."""
        self._store = store
        self._hashing = asyncio.Semaphore(os.cpu_count() or 1)

    async def has_people(self) -> bool:
        """Tell whether the first run is over."""
        return await self._store.run(_has_people)

    async def person_token(self, person: int | None, now: Micros) -> str:
        """Return a fresh single-use token: for a person to sign in, or (None) for the first run."""
        token = new_token()
        kind = "setup" if person is None else "enter"
        row = (digest(token), kind, person, now + ENTER_US)

        def work(db: sqlite3.Connection) -> None:
            if person is None:
                db.execute("DELETE FROM tokens WHERE kind = 'setup'")
            db.execute("INSERT INTO tokens (hash, kind, person, expires_us) VALUES (?, ?, ?, ?)", row)

        await self._store.run(work)
        return token

    async def ensure(self, name: str, role: Role, now: Micros) -> Person:
        """Return the person of that name, made without a password if new."""

        def work(db: sqlite3.Connection) -> Person:
            db.execute(
                "INSERT OR IGNORE INTO people (name, role, created_us) VALUES (?, ?, ?)", (name, role, now)
            )
            row = db.execute("SELECT id, name, role FROM people WHERE name = ?", (name,)).fetchone()
            return Person(row[0], row[1], row[2])

        return await self._store.run(work)

    async def claim(self, token: str, name: str, password: str, now: Micros) -> Person:
        """Make the first person, admin and operator in one. One winner: `setup-done` for everyone after."""
        check_password(password)
        if not 0 < len(name.strip()) <= 80:
            raise Refused("name-required")
        kept = await self._hash(password)

        def work(db: sqlite3.Connection) -> Person:
            if _has_people(db):
                raise Refused("setup-done")
            used = db.execute(
                "UPDATE tokens SET used_us = ? WHERE hash = ? AND kind = 'setup' AND used_us IS NULL AND expires_us > ?",
                (now, digest(token), now),
            )
            if used.rowcount != 1:
                raise Refused("link-unknown")
            row = db.execute(
                "INSERT INTO people (name, role, password, created_us) VALUES (?, 'operator', ?, ?) RETURNING id",
                (name.strip(), kept, now),
            ).fetchone()
            return Person(row[0], name.strip(), "operator")

        return await self._store.run(work)

    async def enter(self, token: str, now: Micros) -> Person:
        """Use up a sign-in link. Raises `Refused("link-unknown")`: never issued, used, or expired."""

        def work(db: sqlite3.Connection) -> Person:
            row = db.execute(
                "UPDATE tokens SET used_us = ? WHERE hash = ? AND kind = 'enter' AND used_us IS NULL AND expires_us > ?"
                " RETURNING person",
                (now, digest(token), now),
            ).fetchone()
            if row is None:
                raise Refused("link-unknown")
            found = db.execute("SELECT id, name, role FROM people WHERE id = ? AND closed_us IS NULL", row).fetchone()
            if found is None:
                raise Refused("link-unknown")
            return Person(found[0], found[1], found[2])

        return await self._store.run(work)

    async def login(self, name: str, password: str) -> Person:
        """Check a password. Raises `Refused("wrong-password")`, the same and as slow for an unknown name."""

        def work(db: sqlite3.Connection) -> tuple[int, str, str, str | None] | None:
            row = db.execute(
                "SELECT id, name, role, password FROM people WHERE name = ? AND closed_us IS NULL", (name.strip(),)
            ).fetchone()
            return cast("tuple[int, str, str, str | None] | None", row)

        row = await self._store.run(work)
        kept = _DUMMY if row is None or row[3] is None else row[3]
        async with self._hashing:
            good = await asyncio.to_thread(_verify, kept, password[: LONGEST * 4])
        if row is None or row[3] is None or not good:
            raise Refused("wrong-password")
        return Person(row[0], row[1], cast("Role", row[2]))

    async def set_password(self, person: int, now_used: str, password: str) -> None:
        """Set a person's password; one that has one gives it too. Raises `Refused`: `weak-password`, `wrong-password`."""
        check_password(password)

        def known(db: sqlite3.Connection) -> str | None:
            row = db.execute("SELECT password FROM people WHERE id = ?", (person,)).fetchone()
            return None if row is None else cast("str | None", row[0])

        before = await self._store.run(known)
        if before is not None:
            async with self._hashing:
                if not await asyncio.to_thread(_verify, before, now_used[: LONGEST * 4]):
                    raise Refused("wrong-password")
        kept = await self._hash(password)
        await self._store.run(lambda db: db.execute("UPDATE people SET password = ? WHERE id = ?", (kept, person)) and None)

    async def open_cookie(self, now: Micros, *, person: Person | None = None, link: int | None = None, seat: str = "") -> str:
        """Begin a web session and return its secret: a person's (each browser gets its own seat), or a seat's."""
        secret = new_token()
        where = seat or f"p-{person.id if person else 0}-{secrets.token_hex(3)}"
        row = (digest(secret), where, person.id if person else None, link, now, now)

        def work(db: sqlite3.Connection) -> None:
            db.execute("INSERT INTO cookies VALUES (?, ?, ?, ?, ?, ?)", row)
            db.execute("DELETE FROM cookies WHERE created_us < ?", (now - 2 * ABSOLUTE_US,))

        await self._store.run(work)
        return secret

    async def person_of(self, secret: str, now: Micros) -> tuple[Person, Actor] | None:
        """Return who holds a person's cookie, or None."""

        def work(db: sqlite3.Connection) -> tuple[Person, Actor] | None:
            row = db.execute(
                "SELECT p.id, p.name, p.role, c.seat FROM cookies c JOIN people p ON p.id = c.person"
                " WHERE c.hash = ? AND c.created_us > ? AND p.closed_us IS NULL",
                (digest(secret), now - ABSOLUTE_US),
            ).fetchone()
            if row is None:
                return None
            return Person(row[0], row[1], row[2]), Actor(Seat(row[3]), row[2])

        return await self._store.run(work)

    async def site_of(self, secret: str, now: Micros) -> tuple[str, Actor, str | None] | None:
        """Return (ceremony, actor, device key) of a seat's cookie, or None: unknown, expired, or link revoked."""

        def work(db: sqlite3.Connection) -> tuple[str, Actor, str | None] | None:
            row = db.execute(
                "SELECT l.session, c.seat, l.site, l.device, l.role FROM cookies c JOIN links l ON l.id = c.link"
                " WHERE c.hash = ? AND c.created_us > ? AND l.revoked_us IS NULL",
                (digest(secret), now - 2 * ABSOLUTE_US),
            ).fetchone()
            if row is None:
                return None
            return row[0], Actor(Seat(row[1]), row[4], SiteId(row[2]) if row[2] else None), row[3]

        return await self._store.run(work)

    async def close_cookie(self, secret: str) -> None:
        """End a web session."""
        await self._store.run(lambda db: db.execute("DELETE FROM cookies WHERE hash = ?", (digest(secret),)) and None)

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(_hasher.hash, password)


def _has_people(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM people WHERE password IS NOT NULL").fetchone() is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except argon2.exceptions.VerificationError:
        return False
