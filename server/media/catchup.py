"""A picture at once: the last key frame and all that followed, sent from memory (MEDIA §6, Replay)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.media.forward import Out, Segment

if TYPE_CHECKING:
    from server.media.rtp import Packet

MOST: Final = 40
"""Packets a viewer may be sent at once; beyond that a new key frame is the smaller burst."""


def catch_up(out: Out, now: int, ast: int) -> bool:
    """Show the layer that `out` wants from its last key frame, if that and all since is still kept and is little.

    Returns False when a key frame must be asked for instead. Frames of the past get timestamps one tick apart, so
    that they are due at once and only the newest stays on the screen; the newest keeps its place in time, and what
    follows it live.
    """
    layer = out.want
    if layer is None or layer.key_seq is None or layer.losses.highest is None or not out.wire.open:
        return False
    if layer.losses.highest - layer.key_seq >= MOST:
        return False
    packets = layer.history.since(layer.key_seq, layer.losses.highest)
    if not packets:
        return False
    starts = [n for n, packet in enumerate(packets) if n == 0 or packet.ts != packets[n - 1].ts]
    newest = max(out.start_of(packets[starts[-1]], layer, now), out.last_ts + len(starts))
    out.switch(packets[0], layer, now, out.last_ts + 1 if len(starts) > 1 else newest)
    out.wire.burst_us = now
    for n, packet in enumerate(packets):
        if n and n in starts:
            _restamp(out, packet, newest if n == starts[-1] else out.last_ts + 1)
        out.forward(packet, now, ast)
    return True


def _restamp(out: Out, packet: Packet, ts: int) -> None:
    """Go on with `packet` at another timestamp; numbers and picture ids run on."""
    before = out.segments[-1]
    segment = Segment(before.layer, packet.seq, before.delta)
    segment.ts_off = packet.ts - ts
    segment.pid_off, segment.tl0_off, segment.key_off = before.pid_off, before.tl0_off, before.key_off
    out.begin(segment)
