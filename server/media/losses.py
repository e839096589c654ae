"""What is missing upstream and when to ask for it again (RFC 4585 §6.2.1, MEDIA §5)."""

from __future__ import annotations

from typing import Final

WAIT_US: Final = 20_000
TRIES: Final = 10
GIVE_UP_US: Final = 1_000_000
OPEN_US: Final = 400_000
"""A hole this old is told to the tap and asked over as a key frame."""
MOST_GAP: Final = 200
SEEN: Final = 2048


class Hole:
    """One missing packet."""

    __slots__ = ("asked_us", "since_us", "told", "tries")

    def __init__(self, since_us: int) -> None:
        """Missing since then."""
        self.since_us = since_us
        self.asked_us = since_us - GIVE_UP_US
        self.tries = 0
        self.told = False


class Losses:
    """Sequence book-keeping of one layer, in extended numbers."""

    __slots__ = ("_seen", "expected", "highest", "holes", "lost", "received")

    def __init__(self) -> None:
        """Begin before the first packet."""
        self.highest: int | None = None
        self.holes: dict[int, Hole] = {}
        self._seen = bytearray(SEEN)
        self.received = self.expected = self.lost = 0

    def arrived(self, seq: int, now: int) -> bool:
        """Note a packet. Returns False for a duplicate or one far too old: drop it. Jumps of more than 200 leave
        no holes: a key frame is asked instead (`jumped`).
        """
        if self.highest is None:
            self.highest = seq
        elif seq > self.highest:
            gap = seq - self.highest - 1
            self.expected += gap + 1
            if gap >= SEEN:
                self._seen = bytearray(SEEN)
            for missing in range(self.highest + 1, seq):
                self._seen[missing % SEEN] = 0
                if gap <= MOST_GAP:
                    self.holes[missing] = Hole(now)
            self._seen[seq % SEEN] = 0
            self.lost += gap
            self.highest = seq
        elif seq <= self.highest - SEEN or self._seen[seq % SEEN]:
            return False
        elif self.holes.pop(seq, None) is not None:
            self.lost -= 1
        self._seen[seq % SEEN] = 1
        self.received += 1
        return True

    def is_outstanding(self, seq: int) -> bool:
        """Tell whether a retransmission of `seq` is wanted: browsers probe with old packets by the thousand."""
        return seq in self.holes

    def forget(self, before: int) -> None:
        """Give up everything before a key frame: nobody will show it."""
        for seq in [seq for seq in self.holes if seq < before]:
            del self.holes[seq]

    def due(self, now: int, rtt_us: int) -> list[int]:
        """Return what to ask for now: older than 20 ms, again every max(RTT, 40 ms), ten times, one second."""
        wanted = []
        again = max(rtt_us, 40_000)
        for seq, hole in list(self.holes.items()):
            age = now - hole.since_us
            if age > GIVE_UP_US or hole.tries >= TRIES:
                del self.holes[seq]
            elif age >= WAIT_US and now - hole.asked_us >= again:
                hole.asked_us = now
                hole.tries += 1
                wanted.append(seq)
        return wanted

    def opened(self, now: int) -> tuple[int, int] | None:
        """Return (first, last) of holes that became 400 ms old just now, or None."""
        fresh = [seq for seq, hole in self.holes.items() if not hole.told and now - hole.since_us > OPEN_US]
        for seq in fresh:
            self.holes[seq].told = True
        return (min(fresh), max(fresh)) if fresh else None
