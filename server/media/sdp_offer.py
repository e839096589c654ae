"""SDP offers, total: any text gives an `Offer`, `Malformed`, or `Refused` for what we do not do (RFC 8866, RFC 8829)."""

from __future__ import annotations

from typing import Final, NamedTuple

from server.media.rtp import URIS
from signaling.errors import Malformed, Refused

MOST_LINES: Final = 6000
"""Chromium offers sixteen slots with all its codecs in more than 6,000 lines (measured); 128 KiB is the other limit."""
MOST_SECTIONS: Final = 32
"""Sixteen slots of audio and video."""
MOST_EXTENSION_ID: Final = 14
_KEYS: Final = {uri: key for key, uri in enumerate(URIS)}
_CODECS: Final = {"audio": {"opus": "opus/48000/2"}, "video": {"vp8": "vp8/90000", "h264": "h264/90000"}}


class Codec(NamedTuple):
    """One codec of a section: its payload type, RTX for it, and the offer's own parameters, which are echoed."""

    name: str
    payload_type: int
    rtx: int | None
    parameters: str


class Section(NamedTuple):
    """One m-section: the codecs we know, VP8 first; extension ids by our keys, declared SSRCs, rids."""

    kind: str
    mid: str
    codecs: tuple[Codec, ...]
    extensions: dict[int, int]
    ssrcs: dict[int, int | None]
    """Declared media SSRC → its RTX SSRC, or None."""
    rids: tuple[str, ...]
    feedback: frozenset[str]
    red: int | None = None
    """Payload type of Opus sent twice (RFC 2198)."""


class Offer(NamedTuple):
    """An offer we can answer."""

    sections: tuple[Section, ...]
    ufrag: str
    password: str
    fingerprints: dict[str, str]


class _Raw:
    """Lines of the session part or of one section."""

    def __init__(self, media: str = "") -> None:
        self.media = media
        self.attributes: list[tuple[str, str]] = []

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]

    def one(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


def parse(text: str) -> Offer:
    """Return the offer. Raises `Malformed`, or `Refused`: `data-channel`, `no-bundle`, `setup`, `no-fingerprint`,
    `no-ice`, `no-common-codec`, `too-many-sections`.
    """
    session, medias = _split(text)
    if not medias:
        raise Malformed("no media section")
    if len(medias) > MOST_SECTIONS:
        raise Refused("too-many-sections")
    _check_bundle(session, medias)
    _check_setup(session, medias)
    sections = tuple(_section(raw) for raw in medias)
    if len({section.mid for section in sections}) != len(sections):
        raise Malformed("two sections with one mid")
    everything = [*medias, session]
    ufrag = next((v for raw in everything if (v := raw.one("ice-ufrag"))), None)
    password = next((v for raw in everything if (v := raw.one("ice-pwd"))), None)
    if not ufrag or not password:
        raise Refused("no-ice")
    prints = dict(_fingerprint(v) for raw in reversed(everything) for v in raw.all("fingerprint"))
    if not set(prints) & {"sha-256", "sha-384", "sha-512"}:
        raise Refused("no-fingerprint")
    return Offer(sections, ufrag, password, prints)


def _split(text: str) -> tuple[_Raw, list[_Raw]]:
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise Malformed("more than 6,000 lines")
    if not lines[0].startswith("v=0"):
        raise Malformed("SDP begins with v=0")
    session = current = _Raw()
    medias: list[_Raw] = []
    for line in lines:
        line = line.rstrip("\r")
        if line.startswith("m="):
            current = _Raw(line[2:])
            medias.append(current)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            current.attributes.append((name, value))
        elif line and (len(line) < 2 or line[1] != "="):
            raise Malformed("a line that is not <type>=<value>")
    return session, medias


def _check_bundle(session: _Raw, medias: list[_Raw]) -> None:
    group = next((v.split()[1:] for v in session.all("group") if v.startswith("BUNDLE")), [])
    if any(raw.media.startswith("application") for raw in medias):
        raise Refused("data-channel")
    for raw in medias:
        mid = raw.one("mid")
        if mid is None or (len(medias) > 1 and mid not in group):
            raise Refused("no-bundle")
        if raw.one("rtcp-mux") is None and "rtcp-mux" not in dict(raw.attributes):
            raise Refused("no-bundle")


def _check_setup(session: _Raw, medias: list[_Raw]) -> None:
    for raw in medias:
        setup = raw.one("setup") or session.one("setup")
        if setup not in ("actpass", "active"):
            raise Refused("setup")


def _section(raw: _Raw) -> Section:
    parts = raw.media.split()
    if len(parts) < 4 or parts[0] not in _CODECS:
        raise Malformed("m-line")
    kind, types = parts[0], parts[3:]
    maps = dict(_pair(v) for v in raw.all("rtpmap"))
    formats = dict(_pair(v) for v in raw.all("fmtp"))
    codecs = tuple(
        Codec(name, _number(chosen, 127), _repair(chosen, types, maps, formats), formats.get(chosen, ""))
        for name, wanted in _CODECS[kind].items()
        if (chosen := _choose(name, wanted, types, maps, formats)) is not None
    )
    if not codecs:
        raise Refused("no-common-codec", kind=kind)
    first = (str(codecs[0].payload_type), "*")
    feedback = frozenset(v.split(" ", 1)[1] for v in raw.all("rtcp-fb") if v.split(" ")[0] in first and " " in v)
    mid = raw.one("mid") or ""
    if not 0 < len(mid) <= 16 or not mid.isascii() or not mid.isprintable():
        raise Malformed("mid")
    rids = tuple(v.split()[0] for v in raw.all("rid") if len(v.split()) > 1 and v.split()[1] == "send")
    return Section(
        kind, mid, codecs, _extensions(raw), _ssrcs(raw),
        tuple(rid for rid in rids if rid in ("l", "m", "h")), feedback, _red(codecs[0], types, maps, formats),
    )  # fmt: skip


def _red(opus: Codec, types: list[str], maps: dict[str, str], formats: dict[str, str]) -> int | None:
    """Return the payload type that repeats exactly our Opus, once."""
    wanted = f"{opus.payload_type}/{opus.payload_type}"
    found = (t for t in types if maps.get(t, "").lower() == "red/48000/2" and formats.get(t, "").strip() == wanted)
    return next((_number(t, 127) for t in found), None)


def _choose(name: str, wanted: str, types: list[str], maps: dict[str, str], formats: dict[str, str]) -> str | None:
    """Return the payload type of a codec; of H.264 only what every browser decodes, baseline in mode 1 (RFC 6184 §8.1)."""
    found = [t for t in types if maps.get(t, "").lower() == wanted]
    if name == "h264":
        parameters = {t: formats.get(t, "").replace(" ", "").lower().split(";") for t in found}
        found = [t for t in found if "packetization-mode=1" in parameters[t]]
        found = [t for t in found if any(one.startswith("profile-level-id=42") for one in parameters[t])]
        # constrained baseline is what encoders in hardware know
        found.sort(key=lambda t: not any(one.startswith("profile-level-id=42e0") for one in parameters[t]))
    return found[0] if found else None


def _repair(chosen: str, types: list[str], maps: dict[str, str], formats: dict[str, str]) -> int | None:
    for one in types:
        if maps.get(one, "").lower() == "rtx/90000" and formats.get(one, "").replace(" ", "") == f"apt={chosen}":
            return _number(one, 127)
    return None


def _extensions(raw: _Raw) -> dict[int, int]:
    found: dict[int, int] = {}
    for value in raw.all("extmap"):
        parts = value.split()
        if len(parts) < 2:
            raise Malformed("extmap")
        key = _KEYS.get(parts[1])
        name = _number(parts[0].partition("/")[0], 255)
        if key is not None and 0 < name <= MOST_EXTENSION_ID:
            found[key] = name
    return found


def _ssrcs(raw: _Raw) -> dict[int, int | None]:
    declared = dict.fromkeys(_number(v.split()[0], 0xFFFFFFFF) for v in raw.all("ssrc") if v.split())
    found: dict[int, int | None] = dict(declared)
    for value in raw.all("ssrc-group"):
        parts = value.split()
        if parts[:1] == ["FID"] and len(parts) == 3:
            media, repair = _number(parts[1], 0xFFFFFFFF), _number(parts[2], 0xFFFFFFFF)
            found[media] = repair
            found.pop(repair, None)
    return dict(list(found.items())[:8])


def _fingerprint(value: str) -> tuple[str, str]:
    parts = value.split()
    if len(parts) != 2 or not all(c in "0123456789abcdefABCDEF:" for c in parts[1]):
        raise Malformed("fingerprint")
    return parts[0].lower(), parts[1].upper()


def _pair(value: str) -> tuple[str, str]:
    left, _, right = value.partition(" ")
    return left, right.strip()


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise Malformed("a number in SDP")
    return int(text)


def fragment(text: str) -> tuple[str, str]:
    """Return (ufrag, password) of a trickle-ice-sdpfrag that restarts ICE (RFC 8840 §9). Raises `Malformed`."""
    if len(text) > 65_536:
        raise Malformed("fragment too long")
    found: dict[str, str] = {}
    for line in text.split("\n"):
        name, _, value = line.strip().partition(":")
        if name in ("a=ice-ufrag", "a=ice-pwd") and value:
            found.setdefault(name, value[:256])
    if len(found) != 2:
        raise Malformed("a restart needs ice-ufrag and ice-pwd")
    return found["a=ice-ufrag"], found["a=ice-pwd"]
