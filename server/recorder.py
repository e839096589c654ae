"""The recorder: packets from the media plane's tap into clips, on two threads of its own (RECORDING §2).

The event loop only appends to a queue. The *writer* thread turns packets into clusters; the *sync* thread brings
them to the disk, tells the event log what is safe there, and ends the clips of an earlier run.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from recordings import tracks
from recordings.disk import Kept, keeps, release_reserve
from recordings.inbox import Arrived, Closed, Inbox, Item, Missing
from recordings.keeping import Keeping
from recordings.mirror import Lag, Mirror
from recordings.recover import unfinished
from recordings.takes import RecorderNews, Take, TakeSpec
from server.clock import monotonic_us
from signaling.names import SourceId

__all__ = ["Recorder", "RecorderHealth", "RecorderNews", "TrackHealth"]

WRITE_S: Final = 0.02
SYNC_S: Final = 0.1
MIRROR_S: Final = 2.0
RATE_US: Final = 2_000_000
KEY_APART_US: Final = 500_000
FAILURES: Final = 3
FAILURES_US: Final = 60_000_000
log = logging.getLogger("diemcau.recorder")
_Key = tuple[str, int, str]


class TrackHealth(msgspec.Struct, frozen=True):
    """One class of one source that is being written."""

    source: SourceId
    klass: str
    clip: str
    bytes: int
    bytes_per_s: int
    age_ms: int
    key_age_ms: int | None
    last_sync_ms: int
    queue: int


class RecorderHealth(msgspec.Struct, frozen=True):
    """Is it written, and for how long is there room? `running` is False after three failures in a minute; `mirror` is
    how far the second copy is behind, None without one.
    """

    running: bool
    tracks: tuple[TrackHealth, ...]
    disk_free_s: int | None
    disk_free_bytes: int
    mirror: Lag | None = None


class Recorder:
    """Records the sources of one session into `<folder>/tracks`. Public methods are the event loop's."""

    def __init__(
        self, folder: str, session: str, *, epoch_us: int, report: Callable[[RecorderNews], None],
        want_key: Callable[[str], None] = lambda _source: None, mirror: str | None = None,
    ) -> None:  # fmt: skip
        """Prepare. `epoch_us` is UTC at monotonic 0; `report` and `want_key`, which has a source asked for a key frame,
        are called from the recorder's threads. `mirror` is the folder of the second copy.
        """
        self.sink = Inbox()
        self._folder = folder
        self._session = session
        self._epoch_us = epoch_us
        self._report = report
        self._want_key = want_key
        self._asked: dict[str, int] = {}
        self._keeping = Keeping(folder, report)
        self._recording = False
        self._takes: dict[_Key, Take] = {}
        self._numbers: dict[str, int] = {}
        self._oldest: dict[str, int] = {}
        self._failures: deque[int] = deque(maxlen=FAILURES)
        self._rates: dict[_Key, tuple[int, int, int]] = {}
        self._mirror = None if mirror is None else Mirror(folder, mirror)
        self._stopping = threading.Event()
        self._recovered = threading.Event()
        self._synced = threading.Event()
        self._written = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()

    # --- the event loop's side ----------------------------------------------------------------------------

    def start(self) -> None:
        """Start both threads. Raises `OSError` if the folder cannot be used."""
        assert not self._threads, "started once"
        os.makedirs(os.path.join(self._folder, tracks.TRACKS), mode=0o700, exist_ok=True)
        # read before the first new clip, which is unfinished too
        self._numbers = tracks.next_number(self._folder)
        old = unfinished(self._folder)
        self._threads = (
            threading.Thread(target=self._write_on, name="recorder-writer", daemon=True),
            threading.Thread(target=self._sync_on, args=(old,), name="recorder-sync", daemon=True),
        )
        if self._mirror is not None:
            mirror = threading.Thread(target=self._mirror_on, args=(self._mirror,), name="recorder-mirror", daemon=True)
            self._threads += (mirror,)
        for thread in self._threads:
            thread.start()

    def set_on_air(self, sources: frozenset[SourceId]) -> None:
        """Say which sources are on air: synced first, dropped last."""
        self.sink.on_air = self._keeping.on_air = frozenset(sources)

    def set_recording(self, recording: bool) -> None:
        """Switch recording on or off; off drops what comes and closes every clip."""
        self._recording = recording

    def health(self) -> RecorderHealth:
        """Return the state of the record now."""
        now = monotonic_us()
        bad = len(self._failures) == FAILURES and now - self._failures[0] < FAILURES_US
        running = bool(self._threads) and all(thread.is_alive() for thread in self._threads) and not bad
        found = tuple(one for key, take in tuple(self._takes.items()) if (one := self._track(key, take, now)))
        left = self._keeping.left
        lag = None if self._mirror is None else self._mirror.lag
        return RecorderHealth(running, found, left.seconds, left.free_bytes, lag)

    def _track(self, key: _Key, take: Take, now: int) -> TrackHealth | None:
        reel = take.reel
        if reel is None:
            return None
        dirty = reel.file.dirty_since_us
        unsynced_ms = 0 if dirty is None else max(0, now - dirty) // 1000
        age_ms = max(0, now - min(reel.written_us, take.packet_us)) // 1000
        rate = self._rates.get(key, (0, 0, 0))[2]
        key_age_ms = None if reel.key_us is None else max(0, now - reel.key_us) // 1000
        return TrackHealth(
            SourceId(key[0]), key[2], reel.file.name, take.written_bytes(), rate, age_ms, key_age_ms, unsynced_ms, len(self.sink)
        )

    def stop(self, timeout_s: float) -> None:
        """Close every clip and end both threads, waiting at most `timeout_s`. May be called again."""
        self._stopping.set()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    # --- the writer thread --------------------------------------------------------------------------------

    def _write_on(self) -> None:
        try:
            while not self._stopping.wait(WRITE_S):
                self._write_once(monotonic_us())
            self._write_once(monotonic_us())
            self._end_all("closed", monotonic_us())
        finally:
            self._written.set()

    def _write_once(self, now: int) -> None:
        recording = self._recording
        if not recording:
            self._end_all("closed", now)
        for source, generation, layer in self.sink.dropped():
            for key, take in self._takes.items():
                if key[:2] == (source, generation):
                    take.shed(layer)
        for item in self.sink.take():
            if isinstance(item, Closed):
                self._close_before(item.source, item.generation + 1, "closed", now)
            elif recording and item.generation >= self._oldest.get(item.source, 0):
                self._take_in(item, now)
        for key, take in tuple(self._takes.items()):
            self._guard(take, self._limit, take, self._kept(key), now)
            self._guard(take, take.tick, now)
            if take.wants_key(now) and now - self._asked.get(key[0], -KEY_APART_US) >= KEY_APART_US:
                self._asked[key[0]] = now
                self._want_key(key[0])
            at, before, rate = self._rates.get(key, (now, 0, 0))
            if now - at >= RATE_US or not before:
                written = take.written_bytes()
                rate = (written - before) * 1_000_000 // (now - at) if now > at else 0
                self._rates[key] = now, written, rate

    def _take_in(self, item: Item, now: int) -> None:
        for take in self._takers(item, now):
            if isinstance(item, Arrived):
                self._guard(take, take.packet, item.layer, item.packet, item.capture_us, now)
            elif isinstance(item, Missing):
                self._guard(take, take.gap, item.layer, item.last_seq, now)
            elif not isinstance(item, Closed):
                report = item.report._replace(server_us=item.report.server_us + self._epoch_us)
                self._guard(take, take.report, item.layer, report, now)

    def _takers(self, item: Item, now: int) -> list[Take]:
        """Return the takes an item is for: sound belongs to both classes, a picture to that of its layer."""
        assert not isinstance(item, Closed)
        if item.layer == "a":
            low = self._takes.get((item.source, item.generation, "lo"))
            return [self._take(item.source, item.generation, "hi", now), *([low] if low is not None else [])]
        return [self._take(item.source, item.generation, "lo" if item.layer == "l" else "hi", now)]

    def _take(self, source: str, generation: int, klass: str, now: int) -> Take:
        take = self._takes.get((source, generation, klass))
        if take is None:
            self._close_before(source, generation, "reconnect", now)
            spec = TakeSpec(
                self._folder, self._session, source, klass, self._epoch_us, lambda: self._number(source),
                self._keeping.add, self._report,
            )  # fmt: skip
            take = self._takes[source, generation, klass] = Take(spec)
        return take

    def _number(self, source: str) -> int:
        number = self._numbers.get(source, 1)
        self._numbers[source] = number + 1
        return number

    def _kept(self, key: _Key) -> Kept:
        both = (key[0], key[1], "lo") in self._takes
        return keeps(self._keeping.step, key[2], on_air=key[0] in self._keeping.on_air, both=both)

    @staticmethod
    def _limit(take: Take, kept: Kept, now: int) -> None:
        take.limit(kept, now)

    def _guard(self, take: Take, act: Callable[..., None], *args: object) -> None:
        """Do something with a take; whatever goes wrong costs its clip, and no other."""
        try:
            act(*args)
        except Exception as error:
            now = monotonic_us()
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                release_reserve(self._folder)
            else:
                log.exception("a clip of %s was given up", take.spec.source)
            self._failures.append(now)
            what = {"what": type(error).__name__, "again_ms": 1000}
            self._report(RecorderNews("error", take.spec.source, take.fail(now), what))

    def _close_before(self, source: str, generation: int, why: str, now: int) -> None:
        self._oldest[source] = max(self._oldest.get(source, 0), generation)
        for key in [key for key in self._takes if key[0] == source and key[1] < generation]:
            self._end(key, why, now)

    def _end_all(self, why: str, now: int) -> None:
        for key in tuple(self._takes):
            self._end(key, why, now)

    def _end(self, key: _Key, why: str, now: int) -> None:
        take = self._takes.pop(key)
        self._rates.pop(key, None)
        self._guard(take, take.end, why, now)

    # --- the sync thread ----------------------------------------------------------------------------------

    def _sync_on(self, old: list[str]) -> None:
        self._keeping.begin(old)
        self._recovered.set()
        while not self._written.wait(SYNC_S):
            self._keeping.once(monotonic_us())
        self._keeping.finish(monotonic_us())
        self._synced.set()

    # --- the mirror thread --------------------------------------------------------------------------------

    def _mirror_on(self, mirror: Mirror) -> None:
        """Copy what grew; begun after recovery, which may shorten an index, and ended with everything copied."""
        self._recovered.wait()
        while not self._synced.wait(MIRROR_S):
            mirror.once()
        while mirror.once().bytes and not mirror.lag.error:
            pass
