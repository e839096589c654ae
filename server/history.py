"""The past of a ceremony as the replay page wants it: the log folded once more, beside the clips' indexes."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from recordings import lines
from recordings.chain import GENESIS
from recordings.levels import levels
from recordings.lines import Entry
from recordings.logfiles import MIRROR
from recordings.notes import notes_of
from recordings.timeline import Snapshot, span, timeline
from recordings.tracks import clips_of
from signaling import ceremony, events, scenes, views
from signaling.errors import Malformed
from signaling.names import Micros
from signaling.state import State, gates

_SESSION: Final = re.compile(r"[a-z0-9-]{1,64}")


def snapshot(state: State) -> Snapshot:
    """Return what the replay needs to know of a state."""
    if state.draft is None:
        return Snapshot("hold", (), {}, None, None, "none", {}, None)
    shown = views.picture(state, state.program)
    return Snapshot(
        scene=state.program,
        positions=tuple(msgspec.to_builtins(position) for position in shown.positions),
        gates={str(source): str(gate) for source, gate in gates(state).items()},
        item=state.live,
        floor=state.holder(),
        # recording runs through a suspension: for the replay the ceremony was open
        phase="open" if state.phase == "suspended" else state.phase,
        presence={str(site): str(how) for site, how in state.presence.items()},
        slate=msgspec.to_builtins(shown.slate),
        layout=scenes.program(state).layout,
        hands=tuple(str(hand.site) for hand in state.floor.queue),
        lower_third=state.caption,
        sheet=msgspec.to_builtins(shown.sheet),
        lines={way: f"{one.colour} {one.reason} {one.value}" for way, one in state.lines.items()},
    )


def without_void_runs(entries: list[Entry], seen: list[tuple[Micros, Snapshot]]) -> list[tuple[Micros, Snapshot]]:
    """Return the snapshots with undone acts leaving no item: a void run is in the log, never a chapter (CEREMONY §2)."""
    for end, entry in enumerate(entries):
        if entry.event.get("is") != "agenda.undone":
            continue
        begin = int(entry.event["seq"]) - 1
        before = seen[begin - 1][1].item if begin else None
        for i in range(begin, end):
            seen[i] = (seen[i][0], msgspec.structs.replace(seen[i][1], item=before))
    return seen


class Past:
    """The past of one ceremony, read on where it ended. Reads the disk: not on the loop; any thread may ask."""

    def __init__(self, folder: str, session: str) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._session = session
        self._lock = threading.Lock()
        self._state = State()
        self._entries: list[Entry] = []
        self._seen: list[tuple[Micros, Snapshot]] = []
        self._read = 0

    def _go_on(self) -> None:
        with open(os.path.join(self._folder, MIRROR), "rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        for line in lines.split(whole):
            last = self._entries[-1] if self._entries else None
            entry = lines.read(line, self._session, len(self._entries) + 1, last.hash if last else GENESIS)
            self._state = ceremony.evolve(self._state, events.from_plain(entry.event), Micros(entry.at))
            self._entries.append(entry)
            self._seen.append((Micros(entry.at), snapshot(self._state)))
        self._read += len(whole)

    def timeline(self, now: Micros) -> dict[str, Any]:
        """Return the timeline as JSON values (RECORDING §6). Raises `Malformed` for a log that is damaged."""
        with self._lock:
            self._go_on()
            seen = without_void_runs(self._entries, list(self._seen))
            found = timeline(seen, clips_of(self._folder), now)
            found["marks"] = marks(self._entries, found["zero_us"])
            found["notes"] = noted(self._folder, self._session, found["zero_us"])
            return found | {"session": self._session, "head": self._entries[-1].hash} | self._named(found)

    def levels(self, now: Micros, from_ms: int = 0) -> dict[str, Any]:
        """Return how loud each source was from a moment of the timeline on (`recordings.levels`). Raises `Malformed` like it."""
        with self._lock:
            self._go_on()
            zero_us, _ = span(list(self._seen), now)
        return levels(clips_of(self._folder), zero_us, from_ms)

    def plan(self) -> list[dict[str, Any]]:
        """Return the run sheet as it stood last: {item, n, title, planned_us, state}; empty before there was one."""
        with self._lock:
            last = self._state
        items = () if last.draft is None else last.sheet().items
        return [
            {
                "item": item.id, "n": n, "title": msgspec.to_builtins(item.title), "state": last.runs[item.id].state,
                "planned_us": last.planned[item.id].start if item.id in last.planned else None,
            }
            for n, item in enumerate(items, 1)
        ]  # fmt: skip

    def _named(self, found: dict[str, Any]) -> dict[str, Any]:
        last = self._state
        if last.draft is None:
            return {}
        sheet = last.sheet()
        titles = {item.id: (n, item.title) for n, item in enumerate(sheet.items, 1)}
        for chapter in found["chapters"]:
            n, title = titles[chapter["item"]]
            chapter |= {"n": n, "title": msgspec.to_builtins(title)}
        return {
            "phase": last.phase,
            "utc_offset_s": sheet.utc_offset_s,
            "title": msgspec.to_builtins(sheet.title),
            "sites": [
                {"id": site.id, "n": n, "name": msgspec.to_builtins(site.name)} for n, site in enumerate(sheet.sites)
            ],
        }


MARKED: Final = {
    "notice.sent": "text", "incident.noted": "text", "confirmation.opened": "question", "confirmation.closed": None,
    "session.suspended": "reason", "session.resumed": None, "caption.set": "text", "site.announced": "text",
    "rollcall.declared": "note", "proceedings.written": "text",
    "document.published": "document", "signing.begun": "reason", "signing.interrupted": "reason", "pen.raised": "slot",
    "signature.landed": "person", "document.exchanged": None,
}  # fmt: skip
"""Events that are moments of the replay, and the field that says in words what they were."""


def marks(entries: Iterable[Entry], zero_us: int) -> list[dict[str, Any]]:
    """Return the moments people look for: {ms, kind, text, site}, in order."""
    found = []
    for entry in entries:
        kind = entry.event["is"]
        if kind not in MARKED:
            continue
        field = MARKED[kind]
        text = entry.event.get(field) if field else None
        found.append({
            "ms": max(0, (entry.at - zero_us) // 1000), "kind": kind, "text": text or "", "site": entry.event.get("site"),
        })  # fmt: skip
    return found


def noted(folder: str, session: str, zero_us: int) -> list[dict[str, Any]]:
    """Return the clerk's notes: {id, ms, text, by, at}, by their moment; none if their log is damaged, as `verify` says."""
    with contextlib.suppress(Malformed, OSError):
        return [
            {"id": one.id, "ms": max(0, (one.moment_us - zero_us) // 1000), "text": one.text, "by": one.by, "at": one.at}
            for one in notes_of(folder, session)
        ]
    return []


class _Named(msgspec.Struct, frozen=True):
    session: str


def session_of(folder: str) -> str:
    """Return the name of the ceremony a folder holds. Raises `Malformed` if it holds none."""
    try:
        with open(os.path.join(folder, MIRROR), "rb") as file:
            name = msgspec.json.decode(file.readline(1 << 20), type=_Named).session
    except (OSError, msgspec.MsgspecError, ValueError):
        raise Malformed(f"no event log in {folder}") from None
    if _SESSION.fullmatch(name) is None:
        raise Malformed(f"no ceremony is called {name[:80]!r}")
    return name


def timeline_of(folder: str, session: str, now: Micros) -> dict[str, Any]:
    """Return the timeline of a ceremony's folder, read once. Raises `Malformed` or `OSError`."""
    return Past(folder, session).timeline(now)


def record_of(folder: str, session: str, now: Micros) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the timeline and the run sheet of a ceremony's folder, read once. Raises `Malformed` or `OSError`."""
    past = Past(folder, session)
    return past.timeline(now), past.plan()
