"""PAdES with the key elsewhere: a ticket is prepared, signed by its holder, finished (CEREMONY §10).

Each step takes bytes and gives bytes; between them nothing is kept but those. Every revision begins with the one before.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.attributes import CMSAlgorithmProtectionProvider
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field, enumerate_sig_fields
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import CAdESSignedAttributeProviderSpec, PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from recordings.certificates import usable, value_size, verified
from recordings.papers_asks import FinishAsk, Level, PrepareAsk, StampScanAsk
from recordings.stamps import SEAL_BOX_PT, Look, moment, stamp
from recordings.tickets import Ticket
from recordings.timestamps import APART_US, Asker, Post, StampFailed
from recordings.wording import sentence
from signaling.errors import Refused

MD: Final = "sha256"
RESERVED: Final = 24_000
"""Hex digits for the signature with its chain and one time stamp; four agencies' chains came to 14,000 at most."""
SCAN_FIELD: Final = "saoy"
"""The clerk's field on a scan."""


class Papers(msgspec.Struct, frozen=True):
    """The bytes a signature is prepared from. `reviewed`: the published revision everyone read."""

    head: bytes
    reviewed: bytes
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    image: bytes | None = None


def prepare(ask: PrepareAsk, papers: Papers) -> tuple[Ticket, bytes]:
    """Return the ticket and its PDF, all but the value in place.

    Raises `Refused`: certificate-refused, not-your-turn, stale-ticket, image-unreadable.
    """
    if not papers.head.startswith(papers.reviewed):
        raise Refused("stale-ticket")
    width, height = _turn(papers.head, ask)
    when = moment(ask.at_us, ask.utc_offset_s)
    who = " ".join(word for word in (ask.authority, ask.person or ask.office) if word)
    seal = ask.kind == "seal"
    mark = sentence("vi", "doc.sample") if ask.sample else ""
    look = Look(width, height, seal, (ask.agency, when) if seal else (who, when), papers.image, mark)
    return _prepared(ask, papers, look, (ask.slot, tuple(ask.order)))


def prepare_scan(ask: StampScanAsk, papers: Papers) -> tuple[Ticket, bytes]:
    """Return the ticket of the clerk's seal on a scan: a field of its own, top right of page 1, clear of the motto.

    Raises `Refused`: certificate-refused, stale-ticket (it bears one already), image-unreadable.
    """
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(papers.head), strict=False)
    if any(True for _ in enumerate_sig_fields(writer.prev)):
        raise Refused("stale-ticket")
    page = writer.prev.root["/Pages"]
    while "/Kids" in page:
        page = page["/Kids"][0].get_object()
    _, _, right, top = _box(page)
    width, height = SEAL_BOX_PT[0] * 0.6, SEAL_BOX_PT[1] * 0.6
    # NĐ 30/2020/NĐ-CP, annex I: the sender's seal on a scan stands in the upper right corner, above the motto
    box = (round(right - width - 8), round(top - height - 6), round(right - 8), round(top - 6))
    append_signature_field(writer, SigFieldSpec(SCAN_FIELD, on_page=0, box=box))
    form = writer.root["/AcroForm"]
    form["/SigFlags"] = NumberObject(3)  # as in every document of ours: the signer's own check wants it before it signs
    writer.update_container(form)
    out = io.BytesIO()
    writer.write(out)
    mark = sentence("vi", "doc.sample") if ask.sample else ""
    look = Look(width, height, True, (ask.agency, moment(ask.at_us, ask.utc_offset_s)), papers.image, mark)
    return _prepared(ask, msgspec.structs.replace(papers, head=out.getvalue()), look, (SCAN_FIELD, (SCAN_FIELD,)))


def _box(page: Any) -> tuple[float, float, float, float]:
    while "/MediaBox" not in page:
        page = page["/Parent"]
    left, bottom, right, top = (float(side) for side in page["/CropBox" if "/CropBox" in page else "/MediaBox"])
    return left, bottom, right, top


def _turn(head: bytes, ask: PrepareAsk) -> tuple[float, float]:
    """Return the size of the field whose turn it is. Raises `Refused`."""
    reader: Any = PdfFileReader(io.BytesIO(head), strict=False)
    fields = {name: (value, ref.get_object()) for name, value, ref in enumerate_sig_fields(reader)}
    if tuple(fields) != tuple(ask.order) or ask.slot not in fields:
        raise Refused("stale-ticket")
    turn = next((name for name, (value, _) in fields.items() if value is None), None)
    if turn != ask.slot:
        raise Refused("not-your-turn")
    left, bottom, right, top = (float(side) for side in fields[ask.slot][1]["/Rect"])
    return right - left, top - bottom


def _prepared(
    ask: PrepareAsk | StampScanAsk, papers: Papers, look: Look, field: tuple[str, tuple[str, ...]]
) -> tuple[Ticket, bytes]:
    certificate = usable(papers.certificate, ask.at_us)
    external = _external(papers.certificate, papers.chain, value_size(certificate))
    digest, pdf, attrs = asyncio.run(_digested(ask, papers.head, (look, field[0]), external))
    ticket = Ticket(
        id=ask.ticket, session=ask.session, document=ask.document, version=ask.version, slot=field[0], field=field[0],
        title=ask.title[:200], base_sha256=_sha(papers.head), base_len=len(papers.head),
        reviewed_sha256=_sha(papers.reviewed or papers.head), doc_digest=digest.document_digest.hex(),
        region=(digest.reserved_region_start, digest.reserved_region_end), attrs=attrs, cert=papers.certificate,
        chain=papers.chain, pdf_sha256=_sha(pdf), issued_at=ask.at_us, order=field[1],
    )  # fmt: skip
    return ticket, pdf


async def _digested(
    ask: PrepareAsk | StampScanAsk, head: bytes, drawn: tuple[Look, str], external: Any
) -> tuple[Any, bytes, bytes]:
    """Return the digest, the PDF with its gap and the DER of the attributes to sign."""
    look, field = drawn
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm=MD, subfilter=SigSeedSubFilter.PADES, reason=ask.reason or None,
        location=ask.location or None,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "stamp.pdf")
        with open(path, "xb") as file:
            file.write(stamp(look))
        style = StaticStampStyle.from_pdf_file(path, border_width=0, background_opacity=1)
        writer = IncrementalPdfFileWriter(io.BytesIO(head), strict=False)
        digest, _, out = await signers.PdfSigner(meta, signer=external, stamp_style=style).async_digest_doc_for_signing(
            writer, existing_fields_only=True, bytes_reserved=RESERVED
        )
    external.signed_attr_prov_spec = _Attributes(external)
    attrs = await external.signed_attrs(digest.document_digest, MD, use_pades=True)
    out.seek(0)
    return digest, out.read(), attrs.dump()


class _Attributes(CAdESSignedAttributeProviderSpec):
    """The attributes of PAdES, and the algorithms under the same signature (RFC 6211): the library leaves them out."""

    def __init__(self, external: Any) -> None:
        """Take them from a signer."""
        super().__init__(PdfCMSSignedAttributes(), external.signing_cert, is_pades=True, timestamper=None)
        self._mechanism = external.get_signature_mechanism_for_digest(MD)

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Any:
        """Yield what each attribute is made by."""
        yield from super().signed_attr_providers(data_digest, digest_algorithm)
        yield CMSAlgorithmProtectionProvider(digest_algorithm, self._mechanism)


def _external(certificate: bytes, chain: Sequence[bytes], value: int | bytes) -> Any:
    store = SimpleCertificateStore.from_certs([asn1.Certificate.load(one) for one in chain])
    return signers.ExternalSigner(
        signing_cert=asn1.Certificate.load(certificate), cert_registry=store, signature_value=value, embed_roots=False
    )


def finish(ask: FinishAsk, prepared: bytes, value: bytes, post: Post | None) -> tuple[bytes, Level, str | None]:
    """Return the signed PDF, its level, and why it bears no time stamp though one was wanted (a code of `StampFailed`).

    Raises `Refused`: stale-ticket for other bytes than the ticket's, bad-signature for a value that does not verify.
    A stamp whose clock is far from ours is kept and told as `clock-differs`.
    """
    ticket = ask.ticket
    if _sha(prepared) != ticket.pdf_sha256:
        raise Refused("stale-ticket")
    try:
        certificate = x509.load_der_x509_certificate(ticket.cert)
    except ValueError:
        raise Refused("stale-ticket") from None
    if not verified(certificate, value, ticket.attrs):
        raise Refused("bad-signature")
    external, fault = _external(ticket.cert, ticket.chain, value), None
    try:
        signed = asyncio.run(_signed(external, ticket, post))
    except StampFailed as error:
        fault = error.why
        signed = asyncio.run(_signed(external, ticket, None))
    pdf = filled_in(ticket, prepared, signed.dump())
    if post is None or fault is not None:
        return pdf, "B-B", fault
    return pdf, "B-T", _clock(signed, ticket.issued_at)


async def _signed(external: Any, ticket: Ticket, post: Post | None) -> Any:
    return await external.async_sign_prescribed_attributes(
        MD, signed_attrs=cms.CMSAttributes.load(ticket.attrs), timestamper=None if post is None else Asker(post)
    )


def filled_in(ticket: Ticket, prepared: bytes, signature: bytes) -> bytes:
    """Return the PDF with a signature (DER) in its gap."""
    out = io.BytesIO(prepared)
    PreparedByteRangeDigest(bytes.fromhex(ticket.doc_digest), *ticket.region).fill_with_cms(out, signature)
    return out.getvalue()


def _clock(signed: Any, issued_at: int) -> str | None:
    """Tell whether authority and hub disagree about the time by more than a ticket lives and `APART_US`."""
    for attribute in signed["content"]["signer_infos"][0]["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            info = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            at_us = round(info["gen_time"].native.timestamp() * 1_000_000)
            if not -APART_US <= at_us - issued_at <= 15 * 60 * 1_000_000 + APART_US:
                return "clock-differs"
    return None


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
