"""HTML to PDF with the bundled fonts and nothing else: no network, no file but those in `fonts/` (HOUSE §5).

Loads the system's Pango: imported in worker processes and by commands of the command line only.
"""

from __future__ import annotations

import html
import os
import pathlib
import string
from collections.abc import Mapping, Sequence
from typing import Any, Final

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

HERE: Final = os.path.dirname(os.path.abspath(__file__))
FONTS: Final = os.path.join(HERE, "fonts")
TEMPLATES: Final = os.path.join(HERE, "templates")
_FACES: Final = (("Regular", "normal", "normal"), ("Bold", "bold", "normal"), ("Italic", "normal", "italic"))
MM: Final = 72 / 25.4
"""Points in a millimetre."""


class _Bundled(URLFetcher):
    """Gives the bundled fonts and pictures that stand in the page itself."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith(("data:", pathlib.Path(FONTS).as_uri() + "/")):
            raise ValueError("nothing is fetched")
        return super().fetch(url, headers)  # type: ignore[no-untyped-call]


def faces() -> str:
    """Return the rules that name the bundled fonts `Tinos`."""
    return "".join(
        f"@font-face{{font-family:Tinos;font-weight:{weight};font-style:{style};"
        f"src:url('{pathlib.Path(FONTS, f'Tinos-{name}.ttf').as_uri()}')}}"
        for name, weight, style in _FACES
    )


def template(name: str) -> string.Template:
    """Return a template of ours; `$name` marks what is put in."""
    with open(os.path.join(TEMPLATES, name), encoding="utf-8") as file:
        return string.Template(file.read())


def filled(name: str, texts: Mapping[str, str], markup: Mapping[str, str] | None = None) -> str:
    """Return a template with texts, escaped here, and markup of ours put in."""
    safe = {key: html.escape(text) for key, text in texts.items()}
    return template(name).substitute(safe | dict(markup or {}) | {"faces": faces()})


def printed(page: str, *, variant: str | None = None, attachments: Sequence[Any] = ()) -> bytes:
    """Return an HTML page as PDF. The same page gives the same bytes."""
    config = FontConfiguration()
    fetcher = _Bundled(allowed_protocols={"file", "data"})  # type: ignore[no-untyped-call]
    document = weasyprint.HTML(string=page, url_fetcher=fetcher)
    made: bytes = document.write_pdf(
        font_config=config, pdf_variant=variant, attachments=list(attachments) or None,
        pdf_identifier=b"diemcau" if variant is None else None,
    )  # fmt: skip
    return made
