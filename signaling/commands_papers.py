"""Commands about documents and their signing (CEREMONY §3, §10).

Those that carry the result of work on bytes (`document.add`, `document.publish`, `ticket.issue`, `ticket.finish`,
`scan.attach`, `session.seal` …) come from the hub itself, for a person who asked over HTTP: never over a socket.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from signaling.acting import Command, Words
from signaling.agenda import Text
from signaling.draft import SigningMode, Slot
from signaling.papers import Level, PaperKind

Sha = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Page = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class AddDocument(Command, frozen=True, tag="document.add"):
    """Hand in a file: SHA-256, pages and the name it came by. Minutes bring title, mode and slots with them."""

    document: str
    sha256: Sha
    pages: Page
    name: Words = ""
    kind: PaperKind = "ceremony"
    title: Text | None = None
    mode: SigningMode | None = None
    slots: tuple[Slot, ...] = ()


class PublishDocument(Command, frozen=True, tag="document.publish"):
    """Show a file to everyone. `sha256`: what was handed in; `published`: the same with its signature fields."""

    document: str
    sha256: Sha
    published: Sha
    after: int


class WithdrawDocument(Command, frozen=True, tag="document.withdraw"):
    """Take a published document back; its agreements and its ticket die, its signatures stay in the log."""

    document: str
    reason: Words


class LeaveDocument(Command, frozen=True, tag="document.leave"):
    """Leave a document unsigned for good."""

    document: str
    reason: Words


class PageDocument(Command, frozen=True, tag="document.page"):
    """Turn to a page, from 1: everywhere at once."""

    document: str
    page: Page


class ExchangeDocument(Command, frozen=True, tag="document.exchange"):
    """Note that the signed copies were exchanged."""

    document: str


class AssignSlot(Command, frozen=True, tag="slot.assign"):
    """Say who signs: the person, and by which authority (`KT.`, `TL.` …, of the party's list) and paper, if a deputy."""

    document: str
    slot: str
    person: Words
    authority: Words = ""
    basis: Words = ""


class DeclineSlot(Command, frozen=True, tag="slot.decline"):
    """Decline to sign; the signing is interrupted."""

    document: str
    slot: str
    reason: Words


class BeginSigning(Command, frozen=True, tag="signing.begin"):
    """Begin, or go on after an interruption. A reason is needed while agreements are missing."""

    document: str
    after: int
    reason: Words | None = None


class InterruptSigning(Command, frozen=True, tag="signing.interrupt"):
    """Interrupt the signing; what has landed stands."""

    document: str
    reason: Words


class LowerPen(Command, frozen=True, tag="pen.down"):
    """The pen touches the paper."""

    document: str
    slot: str


class RaisePen(Command, frozen=True, tag="pen.up"):
    """It leaves it."""

    document: str
    slot: str


class VoidPen(Command, frozen=True, tag="pen.void"):
    """The sheet is spoilt: pen down again on a new one."""

    document: str
    slot: str
    reason: Words


class WitnessInk(Command, frozen=True, tag="ink.witness"):
    """Another person has seen the signature; with that it stands."""

    document: str
    slot: str


class AttachScan(Command, frozen=True, tag="scan.attach"):
    """Add the scan of the signed paper; lands all seals, and for minutes (`signers`: slot → name) all signatures."""

    document: str
    sha256: Sha
    pages: Page
    signers: dict[str, Words] = msgspec.field(default_factory=dict)


class StampScan(Command, frozen=True, tag="scan.stamp"):
    """The clerk's digital seal stands on the scan (`base`); it makes a new file and no signature of a leader."""

    document: str
    base: Sha
    sha256: Sha
    person: Words


class IssueTicket(Command, frozen=True, tag="ticket.issue"):
    """A slot's signature was prepared for a certificate: `base` is the head it was prepared on."""

    document: str
    slot: str
    ticket: Words
    base: Sha
    certificate: Sha


class FinishTicket(Command, frozen=True, tag="ticket.finish"):
    """The signer's value was put in and verified. Asked twice, it lands once."""

    ticket: Words
    base: Sha
    sha256: Sha
    level: Level


class CancelTicket(Command, frozen=True, tag="ticket.cancel"):
    """Give a ticket up."""

    ticket: Words
    reason: Words


class ExtendDocument(Command, frozen=True, tag="document.extend"):
    """Proof was added after the last signature: a time stamp, revocation data."""

    document: str
    base: Sha
    sha256: Sha
    level: Level


class SealSession(Command, frozen=True, tag="session.seal"):
    """Close the record for good. `manifest`: SHA-256 of the signed manifest; `open_clips`: what still records."""

    manifest: Sha
    open_clips: int = 0
