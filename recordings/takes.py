"""One connection's layer class from packets to clips: order, frames, the choice of layer (RECORDING §2)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from recordings import idx
from recordings.clipfile import ClipFile, ClipSpec
from recordings.clocks import RATES, Report, Slew
from recordings.disk import Kept
from recordings.gaps import Reason
from recordings.payloads import Packet, Picture, Pictures, Sound, sound
from recordings.reel import Reel
from recordings.reorder import WINDOW_US, Reorder

SOUND_WINDOW_US: Final = 250_000
"""Sound must be in order before its silence is due, 300 ms behind the picture."""
ALONE_US: Final = 2_000_000
"""Sound without a key frame for this long becomes a clip of its own."""
PATIENCE_US: Final = 500_000
"""A layer that brought no frame for this long gives way to the next one."""
AGAIN_US: Final = 1_000_000
REPORT_US: Final = 10_000_000
_RANK: Final = {"l": 0, "m": 1, "h": 2}
_PENDING: Final = 1_000


class RecorderNews(msgspec.Struct, frozen=True):
    """What the event log is told of the record; `detail` is plain JSON without floats."""

    kind: Literal["opened", "gap", "closed", "shed", "heads", "error"]
    source: str | None = None
    clip: str | None = None
    detail: dict[str, Any] = {}


class TakeSpec(msgspec.Struct, frozen=True):
    """Whose packets a take records, and where to; `number` counts the clips of its source."""

    folder: str
    session: str
    source: str
    klass: str
    epoch_us: int
    number: Callable[[], int]
    opened: Callable[[ClipFile], None]
    tell: Callable[[RecorderNews], None]


class _Lane:
    """One RTP stream."""

    def __init__(self, layer: str) -> None:
        self.order: Reorder[tuple[Packet, int]] = Reorder(SOUND_WINDOW_US if layer == "a" else WINDOW_US)
        self.pictures = Pictures()
        self.slew = Slew(RATES["audio" if layer == "a" else "video"])
        self.reported_us = -REPORT_US


class Take:
    """Records one class of one connection, clip after clip. Used by the writer thread only; raises `OSError`."""

    def __init__(self, spec: TakeSpec) -> None:
        """Wait for the first key frame."""
        self.spec = spec
        self.reel: Reel | None = None
        self.bytes = 0
        self.packet_us = 0
        self._kept: Kept = "all"
        self._lanes: dict[str, _Lane] = {}
        self._active: str | None = None
        self._picture_us = 0
        self._video_us = 0
        self._sound_us = 0
        self._pending: list[tuple[int, Sound, Reason]] = []
        self._alone_since_us: int | None = None
        self._paused_until_us = 0
        self._shed: set[str] = set()
        self._untold: list[list[Any]] = []
        self._told_us = 0

    def _lane(self, layer: str) -> _Lane:
        lane = self._lanes.get(layer)
        if lane is None:
            lane = self._lanes[layer] = _Lane(layer)
        return lane

    def packet(self, layer: str, packet: Packet, capture_us: int, now_us: int) -> None:
        """Take a packet of a layer (`a` for sound)."""
        if self._kept == "none" or now_us < self._paused_until_us or (self._kept == "sound" and layer != "a"):
            return
        if packet.codec not in {"vp8", "h264", "opus"}:
            return
        self.packet_us = now_us
        if layer != "a":
            self._video_us = now_us
        lane = self._lane(layer)
        self._ordered(layer, lane, lane.order.push(packet.seq, (packet, capture_us), now_us), now_us)

    def wants_key(self, now_us: int) -> bool:
        """Tell whether pictures come of which none can be written before a key frame."""
        if self._kept != "all" or not self._video_us or now_us - self._video_us > AGAIN_US:
            return False
        if self.reel is None or not self.reel.video or self._active is None:
            return True
        return self._lane(self._active).pictures.waiting

    def gap(self, layer: str, last_seq: int, now_us: int) -> None:
        """Hear that packets up to `last_seq` will not come any more."""
        lane = self._lane(layer)
        self._ordered(layer, lane, lane.order.give_up(last_seq, now_us), now_us)

    def shed(self, layer: str) -> None:
        """Hear that the queue dropped packets of a layer: the hole they leave is ours."""
        self._shed.add("a" if layer == "a" else "v")

    def report(self, layer: str, report: Report, now_us: int) -> None:
        """Keep a sender report now and then, for recomputing the alignment."""
        lane = self._lane(layer)
        if self.reel is not None and now_us - lane.reported_us >= REPORT_US:
            lane.reported_us = now_us
            self.reel.file.note(idx.of_report(report))

    def _ordered(self, layer: str, lane: _Lane, found: list[tuple[int, tuple[Packet, int]]], now_us: int) -> None:
        for lost, (packet, capture_us) in found:
            if layer == "a":
                heard = sound(lost, packet, capture_us)
                if heard is not None:
                    self._sound(lane.slew.at(heard.ts, heard.capture_us), heard, now_us)
                continue
            for picture in lane.pictures.push(lost, packet, capture_us):
                self._picture(layer, lane.slew.at(picture.ts, picture.capture_us), picture, now_us)

    def _reason(self, kind: str, *, lost: bool) -> Reason | None:
        if not lost:
            return None
        if kind in self._shed:
            self._shed.discard(kind)
            return "queue"
        return "loss"

    def _sound(self, time_us: int, heard: Sound, now_us: int) -> None:
        reason = self._reason("a", lost=heard.after_loss and self._was_lost(time_us)) or "mic"
        self._sound_us = time_us
        if self.reel is not None:
            self.reel.sound(time_us, heard, reason, now_us)
        elif len(self._pending) < _PENDING:
            if self._alone_since_us is None:
                self._alone_since_us = now_us
            self._pending.append((time_us, heard, reason))

    def _was_lost(self, time_us: int) -> bool:
        """Tell a loss from a closed gate, which leaves a hole in the numbers too: behind a gate pictures go on."""
        short = time_us - self._sound_us <= ALONE_US // 2
        return short or (self._picture_us > 0 and self._picture_us - self._sound_us < PATIENCE_US)

    def _picture(self, layer: str, time_us: int, picture: Picture, now_us: int) -> None:
        if layer != self._active:
            if not (picture.key and self._prefers(layer, time_us)):
                return
            self._active = layer
        if self.reel is None or not self.reel.video or (picture.key and picture.config != self.reel.file.spec.config):
            if not picture.key:
                return
            self._end("codec", now_us)
            self._begin(time_us, picture, now_us)
        assert self.reel is not None
        self._picture_us = time_us
        self.reel.picture(time_us, picture, self._reason("v", lost=picture.after_loss), now_us)

    def _prefers(self, layer: str, time_us: int) -> bool:
        if self._active is None or _RANK[layer] > _RANK[self._active]:
            return True
        return time_us - self._picture_us > PATIENCE_US

    def tick(self, now_us: int) -> None:
        """Let time pass: holes are given up, silence is filled in, sound without a picture gets its clip."""
        for layer, lane in self._lanes.items():
            self._ordered(layer, lane, lane.order.expire(now_us), now_us)
        if self.reel is not None:
            self.reel.tick(now_us)
        elif self._alone_since_us is not None and now_us - self._alone_since_us >= ALONE_US:
            if self.spec.klass == "hi":
                self._begin(self._pending[0][0], None, now_us)
            else:
                self._pending, self._alone_since_us = [], None
        self._tell_gaps(now_us)

    def _begin(self, zero_us: int, first: Picture | None, now_us: int) -> None:
        spec = self.spec
        codec = "opus" if first is None else "h264" if first.config else "vp8"
        size = None if first is None else (first.width, first.height)
        what = ClipSpec(
            spec.session, spec.source, spec.number(), spec.klass, codec, zero_us + spec.epoch_us, size,
            b"" if first is None else first.config,
        )  # fmt: skip
        file = ClipFile(spec.folder, what)
        self.reel = Reel(file, zero_us, video=first is not None)
        spec.opened(file)
        pending, self._pending, self._alone_since_us = self._pending, [], None
        for lane in self._lanes.values():
            lane.reported_us = -REPORT_US
        for time_us, heard, reason in pending:
            self.reel.sound(time_us, heard, reason, now_us)

    def _end(self, why: str, now_us: int) -> None:
        reel, self.reel = self.reel, None
        if reel is None:
            return
        try:
            reel.end(why, now_us)
        finally:
            reel.file.why = reel.file.why or "error"
            self.bytes += reel.file.size
            self._collect(reel)

    def end(self, why: str, now_us: int) -> None:
        """Write everything held and close the clip."""
        if self.reel is not None:
            for layer, lane in self._lanes.items():
                self._ordered(layer, lane, lane.order.flush(), now_us)
        self._lanes.clear()
        self._active = None
        self._pending, self._alone_since_us = [], None
        self._end(why, now_us)
        self._tell_gaps(now_us, at_once=True)

    def limit(self, kept: Kept, now_us: int) -> None:
        """Write no more than this from now on (RECORDING §4)."""
        if kept != self._kept:
            self._kept = kept
            self.end("disk", now_us)

    def fail(self, now_us: int) -> str | None:
        """Give the clip up after an exception and pause for a second; return its name."""
        name = self.reel.file.name if self.reel is not None else None
        # whatever went wrong may go wrong again; the clip keeps what it has
        with contextlib.suppress(Exception):
            self._end("error", now_us)
        self._lanes.clear()
        self._active = None
        self._pending, self._alone_since_us = [], None
        self._paused_until_us = now_us + AGAIN_US
        return name

    def written_bytes(self) -> int:
        """Return how many bytes of clips this take has written."""
        reel = self.reel
        return self.bytes + (reel.file.size if reel is not None else 0)

    def _collect(self, reel: Reel) -> None:
        # a closed microphone is no fault, and its gate is in the log already
        gaps = [[gap.from_us // 1000, gap.to_us // 1000, gap.reason, gap.kind] for gap in reel.gaps]
        reel.gaps.clear()
        found = [gap for gap in gaps if gap[2] != "mic"]
        if found:
            self._untold.append([reel.file.name, found])

    def _tell_gaps(self, now_us: int, *, at_once: bool = False) -> None:
        if not at_once and now_us - self._told_us < AGAIN_US:
            return
        self._told_us = now_us
        if self.reel is not None and self.reel.gaps:
            self._collect(self.reel)
        untold, self._untold = self._untold, []
        for clip, gaps in untold:
            self.spec.tell(RecorderNews("gap", self.spec.source, clip, {"gaps": gaps[:50], "count": len(gaps)}))
