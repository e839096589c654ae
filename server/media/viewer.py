"""One viewing resource: slots of one audio and one video section each, and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from server.media import rtcp, rtp
from server.media.allocation import Rank, Want, allot
from server.media.catchup import catch_up
from server.media.downlink import Downlink
from server.media.forward import Out
from server.media.news import Paused, SlotState
from server.media.quality import Quality, downward
from server.media.sdp_answer import SlotSsrcs
from server.media.source import Source, gate_lets
from signaling.errors import Malformed
from signaling.names import SourceId, source_name
from signaling.scenes import Casting, Placement

if TYPE_CHECKING:
    from server.media.layers import Layer
    from server.media.peer import Peer

DEFAULT_HEIGHT: Final = 720
ANY_HEIGHT: Final = 10_000
LOSS, LITTLE_LOSS = 0.02, 0.005
FADING: Final = 0.8
"""Share lost from which sound is sent twice, and below which it is not any more."""
PAPERS: Final = ("document", "slides")
KEYS_PER: Final = 3
KEYS_LOSSY: Final = 8
"""Key frames a slot may ask for in ten seconds; more where the key frames themselves are lost."""
KEYS_WINDOW_US: Final = 10_000_000


class Slot:
    """A slot's two outgoing streams; either may be missing when the offer's sections are uneven.

    `known`: the layers of its source that are alive, lowest first; `ladder`: those it may show; `waits`: a picture is
    wished; `weak`: the line has no room for it.
    """

    __slots__ = ("audio", "known", "ladder", "source", "video", "waits", "weak")

    def __init__(self) -> None:
        """Begin empty."""
        self.audio: Out | None = None
        self.video: Out | None = None
        self.source: SourceId | None = None
        self.known: list[Layer] = []
        self.ladder: list[Layer] = []
        self.waits = False
        self.weak = False

    @property
    def held(self) -> int:
        """Return the place in the ladder of what is shown or about to be, −1 for nothing of this source."""
        present = (self.video.want or self.video.layer) if self.video is not None else None
        place = next((n for n, layer in enumerate(self.known) if layer is present), -1)
        return min(place, len(self.ladder) - 1)


class Viewer:
    """`number(bits)` gives random numbers for SSRCs and first sequence numbers."""

    def __init__(self, peer: Peer, number: Callable[[int], int], now: int) -> None:
        """Make the outgoing streams of the peer's offer."""
        self.peer = peer
        self.ssrcs: list[SlotSsrcs] = []
        self.slots: list[Slot] = []
        self.heights: dict[SourceId, int] = {}
        self._seen: set[SourceId] = set()
        self.told: tuple[SlotState, ...] | None = None
        self.restless = False
        """The line changed so much that slots must be aimed again."""
        announced = any("transport-cc" in section.feedback for section in peer.offer.sections)
        self.downlink = Downlink(peer.wire, now, announced=announced)
        self._spent = self._next_bps = self._wished_bps = 0
        self._settled = False
        self._lost = 0.0
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

    def fill(self, casting: Casting, sources: Mapping[SourceId, Source], operators: frozenset[str], now: int) -> None:
        """Aim every slot at what it should carry; pictures change at the next key frame, sound at once."""
        placements = casting.slots.get(self.peer.seat, ())
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
            height = self.heights.get(placed.source, DEFAULT_HEIGHT) if placed.source is not None else 0
            wished = source is not None and placed.picture and height > 0
            slot.known = source.ladder(ANY_HEIGHT, now) if wished and source is not None else []
            slot.ladder = source.ladder(height, now) if wished and source is not None else []
            slot.waits = wished
        self._allot(casting, now)
        for slot in self.slots:
            if slot.video is not None:
                self._picture(slot, slot.video, sources.get(slot.source) if slot.source is not None else None, now)

    def _allot(self, casting: Casting, now: int) -> None:
        """Shorten every ladder to what the line carries, the most important slots first."""
        self.restless = False
        self._settled = self.downlink.settled(now)
        for slot in self.slots:
            slot.weak = False
            if self.downlink.estimate.lossy:
                slot.ladder = slot.ladder[:1]  # a frame of one packet arrives seven times in ten, one of six once
        sound = self._sound_bps()
        limit = self.downlink.for_pictures(sound, now)
        self._spent = self._next_bps = self._wished_bps = 0
        if limit is None:
            return
        order = {source: n for n, source in enumerate(casting.priority)}
        ranked = sorted(
            (rank_of(slot.source, casting.wanted), order.get(slot.source, len(order)), n)
            for n, slot in enumerate(self.slots)
            if slot.ladder and slot.source is not None and slot.video is not None
        )
        wants = [Want(rank, tuple(one.bps for one in self.slots[n].ladder), self.slots[n].held) for rank, _, n in ranked]
        found = allot(wants, *limit)
        for (_, _, n), place in zip(ranked, found.places, strict=True):
            self.slots[n].weak = place < 0
            self.slots[n].ladder = self.slots[n].ladder[: place + 1]
        self._spent = self.downlink.with_overhead(found.spent, sound)
        self._next_bps = self.downlink.with_overhead(found.next_bps, sound)
        self._wished_bps = self.downlink.with_overhead(found.wished_bps, sound)

    def _sound_bps(self) -> int:
        outs = [slot.audio for slot in self.slots if slot.audio is not None]
        return sum(out.layer.bps * (2 if out.twice else 1) for out in outs if out.layer is not None)

    def _picture(self, slot: Slot, out: Out, source: Source | None, now: int) -> None:
        if source is None or not slot.waits or slot.weak:
            out.aim(None, now)
        elif not slot.ladder:
            if out.layer is not None and not source.alive:
                return  # a short silence keeps its place: the picture goes on when packets do
            out.aim(None, now)
        elif slot.ladder[-1].codec not in out.types:
            out.aim(None, now)  # told as `codec`; every browser knows both, so this is some other player
        elif out.aim(slot.ladder[-1], now) and self.peer.up and not catch_up(out, now, rtp.send_time(now)):
            source.want_key(slot.ladder[-1])

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
                elif slot.weak and self._settled:
                    paused = "weak-link"
            states.append(SlotState(n, placed.source, layer, paused))
        return tuple(states)

    def connected(self, now: int) -> None:
        """Begin to learn what the line carries."""
        self.downlink.begin(now)

    def probe(self, now: int) -> None:
        """Ask the line for more while a wish is unmet; called every 100 ms."""
        size = self.downlink.train(self._next_bps, self._wished_bps, now) if self.peer.up else 0
        if not size:
            return
        first = self.peer.wire.number + 1
        outs = [slot.video for slot in self.slots if slot.video is not None]
        outs.sort(key=lambda out: -out.sent_us)
        if outs and outs[0].repairs.probe(size, (now, rtp.send_time(now))):
            self.downlink.prober.sent(range(first, self.peer.wire.number + 1), now)

    def control(self, data: bytes, now: int, want_key: Callable[[Out], None]) -> None:
        """Take a decrypted RTCP compound: NACKs are answered from history, key frames asked for (3 in 10 s)."""
        try:
            compound = rtcp.parse(data)
        except Malformed:
            self.peer.count("rtcp_malformed")
            return
        self._hear(compound, now)
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
            if block.ssrc in self._by_ssrc:
                self._lost = max(self._lost, block.fraction / 256)
            if block.last_sr and block.ssrc in self._by_ssrc:
                self._round_trip(block, now)

    def _hear(self, compound: rtcp.Compound, now: int) -> None:
        """Take what tells of the line."""
        if compound.feedback:
            before = self.downlink.limit(now)
            self.downlink.feedback(compound.feedback, now, self.peer.rtt_us)
            after = self.downlink.limit(now)
            # what was given does not fit any more, or a probe has just proved that more does
            if after is not None and before is not None:
                self.restless |= after[0] < 0.9 * self._spent or (after[1] > 1.1 * before[1] and self._next_bps > 0)
        if compound.remb is not None:
            lost = max((block.fraction for block in compound.losses if block.ssrc in self._by_ssrc), default=0)
            self.downlink.repeated(compound.remb, lost / 256, now)

    def _round_trip(self, block: rtcp.Loss, now: int) -> None:
        middle = (self._ntp(now) >> 16) & 0xFFFFFFFF
        rtt = (middle - block.last_sr - block.delay) & 0xFFFFFFFF
        if rtt < 0x100000:
            self.peer.rtt_us = rtt * 1_000_000 >> 16

    def _ntp(self, now: int) -> int:
        return rtcp.ntp_of(now)

    def _may_ask(self, now: int) -> bool:
        self._keys = [at for at in self._keys if now - at < KEYS_WINDOW_US]
        most = KEYS_LOSSY if self.downlink.estimate.lossy else KEYS_PER
        if len(self._keys) >= most * max(1, len(self.slots)):
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
        self._doubled()
        self.downlink.measure(sum(out.octets for out in self._by_ssrc.values()), now)

    def _doubled(self) -> None:
        """Have sound sent twice while the line loses packets, and once again when it has not for a while."""
        self._lost = max(self.downlink.estimate.loss, FADING * self._lost)
        for slot in self.slots:
            if slot.audio is not None:
                slot.audio.twice = self._lost > (LITTLE_LOSS if slot.audio.twice else LOSS)

    def quality(self) -> Quality:
        """Return how good the line to this viewer is."""
        wished = sum(slot.waits for slot in self.slots)
        paused = sum(slot.weak and self._settled for slot in self.slots)
        return downward(round(1000 * self.downlink.estimate.loss), self.peer.rtt_us // 1000 or None, wished, paused)

    def empty(self, now: int) -> None:
        """Leave every layer."""
        for out in self._by_ssrc.values():
            out.aim(None, now)


def rank_of(source: SourceId | None, wanted: frozenset[SourceId]) -> Rank:
    """Return how a slot is served: papers first, then what is on the air or about to be."""
    if source is not None and source_name(source) in PAPERS:
        return Rank.DOCUMENT
    return Rank.ON_AIR if source in wanted else Rank.TILE
