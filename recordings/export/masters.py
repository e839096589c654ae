"""Masters read from any time on, through their index: head, then whole units from the one that holds a key frame.

Nothing seeks: the same reader serves WebM clusters and MP4 fragments, closed clips and growing ones.
"""

from __future__ import annotations

import bisect
import os
from typing import Any, Final

import av
import av.container

from recordings.idx import Index
from recordings.tracks import index_of, path_of
from signaling.errors import Malformed

FORMATS: Final = {".webm": "matroska", ".mp4": "mp4"}


class Stretch:
    """The bytes of a master from one unit on, as a stream for the demuxer. It cannot be wound back."""

    def __init__(self, path: str, spans: list[tuple[int, int]]) -> None:
        """Read the [begin, end) spans one after the other."""
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by `close`
        self._spans = spans[::-1]

    def read(self, n: int) -> bytes:
        """Return up to `n` bytes, none at the end of what the index names."""
        while self._spans:
            begin, end = self._spans[-1]
            data = os.pread(self._file.fileno(), min(n, end - begin), begin)
            if begin + len(data) >= end or not data:
                self._spans.pop()
            else:
                self._spans[-1] = begin + len(data), end
            if data:
                return data
        return b""

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


class Opened:
    """A demuxer over a clip from a time on; times of its packets are those of the clip."""

    def __init__(self, folder: str, clip: str, from_ms: int, *, pictures: bool) -> None:
        """Begin at the last key frame at or before `from_ms`, or at that sound. Raises `Malformed`, `OSError`."""
        index = index_of(folder, clip)
        opening = index.opening
        assert opening is not None
        if not index.clusters:
            raise Malformed(f"{clip} holds nothing yet")
        first = index.clusters[_begin(index, from_ms, pictures=pictures)]
        path = path_of(folder, clip)
        self._stretch = Stretch(path, [(0, opening.head[1]), (first.offset, index.media_end)])
        try:
            self.container: Any = av.open(self._stretch, "r", format=FORMATS[os.path.splitext(path)[1]])
        except (av.error.FFmpegError, KeyError) as error:
            self._stretch.close()
            raise Malformed(f"{clip}: {error}") from None

    def stream(self, kind: str) -> Any:
        """Return the stream of a kind, None if the clip has none."""
        return next((one for one in self.container.streams if one.type == kind), None)

    def close(self) -> None:
        """Give everything back."""
        self.container.close()
        self._stretch.close()


def _begin(index: Index, from_ms: int, *, pictures: bool) -> int:
    if pictures:
        keyed = [n for n, one in enumerate(index.clusters) if one.keys]
        at = bisect.bisect_right(keyed, from_ms, key=lambda n: index.clusters[n].keys[0])
        if keyed:
            return keyed[max(0, at - 1)]
    return min(bisect.bisect_right(index.clusters, from_ms, key=lambda one: one.to_ms), len(index.clusters) - 1)


def key_before(folder: str, clip: str, ms: int) -> int:
    """Return the time in the clip of the last key frame at or before `ms`, of the first one if there is none."""
    keys = [key for one in index_of(folder, clip).clusters for key in one.keys]
    return keys[max(0, bisect.bisect_right(keys, ms) - 1)] if keys else 0
