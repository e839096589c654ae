"""How much a line to a viewer carries: growing delay and loss turned into a rate (the shape of GCC,
draft-ietf-rmcat-gcc-02 §5 and §6), and what REMB can still tell where no better feedback comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

START_BPS: Final = 800_000
FLOOR_BPS: Final = 100_000
CEILING_BPS: Final = 50_000_000
GROUP_US: Final = 5_000
WINDOW: Final = 20
SMOOTHING: Final = 0.9
GAIN: Final = 4.0
OVERUSE_US: Final = 10_000
THRESHOLD_MS: Final = 12.5
ACKED_US: Final = 500_000
BACK_OFF: Final = 0.85
CARRIED: Final = 0.95
GROWTH: Final = 0.08
"""A second, away from the last limit; near it one packet a round trip."""
GROWN_US: Final = 12_000
"""A queue that grew less in half a second is no sign of a full line."""
URGENT_US: Final = 80_000
"""A queue that grew so much is full soon, whatever made it grow."""
LASTING_US: Final = 100_000
"""Overuse that ends sooner was a key frame passing, or a busy computer."""
APART_US: Final = 300_000
"""Between two reductions: the first must have had time to show."""
PROVED_US: Final = 2_500_000
LOSS_US: Final = 1_000_000
HIGH_LOSS: Final = 0.10
RUIN: Final = 0.25
TRIED: Final = 0.75
"""How far sending must have fallen before loss that stayed is laid to the line itself."""
FOLLOWED: Final = 0.05
"""How fast what is laid to the line follows what it loses, a feedback."""


class Delivered(NamedTuple):
    """What became of a packet: `arrival_us` on the viewer's clock, None while it has not arrived."""

    number: int
    sent_us: int
    arrival_us: int | None
    size: int


class Trend:
    """Whether packets that were sent alike arrive ever later."""

    def __init__(self) -> None:
        """Begin without a packet."""
        self._group: tuple[int, int, int] | None = None
        self._before: tuple[int, int] | None = None
        self._sum_ms = self._smooth_ms = 0.0
        self._points: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._count = 0
        self._limit_ms = THRESHOLD_MS
        self._over_us = 0
        self._last = 0.0
        self._seen_us = 0
        self.state = 0
        """1 overuse, −1 queues are draining, 0 neither."""

    def take(self, sent_us: int, arrival_us: int) -> None:
        """Take one arrival; packets sent within 5 ms count as one (they left as one burst)."""
        group = self._group
        if group is not None and 0 <= sent_us - group[0] <= GROUP_US:
            self._group = group[0], max(group[1], sent_us), max(group[2], arrival_us)
            return
        if group is not None and sent_us < group[0]:
            return  # out of order: it says nothing of the queue
        if group is not None:
            self._close(group)
        self._group = sent_us, sent_us, arrival_us

    def _close(self, group: tuple[int, int, int]) -> None:
        _, sent, arrival = group
        if self._before is not None:
            step = (arrival - self._before[1]) - (sent - self._before[0])
            if abs(step) > 3_000_000:
                self._points.clear()  # the viewer's clock or line began anew
            else:
                self._delayed(step / 1000, arrival, (sent - self._before[0]) / 1000)
        self._before = sent, arrival

    def _delayed(self, step_ms: float, arrival_us: int, sent_ms: float) -> None:
        self._count += 1
        self._sum_ms += step_ms
        self._smooth_ms = SMOOTHING * self._smooth_ms + (1 - SMOOTHING) * self._sum_ms
        self._points.append((arrival_us / 1000, self._smooth_ms))
        trend = min(self._count, 60) * _slope(self._points) * GAIN
        self._judge(trend, arrival_us, sent_ms)

    def _judge(self, trend: float, now_us: int, sent_ms: float) -> None:
        if trend > self._limit_ms:
            self._over_us += int(sent_ms * 1000) if self._over_us else int(sent_ms * 500)
            if self._over_us >= OVERUSE_US and trend >= self._last:
                self.state = 1
        else:
            self._over_us = 0
            self.state = -1 if trend < -self._limit_ms else 0
        self._last = trend
        distance = abs(trend) - self._limit_ms
        if distance <= 15:  # a spike says nothing of what is usual here
            share = (0.0087 if distance > 0 else 0.039) * min(100.0, (now_us - self._seen_us) / 1000)
            self._limit_ms = min(600.0, max(6.0, self._limit_ms + share * distance))
        self._seen_us = now_us


def _slope(points: Sequence[tuple[float, float]]) -> float:
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    below = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / below if below else 0.0


class Estimate:
    """The rate of one line, bit/s. Times are monotonic µs."""

    def __init__(self, now: int) -> None:
        """Begin with what any line carries."""
        self.bps = float(START_BPS)
        self.acked_bps = 0.0
        self.loss = 0.0
        self._trend = Trend()
        self._arrived: deque[tuple[int, int, int]] = deque()
        self._fates: deque[tuple[int, int, int, int]] = deque()
        self._limit_bps = 0.0
        self._inherent = 0.0
        self._trials: list[tuple[float, float, float]] = []
        """(sent bit/s, loss, bit/s before) of every reduction for loss; the first saw only the beginning of the loss."""
        self._moved_us = self._calm_us = now
        self._reduced_us = now - APART_US
        self._past: deque[tuple[int, float]] = deque()

    def feedback(
        self, packets: Sequence[Delivered], now: int, rtt_us: int, *, train: range = range(0), patient: bool = False
    ) -> None:
        """Take what one feedback told. Packets are reported once each. A probe's `train` delays itself and what comes
        just behind it (`patient`): that is no overuse.
        """
        for one in packets:
            if one.arrival_us is not None:
                if one.number not in train:
                    self._trend.take(one.sent_us, one.arrival_us)
                self._arrived.append((one.arrival_us, one.size, one.sent_us))
        self._count(packets, now)
        self._acked()
        self._try(now)
        congested = self.congestion_loss
        sent = self._sent_bps(now) if congested > HIGH_LOSS else 0.0
        if sent and now - self._reduced_us > APART_US and self.bps > FLOOR_BPS:
            self._trials.append((sent, self.loss, self.bps))
            # where so much is lost, what arrives is all that the line carries
            most = self.acked_bps if congested > RUIN and self.acked_bps else self.bps
            self._reduce(min(most, self.bps * (1 - congested / 2)), now)
        elif self._trend.state > 0:
            grown = self._grown_us()
            lasting = now - self._calm_us >= LASTING_US and grown > GROWN_US and not patient
            if (lasting or grown > URGENT_US) and now - self._reduced_us > APART_US and self.acked_bps:
                self._limit_bps = self.acked_bps
                self._reduce(min(self.bps, BACK_OFF * self.acked_bps), now)
        elif self._trend.state == 0 and congested < HIGH_LOSS:
            self._grow(now, rtt_us)
        if self._trend.state <= 0:
            self._calm_us = now
        self._moved_us = now
        self._remember(now)

    def _count(self, packets: Sequence[Delivered], now: int) -> None:
        lost = sum(one.arrival_us is None for one in packets)
        self._fates.append((now, len(packets), lost, sum(one.size for one in packets)))
        while self._fates and now - self._fates[0][0] > LOSS_US:
            self._fates.popleft()
        total = sum(count for _, count, _, _ in self._fates)
        self.loss = sum(lost for _, _, lost, _ in self._fates) / total if total >= WINDOW else 0.0

    @property
    def congestion_loss(self) -> float:
        """Return the share lost beyond what this line loses whatever is sent."""
        return max(0.0, self.loss - self._inherent)

    @property
    def lossy(self) -> bool:
        """Tell whether much is lost whatever is sent: less in a frame is then worth more than a finer one."""
        return self._inherent > HIGH_LOSS

    def _sent_bps(self, now: int) -> float:
        """Return how much was sent, by the packets whose fate was told last."""
        span = now - self._fates[0][0] if self._fates else 0
        return sum(size for _, _, _, size in self._fates) * 8e6 / span if span > APART_US else 0.0

    def _try(self, now: int) -> None:
        """Judge loss after much less was sent: a full line loses less then, a bad one as much as before.

        A full line carried all it could, (1 − loss) × sent; of less it would lose what still exceeds that.
        """
        if sum(count for _, count, _, _ in self._fates) < WINDOW:
            return
        if self._inherent and self._trend.state <= 0:
            self._inherent += FOLLOWED * (self.loss - self._inherent)
            if self._inherent < HIGH_LOSS / 2:
                self._inherent = 0.0
        if self.congestion_loss < HIGH_LOSS:
            self._trials.clear()
        present = self._sent_bps(now)
        if len(self._trials) < 2 or not present or self._trend.state > 0:
            return
        (_, _, bps), (sent, loss, _), *_ = self._trials
        if present <= TRIED * sent and self.loss > (loss + max(0.0, 1 - (1 - loss) * sent / present)) / 2:
            self._inherent = self.loss
            self._past.clear()
            self.bps = max(self.bps, bps)
            self._trials.clear()

    def _acked(self) -> None:
        if not self._arrived:
            return
        newest = max(at for at, _, _ in self._arrived)
        while self._arrived and newest - self._arrived[0][0] > ACKED_US:
            self._arrived.popleft()
        self.acked_bps = sum(size for _, size, _ in self._arrived) * 8e6 / ACKED_US

    def _grown_us(self) -> int:
        """Return by how much the newest packets waited longer than those of half a second ago."""
        if len(self._arrived) < 2:
            return 0
        first, last = self._arrived[0], self._arrived[-1]
        return (last[0] - first[0]) - (last[2] - first[2])

    def _reduce(self, bps: float, now: int) -> None:
        self.bps = max(float(FLOOR_BPS), bps)
        self._reduced_us = now
        self._fates.clear()

    def _grow(self, now: int, rtt_us: int) -> None:
        seconds = min(1.0, (now - self._moved_us) / 1e6)
        if self._limit_bps and 0.8 * self._limit_bps < self.bps < 1.1 * self._limit_bps:
            grown = self.bps + 1_200 * 8 * seconds / max(0.1, rtt_us / 1e6 + 0.1)
        else:
            grown = self.bps * (1 + GROWTH * seconds)
        # what was never sent was never proved: beyond this a probe decides
        grown = min(grown, 1.5 * self.acked_bps + 10_000)
        # and what arrives unhindered is carried, whatever was thought before
        self.bps = min(float(CEILING_BPS), max(self.bps, grown, CARRIED * self.acked_bps))

    def proved(self, now: int) -> int:
        """Return what has held for 2.5 s, or what a probe proved: new layers may use this much."""
        return int(min((bps for at, bps in self._past if now - at <= PROVED_US), default=self.bps))

    def _remember(self, now: int) -> None:
        self._past.append((now, self.bps))
        while now - self._past[0][0] > PROVED_US:
            self._past.popleft()

    @property
    def calm(self) -> bool:
        """Tell whether the line shows no sign of being full."""
        return self._trend.state == 0 and self.congestion_loss < HIGH_LOSS

    def jump(self, bps: float, now: int) -> None:
        """A probe arrived at this rate."""
        if bps > self.bps and now - self._reduced_us > APART_US:
            self.bps = min(float(CEILING_BPS), bps)
            self._limit_bps = 0.0
            self._past.clear()
            self._remember(now)


REMB_DEAF_US: Final = 10_000_000
REMB_SAMPLES: Final = 12
REMB_REPEATS: Final = 0.08


class Remb:
    """The fallback of viewers that send no transport-wide feedback: REMB and repeated losses as signs of congestion,
    not as capacity. `bps` is None while there is no sign.
    """

    def __init__(self, now: int) -> None:
        """Begin deaf: the first ten seconds of REMB ramp up and mean nothing."""
        self.bps: float | None = None
        self._begun_us = now
        self._samples: deque[int] = deque(maxlen=REMB_SAMPLES)
        self._quiet_us = now

    def take(self, remb_bps: int, sent_bps: int, lost: float, now: int) -> None:
        """Take one REMB beside what was sent and the share reported lost."""
        self._samples.append(remb_bps)
        if now - self._begun_us < REMB_DEAF_US or len(self._samples) < REMB_SAMPLES:
            return
        half = REMB_SAMPLES // 2
        samples = list(self._samples)
        falls = sum(samples[half:]) < 0.9 * sum(samples[:half]) and samples[-1] < sent_bps
        if falls or lost > REMB_REPEATS:
            self.bps = max(float(FLOOR_BPS), min(float(remb_bps), sent_bps * (1 - 0.4 * lost)))
            self._quiet_us = now
            self._samples.clear()
        elif self.bps is not None and now - self._quiet_us > REMB_DEAF_US:
            self.bps *= 1.25  # by trial
            self._quiet_us = now
            if self.bps > 4 * sent_bps:
                self.bps = None
