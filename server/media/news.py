"""What the media plane tells, and the shapes it is told in: plain values, no behaviour."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

from server.media.quality import Quality
from server.media.rtp import Packet
from signaling.names import Seat, SourceId

Paused = Literal["weak-link", "lost", "codec", "hidden"]


class Answer(NamedTuple):
    """What a WHIP or WHEP POST is answered with."""

    resource: str
    etag: str
    sdp: str


class Fragment(NamedTuple):
    """What an ICE restart is answered with."""

    etag: str
    sdpfrag: str


class SlotState(NamedTuple):
    """What a slot carries."""

    slot: int
    source: SourceId | None
    layer: str | None
    paused: Paused | None


class Back(NamedTuple):
    """A source sends, for the first time or again."""

    source: SourceId
    has_picture: bool
    generation: int


class Lost(NamedTuple):
    """Nothing of a source for two seconds."""

    source: SourceId


class Gone(NamedTuple):
    """A source's last resource ended."""

    source: SourceId


class Stalled(NamedTuple):
    """A connected publisher has been silent for 1.5 s."""

    resource: str
    seat: Seat


class Levels(NamedTuple):
    """Loudness of every heard source, dBov (0 loudest, −127 silence)."""

    levels: dict[SourceId, int]
    speaker: SourceId | None = None
    """The active speaker: who has the floor, else who spoke last until another clearly takes over."""


class Slots(NamedTuple):
    """What a viewer's slots carry now."""

    seat: Seat
    slots: tuple[SlotState, ...]


class Layers(NamedTuple):
    """Which layers a publisher should send."""

    source: SourceId
    seat: Seat
    l: bool  # noqa: E741 - the layer's name
    m: bool
    h: bool


News = Back | Lost | Gone | Stalled | Levels | Slots | Layers


class Sink(Protocol):
    """Where media goes to be kept. Called per packet on the loop: must be cheap."""

    def packet(self, source: SourceId, generation: int, layer: str, packet: Packet, capture_us: int) -> None:
        """Take one packet of layer `a`, `l`, `m` or `h`, captured at monotonic µs."""

    def gap(self, source: SourceId, generation: int, layer: str, first_seq: int, last_seq: int, now_us: int) -> None:
        """Take news of packets that will not come in time."""

    def closed(self, source: SourceId, generation: int) -> None:
        """The resource ended."""

    def report(
        self, source: SourceId, generation: int, layer: str, ssrc: int, rtp: int, ntp: int, arrival_us: int,
        rtt_us: int | None,
    ) -> None:  # fmt: skip
        """Take a sender report, for recomputing the clock later."""


class SourceStats(NamedTuple):
    """Measured facts of one source; `loss` per mille, `age_ms` since its last packet; `codec` of its picture."""

    rtt_ms: int | None
    loss: int
    fps: int
    width: int
    height: int
    kbps: int
    level: int
    age_ms: int
    layers: dict[str, int]
    codec: str = ""


class Stats(NamedTuple):
    """Measured facts of a room."""

    sources: dict[SourceId, SourceStats]
    viewers: dict[Seat, tuple[SlotState, ...]]
    up: dict[SourceId, Quality] = {}  # noqa: RUF012 - never changed
    down: dict[Seat, Quality] = {}  # noqa: RUF012 - never changed
