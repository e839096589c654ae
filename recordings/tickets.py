"""A ticket: one signature prepared at the hub, to be checked and made where the key is (CEREMONY §10)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Der = Annotated[bytes, msgspec.Meta(max_length=16_384)]
Length = Annotated[int, msgspec.Meta(ge=0, le=1 << 32)]
LONGEST = 60_000
"""Bytes of a ticket as JSON: it goes over a socket that carries 64 KiB."""

LARGEST_FIELD: Final = (340.0, 220.0)
"""Width and height of a field at most, points: what is drawn in it comes after what was read, and may cover no page."""


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be signed. Bytes are base64 in JSON. The PDF goes apart.

    `field` is the PDF field of `slot`; `base_*` the head it was prepared on; `region` the gap of the value, from and to,
    in the prepared PDF; `attrs` the DER of the signed attributes; `order` the fields of the document, in order.
    """

    id: Short
    session: Short
    document: Short
    version: int
    slot: Short
    field: Short
    title: Short
    base_sha256: Sha256
    base_len: Length
    reviewed_sha256: Sha256
    doc_digest: Sha256
    region: tuple[Length, Length]
    attrs: Annotated[bytes, msgspec.Meta(max_length=4096)]
    cert: Der
    chain: Annotated[tuple[Der, ...], msgspec.Meta(max_length=6)]
    pdf_sha256: Sha256
    issued_at: int
    order: Annotated[tuple[Short, ...], msgspec.Meta(max_length=64)] = ()
    v: Literal[1] = 1
