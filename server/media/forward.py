"""One outgoing stream of one viewer: a fixed SSRC fed by changing layers without a gap (MEDIA §6, RFC 4588)."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

from server.media import vp8
from server.media.rtp import AST, LEVEL, MID, TWCC, Packet, extend

if TYPE_CHECKING:
    from server.media.layers import Layer
    from server.media.peer import Peer
    from server.media.sdp_offer import Section

SEGMENTS: Final = 128
LATE: Final = 512
BEHIND_US: Final = 50_000
RESEND: Final = 3
MIN_BUDGET: Final = 50_000 / 8 / 1e6
"""Bytes of retransmission a µs that any stream may have."""
_FULL: Final = Struct("!BBHIIIIIIBBHBB").pack
_ID: Final = Struct("!BBHIIIIIIBBH").pack
_RAW: Final = Struct("!BBHIIIIIIB").pack
_PLAIN: Final = Struct("!BBHIIIIII").pack
_AUDIO: Final = Struct("!BBHIIIIIII").pack
_OSN: Final = Struct("!H").pack
_HEADER: Final = 32
_THREE, _FOUR = 0xBEDE0003, 0xBEDE0004
_IS_FULL: Final = vp8.FULL


class Segment:
    """A stretch with one mapping: out = in − delta, and offsets of everything that must stay continuous."""

    __slots__ = ("delta", "first", "key_off", "last", "layer", "pid_off", "tl0_off", "ts_off")

    def __init__(self, layer: Layer, first: int, delta: int) -> None:
        """Begin at input number `first` of a layer."""
        self.layer = layer
        self.first = self.last = first
        self.delta = delta
        self.ts_off = self.pid_off = self.tl0_off = self.key_off = 0


class Out:
    """The sender of one section of a viewer's answer."""

    def __init__(self, peer: Peer, section: Section, ssrc: int, rtx_ssrc: int, start: int) -> None:
        """`start` is the first sequence number, below 32,768 (RFC 3711 §3.3.1 loses no rollover then)."""
        self.peer = peer
        self.kind = section.kind
        self.types = {codec.name: (codec.payload_type, codec.rtx) for codec in section.codecs}
        self.pt = section.codecs[0].payload_type
        self.ssrc = ssrc
        self.rtx_ssrc = rtx_ssrc
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
        self.last_seq = start + 0x10000
        self.last_ts = start * 7 & 0xFFFFFFFF
        self.last_pid = self.last_tl0 = self.last_key = 0
        self.last_marker = True
        self.sent_us = 0
        self.packets = self.octets = 0
        self.rtx_seq = start
        self._resent: dict[int, tuple[int, int]] = {}
        self._budget = 20_000.0
        self._budget_us = 0

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
        """Send one packet of the present layer on. Written flat: calls cost here more than anywhere."""
        segment = self.segments[-1]
        number = packet.seq
        if number <= segment.last and number != segment.first:
            self._late(packet, ast)
            return
        if number < segment.first:
            return
        segment.last = number
        peer = self.peer
        self.last_seq = seq = number - segment.delta
        self.last_ts = ts = packet.ts - segment.ts_off
        self.sent_us = now
        marker = packet.marker
        self.last_marker = marker != 0
        peer.twcc = wide = peer.twcc + 1 & 0xFFFF
        rest = packet.rest
        self.packets += 1
        self.octets += len(rest)
        two = self._ast | ast if self._ast else 0
        three = self._twcc | wide << 8 if self._twcc else 0
        if packet.shape == _IS_FULL:
            self.last_pid = pid = packet.pid - segment.pid_off & 0x7FFF
            self.last_tl0 = tl0 = packet.tl0 - segment.tl0_off & 0xFF
            tk = packet.tk
            self.last_key = key = tk - segment.key_off & 0x1F
            peer.send_rtp(
                _FULL(
                    0x90, marker | self.pt, seq & 0xFFFF, ts & 0xFFFFFFFF, self.ssrc, _THREE, self._mid, two, three,
                    packet.d0, packet.d1, 0x8000 | pid, tl0, tk & 0xE0 | key,
                )
                + rest
            )  # fmt: skip
            return
        if packet.kind == "video":
            self.last_pid = packet.pid - segment.pid_off & 0x7FFF
            self.last_tl0 = packet.tl0 - segment.tl0_off & 0xFF
            self.last_key = packet.tk - segment.key_off & 0x1F
        peer.send_rtp(self._write(packet, segment, (0x90, marker | self.pt, seq & 0xFFFF, ts & 0xFFFFFFFF, self.ssrc),
                                  two, three) + rest)  # fmt: skip

    def _late(self, packet: Packet, ast: int) -> None:
        """A packet out of order maps through its own segment; none, or too late: dropped."""
        segment = self._segment_in(packet.seq)
        if segment is None or segment.layer is not self.layer or self.segments[-1].last - packet.seq > LATE:
            return
        self.packets += 1
        self.peer.send_rtp(self._head(packet, segment, ast, self.pt, packet.seq - segment.delta, self.ssrc) + packet.rest)

    def _head(self, packet: Packet, segment: Segment, ast: int, pt: int, seq: int, ssrc: int) -> bytes:
        """Return header, extensions and descriptor of any packet, late or repeated."""
        peer = self.peer
        peer.twcc = wide = peer.twcc + 1 & 0xFFFF
        header = (0x90, packet.marker | pt, seq & 0xFFFF, packet.ts - segment.ts_off & 0xFFFFFFFF, ssrc)
        two = self._ast | ast if self._ast else 0
        return self._write(packet, segment, header, two, self._twcc | wide << 8 if self._twcc else 0)

    def _write(
        self, packet: Packet, segment: Segment, header: tuple[int, int, int, int, int], two: int, three: int
    ) -> bytes:
        """Whatever the viewer did not negotiate is a word of padding (RFC 8285 §4.1)."""
        if packet.kind == "audio":
            four = self._level | packet.level << 16 if self._level else 0
            return _AUDIO(*header, _FOUR, self._mid, two, three, four)
        pid = packet.pid - segment.pid_off & 0x7FFF | 0x8000
        if packet.shape == vp8.FULL:
            tl0, key = packet.tl0 - segment.tl0_off & 0xFF, packet.tk - segment.key_off & 0x1F
            return _FULL(*header, _THREE, self._mid, two, three, packet.d0, packet.d1, pid, tl0, packet.tk & 0xE0 | key)
        if packet.shape == vp8.PLAIN:
            return _PLAIN(*header, _THREE, self._mid, two, three)
        if packet.shape == vp8.ID_ONLY:
            return _ID(*header, _THREE, self._mid, two, three, packet.d0, packet.d1, pid)
        return _RAW(*header, _THREE, self._mid, two, three, packet.d0 & 0x7F)

    # --- retransmission ---------------------------------------------------------------------------------------

    def _segment_in(self, seq: int) -> Segment | None:
        return next((s for s in reversed(self.segments) if s.layer is self.layer and s.first <= seq <= s.last), None)

    def _segment_out(self, seq: int) -> Segment | None:
        return next((s for s in reversed(self.segments) if s.first - s.delta <= seq <= s.last - s.delta), None)

    def resend(self, seq16: int, now: int, ast: int, rtt_us: int) -> bool:
        """Answer a NACK on the RTX stream, at most three times and within the budget. Returns True if sent."""
        seq = extend(self.last_seq, seq16)
        segment = self._segment_out(seq)
        packet = None if segment is None else segment.layer.history.find(seq + segment.delta)
        if segment is None or packet is None or self.types[packet.codec][1] is None:
            return False
        count, last = self._resent.get(seq, (0, 0))
        if count >= RESEND or (count and now - last <= min(100_000, max(rtt_us * 2, 10_000))):
            return False
        if not self._afford(_HEADER + 2 + len(packet.rest), now):
            return False
        self._resent[seq] = (count + 1, now)
        if len(self._resent) > LATE:
            del self._resent[next(iter(self._resent))]
        self._repair(packet, segment, ast, seq)
        return True

    def _repair(self, packet: Packet, segment: Segment, ast: int, seq: int) -> None:
        """Send a packet again under the RTX SSRC with a fresh number and its original number in front (RFC 4588 §4)."""
        repair = self.types[packet.codec][1]
        assert repair is not None
        self.rtx_seq += 1
        head = self._head(packet, segment, ast, repair, self.rtx_seq, self.rtx_ssrc)
        split = 12 + 4 + 4 * (3 if packet.kind == "video" else 4)
        self.peer.send_rtp(head[:split] + _OSN(seq & 0xFFFF) + head[split:] + packet.rest)

    def _afford(self, size: int, now: int) -> bool:
        layer = self.layer
        rate = max(MIN_BUDGET, (layer.kbps if layer else 0) * 1000 / 8 / 1e6 * 0.25)
        self._budget = min(40_000.0, self._budget + (now - self._budget_us) * rate)
        self._budget_us = now
        if self._budget < size:
            return False
        self._budget -= size
        return True

    def rtp_now(self, now: int) -> int | None:
        """Return the outgoing RTP time of `now` for a sender report, None while nothing is forwarded."""
        if self.layer is None or not self.sent_us:
            return None
        return self.layer.clock.rtp_at(now) - self.segments[-1].ts_off & 0xFFFFFFFF
