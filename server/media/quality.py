"""How good a line is, per site and direction: a score and a code for a sentence (TRUST §10).

Sound after the E-model with the constants of wideband Opus folded together (ITU-T G.107, simplified as in the common
monitoring practice: delay and loss only); pictures by what is shown of what was wished.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Colour = Literal["good", "fair", "poor"]
Reason = Literal["", "loss", "delay", "weak-link", "low-frames", "silent"]
GOOD, FAIR = 75, 50
BASE: Final = 93.2
LOSS_WEIGHT: Final = 2.5
"""Points a per cent lost: Opus hides single losses, G.711 would lose about four."""
DELAY_KNEE_MS: Final = 160


class Quality(NamedTuple):
    """`score` 0–100; `reason` is the worst cause, empty while good; `value` its size in the unit of the cause: per mille
    lost, ms, paused pictures, frames a second.
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


def upward(loss: int, rtt_ms: int | None, fps: int, age_ms: int) -> Quality:
    """Judge what a site sends: loss per mille, round trip, frames a second of its best layer (0: no picture), age of
    its last packet.
    """
    if age_ms > 2_000:
        return Quality(0, "poor", "silent", age_ms)
    score = sound(loss, rtt_ms)
    reason: Reason = "loss" if loss >= 20 else "delay" if (rtt_ms or 0) > 300 else ""
    value = loss if reason == "loss" else rtt_ms or 0 if reason == "delay" else 0
    if 0 < fps < 12 and score >= FAIR:
        score, reason, value = min(score, 45 + 2.5 * fps), "low-frames", fps
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
