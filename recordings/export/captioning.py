"""Captions written by a program of the agency's choice from the programme's sound; nothing depends on it (RECORDING §7).

The program is named by the hub's configuration as a command with `{sound}` (16 kHz mono WAV), `{out}` (where it writes WebVTT)
and `{lang}`. It has no more time than four times the sound's length, ends with the worker, and what it writes is checked like a
file that people bring.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from typing import Final

import av
import numpy as np

from recordings import captions
from recordings.export.landing import ExportFailed
from recordings.export.plan import Language, Plan
from recordings.export.sound import BLOCK_MS, RATE, Mix
from signaling.errors import Refused

HEARD: Final = 16_000
"""Sampling rate speech models are made for."""
LEAST_S: Final = 120.0
_PDEATHSIG: Final = 1
_SOUND_SHARE: Final = 0.2
"""How much of the progress is the mixing; how far the program is nobody knows."""


def kept(folder: str, span: tuple[int, int], language: Language, part: str) -> None:
    """Write the record's own captions of a span to `part`, at the record's times, whole even where the span cuts them.

    Raises `Refused("no-captions")` for a record without any in this language, or none in the span; `CaptionsFault`, `OSError`.
    """
    try:
        with open(captions.path_of(folder, language), "rb") as file:
            cues = captions.parse(file.read(captions.MOST_BYTES + 1))
    except FileNotFoundError:
        raise Refused("no-captions") from None
    wanted = [one for one in cues if one.from_ms < span[1] and one.to_ms > span[0]]
    if not wanted:
        raise Refused("no-captions")
    with open(part, "wb") as file:
        file.write(captions.written(wanted))


def write(
    folder: str, plan: Plan, span: tuple[int, int], command: tuple[str, ...], language: Language, part: str,
    tell: Callable[[float], None],
) -> None:  # fmt: skip
    """Write captions of a span to `part`; keep them beside the record if it has none in this language yet.

    Raises `ExportFailed` when the program fails, takes too long or writes what is no WebVTT; `OSError`.
    """
    # named like the file: what a killed worker leaves of it is swept with it
    with tempfile.TemporaryDirectory(prefix=os.path.basename(part), dir=os.path.dirname(part) or ".") as aside:
        sound, out = os.path.join(aside, "sound.wav"), os.path.join(aside, "captions.vtt")
        _sound(folder, plan, span, sound, lambda fraction: tell(fraction * _SOUND_SHARE))
        places = {"{sound}": sound, "{out}": out, "{lang}": language}
        _run([_filled(one, places) for one in command], aside, max(LEAST_S, (span[1] - span[0]) / 1000 * 4))
        try:
            with open(out, "rb") as file:
                cues = captions.parse(file.read(captions.MOST_BYTES + 1))
        except (OSError, captions.CaptionsFault) as error:
            raise ExportFailed(f"the captioner wrote no WebVTT: {error}") from None
    moved = [captions.Cue(one.from_ms + span[0], one.to_ms + span[0], one.text) for one in cues]
    with open(part, "wb") as file:
        file.write(captions.written(moved))
    if language not in captions.kept(folder):
        captions.keep(folder, language, moved)
    tell(1.0)


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(name, value)
    return text


def _sound(folder: str, plan: Plan, span: tuple[int, int], path: str, tell: Callable[[float], None]) -> None:
    begin, end = span
    mix, resampler = Mix(folder, plan), av.AudioResampler("s16", "mono", HEARD)
    try:
        with wave.open(path, "wb") as out:
            out.setparams((1, 2, HEARD, 0, "NONE", ""))
            for at in range(begin, end, BLOCK_MS):
                tell((at - begin) / (end - begin))
                samples = np.clip(mix.block(at, min(at + BLOCK_MS, end)) * 32_767, -32_768, 32_767).astype("<i2")
                frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
                frame.sample_rate = RATE
                for heard in resampler.resample(frame):
                    out.writeframes(heard.to_ndarray().astype("<i2").tobytes())
    finally:
        mix.close()


def _run(command: list[str], where: str, most_s: float) -> None:
    try:
        subprocess.run(  # noqa: S603 - the hub's own configuration names it
            command, cwd=where, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=most_s, check=True, preexec_fn=_ends_with_us,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ExportFailed("the captioner took too long") from None
    except subprocess.CalledProcessError as error:
        raise ExportFailed(f"the captioner ended with {error.returncode}") from None


def _ends_with_us() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
