"""A run sheet as YAML: read with every guard, checked, and turned into a `Draft` (CEREMONY §12)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from typing import Any, Final, TypeVar, get_args

import msgspec
import yaml

from signaling.agenda import Item, ItemKind, Text
from signaling.draft import Delegate, Document, Draft, Site, Slate
from signaling.errors import Malformed
from signaling.names import HUB, ItemId, Micros, SiteId, is_identifier

MAX_BYTES: Final = 1_000_000
MAX_ITEMS: Final = 500
_TOP: Final = frozenset(
    "title date timezone host mic_policy parties delegates sites documents slates line_check rehearsal agenda after"
    .split()
)  # fmt: skip
_ITEM: Final = frozenset(
    "id kind vi en at until duration by site sites scene audio mic script sites_do documents step required optional"
    " open_floor stills warn_s danger_s".split()
)
_T = TypeVar("_T")
_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:h]([0-5]\d)")


class RowError(msgspec.Struct, frozen=True):
    """One thing that is wrong: where (`agenda[3]`), which field, a stable code, the value."""

    row: str
    column: str
    code: str
    value: str


class SheetErrors(Malformed):
    """The run sheet cannot be used; `errors` names every reason at once."""

    def __init__(self, errors: list[RowError]) -> None:
        """Keep the list."""
        super().__init__("; ".join(f"{e.row}.{e.column}: {e.code} ({e.value})" for e in errors[:20]))
        self.errors = errors


class _Loader(yaml.BaseLoader):
    """Strings only (else 13:45 becomes 825), and no aliases: they are how a small file becomes a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise Malformed("aliases (&, *) are not allowed in a run sheet")
        return super().compose_node(parent, index)


def read_yaml(data: bytes) -> Draft:
    """Return the checked run sheet. Raises `Malformed`; `SheetErrors` when it reads but does not hold together."""
    if len(data) > MAX_BYTES:
        raise Malformed("the run sheet is larger than 1 MB")
    try:
        text = data.decode("utf-8-sig")
        plain = yaml.load(text, Loader=_Loader)  # noqa: S506 - BaseLoader builds strings, lists and dicts only
    except UnicodeDecodeError:
        raise Malformed("the run sheet is not UTF-8 text: save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Malformed(f"the run sheet is not YAML: {str(error)[:200]}") from None
    if not isinstance(plain, dict):
        raise Malformed("the run sheet has no top-level keys")
    return _Reader().draft(plain)


class _Reader:
    """Collects errors while it reads, so that all of them are told at once."""

    def __init__(self) -> None:
        self.errors: list[RowError] = []
        self.day = dt.date(2000, 1, 1)
        self.zone: dt.tzinfo = dt.UTC

    def wrong(self, row: str, column: str, code: str, value: object) -> None:
        self.errors.append(RowError(row, column, code, str(value)[:80]))

    def draft(self, plain: dict[str, Any]) -> Draft:
        for key in plain:
            if key not in _TOP:
                self.wrong("sheet", str(key), "unknown-key", key)
        self._when(plain)
        sites = tuple(self._rows(plain, "sites", self._site))
        known = {site.id for site in sites}
        if [site.role for site in sites].count("hub") != 1 or HUB not in known:
            self.wrong("sites", "role", "no-hub", "")
        documents = tuple(self._rows(plain, "documents", self._document))
        slates = tuple(self._rows(plain, "slates", self._slate))
        items = tuple(self._rows(plain, "agenda", lambda row, one: self._item(row, one, known)))
        delegates = tuple(self._rows(plain, "delegates", self._delegate))
        self._unique("agenda", [item.id for item in items])
        self._unique("sites", [site.id for site in sites])
        if not items:
            self.wrong("agenda", "id", "missing", "")
        self._scenes(items, known, {one.id for one in slates}, {one.id for one in documents})
        policy = plain.get("mic_policy", "on_grant")
        if policy not in ("on_grant", "always_on"):
            self.wrong("sheet", "mic_policy", "unknown-policy", policy)
        title, host = self._text("sheet", "title", plain.get("title")), self._text("sheet", "host", plain.get("host"))
        if self.errors:
            raise SheetErrors(self.errors)
        start = next((item.at for item in items if item.at is not None), None) or self._micros(dt.time(8, 0))
        ordered = (*(s for s in sites if s.role == "hub"), *(s for s in sites if s.role != "hub"))
        offset = dt.datetime.combine(self.day, dt.time(12), self.zone).utcoffset() or dt.timedelta()
        return Draft(
            title, host, start, int(offset.total_seconds()), ordered, items, policy, slates, documents, delegates
        )

    def _when(self, plain: dict[str, Any]) -> None:
        try:
            self.day = dt.date.fromisoformat(str(plain.get("date", "")))
        except ValueError:
            self.wrong("sheet", "date", "bad-date", plain.get("date", ""))
        try:
            self.zone = zoneinfo.ZoneInfo(str(plain.get("timezone", "Asia/Ho_Chi_Minh")))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong("sheet", "timezone", "unknown-timezone", plain.get("timezone", ""))

    def _rows(self, plain: dict[str, Any], key: str, read: Callable[[str, dict[str, Any]], _T | None]) -> list[_T]:
        rows = plain.get(key, [])
        if not isinstance(rows, list) or len(rows) > MAX_ITEMS:
            self.wrong(key, "", "not-a-list", "")
            return []
        found = []
        for n, row in enumerate(rows):
            if not isinstance(row, dict):
                self.wrong(f"{key}[{n}]", "", "not-a-row", row)
                continue
            one = read(f"{key}[{n}]", row)
            if one is not None:
                found.append(one)
        return found

    def _unique(self, key: str, ids: list[str]) -> None:
        for one in {one for one in ids if ids.count(one) > 1}:
            self.wrong(key, "id", "duplicate-id", one)

    def _id(self, row: str, plain: dict[str, Any]) -> str:
        name = plain.get("id")
        if not isinstance(name, str) or not is_identifier(name):
            self.wrong(row, "id", "bad-id", name)
            return ""
        return name

    def _text(self, row: str, column: str, value: Any) -> Text:
        if isinstance(value, str) and value.strip():
            return Text(_nfc(value), _nfc(value))
        if isinstance(value, dict) and isinstance(value.get("vi"), str) and value["vi"].strip():
            english = value.get("en")
            return Text(_nfc(value["vi"]), _nfc(english) if isinstance(english, str) and english else _nfc(value["vi"]))
        self.wrong(row, column, "missing-title", value)
        return Text("", "")

    def _optional(self, row: str, column: str, value: Any) -> Text | None:
        return None if value in (None, "") else self._text(row, column, value)

    def _number(self, row: str, column: str, value: Any, most: int) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and int(value[:9]) <= most:
            return int(value)
        self.wrong(row, column, "bad-number", value)
        return 0

    def _flag(self, row: str, plain: dict[str, Any], column: str) -> bool:
        value = plain.get(column, "false")
        if value not in ("true", "false"):
            self.wrong(row, column, "bad-flag", value)
        return bool(value == "true")

    def _choice(self, row: str, plain: dict[str, Any], column: str, known: tuple[str, ...]) -> Any:
        value = plain.get(column)
        if value is not None and value not in known:
            self.wrong(row, column, f"unknown-{column}", value)
            return None
        return value

    def _time(self, row: str, column: str, value: Any) -> Micros | None:
        if value is None:
            return None
        match = _TIME.fullmatch(str(value))
        if match is None:
            self.wrong(row, column, "bad-time", value)
            return None
        return self._micros(dt.time(int(match[1]), int(match[2])))

    def _micros(self, at: dt.time) -> Micros:
        return Micros(int(dt.datetime.combine(self.day, at, self.zone).timestamp()) * 1_000_000)

    def _site(self, row: str, plain: dict[str, Any]) -> Site:
        return Site(
            SiteId(self._id(row, plain)),
            self._choice(row, plain, "role", ("hub", "district")) or "district",
            self._text(row, "vi", plain),
            self._number(row, "expected_delegates", plain.get("expected_delegates", "0"), 10_000),
            str(plain.get("phone", ""))[:40],
            self._optional(row, "duty", plain.get("duty")),
        )

    def _slate(self, row: str, plain: dict[str, Any]) -> Slate:
        kind: Any = self._choice(row, plain, "kind", ("title", "flag", "opening")) or "title"
        return Slate(
            self._id(row, plain), kind, self._text(row, "vi", plain), self._optional(row, "text", plain.get("text"))
        )

    def _document(self, row: str, plain: dict[str, Any]) -> Document:
        return Document(self._id(row, plain), self._text(row, "vi", plain))

    def _delegate(self, row: str, plain: dict[str, Any]) -> Delegate:
        return Delegate(
            self._number(row, "order", plain.get("order"), 10_000),
            self._text(row, "office", plain.get("office")),
            self._text(row, "unit", plain.get("unit")),
            SiteId(str(plain.get("site", HUB))),
        )

    def _item(self, row: str, plain: dict[str, Any], sites: set[SiteId]) -> Item:
        for key in plain:
            if key not in _ITEM:
                self.wrong(row, str(key), "unknown-key", key)
        site = plain.get("site")
        if site is not None and site not in sites:
            self.wrong(row, "site", "unknown-site", site)
        names = plain.get("documents", [])
        documents = tuple(str(one) for one in names) if isinstance(names, list) else ()
        return Item(
            ItemId(self._id(row, plain)),
            self._choice(row, plain, "kind", get_args(ItemKind)) or "generic",
            self._text(row, "vi", plain),
            self._number(row, "duration", plain.get("duration", "5"), 1440) * 60,
            str(plain.get("scene", "solo:hub"))[:200],
            at=self._time(row, "at", plain.get("at")),
            until=self._time(row, "until", plain.get("until")),
            by=self._optional(row, "by", plain.get("by")),
            site=None if site is None else SiteId(str(site)),
            audio=self._choice(row, plain, "audio", ("speech", "music")) or "speech",
            script=self._optional(row, "script", plain.get("script")),
            sites_do=self._optional(row, "sites_do", plain.get("sites_do")),
            documents=documents,
            step=self._choice(row, plain, "step", ("announce", "sign")),
            required=self._flag(row, plain, "required"),
            optional=self._flag(row, plain, "optional"),
            open_floor=self._flag(row, plain, "open_floor"),
            stills=self._flag(row, plain, "stills"),
        )

    def _scenes(self, items: tuple[Item, ...], sites: set[SiteId], slates: set[str], documents: set[str]) -> None:
        for n, item in enumerate(items):
            kind, _, rest = item.scene.partition(":")
            names = {name.partition("/")[0] for name in rest.split("+")}
            good = {
                "solo": "+" not in rest and names <= sites | {"holder"},
                "two_shot": rest.count("+") == 1 and len(names) == 2 and names <= sites | {"holder"},
                "grid": not rest or (rest.isascii() and rest.isdigit()),
                "document": rest in documents,
                "signing": rest in documents,
                "slate": not rest or rest in slates,
                "hold": not rest,
            }
            if not good.get(kind, False):
                self.wrong(f"agenda[{n}]", "scene", "unknown-scene", item.scene)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())
