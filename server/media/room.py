"""One ceremony's media: its sources, its viewers, and the casting that joins them. Rooms never mix."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Final, Protocol, cast

from server.media import quality, sdp_answer, sdp_offer
from server.media.catchup import catch_up
from server.media.dtls import Identity
from server.media.forward import Fan, Out
from server.media.levels import SILENCE, Speaker
from server.media.loudest import Voices, only
from server.media.news import Answer, Fragment, Layers, Levels, News, Sink, Slots, SourceStats, Stats
from server.media.peer import Peer
from server.media.publisher import Publisher
from server.media.rtcp import ntp_of
from server.media.rtp import send_time
from server.media.source import Source
from server.media.viewer import Viewer
from signaling.errors import Refused
from signaling.names import Seat, SourceId
from signaling.scenes import Casting

PEERS: Final = 512
VIEWERS_PER_SEAT: Final = 2
RAMP_US: Final = 5_000_000
"""How long a browser may take to find out that its line carries the middle layer too (measured: two seconds)."""
FRESH_US: Final = 200_000
"""A source that sent no sound for so long is not speaking: discontinuous senders stop between sentences."""


class Net(Protocol):
    """What a room asks of the plane that owns the port."""

    identity: Identity

    @property
    def port(self) -> int:
        """The port's number."""

    @property
    def tcp_port(self) -> int | None:
        """The TCP port media may come by, None without one."""

    def now_us(self) -> int:
        """Return monotonic µs."""

    def bits(self, count: int) -> int:
        """Return a random number of that many bits."""

    def adopt(self, peer: Peer) -> None:
        """Let a peer's checks in."""

    def release(self, peer: Peer) -> None:
        """Forget a peer's addresses and credentials."""

    def flush(self) -> None:
        """Send what waits to be sent."""

    @property
    def fan(self) -> Fan:
        """Sends one packet by many streams."""

    def announced(self, via: str) -> tuple[str, ...]:
        """Return the addresses to put into an answer."""


class Room:
    """All methods run on the loop and never wait."""

    def __init__(self, net: Net, sink: Sink, news: Callable[[News], None], loudest: int = 3) -> None:
        """Begin empty. `loudest`: how many open microphones are forwarded at a time where all are open."""
        self._net = net
        self._sink = sink
        self._taps_pre = False
        self._news = news
        self.sources: dict[SourceId, Source] = {}
        self.publishers: dict[str, Publisher] = {}
        self.viewers: dict[str, Viewer] = {}
        self._casting = self._heard = Casting()
        self._voices = Voices(loudest)
        self._operators: frozenset[str] = frozenset()
        self._dirty = False
        self._joining: list[Peer] = []
        """Peers that are not connected yet; the others are looked at every 100 ms only."""
        self._speaker = Speaker()

    # --- resources ----------------------------------------------------------------------------------------------

    def publish(self, seat: Seat, source: SourceId, offer: str, via: str) -> Answer:
        """Take a WHIP offer. Raises `Malformed` or `Refused`."""
        peer = self._peer(seat, offer)
        found = self.sources.get(source)
        if found is None:
            found = self.sources[source] = Source(source, self._sink, self._news, self._moved, self._net.fan)
            found.taps_pre = self._taps_pre
            self._set_gates()
        found.generation += 1
        publisher = Publisher(peer, source, found.generation, found)
        for evicted in found.add(publisher):
            evicted.peer.closed = True
        self.publishers[peer.resource] = publisher
        return self._answer(peer, sdp_answer.publish(peer.offer, self._transport(peer, via)))

    def subscribe(self, seat: Seat, offer: str, via: str) -> Answer:
        """Take a WHEP offer: slot k is its k-th audio and k-th video section. Raises `Malformed` or `Refused`."""
        peer = self._peer(seat, offer)
        viewer = Viewer(peer, self._net.bits, self._net.now_us())
        mine = [one for one in self.viewers.values() if one.peer.seat == seat]
        for old in mine[: len(mine) - VIEWERS_PER_SEAT + 1]:
            old.peer.closed = True
        self.viewers[peer.resource] = viewer
        if mine:
            viewer.heights = dict(mine[-1].heights)
        text = sdp_answer.subscribe(peer.offer, self._transport(peer, via), viewer.ssrcs)
        self._moved()
        return self._answer(peer, text)

    def _peer(self, seat: Seat, offer: str) -> Peer:
        if len(self.publishers) + len(self.viewers) >= PEERS:
            raise Refused("peers-full")
        now = self._net.now_us()
        return Peer(f"{self._net.bits(128):032x}", seat, sdp_offer.parse(offer), self._net.identity, now)

    def _transport(self, peer: Peer, via: str) -> sdp_answer.Transport:
        credentials = peer.agent.current
        return sdp_answer.Transport(
            self._net.bits(62), *credentials, self._net.identity.fingerprint, self._net.port, self._net.announced(via),
            self._net.tcp_port,
        )  # fmt: skip

    def _answer(self, peer: Peer, text: str) -> Answer:
        self._net.adopt(peer)
        self._joining.append(peer)
        return Answer(peer.resource, f'"{peer.agent.current.ufrag}"', text)

    def _peers(self) -> list[Peer]:
        return [one.peer for one in self.publishers.values()] + [one.peer for one in self.viewers.values()]

    def _find(self, resource: str) -> Peer | None:
        holder = self.publishers.get(resource) or self.viewers.get(resource)
        return None if holder is None or holder.peer.closed else holder.peer

    def restart(self, resource: str, fragment: str, via: str = "") -> Fragment:
        """Restart ICE: new credentials, everything else stays. Raises `Malformed`, `Refused("no-resource")`."""
        sdp_offer.fragment(fragment)
        peer = self._find(resource)
        if peer is None:
            raise Refused("no-resource")
        peer.agent.restart()
        self._net.adopt(peer)
        return Fragment(f'"{peer.agent.current.ufrag}"', sdp_answer.restarted(self._transport(peer, via)))

    def close_resource(self, resource: str) -> None:
        """End a resource at once; an unknown one is none."""
        publisher = self.publishers.pop(resource, None)
        viewer = self.viewers.pop(resource, None)
        now = self._net.now_us()
        if publisher is not None:
            publisher.peer.closed = True
            self._net.release(publisher.peer)
            self.sources[publisher.source].drop(publisher)
        if viewer is not None:
            viewer.peer.closed = True
            viewer.empty(now)
            self._net.release(viewer.peer)

    def close_seat(self, seat: Seat) -> None:
        """End everything a seat holds."""
        for peer in self._peers():
            if peer.seat == seat:
                self.close_resource(peer.resource)

    def close(self) -> None:
        """End everything."""
        for resource in [*self.publishers, *self.viewers]:
            self.close_resource(resource)

    # --- casting ------------------------------------------------------------------------------------------------

    def apply(self, casting: Casting, operators: frozenset[Seat] = frozenset()) -> None:
        """Follow a new state of the ceremony: gates, slots, wanted sources."""
        self._casting = casting
        self._operators = frozenset(operators)
        self._set_gates()
        self._choose(self._net.now_us())
        self._heard = only(casting, self._voices.chosen | casting.always) if casting.loudest_only else casting
        self.refill()
        self._net.flush()

    def _set_gates(self) -> None:
        for name, source in self.sources.items():
            source.gate = self._casting.gates.get(name, "closed")
            source.wanted = name in self._casting.wanted

    def _choose(self, now: int) -> None:
        """Follow who speaks where every microphone is open (MEDIA §8)."""
        casting = self._casting
        if not casting.loudest_only:
            return
        before = self._voices.chosen
        speaking: dict[SourceId, int] = {}
        for name, source in self.sources.items():
            if source.gate == "open" and source.alive and name not in casting.always:
                layer = source.audio()
                fresh = layer is not None and now - layer.last_us < FRESH_US
                speaking[name] = source.meter.onset() if fresh else SILENCE
        if self._voices.follow(speaking, now) != before:
            self._heard = only(casting, self._voices.chosen | casting.always)
            self._dirty = True

    def wishes(self, seat: Seat, heights: Mapping[SourceId, int]) -> None:
        """Take the heights at which a seat shows sources; 0 stops the picture, never the sound."""
        for viewer in self.viewers.values():
            if viewer.peer.seat == seat:
                viewer.heights = dict(heights)
        self._moved()

    def _moved(self) -> None:
        self._dirty = True

    def refill(self) -> None:
        """Aim every slot again and tell what changed."""
        self._dirty = False
        now = self._net.now_us()
        for viewer in self.viewers.values():
            if viewer.peer.closed:
                continue
            placements = self._heard.slots.get(viewer.peer.seat, ())
            viewer.fill(self._heard, self.sources, self._operators, now)
            state = viewer.state(placements, self.sources)
            if state != viewer.told:
                viewer.told = state
                self._news(Slots(viewer.peer.seat, state))

    # --- datagrams and time -------------------------------------------------------------------------------------

    def receive(self, peer: Peer, data: bytes, now: int) -> None:
        """Take an SRTP or SRTCP datagram of one of this room's peers."""
        plain = peer.unprotect(data, now)
        publisher = self.publishers.get(peer.resource)
        if publisher is not None:
            if plain.rtp:
                publisher.receive(plain.rtp, now)
            elif plain.rtcp:
                publisher.control(plain.rtcp, now)
        elif plain.rtcp:
            viewer = self.viewers.get(peer.resource)
            if viewer is not None:
                viewer.control(plain.rtcp, now, self._want_key)
                self._dirty |= viewer.restless
        if self._dirty:
            self.refill()

    def connected(self, peer: Peer) -> None:
        """A handshake ended well: a viewer's pictures are asked for now, when it can show them."""
        viewer = self.viewers.get(peer.resource)
        now = self._net.now_us()
        if viewer is not None:
            viewer.connected(now)
            for out in viewer.outs():
                if out.want is not None and not catch_up(out, now, send_time(now)):
                    self._key(out)

    def tap(self, sink: Sink, *, pre: bool = False) -> None:
        """Have everything kept by another sink from now on; `pre`: also sound that only operators hear (a trial)."""
        self._sink, self._taps_pre = sink, pre
        for source in self.sources.values():
            source.sink, source.taps_pre = sink, pre

    def want_key(self, name: SourceId) -> None:
        """Have key frames of a source asked for, by who keeps it."""
        source = self.sources.get(name)
        if source is None or source.current is None:
            return
        for layer in source.current.layers.values():
            source.want_key(layer)

    def _want_key(self, out: Out) -> None:
        if out.layer is not None or out.want is not None:
            self._key(out)

    def _key(self, out: Out) -> None:
        layer = out.want or out.layer
        for source in self.sources.values():
            if source.current is not None and layer in source.current.layers.values() and layer is not None:
                source.want_key(layer)

    def tick(self, now: int) -> None:
        """Every 20 ms: losses and key frames that are due, lost flights of peers that are not connected yet."""
        for publisher in self.publishers.values():
            publisher.tick(now)
        if self._joining:
            for peer in self._joining:
                self._attend(peer, now)
            self._joining = [peer for peer in self._joining if not (peer.closed or peer.dtls.up)]
        for source in self.sources.values():
            source.tick(now)
        self._choose(now)
        if self._dirty:
            self.refill()

    def _attend(self, peer: Peer, now: int) -> None:
        if not peer.closed:
            peer.tick(now)
        if peer.closed:
            self.close_resource(peer.resource)

    def feedback(self) -> None:
        """Every 100 ms: transport-cc feedback; consent; layers that came or went."""
        now = self._net.now_us()
        for peer in self._peers():
            self._attend(peer, now)
        for publisher in self.publishers.values():
            if publisher.peer.up:
                publisher.feedback()
        for viewer in self.viewers.values():
            viewer.probe(now)
        for source in self.sources.values():
            if source.has_other_layers(now):
                self._dirty = True
        if self._dirty:
            self.refill()

    def report(self, now: int) -> None:
        """Every second: reports both ways, measured rates, layers publishers should send."""
        for publisher in self.publishers.values():
            for layer in publisher.layers.values():
                layer.measure(now)
            if publisher.peer.up:
                publisher.report(now, ntp_of(now))
        for viewer in self.viewers.values():
            if viewer.peer.up:
                viewer.report(now)
        self._dirty = True
        for source in self.sources.values():
            wanted = source.layers_wanted(now)
            if source.current is not None and source.current.simulcast and wanted != source.told_layers:
                source.told_layers = wanted
                self._news(Layers(source.name, source.current.peer.seat, *wanted))

    def levels(self) -> None:
        """Five times a second: loudness of what can be heard."""
        now = self._net.now_us()
        readings: dict[Hashable, tuple[int, bool]] = {}
        heard: dict[SourceId, int] = {}
        for source in self.sources.values():
            layer = source.audio()
            if not source.alive or layer is None:
                continue
            if not layer.is_alive(now):
                source.meter.fall_silent()
            level, speech = source.meter.read()
            heard[source.name] = -level
            if source.gate == "open":
                readings[source.name] = level, speech
        if heard:
            speaker = cast("SourceId | None", self._speaker.follow(readings, now))
            holder = self._casting.holder  # who was given the floor is the speaker, whoever else is loud
            self._news(Levels(heard, holder if holder in heard else speaker))

    def stats(self) -> Stats:
        """Return measured facts."""
        now = self._net.now_us()
        found: dict[SourceId, SourceStats] = {}
        for name, source in self.sources.items():
            one = source.stats(now)
            if one is not None:
                found[name] = one
        up = {
            name: quality.upward(one.loss, one.rtt_ms, one.fps, one.age_ms, _narrow(self.sources[name], now))
            for name, one in found.items()
        }
        down = {viewer.peer.seat: viewer.quality() for viewer in self.viewers.values() if viewer.peer.up}
        return Stats(found, {v.peer.seat: v.told or () for v in self.viewers.values()}, up, down)


def _narrow(source: Source, now: int) -> int | None:
    """Return the kbit/s of a source in layers whose middle one, which is always wanted, does not come; None for others."""
    publisher = source.current
    if publisher is None or publisher.first_us is None or now - publisher.first_us < RAMP_US:
        return None
    alive = [layer for layer in publisher.layers.values() if layer.is_alive(now)]
    pictures = {layer.name for layer in alive if layer.kind == "video"}
    offered = any("m" in section.rids for section in publisher.peer.offer.sections)
    return sum(layer.kbps for layer in alive) if offered and pictures and "m" not in pictures else None
