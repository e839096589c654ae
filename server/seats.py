"""Seats: one revocable personal link each, bound to the first device that uses it (TRUST §4)."""

from __future__ import annotations

import base64
import binascii
import sqlite3

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from server.identity import digest, new_token
from server.store import Store
from signaling.errors import Malformed, Refused
from signaling.names import Micros, SiteId


class Link(msgspec.Struct, frozen=True):
    """A site's link as its issuer sees it; the token itself is shown once and never kept."""

    site: SiteId
    state: str
    issued_at: Micros


class Entry(msgspec.Struct, frozen=True):
    """What a used link opens."""

    link: int
    session: str
    site: SiteId


class Seats:
    """Links of all ceremonies. Every method is one transaction of the store."""

    def __init__(self, store: Store) -> None:
        """Use `store`."""
        self._store = store

    async def issue(self, session: str, site: SiteId, now: Micros) -> str:
        """Return a fresh token for a site; the one before it is revoked, and its device with it."""
        token = new_token()

        def work(db: sqlite3.Connection) -> None:
            _revoke(db, session, site, now)
            db.execute(
                "INSERT INTO links (hash, session, site, issued_us) VALUES (?, ?, ?, ?)",
                (digest(token), session, site, now),
            )

        await self._store.run(work)
        return token

    async def revoke(self, session: str, site: SiteId, now: Micros) -> None:
        """Revoke a site's link. Raises `Refused("no-seat")` when it has none."""
        if not await self._store.run(lambda db: _revoke(db, session, site, now)):
            raise Refused("no-seat")

    async def links(self, session: str) -> list[Link]:
        """Return the latest link of every site that ever had one."""

        def work(db: sqlite3.Connection) -> list[Link]:
            rows = db.execute(
                "SELECT site, bound_us, revoked_us, issued_us, max(id) FROM links WHERE session = ? GROUP BY site",
                (session,),
            )
            return [Link(SiteId(r[0]), "revoked" if r[2] else "bound" if r[1] else "unused", r[3]) for r in rows]

        return await self._store.run(work)

    async def join(self, token: str, device: str | None, now: Micros) -> Entry:
        """Use a link from a device (its public key). The first device is bound to it and admitted.

        Raises `Refused`: `link-unknown`, `link-revoked`, `link-bound` (another device, or a device without a key
        after one with; the lobby, later, is where such a device will wait). `Malformed` for a key that is none.
        """
        if device is not None:
            _public_key(device)

        def work(db: sqlite3.Connection) -> Entry:
            row = db.execute(
                "SELECT id, session, site, device, bound_us, revoked_us FROM links WHERE hash = ?", (digest(token),)
            ).fetchone()
            if row is None:
                raise Refused("link-unknown")
            link, session, site, bound_to, bound, revoked = row
            if revoked is not None:
                raise Refused("link-revoked")
            if bound is not None and (bound_to != device or device is None):
                raise Refused("link-bound")
            if bound is None:
                db.execute("UPDATE links SET device = ?, bound_us = ? WHERE id = ?", (device, now, link))
            return Entry(link, session, SiteId(site))

        return await self._store.run(work)


def _revoke(db: sqlite3.Connection, session: str, site: SiteId, now: Micros) -> bool:
    done = db.execute(
        "UPDATE links SET revoked_us = ? WHERE session = ? AND site = ? AND revoked_us IS NULL", (now, session, site)
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
