"""PDF files written by hand, good ones and hostile ones."""

import io

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer


def write(objects, root=1, version="1.7"):
    """Return a PDF of `objects` (number → body)."""
    out, places = io.BytesIO(), {}
    out.write(f"%PDF-{version}\n%\xe2\xe3\xcf\xd3\n".encode("latin-1"))
    for number, body in sorted(objects.items()):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, most = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % most)
    for number in range(1, most):
        out.write(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n")
    out.write(b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (most, root, start))
    return out.getvalue()


def stream(data, more=b""):
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), more, data)


def plain(pages=1, root=b"", page=b"", more=None, text="Thoa thuan", box=b"0 0 595 842"):
    """Return a small PDF; `root` and `page` are put into those dictionaries, `more` are further objects."""
    kids = range(10, 10 + pages)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % root,
        2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(b"%d 0 R" % one for one in kids)),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        4: stream(b"BT /F 20 Tf 60 700 Td (%s) Tj ET" % text.encode("latin-1")),
    }
    for one in kids:
        objects[one] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R%s>>" % (box, page)
        )
    return write(objects | {600 + number: body for number, body in enumerate(more or [])})


def encrypted(password="bi-mat"):
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain())))
    writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def text(data):
    """Everything a PDF says, NFC."""
    import unicodedata

    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    return unicodedata.normalize("NFC", "\n".join(page.get_textpage().get_text_bounded() for page in document))
