"""One signature of a PDF, judged: whole, by whom, trusted, when (CEREMONY §10). Whatever goes wrong, it is not valid."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, Final, Literal

import msgspec
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from recordings.pades_ltv import Trust
from recordings.papers_asks import Level, Said, SignatureFound, Verdict

for _library in ("pyhanko", "pyhanko_certvalidator"):
    # it logs a trace for each path that does not hold; the report says which, and a log names no people (TRUST §7)
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_USAGE: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_WRONG: Final = {
    AdESFailure.REVOKED: "revoked", AdESIndeterminate.REVOKED_NO_POE: "revoked", AdESIndeterminate.REVOKED_CA_NO_POE: "revoked",
    AdESFailure.NOT_YET_VALID: "not-yet-valid", AdESIndeterminate.NOT_YET_VALID: "not-yet-valid",
    AdESFailure.FORMAT_FAILURE: "unreadable", AdESFailure.HASH_FAILURE: "changed", AdESFailure.SIG_CRYPTO_FAILURE: "changed",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "may-not-sign", AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "unreadable",
    AdESIndeterminate.TIMESTAMP_ORDER_FAILURE: "stamp-order", AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "weak",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "weak",
}  # fmt: skip
"""What makes a signature invalid; everything else that is not fine leaves it open."""
_OPEN: Final = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "no-path", AdESIndeterminate.EXPIRED: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "expired", AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "expired",
    AdESIndeterminate.TRY_LATER: "revocation-unknown", AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: "revocation-unknown",
}  # fmt: skip
Part = tuple[Verdict, str]
_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_NOT_JUDGED: Final[Part] = ("unknown", "not-judged")


class Judged(msgspec.Struct, frozen=True):
    """A signature, and the answers one by one: (verdict, code of `doc.proof`)."""

    found: SignatureFound
    integrity: Part
    trust: Part
    time: Part


class _Facts(msgspec.Struct):
    """What is gathered about one signature before it is judged."""

    level: Level = "B-B"
    integrity: Part = ("invalid", "unreadable")
    trust: Part = ("unknown", "no-path")
    time: Part = ("unknown", "own-clock")
    claimed: dt.datetime | None = None
    stamped: dt.datetime | None = None


async def judge(signature: Any, slot: str, trust: Trust, at: dt.datetime) -> Judged:
    """Return what one signature is worth at a moment. Never raises."""
    facts = _Facts()
    certificate: Any = None
    try:
        certificate = signature.signer_cert
        facts.claimed = signature.self_reported_timestamp
        await _gather(signature, trust, at, facts)
    except Exception:  # noqa: BLE001 - any exception is "not valid": CEREMONY §10
        facts = _Facts(claimed=facts.claimed)
    if facts.integrity[0] == "invalid":
        # a stamp on the signature of something else says nothing about this document
        facts.trust = _NOT_JUDGED
        facts.time = facts.time if facts.time[0] == "invalid" else _NOT_JUDGED
    return _told(slot, certificate, facts)


async def _gather(signature: Any, trust: Trust, at: dt.datetime, facts: _Facts) -> None:
    status = await _status(signature, trust, at, "soft-fail", whole=True)
    facts.integrity = _whole(status)
    stamp = status.timestamp_validity
    if stamp is not None:
        facts.level, facts.stamped = "B-T", stamp.timestamp
        facts.time = ("invalid", "stamp-broken") if not (stamp.intact and stamp.valid) else ("unknown", "stamp-untrusted")
        if stamp.trusted or await _known_then(signature, trust, at, stamp):
            facts.time = "valid", "stamped"
            # a certificate is judged at the moment the signature is known to have existed
            status = await _status(signature, trust, stamp.timestamp, "soft-fail")
    if facts.integrity[0] == "valid" and facts.time[0] != "invalid":
        facts.trust = await _trusted((signature, trust, at), facts, status)
    facts.level = level_of(signature.reader, facts.level)
    if facts.level in ("B-LT", "B-LTA") and facts.trust[1] != "trusted" and facts.integrity[0] == "valid":
        await _long_term(signature, trust, at, facts)


async def _known_then(signature: Any, trust: Trust, at: dt.datetime, stamp: Any) -> bool:
    """Tell whether a stamp is doubted only because what was known of its authority has grown old.

    Lists and answers hold for days, documents for years: old ones then count as none, as if nobody had kept any, and the
    authority must not have been revoked by what was known when it stamped.
    """
    if not (stamp.intact and stamp.valid) or _OPEN.get(stamp.trust_problem_indic) != "revocation-unknown":
        return False
    now = (await _status(signature, trust, at, "soft-fail", newer=at)).timestamp_validity
    then = (await _status(signature, trust, stamp.timestamp, "soft-fail")).timestamp_validity
    return now is not None and now.trusted and then is not None and then.trusted


async def _status(
    signature: Any, trust: Trust, at: dt.datetime, mode: str, *, whole: bool = False, newer: dt.datetime | None = None
) -> Any:
    """Return what the library says; `newer`: by lists and answers alone that hold at this moment."""
    reader = PdfFileReader(signature.reader.stream, strict=signature.reader.strict)
    fresh = next(one for one in reader.embedded_regular_signatures if one.field_name == signature.field_name)
    known = with_stored(trust, reader)
    return await async_validate_pdf_signature(
        fresh, (known if newer is None else known.fresh(newer)).context(mode, moment=at, retroactive_revinfo=True), key_usage_settings=_USAGE,
        skip_diff=not whole,
    )  # fmt: skip


def _whole(status: Any) -> Part:
    if not (status.intact and status.valid):
        return "invalid", "changed"
    if status.coverage not in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION):
        return "invalid", "partly-covered"
    if not status.docmdp_ok or not status.seed_value_ok:
        return "invalid", "changed-after"
    return "valid", "whole"


async def _trusted(judged: tuple[Any, Trust, dt.datetime], facts: _Facts, status: Any) -> Part:
    signature, trust, at = judged
    moment = facts.stamped if facts.time[0] == "valid" and facts.stamped else at
    if status.trust_problem_indic is None and status.trusted:
        known = await _status(signature, trust, moment, "require")
        if known.trusted:
            return "valid", "trusted"
        wrong = _WRONG.get(known.trust_problem_indic)
        return ("unknown", "revocation-unknown") if wrong is None else ("invalid", wrong)
    found = _problem(status, facts, moment)
    if found[1] == "no-path" and (await _status(signature, trust, moment, "soft-fail", newer=_NEVER)).trusted:
        # there is a path: what stands in its way is a list or an answer that does not count
        return "unknown", "revocation-unknown"
    return found


def _problem(status: Any, facts: _Facts, moment: dt.datetime) -> Part:
    certificate, indication = status.signing_cert, status.trust_problem_indic
    if moment < certificate.not_valid_before:
        return "invalid", "not-yet-valid"
    if indication in _WRONG:
        return "invalid", _WRONG[indication]
    code = _OPEN.get(indication, "no-path")
    if code == "expired":
        claimed = facts.claimed
        in_time = claimed is not None and certificate.not_valid_before <= claimed <= certificate.not_valid_after
        # claimed within its time and expired since: nobody can tell; claimed outside: it was never good
        return ("unknown", "expired-since") if in_time and facts.time[0] != "valid" else ("invalid", "expired")
    return "unknown", code


async def _long_term(signature: Any, trust: Trust, at: dt.datetime, facts: _Facts) -> None:
    """Judge with what the document itself keeps: for signatures whose certificates have ended since."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(trust.context("soft-fail").path_builder.trust_manager.iter_certs())),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )  # fmt: skip
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(
        cert_validation_policy=policy, key_usage_settings=_USAGE, local_knowledge=LocalKnowledge(),
        # nothing is fetched: whoever wrote the certificate would choose the address
        revinfo_gathering_policy=RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY),
    ))  # fmt: skip
    timing = ValidationTimingInfo(at, at, point_in_time_validation=False)
    result = await ades_lta_validation(signature, spec, timing_info=timing)
    if result.ades_subindic == AdESPassed.OK:
        facts.trust = "valid", "trusted-then"
        facts.time = "valid", "stamped"
        facts.stamped = facts.stamped or result.best_signature_time
    elif result.ades_subindic in _WRONG:
        facts.trust = "invalid", _WRONG[result.ades_subindic]


def level_of(reader: Any, level: Level) -> Level:
    """Return the level a document's proof gives a signature that has this one by itself."""
    if level != "B-T" or "/DSS" not in reader.root:
        return level
    return "B-LTA" if reader.embedded_timestamp_signatures else "B-LT"


def with_stored(trust: Trust, reader: Any) -> Trust:
    """Return what is known with what a document keeps for its own proof; roots stay the caller's."""
    kept: dict[str, list[bytes]] = {"/Certs": [], "/CRLs": [], "/OCSPs": []}
    if "/DSS" in reader.root:
        store = reader.root["/DSS"]
        for key, found in kept.items():
            if key in store:
                found += [bytes(one.get_object().data) for one in store[key]]
    return msgspec.structs.replace(
        trust, others=(*trust.others, *kept["/Certs"]), crls=(*trust.crls, *kept["/CRLs"]), ocsps=(*trust.ocsps, *kept["/OCSPs"])
    )


def certificates_in(stream: Any) -> list[bytes]:
    """Return every certificate the signatures and time stamps of a document carry, DER. May raise anything."""
    found: dict[bytes, None] = {}
    reader: Any = PdfFileReader(stream, strict=False)
    for signature in reader.embedded_signatures:
        unsigned = signature.signer_info["unsigned_attrs"]
        stamps = [one["values"][0]["content"] for one in unsigned if one["type"].native == "signature_time_stamp_token"]
        signed = [signature.signed_data, *stamps]
        for one in signed:
            found |= dict.fromkeys(certificate.chosen.dump() for certificate in one["certificates"])
    return list(found)


def _told(slot: str, certificate: Any, facts: _Facts) -> Judged:
    parts = (facts.integrity, facts.trust, facts.time)
    verdict: Literal["valid", "unknown", "invalid"] = "valid"
    if any(one[0] == "invalid" for one in parts):
        verdict = "invalid"
    elif any(one[0] == "unknown" for one in parts):
        verdict = "unknown"
    names = certificate.subject.native if certificate is not None else {}
    issuer = certificate.issuer.native if certificate is not None else {}
    found = SignatureFound(
        f"{slot}", verdict, facts.level, _name(names, "common_name"), _name(names, "organization_name"), _name(issuer, "common_name"),
        "" if certificate is None else f"{certificate.serial_number:x}", _us(facts.claimed), _us(facts.stamped),
        tuple(Said(code) for _, code in parts),
    )  # fmt: skip
    return Judged(found, *parts)


def _name(names: Any, part: str) -> str:
    found = names.get(part, "")
    return str(found[0] if isinstance(found, list) else found)[:200]


def _us(moment: dt.datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
