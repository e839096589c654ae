"""Work on papers that come in: what they are, and how their pages look. Runs in a worker of its own kind."""

from __future__ import annotations

import msgspec

from recordings.papers_asks import CheckAsk, PageAsk, Told
from recordings.pdf import docx_to_pdf, is_docx, page_image
from recordings.pdf_check import MOST_BYTES, check
from server.paper_jobs import said, unpack
from signaling.errors import Refused


def job_check(options: bytes, data: bytes) -> bytes:
    """`paper.check`: see `CheckAsk`."""
    ask, (file,) = msgspec.json.decode(options, type=CheckAsk), unpack(data)

    def work() -> tuple[Told, list[bytes]]:
        if not is_docx(file, ask.name):
            return check(file, scan=ask.scan), [file]
        if len(file) > MOST_BYTES:
            raise Refused("document-too-large", most=MOST_BYTES // 1_000_000)
        made = docx_to_pdf(file)
        return msgspec.structs.replace(check(made), converted=True), [made]

    return said(work)


def job_page(options: bytes, data: bytes) -> bytes:
    """`paper.page`: see `PageAsk`."""
    ask, (pdf,) = msgspec.json.decode(options, type=PageAsk), unpack(data)

    def work() -> tuple[Told, list[bytes]]:
        told, image = page_image(pdf, ask.page, ask.width_px)
        return told, [image]

    return said(work)
