"""The hub's own certificate authority, able to sign for this hub's names only (TRUST §5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import os
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS: Final = 3652
LEAF_DAYS: Final = 397
"""Browsers refuse longer ones."""
_ALL_V4: Final = ipaddress.ip_network("0.0.0.0/0")
_ALL_V6: Final = ipaddress.ip_network("::/0")


class Authority:
    """CA and leaf under `folder`; made, renewed and widened as needed. Files: ca.pem ca.key leaf.pem leaf.key."""

    def __init__(self, folder: str) -> None:
        """Use `folder` (0700)."""
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.folder = folder

    def path(self, name: str) -> str:
        """Return the path of one of the files."""
        return os.path.join(self.folder, name)

    def ensure(self, names: tuple[str, ...], now: dt.datetime) -> bool:
        """Have a leaf valid for all `names` (hosts and IP addresses). Returns True when the CA itself is new.

        A CA cannot be widened: its name constraints are in it. A new name makes a new one, which the halls must
        install again, so `names` should hold every address the hub may get.
        """
        made = False
        if not self._covers("ca.pem", names, now, 1.0):
            self._make_ca(names, now)
            made = True
        if made or not self._covers("leaf.pem", names, now, 2 / 3):
            self._make_leaf(names, now)
        return made

    def fingerprint(self) -> str:
        """Return the CA's SHA-256 in groups of four, to be compared by telephone."""
        der = self._load("ca.pem").public_bytes(serialization.Encoding.DER)
        text = hashlib.sha256(der).hexdigest().upper()
        return " ".join(text[i : i + 4] for i in range(0, 64, 4))

    def expires(self) -> dt.datetime:
        """Return when the leaf expires."""
        return self._load("leaf.pem").not_valid_after_utc

    def _load(self, name: str) -> x509.Certificate:
        with open(self.path(name), "rb") as file:
            return x509.load_pem_x509_certificate(file.read())

    def _covers(self, name: str, names: tuple[str, ...], now: dt.datetime, part: float) -> bool:
        try:
            cert = self._load(name)
            held = self._names(cert)
        except (OSError, ValueError, x509.ExtensionNotFound):
            return False
        begin, end = cert.not_valid_before_utc, cert.not_valid_after_utc
        return set(names) <= held and begin <= now < begin + (end - begin) * part

    def _names(self, cert: x509.Certificate) -> set[str]:
        try:
            constraints = cert.extensions.get_extension_for_class(x509.NameConstraints).value
            entries = list(constraints.permitted_subtrees or [])
        except x509.ExtensionNotFound:
            entries = list(cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
        return {str(getattr(e.value, "network_address", e.value)) for e in entries}

    def _make_ca(self, names: tuple[str, ...], now: dt.datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Diem Cau CA {now:%Y-%m-%d}")])
        builder = (
            _builder(name, name, key, now, CA_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(ca=True), critical=True)
            .add_extension(_constraints(names), critical=True)
        )
        self._write("ca", key, builder.sign(key, hashes.SHA256()))

    def _make_leaf(self, names: tuple[str, ...], now: dt.datetime) -> None:
        ca = self._load("ca.pem")
        with open(self.path("ca.key"), "rb") as file:
            ca_key = serialization.load_pem_private_key(file.read(), None)
        assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Diem Cau")])
        alternative = [
            x509.IPAddress(address) if (address := _address(name)) else x509.DNSName(name) for name in names
        ]
        builder = (
            _builder(subject, ca.subject, key, now, LEAF_DAYS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        )
        self._write("leaf", key, builder.sign(ca_key, hashes.SHA256()))

    def _write(self, name: str, key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> None:
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        for suffix, data in (("key", secret), ("pem", cert.public_bytes(serialization.Encoding.PEM))):
            path = self.path(f"{name}.{suffix}")
            fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(path + ".new", path)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _constraints(names: tuple[str, ...]) -> x509.NameConstraints:
    """Permit exactly these names. Every unused form is excluded whole: a CA constrained in one form only is
    accepted for anything in the other (measured with OpenSSL).
    """
    addresses = [a for name in names if (a := _address(name))]
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in names if not _address(name)]
    permitted += [x509.IPAddress(ipaddress.ip_network(f"{a}/{a.max_prefixlen}")) for a in addresses]
    excluded: list[x509.GeneralName] = []
    if all(_address(name) for name in names):
        excluded.append(x509.DNSName(""))
    if not any(a.version == 4 for a in addresses):
        excluded.append(x509.IPAddress(_ALL_V4))
    if not any(a.version == 6 for a in addresses):
        excluded.append(x509.IPAddress(_ALL_V6))
    return x509.NameConstraints(permitted, excluded or None)


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
