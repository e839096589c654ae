"""H.264 encoded once per run: baseline, no B frames, as encoders for WebRTC make it; and a track that sends it."""

import asyncio
import fractions
import functools
import time

import av
from aiortc import MediaStreamTrack


@functools.cache
def access_units(width=320, height=192, seconds=2, fps=25, gop=25, rgb=(200, 40, 40)):
    """(Annex B bytes, key) of frames of one colour with a moving bar in its lower half."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base, codec.framerate = fractions.Fraction(1, fps), fractions.Fraction(fps)
    codec.options = {
        "profile": "baseline", "tune": "zerolatency", "preset": "ultrafast", "g": str(gop), "crf": "30", "x264-params": "sliced-threads=0",
    }  # fmt: skip
    found = []
    for n in range(seconds * fps):
        plain = av.VideoFrame(width, height, "rgb24")
        plane = plain.planes[0]
        still = (bytes(rgb) * width).ljust(plane.line_size, b"\0")
        bar = 4 * n % (width - 16) * 3
        moving = still[:bar] + bytes(48) + still[bar + 48 :]
        plane.update(still * (height // 2) + moving * (height - height // 2))
        frame = plain.reformat(format="yuv420p")
        frame.pts = n
        found += codec.encode(frame)
    found += codec.encode(None)
    return tuple((bytes(packet), packet.is_keyframe) for packet in found)


class FrameTrack(MediaStreamTrack):
    """Sends access units, or frames of any codec, in real time, for ever."""

    kind = "video"

    def __init__(self, units, fps=25):
        super().__init__()
        self.units, self.fps, self.n, self.begin = units, fps, 0, time.monotonic()

    async def recv(self):
        await asyncio.sleep(max(0.0, self.begin + self.n / self.fps - time.monotonic()))
        packet = av.Packet(self.units[self.n % len(self.units)][0])
        packet.pts = packet.dts = self.n
        packet.time_base = fractions.Fraction(1, self.fps)
        self.n += 1
        return packet
