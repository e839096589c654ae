"""Seats: one revocable personal link each, bound to the first device that uses it (TRUST §4)."""

from __future__ import annotations

import base64
import binascii
import secrets
import sqlite3
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from server.identity import digest, new_token
from server.store import Store
from signaling.errors import Malformed, Refused
from signaling.names import Micros, Role, Seat, SiteId, site_seat

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 8
_SPOKEN: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
"""What is misheard or misread most (Crockford's base 32)."""
_LINK: Final = "SELECT id, session, site, seat, role, device, bound_us, revoked_us FROM links"


class Link(msgspec.Struct, frozen=True):
    """A seat's link as its issuer sees it; token and code are shown once and never kept."""

    seat: Seat
    role: Role
    site: SiteId
    state: str
    issued_at: Micros


class Entry(msgspec.Struct, frozen=True):
    """What a used link opens."""

    link: int
    session: str
    site: SiteId
    seat: Seat
    role: Role


class Issued(NamedTuple):
    """A fresh link: its token for the address, its code to be read over the telephone."""

    token: str
    code: str


class Bound(Refused):
    """The link is another device's, or was reached by its code: whoever this is waits in the lobby (TRUST §4)."""

    def __init__(self, entry: Entry, why: str) -> None:
        """Keep what the operator may open, and why it did not open by itself."""
        super().__init__("link-bound")
        self.entry = entry
        self.why = why


class Seats:
    """Links of all ceremonies. Every method is one transaction of the store."""

    def __init__(self, store: Store) -> None:
        """Use `store`."""
        self._store = store

    async def issue(self, session: str, site: SiteId, now: Micros) -> str:
        """Return a fresh token for a site's seat."""
        return (await self.issue_seat(session, site_seat(site), "site", site, now)).token

    async def issue_seat(self, session: str, seat: Seat, role: Role, site: SiteId, now: Micros) -> Issued:
        """Return a fresh link for a seat; the one before it is revoked, and its device with it."""
        made = Issued(new_token(), "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH)))
        row = (digest(made.token), session, site, now, seat, role, digest(f"{session}/{made.code}"))

        def work(db: sqlite3.Connection) -> None:
            _revoke(db, session, seat, now)
            db.execute(
                "INSERT INTO links (hash, session, site, issued_us, seat, role, code) VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )

        await self._store.run(work)
        return made

    async def revoke(self, session: str, site: SiteId, now: Micros) -> None:
        """Revoke a site's link. Raises `Refused("no-seat")` when it has none."""
        await self.revoke_seat(session, site_seat(site), now)

    async def revoke_seat(self, session: str, seat: Seat, now: Micros) -> None:
        """Revoke a seat's link. Raises `Refused("no-seat")` when it has none."""
        if not await self._store.run(lambda db: _revoke(db, session, seat, now)):
            raise Refused("no-seat")

    async def links(self, session: str) -> list[Link]:
        """Return the latest link of every seat that ever had one."""

        def work(db: sqlite3.Connection) -> list[Link]:
            rows = db.execute(
                "SELECT seat, role, site, bound_us, revoked_us, issued_us, max(id) FROM links WHERE session = ?"
                " GROUP BY seat",
                (session,),
            )
            return [
                Link(Seat(r[0]), r[1], SiteId(r[2]), "revoked" if r[4] else "bound" if r[3] else "unused", r[5])
                for r in rows
            ]

        return await self._store.run(work)

    async def join(self, token: str, device: str | None, now: Micros) -> Entry:
        """Use a link from a device (its public key). The first device is bound to it and admitted.

        Raises `Refused`: `link-unknown`, `link-revoked`, and `Bound` for another device, or a device without a key
        after one with. `Malformed` for a key that is none.
        """
        if device is not None:
            _public_key(device)

        def work(db: sqlite3.Connection) -> Entry:
            row = db.execute(f"{_LINK} WHERE hash = ?", (digest(token),)).fetchone()
            if row is None:
                raise Refused("link-unknown")
            entry = _entry(row)
            bound_to, bound, revoked = row[5:]
            if revoked is not None:
                raise Refused("link-revoked")
            if bound is not None and (bound_to != device or device is None):
                raise Bound(entry, "other-device" if device is not None else "no-key")
            if bound is None:
                db.execute("UPDATE links SET device = ?, bound_us = ? WHERE id = ?", (device, now, entry.link))
            return entry

        return await self._store.run(work)

    async def knock(self, session: str, code: str) -> Entry:
        """Return the seat that a spoken code asks for; it opens the lobby only. Raises `Refused("link-unknown")`."""
        said = code.upper().translate(_SPOKEN)

        def work(db: sqlite3.Connection) -> Entry:
            row = db.execute(
                f"{_LINK} WHERE code = ? AND revoked_us IS NULL", (digest(f"{session}/{said}"),)
            ).fetchone()
            if row is None:
                raise Refused("link-unknown")
            return _entry(row)

        return await self._store.run(work)

    async def rebind(self, link: int, device: str | None, now: Micros) -> None:
        """Give a seat to another device: the operator's act. Cookies of the one before it are dead."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM cookies WHERE link = ?", (link,))
            db.execute("UPDATE links SET device = ?, bound_us = ? WHERE id = ?", (device, now, link))

        await self._store.run(work)


def check_key(device: str | None) -> None:
    """Raise `Malformed` for a device key that is none."""
    if device is not None:
        _public_key(device)


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(row[0], row[1], SiteId(row[2]), Seat(row[3]), row[4])


def _revoke(db: sqlite3.Connection, session: str, seat: Seat, now: Micros) -> bool:
    done = db.execute(
        "UPDATE links SET revoked_us = ? WHERE session = ? AND seat = ? AND revoked_us IS NULL", (now, session, seat)
    )
    return done.rowcount > 0


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise Malformed("not base64url") from None


def _public_key(device: str) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(_decoded(device))
    except (ValueError, TypeError, binascii.Error):
        raise Malformed("not a public key") from None
    except Exception as error:  # cryptography's UnsupportedAlgorithm is not a ValueError
        raise Malformed("not a public key we can use") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Malformed("a device key is a P-256 key")
    return key


def signed_by(device: str, nonce: str, signature: str) -> bool:
    """Tell whether `signature` (r‖s, 64 bytes, base64url) over `diemcau-hello:<nonce>` is the device's."""
    try:
        raw = _decoded(signature)
        if len(raw) != 64:
            return False
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        _public_key(device).verify(der, f"diemcau-hello:{nonce}".encode(), ec.ECDSA(hashes.SHA256()))
    except (Malformed, InvalidSignature):
        return False
    return True
