"""What the hub's page and the signer's own page say to it, and hear (JSON, one message each; unknown fields refused)."""

from __future__ import annotations

from typing import Annotated

import msgspec

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """Said by a page."""


class Pair(Ask, frozen=True, tag="pair"):
    """The six digits."""

    code: Annotated[str, msgspec.Meta(max_length=12)]


class Resume(Ask, frozen=True, tag="resume"):
    """The key that was given for them."""

    key: Short


class ListCertificates(Ask, frozen=True, tag="certificates"):
    """What is on the tokens?"""


class Sign(Ask, frozen=True, tag="sign"):
    """Sign a ticket. Two binary messages follow: its PDF, and the revision that was read."""

    ref: Short
    certificate: Short
    ticket: msgspec.Raw


class Cancel(Ask, frozen=True, tag="cancel"):
    """Never mind."""

    ref: Short


class Desk(Ask, frozen=True, tag="desk"):
    """The signer's own page, with the secret of its address."""

    secret: Short


class ShowPage(Ask, frozen=True, tag="page"):
    """Draw a page, from 1; a binary message answers."""

    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Confirm(Ask, frozen=True, tag="confirm"):
    """Sign, with this PIN."""

    ref: Short
    pin: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Decline(Ask, frozen=True, tag="decline"):
    """Do not sign."""

    ref: Short


FromHub = Pair | Resume | ListCertificates | Sign | Cancel
FromDesk = Desk | ShowPage | Confirm | Decline


class Say(msgspec.Struct, frozen=True, tag_field="is"):
    """Said by the signer."""


class Paired(Say, frozen=True, tag="paired"):
    """Ask what you like; `key` spares the digits next time."""

    key: str


class OneCertificate(msgspec.Struct, frozen=True):
    """A certificate that can sign."""

    id: str
    der: bytes
    token: str
    subject: str
    issuer: str
    until_us: int


class Certificates(Say, frozen=True, tag="certificates"):
    """What is on the tokens."""

    found: list[OneCertificate]


class Asked(Say, frozen=True, tag="asked"):
    """The ticket is good and stands before its signer."""

    ref: str


class Signed(Say, frozen=True, tag="signed"):
    """The signature value."""

    ref: str
    value: bytes


class No(Say, frozen=True, tag="no"):
    """Not done: a code of the catalogues."""

    code: str
    ref: str = ""
    detail: dict[str, str | int] = {}


class Waiting(Say, frozen=True, tag="waiting"):
    """To the signer's page: nothing to sign; the digits to type into the hub's."""

    code: str


class Showing(Say, frozen=True, tag="showing"):
    """To the signer's page: what is to be signed. `hash`: of what was read, in groups of four."""

    ref: str
    title: str
    document: str
    version: int
    slot: str
    hash: str
    pages: int
    subject: str
    problem: str = ""
    left: int = 2
