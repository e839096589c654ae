"""Tracks of encoded packets: nothing is coded live. They pace themselves against one clock and never end."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import Any, Final

from aiortc import MediaStreamTrack
from av.packet import Packet

from server.simulation.clips import FPS, SAMPLES, Clip

SILENCE: Final = b"\xf8\xff\xfe"
"""20 ms of Opus silence, sent while the gate is closed (RULINGS)."""


class ClipTrack(MediaStreamTrack):
    """One kind of a clip, for ever: packet *n* leaves at `begin + n × step`."""

    def __init__(self, kind: str, clip: Clip, begin: float) -> None:
        """Play from monotonic second `begin`, so that picture and voice of a site stay together."""
        super().__init__()
        self.kind = kind
        self.open = False
        self._packets = clip.video if kind == "video" else clip.audio
        self._base = Fraction(1, FPS) if kind == "video" else Fraction(1, 48_000)
        self._step = 1 if kind == "video" else SAMPLES
        self._begin = begin
        self._n = 0

    async def recv(self) -> Packet[Any]:
        """Return the next packet when it is due."""
        due = self._begin + float(self._n * self._step * self._base)
        late = time.monotonic() - due
        if late < 0:
            await asyncio.sleep(-late)
        elif late > 1:
            # the machine stood still: go on from now instead of flooding
            self._begin += late
        data = self._packets[self._n % len(self._packets)]
        if self.kind == "audio" and not self.open:
            data = SILENCE
        packet = Packet(data)
        packet.pts = packet.dts = self._n * self._step
        packet.time_base = self._base
        self._n += 1
        return packet
