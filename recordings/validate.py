"""A signed PDF, judged as a whole: five questions answered apart (CEREMONY §10, §11).

Every signature, the fields against the plan, and the chain of revisions. Total: whatever the bytes are, there is a report,
and any exception in it is "not valid".
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
import re
from collections.abc import Sequence
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.diff_analysis.policy_api import DiffResult
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_timestamp

from recordings.pades_ltv import Trust
from recordings.papers_asks import Finding, Report, Said, ValidateAsk, Verdict
from recordings.validate_one import Judged, Part, judge, with_stored

_END: Final = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
_ORDER: Final[tuple[Verdict, ...]] = ("invalid", "unknown", "valid")


def validate(ask: ValidateAsk, pdf: bytes, trust: Trust) -> Report:
    """Return what a document is worth. Never raises."""
    sha = hashlib.sha256(pdf).hexdigest()
    try:
        at = dt.datetime.now(dt.UTC) if ask.at_us is None else dt.datetime.fromtimestamp(ask.at_us / 1_000_000, dt.UTC)
        return asyncio.run(_validated(ask, pdf, trust, at))
    except Exception:  # noqa: BLE001 - any exception is "not valid": CEREMONY §10
        bad = Finding("invalid", (Said("unreadable"),))
        return Report("invalid", sha, 0, (), bad, bad, bad, bad, bad)


async def _validated(ask: ValidateAsk, pdf: bytes, trust: Trust, at: dt.datetime) -> Report:
    reader: Any = PdfFileReader(io.BytesIO(pdf), strict=True)
    fields = {name: value for name, value, _ in enumerate_sig_fields(reader)}
    if len(fields) != sum(1 for _ in enumerate_sig_fields(reader)):
        raise ValueError("two fields of one name")
    stamps = {one.field_name: one for one in reader.embedded_timestamp_signatures}
    judged = [await judge(one, one.field_name, trust, at) for one in reader.embedded_regular_signatures]
    integrity = [*(one.integrity for one in judged), *[await _document_stamp(one, trust, at) for one in stamps.values()]]
    integrity += _chain(ask.lineage, pdf, reader)
    ours = {name: value for name, value in fields.items() if name not in stamps}
    signed = bool(judged)
    findings = (
        _finding(integrity, "no-lineage" if not ask.lineage else None),
        _signer(judged),
        _finding([one.trust for one in judged] if signed else [("unknown", "no-signature")], "holder"),
        _finding([one.time for one in judged] if signed else [("unknown", "no-signature")], None),
        _finding(_complete(ask, ours, {one.found.slot for one in judged}), None),
    )
    worst = min((one.verdict for one in findings), key=_ORDER.index)
    pages = int(reader.root["/Pages"]["/Count"])
    return Report(worst, hashlib.sha256(pdf).hexdigest(), pages, tuple(one.found for one in judged), *findings)


def _finding(parts: Sequence[Part], not_proven: str | None) -> Finding:
    worst: Verdict = min((one[0] for one in parts), key=_ORDER.index, default="unknown")
    said = tuple(Said(code) for code in dict.fromkeys(code for _, code in parts))
    return Finding(worst, said, () if not_proven is None else (Said(f"open-{not_proven}"),))


def _signer(judged: Sequence[Judged]) -> Finding:
    if not judged:
        return Finding("unknown", (Said("no-signature"),))
    good = all(one.integrity[1] not in ("unreadable", "changed") for one in judged)
    says = tuple(Said("signed-by", {"slot": one.found.slot, "name": one.found.signer}) for one in judged)
    if not good:
        return Finding("invalid", (Said("changed"),), (Said("open-holder"),))
    return Finding("valid", says, (Said("open-holder"),))


def _complete(ask: ValidateAsk, fields: dict[str, Any], signed: set[str]) -> list[Part]:
    """Compare fields, signatures, plan and log."""
    if ask.slots and tuple(fields) != tuple(ask.slots):
        return [("invalid", "other-fields")]
    if ask.landed is not None and set(ask.landed) != signed:
        return [("invalid", "other-signatures")]
    if {name for name, value in fields.items() if value is not None} != signed:
        return [("invalid", "other-signatures")]
    order = [name in signed for name in fields]
    if order != sorted(order, reverse=True):
        return [("invalid", "out-of-order")]
    if not fields:
        return [("unknown", "no-signature")]
    if not ask.slots:
        return [("unknown", "no-plan")]
    return [("valid", "all-signed")] if all(order) else [("unknown", "slots-open")]


def _chain(lineage: Sequence[str], pdf: bytes, reader: Any) -> list[Part]:
    """Check that each revision that stood is a prefix, in order, and that since the published one nobody changed a page."""
    if not lineage:
        return []
    ends = prefixes(pdf)
    places = [ends.get(sha) for sha in lineage]
    known = [place for place in places if place is not None]
    if len(known) != len(places) or known != sorted(known) or known[-1] != len(pdf):
        return [("invalid", "other-revisions")]
    first = PdfFileReader(io.BytesIO(pdf[: known[0]])).xrefs.total_revisions
    if first < reader.xrefs.total_revisions:
        found = DEFAULT_DIFF_POLICY.review_file(reader, first - 1, doc_mdp=MDPPerm.FILL_FORMS)
        if not isinstance(found, DiffResult):
            return [("invalid", "changed-since-published")]
    return [("valid", "revisions-kept")]


def prefixes(pdf: bytes) -> dict[str, int]:
    """Return the SHA-256 of every prefix that may be a revision, and its length."""
    found: dict[str, int] = {}
    digest, at = hashlib.sha256(), 0
    for end in [*(one.end() for one in _END.finditer(pdf)), len(pdf)]:
        digest.update(pdf[at:end])
        at = end
        found.setdefault(digest.hexdigest(), end)
    return found


async def _document_stamp(signature: Any, trust: Trust, at: dt.datetime) -> Part:
    """Judge a time stamp over the whole document."""
    reader = signature.reader
    context = with_stored(trust, reader).context("soft-fail", moment=at, retroactive_revinfo=True)
    status = await async_validate_pdf_timestamp(signature, context)
    good = status.intact and status.valid and status.docmdp_ok is not False
    return ("valid", "whole") if good else ("invalid", "stamp-broken")
