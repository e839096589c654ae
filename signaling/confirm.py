"""Questions put to the sites and their answers (CEREMONY §7)."""

from __future__ import annotations

from typing import Final

from signaling.commands import (
    Actor,
    AnswerConfirmation,
    CloseConfirmation,
    OpenConfirmation,
    RemindConfirmation,
)
from signaling.errors import Refused
from signaling.events import (
    AnyEvent,
    ConfirmationAnswered,
    ConfirmationClosed,
    ConfirmationOpened,
    ConfirmationReminded,
)
from signaling.names import Choice, ConfirmationKind, SiteId
from signaling.parts import Confirmation
from signaling.state import State

ConfirmationCommand = OpenConfirmation | AnswerConfirmation | RemindConfirmation | CloseConfirmation
OPTIONS: Final[dict[ConfirmationKind, tuple[Choice, ...]]] = {
    "agree": ("agree", "remarks"),
    "ack": ("ack",),
    "vote": ("for", "against", "abstain"),
}


def decide(state: State, command: ConfirmationCommand, by: Actor) -> list[AnyEvent]:
    """Return what a command about a confirmation leads to. Raises `Refused`."""
    match command:
        case OpenConfirmation(question, choices, respondents, document):
            return [_open(state, question, choices, respondents, document)]
        case AnswerConfirmation():
            return [_answer(state, command, by)]
        case RemindConfirmation(site):
            _asked(_current(state), site)
            return [ConfirmationReminded(site)]
        case CloseConfirmation():
            _current(state)
            return [ConfirmationClosed()]


def _open(
    state: State, question: str, choices: ConfirmationKind, respondents: tuple[SiteId, ...], document: str | None
) -> ConfirmationOpened:
    if state.confirmation is not None and state.confirmation.closed_at is None:
        raise Refused("confirmation-open")
    paper = None if document is None else state.paper(document)
    if document is not None and (paper is None or not paper.stands()):
        raise Refused("document-not-published")
    if not question.strip():
        raise Refused("text-required")
    asked = tuple(dict.fromkeys(respondents)) or tuple(s.id for s in state.sheet().sites if s.role == "district")
    for site in asked:
        if state.site(site) is None:
            raise Refused("no-site", site=site)
    return ConfirmationOpened(question, choices, asked, document, None if paper is None else paper.published)


def _current(state: State) -> Confirmation:
    if state.confirmation is None or state.confirmation.closed_at is not None:
        raise Refused("confirmation-closed")
    return state.confirmation


def _asked(asked: Confirmation, site: SiteId) -> None:
    if site not in asked.respondents:
        raise Refused("not-asked", site=site)


def _answer(state: State, command: AnswerConfirmation, by: Actor) -> ConfirmationAnswered:
    asked = _current(state)
    _asked(asked, command.site)
    if command.choice not in OPTIONS[asked.choices]:
        raise Refused("choice-unknown", choice=command.choice)
    if not command.name.strip():
        raise Refused("name-required")
    counts = command.counts if asked.choices == "vote" else None
    if counts is not None and sum(counts.values()) > most_votes(state, command.site):
        raise Refused("count-exceeds-present", most=most_votes(state, command.site))
    if command.sha256 != asked.sha256 and (command.sha256 is not None or by.role == "site"):
        raise Refused("hash-mismatch")  # by telephone the hash was read out or it was not: the desk answers for it
    return ConfirmationAnswered(
        command.site, command.choice, command.name, counts, asked.sha256, by.role != "site", command.remarks
    )


def most_votes(state: State, site: SiteId) -> int:
    """Return how many votes a site may have: those present by its answer to the roll call, else those expected."""
    line, own = state.attendance.get(site), state.site(site)
    if line is not None and line.present is not None:
        return line.present
    return 0 if own is None else own.expected


def pending(asked: Confirmation) -> tuple[SiteId, ...]:
    """Return who has not answered, in the order asked: the list that matters."""
    return tuple(site for site in asked.respondents if site not in asked.answers)


def totals(asked: Confirmation) -> dict[str, int]:
    """Return how many answers each choice got; for a vote the votes, one where a site gave no counts."""
    sums: dict[str, int] = dict.fromkeys(OPTIONS[asked.choices], 0)
    for answer in asked.answers.values():
        if answer.counts is None:
            sums[answer.choice] += 1
        else:
            for choice, votes in answer.counts.items():
                sums[choice] += votes
    return sums
