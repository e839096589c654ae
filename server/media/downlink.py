"""What one viewer's line carries, from whatever feedback the viewer sends; probes while a wish is unmet (MEDIA §7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from server.media.estimate import START_BPS, Estimate, Remb
from server.media.probing import Prober

if TYPE_CHECKING:
    from server.media.twcc import Feedback
    from server.media.wire import Wire

DEAF_US: Final = 1_500_000
"""A viewer that announced feedback and sends none is served as it wishes: nothing is known of its line."""
BURST_US: Final = 400_000
SETTLED_US: Final = 2_000_000
REPAIR_SHARE: Final = 0.10


class Downlink:
    """`announced`: the viewer's offer promised transport-wide feedback."""

    def __init__(self, wire: Wire, now: int, *, announced: bool) -> None:
        """Begin with what any line carries, or without a limit for viewers that can only send REMB."""
        self._wire = wire
        self._announced = announced
        self._begun_us: int | None = None
        self._told = False
        self.estimate = Estimate(now)
        self.remb = Remb(now)
        self.prober = Prober()
        self._sent = 0
        self._sent_us = now
        self.sent_bps = 0

    def begin(self, now: int) -> None:
        """The viewer is connected."""
        self._begun_us = now

    def feedback(self, told: Iterable[Feedback], now: int, rtt_us: int) -> None:
        """Take transport-wide feedback."""
        for one in told:
            packets = self._wire.delivered(one)
            if not packets:
                continue
            self._told = True
            train, patient = self.prober.numbers, self.prober.disturbs(now) or now - self._wire.burst_us < BURST_US
            self.estimate.feedback(packets, now, rtt_us, train=train, patient=patient)
            proved = self.prober.take(packets, now)
            if proved is not None:
                self.estimate.jump(proved, now)

    def repeated(self, remb_bps: int, lost: float, now: int) -> None:
        """Take a REMB beside the share reported lost."""
        if not self._told:
            self.remb.take(remb_bps, self.sent_bps, lost, now)

    def settled(self, now: int) -> bool:
        """Tell whether enough is known of the line to call it weak: a page that has just come is not told so."""
        return self._begun_us is not None and now - self._begun_us > SETTLED_US

    def limit(self, now: int) -> tuple[int, int] | None:
        """Return (bit/s, bit/s that new layers may use), None where no limit is known."""
        if self._told:
            return int(self.estimate.bps), self.estimate.proved(now)
        if self._announced:
            deaf = self._begun_us is not None and now - self._begun_us > DEAF_US
            return None if deaf else (START_BPS, START_BPS)
        return None if self.remb.bps is None else (int(self.remb.bps), int(self.remb.bps))

    def for_pictures(self, sound_bps: int, now: int) -> tuple[int, int] | None:
        """Return the limit less the sound and what retransmission needs."""
        limit = self.limit(now)
        if limit is None:
            return None
        return tuple(max(0, int(one * (1 - REPAIR_SHARE)) - sound_bps) for one in limit)  # type: ignore[return-value]

    def with_overhead(self, pictures_bps: int, sound_bps: int) -> int:
        """Return what the line must carry for pictures of that rate to fit; 0 stays 0."""
        return int((pictures_bps + sound_bps) / (1 - REPAIR_SHARE)) if pictures_bps else 0

    def train(self, next_bps: int, wished_bps: int, now: int) -> int:
        """Return how many bytes to probe with now, 0 for none; a line that is full or unknown is not asked for more."""
        if not self._told or not self.estimate.calm:
            return 0
        return self.prober.wanted(next_bps, wished_bps, self.estimate.bps, now)

    def measure(self, octets: int, now: int) -> None:
        """Note how much was sent in all; called once a second."""
        self.sent_bps = (octets - self._sent) * 8_000_000 // max(1, now - self._sent_us)
        self._sent, self._sent_us = octets, now
