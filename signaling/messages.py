"""Every WebSocket message, both ways (RULINGS, Socket). JSON text frames, 64 KiB at most; the field `t` is the tag."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from signaling.commands import PublicCommand
from signaling.errors import Malformed
from signaling.names import Micros, Role, Seat, SiteId, SourceId
from signaling.screens import (
    AgendaPage,
    AgendaView,
    CueView,
    FloorView,
    RecorderView,
    SceneView,
    SessionView,
    SitesPage,
    SitesView,
)  # fmt: skip
from signaling.screens_desk import (
    ConfirmationView,
    ControlView,
    DelegatesView,
    IncidentsView,
    LobbyView,
    NoticesView,
    ProceedingsView,
    PrompterView,
    StageView,
)  # fmt: skip
from signaling.screens_papers import DocumentsView

MAX_BYTES: Final = 65_536
_Short = Annotated[str, msgspec.Meta(max_length=256)]


class Message(msgspec.Struct, frozen=True, tag_field="t", forbid_unknown_fields=True, omit_defaults=True):
    """Root of all messages."""


# --- from the page -----------------------------------------------------------------------------------------


class Hello(Message, frozen=True, tag="hello"):
    """First message, within 5 s of the challenge. `key` is the device's public key (SPKI, base64url), `sig` its
    ECDSA P-256/SHA-256 signature (r‖s, base64url) over the UTF-8 of `diemcau-hello:<nonce>`; both absent where the
    seat is a signed-in person's. `resume` is the id of the last answered command, if any.
    """

    seat: Seat
    build: _Short
    key: _Short | None = None
    sig: _Short | None = None
    resume: _Short | None = None


class Do(Message, frozen=True, tag="do"):
    """A command. `ref` (unique per seat) makes it idempotent: asked twice, it is answered from memory."""

    ref: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    command: PublicCommand


class MediaAsk(Message, frozen=True, tag="media.ask"):
    """Ask for a bearer: `whep`, or the bare name of an own source (`camera`)."""

    use: Literal["whep", "camera", "table", "document", "slides"]


class Wishes(Message, frozen=True, tag="wishes"):
    """Heights in CSS px × device ratio at which sources are shown; 0 stops the picture, never the sound."""

    heights: dict[SourceId, Annotated[int, msgspec.Meta(ge=0, le=4320)]]


class Ping(Message, frozen=True, tag="ping"):
    """Heartbeat and clock probe; `sent` is the page's own clock, returned untouched."""

    sent: float


FromPage = Hello | Do | MediaAsk | Wishes | Ping

# --- to the page -------------------------------------------------------------------------------------------


class Challenge(Message, frozen=True, tag="challenge"):
    """First message on a socket."""

    nonce: str
    build: str


class Sections(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sections that changed (all of them after `welcome`), each whole. The numbered ones hold what a very long
    run sheet leaves over (`pages`), so that no section passes 64 KiB; nearly always they are never sent.
    """

    session: SessionView | None = None
    agenda: AgendaView | None = None
    scene: SceneView | None = None
    floor: FloorView | None = None
    sites: SitesView | None = None
    cue: CueView | None = None
    recorder: RecorderView | None = None
    control: ControlView | None = None
    stage: StageView | None = None
    confirmation: ConfirmationView | None = None
    notices: NoticesView | None = None
    incidents: IncidentsView | None = None
    lobby: LobbyView | None = None
    proceedings: ProceedingsView | None = None
    prompter: PrompterView | None = None
    delegates: DelegatesView | None = None
    documents: DocumentsView | None = None
    agenda_1: AgendaPage | None = None
    agenda_2: AgendaPage | None = None
    agenda_3: AgendaPage | None = None
    agenda_4: AgendaPage | None = None
    agenda_5: AgendaPage | None = None
    agenda_6: AgendaPage | None = None
    agenda_7: AgendaPage | None = None
    agenda_8: AgendaPage | None = None
    agenda_9: AgendaPage | None = None
    agenda_10: AgendaPage | None = None
    agenda_11: AgendaPage | None = None
    sites_1: SitesPage | None = None
    sites_2: SitesPage | None = None
    sites_3: SitesPage | None = None
    delegates_1: DelegatesView | None = None
    delegates_2: DelegatesView | None = None
    delegates_3: DelegatesView | None = None


class SlotState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a slot carries now. `sound` false: its audio is silent on purpose."""

    slot: int
    source: SourceId | None = None
    layer: str | None = None
    paused: Literal["weak-link", "lost", "codec", "hidden"] | None = None
    sound: bool = True


class Welcome(Message, frozen=True, tag="welcome"):
    """The seat is taken: who you are, the whole view, the slots, the server's clock (UTC µs)."""

    seat: Seat
    role: Role
    site: SiteId | None
    view: Sections
    slots: tuple[SlotState, ...]
    clock: Micros


class Show(Message, frozen=True, tag="show"):
    """Sections that changed."""

    view: Sections


class Done(Message, frozen=True, tag="done"):
    """A command was carried out: on disk, and in force."""

    ref: str


class Declined(Message, frozen=True, tag="refused"):
    """A command was refused; the page owns the sentence `refused.<code>`."""

    ref: str
    code: str
    detail: dict[str, str | int] = {}


class IceServer(msgspec.Struct, frozen=True):
    """One TURN server with time-limited credentials."""

    urls: tuple[str, ...]
    username: str
    credential: str


class MediaToken(Message, frozen=True, tag="media.token"):
    """A bearer for one resource: 60 s to first use, then good for its PATCH and DELETE. `url` is where to POST."""

    use: str
    token: str
    url: str
    ice: tuple[IceServer, ...]
    expires: Micros


class Slots(Message, frozen=True, tag="slots"):
    """Which source is in which slot: the only truth about them."""

    slots: tuple[SlotState, ...]


class Layers(Message, frozen=True, tag="layers"):
    """Which simulcast layers of an own source to send."""

    source: SourceId
    l: bool  # noqa: E741 - the layer's name on the wire
    m: bool
    h: bool


class Meters(Message, frozen=True, tag="meters"):
    """Loudness in dBov (0 loudest, -127 silence), 5 Hz: of every source for the desk, of those that the programme hears
    and its own for any other screen with pictures. `speaker`: who speaks: the holder of the floor, else who spoke last
    until another clearly takes over.
    """

    levels: dict[SourceId, int]
    speaker: SourceId | None = None


class LineHealth(msgspec.Struct, frozen=True, omit_defaults=True):
    """How good a line is, one way: `up` from the site, `down` to it; `site` None: the reader's own, at a desk. `reason` is
    the worst cause and `value` its size: per mille lost, ms of round trip, kbit/s of all there is (`narrow`), pictures
    paused (`weak-link`), frames a second; none while good. Told with hysteresis: it does not flicker.
    """

    direction: Literal["up", "down"]
    colour: Literal["good", "fair", "poor"]
    score: int
    site: SiteId | None = None
    reason: Literal["", "loss", "delay", "narrow", "weak-link", "low-frames"] = ""
    value: int = 0


class LinkHealth(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one source reaches the hub. `loss` in per mille of the last seconds, `rtt_ms` None when unknown; `codec` of
    its picture, empty without one.
    """

    source: SourceId
    rtt_ms: int | None = None
    loss: int = 0
    fps: int = 0
    width: int = 0
    height: int = 0
    kbps: int = 0
    codec: str = ""


Severity = Literal["red", "warning", "notice"]
AlertCode = Literal[
    "recorder-stopped", "unwritten", "disk", "certificate-ends", "sync", "loss", "no-picture", "lag", "mirror", "drops",
    "waiting", "certificate",
]  # fmt: skip


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something is wrong since `since`. `subject`: the source or site; `value` in the unit of the code's sentence."""

    code: AlertCode
    severity: Severity
    since: Micros
    subject: str | None = None
    value: int = 0


class TrackState(msgspec.Struct, frozen=True, omit_defaults=True):
    """One class (`hi`, `lo`) of a source being written: rate, age of the last key frame (None: sound alone), what is not yet
    on the disk, and for how long nothing was written.
    """

    source: SourceId
    klass: str
    kbps: int
    key_ms: int | None = None
    unsynced_ms: int = 0
    idle_ms: int = 0


class Health(Message, frozen=True, tag="health"):
    """State of the links (1 Hz): all for the desk, its own for a site; `lines` likewise. `online`: seats with an open
    socket; `alerts`, the worst first, and `tracks`, what is being recorded, for the desk.
    """

    links: tuple[LinkHealth, ...]
    lines: tuple[LineHealth, ...] = ()
    online: tuple[Seat, ...] = ()
    alerts: tuple[Alert, ...] = ()
    tracks: tuple[TrackState, ...] = ()


class Stalled(Message, frozen=True, tag="stalled"):
    """The server hears nothing on one of the page's links: restart it now. `use` as in `media.ask`."""

    use: str


class Pong(Message, frozen=True, tag="pong"):
    """Answer to `ping`, with the server's clock (UTC µs)."""

    sent: float
    clock: Micros


class Follow(Message, frozen=True, tag="follow"):
    """Go elsewhere: the ceremony goes on in another session (a rehearsal began or ended), same seat."""

    session: str


class Checkpoint(Message, frozen=True, tag="checkpoint"):
    """The log so far, signed by the hub, for the desks to keep: `hash` is that of line `seq`, `heads` the last hash of
    every clip, `key` and `sig` Ed25519, hex. Field by field what `recordings/seal.py` checks.
    """

    session: str
    seq: int
    hash: str
    heads: dict[str, str]
    epoch: int
    at_us: Micros
    key: str
    sig: str
    v: int


class Fault(Message, frozen=True, tag="fault"):
    """Why the socket will be closed."""

    code: str


ToPage = (
    Challenge | Welcome | Show | Done | Declined | MediaToken | Slots | Layers | Meters | Health | Stalled | Pong | Fault
    | Follow | Checkpoint
)

_decoder = msgspec.json.Decoder(FromPage)
_encoder = msgspec.json.Encoder()


def decode(text: str | bytes) -> FromPage:
    """Read a message from a page. Raises `Malformed` for anything else, `RecursionError` included."""
    if len(text) > MAX_BYTES:
        raise Malformed("message too long")
    try:
        message: FromPage = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Malformed(str(error)[:200]) from None
    return message


def encode(message: ToPage) -> str:
    """Return the frame's text."""
    return _encoder.encode(message).decode()


def encode_any(value: Any) -> bytes:
    """Return any struct as JSON; used to compare and to measure sections."""
    return _encoder.encode(value)
