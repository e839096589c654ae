"""Work on papers of our own: fields, tickets, signatures. Loads the PDF libraries: runs in workers only."""

from __future__ import annotations

import functools
import hashlib

import msgspec

from recordings.pades import Papers, finish, prepare, prepare_scan
from recordings.pades_fields import publish
from recordings.papers_asks import (
    FinishAsk,
    Finished,
    PrepareAsk,
    Prepared,
    PublishAsk,
    Published,
    StampScanAsk,
    Told,
    TsaSetting,
)
from recordings.timestamps import Post
from server.outbound import post
from server.paper_jobs import said, unpack
from signaling.errors import Malformed

TSA_TYPE = "application/timestamp-query"


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
