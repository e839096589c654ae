"""Minutes made in a worker: facts, paper, draft."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from recordings.minutes_docx import minutes_docx
from recordings.minutes_pdf import made, minutes_pdf, writer
from recordings.papers_asks import MinutesAsk, MinutesMade, Told
from server.paper_jobs import said, unpack
from signaling.errors import Malformed, Refused

Made = tuple[Told, list[bytes]]


def _asked(options: bytes, data: bytes, work: Callable[[MinutesAsk, bytes, bytes], Made]) -> bytes:
    ask, (log, manifest) = msgspec.json.decode(options, type=MinutesAsk), unpack(data)

    def told() -> Made:
        try:
            return work(ask, log, manifest)
        except (Malformed, KeyError, TypeError):
            raise Refused("log-unreadable") from None

    return said(told)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def job_facts(options: bytes, data: bytes) -> bytes:
    """`minutes.facts`: see `MinutesAsk`."""

    def work(ask: MinutesAsk, log: bytes, manifest: bytes) -> Made:
        del manifest
        found = made(ask, log)
        plain = msgspec.json.encode(found)
        return MinutesMade(_sha(plain), 0, found.head), [plain]

    return _asked(options, data, work)


def job_pdf(options: bytes, data: bytes) -> bytes:
    """`minutes.pdf`: see `MinutesAsk`."""

    def work(ask: MinutesAsk, log: bytes, manifest: bytes) -> Made:
        pdf, pages, fields, head = minutes_pdf(ask, log, manifest)
        return MinutesMade(_sha(pdf), pages, head, fields), [pdf]

    return _asked(options, data, work)


def job_docx(options: bytes, data: bytes) -> bytes:
    """`minutes.docx`: see `MinutesAsk`."""

    def work(ask: MinutesAsk, log: bytes, manifest: bytes) -> Made:
        del manifest
        by = writer(ask, log)
        draft = minutes_docx(by)
        return MinutesMade(_sha(draft), 0, by.facts.head), [draft]

    return _asked(options, data, work)
