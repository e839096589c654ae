"""The head that makes a fragmented master a plain MP4: its fragments become the inside of one `mdat`.

RECORDING §6 plays such masters by Media Source Extensions. A plain file needs no second way through the player, the
time-shift and the exports; it costs 1.1 MB of tables an hour (`tests/bench/recording.py`), asked for once.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from recordings import mp4
from recordings.boxes import full, long_head
from recordings.clusters import AUDIO, VIDEO
from recordings.idx import Indexed
from signaling.errors import Malformed

_MOOF: Final = 4_096
"""A `moof` of half a second is about a kilobyte."""
_LAST_MS: Final = {VIDEO: 40, AUDIO: 20}


class _Table:
    """The samples of one track: ticks, sizes, key numbers; and its chunks, one a unit."""

    def __init__(self) -> None:
        self.ticks = array("q")
        self.sizes = array("I")
        self.keys = array("I")
        self.chunks = array("Q")
        self.counts = array("I")

    def add(self, found: list[mp4.Sample], at: int) -> None:
        self.chunks.append(at + found[0].offset)
        self.counts.append(len(found))
        for one in found:
            self.ticks.append(one.ticks)
            self.sizes.append(one.size)
            if one.key:
                self.keys.append(len(self.ticks))


def head(fd: int, size: tuple[int, int], config: bytes, zero_us: int, clusters: Sequence[Indexed]) -> bytes:
    """Return everything before the first cluster's bytes; what follows them is the end of the file.

    Raises `Malformed` if a cluster is no fragment of ours, `OSError` if it cannot be read.
    """
    tables = {VIDEO: _Table(), AUDIO: _Table()}
    for one in clusters:
        found = mp4.samples(_moof(fd, one))
        for track, table in tables.items():
            own = [sample for sample in found if sample.track == track]
            if own:
                table.add(own, one.offset)
    length = clusters[-1].offset + clusters[-1].length - clusters[0].offset
    inside = long_head(b"mdat", length)
    before = len(_movie(size, config, zero_us, tables, 0)) + len(mp4.brand()) + len(inside)
    return mp4.brand() + _movie(size, config, zero_us, tables, before - clusters[0].offset) + inside


def _moof(fd: int, one: Indexed) -> bytes:
    data = os.pread(fd, min(_MOOF, one.length), one.offset)
    top, _whole = mp4.unit_size(data)
    if top > one.length:
        raise Malformed("an MP4 fragment longer than its cluster")
    return data if top <= len(data) else os.pread(fd, top, one.offset)


def _movie(size: tuple[int, int], config: bytes, zero_us: int, tables: dict[int, _Table], shift: int) -> bytes:
    tracks = [_track(track, table, shift) for track, table in tables.items() if table.sizes]
    return mp4.movie(size, zero_us, config, tracks)


def _track(track: int, table: _Table, shift: int) -> mp4.Track:
    # the first sample is said to begin at 0: sound may begin up to 20 ms after the picture, and that needs no edit list
    ticks = [0, *table.ticks[1:]]
    ends = [*ticks[1:], ticks[-1] + _LAST_MS[track] * mp4.TICKS[track]]
    # two frames of one time would make a sample without duration, at which players stop
    steps = [max(1, end - begin) for begin, end in zip(ticks, ends, strict=True)]
    runs = [(len(list(group)), step) for step, group in groupby(steps)]
    times = full(b"stts", 0, 0, struct.pack(">I", len(runs)), b"".join(struct.pack(">II", *run) for run in runs))
    keys = b"" if track == AUDIO else full(b"stss", 0, 0, struct.pack(">I", len(table.keys)), _big(table.keys))
    sizes = full(b"stsz", 0, 0, struct.pack(">II", 0, len(table.sizes)), _big(table.sizes))
    places = array("Q", (at + shift for at in table.chunks))
    offsets = full(b"co64", 0, 0, struct.pack(">I", len(places)), _big(places))
    return mp4.Track(track, sum(steps) // mp4.TICKS[track], times + keys + _chunks(table.counts) + sizes + offsets)


def _chunks(counts: Sequence[int]) -> bytes:
    runs, first = [], 1
    for count, group in groupby(counts):
        runs.append(struct.pack(">III", first, count, 1))
        first += len(list(group))
    return full(b"stsc", 0, 0, struct.pack(">I", len(runs)), b"".join(runs))


def _big(values: array[int]) -> bytes:
    swapped = array(values.typecode, values)
    swapped.byteswap()
    return swapped.tobytes()
