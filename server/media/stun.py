"""STUN binding requests, total: any bytes give a request or `Malformed` (RFC 8489, RFC 8445)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import struct
import zlib
from typing import Final, NamedTuple

from signaling.errors import Malformed

COOKIE: Final = b"\x21\x12\xa4\x42"
MOST: Final = 512
"""Bytes a binding request may have (TRUST §6)."""
_USERNAME, _INTEGRITY, _FINGERPRINT, _USE_CANDIDATE, _XOR_MAPPED = 0x06, 0x08, 0x8028, 0x25, 0x20
_FINGERPRINT_XOR: Final = 0x5354554E


class Request(NamedTuple):
    """A binding request. `ours` is the left part of USERNAME: the ufrag we gave out."""

    transaction: bytes
    ours: str
    nominates: bool
    signed: bytes
    mac: bytes

    def is_from(self, password: str) -> bool:
        """Tell whether MESSAGE-INTEGRITY was made with `password` (RFC 8489 §14.5)."""
        mac = hmac.new(password.encode(), self.signed, hashlib.sha1).digest()
        return hmac.compare_digest(mac, self.mac)


def parse(data: bytes) -> Request:
    """Return the binding request in `data`. Raises `Malformed` for everything else."""
    if not 20 <= len(data) <= MOST or data[4:8] != COOKIE or data[:2] != b"\x00\x01":
        raise Malformed("not a binding request")
    if struct.unpack_from("!H", data, 2)[0] != len(data) - 20 or len(data) & 3:
        raise Malformed("STUN length")
    user: bytes | None = None
    mac: bytes | None = None
    signed = b""
    nominates = False
    pos = 20
    while pos + 4 <= len(data):
        kind, size = struct.unpack_from("!HH", data, pos)
        value = data[pos + 4 : pos + 4 + size]
        if len(value) != size:
            raise Malformed("STUN attribute runs past the end")
        if mac is not None and kind != _FINGERPRINT:
            break  # what follows the integrity is not protected by it: ignore (RFC 8489 §14.5)
        if kind == _USERNAME:
            user = value
        elif kind == _USE_CANDIDATE:
            nominates = True
        elif kind == _INTEGRITY:
            if size != 20:
                raise Malformed("MESSAGE-INTEGRITY size")
            mac = value
            # the length field of the signed text ends with the integrity itself
            signed = data[:2] + struct.pack("!H", pos + 24 - 20) + data[4:pos]
        pos += 4 + size + (-size % 4)
    if user is None or mac is None:
        raise Malformed("no USERNAME or MESSAGE-INTEGRITY")
    ours = user.partition(b":")[0]
    if not ours.isascii():
        raise Malformed("USERNAME")
    return Request(data[8:20], ours.decode("ascii"), nominates, signed, mac)


def answer(request: Request, password: str, host: str, port: int) -> bytes:
    """Return the success response that tells the sender its own address (RFC 8489 §6.3.1.1)."""
    address = ipaddress.ip_address(host)
    family = 1 if address.version == 4 else 2
    mask = COOKIE + request.transaction
    mapped = bytes(a ^ b for a, b in zip(address.packed, mask, strict=False))
    body = struct.pack("!HHBBH", _XOR_MAPPED, 4 + len(mapped), 0, family, port ^ 0x2112) + mapped

    def head(size: int) -> bytes:
        return b"\x01\x01" + struct.pack("!H", size) + COOKIE + request.transaction

    mac = hmac.new(password.encode(), head(len(body) + 24) + body, hashlib.sha1).digest()
    body += struct.pack("!HH", _INTEGRITY, 20) + mac
    crc = zlib.crc32(head(len(body) + 8) + body) ^ _FINGERPRINT_XOR
    return head(len(body) + 8) + body + struct.pack("!HHI", _FINGERPRINT, 4, crc)
