"""Retransmission to one viewer's stream: RTX under its own SSRC, within a budget (RFC 4588, MEDIA §6)."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

from server.media.rtp import Packet, extend

if TYPE_CHECKING:
    from server.media.forward import Out, Segment

TRIES: Final = 3
QUICK_US: Final = 120_000
"""A line with such a round trip has no queue: what it loses is lost to noise, and making it good takes nothing from itself."""
QUICK_TRIES: Final = 5
"""There; where 30 of 100 are lost each way, three tries leave a packet of every second missing, and each costs a key frame."""
REMEMBERED: Final = 512
SHARE: Final = 0.25
"""Of the stream's own rate: on one bottleneck this turned 3,308 retransmissions into 147 (measured)."""
LEAST: Final = 50_000 / 8 / 1e6
"""Bytes of retransmission a µs that any stream may have."""
QUICK_LEAST: Final = 100_000 / 8 / 1e6
"""On a quick line: at 30 of 100 lost, the lowest layer needs nearly its own rate again."""
MOST: Final = 40_000.0
PADDING: Final = 255
"""Bytes of padding a packet may have (RFC 3550 §5.1)."""
LARGE: Final = 8_000
"""A train smaller than this is made of small packets, or it would have too few to measure."""
DEEP: Final = 64
"""Packets back that a probe looks for large ones."""
HEADER: Final = 32
_OSN: Final = Struct("!H").pack


class Repairs:
    """The RTX stream beside an `Out`; its sequence numbers are its own and never used twice."""

    __slots__ = ("_budget", "_budget_us", "_out", "_resent", "seq", "ssrc")

    def __init__(self, out: Out, ssrc: int, start: int) -> None:
        """`start` is the first sequence number, below 32,768."""
        self._out = out
        self.ssrc = ssrc
        self.seq = start + 0x10000
        self._resent: dict[int, tuple[int, int]] = {}
        self._budget = 20_000.0
        self._budget_us = 0

    def resend(self, seq16: int, now: int, ast: int, rtt_us: int) -> bool:
        """Answer a NACK at most three times, five on a quick line, and within the budget. Returns True if sent."""
        out = self._out
        seq = extend(out.last_seq, seq16)
        segment = out.segment_out(seq)
        packet = None if segment is None else segment.layer.history.find(seq + segment.delta)
        if segment is None or packet is None or out.types[packet.codec][1] is None:
            return False
        count, last = self._resent.get(seq, (0, 0))
        quick = 0 < rtt_us < QUICK_US
        # three quarters: who asks again after one round trip must not be refused for a little jitter
        if count >= (QUICK_TRIES if quick else TRIES) or (count and now - last < min(100_000, max(rtt_us * 3 // 4, 10_000))):
            return False
        if not self._afford(HEADER + 2 + len(packet.rest), now, QUICK_LEAST if quick else LEAST):
            out.peer.count("rtx_budget")
            return False
        self._resent[seq] = (count + 1, now)
        if len(self._resent) > REMEMBERED:
            del self._resent[next(iter(self._resent))]
        self._again(packet, segment, seq, (now, ast))
        return True

    def probe(self, size: int, at: tuple[int, int]) -> int:
        """Send packets that prove what the line carries, about `size` bytes: the newest once more, else padding. Returns
        how many bytes.
        """
        out, done = self._out, 0
        segment = out.segments[-1] if out.segments else None
        if segment is not None and size >= LARGE:
            for seq in range(segment.last, max(segment.first, segment.last - DEEP) - 1, -1):
                packet = segment.layer.history.find(seq)
                if packet is not None and len(packet.rest) > PADDING and done < size and self._is_wanted(packet):
                    self._again(packet, segment, seq - segment.delta, at)
                    done += HEADER + len(packet.rest)
        repair = next((rtx for _, rtx in out.types.values() if rtx is not None), None)
        while repair is not None and done < size:
            self.seq += 1
            body = bytes(PADDING - 1) + bytes([PADDING])
            out.send(self.seq, repair, out.last_ts, 0, body, at, self.ssrc, padded=True)
            done += HEADER + PADDING
        return done

    def _is_wanted(self, packet: Packet) -> bool:
        return self._out.types[packet.codec][1] is not None

    def _again(self, packet: Packet, segment: Segment, seq: int, at: tuple[int, int]) -> None:
        """Send a packet with its original number in front and fresh extensions (RFC 4588 §4)."""
        out = self._out
        repair = out.types[packet.codec][1]
        assert repair is not None
        self.seq += 1
        body = _OSN(seq & 0xFFFF) + out.body(packet, segment)
        out.send(self.seq, packet.marker | repair, packet.ts - segment.ts_off, packet.level, body, at, self.ssrc)

    def _afford(self, size: int, now: int, least: float) -> bool:
        layer = self._out.layer
        rate = max(least, (layer.kbps if layer else 0) * 1000 / 8 / 1e6 * SHARE)
        self._budget = min(MOST, self._budget + (now - self._budget_us) * rate)
        self._budget_us = now
        if self._budget < size:
            return False
        self._budget -= size
        return True
