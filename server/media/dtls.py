"""DTLS-SRTP as a server, bytes in, bytes out (RFC 6347, RFC 5764), over pyOpenSSL and pylibsrtp."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AEAD_AES_256_GCM,
    SRTP_AES128_CM_SHA1_80,
    certificate_digest,
    generate_certificate,
)
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from server.media import srtp
from signaling.errors import DiemcauError

PROFILES: Final = (SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80)
DATAGRAM: Final = 1200
DEADLINE_US: Final = 10_000_000
FIRST_RESEND_US: Final = 100_000
_CIPHERS: Final = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384"
    b":ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
)
STRENGTH: Final = ("sha-512", "sha-384", "sha-256")
"""Fingerprint algorithms we compare, strongest first (RFC 8122 §5)."""


class HandshakeFailed(DiemcauError):  # noqa: N818 - a name of the house
    """The peer is not who its offer says, speaks no common profile, or took too long."""


class Identity:
    """One context, key and certificate per process."""

    def __init__(self) -> None:
        """Make a fresh P-256 certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = generate_certificate(key)
        self.fingerprint: str = certificate_digest(certificate, "sha-256")
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_min_proto_version(0xFEFD)
        context.set_max_proto_version(0xFEFD)
        context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_QUERY_MTU)
        # certificates are self-signed: the fingerprint of the offer decides, after the handshake
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.use_certificate(certificate)
        context.use_privatekey(key)
        context.set_cipher_list(_CIPHERS)
        context.set_tlsext_use_srtp(b":".join(profile.openssl_profile for profile in PROFILES))
        self.context = context


def records(stream: bytes) -> Iterable[bytes]:
    """Cut joined DTLS records (a memory BIO joins them) and pack whole ones into datagrams of ≤ 1,200 bytes."""
    out = b""
    pos = 0
    while pos < len(stream):
        size = 13 + int.from_bytes(stream[pos + 11 : pos + 13])
        if out and len(out) + size > DATAGRAM:
            yield out
            out = b""
        out += stream[pos : pos + size]
        pos += size
    if out:
        yield out


class Dtls:
    """One association. `now` is monotonic µs; every call returns the datagrams to send."""

    def __init__(self, identity: Identity, fingerprints: dict[str, str], now: int, *, client: bool = False) -> None:
        """Wait for the peer whose certificate has one of `fingerprints` (algorithm → colon-hex)."""
        self._ssl = SSL.Connection(identity.context, None)
        if client:
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(DATAGRAM)
        self._fingerprints = fingerprints
        self._client = client
        self._flight: tuple[bytes, ...] = ()
        self._resend_us = FIRST_RESEND_US
        self._due = 0
        self._deadline = now + DEADLINE_US
        self.profile = ""
        self.inbound: Session | None = None
        self.outbound: Session | None = None
        self.sealing: srtp.Sealing | None = None

    @property
    def up(self) -> bool:
        """Tell whether keys are there."""
        return self.outbound is not None

    def begin(self, now: int) -> tuple[bytes, ...]:
        """Start as a client: return the first flight."""
        return self._step(now)

    def begin_deadline(self, now: int) -> None:
        """Let the ten seconds begin now."""
        self._deadline = now + DEADLINE_US

    def receive(self, data: bytes, now: int) -> tuple[bytes, ...]:
        """Take one datagram. Raises `HandshakeFailed`."""
        self._ssl.bio_write(data)
        return self._step(now)

    def _step(self, now: int) -> tuple[bytes, ...]:
        try:
            if self.outbound is None:
                self._ssl.do_handshake()
                self._keys()
            else:
                self._ssl.recv(2048)  # answers a repeated Finished
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            raise HandshakeFailed(str(error)[:200]) from None
        return self._drain(now)

    def _drain(self, now: int) -> tuple[bytes, ...]:
        stream = b""
        while True:
            try:
                stream += self._ssl.bio_read(16_384)
            except SSL.WantReadError:
                break
        if not stream:
            return ()
        self._flight = tuple(records(stream))
        self._resend_us = FIRST_RESEND_US
        self._due = now + self._resend_us
        return self._flight

    def tick(self, now: int) -> tuple[bytes, ...]:
        """Send the last flight again after 100, 200, 400 … ms of silence (RFC 6347 §4.2.4). Raises
        `HandshakeFailed` after 10 s.
        """
        if self.outbound is not None:
            return ()
        if now > self._deadline:
            raise HandshakeFailed("no handshake in 10 s")
        if not self._flight or now < self._due:
            return ()
        self._resend_us *= 2
        self._due = now + self._resend_us
        return self._flight

    def _keys(self) -> None:
        self._check_fingerprint()
        name = self._ssl.get_selected_srtp_profile()
        profile = next((p for p in PROFILES if p.openssl_profile == name), None)
        if profile is None:
            raise HandshakeFailed("no common SRTP profile")
        size = 2 * (profile.key_length + profile.salt_length)
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", size)
        self.profile = name.decode()
        theirs, ours = (1, 0) if self._client else (0, 1)
        self.inbound = _session(profile, material, theirs, Policy.SSRC_ANY_INBOUND)
        self.outbound = _session(profile, material, ours, Policy.SSRC_ANY_OUTBOUND)
        secret = profile.get_key_and_salt(material, ours)
        self.sealing = (
            srtp.by_library(self.outbound.protect)
            if profile is SRTP_AES128_CM_SHA1_80
            else srtp.aead(secret[: profile.key_length], secret[profile.key_length :])
        )

    def _check_fingerprint(self) -> None:
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        if certificate is None:
            raise HandshakeFailed("no certificate")
        for algorithm in STRENGTH:
            offered = self._fingerprints.get(algorithm)
            if offered is not None:
                actual = certificate_digest(certificate, algorithm)
                if hmac.compare_digest(actual.encode(), offered.encode()):
                    return
                break
        raise HandshakeFailed("fingerprint")


def _session(profile: object, material: bytes, index: int, kind: int) -> Session:
    policy = Policy(
        key=profile.get_key_and_salt(material, index),  # type: ignore[attr-defined]
        ssrc_type=kind,
        srtp_profile=profile.libsrtp_profile,  # type: ignore[attr-defined]
    )
    policy.window_size = 1024
    # two plaintexts under one (SSRC, index) would destroy AES-GCM
    policy.allow_repeat_tx = False
    return Session(policy)
