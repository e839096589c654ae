"""Commands about the plan: the session's data, the run sheet, control, the lobby (CEREMONY §3)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from signaling.acting import Command, Words
from signaling.agenda import Item, Text
from signaling.draft import Address, Diff, Draft, MicPolicy, OnTake, Quorum, Video
from signaling.names import Cause, ItemId, Seat, SiteId


class CreateSession(Command, frozen=True, tag="session.create"):
    """Make a ceremony from a checked run sheet; a rehearsal names the ceremony it is for."""

    session: str
    draft: Draft
    rehearsal_of: str | None = None


class EditSession(Command, frozen=True, tag="session.edit"):
    """Change the session's own data, in setup only. A field left out stays."""

    title: Text | None = None
    host: Text | None = None
    mic_policy: MicPolicy | None = None
    address: Address | None = None
    quorum: Quorum | None = None
    scene_on_take: OnTake | None = None
    start: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] | None = None
    video: Video | None = None


class SuspendSession(Command, frozen=True, tag="session.suspend"):
    """Interrupt: the floor is taken back, all see the holding picture. `announce` is what halls are to be told."""

    reason: Words
    announce: Words = ""
    cause: Cause = "other"


class ResumeSession(Command, frozen=True, tag="session.resume"):
    """Go on, with the picture of before."""


class CancelSession(Command, frozen=True, tag="session.cancel"):
    """Call the ceremony off, from setup or while suspended."""

    reason: Words


class AdmitSeat(Command, frozen=True, tag="seat.admit"):
    """Let a waiting device in."""

    seat: Seat
    reason: Words | None = None


class RefuseSeat(Command, frozen=True, tag="seat.refuse"):
    """Turn a waiting device away."""

    seat: Seat
    reason: Words | None = None


class RevokeSeat(Command, frozen=True, tag="seat.revoke"):
    """Take a seat back; its socket and its media end."""

    seat: Seat
    reason: Words | None = None


class MoveSeat(Command, frozen=True, tag="seat.move"):
    """Give a site's seat to the waiting device; the one that had it is out."""

    seat: Seat
    reason: Words | None = None


class KnockSeat(Command, frozen=True, tag="seat.knock"):
    """The server's news: a device waits in the lobby, and why it was not admitted by itself."""

    seat: Seat
    site: SiteId | None = None
    name: Words = ""
    reason: Words = ""


class GiveControl(Command, frozen=True, tag="control.give"):
    """Hand control to another operator's seat."""

    seat: Seat


class TakeControl(Command, frozen=True, tag="control.take"):
    """Take control; always succeeds (the page asks for a press of 1 s)."""

    reason: Words


class ApplySheet(Command, frozen=True, tag="sheet.apply"):
    """Apply what a re-imported run sheet changes, all of it or nothing. `after` is the agenda revision."""

    diff: Diff
    after: int


class AddItem(Command, frozen=True, tag="item.add"):
    """Add an item before another one, or at the end."""

    item: Item
    before: ItemId | None = None


class EditItem(Command, frozen=True, tag="item.edit"):
    """Replace the item of the same id. A frozen copy stays as it was until `item.next`."""

    item: Item


class RemoveItem(Command, frozen=True, tag="item.remove"):
    """Remove an item that has not run."""

    item: ItemId


class MoveItem(Command, frozen=True, tag="item.move"):
    """Move an item before another one, or to the end."""

    item: ItemId
    after: int
    before: ItemId | None = None


class RetimeItem(Command, frozen=True, tag="item.time"):
    """Give an item some minutes more, or less. Exempt from `after`."""

    item: ItemId
    minutes: Annotated[int, msgspec.Meta(ge=-1440, le=1440)]


class UndoAgenda(Command, frozen=True, tag="agenda.undo"):
    """Undo the last take, hold, end, skip, move or next within 10 s. `seq` stands in the agenda's `undo`."""

    seq: int


