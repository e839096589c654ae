"""The one answer to an offer (MEDIA §4): ICE-lite, passive, the offerer's own payload types, extension ids and mids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from server.media.rtp import AST, LEVEL, MID, RID, RRID, TWCC, URIS
from server.media.sdp_offer import Codec, Offer, Section

TCP_PRIORITY: Final = 1_520_435_199
UDP_PRIORITY: Final = 2_130_706_431
LAYERS: Final = ("l", "m", "h")
"""Low to high: listed otherwise, Chromium pads `l` for ever (MEDIA §4)."""


class Transport(NamedTuple):
    """What the answer says of our side. `origin` is a random number below 2^62."""

    origin: int
    ufrag: str
    password: str
    fingerprint: str
    port: int
    addresses: tuple[str, ...]
    tcp_port: int | None = None
    """Where media may come by TCP, too (RFC 6544)."""


class SlotSsrcs(NamedTuple):
    """The fixed SSRCs of one section of a viewer."""

    media: int
    rtx: int


def publish(offer: Offer, transport: Transport) -> str:
    """Return the answer to a publisher: every section received in one codec, simulcast layers low to high."""
    sections = []
    for section in offer.sections:
        section = section._replace(codecs=section.codecs[:1])
        extra = []
        layers = [rid for rid in LAYERS if rid in section.rids]
        if layers:
            extra = [f"a=rid:{rid} recv" for rid in layers] + ["a=simulcast:recv " + ";".join(layers)]
        keys = (MID, RID, RRID, AST, TWCC) if section.kind == "video" else (MID, AST, TWCC, LEVEL)
        sections.append((section, "recvonly", keys, extra))
    return _text(offer, transport, sections)


def subscribe(offer: Offer, transport: Transport, ssrcs: Sequence[SlotSsrcs]) -> str:
    """Return the answer to a viewer: the k-th audio and k-th video section are slot k, one stream `s<k>`."""
    sections = []
    seen = {"audio": 0, "video": 0}
    for section, own in zip(offer.sections, ssrcs, strict=True):
        slot = seen[section.kind]
        seen[section.kind] += 1
        extra = [f"a=msid:s{slot} s{slot}{section.kind[0]}"]
        repaired = any(codec.rtx is not None for codec in section.codecs)
        if repaired:
            extra.append(f"a=ssrc-group:FID {own.media} {own.rtx}")
        extra.append(f"a=ssrc:{own.media} cname:s{slot}")
        if repaired:
            extra.append(f"a=ssrc:{own.rtx} cname:s{slot}")
        keys = (MID, AST, TWCC) if section.kind == "video" else (MID, AST, TWCC, LEVEL)
        sections.append((section, "sendonly", keys, extra))
    return _text(offer, transport, sections)


def restarted(transport: Transport) -> str:
    """Return the fragment that answers an ICE restart."""
    lines = ["a=ice-lite", f"a=ice-ufrag:{transport.ufrag}", f"a=ice-pwd:{transport.password}"]
    return "\r\n".join([*lines, *_candidates(transport)]) + "\r\n"


def _text(
    offer: Offer, transport: Transport, sections: Sequence[tuple[Section, str, tuple[int, ...], list[str]]]
) -> str:
    host = transport.addresses[0]
    family = "IP6" if ":" in host else "IP4"
    lines = [
        "v=0",
        f"o=- {transport.origin} 1 IN {family} {host}",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(section.mid for section in offer.sections),
        "a=ice-lite",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS *",
    ]
    for section, direction, keys, extra in sections:
        numbers = [t for codec in section.codecs for t in (codec.payload_type, codec.rtx) if t is not None]
        # what stands first is what the other side sends: sound twice where it can
        types = " ".join(str(t) for t in [*((section.red,) if section.red is not None else ()), *numbers])
        lines += [
            f"m={section.kind} {transport.port} UDP/TLS/RTP/SAVPF {types}",
            f"c=IN {family} {host}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            f"a=ice-ufrag:{transport.ufrag}",
            f"a=ice-pwd:{transport.password}",
            f"a=fingerprint:sha-256 {transport.fingerprint}",
            "a=setup:passive",
        ]
        # in every section, not in the first alone as MEDIA §4 has it: an aiortc peer with max-bundle reads the
        # candidates of the last section only (measured, aiortc 1.16); browsers take either
        lines += [*_candidates(transport), "a=end-of-candidates"]
        lines += [f"a=mid:{section.mid}", f"a={direction}"]
        lines += [f"a=extmap:{section.extensions[key]} {URIS[key]}" for key in keys if key in section.extensions]
        lines += _codecs(section) + extra
    return "\r\n".join(lines) + "\r\n"


def _candidates(transport: Transport) -> list[str]:
    return [
        f"a=candidate:{n} 1 udp {UDP_PRIORITY - n + 1} {address} {transport.port} typ host"
        for n, address in enumerate(transport.addresses, 1)
    ] + [
        f"a=candidate:{n} 1 tcp {TCP_PRIORITY - n} {address} {transport.tcp_port} typ host tcptype passive"
        for n, address in enumerate(transport.addresses, 1 + len(transport.addresses))
        if transport.tcp_port is not None
    ]


def _codecs(section: Section) -> list[str]:
    return [line for codec in section.codecs for line in _codec(section, codec)]


def _codec(section: Section, codec: Codec) -> list[str]:
    kind = codec.payload_type
    if section.kind == "audio":
        lines = [f"a=rtpmap:{kind} opus/48000/2", f"a=fmtp:{kind} minptime=10;useinbandfec=1"]
        if section.red is not None:
            lines += [f"a=rtpmap:{section.red} red/48000/2", f"a=fmtp:{section.red} {kind}/{kind}"]
        return lines + ([f"a=rtcp-fb:{kind} transport-cc"] if "transport-cc" in section.feedback else [])
    lines = [f"a=rtpmap:{kind} {codec.name.upper()}/90000"]
    if codec.parameters:
        lines.append(f"a=fmtp:{kind} {codec.parameters}")
    if "transport-cc" in section.feedback:
        lines.append(f"a=rtcp-fb:{kind} transport-cc")
    elif "goog-remb" in section.feedback:
        lines.append(f"a=rtcp-fb:{kind} goog-remb")
    lines += [f"a=rtcp-fb:{kind} {name}" for name in ("ccm fir", "nack", "nack pli") if name in section.feedback]
    if codec.rtx is not None:
        lines += [f"a=rtpmap:{codec.rtx} rtx/90000", f"a=fmtp:{codec.rtx} apt={kind}"]
    return lines
