"""What happened to the session, its plan, control and the lobby."""

from __future__ import annotations

from typing import Literal

from signaling.agenda import Item, Text
from signaling.draft import Address, Diff, Draft, MicPolicy, OnTake, Quorum, Video
from signaling.events_root import Event
from signaling.names import Cause, ItemId, Micros, Seat, SiteId


class SessionCreated(Event, frozen=True, tag="session.created"):
    """The ceremony exists; its whole run sheet is in the log, so that a folder explains itself."""

    session: str
    draft: Draft
    rehearsal_of: str | None = None


class SessionEdited(Event, frozen=True, tag="session.edited"):
    """The session's own data changed; a field that is None stayed."""

    title: Text | None = None
    host: Text | None = None
    mic_policy: MicPolicy | None = None
    address: Address | None = None
    quorum: Quorum | None = None
    scene_on_take: OnTake | None = None
    start: Micros | None = None
    video: Video | None = None


class SessionOpened(Event, frozen=True, tag="session.opened"):
    """Recording runs from here; planned times freeze."""

    reason: str | None = None


class SessionSuspended(Event, frozen=True, tag="session.suspended"):
    """The ceremony is interrupted; recording goes on."""

    reason: str
    announce: str = ""
    cause: Cause = "other"


class SessionResumed(Event, frozen=True, tag="session.resumed"):
    """The ceremony goes on; the live item gains the time."""


class SessionCancelled(Event, frozen=True, tag="session.cancelled"):
    """The ceremony was called off."""

    reason: str


class SessionClosed(Event, frozen=True, tag="session.closed"):
    """The ceremony is over; it may be reopened for 15 minutes."""

    reason: str | None = None


class SessionReopened(Event, frozen=True, tag="session.reopened"):
    """The ceremony goes on."""

    reason: str


class SeatKnocked(Event, frozen=True, tag="seat.knocked"):
    """A device waits in the lobby; `reason` says why it was not admitted by itself."""

    seat: Seat
    site: SiteId | None = None
    name: str = ""
    reason: str = ""


class SeatAdmitted(Event, frozen=True, tag="seat.admitted"):
    """A waiting device was let in."""

    seat: Seat
    reason: str | None = None


class SeatRefused(Event, frozen=True, tag="seat.refused"):
    """A waiting device was turned away."""

    seat: Seat
    reason: str | None = None


class SeatRevoked(Event, frozen=True, tag="seat.revoked"):
    """A seat was taken back."""

    seat: Seat
    reason: str | None = None


class SeatMoved(Event, frozen=True, tag="seat.moved"):
    """The site's seat went to this device; whichever had it is out."""

    seat: Seat
    reason: str | None = None


class ControlMoved(Event, frozen=True, tag="control.moved"):
    """Another seat is in control. `epoch` rises by one each time; `how`: claimed while free, given, taken."""

    seat: Seat
    epoch: int
    how: Literal["claimed", "given", "taken"] = "claimed"
    reason: str | None = None


class SheetApplied(Event, frozen=True, tag="sheet.applied"):
    """A re-imported run sheet was applied."""

    diff: Diff


class ItemAdded(Event, frozen=True, tag="item.added"):
    """An item joined the plan, before another one or at the end."""

    item: Item
    before: ItemId | None = None


class ItemEdited(Event, frozen=True, tag="item.edited"):
    """An item's plan was replaced."""

    item: Item


class ItemRemoved(Event, frozen=True, tag="item.removed"):
    """An item left the plan."""

    item: ItemId


class ItemMoved(Event, frozen=True, tag="item.moved"):
    """An item changed its place. `acts` as in `next.set`."""

    item: ItemId
    before: ItemId | None = None
    acts: int = 0


class ItemRetimed(Event, frozen=True, tag="item.retimed"):
    """An item was given minutes more, or less."""

    item: ItemId
    minutes: int


class AgendaUndone(Event, frozen=True, tag="agenda.undone"):
    """The act that began with event `seq` was undone: agenda, scene and floor are as before it."""

    seq: int


class NextSet(Event, frozen=True, tag="next.set"):
    """An item became next, with a frozen copy from which it will run. Both empty: nothing is next.

    `acts`, here and below: how many events one act that can be undone led to, this one being the first of them;
    0 for every other event.
    """

    item: ItemId | None = None
    frozen: Item | None = None
    acts: int = 0


class ItemTaken(Event, frozen=True, tag="item.taken"):
    """An item went live; `run` counts its starts from 1."""

    item: ItemId
    run: int
    reason: str | None = None
    acts: int = 0


class ItemEnded(Event, frozen=True, tag="item.ended"):
    """The live item is done."""

    item: ItemId
    acts: int = 0


class ItemHeld(Event, frozen=True, tag="item.held"):
    """The live item was put back and may be taken again."""

    item: ItemId
    acts: int = 0


class ItemSkipped(Event, frozen=True, tag="item.skipped"):
    """An item will not run."""

    item: ItemId
    reason: str | None = None
    acts: int = 0


class ItemRestored(Event, frozen=True, tag="item.restored"):
    """A skipped item is planned again."""

    item: ItemId
