"""A hub that lies: tickets for something else than what was read, consistent in all the ways a hub can make them."""

import asyncio
import hashlib
import io

import msgspec
from asn1crypto import cms
from kit import papers
from kit.pki import pki
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from recordings import pades
from recordings.certificates import usable, value_size


def revised(pdf, change):
    """Return a PDF with one more revision, made by `change(writer)`."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def forged(slot, change=lambda writer: None, head=None, who=None, **meta):
    """Return (ticket, PDF) whose signing revision also holds what `change(writer)` does; every hash is right."""
    head = head or papers.published()
    honest, _ = papers.ticket("btg-lanhdao", who=who or papers.WHO[slot])
    external = pades._external(honest.cert, honest.chain, value_size(usable(honest.cert, papers.now_us())))
    writer = IncrementalPdfFileWriter(io.BytesIO(head))
    change(writer)
    given = {"field_name": slot, "md_algorithm": "sha256", "subfilter": SigSeedSubFilter.PADES} | meta
    signer = signers.PdfSigner(signers.PdfSignatureMetadata(**given), signer=external)

    async def made():
        digest, _, out = await signer.async_digest_doc_for_signing(
            writer, existing_fields_only=True, bytes_reserved=pades.RESERVED
        )
        external.signed_attr_prov_spec = pades._Attributes(external)
        attrs = await external.signed_attrs(digest.document_digest, "sha256", use_pades=True)
        return digest, out.getvalue() if hasattr(out, "getvalue") else bytes(out), attrs.dump()

    digest, pdf, attrs = asyncio.run(made())
    region = digest.reserved_region_start, digest.reserved_region_end
    return msgspec.structs.replace(
        honest, doc_digest=digest.document_digest.hex(), region=region, slot=slot, field=slot, attrs=attrs, pdf_sha256=sha(pdf),
        base_len=len(head), base_sha256=sha(head),
    ), pdf  # fmt: skip


def rehashed(ticket, pdf):
    """Return a ticket whose hashes fit a changed PDF: those the hub can make by itself."""
    start, end = ticket.region
    digest = hashlib.sha256(pdf[:start] + pdf[end:])
    attrs = attributes(ticket.attrs, message_digest=[digest.digest()])
    return msgspec.structs.replace(ticket, pdf_sha256=sha(pdf), doc_digest=digest.hexdigest(), attrs=attrs)


def attributes(der, *, without=(), twice=(), more=(), **values):
    """Return signed attributes changed: the order of DER is kept."""
    kept = []
    for one in cms.CMSAttributes.load(der):
        kind = one["type"].native
        if kind in without:
            continue
        new = values.get(kind)
        kept += [cms.CMSAttribute({"type": kind, "values": new}) if new is not None else one] * (1 + (kind in twice))
    return cms.CMSAttributes([*kept, *more]).dump()


def sha(data):
    return hashlib.sha256(data).hexdigest()


def cert(who):
    return pki().cert(who)


def page(writer):
    found = writer.root["/Pages"]["/Kids"][0].get_object()
    writer.update_container(found)
    return found


def rewrite(writer):
    """Another sum on the page."""
    found = page(writer)
    stream = generic.StreamObject(stream_data=b"BT /F 20 Tf 60 700 Td (Thoa thuan khac) Tj ET")
    found["/Contents"] = writer.add_object(stream)
