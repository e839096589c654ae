"""Certificates of signers: may this one sign now? Trust and revocation are asked later, when it is validated."""

from __future__ import annotations

import datetime as dt
from typing import Final

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signaling.errors import Refused

_CURVES: Final = {"secp256r1": 72, "secp384r1": 104, "secp521r1": 140}
"""Longest DER of (r, s) for each curve: X9.62."""


def usable(der: bytes, at_us: int) -> x509.Certificate:
    """Return a signer's certificate. Raises `Refused("certificate-refused", why=…)`: unreadable, expired, early, usage,
    authority or key.
    """
    certificate = readable(der)
    at = dt.datetime.fromtimestamp(at_us / 1_000_000, dt.UTC)
    if at < certificate.not_valid_before_utc:
        raise Refused("certificate-refused", why="early")
    if at > certificate.not_valid_after_utc:
        raise Refused("certificate-refused", why="expired")
    try:
        if certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            raise Refused("certificate-refused", why="authority")
    except x509.ExtensionNotFound:
        pass
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            raise Refused("certificate-refused", why="usage")
    except x509.ExtensionNotFound:
        pass  # RFC 5280 §4.2.1.3: without the extension every use is allowed
    value_size(certificate)
    return certificate


def readable(der: bytes) -> x509.Certificate:
    """Return a certificate both libraries can read. Raises `Refused("certificate-refused", why="unreadable")`."""
    try:
        asn1.Certificate.load(der, strict=True).native  # noqa: B018 - asn1crypto parses when it is asked
        return x509.load_der_x509_certificate(der)
    except Exception:  # noqa: BLE001 - parsers of foreign bytes
        raise Refused("certificate-refused", why="unreadable") from None


def value_size(certificate: x509.Certificate) -> int:
    """Return how many bytes a signature value takes at most. Raises `Refused` for keys nobody should use."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and 2048 <= key.key_size <= 8192:
        return key.key_size // 8
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    raise Refused("certificate-refused", why="key")


def verified(certificate: x509.Certificate, value: bytes, data: bytes) -> bool:
    """Tell whether a value is this certificate's signature over some bytes: RSA PKCS#1 v1.5 or ECDSA, SHA-256."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
