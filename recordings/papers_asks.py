"""What is asked of the work on papers, and what is answered. Values only: both sides of the worker's pipe import them.

Every job is asked with one of these structs as JSON and some byte strings (`server/paper_jobs.py: pack`), whose order
stands with the struct. Answers come alike. Boxes are PDF points (1/72 inch) from the lower left corner of a page:
left, bottom, right, top. Pages count from 1. Times are UTC microseconds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from recordings.tickets import Ticket

Box = tuple[float, float, float, float]
Mode = Literal["wet_ink", "digital"]
Kind = Literal["leader", "seal", "secretary", "chair"]
Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
Verdict = Literal["valid", "unknown", "invalid"]
"""`unknown` is never shown green."""


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something asked of a job."""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag=True):
    """The first part of an answer; `type` is its name."""


class CheckAsk(Ask, frozen=True):
    """`paper.check`, data [file]: may these bytes become a document? `name`: what it came by, for its ending only.

    Refused: document-unreadable, -encrypted, -scripted, -xfa, -already-signed, -too-large, -too-many-pages,
    docx-needs-libreoffice. `scan`: it is a scan of signed paper (30 MB instead of 50).
    """

    name: str = ""
    scan: bool = False


class Checked(Told, frozen=True):
    """Answer of `paper.check`, data [pdf]. `converted`: it came as DOCX and these bytes are the PDF made of it."""

    pages: int
    sizes_pt: tuple[tuple[float, float], ...]
    version: str
    converted: bool = False
    kind: Literal["pdf"] = "pdf"


class PageAsk(Ask, frozen=True):
    """`paper.page`, data [pdf]: one page as a picture of this width. Refused: no-page, document-unreadable."""

    page: int
    width_px: int


class PageImage(Told, frozen=True):
    """Answer of `paper.page`, data [png]."""

    width: int
    height: int


class FieldSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A signature field. Without page and box a place is found: a destination of the slot's name, else free paper."""

    slot: str
    party: str
    kind: Kind
    page: int | None = None
    box: Box | None = None


class PublishAsk(Ask, frozen=True):
    """`paper.publish`, data [pdf]: the revision everybody reads. Ink: the same bytes, no fields.

    Refused: slot-names-clash, slots-missing, slots-no-room, and those of `paper.check`.
    """

    mode: Mode
    slots: tuple[FieldSpec, ...] = ()


class Published(Told, frozen=True):
    """Answer of `paper.publish`, data [pdf]. `fields`: where the slots are, none for ink."""

    sha256: str
    fields: tuple[FieldSpec, ...] = ()


class PrepareAsk(Ask, frozen=True):
    """`paper.prepare`, data [head pdf, reviewed pdf, certificate DER, `chain` × DER, png if `image`].

    `order`: all slots in their order. `sample`: marked as having no legal value. Refused: certificate-refused,
    not-your-turn, stale-ticket, image-unreadable.
    """

    ticket: str
    session: str
    document: str
    version: int
    slot: str
    order: tuple[str, ...]
    kind: Kind
    at_us: int
    utc_offset_s: int
    title: str = ""
    person: str = ""
    office: str = ""
    agency: str = ""
    authority: str = ""
    reason: str = ""
    location: str = ""
    chain: int = 0
    image: bool = False
    sample: bool = False


class Prepared(Told, frozen=True):
    """Answer of `paper.prepare` and of `paper.stamp_scan`, data [prepared pdf, attributes to sign]."""

    ticket: Ticket


class TsaSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A time stamping authority (RFC 3161). `hosts`: what may be reached, nothing else is."""

    url: str
    hosts: tuple[str, ...]
    longest_s: float = 10.0


class FinishAsk(Ask, frozen=True):
    """`paper.finish`, data [prepared pdf, signature value]: PKCS#1 for RSA, DER of (r, s) for ECDSA.

    Certificate and chain are those of the ticket. Refused: bad-signature, stale-ticket.
    """

    ticket: Ticket
    tsa: TsaSetting | None = None


class Finished(Told, frozen=True):
    """Answer of `paper.finish`, data [pdf]. `tsa_fault`: why there is no time stamp though one was wanted (code)."""

    sha256: str
    level: Level
    tsa_fault: str | None = None


class ExtendAsk(Ask, frozen=True):
    """`paper.extend`, data [pdf, `roots` × DER, `others` × DER, `crls` × DER, `ocsps` × DER]: proof for later years.

    `hosts`: where revocation data may be fetched; none: only what is handed in. Refused: no-revocation-data,
    certificate-refused, tsa-failed.
    """

    tsa: TsaSetting | None
    roots: int
    others: int = 0
    crls: int = 0
    ocsps: int = 0
    hosts: tuple[str, ...] = ()


class Extended(Told, frozen=True):
    """Answer of `paper.extend`, data [pdf]. Without a TSA the level is B-LT."""

    sha256: str
    level: Level
    tsa_fault: str | None = None


class StampScanAsk(Ask, frozen=True):
    """`paper.stamp_scan`, data as `paper.prepare` without the reviewed pdf: the clerk's seal on a scan.

    A field of its own, top right of page 1, outside every slot; finished by `paper.finish`.
    """

    ticket: str
    session: str
    document: str
    version: int
    at_us: int
    utc_offset_s: int
    agency: str = ""
    title: str = ""
    reason: str = ""
    location: str = ""
    chain: int = 0
    image: bool = False
    sample: bool = False


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One sentence: `doc.proof.<code>` of the catalogues, with its values."""

    code: str
    detail: dict[str, str] = {}


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question answered, and why; `open`: what is not proven."""

    verdict: Verdict
    says: tuple[Said, ...] = ()
    open: tuple[Said, ...] = ()


class SignatureFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One signature in a PDF. `claimed_at`: the signer's clock; `stamped_at`: an authority's."""

    slot: str
    verdict: Verdict
    level: Level | None = None
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    claimed_at: int | None = None
    stamped_at: int | None = None
    says: tuple[Said, ...] = ()


class ValidateAsk(Ask, frozen=True):
    """`paper.validate`, data [pdf, `roots` × DER, `others` × DER].

    `slots`: the plan, in order; `lineage`: SHA-256 of each revision that stood, oldest first, published one included;
    `landed`: slots that hold a signature by the log, None when unknown; `at_us`: now.
    """

    slots: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    landed: tuple[str, ...] | None = None
    roots: int = 0
    others: int = 0
    at_us: int | None = None


class Report(Told, frozen=True):
    """Answer of `paper.validate`. The five questions apart; `verdict` is the worst of them."""

    verdict: Verdict
    sha256: str
    pages: int
    signatures: tuple[SignatureFound, ...]
    integrity: Finding
    signer: Finding
    trust: Finding
    time: Finding
    completeness: Finding


class MinutesAsk(Ask, frozen=True):
    """`minutes.facts`, `minutes.pdf`, `minutes.docx`, data [log.jsonl up to some line, manifest.json or empty].

    Everything else is in the log: texts of the secretary are `proceedings.written`. `incidents`: the lines (`seq`) the
    secretary chose; None: all. `party`: headed by the Party instead of the State. `above`, `agency`: who it is of. `replay`:
    address of the record's replay, to which each line then leads. `slots`: who signs, at most one of each kind.
    """

    lang: Literal["vi", "en"] = "vi"
    number: str = ""
    place: str = ""
    agency: str = ""
    above: str = ""
    chair: str = ""
    secretary: str = ""
    incidents: tuple[int, ...] | None = None
    recipients: tuple[str, ...] = ()
    notes: str = ""
    party: bool = False
    sample: bool = False
    replay: str = ""
    slots: tuple[FieldSpec, ...] = (
        FieldSpec("thu-ky", "", "secretary"), FieldSpec("chu-toa", "", "chair"), FieldSpec("dau-co-quan", "", "seal"),
    )  # fmt: skip


class MinutesMade(Told, frozen=True):
    """Answer of `minutes.pdf` [pdf] and `minutes.docx` [docx]; of `minutes.facts` [facts as JSON], pages 0.

    `fields`: where secretary, chair and seal sign, for `paper.publish`. `head`: (seq, hash) of the last line used.
    """

    sha256: str
    pages: int
    head: tuple[int, str]
    fields: tuple[FieldSpec, ...] = ()


class TokenAsk(Ask, frozen=True):
    """`seal.token`, data [bytes to stamp]: an RFC 3161 token over their SHA-256. Refused: tsa-failed."""

    tsa: TsaSetting


class Token(Told, frozen=True):
    """Answer of `seal.token`, data [token DER]."""

    at_us: int
    authority: str


class No(Told, frozen=True):
    """The first part of an answer that is none: understood, refused."""

    code: str
    detail: dict[str, str] = {}
