"""Every Vietnamese letter, small and capital, composed (NFC), and the tone marks alone."""

import unicodedata

import pypdfium2

BASES = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"
SMALL = sorted({unicodedata.normalize("NFC", base + tone) for base in BASES for tone in ("", *TONES)} | set("bcdđghklmnpqrstvx"))
LETTERS = [*SMALL, *(letter.upper() for letter in SMALL)]


def words(pdf):
    """All text of a PDF, page after page."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))


def missing(text):
    """Letters and tone marks that a text does not hold."""
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    return [letter for letter in LETTERS if letter not in composed] + [f"{ord(tone):x}" for tone in TONES if tone not in apart]
