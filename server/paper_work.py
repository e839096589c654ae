"""Work on papers of our own: fields, tickets, signatures. Loads the PDF libraries: runs in workers only."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import time
from collections.abc import Collection
from typing import Final

import msgspec

from recordings.pades import Papers, finish, prepare, prepare_scan
from recordings.pades_fields import publish
from recordings.pades_ltv import Trust, extend
from recordings.papers_asks import (
    ExtendAsk,
    Extended,
    FinishAsk,
    Finished,
    PrepareAsk,
    Prepared,
    PublishAsk,
    Published,
    StampScanAsk,
    Token,
    TokenAsk,
    Told,
    TsaSetting,
    ValidateAsk,
)
from recordings.revocation import Wanted, wanted
from recordings.timestamps import Post, StampFailed, token
from recordings.validate import validate
from server.outbound import get, post
from server.paper_jobs import said, unpack
from signaling.errors import Malformed, Refused

TSA_TYPE: Final = "application/timestamp-query"
OCSP_TYPE: Final = "application/ocsp-request"
MOST_FETCHED: Final = 24
FETCH_S: Final = 6.0
ALL_FETCHED_S: Final = 20.0


def asked(tsa: TsaSetting | None) -> Post | None:
    """Return the way to an authority."""
    if tsa is None:
        return None
    return functools.partial(post, tsa.url, kind=TSA_TYPE, hosts=tsa.hosts, longest_s=tsa.longest_s)


def sha(data: bytes) -> str:
    """Return the hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def job_publish(options: bytes, data: bytes) -> bytes:
    """`paper.publish`: see `PublishAsk`."""
    ask, (pdf,) = msgspec.json.decode(options, type=PublishAsk), unpack(data)

    def work() -> tuple[Told, list[bytes]]:
        if ask.mode == "wet_ink":
            return Published(sha(pdf)), [pdf]
        made, fields = publish(pdf, ask.slots)
        return Published(sha(made), fields), [made]

    return said(work)


def _papers(parts: list[bytes], chain: int, *, image: bool) -> Papers:
    """Return [head, reviewed, certificate, chain…, image]. Raises `Malformed`, our own fault, for another count."""
    if len(parts) != 3 + chain + image:
        raise Malformed("other parts than the ask says")
    return Papers(parts[0], parts[1], parts[2], tuple(parts[3 : 3 + chain]), parts[-1] if image else None)


def job_prepare(options: bytes, data: bytes) -> bytes:
    """`paper.prepare`: see `PrepareAsk`."""
    ask = msgspec.json.decode(options, type=PrepareAsk)
    papers = _papers(unpack(data), ask.chain, image=ask.image)

    def work() -> tuple[Told, list[bytes]]:
        ticket, pdf = prepare(ask, papers)
        return Prepared(ticket), [pdf, ticket.attrs]

    return said(work)


def job_stamp_scan(options: bytes, data: bytes) -> bytes:
    """`paper.stamp_scan`: see `StampScanAsk`."""
    ask = msgspec.json.decode(options, type=StampScanAsk)
    head, *rest = unpack(data)
    papers = _papers([head, b"", *rest], ask.chain, image=ask.image)

    def work() -> tuple[Told, list[bytes]]:
        ticket, pdf = prepare_scan(ask, papers)
        return Prepared(ticket), [pdf, ticket.attrs]

    return said(work)


def job_finish(options: bytes, data: bytes) -> bytes:
    """`paper.finish`: see `FinishAsk`."""
    ask, (pdf, value) = msgspec.json.decode(options, type=FinishAsk), unpack(data)

    def work() -> tuple[Told, list[bytes]]:
        made, level, fault = finish(ask, pdf, value, asked(ask.tsa))
        return Finished(sha(made), level, fault), [made]

    return said(work)


def job_extend(options: bytes, data: bytes) -> bytes:
    """`paper.extend`: see `ExtendAsk`."""
    ask, parts = msgspec.json.decode(options, type=ExtendAsk), unpack(data)
    counts = (1, ask.roots, ask.others, ask.crls, ask.ocsps)
    if len(parts) != sum(counts):
        raise Malformed("other parts than the ask says")
    groups = [tuple(parts[sum(counts[:n]) : sum(counts[: n + 1])]) for n in range(5)]
    (pdf,), roots, others, crls, ocsps = groups

    def work() -> tuple[Told, list[bytes]]:
        found = fetched(wanted(pdf, (*roots, *others)), ask.hosts)
        trust = Trust(roots, others, (*crls, *found["crl"]), (*ocsps, *found["ocsp"]))
        made, level, fault = extend(pdf, trust, asked(ask.tsa))
        return Extended(sha(made), level, fault), [made]

    return said(work)


def fetched(things: Collection[Wanted], hosts: Collection[str]) -> dict[str, list[bytes]]:
    """Return revocation data from listed hosts; what cannot be had is left out, and proof then fails by itself."""
    found: dict[str, list[bytes]] = {"crl": [], "ocsp": []}
    until = time.monotonic() + ALL_FETCHED_S
    for one in list(things)[:MOST_FETCHED] if hosts else ():
        left = min(FETCH_S, until - time.monotonic())
        if left <= 0:
            break
        with contextlib.suppress(OSError):
            answer = get(one.url, hosts, left) if one.kind == "crl" else post(one.url, one.body, OCSP_TYPE, hosts, left)
            found[one.kind].append(answer)
    return found


def job_validate(options: bytes, data: bytes) -> bytes:
    """`paper.validate`: see `ValidateAsk`."""
    ask, (pdf, *certificates) = msgspec.json.decode(options, type=ValidateAsk), unpack(data)
    if len(certificates) != ask.roots + ask.others:
        raise Malformed("other parts than the ask says")
    trust = Trust(tuple(certificates[: ask.roots]), tuple(certificates[ask.roots :]))
    return said(lambda: (validate(ask, pdf, trust), []))


def job_token(options: bytes, data: bytes) -> bytes:
    """`seal.token`: see `TokenAsk`."""
    ask, (stamped,) = msgspec.json.decode(options, type=TokenAsk), unpack(data)

    def work() -> tuple[Told, list[bytes]]:
        post_it = asked(ask.tsa)
        assert post_it is not None
        try:
            der, found = token(stamped, post_it)
        except StampFailed as error:
            raise Refused("tsa-failed", why=error.why) from None
        return Token(found.at_us, found.authority), [der]

    return said(work)
