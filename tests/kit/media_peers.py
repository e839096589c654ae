"""Whole aiortc peers as publishers and viewers of a room: independent other ends, on 127.0.0.1 only."""

import asyncio
import contextlib
import time

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from server.clock import monotonic_us
from server.media.plane import MediaConfig, Plane
from server.simulation.clips import clip
from server.simulation.sites import only_loopback
from server.simulation.tracks import ClipTrack
from signaling.scenes import Casting, Placement

CONFIG = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)


def near(a, b):
    """Two colours that look alike."""
    return all(abs(x - y) < 30 for x, y in zip(a, b, strict=True))


class Keeper:
    """A sink and a news list."""

    def __init__(self):
        self.packets = []
        self.news = []
        self.closed_ones = []
        self.reports = []

    def packet(self, source, generation, layer, packet, capture_us):
        self.packets.append((source, generation, layer, packet, capture_us))

    def gap(self, *what):
        self.news.append(("gap", *what))

    def closed(self, source, generation):
        self.closed_ones.append((source, generation))

    def report(self, *what):
        self.reports.append(what)

    def of(self, kind):
        return [one for one in self.news if isinstance(one, kind)]


@contextlib.asynccontextmanager
async def plane_with_room(*hosts):
    plane = Plane(MediaConfig(0, hosts or ("127.0.0.1",)), monotonic_us)
    plane.open(asyncio.get_running_loop())
    keeper = Keeper()
    room = plane.room("test", sink=keeper, news=keeper.news.append)
    try:
        yield plane, room, keeper
    finally:
        plane.close()


async def publish(room, source, folder, *, voice=True, seat=None, via="127.0.0.1"):
    only_loopback()
    peer = RTCPeerConnection(CONFIG)
    made = clip(str(folder), source, source, "test", voice=voice)
    begin = time.monotonic()
    if voice:
        track = ClipTrack("audio", made, begin)
        track.open = True
        peer.addTrack(track)
    peer.addTrack(ClipTrack("video", made, begin))
    await peer.setLocalDescription(await peer.createOffer())
    answer = room.publish(seat or f"s-{source.split('/')[0]}", source, peer.localDescription.sdp, via)
    await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
    return peer, answer


class Watcher:
    """An aiortc viewer with n slots that keeps the latest decoded frame of each."""

    def __init__(self, seat, slots=2):
        only_loopback()
        self.seat = seat
        self.peer = RTCPeerConnection(CONFIG)
        self.frames = {}
        self.counts = {}
        self.sound = {}
        self._tasks = []
        for _ in range(slots):
            self.peer.addTransceiver("audio", direction="recvonly")
            self.peer.addTransceiver("video", direction="recvonly")
        self.peer.on("track", self._track)

    def _track(self, track):
        place = sum(1 for t, _ in self._tasks if t.kind == track.kind)
        self._tasks.append((track, asyncio.ensure_future(self._read(track, place))))

    async def _read(self, track, place):
        with contextlib.suppress(Exception):
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    self.frames[place] = frame
                    self.counts[place] = self.counts.get(place, 0) + 1
                else:
                    self.sound[place] = self.sound.get(place, 0) + abs(frame.to_ndarray()).astype("int64").sum()

    async def join(self, room, via="127.0.0.1"):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        answer = room.subscribe(self.seat, self.peer.localDescription.sdp, via)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        return answer

    def colour(self, place):
        picture = self.frames[place].to_ndarray(format="rgb24")
        h, w, _ = picture.shape
        return tuple(int(v) for v in picture[int(h * 0.38) : int(h * 0.42), : w // 8].mean(axis=(0, 1)))

    async def close(self):
        await self.peer.close()
        for _, task in self._tasks:
            task.cancel()
        await asyncio.gather(*(task for _, task in self._tasks), return_exceptions=True)


async def until(what, seconds=8.0):
    """Wait until `what()` is true, or fail with its last value."""
    deadline = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        await asyncio.sleep(0.02)
    return value


def cast(slots, gates=None, wanted=()):
    placed = {seat: tuple(Placement(*one) if isinstance(one, tuple) else Placement(one) for one in row)
              for seat, row in slots.items()}  # fmt: skip
    return Casting(gates or {}, placed, frozenset(wanted))
