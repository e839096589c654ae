"""Plain rows, checked, to a `Draft`: every error at once, nothing half-made (CEREMONY §12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, TypeVar, get_args

import msgspec

from server.sheets import papers, times
from server.sheets.from_table import Labels
from server.sheets.rows import MAX_ERRORS, MAX_ITEMS, MAX_TEXT, RowError, SheetErrors, clean
from signaling.agenda import Item, ItemKind, Text
from signaling.draft import Delegate, Draft, MicPolicy, Site, Slate, Video
from signaling.names import HUB, ItemId, Micros, SiteId, is_identifier

_TOP: Final = frozenset(
    "title date start timezone host mic_policy video parties delegates sites documents slates line_check rehearsal agenda"
    " after".split()
)  # fmt: skip
_ITEM: Final = frozenset(
    "id kind vi en at until duration by site sites scene audio mic script sites_do documents step required optional"
    " open_floor stills warn_s danger_s".split()
)
_T = TypeVar("_T")
_EIGHT: Final = dt.time(8)
"""When a sheet without any fixed time begins."""
_OURS: Final = (
    "title", "host", "start", "utc_offset_s", "sites", "items", "mic_policy", "slates", "documents", "delegates",
    "parties", "video",
)  # fmt: skip
"""What a sheet holds of a draft; the rest is kept from the draft before it."""


class Check:
    """One sheet being checked. Collects errors while it reads, so that all of them are told at once."""

    def __init__(self, labels: Labels | None = None, errors: list[RowError] | None = None) -> None:
        """Name rows and columns by `labels`; `errors` were found before."""
        self.labels = labels or Labels()
        self.errors: list[RowError] = list(errors or ())
        self.day = dt.date(2000, 1, 1)
        self.zone: dt.tzinfo = dt.UTC
        self.last: dt.datetime | None = None

    def wrong(self, row: str, column: str, code: str, value: object) -> None:
        """Note an error at a plain row, under the name its own file gives it."""
        table = row.partition("[")[0]
        where = f"sheet.{column}" if row == "sheet" else row
        tab, number = self.labels.rows.get(where, ("", row))
        heading = self.labels.columns.get((table, column), column)
        error = RowError(number, heading, code, str("" if value is None else value)[:80], tab)
        same = (error.row, error.column, error.sheet)
        # a cell that could not be read says so once, not again as a missing value
        if len(self.errors) < MAX_ERRORS and not any((e.row, e.column, e.sheet) == same for e in self.errors):
            self.errors.append(error)

    def draft(self, plain: dict[str, Any], base: Draft | None = None) -> Draft:
        """Return the run sheet. Raises `SheetErrors`. What `base` holds beyond a sheet's fields is kept."""
        for key in plain:
            if key not in _TOP:
                self.wrong("sheet", str(key), "unknown-key", key)
        start = self._when(plain)
        sites = tuple(self._rows(plain, "sites", self._site))
        known = {site.id for site in sites}
        if [site.role for site in sites].count("hub") != 1 or HUB not in known:
            self.wrong("sites", "role", "no-hub", "")
        parties = tuple(self._rows(plain, "parties", lambda row, one: papers.party(self, row, one)))
        documents = tuple(self._rows(plain, "documents", lambda row, one: papers.document(self, row, one)))
        papers.known_parties(self, documents, parties)
        slates = tuple(self._rows(plain, "slates", self._slate))
        delegates = tuple(self._rows(plain, "delegates", lambda row, one: self._delegate(row, one, known)))
        texts = {one.id for one in documents}
        items = tuple(self._rows(plain, "agenda", lambda row, one: self._item(row, one, known, texts)))
        for key in ("agenda", "sites", "documents", "slates", "parties"):
            self._unique(key, plain)
        if not items:
            self.wrong("agenda", "id", "missing", "")
        self._scenes(items, known, {one.id for one in slates}, texts)
        policy = self._one_of(plain, "mic_policy", get_args(MicPolicy), "unknown-policy")
        video = self._one_of(plain, "video", get_args(Video), "unknown-video")
        title, host = self.text("sheet", "title", plain.get("title")), self.text("sheet", "host", plain.get("host"))
        found = times.first_moment(items) if start is None else start
        begin = self._micros(dt.datetime.combine(self.day, _EIGHT)) if found is None else found
        self._overlaps(items, begin)
        if self.errors:
            raise SheetErrors(self.errors)
        ordered = (*(s for s in sites if s.role == "hub"), *(s for s in sites if s.role != "hub"))
        offset = dt.datetime.combine(self.day, dt.time(12), self.zone).utcoffset() or dt.timedelta()
        seconds = int(offset.total_seconds())
        made = Draft(title, host, begin, seconds, ordered, items, policy, slates, documents, delegates, parties=parties, video=video)
        if base is None:
            return made
        # sheets older than the choice of a codec do not take it back
        fields = {name: getattr(made, name) for name in _OURS if name != "video" or name in plain}
        return msgspec.structs.replace(base, **fields)

    # --- values -------------------------------------------------------------------------------------------

    def _one_of(self, plain: dict[str, Any], key: str, known: tuple[_T, ...], code: str) -> _T:
        """Return the sheet's choice, the first without one; another is noted as `code`."""
        given = plain.get(key, known[0])
        if given not in known:
            self.wrong("sheet", key, code, given)
        return given if given in known else known[0]

    def _when(self, plain: dict[str, Any]) -> Micros | None:
        """Take day and zone; return the written start, if there is one."""
        written = plain.get("date", "")
        try:
            self.day = dt.date.fromisoformat(str(written))
        except ValueError:
            self.wrong("sheet", "date", "bad-date", written)
        if not 1970 <= self.day.year < 2200:
            self.wrong("sheet", "date", "bad-date", written)
            self.day = dt.date(2000, 1, 1)
        zone = times.zone_of(str(plain.get("timezone", "Asia/Ho_Chi_Minh")))
        if zone is None:
            self.wrong("sheet", "timezone", "unknown-timezone", plain.get("timezone", ""))
        self.zone = zone or dt.UTC
        return self._time("sheet", "start", plain.get("start"))

    def _rows(self, plain: dict[str, Any], key: str, read: Callable[[str, dict[str, Any]], _T]) -> list[_T]:
        rows = plain.get(key, [])
        if not isinstance(rows, list) or len(rows) > MAX_ITEMS:
            self.wrong(key, "", "not-a-list", "")
            return []
        found = []
        for n, row in enumerate(rows):
            if isinstance(row, dict):
                found.append(read(f"{key}[{n}]", row))
            else:
                self.wrong(f"{key}[{n}]", "", "not-a-row", row)
        return found

    def _unique(self, key: str, plain: dict[str, Any]) -> None:
        seen: set[str] = set()
        rows = plain.get(key, [])
        for n, row in enumerate(rows if isinstance(rows, list) else ()):
            name = str(row.get("id")) if isinstance(row, dict) else ""
            if name in seen:
                self.wrong(f"{key}[{n}]", "id", "duplicate-id", name)
            seen.add(name)

    def id_of(self, row: str, plain: dict[str, Any]) -> str:
        """Return a row's identifier."""
        name = plain.get("id")
        if not isinstance(name, str) or not is_identifier(name):
            self.wrong(row, "id", "bad-id", name)
            return ""
        return name

    def line(self, row: str, column: str, value: Any) -> str:
        """Return a text as it is kept; empty for none."""
        if not isinstance(value, str):
            return ""
        if len(value) > MAX_TEXT:
            self.wrong(row, column, "text-too-long", value)
            return ""
        return clean(value)

    def text(self, row: str, column: str, value: Any) -> Text:
        """Return a text in both languages that may not be missing."""
        both = value if isinstance(value, dict) else {"vi": value}
        text = self.line(row, column, both.get("vi"))
        english = self.line(row, column, both.get("en"))
        if not text:
            self.wrong(row, column, "missing-title", value)
        return Text(text, english or text)

    def _optional(self, row: str, column: str, value: Any) -> Text | None:
        return None if value in (None, "") else self.text(row, column, value)

    def _number(self, row: str, column: str, value: Any, most: int) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 and int(value) <= most:
            return int(value)
        self.wrong(row, column, "bad-number", value)
        return 0

    def _duration(self, row: str, value: Any) -> int:
        seconds = times.parse_duration(value) if isinstance(value, str) else None
        if seconds is None or seconds > times.DAY_S:
            self.wrong(row, "duration", "bad-duration", value)
            return 0
        return seconds

    def _flag(self, row: str, plain: dict[str, Any], column: str) -> bool:
        value = plain.get(column, "false")
        if value not in ("true", "false"):
            self.wrong(row, column, "bad-flag", value)
        return bool(value == "true")

    def choice(self, row: str, plain: dict[str, Any], column: str, known: tuple[str, ...]) -> Any:
        """Return one of the known values, None for none."""
        value = plain.get(column)
        if value is not None and value not in known:
            self.wrong(row, column, f"unknown-{column}", value)
            return None
        return value

    def _known(self, row: str, column: str, value: Any, known: set[Any], code: str) -> str:
        if not isinstance(value, str) or value not in known:
            self.wrong(row, column, code, value)
        return str(value)

    def _time(self, row: str, column: str, value: Any) -> Micros | None:
        if value is None:
            return None
        moment = times.parse_moment(value) if isinstance(value, str) else None
        if moment is None:
            self.wrong(row, column, "bad-time", value)
            return None
        self.last = times.resolved(moment, self.day, self.last)
        return self._micros(self.last)

    def _micros(self, wall: dt.datetime) -> Micros:
        return Micros(int(wall.replace(tzinfo=self.zone).timestamp()) * 1_000_000)

    # --- rows ---------------------------------------------------------------------------------------------

    def _site(self, row: str, plain: dict[str, Any]) -> Site:
        return Site(
            SiteId(self.id_of(row, plain)),
            self.choice(row, plain, "role", ("hub", "district")) or "district",
            self.text(row, "vi", plain),
            self._number(row, "expected_delegates", plain.get("expected_delegates", "0"), 10_000),
            self.line(row, "phone", plain.get("phone"))[:40],
            self._optional(row, "duty", plain.get("duty")),
        )

    def _slate(self, row: str, plain: dict[str, Any]) -> Slate:
        kind: Any = self.choice(row, plain, "kind", ("title", "flag", "opening")) or "title"
        text = self._optional(row, "text", plain.get("text"))
        return Slate(self.id_of(row, plain), kind, self.text(row, "vi", plain), text)

    def _delegate(self, row: str, plain: dict[str, Any], sites: set[SiteId]) -> Delegate:
        name = self.line(row, "name", plain.get("name"))
        office = plain.get("office")
        return Delegate(
            self._number(row, "order", plain.get("order"), 10_000),
            Text("", "") if name and not office else self.text(row, "office", office),
            self.text(row, "unit", plain.get("unit")),
            SiteId(self._known(row, "site", plain.get("site", HUB), sites, "unknown-site")),
            name,
        )

    def _item(self, row: str, plain: dict[str, Any], sites: set[SiteId], documents: set[str]) -> Item:
        for key in plain:
            if key not in _ITEM:
                self.wrong(row, str(key), "unknown-key", key)
        site = plain.get("site")
        names = plain.get("documents", [])
        return Item(
            ItemId(self.id_of(row, plain)),
            self.choice(row, plain, "kind", get_args(ItemKind)) or "generic",
            self.text(row, "vi", plain),
            self._duration(row, plain.get("duration", "5")),
            str(plain.get("scene", "solo:hub"))[:200],
            at=self._time(row, "at", plain.get("at")),
            until=self._time(row, "until", plain.get("until")),
            by=self._optional(row, "by", plain.get("by")),
            site=None if site is None else SiteId(self._known(row, "site", site, sites, "unknown-site")),
            audio=self.choice(row, plain, "audio", ("speech", "music")) or "speech",
            script=self._optional(row, "script", plain.get("script")),
            sites_do=self._optional(row, "sites_do", plain.get("sites_do")),
            documents=tuple(
                self._known(row, "documents", one, documents, "unknown-document")
                for one in (names if isinstance(names, list) else [names])
            ),
            step=self.choice(row, plain, "step", ("announce", "sign")),
            required=self._flag(row, plain, "required"),
            optional=self._flag(row, plain, "optional"),
            open_floor=self._flag(row, plain, "open_floor"),
            stills=self._flag(row, plain, "stills"),
            warn_s=self._number(row, "warn_s", plain.get("warn_s", "120"), 3600),
            danger_s=self._number(row, "danger_s", plain.get("danger_s", "30"), 3600),
        )

    # --- what rows mean together --------------------------------------------------------------------------

    def _overlaps(self, items: tuple[Item, ...], start: Micros) -> None:
        """A fixed time before the end of what stands above it, or an end before its beginning."""
        cursor = int(start)
        for n, item in enumerate(items):
            begin = cursor if item.at is None else max(cursor, item.at)
            if item.at is not None and item.at < cursor:
                self.wrong(f"agenda[{n}]", "at", "overlap", self._clock(item.at))
            elif item.until is not None and item.until <= begin:
                self.wrong(f"agenda[{n}]", "until", "overlap", self._clock(item.until))
            cursor = begin + item.duration_s * 1_000_000 if item.until is None else max(begin, item.until)

    def _clock(self, at: Micros) -> str:
        return f"{dt.datetime.fromtimestamp(at / 1e6, self.zone):%H:%M}"

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
