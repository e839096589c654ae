"""Masters in fragmented MP4, for H.264: a head, then `moof` and `mdat` of at most 500 ms that are never patched
(RECORDING §1; ISO/IEC 14496-12; no I/O).

Ours and not FFmpeg's, against RECORDING §1, so that both containers keep one rule: one cluster is one write, one hash,
one loss, its key frames and loudness known without reading it again, and no codec library runs in the server.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from recordings.boxes import Box, box, box_at, boxes, full, numbers
from recordings.clusters import AUDIO, SOFTWARE, VIDEO, Block
from signaling.errors import Malformed

TICKS: Final = {VIDEO: 90, AUDIO: 48}
"""Ticks a millisecond of each track."""
MOVIE: Final = 1000
_1904_S: Final = 2_082_844_800
"""MP4 counts dates from 1904-01-01 (§8.2.2.3)."""
_MATRIX: Final = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_KEY, _OTHER = 0x02000000, 0x01010000
"""sample_depends_on, sample_is_non_sync_sample (§8.8.3.1)."""
_MOST_SAMPLES: Final = 10_000


class Sample(NamedTuple):
    """One frame in a unit: when, in ticks of its track, and where its bytes are, from the unit's first."""

    track: int
    ticks: int
    offset: int
    size: int
    key: bool


class Track(NamedTuple):
    """What the head of a file says of one track; `tables` is the body of its sample table behind the description."""

    track: int
    duration_ms: int
    tables: bytes


_EMPTY: Final = (
    full(b"stts", 0, 0, bytes(4)) + full(b"stsc", 0, 0, bytes(4)) + full(b"stsz", 0, 0, bytes(8)) + full(b"stco", 0, 0, bytes(4))
)


def master_head(size: tuple[int, int], zero_us: int, config: bytes) -> bytes:
    """Return the head of a master; `config` is the decoder's (`avcC`)."""
    tracks = (Track(VIDEO, 0, _EMPTY), Track(AUDIO, 0, _EMPTY))
    extends = box(b"mvex", *(full(b"trex", 0, 0, struct.pack(">5I", one.track, 1, 0, 0, 0)) for one in tracks))
    return brand() + movie(size, zero_us, config, tracks, extends)


def brand() -> bytes:
    """Return the first box of every file."""
    return box(b"ftyp", b"iso6", bytes(4), b"iso6", b"mp41", b"avc1")


def movie(size: tuple[int, int], zero_us: int, config: bytes, tracks: Sequence[Track], more: bytes = b"") -> bytes:
    """Return the `moov`: what is in the file and, in the tracks' tables, where."""
    made = zero_us // 1_000_000 + _1904_S
    duration = max(one.duration_ms for one in tracks)
    head = struct.pack(">QQIQ", made, made, MOVIE, duration) + struct.pack(">IHH8x", 0x10000, 0x0100, 0)
    parts = [full(b"mvhd", 1, 0, head, _MATRIX, bytes(24), struct.pack(">I", AUDIO + 1))]
    parts += [_track(one, made, size, config) for one in tracks]
    return box(b"moov", *parts, more)


def _track(one: Track, made: int, size: tuple[int, int], config: bytes) -> bytes:
    is_video = one.track == VIDEO
    shown = size if is_video else (0, 0)
    head = struct.pack(">QQI4xQ8xHHH2x", made, made, one.track, one.duration_ms, 0, 0, 0 if is_video else 0x0100)
    header = full(b"tkhd", 1, 3, head, _MATRIX, struct.pack(">II", *(side << 16 for side in shown)))
    ticks = TICKS[one.track]
    times = full(b"mdhd", 1, 0, struct.pack(">QQIQHH", made, made, ticks * 1000, one.duration_ms * ticks, 0x55C4, 0))
    kind = full(b"hdlr", 0, 0, struct.pack(">4x4s12x", b"vide" if is_video else b"soun"), SOFTWARE.encode() + b"\0")
    what = full(b"vmhd", 0, 1, bytes(8)) if is_video else full(b"smhd", 0, 0, bytes(4))
    here = box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1)))
    entry = _picture(size, config) if is_video else _sound()
    table = box(b"stbl", full(b"stsd", 0, 0, struct.pack(">I", 1), entry), one.tables)
    return box(b"trak", header, box(b"mdia", times, kind, box(b"minf", what, here, table)))


def _picture(size: tuple[int, int], config: bytes) -> bytes:
    entry = struct.pack(">6xH16xHHIIIH32xHH", 1, *size, 0x480000, 0x480000, 0, 1, 24, 0xFFFF)
    return box(b"avc1", entry, box(b"avcC", config))


def _sound() -> bytes:
    entry = struct.pack(">6xH8xHH4xI", 1, 2, 16, 48_000 << 16)
    return box(b"Opus", entry, box(b"dOps", struct.pack(">BBHIhB", 0, 2, 0, 48_000, 0, 0)))


def described(head: bytes) -> tuple[tuple[int, int], bytes]:
    """Return (picture size, decoder configuration) from a master's head. Raises `Malformed`."""
    at, end = 0, len(head)
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1", b"avcC"):
        found = next((one for one in boxes(head, at, end) if one.name == name), None)
        if found is None:
            raise Malformed("a master without its description")
        at, end = found.body + {b"stsd": 8, b"avc1": 78}.get(name, 0), found.end
        if name == b"avc1":
            width, height = numbers(head, ">HH", found.body + 24, found.end)
    return (width, height), head[at:end]


def seal(blocks: list[Block]) -> bytes:
    """Return blocks in order as one unit: pictures first, then sound, each track's bytes in one run."""
    tracks = [[block for block in blocks if block.track == track] for track in (VIDEO, AUDIO)]
    tracks = [one for one in tracks if one]
    number = blocks[0].ms + 1
    fixed = len(_fragment(number, tracks, [0] * len(tracks)))
    starts, at = [], fixed + 8
    for one in tracks:
        starts.append(at)
        at += sum(len(block.data) for block in one)
    return _fragment(number, tracks, starts) + box(b"mdat", *(block.data for one in tracks for block in one))


def _fragment(number: int, tracks: list[list[Block]], starts: list[int]) -> bytes:
    parts = [full(b"mfhd", 0, 0, struct.pack(">I", number))]
    for one, start in zip(tracks, starts, strict=True):
        track, ticks = one[0].track, TICKS[one[0].track]
        ends = [block.ms for block in one[1:]] + [one[-1].ms + one[-1].duration_ms]
        runs = b"".join(
            struct.pack(">III", (end - block.ms) * ticks, len(block.data), _KEY if block.key else _OTHER)
            for block, end in zip(one, ends, strict=True)
        )
        parts.append(box(
            b"traf", full(b"tfhd", 0, 0x020000, struct.pack(">I", track)),
            full(b"tfdt", 1, 0, struct.pack(">Q", one[0].ms * ticks)),
            full(b"trun", 0, 0x000701, struct.pack(">Ii", len(one), start), runs),
        ))  # fmt: skip
    return box(b"moof", *parts)


def unit_size(data: bytes) -> tuple[int, int]:
    """Return (bytes of the `moof`, bytes of the whole unit) that begins these bytes; the latter needs the head of its
    `mdat` and is 0 without. Raises `Malformed` for anything else.
    """
    first = box_at(data, 0)
    if first.name != b"moof":
        raise Malformed("no MP4 fragment")
    if first.end + 8 > len(data):
        return first.end, 0
    second = box_at(data, first.end)
    if second.name != b"mdat":
        raise Malformed("an MP4 fragment without its data")
    return first.end, second.end


def samples(moof: bytes) -> list[Sample]:
    """Return the frames a `moof` tells of, in its order. Raises `Malformed`."""
    top = box_at(moof, 0)
    if top.name != b"moof" or top.end > len(moof):
        raise Malformed("no whole MP4 fragment")
    found: list[Sample] = []
    for part in boxes(moof, top.body, top.end):
        if part.name == b"traf":
            found += _run(moof, {one.name: one for one in boxes(moof, part.body, part.end)})
    return found


def _run(moof: bytes, parts: dict[bytes, Box]) -> list[Sample]:
    try:
        head, time, run = (parts[name] for name in (b"tfhd", b"tfdt", b"trun"))
    except KeyError:
        raise Malformed("an MP4 track fragment that misses a box") from None
    (track,) = numbers(moof, ">I", head.body + 4, head.end)
    (ticks,) = numbers(moof, ">Q", time.body + 4, time.end)
    flags, count, offset = numbers(moof, ">IIi", run.body, run.end)
    if track not in TICKS or flags != 0x701 or not 0 < count <= _MOST_SAMPLES or ticks >= 1 << 48:
        raise Malformed("an MP4 track fragment of another kind")
    values = numbers(moof, f">{3 * count}I", run.body + 12, run.end)
    found = []
    for n in range(0, 3 * count, 3):
        found.append(Sample(track, ticks, offset, values[n + 1], values[n + 2] == _KEY))
        ticks += values[n]
        offset += values[n + 1]
    return found
