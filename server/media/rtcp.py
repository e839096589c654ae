"""RTCP, total: any bytes give what we act on, or `Malformed` (RFC 3550 §6, RFC 4585, RFC 3611, RFC 5104)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final, NamedTuple

from server.media import twcc
from signaling.errors import Malformed

SR, RR, SDES, BYE, RTPFB, PSFB, XR = 200, 201, 202, 203, 205, 206, 207
NTP_EPOCH_S: Final = 2_208_988_800


class SenderReport(NamedTuple):
    """Who says that RTP time `rtp` is NTP time `ntp` (64-bit fixed point)."""

    ssrc: int
    ntp: int
    rtp: int


class Loss(NamedTuple):
    """A report block: share lost since the last report (0–255), and what dates our last SR at the reporter."""

    ssrc: int
    fraction: int
    last_sr: int
    delay: int


class Nack(NamedTuple):
    """Packets of `ssrc` that did not arrive."""

    ssrc: int
    seqs: tuple[int, ...]


class Compound(NamedTuple):
    """What a compound packet says that we act on."""

    reports: tuple[SenderReport, ...]
    losses: tuple[Loss, ...]
    nacks: tuple[Nack, ...]
    wants_key: tuple[int, ...]
    dlrr: tuple[tuple[int, int, int], ...]
    """(ssrc, last RR, delay), answering our RRTR."""
    feedback: tuple[twcc.Feedback, ...] = ()
    remb: int | None = None
    """bit/s, at most 2^40: beyond that a number says nothing."""


def parse(data: bytes) -> Compound:
    """Return the compound's content. Packets we do not know are stepped over. Raises `Malformed`."""
    reports: list[SenderReport] = []
    losses: list[Loss] = []
    nacks: list[Nack] = []
    keys: list[int] = []
    dlrr: list[tuple[int, int, int]] = []
    feedback: list[twcc.Feedback] = []
    remb: int | None = None
    pos = 0
    while pos < len(data):
        if pos + 4 > len(data) or data[pos] >> 6 != 2:
            raise Malformed("RTCP header")
        count, kind = data[pos] & 31, data[pos + 1]
        size = 4 * (data[pos + 2] << 8 | data[pos + 3])
        body = data[pos + 4 : pos + 4 + size]
        if len(body) != size:
            raise Malformed("RTCP packet runs past the end")
        if kind == SR and size >= 24:
            ssrc, high, low, rtp = struct.unpack_from("!IIII", body)
            reports.append(SenderReport(ssrc, high << 32 | low, rtp))
            losses += _blocks(body[24:], count)
        elif kind == RR and size >= 4:
            losses += _blocks(body[4:], count)
        elif kind == RTPFB and count == 1 and size >= 8:
            nacks.append(_nack(body))
        elif kind == RTPFB and count == 15:
            feedback.append(twcc.parse(_unpadded(data[pos], body)))
        elif kind == PSFB and count == 15 and body[8:12] == b"REMB":
            remb = _remb(body)
        elif kind == PSFB and count == 1 and size >= 8:
            keys.append(struct.unpack_from("!I", body, 4)[0])
        elif kind == PSFB and count == 4:
            keys += [struct.unpack_from("!I", body, at)[0] for at in range(8, size - 7, 8)]
        elif kind == XR:
            dlrr += _dlrr(body)
        pos += 4 + size
    return Compound(tuple(reports), tuple(losses), tuple(nacks), tuple(keys), tuple(dlrr), tuple(feedback), remb)


def _unpadded(first: int, body: bytes) -> bytes:
    """Return a body without its padding (RFC 3550 §6.4.1). Raises `Malformed` for more padding than body."""
    padding = body[-1] if first & 0x20 and body else 0
    if padding > len(body):
        raise Malformed("RTCP padding")
    return body[: len(body) - padding]


def _remb(body: bytes) -> int:
    """Return the rate of a REMB (draft-alvestrand-rmcat-remb-03 §2.2)."""
    if len(body) < 16:
        raise Malformed("REMB")
    exponent, mantissa = body[13] >> 2, (body[13] & 3) << 16 | body[14] << 8 | body[15]
    return min(1 << 40, mantissa << exponent)


def _blocks(body: bytes, count: int) -> Iterable[Loss]:
    for n in range(min(count, len(body) // 24)):
        ssrc, lost, _highest, _jitter, last_sr, delay = struct.unpack_from("!IIIIII", body, 24 * n)
        yield Loss(ssrc, lost >> 24, last_sr, delay)


def _nack(body: bytes) -> Nack:
    seqs: list[int] = []
    for at in range(8, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, at)
        seqs.append(first)
        seqs += [(first + 1 + bit) & 0xFFFF for bit in range(16) if mask >> bit & 1]
    return Nack(struct.unpack_from("!I", body, 4)[0], tuple(seqs))


def _dlrr(body: bytes) -> Iterable[tuple[int, int, int]]:
    pos = 4
    while pos + 4 <= len(body):
        kind, size = body[pos], 4 * (body[pos + 2] << 8 | body[pos + 3])
        if kind == 5:
            for at in range(pos + 4, min(pos + 4 + size, len(body)) - 11, 12):
                ssrc, last_rr, delay = struct.unpack_from("!III", body, at)
                yield ssrc, last_rr, delay
        pos += 4 + size


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def sender_report(ssrc: int, ntp: int, rtp: int, packets: int, octets: int) -> bytes:
    """Return an SR without report blocks."""
    counts = packets & 0xFFFFFFFF, octets & 0xFFFFFFFF
    return _packet(SR, 0, struct.pack("!IQIII", ssrc, ntp, rtp & 0xFFFFFFFF, *counts))


def receiver_report(own: int, blocks: Iterable[tuple[int, int, int, int, int, int]]) -> bytes:
    """Return an RR of (ssrc, fraction, lost, highest, last SR, delay since it) blocks; 31 at most."""
    body = b""
    count = 0
    for ssrc, fraction, lost, highest, last_sr, delay in blocks:
        if count == 31:
            break
        lost = max(-0x800000, min(0x7FFFFF, lost)) & 0xFFFFFF
        body += struct.pack("!IIIIII", ssrc, fraction << 24 | lost, highest & 0xFFFFFFFF, 0, last_sr, delay)
        count += 1
    return _packet(RR, count, struct.pack("!I", own) + body)


def receiver_time(own: int, ntp: int) -> bytes:
    """Return an XR with a receiver reference time block: both browsers answer it with a DLRR (RFC 3611 §4.4)."""
    return _packet(XR, 0, struct.pack("!IBBHQ", own, 4, 0, 2, ntp))


def nack(own: int, ssrc: int, seqs: Iterable[int]) -> bytes:
    """Return a generic NACK of 16-bit sequence numbers, packed into 17-bit forms (RFC 4585 §6.2.1)."""
    entries: list[list[int]] = []
    ordered = sorted({seq & 0xFFFF for seq in seqs})
    for seq in ordered:
        if entries and 0 < seq - entries[-1][0] <= 16:
            entries[-1][1] |= 1 << (seq - entries[-1][0] - 1)
        else:
            entries.append([seq, 0])
    body = b"".join(struct.pack("!HH", *entry) for entry in entries)
    return _packet(RTPFB, 1, struct.pack("!II", own, ssrc) + body)


def pli(own: int, ssrcs: Iterable[int]) -> bytes:
    """Return one compound of picture loss indications (RFC 4585 §6.3.1)."""
    return b"".join(_packet(PSFB, 1, struct.pack("!II", own, ssrc)) for ssrc in ssrcs)


def bye(ssrcs: Iterable[int]) -> bytes:
    """Return a BYE."""
    listed = tuple(ssrcs)[:31]
    return _packet(BYE, len(listed), struct.pack(f"!{len(listed)}I", *listed))


def ntp_of(utc_us: int) -> int:
    """Return UTC µs as 64-bit NTP time."""
    seconds, micros = divmod(utc_us, 1_000_000)
    return (seconds + NTP_EPOCH_S) << 32 | (micros << 32) // 1_000_000


def micros_of(ntp: int) -> int:
    """Return 64-bit NTP time as UTC µs."""
    return ((ntp >> 32) - NTP_EPOCH_S) * 1_000_000 + ((ntp & 0xFFFFFFFF) * 1_000_000 >> 32)
