"""Pages as pictures, and DOCX made PDF. Foreign bytes are shown as pictures only (TRUST §2)."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import threading
from typing import Any, Final

import pypdfium2

from recordings.papers_asks import PageImage
from signaling.errors import Refused

WIDEST: Final = 2_400
MOST_PIXELS: Final = 12_000_000
_OFFICES: Final = ("soffice", "libreoffice")
_OFFICE_S: Final = 60
_ONE: Final = threading.Lock()
"""PDFium is not made for several threads."""
_DOCX: Final = b"PK\x03\x04"


def is_docx(data: bytes, name: str) -> bool:
    """Tell whether a file is a DOCX by its ending and its first bytes."""
    return name.lower().endswith(".docx") and data.startswith(_DOCX)


def docx_to_pdf(data: bytes) -> bytes:
    """Return a DOCX as LibreOffice prints it. Raises `Refused`: docx-needs-libreoffice, document-unreadable."""
    office = next((found for name in _OFFICES if (found := shutil.which(name))), None)
    if office is None:
        raise Refused("docx-needs-libreoffice")
    with tempfile.TemporaryDirectory() as place:
        source, made = os.path.join(place, "in.docx"), os.path.join(place, "in.pdf")
        with open(source, "xb") as file:
            file.write(data)
        # a profile of its own: nothing of an earlier document, no macros, no updates of links
        order = [
            office, f"-env:UserInstallation=file://{place}/profile", "--headless", "--norestore",
            "--convert-to", "pdf:writer_pdf_Export", "--outdir", place, source,
        ]  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - a fixed program; the file's name is ours
                order, check=True, timeout=_OFFICE_S, capture_output=True, cwd=place, preexec_fn=_roomier
            )
            with open(made, "rb") as file:
                return file.read()
        except (OSError, subprocess.SubprocessError):
            raise Refused("document-unreadable") from None


def _roomier() -> None:
    """Let the program started have what this process may give: it reserves memory it never uses."""
    import resource  # noqa: PLC0415 - there is none on Windows

    for what in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE):
        most = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most, most))


def page_count(data: bytes) -> int:
    """Return how many pages a document has. Raises `Refused("document-unreadable")`."""
    with _ONE:
        document = _opened(data)
        try:
            return len(document)
        finally:
            document.close()


def page_image(data: bytes, page: int, width_px: int) -> tuple[PageImage, bytes]:
    """Return a page (from 1) as PNG, `width_px` wide. Raises `Refused`: no-page, document-unreadable."""
    with _ONE:
        document = _opened(data)
        try:
            return _drawn(document, page, width_px)
        finally:
            document.close()


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except Exception:  # noqa: BLE001 - whatever is wrong with foreign bytes
        raise Refused("document-unreadable") from None


def _drawn(document: Any, page: int, width_px: int) -> tuple[PageImage, bytes]:
    if not 1 <= page <= len(document):
        raise Refused("no-page", most=len(document))
    try:
        width, height = document.get_page_size(page - 1)
        # the library rounds up
        scale = (max(16, min(width_px, WIDEST)) - 0.5) / width
        scale = min(scale, (MOST_PIXELS / (width * height)) ** 0.5)
        # fields are drawn too: what is signed is seen with the signatures that stand on it
        document.init_forms()
        picture = document[page - 1].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    except Exception:  # noqa: BLE001 - as above
        raise Refused("document-unreadable") from None
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return PageImage(picture.width, picture.height), out.getvalue()
