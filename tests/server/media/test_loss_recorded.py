"""One packet in a hundred lost on a publisher's link: the record keeps its pictures (RECORDING §9)."""

import asyncio
import time

from aiortc import RTCPeerConnection, RTCSessionDescription
from kit.h264_material import FrameTrack
from kit.lossy import LossyPath, through
from kit.media_peers import CONFIG, until
from kit.recording_material import fake_frame, probe

from recordings.tracks import clips_of
from recordings.virtual import open_clip
from server.clock import monotonic_us
from server.media.plane import MediaConfig, Plane
from server.recorder import Recorder
from server.simulation.sites import only_loopback

SECONDS = 15


async def test_one_percent_loss_keeps_ninety_nine_percent_of_the_pictures(tmp_path):
    only_loopback()
    recorder = Recorder(str(tmp_path), "s", epoch_us=0, report=lambda _news: None)
    recorder.start()
    recorder.set_recording(True)
    plane = Plane(MediaConfig(0, ("127.0.0.1",)), monotonic_us)
    plane.open(asyncio.get_running_loop())
    room = plane.room("s", sink=recorder.sink, news=lambda _news: None)
    path = LossyPath(plane.port, 0.01)
    port = await path.open()
    peer = RTCPeerConnection(CONFIG)
    track = FrameTrack(tuple(fake_frame(n, n % 100 == 0, 4_000) for n in range(500)))  # 800 kbit/s in four packets a frame
    peer.addTrack(track)
    await peer.setLocalDescription(await peer.createOffer())
    answer = room.publish("s-an", "an/camera", peer.localDescription.sdp, "127.0.0.1")
    await peer.setRemoteDescription(RTCSessionDescription(through(answer.sdp, port), "answer"))
    try:
        await until(lambda: recorder.health().tracks, 10)
        begin, first = time.monotonic(), track.n
        await asyncio.sleep(SECONDS)
        sent = track.n - first
        assert abs(sent - 25 * (time.monotonic() - begin)) < 15
        assert path.lost >= 5, "the link loses"
    finally:
        await peer.close()
        await asyncio.sleep(1)
        await asyncio.to_thread(recorder.stop, 5.0)
        plane.close()
        path.close()
    (clip,) = clips_of(str(tmp_path))
    file = open_clip(str(tmp_path), clip.clip)
    _, found = probe(file.read(0, file.length))
    span = (found["video"][-1][0] - found["video"][0][0]) / 1000
    assert span >= SECONDS - 1
    assert len(found["video"]) >= 0.99 * 25 * span, (len(found["video"]), span, clip.gaps)
