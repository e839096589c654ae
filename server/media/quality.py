"""How good a line is, per site and direction: a score and a code for a sentence (TRUST §10).

Sound after the E-model with the constants of wideband Opus folded together (ITU-T G.107, simplified as in the common
monitoring practice: delay and loss only); pictures by what is shown of what was wished.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Colour = Literal["good", "fair", "poor"]
Reason = Literal["", "loss", "delay", "narrow", "weak-link", "low-frames", "silent"]
GOOD, FAIR = 75, 50
BASE: Final = 93.2
LOSS_WEIGHT: Final = 2.5
"""Points a per cent lost: Opus hides single losses, G.711 would lose about four."""
DELAY_KNEE_MS: Final = 160
NARROW: Final = 60
"""The score of a site whose own encoder gave its middle layer up: the line carries a small picture only."""
MARGIN: Final = 5
"""Points beyond its band before a colour may change: more than ±5 % of noise on any score near a border (MEDIA §10)."""
SMOOTH: Final = 0.5
WORSE_US: Final = 2_000_000
BETTER_US: Final = 5_000_000
FIRST: Final = 3
"""Seconds that must be judged before anything is told: a page that has just come is not called weak."""
REPEAT_US: Final = 5_000_000
"""How long a sentence stands before its figure may change."""


class Quality(NamedTuple):
    """`score` 0–100; `reason` is the worst cause, empty while good; `value` its size in the unit of the cause: per mille
    lost, ms, kbit/s, paused pictures, frames a second.
    """

    score: int
    colour: Colour
    reason: Reason
    value: int


def _colour(score: float) -> Colour:
    return "good" if score >= GOOD else "fair" if score >= FAIR else "poor"


def sound(loss: int, rtt_ms: int | None) -> float:
    """Return the score of sound from loss (per mille) and round trip."""
    delay = (rtt_ms or 0) / 2 + 60  # what the receiver's own buffer and coding add
    late = 0.024 * delay + (0.11 * (delay - DELAY_KNEE_MS) if delay > DELAY_KNEE_MS else 0)
    return max(0.0, min(100.0, BASE + 6.8 - late - LOSS_WEIGHT * loss / 10))


def upward(loss: int, rtt_ms: int | None, fps: int, age_ms: int, narrow_kbps: int | None = None) -> Quality:
    """Judge what a site sends: loss per mille, round trip, frames a second of its best layer (0: no picture), age of
    its last packet; `narrow_kbps`: what all comes to where a layer that is always wanted is missing, None where none is.
    """
    if age_ms > 2_000:
        return Quality(0, "poor", "silent", age_ms)
    score = sound(loss, rtt_ms)
    reason: Reason = "loss" if loss >= 20 else "delay" if (rtt_ms or 0) > 300 else ""
    value = loss if reason == "loss" else rtt_ms or 0 if reason == "delay" else 0
    if 0 < fps < 12 and score >= FAIR:
        score, reason, value = min(score, 45 + 2.5 * fps), "low-frames", fps
    if narrow_kbps is not None and score > NARROW:
        score, reason, value = NARROW, "narrow", narrow_kbps
    return Quality(round(score), _colour(score), reason if score < GOOD else "", value if score < GOOD else 0)


def downward(loss: int, rtt_ms: int | None, wished: int, paused: int) -> Quality:
    """Judge what a site receives: loss per mille, round trip, pictures wished and of those paused for a weak line."""
    score = sound(loss, rtt_ms)
    reason: Reason = "loss" if loss >= 20 else "delay" if (rtt_ms or 0) > 300 else ""
    value = loss if reason == "loss" else rtt_ms or 0 if reason == "delay" else 0
    if paused and wished:
        held = FAIR + (GOOD - 1 - FAIR) * (wished - paused) / wished
        if held < score:
            score, reason, value = held, "weak-link", paused
    return Quality(round(score), _colour(score), reason if score < GOOD else "", value if score < GOOD else 0)


class Steady:
    """One line's judgement as it is told: fed once a second, it does not follow every second.

    The score is smoothed. A colour is left when the score has been more than `MARGIN` beyond its band for `WORSE_US`
    downwards and `BETTER_US` upwards; the reason and its figure change with it, and otherwise at most every `REPEAT_US`.
    """

    __slots__ = ("_count", "_reason", "_since_us", "_told_us", "_value", "score", "told")

    def __init__(self) -> None:
        """Begin with a line nothing is known of."""
        self.score = -1.0
        self.told: Quality | None = None
        self._since_us: int | None = None
        self._told_us = 0
        self._reason: Reason = ""
        self._value = 0.0
        self._count = 0

    def take(self, judged: Quality, now: int) -> Quality | None:
        """Take this second's judgement; returns what is told, None while too little is known."""
        self.score = judged.score if self.score < 0 else self.score + SMOOTH * (judged.score - self.score)
        if judged.reason == self._reason:
            self._value += SMOOTH * (judged.value - self._value)
        elif judged.reason:
            self._reason, self._value = judged.reason, judged.value
        self._count += 1
        if self.told is None:
            return self._tell(_colour(self.score), now) if self._count >= FIRST else None
        if self._leaves(self.told.colour, now):
            self._since_us = None
            return self._tell(_colour(self.score), now)
        if now - self._told_us >= REPEAT_US:
            return self._tell(self.told.colour, now)
        return self.told

    def _leaves(self, colour: Colour, now: int) -> bool:
        """Tell whether the score has been beyond the colour's band for long enough."""
        low, high = {"good": (GOOD, 200), "fair": (FAIR, GOOD), "poor": (-200, FAIR)}[colour]
        worse, better = self.score < low - MARGIN, self.score >= high + MARGIN
        if not worse and not better:
            self._since_us = None
            return False
        if self._since_us is None:
            self._since_us = now
        return now - self._since_us >= (WORSE_US if worse else BETTER_US)

    def _tell(self, colour: Colour, now: int) -> Quality:
        self._told_us = now
        good = colour == "good"
        self.told = Quality(round(self.score), colour, "" if good else self._reason, 0 if good else round(self._value))
        return self.told
