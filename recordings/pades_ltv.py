"""Proof for later years: revocation data of every certificate, then a time stamp over the whole (B-LT, B-LTA).

Nothing is fetched here: what is needed is named by `revocation.wanted`, fetched by the server from listed hosts, handed in.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
from typing import Any

import msgspec
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko_certvalidator import ValidationContext

from recordings.papers_asks import Level
from recordings.timestamps import Asker, Post, StampFailed
from signaling.errors import Refused


class Trust(msgspec.Struct, frozen=True):
    """What is trusted and known, DER each. Roots are the caller's choice; nothing of the operating system's counts.

    Lists and answers that cannot be read count for nothing: whoever was asked may send anything, and the next one is good.
    """

    roots: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def context(self, mode: str, **more: Any) -> Any:
        """Return the library's context for it; `mode`: require or soft-fail. Raises `Refused("certificate-refused")`."""
        try:
            return ValidationContext(
                trust_roots=[asn1.Certificate.load(one) for one in self.roots],
                other_certs=[asn1.Certificate.load(one) for one in self.others],
                crls=_read(asn1_crl.CertificateList, self.crls),
                ocsps=[one for one in _read(asn1_ocsp.OCSPResponse, self.ocsps) if one["response_status"].native == "successful"],
                allow_fetching=False, revocation_mode=mode, **more,
            )  # fmt: skip
        except (ValueError, TypeError):
            raise Refused("certificate-refused", why="unreadable") from None

    def fresh(self, at: dt.datetime) -> Trust:
        """Return the same without lists and answers that were to be replaced before a moment."""
        crls = tuple(one.dump() for one in _read(asn1_crl.CertificateList, self.crls) if not _old(one["tbs_cert_list"], at))
        ocsps = tuple(one.dump() for one in _read(asn1_ocsp.OCSPResponse, self.ocsps) if not _old_answer(one, at))
        return msgspec.structs.replace(self, crls=crls, ocsps=ocsps)


def _old(said: Any, at: dt.datetime) -> bool:
    until = said["next_update"].native
    return until is None or until < at


def _old_answer(answer: Any, at: dt.datetime) -> bool:
    parsed = answer.basic_ocsp_response if answer["response_status"].native == "successful" else None
    return parsed is None or any(_old(one, at) for one in parsed["tbs_response_data"]["responses"])


def _read(kind: Any, all_: tuple[bytes, ...]) -> list[Any]:
    found = []
    for der in all_:
        # the library reads lazily: what is deep inside shows its faults only when asked for
        with contextlib.suppress(ValueError, TypeError):
            one = kind.load(der, strict=True)
            # all of an answer, but not the hundred thousand entries of a list
            _ = one["tbs_cert_list"]["issuer"].native if kind is asn1_crl.CertificateList else one.native
            found.append(one)
    return found


def extend(pdf: bytes, trust: Trust, post: Post | None) -> tuple[bytes, Level, str | None]:
    """Return the document with proof of every signature, its level, and why no time stamp covers it, if one was wanted.

    Raises `Refused`: no-revocation-data when a path or its revocation data is missing, document-unreadable.
    """
    try:
        found = asyncio.run(_proven(pdf, trust))
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - the library has no one type for "not to be validated"
        raise Refused("no-revocation-data") from None
    if post is None:
        return found, "B-LT", None
    try:
        return asyncio.run(_stamped(found, trust, post)), "B-LTA", None
    except StampFailed as error:
        return found, "B-LT", error.why
    except Exception:  # noqa: BLE001 - as above: the authority's own path is not known
        return found, "B-LT", "tsa-untrusted"


async def _proven(pdf: bytes, trust: Trust) -> bytes:
    found = pdf
    count = len(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures)
    if count == 0:
        raise Refused("document-unreadable")
    for number in range(count):
        signature = PdfFileReader(io.BytesIO(found)).embedded_regular_signatures[number]
        out = io.BytesIO()
        await async_add_validation_info(
            signature, trust.context("require"), output=out, skip_timestamp=False, embed_roots=False
        )
        found = out.getvalue()
    return found


async def _stamped(pdf: bytes, trust: Trust, post: Post) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = await signers.PdfTimeStamper(Asker(post)).async_timestamp_pdf(
        writer, "sha256", validation_context=trust.context("require"), output=io.BytesIO(), embed_roots=False
    )
    made: bytes = out.getvalue()
    return made
