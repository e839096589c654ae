"""The ceremony: commands in, events out, state as their fold.

`decide` invents nothing: identifiers, hashes and the time arrive from outside. `evolve` is total: it never
refuses what happened. It takes the time of the event beside it, which the log keeps on every line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from signaling import access, floor, phases, rollcall, running, scenes
from signaling.commands import (
    Actor,
    AnswerRollcall,
    AnyCommand,
    AskFloor,
    CloseSession,
    CreateSession,
    CutScene,
    DeclareRollcall,
    DropFloor,
    EndFloor,
    EndItem,
    GrantFloor,
    HoldItem,
    HoldScene,
    InviteFloor,
    MarkRollcall,
    OpenSession,
    PrepareScene,
    ReopenSession,
    ReportPresence,
    ReportRecorder,
    ReportStart,
    RestoreItem,
    SetMic,
    SetNext,
    SkipItem,
    TakeItem,
    WithdrawFloor,
)
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    RecorderChanged,
    ScenePrepared,
    SceneSet,
    ServerStarted,
    SiteAbsent,
    SiteBack,
    SiteLost,
    SourceBack,
    SourceLost,
)
from signaling.evolve import evolve
from signaling.names import Micros, site_of, source_name
from signaling.state import State

__all__ = ["State", "decide", "evolve", "fold"]


def decide(state: State, command: AnyCommand, by: Actor, now: Micros) -> list[AnyEvent]:
    """Return what the command leads to, in order; an empty list when nothing changes. Raises `Refused`."""
    access.allowed(command, by, state.phase)
    match command:
        case CreateSession() | OpenSession() | CloseSession() | ReopenSession():
            return phases.decide(state, command, now)
        case SetNext() | TakeItem() | HoldItem() | EndItem() | SkipItem() | RestoreItem():
            return running.decide(state, command)
        case AskFloor() | WithdrawFloor() | InviteFloor() | GrantFloor() | EndFloor() | DropFloor():
            return floor.decide(state, command, by)
        case SetMic():
            return floor.microphones(state, command)
        case PrepareScene() | CutScene() | HoldScene():
            return _scene(state, command)
        case AnswerRollcall() | MarkRollcall() | DeclareRollcall():
            return rollcall.decide(state, command)
        case ReportPresence():
            return _presence(state, command)
        case ReportRecorder(kind, source, clip, detail):
            return [RecorderChanged(kind, source, clip, detail)]
        case ReportStart(version):
            return [ServerStarted(version)]
        case _:
            assert_never(command)


def fold(happened: Iterable[tuple[Micros, AnyEvent]], state: State | None = None) -> State:
    """Return the state after all these events, each with its time."""
    state = State() if state is None else state
    for at, event in happened:
        state = evolve(state, event, at)
    return state


def _scene(state: State, command: PrepareScene | CutScene | HoldScene) -> list[AnyEvent]:
    match command:
        case PrepareScene(scene):
            scenes.check(state, scene)
            return [ScenePrepared(scene)]
        case CutScene(after):
            if after != state.scene_rev:
                raise Refused("scene-moved")
            if state.preview is None:
                raise Refused("nothing-prepared")
            scenes.check(state, state.preview)
            # the two change places: the operator's way back is one key
            return [SceneSet(state.preview), ScenePrepared(state.program)]
        case HoldScene():
            return [SceneSet("hold")]


def _presence(state: State, command: ReportPresence) -> list[AnyEvent]:
    source, site = command.source, site_of(command.source)
    if state.phase == "none" or state.site(site) is None:
        return []
    if source_name(source) != "camera":
        if command.state == "back":
            return [] if source in state.extra else [SourceBack(source)]
        return [SourceLost(source)] if source in state.extra else []
    now = state.presence.get(site, "absent")
    match command.state:
        case "back":
            return [] if now == "present" else [SiteBack(site)]
        case "lost":
            return [SiteLost(site)] if now == "present" else []
        case "absent":
            return [] if now == "absent" else [SiteAbsent(site), *floor.dropped(state, site)]
