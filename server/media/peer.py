"""One WebRTC peer on the one port: checks, handshake, SRTP. Bytes in, what they mean out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pylibsrtp

from server.media.dtls import Dtls, HandshakeFailed, Identity
from server.media.ice import Agent, Path
from server.media.sdp_offer import Offer
from server.media.wire import Emit, Line, Wire
from signaling.names import Seat

MOST_PROTECT: Final = 1356
"""pylibsrtp's buffer takes no more."""
MOST_UNPROTECT: Final = 1500
RTCP_PER_S: Final = 100.0
RTCP_BURST: Final = 200.0
Send = Callable[[bytes, Path], None]


class Received(NamedTuple):
    """A decrypted packet: `rtp` or `rtcp`, one of them empty."""

    rtp: bytes
    rtcp: bytes


NOTHING: Final = Received(b"", b"")


class Peer:
    """Transport of one resource. `send` puts a datagram on the wire; `count` counts a drop by reason."""

    def __init__(self, resource: str, seat: Seat, offer: Offer, identity: Identity, now: int) -> None:
        """Wait for the offerer's checks."""
        self.resource = resource
        self.seat = seat
        self.offer = offer
        self.agent = Agent(now)
        self.dtls = Dtls(identity, offer.fingerprints, now)
        self.sound = frozenset(
            codec.payload_type for section in offer.sections if section.kind == "audio" for codec in section.codecs
        )
        self.wire = Wire()
        self.path: Path | None = None
        self.rtt_us = 0
        self.closed = False
        self.heard_us = now
        self.send: Send = lambda _data, _path: None
        self.count: Callable[[str], None] = lambda _reason: None
        self._started = False
        self._reports = RTCP_BURST
        self._reports_us = now

    @property
    def up(self) -> bool:
        """Tell whether media may flow."""
        return self.dtls.up and not self.closed

    def handshake(self, data: bytes, path: Path, now: int) -> None:
        """Take a DTLS datagram. A peer that is not who its offer says is closed."""
        if not self._started:
            self._started = True
            # the ten seconds begin with the first flight, not with the offer: ICE has its own patience
            self.dtls.begin_deadline(now)
        try:
            for datagram in self.dtls.receive(data, now):
                self.send(datagram, path)
            if self.wire.seal is None and self.dtls.sealing is not None:
                self.wire.seal, self.wire.salt, self.wire.cipher = self.dtls.sealing
        except HandshakeFailed:
            self.count("dtls_failed")
            self.closed = True

    def tick(self, now: int) -> None:
        """Resend a lost flight; close what took too long or lost consent."""
        if not self.agent.tick(now):
            self.closed = True
            return
        if self._started and not self.dtls.up and self.agent.selected is not None:
            try:
                for datagram in self.dtls.tick(now):
                    self.send(datagram, self.agent.selected)
            except HandshakeFailed:
                self.count("dtls_failed")
                self.closed = True

    def unprotect(self, data: bytes, now: int) -> Received:
        """Return what an SRTP or SRTCP datagram holds (RFC 5761 §4: RTCP if its second byte is 192–223)."""
        session = self.dtls.inbound
        if session is None or len(data) > MOST_UNPROTECT:
            self.count("early" if session is None else "oversize")
            return NOTHING
        try:
            if len(data) > 1 and 192 <= data[1] <= 223:
                if not self._may_report(now):
                    self.count("rtcp_limited")
                    return NOTHING
                plain = Received(b"", session.unprotect_rtcp(data))
            else:
                plain = Received(session.unprotect(data), b"")
        except (pylibsrtp.Error, ValueError):
            self.count("srtp")
            return NOTHING
        self.heard_us = now
        return plain

    def _may_report(self, now: int) -> bool:
        """Tell whether this peer may send another RTCP packet: more often than browsers ever do is work for nothing."""
        self._reports = min(RTCP_BURST, self._reports + (now - self._reports_us) / 1e6 * RTCP_PER_S)
        self._reports_us = now
        if self._reports < 1:
            return False
        self._reports -= 1
        return True

    def point(self, path: Path, emit: Emit, single: Callable[[bytes], object] | None = None, line: Line | None = None) -> None:
        """Send media by this way from now on: what the checks selected. `single` and `line` may spare a call."""
        self.path = path
        self.wire.emit, self.wire.single, self.wire.line = emit, single, line

    def part(self) -> None:
        """Send media nowhere: the way has ended."""
        self.path, self.wire.emit, self.wire.single, self.wire.line = None, None, None, None

    def send_rtcp(self, data: bytes) -> None:
        """Protect and send a compound."""
        session, path = self.dtls.outbound, self.agent.selected
        if session is None or path is None or not data or len(data) > MOST_PROTECT:
            return
        try:
            self.send(session.protect_rtcp(data), path)
        except (pylibsrtp.Error, ValueError):
            self.count("protect")
