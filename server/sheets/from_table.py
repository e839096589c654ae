"""Tables of a workbook to the same plain rows YAML gives: `{"title": …, "sites": […], "agenda": […]}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from server.sheets import times, words
from server.sheets.mapping import TabMap
from server.sheets.papers import slots_of
from server.sheets.rows import MAX_ITEMS, Cell, Row, RowError, Tab, fold, shown
from signaling.names import HUB, is_identifier

Plain = dict[str, Any]
_PAIRED: Final = ("by", "sites_do", "script", "duty", "office", "unit", "text")
"""Fields that YAML writes as `{vi, en}` and a table as two columns."""
_LIST_SIGNS: Final = re.compile(r"\s*[;\n]\s*")


class Labels(msgspec.Struct):
    """Where a plain row came from: `agenda[3]` → (tab, row number), and a table's field → its heading."""

    rows: dict[str, tuple[str, str]] = {}
    columns: dict[tuple[str, str], str] = {}


class Found(msgspec.Struct):
    """What tables give: the plain sheet, where its rows stood, and errors already seen."""

    plain: Plain
    labels: Labels
    errors: list[RowError]


def to_plain(tabs: tuple[Tab, ...], maps: tuple[TabMap, ...]) -> Found:
    """Return the rows of every mapped table as plain values; cells that cannot be read become errors."""
    found = Found({}, Labels(), [])
    by_name = {tab.name: tab for tab in tabs}
    for one in maps:
        tab = by_name.get(one.tab)
        if one.table is None or tab is None:
            continue
        lines = _lines(tab, one, found)
        if one.table == "info":
            _info(one, lines, found)
        else:
            found.plain[one.table] = [_FILLED[one.table](line) for _, line in lines]
    return found


def _lines(tab: Tab, one: TabMap, found: Found) -> list[tuple[Row, dict[str, Cell]]]:
    """Return the filled rows below the heading as field → cell."""
    fields = {column.index: column for column in one.columns if column.field is not None}
    table = str(one.table)
    found.labels.rows[table] = (tab.name, str(one.header))
    found.labels.columns |= {(table, str(c.field)): c.heading for c in fields.values()}
    if table != "info" and not {"vi", "name", "office"} & {column.field for column in fields.values()}:
        found.errors.append(RowError(str(one.header), "", "missing-column", table, tab.name))
    lines: list[tuple[Row, dict[str, Cell]]] = []
    for row in tab.rows:
        if row.number <= one.header:
            continue
        for index, column in fields.items():
            code = tab.faults.get((row.number, index))
            if code is not None:
                value = shown(row.cells[index]) if index < len(row.cells) else ""
                found.errors.append(RowError(str(row.number), column.heading, code, value[:80], tab.name))
        line = {str(c.field): row.cells[i] for i, c in fields.items() if i < len(row.cells) and shown(row.cells[i])}
        if not line:
            continue
        if len(lines) >= MAX_ITEMS:
            found.errors.append(RowError(str(row.number), "", "too-many-rows", str(MAX_ITEMS), tab.name))
            break
        found.labels.rows[f"{table}[{len(lines)}]"] = (tab.name, str(row.number))
        lines.append((row, line))
    return lines


def _paired(line: dict[str, Cell]) -> Plain:
    """Return the texts of a line; columns for the same text in English join it as `{vi, en}`."""
    plain: Plain = {field: shown(cell) for field, cell in line.items()}
    for field in _PAIRED:
        english = plain.pop(f"{field}_en", "")
        if english:
            plain[field] = {"vi": plain.get(field) or english, "en": english}
    if "en" in plain and "vi" not in plain:
        plain["vi"] = plain["en"]
    return plain


def _chosen(plain: Plain, field: str, kind: str) -> None:
    if field in plain:
        plain[field] = words.choices(kind).get(fold(plain[field]), plain[field])


def _item(line: dict[str, Cell]) -> Plain:
    plain = _paired(line)
    for field in ("at", "until"):
        if field in line:
            plain[field] = times.clock_text(line[field])
    if "duration" in line:
        plain["duration"] = times.duration_text(line["duration"])
    span = times.parse_range(plain.get("at", ""))
    if span is not None:
        plain["at"] = span[0]
        plain.setdefault("duration", times.spoken(span[1]))
    for field in words.FLAGS:
        _chosen(plain, field, "flag")
    for field in ("kind", "audio", "step"):
        _chosen(plain, field, f"agenda.{field}")
    if "documents" in plain:
        plain["documents"] = [name for name in _LIST_SIGNS.split(plain["documents"]) if name]
    return plain


def _site(line: dict[str, Cell]) -> Plain:
    plain = _paired(line)
    _chosen(plain, "role", "sites.role")
    return plain


def _document(line: dict[str, Cell]) -> Plain:
    plain = _paired(line)
    _chosen(plain, "signing", "documents.signing")
    if "signatures" in plain:
        plain["signatures"] = slots_of(plain["signatures"])
    return plain


def _party(line: dict[str, Cell]) -> Plain:
    plain = _paired(line)
    if "authority" in plain:
        plain["authority"] = [one for one in _LIST_SIGNS.split(plain["authority"]) if one]
    return plain


def _slate(line: dict[str, Cell]) -> Plain:
    plain = _paired(line)
    _chosen(plain, "kind", "slates.kind")
    return plain


_FILLED: Final[dict[str, Callable[[dict[str, Cell]], Plain]]] = {
    "agenda": _item, "sites": _site, "delegates": _paired, "documents": _document, "slates": _slate,
    "parties": _party,
}  # fmt: skip


def _info(one: TabMap, lines: list[tuple[Row, dict[str, Cell]]], found: Found) -> None:
    """Lines of name and value; their errors name the line's own row."""
    for row, line in lines:
        key = shown(line.get("key"))
        field = words.info_keys().get(fold(key))
        if field is None:
            heading = found.labels.columns.get(("info", "key"), "")
            found.errors.append(RowError(str(row.number), heading, "unknown-key", key[:80], one.tab))
            continue
        value = line.get("vi")
        found.labels.rows[f"sheet.{field}"] = (one.tab, str(row.number))
        found.labels.columns["sheet", field] = key
        text = shown(value)
        if field == "date":
            text = times.date_text(value)
        elif field == "start":
            text = times.clock_text(value)
        elif field in words.CHOSEN:
            text = words.choices(f"info.{field}").get(fold(text), text)
        english = shown(line.get("en"))
        found.plain[field] = {"vi": text, "en": english or text} if field in ("title", "host") else text


def settled(plain: Plain) -> Plain:
    """Return the sheet with what tables leave open filled in: identifiers from titles, sites and documents by name,
    scenes by habit. What names nothing stays as written and is reported by the check.
    """
    sites = _with_ids([one for one in plain.get("sites", ()) if isinstance(one, dict)], hub=True)
    documents = _with_ids(list(plain.get("documents", ())))
    slates = _with_ids(list(plain.get("slates", ())))
    by_site, by_document = _names(sites), _names(documents)
    by_slate = {fold(str(one["id"])): str(one["id"]) for one in slates}
    agenda = _with_ids([dict(one) for one in plain.get("agenda", ())])
    for item in agenda:
        if "site" in item:
            item["site"] = by_site.get(fold(item["site"]), item["site"])
        item["documents"] = _documents(item.get("documents", []), by_document)
        item["scene"] = _scene(item, by_site, {"slate": by_slate, "document": by_document})
    delegates = [dict(one) for one in plain.get("delegates", ())]
    for n, delegate in enumerate(delegates):
        delegate.setdefault("order", str(n + 1))
        if "site" in delegate:
            delegate["site"] = by_site.get(fold(delegate["site"]), delegate["site"])
    whole = {"sites": sites, "documents": documents, "slates": slates, "agenda": agenda, "delegates": delegates}
    return plain | {key: value for key, value in whole.items() if key in plain}


def _documents(names: list[str], known: dict[str, str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if fold(name) in known:
            found.append(known[fold(name)])
        else:  # commas part names only where the whole is no title
            found += [known.get(fold(part), part.strip()) for part in name.split(",") if part.strip()]
    return found


def _scene(item: Plain, sites: dict[str, str], others: dict[str, dict[str, str]]) -> str:
    written = item.get("scene", "")
    if not written:
        site = item.get("site", HUB)
        return f"two_shot:hub+{site}" if site != HUB and site in sites.values() else "solo:hub"
    layout, colon, rest = written.partition(":")
    if not colon:
        return fold(layout).replace(" ", "_")
    # a document may be called what a slate is: each layout looks among its own
    names = sites if layout in ("solo", "two_shot") else others.get(layout, others["slate"] | others["document"])
    parts = (part.partition("/") for part in rest.split("+"))
    return f"{layout}:" + "+".join(names.get(fold(name), name.strip()) + sign + tail for name, sign, tail in parts)


def _names(rows: list[Plain]) -> dict[str, str]:
    """Return folded name → identifier; identifiers win over names, the first of two equal names over the second."""
    found: dict[str, str] = {}
    for row in reversed(rows):
        found |= {fold(str(row.get(key, ""))): str(row["id"]) for key in ("en", "vi", "code")}
    found |= {fold(str(row["id"])): str(row["id"]) for row in reversed(rows)}
    found.pop("", None)
    return found


def _with_ids(rows: list[Plain], *, hub: bool = False) -> list[Plain]:
    """Give an identifier made of its title to every row without one; the hub's is always `hub`."""
    taken = {str(row["id"]) for row in rows if row.get("id")}
    found = []
    for row in rows:
        row = dict(row)
        if hub and row.get("role") == "hub":
            row["code"], row["id"] = row.get("id", ""), str(HUB)
        elif not row.get("id"):
            row["id"] = identifier(str(row.get("vi", "")), taken)
        elif not is_identifier(row["id"]) and is_identifier(row["id"].lower()):
            row["id"] = row["id"].lower()
        taken.add(row["id"])
        found.append(row)
    return found


def identifier(title: str, taken: set[str]) -> str:
    """Return an identifier made of a title, unlike all that are taken."""
    words_ = "".join(c if c.isascii() else " " for c in fold(title)).split()
    stem = "-".join(words_)[:34].strip("-") or "muc"
    n, found = 1, stem
    while found in taken:
        n += 1
        found = f"{stem}-{n}"
    return found
