"""May these bytes become a document? Everything foreign is looked through before anyone is shown a page (TRUST §2, §7).

Total: whatever the bytes are, they are found good or refused by code. A file that does something, hides something or
already bears a signature is refused, for what is signed must be what is seen.
"""

from __future__ import annotations

import io
from typing import Any, Final

import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from recordings.papers_asks import Checked
from signaling.errors import Refused

MOST_BYTES: Final = 50_000_000
MOST_SCAN: Final = 30_000_000
MOST_PAGES: Final = 500
MOST_OBJECTS: Final = 300_000
MOST_DEEP: Final = 60
MOST_PT: Final = 5_000.0
"""Sides of a page: A0 is 3,370 points high."""
_ACTIONS: Final = frozenset(
    "/JavaScript /Launch /ImportData /SubmitForm /ResetForm /RichMediaExecute /GoToE /GoToR /Rendition /Movie /Sound "
    "/SetOCGState /Hide /Trans /GoTo3DView /Thread".split()
)
"""ISO 32000-2 §12.6.4: all but going to a place in this document, named steps and addresses of the web."""
_LIVELY: Final = frozenset("/RichMedia /Movie /Sound /Screen /3D /FileAttachment".split())
_SIGNED: Final = frozenset("/Sig /DocTimeStamp".split())


def check(data: bytes, *, scan: bool = False) -> Checked:
    """Return what a PDF is. Raises `Refused` with the reason's code; never anything else."""
    if len(data) > (MOST_SCAN if scan else MOST_BYTES):
        raise Refused("document-too-large", most=(MOST_SCAN if scan else MOST_BYTES) // 1_000_000)
    if b"%PDF-" not in data[:1024]:
        raise Refused("document-unreadable")
    try:
        reader = _opened(data)
        _looked_through(reader)
        return _measured(data, reader)
    except Refused:
        raise
    except MemoryError:
        raise Refused("document-too-large", most=MOST_BYTES // 1_000_000) from None
    except Exception:  # noqa: BLE001 - a parser of foreign bytes may raise anything; all of it means the same
        raise Refused("document-unreadable") from None


def _opened(data: bytes) -> Any:
    reader: Any = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted or "/Encrypt" in reader.trailer_view:
        raise Refused("document-encrypted")
    return reader


def _looked_through(reader: Any) -> None:
    """Walk every object there is, whether a page leads to it or not."""
    root = reader.root
    form = _value(root, "/AcroForm")
    if isinstance(form, generic.DictionaryObject):
        if "/XFA" in form:
            raise Refused("document-xfa")
        if "/Fields" in form and len(form["/Fields"]) > 0:
            _fields(form["/Fields"])
    if "/Perms" in root or "/DSS" in root:
        raise Refused("document-already-signed")
    if "/Collection" in root or "/NeedsRendering" in root:
        raise Refused("document-unreadable")
    refs = list(reader.xrefs.explicit_refs_in_revision(0)) if reader.xrefs.total_revisions == 1 else _all_refs(reader)
    if len(refs) > MOST_OBJECTS:
        raise Refused("document-too-large", most=MOST_BYTES // 1_000_000)
    for ref in refs:
        _look(reader.get_object(ref, transparent_decrypt=True, never_decrypt=False), 0)


def _value(found: Any, key: str) -> Any:
    """Return a value, whether it stands there or elsewhere; `get` of this library would not look elsewhere."""
    try:
        return found[key]
    except KeyError:
        return None


def _all_refs(reader: Any) -> list[Any]:
    found: set[Any] = set()
    for revision in range(reader.xrefs.total_revisions):
        found |= set(reader.xrefs.explicit_refs_in_revision(revision))
    return list(found)


def _fields(fields: Any) -> None:
    """A form has values that later revisions may fill in: nobody could say what was signed."""
    for one in fields:
        field = one.get_object()
        if isinstance(field, generic.DictionaryObject) and _value(field, "/FT") == "/Sig":
            raise Refused("document-already-signed")
    raise Refused("document-has-form")


def _look(found: Any, deep: int) -> None:
    if deep > MOST_DEEP:
        raise Refused("document-unreadable")
    if isinstance(found, generic.ArrayObject):
        for one in list.__iter__(found):
            if not isinstance(one, generic.IndirectObject):
                _look(one, deep + 1)
    elif isinstance(found, generic.DictionaryObject):
        _dictionary(found)
        for key in found:
            one = found.raw_get(key)
            if not isinstance(one, generic.IndirectObject):
                _look(one, deep + 1)


def _dictionary(found: Any) -> None:
    if "/JS" in found or "/JavaScript" in found or "/AA" in found:
        raise Refused("document-scripted")
    kind = _value(found, "/S")
    if isinstance(kind, generic.NameObject) and kind in _ACTIONS and ("/Type" not in found or found["/Type"] == "/Action"):
        raise Refused("document-scripted")
    if "/Subtype" in found and found["/Subtype"] in _LIVELY:
        raise Refused("document-scripted")
    if "/Type" in found and found["/Type"] in _SIGNED and "/Contents" in found:
        raise Refused("document-already-signed")
    if "/ByteRange" in found:
        raise Refused("document-already-signed")
    if "/XFA" in found:
        raise Refused("document-xfa")


def _measured(data: bytes, reader: Any) -> Checked:
    """Return what the other library, the one that draws, makes of it: both have to agree on the pages."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages = len(document)
        if pages > MOST_PAGES:
            raise Refused("document-too-many-pages", most=MOST_PAGES)
        sizes = tuple(tuple(round(side, 2) for side in document.get_page_size(page)) for page in range(pages))
    finally:
        document.close()
    if pages < 1 or pages != int(reader.root["/Pages"]["/Count"]):
        raise Refused("document-unreadable")
    if any(not 9 < side < MOST_PT for size in sizes for side in size):
        raise Refused("document-unreadable")
    major, minor = reader.input_version
    return Checked(pages, tuple((size[0], size[1]) for size in sizes), f"{major}.{minor}")
