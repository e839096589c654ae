"""Which way packets go out: in C where it was built, else in Python. Byte for byte the same (`test_fastpath.py`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from server.media import vp8, wire
from server.media.forward import EPOCH, Fan, Out, Segment, fan
from server.media.native import module
from server.media.rtp import Packet
from server.media.wire import KEPT, Line, Wire


class Way(NamedTuple):
    """`fan(outs, packet, now, ast)` forwards one packet by every stream, `flush(dirty)` ends a wake-up."""

    name: str
    fan: Fan
    flush: Callable[[list[Wire]], None]


PYTHON: Final = Way("python", fan, wire.flush)
NATIVE: Final = Way("native", module.fan, module.flush) if module is not None else None
"""None where the C path was not built."""
BEST: Final = NATIVE or PYTHON
if module is not None:
    module.setup(Out, Segment, Wire, Packet, Line, vp8.FULL, vp8.PLAIN, EPOCH, KEPT)
