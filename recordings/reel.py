"""One clip from its first frame to its last: times, silence, holes, clusters (RECORDING §2)."""

from __future__ import annotations

from typing import Final

from recordings import idx, mp4, webm
from recordings.clipfile import ClipFile
from recordings.clusters import AUDIO, HOLD_MS, VIDEO, Block, Cluster, Muxer
from recordings.gaps import SILENCE_US, Gap, PictureLine, Reason, SoundLine
from recordings.payloads import OPUS_SILENCE, Picture, Sound

ARREARS_US: Final = 500_000
"""Capture lies this far behind arrival at most; what has not come by then is not coming (RECORDING §2, window)."""
LATEST_US: Final = 1_000_000
FRAME_MS: Final = 40
SILENT: Final = 127


class Reel:
    """Puts pictures and sounds, timed in monotonic µs, into a clip file. Writing raises `OSError`."""

    def __init__(self, file: ClipFile, zero_us: int, *, video: bool) -> None:
        """Begin a clip whose time 0 is `zero_us`."""
        self.file = file
        self.video = video
        self.gaps: list[Gap] = []
        self.written_us = 0
        self.key_us: int | None = None
        self._zero_us = zero_us
        seal = mp4.seal if file.spec.codec == "h264" else webm.seal
        self._muxer = Muxer(seal, HOLD_MS if video else 0)
        self._sounds = SoundLine(0)
        self._pictures = PictureLine(0)
        self._size: tuple[int, int] | None = None
        self._late_us = 0

    def picture(self, time_us: int, picture: Picture, reason: Reason | None, now_us: int) -> None:
        """Write a picture. `reason` when something before it is missing."""
        at_us = max(0, time_us - self._zero_us)
        self._note(self._pictures.place(at_us, reason))
        if picture.key:
            self.key_us = now_us
        if picture.key and (picture.width, picture.height) != self._size:
            self._size = picture.width, picture.height
            self.file.note(idx.of_size(_ms(at_us), *self._size))
        # the sound must reach what this block pushes out of the heap
        self._fill(at_us - HOLD_MS * 1000, now_us)
        self._push(Block(_ms(at_us), 0, VIDEO, picture.data, picture.key, FRAME_MS, SILENT), now_us)

    def sound(self, time_us: int, sound: Sound, reason: Reason, now_us: int) -> None:
        """Write a packet of sound, with silence in any hole before it. What is too late is left out."""
        at_us = time_us - self._zero_us
        if at_us < 0:
            return
        duration_us = sound.samples * 1000 // 48
        silence, gaps = self._sounds.place(at_us, duration_us, reason)
        if silence is None:
            self._be_patient(self._sounds.next_us - at_us)
            return
        self._note(gaps)
        self._silence(silence, now_us)
        self._push(Block(_ms(at_us), 0, AUDIO, sound.data, True, duration_us // 1000, sound.level), now_us)

    def _be_patient(self, behind_us: int) -> None:
        """Sound that lags its picture by more than the window would be silence for ever: wait longer for it."""
        self._late_us = min(LATEST_US, max(self._late_us, behind_us + 2 * SILENCE_US))
        if self.video:
            self._muxer.hold_ms = HOLD_MS + self._late_us // 1000

    def tick(self, now_us: int) -> None:
        """Go on in time although nothing came."""
        at_us = now_us - self._zero_us - ARREARS_US
        self._fill(at_us - HOLD_MS * 1000, now_us)
        if self.video:
            self._note(self._pictures.wait(at_us))

    def _fill(self, until_us: int, now_us: int) -> None:
        silence, gaps = self._sounds.fill(until_us - self._late_us)
        self._note(gaps)
        self._silence(silence, now_us)

    def _silence(self, times: list[int], now_us: int) -> None:
        for at_us in times:
            self._push(Block(_ms(at_us), 0, AUDIO, OPUS_SILENCE, True, SILENCE_US // 1000, SILENT), now_us)

    def _push(self, block: Block, now_us: int) -> None:
        self.written_us = now_us
        self._write(self._muxer.push(block), now_us)

    def _write(self, clusters: list[Cluster], now_us: int) -> None:
        for cluster in clusters:
            self.file.cluster(cluster, now_us)

    def _note(self, gaps: list[Gap]) -> None:
        for gap in gaps:
            self.file.gap(gap)
            self.gaps.append(gap)

    def end(self, why: str, now_us: int) -> None:
        """Write what is held and the last line."""
        self._write(self._muxer.flush(), now_us)
        at_us = self.file.duration_ms * 1000
        self._note(self._sounds.end())
        if self.video:
            self._note(self._pictures.end(at_us))
        self.file.end(why, now_us)


def _ms(time_us: int) -> int:
    return (time_us + 500) // 1000
