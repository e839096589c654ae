"""One export in a process of its own: told what to make on standard input, tells how far it is on standard output.

Lowest priority for processor and disk, 2 GiB of memory (TRUST §6). It ends with the server that started it; what it
had begun is swept at the next start.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import sys
import time
from typing import Any, Final

import msgspec

from recordings.export.cards import Words
from recordings.export.jobs import Meter, Place, export
from recordings.export.landing import ExportFailed, Made
from recordings.export.plan import Language
from server.catalogue import say
from server.export_orders import News, Order
from server.history import record_of, session_of
from signaling.errors import DiemcauError, Malformed, Refused
from signaling.names import Micros

MEMORY: Final = 2 << 30
NICE: Final = 19
HOLES: Final = ("camera", "disk", "loss", "queue", "sound-only")
_IOPRIO_SET: Final = {"x86_64": 251, "aarch64": 30}
_PDEATHSIG: Final = 1
_IDLE: Final = 3 << 13
"""ioprio_set(2): the idle class is served when nobody else wants the disk."""


def words(language: Language) -> Words:
    """Return the sentences an export draws."""
    return Words(
        hold=say(language, "picture.hold"), lost=say(language, "picture.gone"),
        holes={why: say(language, f"gap.{why}") for why in HOLES},
        unit=say(language, "doc.export.unit"), time=say(language, "doc.export.time"), hash=say(language, "doc.export.hash"),
    )  # fmt: skip


def carry_out(order: Order, meter: Meter) -> Made:
    """Make what was ordered. Raises `Refused`, `Malformed`, `OSError`."""
    timeline, plan = _told(order)
    place = Place(order.folder, timeline, words(order.ask.lang), order.player, order.captioner, plan)
    return export(order.ask, place, order.path, meter)


def _told(order: Order) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the timeline and the run sheet. A record that cannot be read still goes whole into a bundle, with nothing to show."""
    try:
        return record_of(order.folder, order.session or session_of(order.folder), Micros(time.time_ns() // 1000))
    except (Malformed, OSError):
        if order.ask.kind != "bundle":
            raise
        return {}, []


def humble() -> None:
    """Give way to everything else on this machine. What the system does not offer is left out."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
    number = _IOPRIO_SET.get(platform.machine())
    if sys.platform == "linux" and number is not None:
        ctypes.CDLL(None).syscall(number, 1, 0, _IDLE)


def _limit() -> None:
    if sys.platform == "linux":
        # prctl(2): one that stands still would otherwise outlive a killed server for ever
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tell(news: News) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
    sys.stdout.buffer.flush()


def work() -> int:
    """Carry out the order on standard input; the last line on standard output says how it ended."""
    os.umask(0o077)
    humble()
    _limit()
    order = msgspec.json.decode(sys.stdin.buffer.readline(65_536), type=Order)
    try:
        made = carry_out(order, Meter(lambda fraction, left: _tell(News(fraction, left))))
    except BrokenPipeError:
        return 1
    except ExportFailed as error:
        _tell(News(code=error.code, why=error.why))
    except Refused as error:
        _tell(News(code=error.code))
    except (Malformed, DiemcauError, OSError, MemoryError) as error:
        _tell(News(code="export-failed", why=f"{type(error).__name__}: {error}"[:200]))
    else:
        _tell(News(1.0, made=made))
    return 0


if __name__ == "__main__":
    raise SystemExit(work())
