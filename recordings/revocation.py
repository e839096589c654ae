"""What to ask about certificates: where their revocation lists are, whom to ask about one of them. Pure but for parsing.

Addresses stand in certificates, foreign text: whoever fetches decides by a list of hosts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from recordings.validate_one import certificates_in
from signaling.errors import Refused


class Wanted(msgspec.Struct, frozen=True):
    """One thing to fetch: a list by GET, or an answer about one certificate by POST of `body`."""

    kind: Literal["crl", "ocsp"]
    url: str
    body: bytes = b""


def wanted(pdf: bytes, known: Iterable[bytes] = ()) -> list[Wanted]:
    """Return what is needed to prove the signatures of a document. `known`: further certificates, roots too.

    Raises `Refused("document-unreadable")`.
    """
    certificates: dict[bytes, x509.Certificate] = {}
    try:
        for der in [*certificates_in(io.BytesIO(pdf)), *known]:
            certificates[der] = x509.load_der_x509_certificate(der)
    except Exception:  # noqa: BLE001 - parsers of foreign bytes
        raise Refused("document-unreadable") from None
    by_name = {one.subject: one for one in certificates.values()}
    found: dict[Wanted, None] = {}
    for one in certificates.values():
        issuer = by_name.get(one.issuer)
        if one.issuer != one.subject:
            found |= dict.fromkeys(_lists(one))
            found |= dict.fromkeys(_answers(one, issuer) if issuer is not None else [])
    return list(found)


def _lists(certificate: x509.Certificate) -> list[Wanted]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = [name for point in points for name in point.full_name or []]
    return [Wanted("crl", name.value) for name in names if isinstance(name, x509.UniformResourceIdentifier)]


def _answers(certificate: x509.Certificate, issuer: x509.Certificate) -> list[Wanted]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    # SHA-1 names the certificate, it protects nothing: many responders know no other (RFC 6960 §4.3)
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    body = request.public_bytes(serialization.Encoding.DER)
    places = [one.access_location for one in found if one.access_method == Access.OCSP]
    return [Wanted("ocsp", place.value, body) for place in places if isinstance(place, x509.UniformResourceIdentifier)]
