"""A plan made into one MP4: H.264 and AAC, chapters, faststart (RECORDING §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final

import av
import msgspec
import numpy as np

from recordings.export.broadcast import Broadcast
from recordings.export.cards import Words
from recordings.export.landing import av_output
from recordings.export.plan import Plan
from recordings.export.sound import BLOCK_MS, RATE, Mix, Samples

FPS: Final = 25
SIZES: Final = {"720": (1280, 720), "1080": (1920, 1080)}
TICKS_MS: Final = 1_000
Tell = Callable[[float], None]
"""Told the fraction done, about once a second of media; may raise `Cancelled`."""


class Look(msgspec.Struct, frozen=True):
    """How a film is drawn."""

    size: str = "720"
    thumbnails: bool = True


def render(folder: str, plan: Plan, span: tuple[int, int], look: Look, words: Words, part: str, tell: Tell) -> None:
    """Write the film of a span of a plan to `part`. Raises what FFmpeg raises, and what `tell` raises."""
    begin, end = span
    width, height = SIZES[look.size]
    drawn = Broadcast(folder, plan, (width, height), words, thumbnails=look.thumbnails)
    mix = Mix(folder, plan)
    out = av_output(part, "mp4", movflags="faststart")
    try:
        video = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "23", "g": str(FPS * 2)})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = aac(out)
        out.metadata["title"] = plan.title
        # the muxer makes a chapter track only if it knows of chapters before its head is written
        out.set_chapters(chapters(plan, span))
        count = -(-(end - begin) * FPS // 1000)
        for n in range(count):
            ms = n * 1000 // FPS
            if ms % BLOCK_MS == 0:
                _sound(out, sound, mix, (begin, begin + ms, min(begin + ms + BLOCK_MS, end)))
            if ms % TICKS_MS == 0:
                tell(n / count)
            _mux(out, video.encode(drawn.frame(begin + ms, n, FPS)))
        _mux(out, video.encode(None))
        _mux(out, sound.encode(None))
    except BaseException:
        _abandon(out)
        raise
    else:
        out.close()
    finally:
        drawn.close()
        mix.close()


def _abandon(out: Any) -> None:
    """Close a container whose file nobody will keep; its own complaints add nothing."""
    try:
        out.close()
    except (av.error.FFmpegError, OSError, ValueError):
        return


def aac(out: Any) -> Any:
    """Add the sound stream: AAC, mono, 96 kbit/s."""
    stream = out.add_stream("aac", rate=RATE, layout="mono")
    stream.bit_rate = 96_000
    return stream


def _sound(out: Any, stream: Any, mix: Mix, times: tuple[int, int, int]) -> None:
    zero_ms, from_ms, to_ms = times
    _mux(out, stream.encode(sound_frame(mix.block(from_ms, to_ms), (from_ms - zero_ms) * RATE // 1000)))


def sound_frame(samples: Samples, pts: int) -> Any:
    """Return samples as a frame at a sample number."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, :]), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, pts, Fraction(1, RATE)
    return frame


def _mux(out: Any, packets: Iterable[Any]) -> None:
    for packet in packets:
        out.mux(packet)


def chapters(plan: Plan, span: tuple[int, int]) -> list[dict[str, Any]]:
    """Return the chapters of a span as the container wants them, times from its beginning.

    MP4 puts chapters back to back from 0, so each lasts until the next one, and what is before the first is one too.
    """
    begin, end = span
    inside = [one for one in plan.chapters if one.from_ms < end and one.to_ms > max(begin, one.from_ms)]
    starts = [(max(one.from_ms, begin) - begin, one.text) for one in inside]
    if starts and starts[0][0] > 0:
        starts.insert(0, (0, plan.title))
    ends = [*(at for at, _ in starts[1:]), end - begin][: len(starts)]
    return [
        {"id": n, "start": at, "end": to, "time_base": Fraction(1, 1000), "metadata": {"title": text}}
        for n, ((at, text), to) in enumerate(zip(starts, ends, strict=True))
    ]
