"""How a room is: what its desks are told of links and record, from everything that is measured (TRUST §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from server.alerts import Measures
from signaling import scenes
from signaling.messages import TrackState
from signaling.names import SiteId, SourceId
from signaling.views import RecorderView

if TYPE_CHECKING:
    from server.media import plane as media
    from server.recorder import RecorderHealth
    from server.rooms import Room

RECORDED: Final = ("open", "suspended")
"""Recording runs through a suspension (CEREMONY §1)."""
UNWRITTEN_MS: Final = 3_000


def measures(room: Room, stats: media.Stats) -> Measures:
    """Return what this second measured, for the alerts of the desks."""
    state, health = room.session.state, room.recorder.health()
    seats = {socket.actor.site for socket in room.sockets if socket.actor.role == "site"}
    watched = state.phase in ("setup", *RECORDED)
    lag = health.mirror
    return Measures(
        recorder_stopped=not health.running and state.phase != "sealed",
        unwritten=_unwritten(room, health),
        loss={source: one.loss for source, one in stats.sources.items()} if watched else {},
        no_picture=tuple(sorted(s for s in seats if s is not None and state.presence.get(s) != "present"))
            if state.phase in RECORDED else (),  # before the opening a page may well be at its check
        waiting=tuple(sorted({one.site or SiteId("") for one in state.lobby.values() if one.state == "waiting"})),
        lag_ms=room.facts.lag_ms,
        sync_ms=max(room.session.append_ms(), *(track.last_sync_ms - 1000 for track in health.tracks), 0),
        disk_s=health.disk_free_s,
        drops_per_s=room.facts.drops_per_s,
        certificate_days=room.facts.days_left(),
        mirror_behind=lag.bytes if lag is not None else 0,
        mirror_failed=lag is not None and bool(lag.error),
    )


def _unwritten(room: Room, health: RecorderHealth) -> tuple[SourceId, ...]:
    """Return the sources on air of which nothing was written for three seconds."""
    state = room.session.state
    if state.phase not in RECORDED:
        return ()
    on_air = set(scenes.program(state).sources) & state.live_sources()
    written = {track.source for track in health.tracks}
    late = {track.source for track in health.tracks if track.source in on_air and track.age_ms > UNWRITTEN_MS}
    mute = on_air - written if _open_for_us(room) > UNWRITTEN_MS * 1000 else set()
    return tuple(sorted(late | mute))


def tracks(room: Room) -> tuple[TrackState, ...]:
    """Return what is being written now, source by source, the better class first."""
    found = sorted(room.recorder.health().tracks, key=lambda one: (one.source, one.klass != "hi"))
    return tuple(
        TrackState(one.source, one.klass, one.bytes_per_s * 8 // 1000, one.key_age_ms, one.last_sync_ms, one.age_ms)
        for one in found
    )


def record_view(room: Room) -> RecorderView:
    """Return what the console shows of the record."""
    state, health = room.session.state, room.recorder.health()
    recording = state.phase in RECORDED
    live = state.live_sources()
    written = {track.source for track in health.tracks}
    fault = "recorder-stopped" if not health.running and state.phase != "sealed" else "unwritten" if _unwritten(room, health) else None
    sync = max((track.last_sync_ms for track in health.tracks), default=None)
    disk = None if health.disk_free_s is None else health.disk_free_s // 60 * 60
    how: Literal["off", "recording", "fault"] = "fault" if fault else "recording" if recording else "off"
    rounded = None if sync is None else -(-sync // 1000) * 1000
    return RecorderView(how, len(written & live), len(live), disk, room.recording_since, rounded, fault)


def _open_for_us(room: Room) -> int:
    opened = room.session.state.opened_at
    return 0 if opened is None else room.session.now() - opened
