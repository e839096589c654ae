"""Two halls recorded at once lie on one clock: what happened together is found together (RECORDING §2, Clock).

Every picture carries its number and every second begins with a tone; the publishers note when each was captured.
"""

import asyncio
import fractions
import io
import statistics
import time

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from kit import barcodes
from kit.media_peers import CONFIG, cast, until

from recordings.tracks import clips_of
from recordings.virtual import open_clip
from server.clock import monotonic_us
from server.media.plane import MediaConfig, Plane
from server.recorder import Recorder
from server.simulation.sites import only_loopback

SECONDS = 8
TONE = 50
"""Packets of 20 ms from tone to tone."""


def tones():
    """A second of Opus packets: one full of tone, the rest silent."""
    context = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = 48_000, "mono", "s16"
    context.options = {"application": "lowdelay", "frame_duration": "20"}
    found = []
    for n in range(2 * TONE):
        wave = 12_000 * np.sin(2 * np.pi * 1_000 * np.arange(960) / 48_000) if n % TONE == 0 else np.zeros(960)
        frame = av.AudioFrame.from_ndarray(wave.astype("int16")[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, n * 960
        found += [bytes(packet) for packet in context.encode(frame)]
    return found[TONE : 2 * TONE]


class Noted(MediaStreamTrack):
    """A track of encoded packets that notes when each was captured."""

    def __init__(self, kind, packets, rate):
        super().__init__()
        self.kind, self.packets, self.rate = kind, packets, rate
        self.n, self.begin, self.captured = 0, None, {}

    async def recv(self):
        self.begin = self.begin or time.monotonic()
        await asyncio.sleep(max(0.0, self.begin + self.n / self.rate - time.monotonic()))
        data, key = self.packets[self.n % len(self.packets)]
        packet = av.Packet(data)
        packet.pts, packet.time_base, packet.is_keyframe = self.n, fractions.Fraction(1, self.rate), key
        self.captured[self.n] = monotonic_us()
        self.n += 1
        return packet


async def publish(room, site, after_s):
    peer = RTCPeerConnection(CONFIG)
    picture = Noted("video", barcodes.frames(seconds=30), 25)
    sound = Noted("audio", [(data, True) for data in tones()], 50)
    await asyncio.sleep(after_s)
    peer.addTrack(sound)
    peer.addTrack(picture)
    await peer.setLocalDescription(await peer.createOffer())
    answer = room.publish(f"s-{site}", f"{site}/camera", peer.localDescription.sdp, "127.0.0.1")
    await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
    return peer, picture, sound


def recorded(folder, clip):
    """({number of a picture: µs}, [µs of each tone]) as the record tells them."""
    file = open_clip(str(folder), clip.clip)
    pictures, wave, base = {}, [], None
    with av.open(io.BytesIO(file.read(0, file.length))) as container:
        for frame in container.decode(video=0):
            pictures[barcodes.read(frame)] = clip.zero_us + round(frame.time * 1_000_000)
    with av.open(io.BytesIO(file.read(0, file.length))) as container:
        for frame in container.decode(audio=0):
            base = frame.time if base is None else base
            wave.append(frame.to_ndarray().astype("float64").reshape(-1, len(frame.layout.channels))[:, 0])
    loud = np.abs(np.concatenate(wave))
    loud = np.flatnonzero(loud > loud.max() / 4) / 48_000
    starts = [at for at, before in zip(loud, [-9.0, *loud[:-1]], strict=True) if at - before > 0.5]
    return pictures, [clip.zero_us + round((base + at) * 1_000_000) for at in starts]


def late(recorded_us, captured_us):
    return [(recorded_us[n] - captured_us[n]) / 1000 for n in recorded_us.keys() & captured_us.keys()]


def tones_late(found, sound):
    """How far each recorded tone is behind the nearest that was captured, in ms."""
    sent = [us for n, us in sound.captured.items() if n % TONE == 0]
    return [min(((at - us) / 1000 for us in sent), key=abs) for at in found]


@pytest.mark.alone
async def test_halls_and_lips_are_aligned_in_the_record(tmp_path):
    only_loopback()
    recorder = Recorder(str(tmp_path), "s", epoch_us=0, report=lambda _news: None)
    recorder.start()
    recorder.set_recording(True)
    plane = Plane(MediaConfig(0, ("127.0.0.1",)), monotonic_us)
    plane.open(asyncio.get_running_loop())
    room = plane.room("s", sink=recorder.sink, news=lambda _news: None)
    halls = {site: await publish(room, site, after_s) for site, after_s in (("an", 0.0), ("chi", 0.73))}
    room.apply(cast({}, {f"{site}/camera": "open" for site in halls}))
    try:
        await until(lambda: len({one.source for one in recorder.health().tracks}) == 2, 10)
        await asyncio.sleep(SECONDS)
    finally:
        for peer, *_ in halls.values():
            await peer.close()
        await asyncio.sleep(1)
        await asyncio.to_thread(recorder.stop, 5.0)
        plane.close()
    middle = {}
    for clip in clips_of(str(tmp_path)):
        site = clip.source.split("/")[0]
        pictures, sounds = recorded(tmp_path, clip)
        _, picture, sound = halls[site]
        behind, heard = late(pictures, picture.captured), tones_late(sounds, sound)
        assert len(behind) > 20 * SECONDS, len(behind)
        assert len(heard) >= SECONDS - 2, heard
        middle[site] = statistics.median(behind), statistics.median(heard)
        print(site, "picture", round(middle[site][0], 1), "ms behind its capture, sound", round(middle[site][1], 1))
    for site, (seen, heard) in middle.items():
        assert abs(seen - heard) <= 45, (site, middle)
    assert abs(middle["an"][0] - middle["chi"][0]) <= 30, middle
    assert abs(middle["an"][1] - middle["chi"][1]) <= 30, middle
