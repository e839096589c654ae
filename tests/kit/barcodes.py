"""Pictures that say which frame they are: twelve bits as black and white columns. Read back by a browser or PyAV."""

import fractions
import functools

import av

BITS = 12
READ = """video => {
  const c = new OffscreenCanvas(video.videoWidth, video.videoHeight), g = c.getContext('2d');
  g.drawImage(video, 0, 0);
  const step = c.width / %d, row = g.getImageData(0, c.height >> 1, c.width, 1).data;
  let n = 0;
  for (let bit = 0; bit < %d; bit++) n = n * 2 + (row[4 * Math.floor((bit + 0.5) * step)] > 127 ? 1 : 0);
  return n;
}""" % (BITS, BITS)  # noqa: UP031 - braces of the script
"""A page's function from a video element to the number of the frame it shows."""


def picture(n, width, height):
    """The frame with number n as yuv420p."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for index, plane in enumerate(frame.planes):
        step = plane.width / BITS
        row = bytearray([128]) * plane.line_size
        for at in range(plane.width if index == 0 else 0):
            row[at] = 220 if n >> (BITS - 1 - int(at / step)) & 1 else 30
        plane.update(bytes(row) * plane.height)
    frame.pts = n
    return frame


def read(frame):
    """The number a decoded frame carries."""
    grey = frame.to_ndarray(format="gray")
    row, step = grey[frame.height // 2], frame.width / BITS
    return functools.reduce(lambda n, bit: 2 * n + int(row[int((bit + 0.5) * step)] > 127), range(BITS), 0)


@functools.cache
def frames(codec="vp8", seconds=4, width=192, height=96, fps=25, gop=50, first=0):
    """(bytes, key) of frames first, first + 1, …"""
    context = av.CodecContext.create({"vp8": "libvpx", "h264": "libx264"}[codec], "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = fractions.Fraction(1, fps), fractions.Fraction(fps)
    if codec == "vp8":
        context.bit_rate = 200_000
        context.options = {"g": str(gop), "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
    else:
        context.options = {"profile": "baseline", "tune": "zerolatency", "preset": "ultrafast", "g": str(gop), "crf": "28"}
    found = []
    for n in range(first, first + seconds * fps):
        found += context.encode(picture(n, width, height))
    found += context.encode(None)
    return tuple((bytes(packet), packet.is_keyframe) for packet in found)
