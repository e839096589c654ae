"""What a signer checks before a key is used: everything, for the hub may lie (CEREMONY §10 a–g).

`check` gives the bytes to sign, or refuses with `ticket-refused` and the letter of the point. It needs the ticket, its
PDF, the revision the signer has read, and the signer's own certificate; it asks nobody.

a the PDF begins with what was read            b the gap is the value of my field and holds nothing
c the hash outside the gap is the one signed   d the attributes are exactly four, and name my certificate
e since what was read only signatures came     f all fields are as read, mine alone is newly filled, in its turn
g the pages shown are of this PDF              (`pages`)
"""

from __future__ import annotations

import hashlib
import io
from typing import Any, Final, NoReturn

import msgspec
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
from pyhanko.sign.diff_analysis.policy_api import DiffResult
from pyhanko.sign.fields import MDPPerm

from recordings.certificates import readable
from recordings.pdf import page_count, page_image
from recordings.ticket_fields import filled_one
from recordings.tickets import LONGEST, Ticket
from signaling.errors import Malformed, Refused

MOST_PDF: Final = 60_000_000
_ATTRIBUTES: Final = {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
_ALGORITHMS: Final = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}


def read(text: bytes | str) -> Ticket:
    """Return a ticket from its JSON. Raises `Malformed`, whatever the text is."""
    if len(text) > LONGEST:
        raise Malformed("a ticket is shorter")
    try:
        found = msgspec.json.decode(text, type=Ticket)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Malformed(f"not a ticket: {error}") from None
    start, end = found.region
    if not 0 < start < end or found.base_len > start:
        raise Malformed("the gap of a ticket makes no sense")
    return found


def check(ticket: Ticket, pdf: bytes, reviewed: bytes, certificate: bytes) -> bytes:
    """Return the bytes to sign. Raises `Refused("ticket-refused", point=…)`, nothing else, whatever is handed in."""
    try:
        _as_read(ticket, pdf, reviewed)
        _covered(ticket, pdf)
        _attributes(ticket, certificate)
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        before = PdfFileReader(io.BytesIO(reviewed), strict=True)
        _only_signatures(reader, before)
        if PdfFileReader(io.BytesIO(pdf[: ticket.base_len])).xrefs.total_revisions != reader.xrefs.total_revisions - 1:
            _no("a")
        filled_one(ticket, reader, before)
        _value_is_the_gap(ticket, pdf)
        page_image(pdf, 1, 64)  # point g: the library that draws sees a document there
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - foreign bytes: whatever goes wrong, nothing is signed
        _no("e")
    return ticket.attrs


def pages_of(pdf: bytes) -> int:
    """Return how many pages a ticket's PDF has, by the library that draws them. Raises `Refused`."""
    return page_count(pdf)


def pages(pdf: bytes, width_px: int) -> list[bytes]:
    """Return every page of a ticket's PDF as PNG: what the signer is shown. Raises `Refused`."""
    return [page_image(pdf, number, width_px)[1] for number in range(1, page_count(pdf) + 1)]


def _no(point: str) -> NoReturn:
    raise Refused("ticket-refused", point=point)


def _as_read(ticket: Ticket, pdf: bytes, reviewed: bytes) -> None:
    """Point a: the PDF is the ticket's, and begins with what was read."""
    if len(pdf) > MOST_PDF or hashlib.sha256(pdf).hexdigest() != ticket.pdf_sha256:
        _no("a")
    if not reviewed or hashlib.sha256(reviewed).hexdigest() != ticket.reviewed_sha256:
        _no("a")
    if not pdf.startswith(reviewed) or not len(reviewed) <= ticket.base_len < len(pdf):
        _no("a")
    base = pdf[: ticket.base_len]
    if hashlib.sha256(base).hexdigest() != ticket.base_sha256 or not base.rstrip(b"\r\n").endswith(b"%%EOF"):
        _no("a")


def _covered(ticket: Ticket, pdf: bytes) -> None:
    """Points b and c: an empty gap in the newest revision, and the hash of everything else."""
    start, end = ticket.region
    gap = pdf[start:end]
    if start < ticket.base_len or len(gap) != end - start or not (gap.startswith(b"<") and gap.endswith(b">")):
        _no("b")
    if gap[1:-1].strip(b"0"):
        _no("b")
    digest = hashlib.sha256(pdf[:start])
    digest.update(pdf[end:])
    if digest.hexdigest() != ticket.doc_digest:
        _no("c")


def _value_is_the_gap(ticket: Ticket, pdf: bytes) -> None:
    """Point b again, from the other side: what stands in the gap is what a reader takes for the signature."""
    start, end = ticket.region
    marked = pdf[: start + 1] + b"4b" * ((end - start - 2) // 2) + pdf[end - 1 - (end - start) % 2 :]
    reader = PdfFileReader(io.BytesIO(marked), strict=True)
    field = next(one for one in reader.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == ticket.field)
    value = field.get_object()["/V"].raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW)
    if value.original_bytes != b"K" * ((end - start - 2) // 2):
        _no("b")


def _attributes(ticket: Ticket, certificate: bytes) -> None:
    """Point d, and that the hash they carry is the one of point c."""
    if ticket.cert != certificate:
        _no("d")
    kind = _key_kind(certificate)
    try:
        found = cms.CMSAttributes.load(ticket.attrs, strict=True)
        kinds = [one["type"].native for one in found]
        values = {one["type"].native: one["values"] for one in found}
        if len(kinds) != len(_ATTRIBUTES) or set(kinds) != _ATTRIBUTES or any(len(one) != 1 for one in values.values()):
            _no("d")
        _each(values, kind, certificate)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - a parser of foreign bytes may raise anything
        _no("d")
    if values["message_digest"][0].native != bytes.fromhex(ticket.doc_digest):
        _no("c")
    # the same facts spelled otherwise would not verify: signers hash what they were sent
    if cms.CMSAttributes(list(found)).dump() != ticket.attrs:
        _no("d")


def _each(values: dict[str, Any], kind: str, certificate: bytes) -> None:
    if values["content_type"][0].native != "data":
        _no("d")
    named = values["signing_certificate_v2"][0]["certs"]
    # RFC 5035: without a name the hash is SHA-256
    if len(named) != 1 or named[0]["hash_algorithm"]["algorithm"].native != "sha256":
        _no("d")
    if named[0]["cert_hash"].native != hashlib.sha256(certificate).digest():
        _no("d")
    protected = values["cms_algorithm_protection"][0]
    if protected["digest_algorithm"]["algorithm"].native != "sha256":
        _no("d")
    if protected["signature_algorithm"]["algorithm"].native not in {_ALGORITHMS[kind], "rsassa_pkcs1v15" if kind == "rsa" else ""}:
        _no("d")


def _key_kind(certificate: bytes) -> str:
    try:
        key = readable(certificate).public_key()
    except Refused:
        _no("d")
    return "rsa" if "RSA" in type(key).__name__ else "ec"


def _only_signatures(reader: Any, before: Any) -> None:
    """Point e: page after page as read; whatever the revisions since then did was filling in fields."""
    read_last = before.xrefs.total_revisions
    if reader.xrefs.hybrid_xrefs_present or reader.xrefs.total_revisions <= read_last or reader.encrypted:
        _no("e")
    found = DEFAULT_DIFF_POLICY.review_file(reader, read_last - 1, doc_mdp=MDPPerm.FILL_FORMS)
    if not isinstance(found, DiffResult) or found.modification_level > ModificationLevel.FORM_FILLING:
        _no("e")
    if not isinstance(reader.root, generic.DictionaryObject):
        _no("e")

