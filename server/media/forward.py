"""One outgoing stream of one viewer: a fixed SSRC fed by changing layers without a gap (MEDIA §6, RFC 4588)."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING, Final

from server.media import red, vp8
from server.media.repairs import Repairs
from server.media.rtp import AST, LEVEL, MID, TWCC, Packet
from server.media.srtp import FAILURES
from server.media.wire import KEPT

if TYPE_CHECKING:
    from server.media.layers import Layer
    from server.media.peer import Peer
    from server.media.sdp_offer import Section

SEGMENTS: Final = 128
LATE: Final = 512
BEHIND_US: Final = 50_000
EPOCH: Final = 0x10000
"""Where extended numbers begin, so that none is negative; the index that is sealed under begins at 0."""
_HEAD: Final = Struct("!BBHIIIIII").pack
_SOUND: Final = Struct("!BBHIIIIIII").pack
_FULL: Final = Struct("!BBHBB").pack
_ID: Final = Struct("!BBH").pack
_THREE, _FOUR = 0xBEDE0003, 0xBEDE0004
_IS_FULL: Final = vp8.FULL
_PLACE: Final = KEPT - 1


Fan = Callable[[list["Out"], Packet, int, int], None]


class Segment:
    """A stretch with one mapping: out = in − delta, and offsets of everything that must stay continuous. `last` is the
    highest input number sent by it, `first - 1` before any.
    """

    __slots__ = ("delta", "first", "key_off", "last", "layer", "pid_off", "tl0_off", "ts_off")

    def __init__(self, layer: Layer, first: int, delta: int) -> None:
        """Begin at input number `first` of a layer."""
        self.layer = layer
        self.first = first
        self.last = first - 1
        self.delta = delta
        self.ts_off = self.pid_off = self.tl0_off = self.key_off = 0


class Out:
    """The sender of one section of a viewer's answer."""

    __slots__ = (
        "_ast", "_gaps", "_level", "_mid", "_nonce", "_twcc", "kind", "last_key", "last_marker", "last_pid", "last_seq",
        "last_tl0", "last_ts", "layer", "octets", "packets", "peer", "pt", "rate", "red", "repairs", "segments", "sent_us",
        "ssrc", "twice", "types", "want", "want_us", "wire",
    )  # fmt: skip

    def __init__(self, peer: Peer, section: Section, ssrc: int, rtx_ssrc: int, start: int) -> None:
        """`start` is the first sequence number, below 32,768 (RFC 3711 §3.3.1 loses no rollover then)."""
        self.peer = peer
        self.wire = peer.wire
        self.kind = section.kind
        self.red = section.red
        self.twice = False
        """Sound is sent twice: the line loses packets."""
        self.types = {codec.name: (codec.payload_type, codec.rtx) for codec in section.codecs}
        self.pt = section.codecs[0].payload_type
        self.ssrc = ssrc
        self._nonce = ssrc << 48
        self.rate = 48_000 if section.kind == "audio" else 90_000
        mid = section.mid.encode()
        ids = section.extensions
        self._mid = 0
        if MID in ids and len(mid) <= 3:
            self._mid = int.from_bytes((bytes([ids[MID] << 4 | len(mid) - 1]) + mid).ljust(4, b"\0"))
        self._ast = (ids[AST] << 4 | 2) << 24 if AST in ids else 0
        self._twcc = (ids[TWCC] << 4 | 1) << 24 if TWCC in ids else 0
        self._level = ids[LEVEL] << 28 if LEVEL in ids else 0
        self.layer: Layer | None = None
        self.want: Layer | None = None
        self.want_us = 0
        self.segments: list[Segment] = []
        self._gaps: dict[int, None] = {}
        self.last_seq = start + EPOCH
        self.last_ts = start * 7 & 0xFFFFFFFF
        self.last_pid = self.last_tl0 = self.last_key = 0
        self.last_marker = 0x80
        self.sent_us = 0
        self.packets = self.octets = 0
        self.repairs = Repairs(self, rtx_ssrc, start)

    # --- which layer ------------------------------------------------------------------------------------------

    def aim(self, layer: Layer | None, now: int) -> bool:
        """Ask for a layer from its next key start on (None: nothing, at once). Returns True if a key frame of
        `layer` is now wanted.
        """
        if layer is None:
            self._unwant()
            self.leave()
            return False
        if layer is self.want or (self.want is None and layer is self.layer):
            return False
        self._unwant()
        if layer is self.layer:
            return False
        self.want = layer
        self.want_us = now
        layer.wanting.append(self)
        return layer.kind == "video"

    def _unwant(self) -> None:
        if self.want is not None:
            self.want.wanting.remove(self)
            self.want = None

    def leave(self) -> None:
        """Stop forwarding the present layer."""
        if self.layer is not None:
            self.layer.outs.remove(self)
            self.layer = None

    def switch(self, packet: Packet, layer: Layer, now: int, start_ts: int | None = None) -> None:
        """Go over to `layer`, of which `packet` is a key start. What was announced to the viewer stays continuous.
        Its timestamp is `start_ts`, or follows from the time it was captured.
        """
        if start_ts is None:
            start_ts = self.start_of(packet, layer, now)
        self._unwant()
        self.leave()
        step = 1 if self.last_marker or self.kind == "audio" else 2
        segment = Segment(layer, packet.seq, packet.seq - self.last_seq - step)
        segment.ts_off = packet.ts - start_ts
        segment.pid_off = (packet.pid - self.last_pid - 1) & vp8.PICTURES
        segment.tl0_off = (packet.tl0 - self.last_tl0 - 1) & 0xFF
        segment.key_off = (packet.tk - self.last_key - 1) & 0x1F
        self.begin(segment)
        self.pt = self.types[layer.codec][0]
        self.layer = layer
        layer.outs.append(self)

    def begin(self, segment: Segment) -> None:
        """Map what comes by `segment` from now on."""
        self.segments.append(segment)
        if len(self.segments) > SEGMENTS:
            del self.segments[0]

    def start_of(self, packet: Packet, layer: Layer, now: int) -> int:
        """Return the first timestamp of a segment: capture time on the slot's clock, never going back."""
        if not self.sent_us or not self.segments:
            return self.last_ts
        before = self.segments[-1]
        elapsed = now - self.sent_us
        if layer.clock.synced and before.layer.clock.synced:
            last = before.layer.clock.capture_us(self.last_ts + before.ts_off & 0xFFFFFFFF)
            captured = layer.clock.capture_us(packet.ts) - last
            if captured > 0:
                elapsed = captured
            elif captured > -BEHIND_US:
                return self.last_ts + 1
        return self.last_ts + max(1, elapsed * self.rate // 1_000_000)

    # --- the packet path --------------------------------------------------------------------------------------

    def forward(self, packet: Packet, now: int, ast: int) -> None:
        """Send one packet of the present layer on. Written flat: calls cost here more than anywhere.

        Every outgoing number is sealed once: numbers in order only rise, a late one must be a hole and closes it.
        """
        wire, segment, number = self.wire, self.segments[-1], packet.seq
        seal = wire.seal
        if seal is None:
            return
        if number != segment.last + 1:
            if number <= segment.last:
                self._late(packet, now, ast)
                return
            self._skip(range(segment.last + 1 - segment.delta, number - segment.delta))
        segment.last = number
        self.last_seq = seq = number - segment.delta
        self.last_ts = ts = packet.ts - segment.ts_off
        self.last_marker = marker = packet.marker
        self.sent_us = now
        self.packets += 1
        self.octets += len(packet.rest)
        if packet.shape != _IS_FULL:
            self.last_pid = packet.pid - segment.pid_off & 0x7FFF
            self.last_tl0 = packet.tl0 - segment.tl0_off & 0xFF
            self.last_key = packet.tk - segment.key_off & 0x1F
            double = self.twice and self.red is not None and packet.kind == "audio"
            body = self._double(packet) if double else self.body(packet, segment)
            pt = self.red if double and self.red is not None else self.pt
            self.send(seq, marker | pt, ts, packet.level, body, (now, ast))
            return
        wire.number = wide = wire.number + 1
        self.last_pid = pid = packet.pid - segment.pid_off & 0x7FFF
        self.last_tl0 = tl0 = packet.tl0 - segment.tl0_off & 0xFF
        tk = packet.tk
        self.last_key = key = tk - segment.key_off & 0x1F
        head = _HEAD(
            0x90, marker | self.pt, seq & 0xFFFF, ts & 0xFFFFFFFF, self.ssrc, _THREE, self._mid,
            self._ast and self._ast | ast, self._twcc and self._twcc | (wide & 0xFFFF) << 8,
        )  # fmt: skip
        body = _FULL(packet.d0, packet.d1, 0x8000 | pid, tl0, tk & 0xE0 | key) + packet.rest
        try:
            data = head + seal((wire.salt ^ self._nonce ^ seq - EPOCH).to_bytes(12), body, head)
        except FAILURES:
            self.peer.count("seal")
            return
        place = wide & _PLACE
        wire.times[place] = now
        wire.sizes[place] = len(data)
        if not wire.pending:
            wire.dirty.append(wire)
        wire.pending.append(data)

    def _double(self, packet: Packet) -> bytes:
        """Return the payload of a packet of sound together with the one before it."""
        assert self.layer is not None
        before = self.layer.history.find(packet.seq - 1)
        if before is None:
            return red.build(self.pt, packet.rest, b"", 0)
        return red.build(self.pt, packet.rest, before.rest, packet.ts - before.ts & 0xFFFFFFFF)

    def _skip(self, numbers: range) -> None:
        """Remember outgoing numbers that are left out for now."""
        for number in numbers[-LATE:]:
            self._gaps[number] = None
        while len(self._gaps) > LATE:
            del self._gaps[next(iter(self._gaps))]

    def _late(self, packet: Packet, now: int, ast: int) -> None:
        """A packet out of order maps through its own segment; none, too late, or sent before: dropped."""
        here = (s for s in reversed(self.segments) if s.layer is self.layer and s.first <= packet.seq <= s.last)
        segment = next(here, None)
        if segment is None or self.segments[-1].last - packet.seq > LATE:
            return
        seq = packet.seq - segment.delta
        if self._gaps.pop(seq, seq) is None:
            self.packets += 1
            ts = packet.ts - segment.ts_off
            self.send(seq, packet.marker | self.pt, ts, packet.level, self.body(packet, segment), (now, ast))

    def send(
        self, seq: int, kind: int, ts: int, level: int, body: bytes, at: tuple[int, int], ssrc: int = 0, *,
        padded: bool = False,
    ) -> None:  # fmt: skip
        """Seal and send any packet: `kind` is marker and payload type, `at` now in µs and as abs-send-time, `ssrc`
        another than the stream's own. Extensions are fresh whatever is sent; what the viewer did not negotiate is a
        word of padding (RFC 8285 §4.1).
        """
        wire, ssrc = self.wire, ssrc or self.ssrc
        if wire.seal is None:
            return
        wire.number += 1
        two = self._ast and self._ast | at[1]
        three = self._twcc and self._twcc | (wire.number & 0xFFFF) << 8
        start = 0xB0 if padded else 0x90, kind, seq & 0xFFFF, ts & 0xFFFFFFFF, ssrc
        if self.kind == "audio":
            head = _SOUND(*start, _FOUR, self._mid, two, three, self._level and self._level | level << 16)
        else:
            head = _HEAD(*start, _THREE, self._mid, two, three)
        try:
            sealed = wire.seal((wire.salt ^ ssrc << 48 ^ seq - EPOCH).to_bytes(12), body, head)
        except FAILURES:
            self.peer.count("seal")
            return
        wire.put(head + sealed, at[0])

    def body(self, packet: Packet, segment: Segment) -> bytes:
        """Return a payload with the descriptor of this viewer's stream in front."""
        if packet.kind == "audio" or packet.shape == vp8.PLAIN:
            return packet.rest
        pid = packet.pid - segment.pid_off & 0x7FFF | 0x8000
        if packet.shape == vp8.FULL:
            tl0, key = packet.tl0 - segment.tl0_off & 0xFF, packet.tk - segment.key_off & 0x1F
            return _FULL(packet.d0, packet.d1, pid, tl0, packet.tk & 0xE0 | key) + packet.rest
        if packet.shape == vp8.ID_ONLY:
            return _ID(packet.d0, packet.d1, pid) + packet.rest
        return bytes([packet.d0 & 0x7F]) + packet.rest

    def segment_out(self, seq: int) -> Segment | None:
        """Return the segment that outgoing number `seq` was sent by, or None."""
        return next((s for s in reversed(self.segments) if s.first - s.delta <= seq <= s.last - s.delta), None)

    def rtp_now(self, now: int) -> int | None:
        """Return the outgoing RTP time of `now` for a sender report, None while nothing is forwarded."""
        if self.layer is None or not self.sent_us:
            return None
        return self.layer.clock.rtp_at(now) - self.segments[-1].ts_off & 0xFFFFFFFF


def fan(outs: list[Out], packet: Packet, now: int, ast: int) -> None:
    """Send one packet on by every stream of its layer; `now` in µs, `ast` the same as abs-send-time."""
    for out in outs:
        out.forward(packet, now, ast)
