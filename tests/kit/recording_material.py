"""VP8 and Opus encoded once per run, and cut into what the media plane's tap hands over."""

import fractions
import functools
import io
import math
import os
import struct
from typing import NamedTuple

import av

from recordings.keeping import Keeping
from recordings.log import EventLog
from recordings.takes import Take, TakeSpec

EPOCH_US = 1_790_000_000_000_000
MTU = 1100
SEQ_START = 65_530


class TapPacket(NamedTuple):
    kind: str
    codec: str
    seq: int
    ts: int
    marker: int
    key: bool
    d0: int
    rest: bytes
    level: int = 127


@functools.cache
def vp8(width=160, height=96, seconds=4, fps=25, gop=25):
    """Encoded frames of a moving picture: (bytes, key)."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base, codec.bit_rate = fractions.Fraction(1, fps), 250_000
    codec.options = {"g": str(gop), "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
    found = []
    for n in range(seconds * fps):
        frame = av.VideoFrame(width, height, "yuv420p")
        for plane, grey in zip(frame.planes, (60, 110, 140), strict=True):
            row = bytearray([grey]) * plane.line_size
            bar = 3 * n % (plane.width - 20)
            row[bar : bar + 20] = bytes([200 - n % 90]) * 20
            plane.update(bytes(row) * plane.height)
        frame.pts = n
        found += [bytes(packet) for packet in codec.encode(frame)]
    found += [bytes(packet) for packet in codec.encode(None)]
    return tuple((data, not data[0] & 1) for data in found)


@functools.cache
def opus(seconds=4):
    """Encoded 20 ms packets of a tone."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = 48_000, "stereo", "s16"
    codec.time_base, codec.bit_rate = fractions.Fraction(1, 48_000), 32_000
    found = []
    for n in range(seconds * 50):
        tone = [int(9_000 * math.sin(t * math.tau * 440 / 48_000)) for t in range(n * 960, (n + 1) * 960)]
        frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
        frame.planes[0].update(b"".join(struct.pack("<hh", one, one) for one in tone))
        frame.sample_rate, frame.pts = 48_000, n * 960
        found += [bytes(packet) for packet in codec.encode(frame)]
    return tuple(found)


def video_packets(frames, *, fps=25, seq=SEQ_START, ts=0xFFFF_0000, mtu=MTU):
    """(packet, capture offset in µs) of frames in order."""
    found = []
    for n, (data, key) in enumerate(frames):
        pieces = [data[at : at + mtu] for at in range(0, len(data), mtu)]
        for i, piece in enumerate(pieces):
            first, last = i == 0, i == len(pieces) - 1
            packet = TapPacket(
                "video", "vp8", seq, (ts + n * 90_000 // fps) & 0xFFFFFFFF, int(last), key and first,
                0x10 if first else 0, piece,
            )  # fmt: skip
            found.append((packet, n * 1_000_000 // fps))
            seq += 1
    return found


def audio_packets(sounds, *, seq=SEQ_START, ts=0xFFFF_8000, level=31):
    """(packet, capture offset in µs) of Opus packets in order."""
    return [
        (TapPacket("audio", "opus", seq + n, (ts + n * 960) & 0xFFFFFFFF, 0, False, 0, data, level), n * 20_000)
        for n, data in enumerate(sounds)
    ]


def programme(seconds=4, *, gop=25, repeat=1):
    """(layer, packet, capture offset) of picture and sound together, in order of capture."""
    pictures, sounds = vp8(seconds=seconds, gop=gop) * repeat, opus(seconds=seconds) * repeat
    both = [("h", *one) for one in video_packets(pictures)] + [("a", *one) for one in audio_packets(sounds)]
    return sorted(both, key=lambda one: one[2])


def fake_frame(n, key, size=40):
    """Bytes that look like a VP8 frame and say which one they are."""
    partition = 4
    tag = (partition << 5) | (0 if key else 1)
    head = bytes((tag & 255, tag >> 8 & 255, tag >> 16))
    if key:
        head += b"\x9d\x01\x2a" + struct.pack("<HH", 160, 96)
    return head + n.to_bytes(4, "big") + bytes((n + i) & 255 for i in range(size)), key


def probe(data):
    """Open bytes with PyAV and demux all: (duration in s or None, {kind: [(ms, bytes, key)]})."""
    found = {"video": [], "audio": []}
    with av.open(io.BytesIO(data), "r", format="matroska") as container:
        duration = None if container.duration is None else container.duration / av.time_base
        for packet in container.demux():
            if packet.size:
                kind = packet.stream.type
                found[kind].append((round(float(packet.pts * packet.time_base) * 1000), bytes(packet), packet.is_keyframe))
    return duration, found


class Studio:
    """Takes, their sync and an event log on virtual time: what the recorder does without its threads."""

    def __init__(self, folder, session="s1"):
        self.folder, self.session, self.now = str(folder), session, 1_000_000_000
        self.numbers, self.news = {}, []
        self.log = EventLog.open(self.folder, session, create=True)
        os.makedirs(os.path.join(self.folder, "tracks"), exist_ok=True)
        self.keeping = Keeping(self.folder, self.tell)

    def tell(self, news):
        self.news.append(news)
        event = {"is": "recorder.changed", "kind": news.kind, "source": news.source, "clip": news.clip}
        self.log.append([({"seat": "system"}, event | {"detail": news.detail})], EPOCH_US + self.now)

    def number(self, source):
        self.numbers[source] = self.numbers.get(source, 0) + 1
        return self.numbers[source]

    def take(self, source="ha-noi/camera", klass="hi"):
        return Take(
            TakeSpec(
                self.folder, self.session, source, klass, EPOCH_US, lambda: self.number(source), self.keeping.add, self.tell
            )
        )

    def play(self, take, arrivals):
        """Hand over (layer, packet, capture offset, arrival offset), in order of arrival; let time pass in between."""
        start = self.now
        for layer, packet, capture, arrival in sorted(arrivals, key=lambda one: one[3]):
            self.wait(take, start + arrival)
            take.packet(layer, packet, start + capture, self.now)

    def wait(self, take, until):
        while self.now + 20_000 <= until:
            self.now += 20_000
            take.tick(self.now)
            self.keeping.once(self.now)
        self.now = max(self.now, until)

    def close(self, take, why="closed"):
        take.end(why, self.now)
        self.keeping.once(self.now)
        self.log.append([({"seat": "system"}, {"is": "tick"})], EPOCH_US + self.now)
        self.keeping.finish(self.now)
        self.log.close()


def on_time(programme, delay=30_000):
    return [(layer, packet, capture, capture + delay) for layer, packet, capture in programme]


def h264_packets(units, *, fps=25, seq=SEQ_START, ts=0xFFFF_0000, mtu=MTU):
    """(packet, capture offset in µs) of Annex B access units, as RFC 6184 cuts them: STAP-A, single units, FU-A."""
    found = []
    for n, (data, key) in enumerate(units):
        nals = [nal for nal in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]
        sets = [nal for nal in nals if nal[0] & 31 in (7, 8)]
        payloads = [b"\x78" + b"".join(len(nal).to_bytes(2) + nal for nal in sets)] if sets else []
        for nal in (nal for nal in nals if nal[0] & 31 not in (7, 8, 9)):
            if len(nal) <= mtu:
                payloads.append(nal)
                continue
            pieces = [nal[at : at + mtu] for at in range(1, len(nal), mtu)]
            for i, piece in enumerate(pieces):
                ends = (i == 0) << 7 | (i == len(pieces) - 1) << 6
                payloads.append(bytes((nal[0] & 0xE0 | 28, ends | nal[0] & 31)) + piece)
        for i, payload in enumerate(payloads):
            last = i == len(payloads) - 1
            packet = TapPacket(
                "video", "h264", seq, (ts + n * 90_000 // fps) & 0xFFFFFFFF, int(last), key and i == 0, 0, payload
            )
            found.append((packet, n * 1_000_000 // fps))
            seq += 1
    return found


def h264_programme(units, *, seconds=4):
    """(layer, packet, capture offset) of an H.264 picture and sound, in order of capture."""
    both = [("h", *one) for one in h264_packets(units)] + [("a", *one) for one in audio_packets(opus(seconds=seconds))]
    return sorted(both, key=lambda one: one[2])
