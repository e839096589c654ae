"""The programme's sound: every source whose gate was open, unweighted, mixed in blocks (RULINGS, Programme sound)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt

from recordings.export.masters import Opened
from recordings.export.plan import Clip, Plan, clip_at
from signaling.errors import Malformed

RATE: Final = 48_000
PER_MS: Final = RATE // 1000
BLOCK_MS: Final = 10_000
FADE: Final = 5 * PER_MS
"""A gate opens and closes within 5 ms: a step would click."""
JUMP: Final = 20 * PER_MS
"""Block times are rounded to ms and slewed; up to here sound stays joined, beyond it moves to its time."""
LEAP: Final = 3 * RATE
"""From this far on, opening the clip again costs less than decoding up to it."""
Samples = npt.NDArray[np.float32]


class Voice:
    """The sound of one source at rising times, from whichever of its clips covers them."""

    def __init__(self, folder: str, clips: tuple[Clip, ...]) -> None:
        """Open nothing yet."""
        self._folder, self._clips = folder, clips
        self._clip: Clip | None = None
        self._opened: Opened | None = None
        self._pieces: Iterator[tuple[int, Samples]] = iter(())
        self._left: tuple[int, Samples] | None = None

    def take(self, from_ms: int, to_ms: int) -> Samples:
        """Return the sound from `from_ms` to `to_ms` of the timeline, silence where there is none."""
        out = np.zeros((to_ms - from_ms) * PER_MS, np.float32)
        at = from_ms
        while at < to_ms:
            clip = clip_at(self._clips, at, "hi", sound=True)
            if clip is None:
                later = [one.from_ms for one in self._clips if one.from_ms > at]
                at = min([to_ms, *later])
                continue
            end = min(clip.to_ms, to_ms)
            self._fill(clip, at, out[(at - from_ms) * PER_MS : (end - from_ms) * PER_MS])
            at = end
        return out

    def _fill(self, clip: Clip, from_ms: int, out: Samples) -> None:
        begin = (from_ms - clip.from_ms) * PER_MS
        ahead = 0 if self._left is None else begin - self._left[0]
        if clip is not self._clip or not -len(out) <= ahead <= LEAP:
            self._open(clip, from_ms)
        piece = self._left if self._left is not None else next(self._pieces, None)
        while piece is not None and piece[0] < begin + len(out):
            at, data = piece
            a, b = max(at, begin), min(at + len(data), begin + len(out))
            if a < b:
                out[a - begin : b - begin] = data[a - at : b - at]
            if at + len(data) > begin + len(out):
                piece = b, data[b - at :]
                break
            piece = next(self._pieces, None)
        self._left = piece

    def _open(self, clip: Clip, from_ms: int) -> None:
        self.close()
        self._clip = clip
        with contextlib.suppress(Malformed, OSError):
            self._opened = Opened(self._folder, clip.clip, max(0, from_ms - clip.from_ms - 100), pictures=False)
            self._pieces = _decoded(self._opened)

    def close(self) -> None:
        """Give the decoder back."""
        if self._opened is not None:
            self._opened.close()
        self._opened = self._clip = self._left = None
        self._pieces = iter(())


def _decoded(opened: Opened) -> Iterator[tuple[int, Samples]]:
    """Yield (sample number in the clip, mono samples)."""
    stream = opened.stream("audio")
    if stream is None:
        return
    mono = av.AudioResampler("flt", "mono", RATE)
    due: int | None = None
    for frame in _frames(opened, stream):
        at = round(float(frame.time) * RATE)
        due = at if due is None or abs(at - due) > JUMP else due
        for one in mono.resample(frame):
            data = one.to_ndarray()[0]
            yield due, data
            due += len(data)


def _frames(opened: Opened, stream: Any) -> Iterator[Any]:
    with contextlib.suppress(av.error.FFmpegError):
        for packet in opened.container.demux(stream):
            with contextlib.suppress(av.error.FFmpegError):
                yield from (frame for frame in packet.decode() if frame.time is not None)


class Mix:
    """The sound of a plan, block after block."""

    def __init__(self, folder: str, plan: Plan) -> None:
        """Open nothing yet."""
        self._folder, self._plan = folder, plan
        self._voices: dict[str, Voice] = {}

    def block(self, from_ms: int, to_ms: int) -> Samples:
        """Return the mix of a block within [-1, 1]; blocks are asked for in order."""
        mixed = np.zeros((to_ms - from_ms) * PER_MS, np.float32)
        for source, spans in self._plan.sound.items():
            open_now = [(max(a, from_ms), min(b, to_ms)) for a, b in spans if a < to_ms and b > from_ms]
            if not open_now or source not in self._plan.clips:
                self._rest(source)
                continue
            voice = self._voices.setdefault(source, Voice(self._folder, self._plan.clips[source]))
            for begin, end in open_now:
                heard = voice.take(begin, end)
                if begin in (a for a, _ in spans):
                    _fade(heard)
                if end in (b for _, b in spans):
                    _fade(heard[::-1])
                mixed[(begin - from_ms) * PER_MS : (end - from_ms) * PER_MS] += heard
        return np.clip(mixed, -1, 1)

    def _rest(self, source: str) -> None:
        if source in self._voices:
            self._voices.pop(source).close()

    def close(self) -> None:
        """Give every decoder back."""
        for source in tuple(self._voices):
            self._rest(source)


def _fade(samples: Samples) -> None:
    n = min(FADE, len(samples))
    samples[:n] *= np.linspace(0, 1, n, dtype=np.float32)
