"""Pictures and voices of simulated sites, rendered once: name, colour, moving bar, loop counter, frame barcode.

No wall clock: in a looped clip it would lie. The barcode lets a test read which frame of which source it sees.
"""

from __future__ import annotations

import colorsys
import math
import os
import zlib
from fractions import Fraction
from typing import Final

import av
import msgspec
import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, FPS, SECONDS = 640, 360, 25, 4
GOP: Final = 12
"""A key frame every 12 frames: an encoded track cannot answer a PLI (RULINGS)."""
BITS: Final = 16
SAMPLES: Final = 960
FONTS: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "recordings", "fonts")
VERSION: Final = 5


class Clip(msgspec.Struct, frozen=True):
    """A loop: VP8 frames at 25 a second (the first is a key frame), Opus packets of 20 ms; both cover 4 s."""

    video: list[bytes]
    audio: list[bytes]


def clip(folder: str, key: str, name: str, line: str, *, voice: bool) -> Clip:
    """Return the clip of one source, from `folder` if it was rendered before."""
    path = os.path.join(folder, f"{key.replace('/', '~')}.{VERSION}.{zlib.crc32((name + line).encode()):08x}.clip")
    try:
        with open(path, "rb") as file:
            return msgspec.msgpack.decode(file.read(), type=Clip)
    except (OSError, msgspec.DecodeError):
        made = Clip(_video(key, name, line), _audio(key) if voice else [])
    os.makedirs(folder, exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(msgspec.msgpack.encode(made))
    os.replace(path + ".new", path)
    return made


def colour(key: str) -> tuple[int, int, int]:
    """Return a source's own colour; the salt keeps those of the first ceremony apart."""
    hue = zlib.crc32(f"4693{key}".encode()) % 360 / 360
    red, green, blue = colorsys.hls_to_rgb(hue, 0.36, 0.55)
    return int(red * 255), int(green * 255), int(blue * 255)


def mark(key: str) -> int:
    """Return the 16 bits a source's barcode carries beside the frame number."""
    return zlib.crc32(key.encode()) & 0xFF


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(os.path.join(FONTS, "Tinos-Bold.ttf"), size)


def _still(key: str, name: str, line: str) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), colour(key))
    draw = ImageDraw.Draw(image)
    # a hall as one draws it: wall, table, three delegates
    draw.rectangle((0, 250, WIDTH, HEIGHT), fill=tuple(c // 2 for c in colour(key)))
    for x in (180, 320, 460):
        draw.ellipse((x - 26, 170, x + 26, 226), fill=(226, 196, 164))
        draw.rounded_rectangle((x - 52, 222, x + 52, 300), 24, fill=(38, 48, 66))
    draw.rectangle((70, 268, WIDTH - 70, 330), fill=(92, 62, 40))
    size = 34
    while size > 16 and draw.textlength(name, _font(size)) > WIDTH - 40:
        size -= 2
    draw.text((WIDTH / 2, 44), name, font=_font(size), fill="white", anchor="mm")
    draw.text((WIDTH / 2, 92), line, font=_font(22), fill=(235, 235, 235), anchor="mm")
    return image


def _frame(still: Image.Image, key: str, n: int) -> Image.Image:
    image = still.copy()
    draw = ImageDraw.Draw(image)
    x = int((math.sin(2 * math.pi * n / (FPS * SECONDS)) + 1) / 2 * (WIDTH - 60))
    draw.rectangle((x, 120, x + 60, 128), fill="white")
    nod = int(3 * math.sin(2 * math.pi * n / 20))
    draw.ellipse((314, 192 + nod, 326, 198 + nod), fill=(120, 40, 40))
    draw.text((WIDTH - 12, 342), f"{n // FPS + 1}/{SECONDS}", font=_font(18), fill="white", anchor="rm")
    bits = mark(key) << 8 | n & 0xFF
    for i in range(BITS):
        shade = "white" if bits >> (BITS - 1 - i) & 1 else "black"
        draw.rectangle((8 + i * 16, 336, 8 + i * 16 + 15, 352), fill=shade)
    return image


def _video(key: str, name: str, line: str) -> list[bytes]:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.bit_rate, encoder.gop_size = 320_000, GOP
    encoder.options = {
        "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "1",
        "maxrate": "400k", "bufsize": "200k", "keyint_min": str(GOP),
    }  # fmt: skip
    still = _still(key, name, line)
    packets = []
    for n in range(FPS * SECONDS):
        frame = av.VideoFrame.from_ndarray(np.asarray(_frame(still, key, n)), format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = n, Fraction(1, FPS)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return [bytes(packet) for packet in packets]


def _audio(key: str) -> list[bytes]:
    """A voice-like sound: harmonics of the source's own pitch under two formants, in syllables with pauses."""
    rate, count = 48_000, 48_000 * SECONDS
    pitch = 105 + zlib.crc32(key.encode()) % 90
    t = np.arange(count) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.06 * np.sin(2 * np.pi * t * 0.75))) / rate
    wave = np.zeros(count)
    for k in range(1, 20):
        f = k * pitch
        strength = math.exp(-(((f - 600) / 300) ** 2)) + 0.5 * math.exp(-(((f - 1500) / 400) ** 2)) + 0.04
        wave += strength * np.sin(k * phase)
    syllables = np.clip(np.sin(2 * np.pi * 4 * t), 0, None) ** 0.6 * (np.sin(2 * np.pi * t / SECONDS) > -0.7)
    pcm = (wave / np.abs(wave).max() * syllables * 0.35 * 32767).astype(np.int16)
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = rate, "mono", "s16"
    encoder.time_base, encoder.bit_rate = Fraction(1, rate), 32_000
    encoder.options = {"application": "voip", "frame_duration": "20"}
    packets = []
    for begin in range(0, count, SAMPLES):
        frame = av.AudioFrame.from_ndarray(pcm[None, begin : begin + SAMPLES], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
        packets += encoder.encode(frame)
    return [bytes(packet) for packet in packets]
