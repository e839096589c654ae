"""What was not received: silence in the sound's place, and a line for every hole (pure; RECORDING §2)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Reason = Literal["loss", "mic", "camera", "queue", "disk"]
Kind = Literal["a", "v"]
SILENCE_US: Final = 20_000
"""What one packet of silence lasts, and the largest hole the sound may keep."""
OVERLAP_US: Final = 10_000
"""A packet may begin this much before its predecessor ends: rounding, and the rest of a filled hole."""
PIECE_US: Final = 10_000_000
"""A longer hole is written in pieces, so that a crash loses no more than one."""
CAMERA_US: Final = 1_000_000
"""A picture that stands for longer without loss is a camera that stopped."""


class Gap(NamedTuple):
    """A hole in a track, in µs of the clip."""

    from_us: int
    to_us: int
    reason: Reason
    kind: Kind


class Hole:
    """The open hole of one track, told in pieces."""

    def __init__(self, kind: Kind) -> None:
        """Begin without a hole."""
        self._kind: Kind = kind
        self._from_us: int | None = None
        self._reason: Reason = "mic" if kind == "a" else "camera"

    def grow(self, from_us: int, to_us: int, reason: Reason) -> list[Gap]:
        """Say that nothing is known between two times; they follow what was said before."""
        if self._from_us is None:
            self._from_us, self._reason = from_us, reason
        if to_us - self._from_us < PIECE_US:
            return []
        return self.end(to_us)

    def end(self, to_us: int, reason: Reason | None = None) -> list[Gap]:
        """Say that the hole, if there is one, ends; `reason` is what is known better now."""
        if self._from_us is None:
            return []
        gap = Gap(self._from_us, to_us, reason or self._reason, self._kind)
        self._from_us = None
        return [gap] if gap.to_us > gap.from_us else []


class SoundLine:
    """Keeps the sound of a clip without a hole longer than 20 ms: says where silence goes."""

    def __init__(self, start_us: int) -> None:
        """Begin at a time of the clip."""
        self.next_us = start_us
        self._hole = Hole("a")

    def fill(self, until_us: int, reason: Reason = "mic") -> tuple[list[int], list[Gap]]:
        """Return the times of the silence that reaches `until_us` to within 20 ms, and gaps to write down."""
        from_us = self.next_us
        times = list(range(from_us, until_us - SILENCE_US + 1, SILENCE_US))
        if not times:
            return [], []
        self.next_us = times[-1] + SILENCE_US
        return times, self._hole.grow(from_us, self.next_us, reason)

    def place(self, time_us: int, duration_us: int, reason: Reason) -> tuple[list[int] | None, list[Gap]]:
        """Place a packet; return the times of silence before it, None if its place is taken, and gaps."""
        if time_us < self.next_us - OVERLAP_US:
            return None, []
        silence, gaps = self.fill(time_us, reason)
        gaps += self._hole.end(self.next_us, reason)
        # browsers play packets back to back: holes too short for a silence must add up, or the sound drifts
        # (432 ms after 3 h at 40 ppm, measured)
        self.next_us += duration_us
        return silence, gaps

    def end(self) -> list[Gap]:
        """Return what is still to be written down."""
        return self._hole.end(self.next_us)


class PictureLine:
    """Watches the times of pictures: what is missing between them, and why."""

    def __init__(self, start_us: int) -> None:
        """Begin at a time of the clip."""
        self._last_us = start_us
        self._hole = Hole("v")

    def place(self, time_us: int, reason: Reason | None) -> list[Gap]:
        """Place a picture; `reason` when something before it is known to be missing."""
        gaps: list[Gap] = []
        if reason is not None:
            self._hole.grow(self._last_us, self._last_us, reason)
            gaps = self._hole.end(time_us, reason)
        else:
            if time_us - self._last_us > CAMERA_US:
                self._hole.grow(self._last_us, time_us, "camera")
            gaps = self._hole.end(time_us)
        self._last_us = max(self._last_us, time_us)
        return gaps

    def wait(self, now_us: int) -> list[Gap]:
        """Say that no picture came up to `now_us`."""
        if now_us - self._last_us <= CAMERA_US:
            return []
        gaps = self._hole.grow(self._last_us, now_us, "camera")
        if gaps:
            self._last_us = now_us
        return gaps

    def end(self, now_us: int) -> list[Gap]:
        """Return what is still to be written down at the end of the clip."""
        gaps = self.wait(now_us)
        return gaps + self._hole.end(now_us)
