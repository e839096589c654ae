"""The index beside each master: JSON lines in a hash chain, written and read (RECORDING §3; no I/O)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from recordings.chain import GENESIS, canonical, link
from recordings.clocks import Report
from recordings.clusters import SOFTWARE, Cluster
from recordings.gaps import Gap
from signaling.errors import Malformed

VERSION: Final = 1
_TAIL: Final = re.compile(rb',"h":"([0-9a-f]{64})"\}')
_TAIL_BYTES: Final = 72


def sha(data: bytes) -> str:
    """Return the hex SHA-256 of the bytes a line names."""
    return hashlib.sha256(data).hexdigest()


def opening(session: str, source: str, clip: tuple[int, str, str], zero_us: int, head: bytes) -> dict[str, Any]:
    """Return the first line of an index; `clip` is (number, class, codec)."""
    site, _, name = source.partition("/")
    return {
        "v": VERSION, "session": session, "site": site, "source": name, "clip": clip[0], "class": clip[1],
        "codec": clip[2], "zero_us": zero_us, "software": SOFTWARE, "head": [0, len(head)], "sha": sha(head),
    }  # fmt: skip


def of_cluster(offset: int, cluster: Cluster, *, recovered: bool = False) -> dict[str, Any]:
    """Return the line of a cluster at a byte offset; `recovered` when it was found after a crash."""
    line: dict[str, Any] = {
        "c": [offset, len(cluster.data), cluster.from_ms, cluster.to_ms],
        "k": list(cluster.keys), "lv": -cluster.level, "sha": sha(cluster.data),
    }  # fmt: skip
    if recovered:
        line["r"] = 1
    return line


def of_gap(gap: Gap) -> dict[str, Any]:
    """Return the line of a hole."""
    return {"g": [gap.from_us // 1000, gap.to_us // 1000, gap.reason, gap.kind]}


def of_size(ms: int, width: int, height: int) -> dict[str, Any]:
    """Return the line of a picture size."""
    return {"s": [ms, width, height]}


def of_report(report: Report) -> dict[str, Any]:
    """Return the line of a sender report; its NTP time as 16 hex digits, which JSON numbers cannot hold."""
    return {"t": [report.ssrc, report.rtp, f"{report.ntp:016x}", report.server_us, report.rtt_us]}


def of_end(why: str, duration_ms: int, size: int, whole_sha: str) -> dict[str, Any]:
    """Return the last line: why the clip ended, its length, and the SHA-256 of its first `size` bytes."""
    return {"x": [why, duration_ms, size], "sha": whole_sha}


class Writer:
    """The chain while it grows: turns lines into bytes."""

    def __init__(self, head: str = GENESIS) -> None:
        """Go on after a line with hash `head`."""
        self.head = head

    def encode(self, line: dict[str, Any]) -> bytes:
        """Return the bytes of the next line, with its hash and a line feed."""
        body = canonical(line)
        self.head = link(self.head, body)
        return body[:-1] + b',"h":"' + self.head.encode() + b'"}\n'


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of an index, read."""

    v: int
    session: str
    site: str
    source: str
    clip: int
    klass: str = msgspec.field(name="class")
    codec: str
    zero_us: int
    software: str
    head: tuple[int, int]
    sha: str


class _More(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    c: tuple[int, int, int, int] | None = None
    k: list[int] = []
    lv: int = 0
    sha: str = ""
    r: int = 0
    g: tuple[int, int, str, str] | None = None
    s: tuple[int, int, int] | None = None
    t: tuple[int, int, str, int, int | None] | None = None
    x: tuple[str, int, int] | None = None


class Indexed(NamedTuple):
    """A cluster as the index tells it; `h` is the chain up to its line, `at` where that line begins."""

    offset: int
    length: int
    from_ms: int
    to_ms: int
    keys: tuple[int, ...]
    level: int
    sha: str
    h: str
    at: int


class End(NamedTuple):
    """The last line of an index."""

    why: str
    duration_ms: int
    size: int
    sha: str


class Index:
    """An index read so far. Feed it whole lines; it checks the chain and that clusters follow each other.

    `marks` tells for each line's hash how many bytes of the master the lines up to it name. Hours have tens of thousands of
    lines: marks are kept only if asked for, and `clusters` may be left out where only the summary is wanted.
    """

    def __init__(self, *, marks: bool = False, clusters: bool = True) -> None:
        """Begin before the first line."""
        self._keep = marks, clusters
        self._reach_ms = 0
        self.opening: Opening | None = None
        self.clusters: list[Indexed] = []
        self.gaps: list[tuple[int, int, str, str]] = []
        self.sizes: list[tuple[int, int, int]] = []
        self.reports: list[Report] = []
        self.end: End | None = None
        self.h = GENESIS
        self.marks: dict[str, int] = {}
        self.bytes_read = 0
        self.media_end = 0

    def feed(self, data: bytes) -> None:
        """Read the whole lines in `data`, which continues what was read; a torn last one is left.

        Raises `Malformed` at the first line that is wrong; what came before it counts.
        """
        for line in data.split(b"\n")[:-1]:
            self._line(line)
            self.bytes_read += len(line) + 1

    def _line(self, line: bytes) -> None:
        tail = _TAIL.fullmatch(line[-_TAIL_BYTES:])
        body = line[:-_TAIL_BYTES] + b"}"
        if tail is None or link(self.h, body) != tail.group(1).decode():
            raise Malformed(f"index byte {self.bytes_read}: the line breaks the chain")
        if self.end is not None:
            raise Malformed(f"index byte {self.bytes_read}: a line after the end")
        h = tail.group(1).decode()
        try:
            if self.opening is None:
                self._open(msgspec.json.decode(body, type=Opening))
            else:
                self._more(msgspec.json.decode(body, type=_More), h)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Malformed(f"index byte {self.bytes_read}: {error}") from None
        self.h = h
        if self._keep[0]:
            self.marks[h] = self.media_end

    def _open(self, opening: Opening) -> None:
        if opening.v != VERSION or opening.head[0] != 0 or opening.head[1] <= 0:
            raise Malformed("an index of a version this program does not read")
        self.opening, self.media_end = opening, opening.head[1]

    def _more(self, line: _More, h: str) -> None:
        if line.c is not None:
            offset, length, from_ms, to_ms = line.c
            if offset != self.media_end or length <= 0 or not 0 <= from_ms <= to_ms or to_ms <= self.duration_ms:
                raise Malformed("a cluster that does not follow the one before")
            if self._keep[1]:
                self.clusters.append(
                    Indexed(offset, length, from_ms, to_ms, tuple(line.k), line.lv, line.sha, h, self.bytes_read)
                )
            self._reach_ms = to_ms
            self.media_end = offset + length
        elif line.g is not None:
            self.gaps.append(line.g)
        elif line.s is not None:
            self.sizes.append(line.s)
        elif line.t is not None:
            ssrc, rtp, ntp, server_us, rtt_us = line.t
            self.reports.append(Report(ssrc, rtp, int(ntp, 16), server_us, rtt_us))
        elif line.x is not None:
            why, duration_ms, size = line.x
            if size != self.media_end:
                raise Malformed("the end does not fit the clusters")
            self.end = End(why, duration_ms, size, line.sha)
        else:
            raise Malformed("a line that says nothing")

    @property
    def duration_ms(self) -> int:
        """Return the time the indexed clusters reach."""
        return self._reach_ms


def read_index(data: bytes) -> Index:
    """Return the index in some bytes. Raises `Malformed` unless its first line is there and every line holds."""
    index = Index()
    index.feed(data)
    if index.opening is None:
        raise Malformed("an index without its first line")
    return index


def merged(gaps: Iterable[tuple[int, int, str, str]]) -> list[list[Any]]:
    """Return gaps with the pieces of long ones joined."""
    found: list[list[Any]] = []
    last: dict[str, list[Any]] = {}
    for from_ms, to_ms, reason, kind in gaps:
        before = last.get(kind)
        if before is not None and before[2] == reason and from_ms <= before[1] + 1:
            before[1] = max(before[1], to_ms)
        else:
            last[kind] = [from_ms, to_ms, reason, kind]
            found.append(last[kind])
    return found


class ClipInfo(msgspec.Struct, frozen=True):
    """What an index says about its clip, growing or closed. `levels` are (ms, dBov) of each cluster."""

    clip: str
    source: str
    klass: str
    codec: str
    zero_us: int
    duration_ms: int
    closed: bool
    gaps: list[list[Any]]
    levels: list[tuple[int, int]]


def clip_info(clip: str, index: Index) -> ClipInfo:
    """Return the summary of an index with a first line."""
    opening = index.opening
    assert opening is not None
    duration_ms = index.duration_ms if index.end is None else index.end.duration_ms
    return ClipInfo(
        clip, f"{opening.site}/{opening.source}", opening.klass, opening.codec, opening.zero_us, duration_ms,
        index.end is not None, merged(index.gaps), [(one.from_ms, one.level) for one in index.clusters],
    )  # fmt: skip
