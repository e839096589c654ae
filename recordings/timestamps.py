"""Time stamps (RFC 3161): asked for through a function that sends bytes, and believed only after they were checked.

An authority may be down, slow, or lie: a token counts when it is over exactly these bytes, answers this request, and its
signature verifies with a certificate that may stamp and was valid then. Whether that certificate is trusted is a
question for `validate`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
    validate_tst_signed_data,
)
from pyhanko_certvalidator import ValidationContext

Post = Callable[[bytes], bytes]
"""Sends a request (DER) and returns the answer (DER). Raises `OSError` or `TimeoutError`."""
APART_US: Final = 5 * 60 * 1_000_000
"""How far an authority's clock and ours may differ before somebody is told."""


class Stamped(msgspec.Struct, frozen=True):
    """A token that was checked: when (UTC µs), and who says so."""

    at_us: int
    authority: str
    certificate: bytes


class StampFailed(Exception):  # noqa: N818 - a name of the house
    """No token that counts. `why`: tsa-unreachable, tsa-slow, tsa-refused or tsa-lies."""

    def __init__(self, why: str) -> None:
        """Keep the code."""
        super().__init__(why)
        self.why = why


class Asker(TimeStamper):
    """The way the PDF library asks for a stamp. Raises `StampFailed`."""

    def __init__(self, post: Post) -> None:
        """Send requests through `post`."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._post = post

    async def async_request_tsa_response(self, req: Any) -> Any:
        """Return the authority's answer."""
        try:
            # a thread: the library waits for several at once
            answer = await asyncio.to_thread(self._post, req.dump())
            return tsp.TimeStampResp.load(answer, strict=True)
        except TimeoutError:
            raise StampFailed("tsa-slow") from None
        except OSError:
            raise StampFailed("tsa-unreachable") from None
        except (ValueError, TypeError):
            raise StampFailed("tsa-lies") from None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """Return a token over a digest, checked."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
        except StampFailed:
            raise
        except OSError:  # the library's word for an answer that is no grant
            raise StampFailed("tsa-refused") from None
        except Exception:  # noqa: BLE001 - a parser of foreign bytes may raise anything
            raise StampFailed("tsa-lies") from None
        _checked(token, lambda algorithm: message_digest if algorithm == md_algorithm else b"")
        return token


def token(data: bytes, post: Post) -> tuple[bytes, Stamped]:
    """Return a token over the SHA-256 of some bytes, and what it says. Raises `StampFailed`."""
    found = asyncio.run(Asker(post).async_timestamp(hashlib.sha256(data).digest(), "sha256"))
    der: bytes = found.dump()
    return der, read_token(der, data)


def read_token(der: bytes, data: bytes) -> Stamped:
    """Return what a token over some bytes says, after checking it. Raises `StampFailed` for anything else."""
    try:
        found = cms.ContentInfo.load(der, strict=True)
    except (ValueError, TypeError):
        raise StampFailed("tsa-lies") from None
    return _checked(found, lambda algorithm: hashlib.new(algorithm, data).digest())


def token_trusted(der: bytes, data: bytes, roots: Sequence[bytes]) -> bool:
    """Tell whether a token's certificate leads to one of these roots, at the moment the token names. Never raises."""
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        at = signed["encap_content_info"]["content"].parsed["gen_time"].native
        context = ValidationContext(
            trust_roots=[asn1.Certificate.load(one) for one in roots], moment=at, allow_fetching=False, crls=[], ocsps=[]
        )
        told = asyncio.run(validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, data).digest()))
    except Exception:  # noqa: BLE001 - as above
        return False
    return bool(told["intact"] and told["valid"] and told["trust_problem_indic"] is None)


def _checked(found: Any, imprint: Callable[[str], bytes]) -> Stamped:
    try:
        signed = found["content"]
        certificate = extract_certs_for_validation(signed).signer_cert
        at = _consistent(signed, certificate, imprint)
        x509.load_der_x509_certificate(certificate.dump())
        purposes = certificate.extended_key_usage_value
        may = purposes is not None and purposes.native == ["time_stamping"]
        good = may and at is not None and certificate.not_valid_before <= at <= certificate.not_valid_after
        name = str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
        made = Stamped(round(at.timestamp() * 1_000_000) if at else 0, name[:200], certificate.dump())
    except Exception:  # noqa: BLE001 - as above
        raise StampFailed("tsa-lies") from None
    if not good:
        raise StampFailed("tsa-lies")
    return made


def _consistent(signed: Any, certificate: Any, imprint: Callable[[str], bytes]) -> Any:
    """Return the moment a token names if it is whole, signed by the certificate and over the bytes asked for, else None."""
    info = extract_signer_info(signed)
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info":
        return None
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, bytes(content["content"])).digest()
    intact, valid = validate_sig_integrity(info, certificate, "tst_info", digest)
    said = content["content"].parsed
    over = said["message_imprint"]
    same = over["hashed_message"].native == imprint(over["hash_algorithm"]["algorithm"].native)
    return said["gen_time"].native if intact and valid and same else None
