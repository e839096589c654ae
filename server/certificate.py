"""The agency's own certificate, used instead of the hub's own CA (TRUST §4): checked in full before it is installed."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from signaling.errors import Malformed

FOLDER: Final = "certificate"
CHAIN, KEY = "chain.pem", "key.pem"
_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_LOCAL: Final = frozenset(("localhost", "127.0.0.1", "::1"))


class Installed(msgspec.Struct, frozen=True):
    """What a certificate says of itself; `uncovered` are addresses of this hub it is not valid for."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_after: dt.datetime
    uncovered: tuple[str, ...] = ()


def read(data: bytes, key: bytes | None, password: bytes | None) -> tuple[list[x509.Certificate], bytes]:
    """Return (chain, leaf first; key as PEM) of a PFX, or of PEM with the key inside or beside it.

    Raises `Malformed`, in words for whoever installs it: no certificate, no key, a password that is missing or wrong,
    a key of another certificate.
    """
    chain, private = _pem(data, key, password) if b"-----BEGIN" in data else _pfx(data, password)
    wanted = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    leaf = next((one for one in chain if _public(one) == wanted), None)
    if leaf is None:
        raise Malformed("the private key belongs to none of the certificates in the file")
    plain = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return [leaf, *(one for one in chain if one is not leaf)], plain


def _public(one: x509.Certificate) -> bytes:
    return one.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(data: bytes, key: bytes | None, password: bytes | None) -> tuple[list[x509.Certificate], _Private]:
    try:
        chain = x509.load_pem_x509_certificates(data)
    except ValueError:
        raise Malformed("no certificate in the file") from None
    source = key if key is not None else data
    if b"PRIVATE KEY-----" not in source:
        raise Malformed("no private key: name its file with --key")
    begin = source.index(b"-----BEGIN", max(0, source.index(b"PRIVATE KEY-----") - 40))
    try:
        return chain, _signing(serialization.load_pem_private_key(source[begin:], password))
    except TypeError:
        raise Malformed("the private key is encrypted: give its password with --password-file") from None
    except ValueError:
        raise Malformed("the private key cannot be read, or its password is wrong") from None


def _pfx(data: bytes, password: bytes | None) -> tuple[list[x509.Certificate], _Private]:
    try:
        private, leaf, more = pkcs12.load_key_and_certificates(data, password)
    except ValueError:
        raise Malformed("no PEM and no PFX, or the password of the PFX is wrong") from None
    if private is None or leaf is None:
        raise Malformed("the PFX holds no private key")
    return [leaf, *more], _signing(private)


def _signing(key: object) -> _Private:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise Malformed("a private key of a kind that TLS does not use")
    return key


def check(leaf: x509.Certificate, names: tuple[str, ...], now: dt.datetime) -> Installed:
    """Return what a leaf says. Raises `Malformed` for one that browsers would refuse for this hub.

    `names` are the hub's; one that is not covered is told, all of them not covered is refused.
    """
    if now > leaf.not_valid_after_utc:
        raise Malformed(f"the certificate ended on {leaf.not_valid_after_utc:%Y-%m-%d}")
    if now < leaf.not_valid_before_utc:
        raise Malformed(f"the certificate begins on {leaf.not_valid_before_utc:%Y-%m-%d}: is the clock right?")
    with contextlib.suppress(x509.ExtensionNotFound):
        uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.SERVER_AUTH not in uses and ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE not in uses:
            raise Malformed("the certificate is not for servers (extended key usage without serverAuth)")
    said = said_of(leaf, names)
    outer = [name for name in names if name not in _LOCAL]
    if outer and len(said.uncovered) == len(outer):
        raise Malformed(f"the certificate is for {', '.join(said.names) or 'no name'}, not for {', '.join(outer)}")
    return said


def said_of(leaf: x509.Certificate, names: tuple[str, ...]) -> Installed:
    """Return what a leaf says of itself, and which of `names` it does not cover."""
    held: list[str] = []
    with contextlib.suppress(x509.ExtensionNotFound):
        alternatives = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        held += [name.lower() for name in alternatives.get_values_for_type(x509.DNSName)]
        held += [str(address) for address in alternatives.get_values_for_type(x509.IPAddress)]
    uncovered = tuple(name for name in names if name not in _LOCAL and not _covers(held, name.lower()))
    subject, issuer = leaf.subject.rfc4514_string(), leaf.issuer.rfc4514_string()
    return Installed(subject, issuer, tuple(held), leaf.not_valid_after_utc, uncovered)


def _covers(held: list[str], name: str) -> bool:
    """Tell whether a name is held, by itself or by a wildcard of its first label (RFC 9525 §6.3); addresses only whole."""
    if name in held:
        return True
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
        return False
    return "*." + name.partition(".")[2] in held


def install(data: str, chain: list[x509.Certificate], key: bytes) -> None:
    """Put a checked chain and its key in place; a running server takes it up by itself. Raises `OSError`."""
    folder = os.path.join(data, FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    text = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
    # the key first: a server that looks in between finds the old chain, which does not fit, and keeps what it serves
    for name, content in ((KEY, key), (CHAIN, text)):
        path = os.path.join(folder, name)
        with open(os.open(path + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + ".part", path)


def present(data: str, names: tuple[str, ...] = ()) -> Installed | None:
    """Return the installed certificate, ended or not; None without one, or for one that cannot be read."""
    try:
        with open(os.path.join(data, FOLDER, CHAIN), "rb") as file:
            return said_of(x509.load_pem_x509_certificates(file.read())[0], names)
    except (OSError, ValueError, IndexError):
        return None
