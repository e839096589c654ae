"""Lines in virtual time: a real room, cameras in layers, viewers behind a bottleneck; no socket, no sleep, no cipher.

A line is a token bucket with a queue of 300 ms; what does not fit is lost. Viewers behave as browsers do: feedback on every
packet each 50 ms, NACKs, a PLI when nothing can be decoded; `back_loss` is what their own line loses of that.
"""

import heapq
import itertools
import random
import struct
from collections import Counter

from kit.light_peers import offer
from kit.media_peers import Keeper, cast

from server.media import red, rtcp, rtp
from server.media.dtls import Identity
from server.media.fast import BEST
from server.media.ice import Path
from server.media.losses import Losses
from server.media.room import Room
from server.media.rtp import MID, TWCC, extend
from server.media.twcc import Arrivals

IDENTITY = Identity()
LAYERS = {"l": 100_000, "m": 350_000, "h": 1_200_000}
FRAME_US = 40_000


class World:
    """Time, and what happens when."""

    def __init__(self, seed=1):
        self.now, self._due, self._order = 10_000_000, [], itertools.count()
        self.random = random.Random(seed)

    def at(self, when, what):
        heapq.heappush(self._due, (max(when, self.now), next(self._order), what))

    def every(self, period, what):
        def again():
            what()
            self.at(self.now + period, again)

        self.at(self.now + period, again)

    def run(self, seconds):
        end = self.now + int(seconds * 1e6)
        while self._due and self._due[0][0] <= end:
            self.now, _, what = heapq.heappop(self._due)
            what()
        self.now = end


class Line:
    """One direction of one hall's line."""

    def __init__(self, world, bps, loss=0.0, delay_us=20_000, queue_us=300_000, reorder=0.0, twice=0.0):
        self.world, self.bps, self.loss, self.delay_us, self.queue_us = world, bps, loss, delay_us, queue_us
        self.reorder, self.twice = reorder, twice
        self.free_us, self.dropped, self.passed, self.cut = 0, 0, 0, False

    def send(self, data, deliver):
        now = self.world.now
        start = max(now, self.free_us)
        if self.cut or start - now > self.queue_us or self.world.random.random() < self.loss:
            self.dropped += 1
            return
        self.free_us = start + len(data) * 8_000_000 // self.bps
        self.passed += 1
        late = 30_000 if self.world.random.random() < self.reorder else 0
        for _ in range(2 if self.world.random.random() < self.twice else 1):
            self.world.at(self.free_us + self.delay_us + late, lambda: deliver(data))


class Plain:
    """A session of DTLS keys that ciphers nothing."""

    def protect_rtcp(self, data):
        return data

    unprotect = unprotect_rtcp = protect_rtcp


class Hall:
    """A room of the plane in virtual time."""

    def __init__(self, seed=1):
        self.world = World(seed)
        self.identity, self.port, self.tcp_port, self.dirty, self.keeper = IDENTITY, 1, None, [], Keeper()
        self.counts, self.gone = Counter(), set()
        self.room = Room(self, self.keeper, self.keeper.news.append)
        self.world.every(20_000, self._tick)
        self._ticks = 0

    fan = staticmethod(BEST.fan)

    def now_us(self):
        return self.world.now

    def bits(self, count):
        return self.world.random.getrandbits(count)

    def adopt(self, peer):
        peer.wire.dirty = self.dirty
        peer.count = lambda reason: self.counts.update([reason])

    def release(self, peer):
        peer.wire.emit = None

    def announced(self, via):
        return (via,)

    def flush(self):
        BEST.flush(self.dirty)

    def _tick(self):
        self._ticks += 1
        now = self.world.now
        for peer in self.room._peers():
            if peer.seat not in self.gone:
                peer.agent.checked_us = now
        self.room.tick(now)
        if self._ticks % 5 == 0:
            self.room.feedback()
        if self._ticks % 50 == 0:
            self.room.report(now)
        self.flush()

    def connect(self, peer, media, control):
        peer.dtls.outbound = peer.dtls.inbound = Plain()
        peer.wire.seal, peer.wire.emit = (lambda _n, body, _h: body + bytes(16)), media
        peer.agent.selected, peer.send = Path(0, "192.0.2.1", 1), lambda data, _path: control(data)
        self.room.connected(peer)

    def receive(self, peer, data):
        self.room.receive(peer, data, self.world.now)
        self.flush()

    def slots(self, seat):
        return self.room.viewers[seat].told if seat in self.room.viewers else None


class VirtualCamera:
    """A site's camera in layers with sound; a key frame weighs four others and comes when asked."""

    def __init__(self, hall, source, layers=None):
        self.hall, self.layers = hall, dict(layers or LAYERS)
        self.rids = tuple(self.layers) if len(self.layers) > 1 else ()
        answer = hall.room.publish("s-" + source.split("/")[0], source, offer(IDENTITY, 1, "sendonly", self.rids), "x")
        self.peer = hall.room.publishers[answer.resource].peer
        self.ssrc = {name: 2_000 + n for n, name in enumerate(self.layers)}
        self.keys = set(self.layers)
        self.seq = dict.fromkeys(self.layers, 0)
        self.frame = self.voice = 0
        hall.connect(self.peer, lambda _: None, self._asked)
        hall.world.at(hall.world.now + hall.world.random.randrange(FRAME_US), self._start)

    def _start(self):
        self.hall.world.every(FRAME_US, self._picture)
        self.hall.world.every(20_000, self._sound)

    def _asked(self, data):
        named = {ssrc: name for name, ssrc in self.ssrc.items()}
        self.keys |= {named[ssrc] for ssrc in rtcp.parse(data).wants_key if ssrc in named}

    def _picture(self):
        n = self.frame
        self.frame += 1
        for name, bps in self.layers.items():
            key = name in self.keys
            self.keys.discard(name)
            size = int(bps * 0.04 / 8 * (4 if key else 0.9))
            parts = -(-size // 1_100)
            for part in range(parts):
                self._send(name, n, part, parts, size // parts, key)

    def _send(self, name, n, part, parts, size, key):
        marker = 0x80 if part == parts - 1 else 0
        head = struct.pack("!BBHII", 0x90, marker | 96, self.seq[name] & 0xFFFF, n * 3600 & 0xFFFFFFFF, self.ssrc[name])
        head += bytes([0xBE, 0xDE, 0, 1, 0x40, ord("1"), 0x50 if self.rids else 0, ord(name) if self.rids else 0])
        desc = bytes([0x90 if part == 0 else 0x80, 0xF0, 0x80 | n >> 8 & 0x7F, n & 255, n & 255, 0x20])
        self.seq[name] += 1
        self._out(head + desc + bytes([0 if key else 1]) + bytes(size))

    def _out(self, packet):
        self.hall.receive(self.peer, packet)

    def _sound(self):
        head = struct.pack("!BBHII", 0x80, 111, self.voice & 0xFFFF, self.voice * 960 & 0xFFFFFFFF, 1000)
        self.voice += 1
        self._out(head + self._speech())

    def _speech(self):
        """What 20 ms of this microphone are in Opus: the size tells speech from silence."""
        return b"\xf8" + bytes(79)


class Shown:
    """What one stream of a viewer shows: frames in order from a key frame on."""

    def __init__(self):
        self.losses, self.kept, self.next, self.times, self.received = Losses(), {}, None, [], 0
        self.rtx = 0

    def take(self, seq, first, key, marker, now):
        if not self.losses.arrived(seq, now):
            return
        self.received += 1
        self.kept[seq] = (key and first, marker)
        starts = [number for number, (key_start, _) in self.kept.items() if key_start and (self.next is None or number >= self.next)]
        if starts and (self.next is None or self.next not in self.kept):
            self.next = max(starts) if self.next is None else min(starts)
            self.losses.forget(self.next)
        while self.next in self.kept:
            if self.kept.pop(self.next)[1]:
                self.times.append(now)
            self.next += 1
        for number in [number for number in self.kept if number < (self.next or 0) - 2_000]:
            del self.kept[number]

    def gaps_ms(self, since_us, until_us):
        """Times between pictures, the longest first."""
        times = [since_us, *(at for at in self.times if since_us < at < until_us), until_us]
        return sorted(((b - a) / 1000 for a, b in zip(times, times[1:], strict=False)), reverse=True)

    def longest_gap_ms(self, since_us, until_us):
        return self.gaps_ms(since_us, until_us)[0]


class VirtualViewer:
    """A page behind a line; `feedback` false: it can only send NACKs."""

    def __init__(self, hall, seat, down, slots=1, feedback=True, back_loss=0.0):
        self.hall, self.world, self.down, self.seat, self.back_loss = hall, hall.world, down, seat, back_loss
        answer = hall.room.subscribe(seat, offer(IDENTITY, slots, "recvonly"), "x")
        self.viewer = hall.room.viewers[answer.resource]
        self.peer = self.viewer.peer
        self.peer.rtt_us = 2 * down.delay_us
        self.streams = {pair.media: Shown() for pair in self.viewer.ssrcs}
        self.repairs = {pair.rtx: pair.media for pair in self.viewer.ssrcs}
        self.arrivals, self.sound, self.sound_times, self.bytes, self.doubled = Arrivals(), {}, [], 0, 0
        self.pli_us, self.weight = 0, [0, 0]
        hall.connect(self.peer, self._media, lambda _: None)
        if feedback:
            self.world.every(50_000, self._feedback)
        self.world.every(20_000, self._ask)

    def _media(self, datagrams):
        for data in datagrams:
            self.weight[data[1] & 0x7F == 97] += len(data)
            self.down.send(data, self._arrived)

    def _arrived(self, data):
        self.bytes += len(data)
        header = rtp.parse(data[:-16], {4: MID, 3: TWCC})
        self.arrivals.arrived(int.from_bytes(header.extensions[TWCC]), self.world.now)
        if header.payload_type in (111, 63):
            payload = data[header.begin : -16]
            again = red.parse(payload).earlier if header.payload_type == 63 else ()
            self.doubled += header.payload_type == 63
            heard = self.sound.setdefault(header.ssrc, [])
            heard += [header.seq, *((header.seq - one.distance) & 0xFFFF for one in again)]
            self.sound_times.append(self.world.now)
            return
        begin, media, seq = header.begin, header.ssrc, header.seq
        if header.payload_type == 97:
            if header.begin == header.end or self._stream(self.repairs[media]).losses.highest is None:
                return
            media = self.repairs[media]
            seq, begin = data[begin] << 8 | data[begin + 1], begin + 2
        stream = self._stream(media)
        seq = seq + 0x10000 if stream.losses.highest is None else extend(stream.losses.highest, seq)
        stream.take(seq, data[begin] & 0x10, not data[begin + 6] & 1, header.marker, self.world.now)

    def _stream(self, ssrc):
        return self.streams[ssrc]

    def _back(self, message):
        self.world.at(self.world.now + self.down.delay_us, lambda: self._told(message))

    def _told(self, message):
        lost = self.back_loss and self.world.random.random() < self.back_loss
        if not self.peer.closed and not self.down.cut and not lost:
            self.hall.receive(self.peer, message)

    def _feedback(self):
        # what reports of a real page would say: the way there and back, and what waits before the bottleneck
        self.peer.rtt_us = 2 * self.down.delay_us + max(0, self.down.free_us - self.world.now)
        message = self.arrivals.feedback(1, 2)
        if message is not None:
            self._back(message)

    def _ask(self):
        for ssrc, stream in self.streams.items():
            missing = stream.losses.due(self.world.now, self.peer.rtt_us)
            if missing:
                self._back(rtcp.nack(1, ssrc, missing))
            stuck = stream.kept and stream.next not in stream.kept and (not stream.times or self.world.now - stream.times[-1] > 300_000)
            if stuck and self.world.now - self.pli_us > 500_000:
                self.pli_us = self.world.now
                self._back(rtcp.pli(1, [ssrc]))

    def picture(self, slot=0):
        return self.streams[self.viewer.slots[slot].video.ssrc]

    def layer(self, slot=0):
        layer = self.viewer.slots[slot].video.layer
        return layer.name if layer is not None else None

    def paused(self, slot=0):
        return self.viewer.told[slot].paused

    def listen_anew(self):
        """Forget the sound until now; returns now."""
        self.sound.clear()
        self.sound_times = [self.world.now]
        return self.world.now

    def longest_silence_ms(self):
        return max(b - a for a, b in zip(self.sound_times, self.sound_times[1:], strict=False)) / 1000

    def repaired(self):
        """Bytes sent again or as probes, as a share of all others, since this was last asked."""
        share, self.weight = self.weight[True] / max(1, self.weight[False]), [0, 0]
        return share

    def sound_lost(self):
        """Share of sound packets that never came, from the first on."""
        lost = sent = 0
        for seqs in self.sound.values():
            wide = [extend(seqs[0] + 0x10000, seq) for seq in seqs]
            sent += max(wide) - min(wide) + 1
            lost += max(wide) - min(wide) + 1 - len(set(wide))
        return lost / max(1, sent)


def show(hall, seats, gates, wanted=(), priority=()):
    """Cast sources to seats."""
    import msgspec

    hall.room.apply(msgspec.structs.replace(cast(seats, gates, wanted), priority=tuple(priority)))
