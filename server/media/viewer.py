"""One viewing resource: slots of one audio and one video section each, and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from server.media import rtcp, rtp
from server.media.catchup import catch_up
from server.media.forward import Out
from server.media.news import Paused, SlotState
from server.media.sdp_answer import SlotSsrcs
from server.media.source import Source, gate_lets
from signaling.errors import Malformed
from signaling.names import SourceId
from signaling.scenes import Placement

if TYPE_CHECKING:
    from server.media.peer import Peer

DEFAULT_HEIGHT: Final = 720
KEYS_PER: Final = 3
KEYS_WINDOW_US: Final = 10_000_000


class Slot:
    """A slot's two outgoing streams; either may be missing when the offer's sections are uneven."""

    __slots__ = ("audio", "source", "video")

    def __init__(self) -> None:
        """Begin empty."""
        self.audio: Out | None = None
        self.video: Out | None = None
        self.source: SourceId | None = None


class Viewer:
    """`number(bits)` gives random numbers for SSRCs and first sequence numbers."""

    def __init__(self, peer: Peer, number: Callable[[int], int]) -> None:
        """Make the outgoing streams of the peer's offer."""
        self.peer = peer
        self.ssrcs: list[SlotSsrcs] = []
        self.slots: list[Slot] = []
        self.heights: dict[SourceId, int] = {}
        self._seen: set[SourceId] = set()
        self.told: tuple[SlotState, ...] | None = None
        self._by_ssrc: dict[int, Out] = {}
        self._keys: list[int] = []
        seen = {"audio": 0, "video": 0}
        for section in peer.offer.sections:
            pair = SlotSsrcs(number(31) | 1, number(31) & ~1 or 2)
            out = Out(peer, section, pair.media, pair.rtx, number(14))
            self.ssrcs.append(pair)
            self._by_ssrc[pair.media] = out
            place = seen[section.kind]
            seen[section.kind] += 1
            while len(self.slots) <= place:
                self.slots.append(Slot())
            if section.kind == "audio":
                self.slots[place].audio = out
            else:
                self.slots[place].video = out

    def outs(self) -> list[Out]:
        """Return every outgoing stream."""
        return list(self._by_ssrc.values())

    def fill(
        self, placements: tuple[Placement, ...], sources: Mapping[SourceId, Source], operators: frozenset[str], now: int
    ) -> None:
        """Aim every slot at what it should carry; pictures change at the next key frame, sound at once."""
        seen = {one.source for one in placements if one.picture and one.source is not None}
        for source_id in seen - self._seen:
            # the page stopped this picture while it was out of sight; now that it is placed again, its wish is stale
            if self.heights.get(source_id) == 0:
                del self.heights[source_id]
        self._seen = seen
        for n, slot in enumerate(self.slots):
            placed = placements[n] if n < len(placements) else Placement()
            source = sources.get(placed.source) if placed.source is not None else None
            slot.source = placed.source
            if slot.audio is not None:
                heard = source is not None and placed.sound and gate_lets(source.gate, slot.audio, operators)
                slot.audio.aim(source.audio() if heard and source is not None else None, now)
            if slot.video is not None:
                self._picture(slot.video, placed, source, now)

    def _picture(self, out: Out, placed: Placement, source: Source | None, now: int) -> None:
        height = self.heights.get(placed.source, DEFAULT_HEIGHT) if placed.source is not None else 0
        if source is None or not placed.picture or height == 0:
            out.aim(None, now)
            return
        layer = source.video(height, now)
        if layer is not None and layer.codec not in out.types:
            out.aim(None, now)  # told as `codec`; every browser knows both, so this is some other player
        elif layer is None:
            if out.layer is not None and not source.alive:
                return  # a short silence keeps its place: the picture goes on when packets do
            out.aim(None, now)
        elif out.aim(layer, now) and self.peer.up and not catch_up(out, now, rtp.send_time(now)):
            source.want_key(layer)

    def state(self, placements: tuple[Placement, ...], sources: Mapping[SourceId, Source]) -> tuple[SlotState, ...]:
        """Return what the slots carry."""
        states = []
        for n, slot in enumerate(self.slots):
            placed = placements[n] if n < len(placements) else Placement()
            source = sources.get(placed.source) if placed.source is not None else None
            layer = slot.video.layer.name if slot.video is not None and slot.video.layer is not None else None
            paused: Paused | None = None
            if placed.source is not None and placed.picture:
                if source is None or not source.alive:
                    paused = "lost"
                elif self.heights.get(placed.source, DEFAULT_HEIGHT) == 0:
                    paused = "hidden"
                elif slot.video is not None and source.codec not in slot.video.types:
                    paused = "codec"
            states.append(SlotState(n, placed.source, layer, paused))
        return tuple(states)

    def control(self, data: bytes, now: int, want_key: Callable[[Out], None]) -> None:
        """Take a decrypted RTCP compound: NACKs are answered from history, key frames asked for (3 in 10 s)."""
        try:
            compound = rtcp.parse(data)
        except Malformed:
            self.peer.count("rtcp_malformed")
            return
        ast = rtp.send_time(now)
        for lost in compound.nacks:
            out = self._by_ssrc.get(lost.ssrc)
            if out is not None:
                for seq in lost.seqs[:256]:
                    out.repairs.resend(seq, now, ast, self.peer.rtt_us)
        for ssrc in compound.wants_key:
            out = self._by_ssrc.get(ssrc)
            if out is not None and out.kind == "video" and self._may_ask(now):
                want_key(out)
        for block in compound.losses:
            if block.last_sr and block.ssrc in self._by_ssrc:
                self._round_trip(block, now)

    def _round_trip(self, block: rtcp.Loss, now: int) -> None:
        middle = (self._ntp(now) >> 16) & 0xFFFFFFFF
        rtt = (middle - block.last_sr - block.delay) & 0xFFFFFFFF
        if rtt < 0x100000:
            self.peer.rtt_us = rtt * 1_000_000 >> 16

    def _ntp(self, now: int) -> int:
        return rtcp.ntp_of(now)

    def _may_ask(self, now: int) -> bool:
        self._keys = [at for at in self._keys if now - at < KEYS_WINDOW_US]
        if len(self._keys) >= KEYS_PER * max(1, len(self.slots)):
            return False
        self._keys.append(now)
        return True

    def report(self, now: int) -> None:
        """Send one compound of sender reports: audio and video of a slot share one clock."""
        ntp = self._ntp(now)
        compound = b""
        for out in self._by_ssrc.values():
            stamp = out.rtp_now(now)
            if stamp is not None and len(compound) < 1_100:
                compound += rtcp.sender_report(out.ssrc, ntp, stamp, out.packets, out.octets)
        self.peer.send_rtcp(compound)

    def empty(self, now: int) -> None:
        """Leave every layer."""
        for out in self._by_ssrc.values():
            out.aim(None, now)
