"""A viewer's stream without a network: layers that send VP8, and everything the viewer would see."""

import struct
from collections import Counter

from server.media import vp8, wire
from server.media.forward import Out
from server.media.layers import Layer
from server.media.publisher import PublisherClock
from server.media.rtp import MID, Packet
from server.media.sdp_offer import Codec, Section

SECTION = Section("video", "1", (Codec("vp8", 96, 97, ""),), {MID: 4}, {}, (), frozenset({"nack"}))


class FakePeer:
    def __init__(self):
        self.wire = wire.Wire()
        self.wire.seal = lambda nonce, body, head: body + bytes(16)
        self.seat = "s-x"
        self.rtt_us = 20_000
        self.counts = Counter()

    def count(self, reason):
        self.counts[reason] += 1

    @property
    def sent(self):
        """What waits to leave, without the seal."""
        return [data[:-16] for data in self.wire.pending]


class Wire:
    """What an RTP packet of ours says, read back."""

    def __init__(self, data):
        first, second, self.seq, self.ts, self.ssrc = struct.unpack_from("!BBHII", data)
        self.marker, self.pt = second >> 7, second & 127
        words = struct.unpack_from("!H", data, 14)[0]
        self.payload = data[16 + 4 * words :]
        self.osn = None
        if self.pt == 97:
            self.osn = struct.unpack_from("!H", self.payload)[0]
            self.payload = self.payload[2:]
        packet = Packet("video", "vp8", 0, 0, 0)
        vp8.read(packet, self.payload)
        self.pid, self.tl0, self.key = packet.pid, packet.tl0, packet.tk & 31
        self.rest = packet.rest


class Camera:
    """A layer with its own numbers; `start` is where its sequence begins."""

    def __init__(self, name="h", start=0, shape="full"):
        self.layer = Layer("video", name, "vp8", 1000 + start, PublisherClock())
        self.seq = start + 0x10000
        self.pid, self.tl0, self.keyidx = start & 0x7FFF, start & 0xFF, start & 31
        self.ts = start * 90_000 & 0xFFFFFFFF
        self.now = 1_000_000
        self.shape = shape

    def frame(self, key=False, parts=2, lose=()):
        """Packets of one frame; numbers move on for lost ones too."""
        self.now += 40_000
        self.ts = self.ts + 3_600 & 0xFFFFFFFF
        self.pid = self.pid + 1 & 0x7FFF
        self.tl0 = self.tl0 + 1 & 0xFF
        if key:
            self.keyidx = self.keyidx + 1 & 31
            self.layer.key_seq = self.seq
        made = []
        for n in range(parts):
            packet = Packet("video", "vp8", self.seq, self.ts, 0x80 if n == parts - 1 else 0)
            head = bytes([0x90 if n == 0 else 0x80])
            body = bytes([0 if key else 1]) + self.seq.to_bytes(4, "big") + bytes(20)
            if self.shape == "full":
                head += bytes([0xF0, 0x80 | self.pid >> 8, self.pid & 255, self.tl0, 0x20 | self.keyidx])
            elif self.shape == "short":
                head += bytes([0x80, self.pid & 0x7F])
            if vp8.read(packet, head + body):
                self.layer.widen(packet)
            packet.size = 60
            self.seq += 1
            if n not in lose:
                self.layer.history.keep(packet)
                self.layer.losses.arrived(packet.seq, self.now)
                self.layer.clock.arrived(packet.ts, self.now)
                made.append(packet)
        return made


class Screen:
    """One `Out` and what came out of it."""

    def __init__(self, start=0):
        self.peer = FakePeer()
        self.out = Out(self.peer, SECTION, 7, 8, start)

    def show(self, packets, layer, now):
        for packet in packets:
            if packet.key and layer.wanting:
                for out in tuple(layer.wanting):
                    out.switch(packet, layer, now)
            for out in layer.outs:
                out.forward(packet, now, 0)

    def wires(self):
        return [Wire(data) for data in self.peer.sent]
