"""One publishing resource: binds SSRCs, restores retransmissions, asks for losses and key frames, feeds layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from server.media import h264, red, rtcp, rtp, vp8
from server.media.clock import PublisherClock
from server.media.layers import Layer
from server.media.rtp import MID, RID, RRID, TWCC, Packet
from server.media.sdp_offer import Section
from server.media.twcc import Arrivals
from signaling.errors import Malformed
from signaling.names import SourceId

if TYPE_CHECKING:
    from server.media.peer import Peer

SSRCS: Final = 16
OWN: Final = 1
"""Our SSRC towards publishers: we send them no media."""
MOST_BYTES: Final = 1_000_000
MOST_PACKETS: Final = 2_000
"""A second, of one source."""
MOST_PAYLOAD: Final = 1_310
"""Bytes of payload that still leave with all our extensions in one datagram of 1,400."""
KEY_APART_US: Final = 500_000


class Owner(Protocol):
    """Who takes what a publisher brings: its source in a room."""

    def media(self, publisher: Publisher, layer: Layer, packet: Packet, now: int) -> None:
        """Take a packet in whatever order the network gave it."""

    def hole(self, publisher: Publisher, layer: Layer, span: tuple[int, int], now: int) -> None:
        """Take news of a hole that outlived asking."""

    def dated(self, publisher: Publisher, layer: Layer, report: rtcp.SenderReport, now: int) -> None:
        """Take a sender report."""


class Publisher:
    """`generation` counts the resources of one source."""

    def __init__(self, peer: Peer, source: SourceId, generation: int, owner: Owner) -> None:
        """Accept what the peer's offer announces."""
        self.peer = peer
        self.source = source
        self.generation = generation
        self.owner = owner
        self.clock = PublisherClock()
        self.layers: dict[int, Layer] = {}
        self.arrivals = Arrivals()
        self.rtt_us: int | None = None
        self.first_us: int | None = None
        self.last_us = 0
        self.stalled = False
        self._ids = {name: key for section in peer.offer.sections for key, name in section.extensions.items()}
        self._mids = {section.mid: section for section in peer.offer.sections}
        self._red = next((s.red for s in peer.offer.sections if s.red is not None), None)
        self._repairs: dict[int, Layer] = {}
        self._key_wanted: set[Layer] = set()
        self._key_asked_us = 0
        self._rrtr: dict[int, int] = {}
        self._any_ssrc = 0
        self._second_us = self._second_bytes = self._second_packets = 0

    @property
    def has_video(self) -> bool:
        """Tell whether the offer announces a picture."""
        return any(section.kind == "video" for section in self._mids.values())

    @property
    def simulcast(self) -> bool:
        """Tell whether the offer announces layers."""
        return any(section.rids for section in self._mids.values())

    def layer(self, name: str) -> Layer | None:
        """Return the newest stream of that name, or None."""
        return next((one for one in reversed(self.layers.values()) if one.name == name), None)

    # --- RTP --------------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: int) -> None:
        """Take a decrypted RTP packet. What does not parse or bind is a counted drop."""
        try:
            if not self._admits(len(data), now):
                self.peer.count("ingest_limited")
                return
            header = rtp.parse(data, self._ids)
            number = header.extensions.get(TWCC)
            if number is not None and len(number) == 2:
                self.arrivals.arrived(number[0] << 8 | number[1], now)
            self.last_us = now
            self.stalled = False
            if header.begin == header.end:
                self._padding(header)
                return
            self._bound(header, data, now)
        except Malformed:
            self.peer.count("rtp_malformed")

    def _admits(self, size: int, now: int) -> bool:
        """Tell whether a packet is within what one source may send (TRUST §6): 8 Mbit/s and 2,000 packets a second."""
        if now - self._second_us >= 1_000_000:
            self._second_us, self._second_bytes, self._second_packets = now, 0, 0
        self._second_bytes += size
        self._second_packets += 1
        return self._second_bytes <= MOST_BYTES and self._second_packets <= MOST_PACKETS

    def _padding(self, header: rtp.Header) -> None:
        """Padding only: it has a number of its own, which must not look lost."""
        layer = self.layers.get(header.ssrc)
        if layer is not None:
            layer.losses.arrived(layer.number(header.seq), self.last_us)

    def _bound(self, header: rtp.Header, data: bytes, now: int) -> None:
        layer = self.layers.get(header.ssrc)
        if layer is not None:
            self._take(layer, header, data, layer.number(header.seq), header.begin, now)
            return
        repaired = self._repairs.get(header.ssrc)
        if repaired is None:
            layer, repaired = self._bind(header)
            if layer is not None:
                self._take(layer, header, data, layer.number(header.seq), header.begin, now)
        if repaired is not None and header.end - header.begin > 2:
            seq = repaired.number(data[header.begin] << 8 | data[header.begin + 1])
            if repaired.losses.is_outstanding(seq):
                self._take(repaired, header, data, seq, header.begin + 2, now)

    def _bind(self, header: rtp.Header) -> tuple[Layer | None, Layer | None]:
        """Bind an unknown SSRC once: (media layer, or layer it repairs); both None: dropped and counted."""
        section = self._section(header)
        if section is None or len(self.layers) + len(self._repairs) >= SSRCS:
            self.peer.count("unbound")
            return None, None
        codec = section.codecs[0]
        if header.payload_type == codec.rtx:
            return None, self._bind_repair(section, header)
        if header.payload_type not in (codec.payload_type, section.red):
            self.peer.count("payload_type")
            return None, None
        name = "a"
        if section.kind == "video":
            name = header.extensions.get(RID, b"").decode("ascii", "replace") if section.rids else "h"
            if name not in ("l", "m", "h"):
                return None, None
        layer = Layer(section.kind, name, codec.name, header.ssrc, self.clock)
        self.layers[header.ssrc] = layer
        self._any_ssrc = header.ssrc
        return layer, None

    def _bind_repair(self, section: Section, header: rtp.Header) -> Layer | None:
        target: Layer | None = None
        if section.rids:
            target = self.layer(header.extensions.get(RRID, b"").decode("ascii", "replace"))
        else:
            media = next((media for media, rtx in section.ssrcs.items() if rtx == header.ssrc), None)
            target = self.layers.get(media) if media is not None else self.layer("h")
        if target is not None:
            self._repairs[header.ssrc] = target
        return target

    def _section(self, header: rtp.Header) -> Section | None:
        mid = header.extensions.get(MID)
        if mid is not None:
            return self._mids.get(mid.decode("ascii", "replace"))
        for section in self._mids.values():
            if header.ssrc in section.ssrcs or header.ssrc in section.ssrcs.values():
                return section
        fitting = [s for s in self._mids.values() if header.payload_type in (*s.codecs[0][1:3], s.red)]
        return fitting[0] if len(fitting) == 1 else None

    def _take(self, layer: Layer, header: rtp.Header, data: bytes, seq: int, begin: int, now: int) -> None:
        if header.end - begin > MOST_PAYLOAD:
            self.peer.count("oversize")
            return
        if not layer.losses.arrived(seq, now):
            self.peer.count("duplicate")
            return
        packet = Packet(layer.kind, layer.codec, seq, header.ts, header.marker)
        packet.arrival_us = now
        packet.size = len(data)
        if layer.kind == "audio":
            self._sound(layer, packet, header, data[begin : header.end], now)
        else:
            self._picture(layer, packet, data[begin : header.end], now)
            self._took(layer, packet, now)

    def _sound(self, layer: Layer, packet: Packet, header: rtp.Header, payload: bytes, now: int) -> None:
        """Take a packet of sound, and those before it that it repeats and that are missing."""
        double = red.parse(payload) if header.payload_type == self._red else red.Doubled(payload, ())
        packet.rest = double.data
        level = header.extensions.get(rtp.LEVEL)
        packet.level = level[0] & 0x7F if level else _guess(packet.rest)
        self._took(layer, packet, now)
        for one in double.earlier:
            seq = packet.seq - one.distance
            # a pause in speech leaves repetitions out: only what is exactly as old as its place says is that packet
            if one.offset == one.distance * red.FRAME and layer.losses.is_outstanding(seq) and layer.losses.arrived(seq, now):
                again = Packet(layer.kind, layer.codec, seq, packet.ts - one.offset & 0xFFFFFFFF, 0)
                again.arrival_us, again.rest, again.level, again.size = now, one.data, packet.level, 0
                self.peer.count("red_recovered")
                self._took(layer, again, now)

    def _took(self, layer: Layer, packet: Packet, now: int) -> None:
        layer.took(packet, now)
        if self.first_us is None:
            self.first_us = now
        self.owner.media(self, layer, packet, now)

    def _picture(self, layer: Layer, packet: Packet, payload: bytes, now: int) -> None:
        size = 0, 0
        if layer.codec == "h264":
            sps = h264.read(packet, payload, layer.key_ts)
            if sps is not None and packet.key:
                size = h264.size(sps)
        else:
            if vp8.read(packet, payload):
                layer.widen(packet)
            if packet.key:
                size = vp8.size(packet.rest)
        if packet.key:
            self._keyed(layer, packet, now)
        if size != (0, 0):
            layer.width, layer.height = size

    def _keyed(self, layer: Layer, packet: Packet, now: int) -> None:
        layer.key_us = now
        layer.key_seq = packet.seq
        layer.key_ts = packet.ts
        layer.losses.forget(packet.seq)
        self._key_wanted.discard(layer)

    # --- RTCP -------------------------------------------------------------------------------------------------

    def control(self, data: bytes, now: int) -> None:
        """Take a decrypted RTCP compound; it acts on this publisher's own SSRCs only."""
        try:
            compound = rtcp.parse(data)
        except Malformed:
            self.peer.count("rtcp_malformed")
            return
        for report in compound.reports:
            layer = self.layers.get(report.ssrc)
            if layer is not None:
                ntp_us = layer.clock.report(report.ntp, report.rtp)
                self.clock.report(ntp_us, now, self.rtt_us)
                layer.sr_middle, layer.sr_us = report.ntp >> 16 & 0xFFFFFFFF, now
                self.owner.dated(self, layer, report, now)
        for _ssrc, last_rr, delay in compound.dlrr:
            sent = self._rrtr.get(last_rr)
            if sent is not None:
                rtt = now - sent - delay * 1_000_000 // 65_536
                if 0 <= rtt < 10_000_000:
                    self.rtt_us = self.peer.rtt_us = rtt

    def want_key(self, layer: Layer) -> None:
        """Have a key frame of a layer asked for."""
        if layer.kind == "video":
            self._key_wanted.add(layer)

    def tick(self, now: int) -> None:
        """Ask for losses and key frames that are due."""
        for layer in self.layers.values():
            if layer.kind == "video":
                missing = layer.losses.due(now, self.rtt_us or 0)
                if missing:
                    self.peer.send_rtcp(rtcp.nack(OWN, layer.ssrc, missing))
            span = layer.losses.opened(now)
            if span is not None:
                self.want_key(layer)
                self.owner.hole(self, layer, span, now)
        apart = KEY_APART_US if self.rtt_us is None else max(KEY_APART_US, min(1_000_000, 2 * self.rtt_us))
        if self._key_wanted and self.peer.up and now - self._key_asked_us >= apart:
            self._key_asked_us = now
            self.peer.send_rtcp(rtcp.pli(OWN, [layer.ssrc for layer in self._key_wanted]))

    def feedback(self) -> None:
        """Send transport-cc feedback; called every 100 ms."""
        message = self.arrivals.feedback(OWN, self._any_ssrc)
        if message is not None:
            self.peer.send_rtcp(message)

    def report(self, now: int, ntp: int) -> None:
        """Send RR and XR RRTR, once a second; browsers answer with the only RTT to a publisher there is."""
        blocks = []
        for layer in self.layers.values():
            losses = layer.losses
            if losses.highest is not None:
                delay = (now - layer.sr_us) * 65_536 // 1_000_000 if layer.sr_us else 0
                blocks.append((
                    layer.ssrc, min(255, layer.loss * 255 // 1000), losses.lost, losses.highest, layer.sr_middle,
                    min(delay, 0xFFFFFFFF),
                ))  # fmt: skip
        self._rrtr[ntp >> 16 & 0xFFFFFFFF] = now
        while len(self._rrtr) > 8:
            del self._rrtr[next(iter(self._rrtr))]
        self.peer.send_rtcp(rtcp.receiver_report(OWN, blocks) + rtcp.receiver_time(OWN, ntp))


def _guess(opus: bytes) -> int:
    """Return a level for a publisher that sends none: an Opus packet's size tells speech from silence, no more."""
    return 127 if len(opus) <= 3 else 60 if len(opus) < 24 else 28
