"""Exports that code little or nothing: WebM and Ogg copied, H.264 copied into MP4, sound alone as MP3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final

import av

from recordings.export.landing import av_output
from recordings.export.masters import Opened, key_before
from recordings.export.plan import Clip, Plan
from recordings.export.programme import Tell, aac, sound_frame
from recordings.export.sound import BLOCK_MS, RATE, Mix
from recordings.payloads import OPUS_SILENCE
from signaling.errors import Refused

SILENCE_MS: Final = 20
MS: Final = Fraction(1, 1000)
_TELL_EVERY: Final = 250


def mp3(folder: str, plan: Plan, span: tuple[int, int], part: str, tell: Tell) -> None:
    """Write the sound of a plan as MP3, mono, 64 kbit/s."""
    begin, end = span
    mix = Mix(folder, plan)
    try:
        with av_output(part, "mp3") as out:
            stream = out.add_stream("libmp3lame", rate=RATE, layout="mono")
            stream.bit_rate = 64_000
            out.metadata["title"] = plan.title
            for at in range(begin, end, BLOCK_MS):
                tell((at - begin) / (end - begin))
                _mux(out, stream.encode(_block(mix, begin, (at, min(at + BLOCK_MS, end)))))
            _mux(out, stream.encode(None))
    finally:
        mix.close()


def _chosen(plan: Plan, source: str, span: tuple[int, int]) -> list[Clip]:
    """Return the clips of a source that cover a span one after the other, the high class where there is one."""
    its = [one for one in plan.clips[source] if one.from_ms < span[1] and one.to_ms > span[0]]
    high = [one for one in its if one.klass == "hi"]
    return sorted(high or its, key=lambda one: one.from_ms)


class _Copier:
    """Copies packets of several clips into one container, times moved so that the first kept one is 0."""

    def __init__(self, out: Any, zero_ms: int, tell: Tell, end_ms: int) -> None:
        self._out, self._zero_ms, self._tell, self._end_ms = out, zero_ms, tell, end_ms
        self._streams: dict[str, Any] = {}
        self._last: dict[str, int] = {}
        self._count = self._due_ms = 0

    def add(self, kind: str, template: Any) -> None:
        self._streams[kind] = self._out.add_stream_from_template(template)

    def copied(self, clip: Clip, opened: Opened, from_ms: int) -> Iterator[int]:
        """Copy a clip from `from_ms` on; yield the time of each packet before it is written."""
        kinds = [stream for kind in self._streams if (stream := opened.stream(kind)) is not None]
        for packet in opened.container.demux(kinds):
            if not packet.size or packet.pts is None:
                continue
            ms = clip.from_ms + round(packet.pts * packet.time_base * 1000)
            if ms >= self._end_ms:
                return
            if ms >= from_ms:
                yield ms
                self._put(packet, ms - self._zero_ms)

    def _put(self, packet: Any, ms: int) -> None:
        kind = packet.stream.type
        if ms <= self._last.get(kind, -1):
            return  # two clips of one source never overlap by more than a frame
        lasts_ms = round((packet.duration or 0) * packet.time_base * 1000)
        if kind == "audio":
            lasts_ms = lasts_ms or SILENCE_MS
            self._fill(ms)
            self._due_ms = ms + lasts_ms
        self._count += 1
        if self._count % _TELL_EVERY == 0:
            self._tell(min(1.0, ms / max(1, self._end_ms - self._zero_ms)))
        self._write(packet, kind, ms, lasts_ms)

    def _fill(self, until_ms: int) -> None:
        """Write silence: players put sound back to back, so a hole would pull all later sound forward."""
        for ms in range(self._due_ms, until_ms - SILENCE_MS + 1, SILENCE_MS):
            self._write(av.Packet(OPUS_SILENCE), "audio", ms, SILENCE_MS)

    def _write(self, packet: Any, kind: str, ms: int, lasts_ms: int) -> None:
        self._last[kind] = ms
        packet.stream, packet.time_base = self._streams[kind], MS
        packet.pts = packet.dts = ms
        packet.duration = lasts_ms
        self._out.mux(packet)


def _exhaust(times: Iterator[int]) -> None:
    for _ in times:
        pass


def webm(folder: str, plan: Plan, source: str, span: tuple[int, int], part: str, tell: Tell) -> tuple[int, int]:
    """Copy a source from the key frame before the span on, nothing decoded. Returns the span as it became.

    Raises `Refused("export-codec")` for what WebM does not hold, `Refused("export-empty")` if no picture is in it.
    """
    its = _chosen(plan, source, span)
    pictured = [one for one in its if one.codec == "vp8"]
    if any(one.codec not in ("vp8", "opus") for one in its):
        raise Refused("export-codec")
    if not pictured:
        raise Refused("export-empty")
    first = pictured[0]
    begin = first.from_ms + key_before(folder, first.clip, max(0, span[0] - first.from_ms))
    with av_output(part, "webm") as out:
        copier = _Copier(out, begin, tell, span[1])
        opened = Opened(folder, first.clip, max(0, begin - first.from_ms), pictures=True)
        try:
            for kind in ("video", "audio"):
                if opened.stream(kind) is not None:
                    copier.add(kind, opened.stream(kind))
            _exhaust(copier.copied(first, opened, begin))
        finally:
            opened.close()
        for clip in pictured[1:]:
            _follow(folder, clip, copier)
    return begin, span[1]


def _follow(folder: str, clip: Clip, copier: _Copier) -> None:
    opened = Opened(folder, clip.clip, 0, pictures=True)
    try:
        _exhaust(copier.copied(clip, opened, clip.from_ms))
    finally:
        opened.close()


def opus(folder: str, plan: Plan, source: str, span: tuple[int, int], part: str, tell: Tell) -> tuple[int, int]:
    """Copy the sound of a source as it came into Ogg (RFC 7845). Returns the span as it became.

    Raises `Refused("export-empty")`.
    """
    its = _chosen(plan, source, span)
    if not its:
        raise Refused("export-empty")
    begin = max(span[0], its[0].from_ms)
    with av_output(part, "ogg") as out:
        copier = _Copier(out, begin, tell, span[1])
        for n, clip in enumerate(its):
            opened = Opened(folder, clip.clip, max(0, begin - clip.from_ms), pictures=False)
            try:
                if n == 0:
                    copier.add("audio", opened.stream("audio"))
                _exhaust(copier.copied(clip, opened, begin))
            finally:
                opened.close()
    return begin, span[1]


def is_copyable(plan: Plan, source: str, span: tuple[int, int]) -> bool:
    """Tell whether a source's pictures are one H.264 clip without a hole: anything else is drawn and encoded."""
    its = _chosen(plan, source, span)
    if len(its) != 1 or its[0].codec != "h264":
        return False
    clip = its[0]
    covers = clip.from_ms <= span[0] and clip.to_ms >= span[1]
    return covers and all(clip.hole(clip.from_ms + begin) is None for begin, _, _, _ in clip.gaps)


def h264(folder: str, plan: Plan, source: str, span: tuple[int, int], part: str, tell: Tell) -> tuple[int, int]:
    """Copy the pictures of one H.264 clip into MP4, its sound as AAC. Returns the span as it became."""
    clip = _chosen(plan, source, span)[0]
    begin = clip.from_ms + key_before(folder, clip.clip, max(0, span[0] - clip.from_ms))
    opened, mix = Opened(folder, clip.clip, begin - clip.from_ms, pictures=True), Mix(folder, plan)
    try:
        with av_output(part, "mp4", movflags="faststart") as out:
            copier = _Copier(out, begin, tell, span[1])
            copier.add("video", opened.stream("video"))
            sound, done = aac(out), begin
            # block by block beside the pictures: the muxer keeps what the other stream has not reached
            for ms in copier.copied(clip, opened, begin):
                while done <= ms:
                    _mux(out, sound.encode(_block(mix, begin, (done, min(done + BLOCK_MS, span[1])))))
                    done += BLOCK_MS
            _mux(out, sound.encode(None))
    finally:
        opened.close()
        mix.close()
    return begin, span[1]


def _block(mix: Mix, zero_ms: int, span: tuple[int, int]) -> Any:
    return sound_frame(mix.block(*span), (span[0] - zero_ms) * RATE // 1000)


def _mux(out: Any, packets: Iterable[Any]) -> None:
    for packet in packets:
        out.mux(packet)
