"""The A4 sheet of each site: name, QR, short address, spoken code, telephone, rehearsal (CLIENT /setup 4)."""

from __future__ import annotations

import datetime as dt
import html
import io

import msgspec
import segno

from server.catalogue import Language, say
from signaling.draft import Draft, Site
from signaling.names import Micros


class Card(msgspec.Struct, frozen=True):
    """What is printed for one site. `link` and `code` are secrets: they stand on this sheet only."""

    site: Site
    link: str | None = None
    code: str | None = None


class Sheet(msgspec.Struct, frozen=True):
    """What all cards share. `address` is what people type; `phone` the hub's telephone."""

    draft: Draft
    address: str
    rehearsal: Micros | None = None


def page(sheet: Sheet, cards: list[Card], language: Language) -> str:
    """Return the page to print, one A4 side per site; everything a person wrote is escaped."""
    title = html.escape(sheet.draft.title.vi if language == "vi" else sheet.draft.title.en)
    body = "".join(_card(sheet, card, language) for card in cards)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{html.escape(say(language, 'doc.print.title'))} - {title}</title>"
        '<link rel="stylesheet" href="/api/print.css"></head>'
        f"<body>{body}</body></html>"
    )


def qr(link: str) -> str:
    """Return the link as a QR code, SVG markup of our own making (only paths, never text)."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", border=2, scale=6, xmldecl=False, svgns=True, omitsize=False)
    return out.getvalue().decode()


def _card(sheet: Sheet, card: Card, language: Language) -> str:
    draft = sheet.draft
    hub = next((one for one in draft.sites if one.role == "hub"), None)
    name, title = (
        (card.site.name.vi, draft.title.vi) if language == "vi" else (card.site.name.en, draft.title.en)
    )
    rows = [
        ("doc.print.when", _when(draft, draft.start, language)),
        ("doc.print.rehearsal", _when(draft, sheet.rehearsal, language) if sheet.rehearsal is not None else ""),
        ("doc.print.address", sheet.address),
        ("doc.print.code", _grouped(card.code or "")),
        ("doc.print.hub-phone", hub.phone if hub is not None else ""),
        ("doc.print.own-phone", card.site.phone),
        ("doc.print.duty", _said(card.site, language)),
    ]
    lines = "".join(
        f"<dt>{html.escape(say(language, key))}</dt><dd>{html.escape(text)}</dd>" for key, text in rows if text
    )
    if card.link is None:
        picture = f'<p class="none">{html.escape(say(language, "doc.print.no-link"))}</p>'
    else:
        caption = html.escape(say(language, "doc.print.scan"))
        picture = f"<figure>{qr(card.link)}<figcaption>{caption}</figcaption></figure>"
    steps = "".join(f"<li>{html.escape(say(language, f'doc.print.step-{n}'))}</li>" for n in (1, 2, 3, 4))
    return (
        f'<section><p class="host">{html.escape(draft.host.vi if language == "vi" else draft.host.en)}</p>'
        f"<h1>{html.escape(name)}</h1><p>{html.escape(title)}</p>"
        f"{picture}<dl>{lines}</dl><ol>{steps}</ol>"
        f'<p class="secret">{html.escape(say(language, "doc.print.secret"))}</p></section>'
    )


def _said(site: Site, language: Language) -> str:
    if site.duty is None:
        return ""
    return site.duty.vi if language == "vi" else site.duty.en


def _grouped(code: str) -> str:
    """Return a spoken code in two groups of four: that is how it is read out."""
    return f"{code[:4]} {code[4:]}" if len(code) == 8 else code


def _when(draft: Draft, at: Micros, language: Language) -> str:
    local = dt.datetime.fromtimestamp(at / 1e6, dt.UTC) + dt.timedelta(seconds=draft.utc_offset_s)
    day = f"{local:%d/%m/%Y}" if language == "vi" else f"{local:%Y-%m-%d}"
    return f"{local:%H:%M}, {day}"
