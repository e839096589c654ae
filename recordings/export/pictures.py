"""The pictures of one source, in order of time, across its clips."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import av

from recordings.export.masters import Opened, key_before
from recordings.export.plan import Clip, clip_at
from signaling.errors import Malformed

LEAP_MS: Final = 3_000
"""From this far on, opening the clip again at a key frame costs less than decoding up to it."""


class Film:
    """Gives the picture of a source at rising times. Keeps one decoder and two frames."""

    def __init__(self, folder: str, clips: tuple[Clip, ...], klass: str, *, keys_only: bool = False) -> None:
        """Prefer clips of `klass`; `keys_only` decodes key frames alone: a still picture every few seconds."""
        self._folder, self._clips, self._klass, self._keys_only = folder, clips, klass, keys_only
        self._clip: Clip | None = None
        self._opened: Opened | None = None
        self._frames: Iterator[tuple[int, Any]] = iter(())
        self._now: Any = None
        self._next: tuple[int, Any] | None = None

    def at(self, ms: int) -> tuple[Any, str | None]:
        """Return (frame, None), or (None, why there is none: a gap's reason, `lost`, `sound-only`)."""
        clip = clip_at(self._clips, ms, self._klass)
        if clip is None:
            self.close()
            only_sound = clip_at(self._clips, ms, self._klass, sound=True) is not None
            return None, "sound-only" if only_sound else "lost"
        hole = clip.hole(ms)
        if hole is not None:
            return None, hole
        if clip is not self._clip or self._is_far(clip, ms):
            self._open(clip, ms)
        while self._next is not None and self._next[0] <= ms - clip.from_ms:
            self._now, self._next = self._next[1], next(self._frames, None)
        return (self._now, None) if self._now is not None else (None, "lost")

    def _is_far(self, clip: Clip, ms: int) -> bool:
        """Tell whether the film was away so long that a later key frame is nearer than the next picture."""
        at = ms - clip.from_ms
        if self._next is None or at - self._next[0] <= LEAP_MS:
            return False
        return key_before(self._folder, clip.clip, at) > self._next[0]

    def _open(self, clip: Clip, ms: int) -> None:
        self.close()
        self._clip = clip
        with contextlib.suppress(Malformed, OSError):
            self._opened = Opened(self._folder, clip.clip, ms - clip.from_ms, pictures=True)
            self._frames = self._decoded(self._opened)
            self._next = next(self._frames, None)

    def _decoded(self, opened: Opened) -> Iterator[tuple[int, Any]]:
        stream = opened.stream("video")
        if stream is None:
            return
        stream.codec_context.thread_count = 1
        if self._keys_only:
            stream.codec_context.skip_frame = "NONKEY"
        last = 0
        for packet in _packets(opened, stream):
            if self._keys_only and packet.size and not packet.is_keyframe:
                continue
            # a damaged frame costs itself: the decoder goes on with the next one
            with contextlib.suppress(av.error.FFmpegError):
                for frame in packet.decode():
                    last = last if frame.time is None else round(frame.time * 1000)
                    yield last, frame

    def close(self) -> None:
        """Give the decoder back; the film may go on at a later time."""
        if self._opened is not None:
            self._opened.close()
        self._opened = self._clip = self._now = self._next = None
        self._frames = iter(())


def _packets(opened: Opened, stream: Any) -> Iterator[Any]:
    with contextlib.suppress(av.error.FFmpegError):
        yield from opened.container.demux(stream)
