"""Expected, present, late, lost; the declaration that decides (CEREMONY §7)."""

from __future__ import annotations

from typing import Final

from signaling.commands import Actor, AnswerRollcall, CheckRollcall, DeclareRollcall, MarkRollcall
from signaling.errors import Refused
from signaling.events import AnyEvent, RollcallAnswered, RollcallChecked, RollcallDeclared, RollcallMarked
from signaling.names import SiteId
from signaling.screens_desk import QuorumView
from signaling.state import State

MOST_PRESENT: Final = 10_000
RollcallCommand = AnswerRollcall | MarkRollcall | CheckRollcall | DeclareRollcall


def decide(state: State, command: RollcallCommand, by: Actor) -> list[AnyEvent]:
    """Return what a roll-call command leads to. Raises `Refused`."""
    match command:
        case AnswerRollcall(site, present, head, quorum, hears, sees):
            if state.site(site) is None:
                raise Refused("no-site", site=site)
            if present > MOST_PRESENT:
                raise Refused("count-out-of-range")
            return [RollcallAnswered(site, present, head, quorum, hears, sees, by.seat)]
        case MarkRollcall(site, mark):
            if state.site(site) is None:
                raise Refused("no-site", site=site)
            return [RollcallMarked(site, mark)]
        case CheckRollcall(site, audio, picture):
            if state.site(site) is None:
                raise Refused("no-site", site=site)
            return [RollcallChecked(site, audio, picture)]
        case DeclareRollcall(met, note):
            if not met and not (note or "").strip():
                raise Refused("reason-required")
            return [RollcallDeclared(met, note)]


def count(state: State) -> QuorumView:
    """Return what the roll call adds up to, and whether it meets the rule: the declaration decides all the same.

    A site is present by its own answer or, before it answered, by its picture; one marked absent is not.
    """
    sheet = state.sheet()
    districts = [site for site in sheet.sites if site.role != "hub"]
    here = [site for site in districts if _is_here(state, site.id)]
    lines = state.attendance
    present = sum((lines[site.id].present or 0) for site in sheet.sites if lines[site.id].mark != "absent")
    expected = sum(site.expected for site in sheet.sites)
    answered = sum(lines[site.id].answered_at is not None for site in districts)
    rule = sheet.quorum
    if rule is None:
        return QuorumView("none", 0, 0, len(here), len(districts), present, expected, answered, None)
    if rule.rule == "sites":
        met = len(here) >= rule.least
        return QuorumView("sites", rule.least, rule.least, len(here), len(districts), present, expected, answered, met)
    needed = -(-expected * rule.least // 100)
    met = present >= needed
    return QuorumView("percent", rule.least, needed, len(here), len(districts), present, expected, answered, met)


def _is_here(state: State, site: SiteId) -> bool:
    line = state.attendance[site]
    if line.mark == "absent":
        return False
    return line.quorum is True or (line.answered_at is None and state.presence.get(site) == "present")
