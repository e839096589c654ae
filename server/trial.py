"""Ten seconds of every place recorded and played back, before the ceremony (RECORDING §4, pre-flight).

It uses what the ceremony will use: the same taps, writer, disk and player. What it records is no part of the record:
it lies in a folder of its own, is overwritten by the next trial, and enters neither manifest nor bundle.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Any, Final

from recordings.tracks import ClipInfo, clips_of
from server.recorder import Recorder
from signaling.commands import Actor, SetMic
from signaling.errors import Refused
from signaling.names import SourceId
from signaling.state import gates

if TYPE_CHECKING:
    from server.rooms import Room

FOLDER: Final = "trial"
SECONDS: Final = 10
QUIET_DBOV: Final = -55
"""A microphone in a hall where somebody speaks is louder than this; an unplugged one is below −80."""
ENOUGH_MS: Final = 7_000
"""Of ten seconds: the picture begins with a key frame, which is asked for and comes within one."""


class Trial:
    """One room's trials, one at a time."""

    def __init__(self, room: Room) -> None:
        """Nothing was tried yet."""
        self._room = room
        self._running = False
        self.folder = os.path.join(room.folder, FOLDER)

    async def run(self, by: Actor, seconds: float = SECONDS) -> dict[str, Any]:
        """Record every source for some seconds and return what was found. Microphones are heard by operators only.

        Raises `Refused`: `trial-too-late` once the ceremony was opened, `busy` for a second at once, and what
        `mic.set` raises; `OSError` if nothing can be written.
        """
        room = self._room
        if room.session.state.phase != "setup":
            raise Refused("trial-too-late")
        if self._running:
            raise Refused("busy")
        self._running = True
        try:
            await room.session.ask(SetMic("all", "pre"), by)
            await self._record(seconds)
        finally:
            self._running = False
            if any(gate == "pre" for gate in gates(room.session.state).values()):
                with contextlib.suppress(Refused):
                    await room.session.ask(SetMic("all", "closed"), by)
        return await asyncio.to_thread(self.found)

    async def _record(self, seconds: float) -> None:
        room = self._room
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
        recorder = Recorder(
            self.folder, room.session.name, epoch_us=room.clock.epoch_us, report=lambda _news: None,
            want_key=room.key_wanted_elsewhere,
        )  # fmt: skip
        recorder.start()
        recorder.set_recording(True)
        room.media.tap(recorder.sink, pre=True)
        try:
            await asyncio.sleep(seconds)
        finally:
            room.media.tap(room.recorder.sink)
            await asyncio.to_thread(recorder.stop, 5.0)

    def found(self) -> dict[str, Any]:
        """Return {"sources": [{source, picture, sound, clip, size, level, ms}]}; reads the disk.

        `picture` and `sound` are `good`, `poor` (short, or too quiet) or `none`. A source that sent nothing is not there.
        """
        best: dict[str, ClipInfo] = {}
        for clip in clips_of(self.folder):
            if clip.klass == "hi" and clip.duration_ms >= (best[clip.source].duration_ms if clip.source in best else 0):
                best[clip.source] = clip
        return {"sources": [_told(SourceId(source), clip) for source, clip in sorted(best.items())]}


def _told(source: SourceId, clip: ClipInfo) -> dict[str, Any]:
    holes = {kind: sum(to - at for at, to, _, which in clip.gaps if which == kind) for kind in "av"}
    level = max((level for _, level in clip.levels), default=-127)
    picture = "none" if clip.codec == "opus" else "good" if clip.duration_ms - holes["v"] >= ENOUGH_MS else "poor"
    silent = clip.duration_ms - holes["a"] < ENOUGH_MS // 2
    sound = "none" if silent else "good" if level > QUIET_DBOV else "poor"
    return {
        "source": source, "picture": picture, "sound": sound, "clip": clip.clip, "ms": clip.duration_ms, "level": level,
    }  # fmt: skip
