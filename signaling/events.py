"""What happened. Past tense, never rewritten; an old event is upcast on reading (CEREMONY §3, TRUST §8)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from signaling.agenda import Item
from signaling.draft import Draft
from signaling.errors import Malformed
from signaling.names import Gate, ItemId, SiteId, SourceId

Presence = Literal["absent", "present", "lost"]


class Event(msgspec.Struct, frozen=True, tag_field="is", forbid_unknown_fields=True, omit_defaults=True):
    """Root of all events; the wire name stands in the field `is`."""


class SessionCreated(Event, frozen=True, tag="session.created"):
    """The ceremony exists; its whole run sheet is in the log, so that a folder explains itself."""

    session: str
    draft: Draft


class SessionOpened(Event, frozen=True, tag="session.opened"):
    """Recording runs from here; planned times freeze."""

    reason: str | None = None


class SessionClosed(Event, frozen=True, tag="session.closed"):
    """The ceremony is over; it may be reopened for 15 minutes."""

    reason: str | None = None


class SessionReopened(Event, frozen=True, tag="session.reopened"):
    """The ceremony goes on."""

    reason: str


class NextSet(Event, frozen=True, tag="next.set"):
    """An item became next, with a frozen copy from which it will run. Both empty: nothing is next."""

    item: ItemId | None = None
    frozen: Item | None = None


class ItemTaken(Event, frozen=True, tag="item.taken"):
    """An item went live; `run` counts its starts from 1."""

    item: ItemId
    run: int
    reason: str | None = None


class ItemEnded(Event, frozen=True, tag="item.ended"):
    """The live item is done."""

    item: ItemId


class ItemHeld(Event, frozen=True, tag="item.held"):
    """The live item was put back and may be taken again."""

    item: ItemId


class ItemSkipped(Event, frozen=True, tag="item.skipped"):
    """An item will not run."""

    item: ItemId
    reason: str | None = None


class ItemRestored(Event, frozen=True, tag="item.restored"):
    """A skipped item is planned again."""

    item: ItemId


class ScenePrepared(Event, frozen=True, tag="scene.prepared"):
    """A scene is in the preview. Empty: nothing is."""

    scene: str | None = None


class SceneSet(Event, frozen=True, tag="scene.set"):
    """What the audience sees from now on."""

    scene: str


class FloorAsked(Event, frozen=True, tag="floor.asked"):
    """A site raised its hand."""

    site: SiteId
    topic: str | None = None


class FloorWithdrawn(Event, frozen=True, tag="floor.withdrawn"):
    """A site lowered its hand."""

    site: SiteId


class FloorDropped(Event, frozen=True, tag="floor.dropped"):
    """A hand was taken out of the queue: by the operator, or because the site went absent."""

    site: SiteId


class FloorInvited(Event, frozen=True, tag="floor.invited"):
    """A site is asked to get ready; only the operator hears it."""

    site: SiteId


class FloorGranted(Event, frozen=True, tag="floor.granted"):
    """A site has the floor: its microphone is open."""

    site: SiteId


class FloorEnded(Event, frozen=True, tag="floor.ended"):
    """The holder's or the invited site's turn is over."""

    site: SiteId


class MicSet(Event, frozen=True, tag="mic.set"):
    """The operator set a microphone apart from the policy."""

    site: SiteId
    state: Gate


class RollcallAnswered(Event, frozen=True, tag="rollcall.answered"):
    """A site's answer to the roll call, given by itself or for it."""

    site: SiteId
    present: int
    head: str = ""
    quorum: bool = True
    hears: bool = True
    sees: bool = True


class RollcallMarked(Event, frozen=True, tag="rollcall.marked"):
    """The desk noted a site as absent or late."""

    site: SiteId
    mark: Literal["absent", "late"]


class RollcallDeclared(Event, frozen=True, tag="rollcall.declared"):
    """The chair's declaration: it decides, whatever was counted."""

    met: bool
    note: str | None = None


class SiteBack(Event, frozen=True, tag="site.back"):
    """A site's camera sends again (or for the first time)."""

    site: SiteId


class SiteLost(Event, frozen=True, tag="site.lost"):
    """No sound or picture for 2 s."""

    site: SiteId


class SiteAbsent(Event, frozen=True, tag="site.absent"):
    """No sound or picture for 10 s: it leaves floor and scene."""

    site: SiteId


class SourceBack(Event, frozen=True, tag="source.back"):
    """A source other than a site's camera sends."""

    source: SourceId


class SourceLost(Event, frozen=True, tag="source.lost"):
    """A source other than a site's camera is silent."""

    source: SourceId


class RecorderChanged(Event, frozen=True, tag="recorder.changed"):
    """News of the record: clips opened and closed, gaps, shedding, and the heads of the clips' hash chains."""

    kind: Literal["opened", "gap", "closed", "shed", "heads", "error"]
    source: SourceId | None = None
    clip: str | None = None
    detail: dict[str, Any] = {}


class ServerStarted(Event, frozen=True, tag="server.started"):
    """The server took up the live session again after a stop; every site counts as lost until it sends."""

    version: str


AnyEvent = (
    SessionCreated | SessionOpened | SessionClosed | SessionReopened | NextSet | ItemTaken | ItemEnded | ItemHeld
    | ItemSkipped | ItemRestored | ScenePrepared | SceneSet | FloorAsked | FloorWithdrawn | FloorDropped
    | FloorInvited | FloorGranted | FloorEnded | MicSet | RollcallAnswered | RollcallMarked | RollcallDeclared
    | SiteBack | SiteLost | SiteAbsent | SourceBack | SourceLost | RecorderChanged | ServerStarted
)  # fmt: skip


def to_plain(event: AnyEvent) -> dict[str, Any]:
    """Return the event as JSON-ready values, the form the log chains and keeps."""
    plain: dict[str, Any] = msgspec.to_builtins(event)
    return plain


def from_plain(plain: object) -> AnyEvent:
    """Read an event back. Raises `Malformed` for anything that is not one."""
    try:
        event: AnyEvent = msgspec.convert(plain, AnyEvent)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Malformed(f"not an event: {error}") from None
    return event
