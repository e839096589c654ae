"""The past of a ceremony as the replay page wants it: the log folded once more, beside the clips' indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from recordings.log import Entry, read_log
from recordings.timeline import Snapshot, timeline
from recordings.tracks import clips_of
from signaling import ceremony, events, scenes, views
from signaling.names import Micros
from signaling.state import State, gates


def states(entries: Iterable[Entry]) -> Iterator[tuple[Micros, State]]:
    """Yield the state after each event, with its time. What operators saw at event *n* is the *n*-th of these."""
    state = State()
    for entry in entries:
        state = ceremony.evolve(state, events.from_plain(entry.event), Micros(entry.at))
        yield Micros(entry.at), state


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
        lower_third=state.caption,
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


def timeline_of(folder: str, session: str | None, now: Micros) -> dict[str, Any]:
    """Return the timeline of a ceremony's folder as JSON values (RECORDING §6). Reads the disk: not on the loop.

    `session` None: whichever ceremony the folder holds.
    """
    entries = list(read_log(folder, session))
    history = list(states(entries))
    seen = without_void_runs(entries, [(at, snapshot(state)) for at, state in history])
    found = timeline(seen, clips_of(folder), now)
    last = history[-1][1] if history else State()
    if last.draft is not None:
        sheet = last.sheet()
        titles = {item.id: (n, item.title) for n, item in enumerate(sheet.items, 1)}
        for chapter in found["chapters"]:
            n, title = titles[chapter["item"]]
            chapter |= {"n": n, "title": msgspec.to_builtins(title)}
        found |= {
            "session": session or last.session,
            "phase": last.phase,
            "utc_offset_s": sheet.utc_offset_s,
            "title": msgspec.to_builtins(sheet.title),
            "sites": [
                {"id": site.id, "n": n, "name": msgspec.to_builtins(site.name)} for n, site in enumerate(sheet.sites)
            ],
        }
    return found
