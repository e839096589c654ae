"""What desks and sites are told beside agenda, scene and floor: control, confirmations, notices, incidents …"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from signaling import confirm
from signaling.acting import Actor
from signaling.agenda import Item
from signaling.names import ItemId, SiteId
from signaling.parts import Confirmation, Notice
from signaling.screens_desk import (
    AnswerView,
    ConfirmationView,
    ControlView,
    DelegatesView,
    DelegateView,
    IncidentsView,
    IncidentView,
    LetterView,
    LobbySeatView,
    LobbyView,
    NoticesView,
    NoticeView,
    ProceedingsView,
    ProceedingView,
    PrompterView,
    ScriptView,
    StageView,
)
from signaling.state import State
from signaling.views_agenda import PAGE_BYTES, cut, newest, weight

MOST_SHOWN = 60
SHORT = 60
"""Characters to which names and remarks are cut when all answers together would not fit one section."""
DELEGATE_PAGES = 4


def control(state: State, who: Actor) -> ControlView:
    """Return who is in control, as one of the operators sees it."""
    held = state.control
    if held is None:
        return ControlView(None, 0, False, None, None, None)
    return ControlView(held.seat, held.epoch, state.controls(who.seat), held.since, held.how, held.reason)


def stage(state: State) -> StageView:
    """Return what the stage display shows."""
    return StageView(state.stage_message, state.blackout)


def confirmation(state: State, site: SiteId | None = None) -> ConfirmationView | None:
    """Return the latest question; for a site the latest it was asked, and only its own answer."""
    every = (*state.confirmations, *(() if state.confirmation is None else (state.confirmation,)))
    asked = next((one for one in reversed(every) if site is None or site in one.respondents), None)
    if asked is None:
        return None
    answers = [_answer(asked, one) for one in asked.respondents if one in asked.answers and site in (None, one)]
    if weight(answers) > PAGE_BYTES - 12_000:
        answers = [replace(one, name=one.name[:SHORT], remarks=(one.remarks or "")[:SHORT] or None) for one in answers]
    return ConfirmationView(
        asked.n, asked.question, asked.choices, confirm.OPTIONS[asked.choices], asked.closed_at is None,
        asked.opened_at, asked.closed_at, tuple(one for one in confirm.pending(asked) if site in (None, one)),
        tuple(answers), confirm.totals(asked) if site is None else {},
        {one: at for one, at in asked.reminded.items() if site in (None, one)}, asked.document, asked.sha256,
    )  # fmt: skip


def _answer(asked: Confirmation, site: SiteId) -> AnswerView:
    one = asked.answers[site]
    counts: Any = one.counts
    return AnswerView(site, one.choice, one.name, one.at, one.by_phone, counts, one.remarks)


def notices(state: State, site: SiteId | None = None, *, letters: bool = False) -> NoticesView:
    """Return the latest notices, for a site its own; `letters`: also what sites wrote."""
    shown = [_notice(n, one, site) for n, one in enumerate(state.notices, 1) if site is None or site in one.to]
    told = newest(shown[::-1], 20, 30_000)
    if not letters:
        return NoticesView(told)
    wrote = [LetterView(one.site, one.text, one.at) for one in state.letters[: -MOST_SHOWN - 1 : -1]]
    return NoticesView(told, newest(wrote, MOST_SHOWN, 24_000))


def _notice(n: int, one: Notice, site: SiteId | None) -> NoticeView:
    if site is not None:
        return NoticeView(n, one.text, one.at, one.must_ack, acked=site in one.acked)
    unread = tuple(to for to in one.to if to not in one.acked) if one.must_ack else ()
    return NoticeView(n, one.text, one.at, one.must_ack, len(one.to), unread)


def incidents(state: State) -> IncidentsView:
    """Return open incidents, the latest first, then the latest closed ones."""
    every = [
        IncidentView(n, one.kind, one.opened, one.closed, one.site, one.source, one.text, one.amount_ms)
        for n, one in enumerate(state.incidents, 1)
    ]
    still = [one for one in reversed(every) if one.closed is None]
    over = [one for one in reversed(every) if one.closed is not None]
    shown = newest([*still, *over], MOST_SHOWN)
    return IncidentsView(shown, len(still), len(every) - len(shown))


def lobby(state: State) -> LobbyView:
    """Return the devices that wait, the longest first, then the latest others."""
    seats = [
        LobbySeatView(seat, one.state, one.site, one.name, one.reason, one.since) for seat, one in state.lobby.items()
    ]
    waiting = sorted((one for one in seats if one.state == "waiting"), key=lambda one: (one.since, one.seat))
    others = sorted((one for one in seats if one.state != "waiting"), key=lambda one: (-one.since, one.seat))
    return LobbyView(newest([*waiting, *others], MOST_SHOWN), len(waiting))


def proceedings(state: State) -> ProceedingsView:
    """Return the proceedings, the latest written first; texts as far as they fit."""
    left, shown = PAGE_BYTES - 130 * len(state.proceedings), []
    for item, one in sorted(state.proceedings.items(), key=lambda pair: (-pair[1].at, pair[0])):
        left -= weight(one.text)
        shown.append(ProceedingView(item, one.rev, one.at, one.text if left >= 0 else None))
    return ProceedingsView(tuple(shown))


def prompter(state: State) -> PrompterView:
    """Return the script of now and of next, from the copies that run."""
    return PrompterView(_script(state, state.live, state.live_copy), _script(state, state.next, state.next_copy))


def _script(state: State, item: ItemId | None, copy: Item | None) -> ScriptView | None:
    if item is None or copy is None:
        return None
    return ScriptView(item, state.sheet().places.get(item, 0) + 1, copy.title, copy.by, copy.site, copy.script)


def delegates(state: State) -> dict[str, DelegatesView]:
    """Return the delegates in order of protocol, in as many sections as they need."""
    order = sorted(state.sheet().delegates, key=lambda one: one.order)
    shown = [DelegateView(one.order, one.office, one.unit, one.site, one.name) for one in order]
    pages = cut(shown, map(weight, shown))[:DELEGATE_PAGES]
    names = ("delegates", *(f"delegates_{i}" for i in range(1, len(pages))))
    return {name: DelegatesView(page, len(pages)) for name, page in zip(names, pages, strict=True)}
