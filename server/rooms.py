"""Ties one ceremony's session to its room in the media plane, its recorder and its screens.

The media plane and the session do not know each other: news goes in as commands by the system, the state comes
out as a casting.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from server import condition
from server.alerts import Watch
from server.checkpoints import Checkpoints
from server.clock import JUMP_US, Clock, monotonic_us
from server.condition import RECORDED
from server.history import Past
from server.lines import Lines
from server.media import plane as media
from server.pulse import Pulse
from server.recorder import Recorder, RecorderNews
from server.sessions import Session
from server.signing import Papers
from server.stills import Stills
from server.trial import Trial
from signaling import events, messages, scenes, views
from signaling.commands import Actor, JumpClock, ReportPresence, ReportRecorder
from signaling.errors import Refused
from signaling.messages import LinkHealth, SlotState
from signaling.names import Seat, SiteId, SourceId, person_of, site_of, site_seat, source_name
from signaling.papers import Paper
from signaling.state import State, gates
from signaling.views import DESK, OPERATORS

ABSENT_US: Final = 10_000_000
ABSENT_AFTER_RESTART_US: Final = 30_000_000
"""After a restart every site folds to `lost`; give them time to come back by themselves (RULINGS)."""
METERED: Final = frozenset({"site", "viewer", "mc"})
"""Roles beside the desks whose screens show pictures, and so who speaks."""
KEEP_RECORDING_S: Final = 60.0
HEALTH_S: Final = 1.0
log = logging.getLogger("diemcau.room")


class Room:
    """One live ceremony: session, media room, recorder, sockets."""

    def __init__(
        self, session: Session, plane: media.Plane, folder: str, clock: Clock, pulse: Pulse, *,
        mirror: str | None = None,
    ) -> None:  # fmt: skip
        """Join the parts and bring the media plane to the state of the log; `mirror` is where the second copy goes."""
        self.session = session
        self.clock = clock
        self.folder = folder
        self.sockets: set[SocketScreen] = set()
        self.slots: dict[Seat, tuple[SlotState, ...]] = {}
        self.layers: dict[SourceId, messages.Layers] = {}
        self.uses: dict[str, tuple[Seat, str]] = {}
        self.revoked: Callable[[Seat], None] = lambda _seat: None
        self._loop = asyncio.get_running_loop()
        self.recorder = Recorder(
            folder, session.name, epoch_us=clock.epoch_us, report=self._recorded_elsewhere,
            want_key=self.key_wanted_elsewhere, mirror=mirror,
        )
        self.media = plane.room(session.name, sink=self.recorder.sink, news=self.heard)
        self._last_seen: dict[SourceId, int] = {}
        self._restarted_us = monotonic_us()
        self._stop_recording: asyncio.TimerHandle | None = None
        self._view = views.NO_RECORDER
        self._jumped_us = 0
        self.recording_since = session.state.opened_at
        self.past = Past(folder, session.name)
        self.noting = asyncio.Lock()
        self.trial = Trial(self)
        self.papers: Papers
        self.stills: Stills
        self.checkpoints: Checkpoints
        self.facts = pulse
        self._watch = Watch()
        self.lines = Lines()
        self._seat_sites(session.state)
        session.moved.append(self._moved)
        session.ready_to_record = lambda: self.recorder.health().running
        session.may_control = self._is_operator_here

    def _seat_sites(self, state: State) -> None:
        for site in state.sheet().sites if state.draft else ():
            self.session.viewers.setdefault(site_seat(site.id), scenes.Viewer(site_seat(site.id), desk=False, site=site.id))

    def _is_operator_here(self, seat: Seat) -> bool:
        here = (socket.actor for socket in self.sockets)
        return any(one.role in OPERATORS and person_of(one.seat) == person_of(seat) for one in here)

    def recorded(self) -> frozenset[SourceId]:
        """Return the sources that are being written now."""
        return frozenset(one.source for one in self.recorder.health().tracks)

    def state_paper(self, document: str) -> Paper | None:
        """Return a document of the ceremony, or None."""
        return self.session.state.paper(document)

    def start(self) -> None:
        """Start recorder threads and follow the state the log left. A sealed record is not touched any more."""
        if self.session.state.phase != "sealed":
            self.recorder.start()
            self.recorder.set_recording(self.session.state.phase in RECORDED)
        self._cast(self.session.state)

    def stop(self) -> None:
        """Close clips, then media."""
        self.recorder.stop(5.0)
        self.media.close()

    async def pulse(self) -> None:
        """Once a second: absences, health of links and record, told to the desks. Until cancelled."""
        while True:
            await asyncio.sleep(HEALTH_S)
            self._absences()
            self._clock_jumped()
            self._health()

    # --- news of the media plane --------------------------------------------------------------------------

    def heard(self, news: media.News) -> None:
        """Take news from the media plane; called on the loop, must not wait."""
        match news:
            case media.Back(source=source):
                self._last_seen.pop(source, None)
                self.session.report(ReportPresence(source, "back"))
            case media.Lost(source=source) | media.Gone(source=source):
                self._last_seen.setdefault(source, monotonic_us())
                self.session.report(ReportPresence(source, "lost"))
            case media.Slots(seat=seat, slots=slots):
                self._slots_moved(seat, slots)
            case media.Levels():
                self._meters(news)
            case media.Layers(source=source):
                message = messages.Layers(source, news.l, news.m, news.h)
                self.layers[source] = message
                self._to_seat(site_seat(site_of(source)), message)
            case media.Stalled(resource=resource, seat=seat):
                use = self.uses.get(resource)
                if use is not None:
                    self._to_seat(seat, messages.Stalled(use[1]))

    def _slots_moved(self, seat: Seat, slots: tuple[media.SlotState, ...]) -> None:
        silent = {
            i for i, placed in enumerate(self.session.casting().slots.get(seat, ())) if not placed.sound
        }
        told = tuple(
            SlotState(one.slot, one.source, one.layer, one.paused, one.slot not in silent) for one in slots
        )
        self.slots[seat] = told
        self._to_seat(seat, messages.Slots(told))

    def _meters(self, news: media.Levels) -> None:
        """Tell desks all levels, and other screens with pictures those of the programme and their own."""
        everything = messages.Meters(dict(news.levels), news.speaker)
        mics = gates(self.session.state) if self.session.state.draft else {}
        heard = {source: level for source, level in news.levels.items() if mics.get(source) == "open"}
        for socket in self.sockets:
            if socket.actor.role in DESK:
                socket.tell(everything)
            elif socket.actor.role in METERED:
                own = {s: level for s, level in news.levels.items() if site_of(s) == socket.actor.site}
                socket.tell(messages.Meters(heard | own, news.speaker))

    def _to_seat(self, seat: Seat, message: messages.ToPage) -> None:
        for socket in self.sockets:
            if socket.actor.seat == seat:
                socket.tell(message)

    def _absences(self) -> None:
        now = monotonic_us()
        patience = ABSENT_US
        if now - self._restarted_us < ABSENT_AFTER_RESTART_US:
            patience = ABSENT_AFTER_RESTART_US
        for source, since in tuple(self._last_seen.items()):
            if now - since > patience:
                del self._last_seen[source]
                self.session.report(ReportPresence(source, "absent"))
        for site, how in self.session.state.presence.items():
            source = SourceId(f"{site}/camera")
            if how == "lost" and source not in self._last_seen:
                self._last_seen[source] = self._restarted_us

    def _clock_jumped(self) -> None:
        """Have a jump of the machine's wall clock noted: our own time goes on evenly (TRUST §9)."""
        by = self.clock.jump_us() - self._jumped_us
        if abs(by) > JUMP_US:
            self._jumped_us += by
            if self.session.state.phase in RECORDED:
                self.session.report(JumpClock(by))

    # --- state to media and recorder ----------------------------------------------------------------------

    def _moved(self, state: State, happened: list[events.AnyEvent]) -> None:
        if any(isinstance(event, events.SheetApplied) for event in happened):
            self._seat_sites(state)
        self._cast(state)
        for event in happened:
            if isinstance(event, events.SeatRevoked):
                self.revoked(event.seat)
            elif isinstance(event, events.SessionOpened | events.SessionReopened):
                self.recording_since = state.opened_at
                if self._stop_recording is not None:
                    self._stop_recording.cancel()
                self.recorder.set_recording(True)
            elif isinstance(event, events.SessionClosed | events.SessionCancelled):
                self._stop_recording = self._loop.call_later(KEEP_RECORDING_S, self._end_recording)

    def _end_recording(self) -> None:
        if self.session.state.phase not in RECORDED:
            self.recorder.set_recording(False)

    def cast(self) -> None:
        """Tell the media plane who sees and hears what, now."""
        self._cast(self.session.state)

    def _cast(self, state: State) -> None:
        desks = frozenset(seat for seat, viewer in self.session.viewers.items() if viewer.desk)
        self.media.apply(self.session.casting(), desks)
        if state.phase != "none":
            self.recorder.set_on_air(frozenset(scenes.program(state).sources))

    def key_wanted_elsewhere(self, source: str) -> None:
        """Pass on what the recorder's thread asks of a publisher."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self.media.want_key, SourceId(source))

    def _recorded_elsewhere(self, news: RecorderNews) -> None:
        """Take the recorder's news from its own thread."""
        self._loop.call_soon_threadsafe(self._recorded, news)

    def _recorded(self, news: RecorderNews) -> None:
        detail = msgspec.to_builtins(news.detail)
        self.session.report(ReportRecorder(news.kind, None if news.source is None else SourceId(news.source), news.clip, detail))

    # --- what screens are told ----------------------------------------------------------------------------

    def view(self, who: Actor) -> dict[str, object]:
        """Return the sections of one seat's screen."""
        return views.view(self.session.state, who, self.session.now(), self._view)

    def _judge(self, stats: media.Stats) -> None:
        """Judge every line, and have what changed for good noted in the log of a ceremony that is on."""
        self.lines.at(stats, monotonic_us())
        if self.session.state.phase in RECORDED:
            for news in self.lines.news(self.session.state, monotonic_us()):
                self.session.report(news)

    def _health(self) -> None:
        stats = self.media.stats()
        links = tuple(
            LinkHealth(source, one.rtt_ms, one.loss, one.fps, one.width, one.height, one.kbps, one.codec)
            for source, one in stats.sources.items()
        )
        self._judge(stats)
        online = tuple(sorted({socket.actor.seat for socket in self.sockets}))
        alerts = self._watch.at(condition.measures(self, stats), self.session.now())
        tracks, lines = condition.tracks(self), self.lines.told()
        for socket in self.sockets:
            if socket.actor.role in DESK:
                all_lines = (*self.lines.of_desk(socket.actor.seat), *lines)
                socket.tell(messages.Health(links, all_lines, online, alerts, tracks))
            elif socket.actor.site is not None:
                own = tuple(link for link in links if site_of(link.source) == socket.actor.site)
                socket.tell(messages.Health(own, self.lines.of_site(socket.actor.site)))
        view = condition.record_view(self)
        if view != self._view:
            self._view = view
            for socket in self.sockets:
                if socket.actor.role in DESK:
                    socket.show(self.session.state)


class SocketScreen:
    """What a room asks of a connected page; the web edge implements it."""

    actor: Actor

    def show(self, state: State) -> None:
        """Bring the page up to date; never waits."""
        raise AssertionError(state)

    def tell(self, message: messages.ToPage) -> None:
        """Send one message; never waits, may close a page that does not read."""
        raise AssertionError(message)


def bearer_use(room: Room, actor: Actor, use: str) -> SourceId | None:
    """Return the source a bearer is for, None for `whep`. Refuse (`not-allowed`) what the seat may not publish."""
    if use == "whep":
        return None
    if actor.site is None or room.session.state.site(actor.site) is None:
        raise Refused("not-allowed", verb="publish")
    if source_name(SourceId(f"{actor.site}/{use}")) != "camera" and actor.site != SiteId("hub"):
        raise Refused("not-allowed", verb="publish")
    return SourceId(f"{actor.site}/{use}")
