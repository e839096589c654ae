"""The signing from beginning to end, and faults put into it on purpose: every one must show."""

import pytest
from msgspec.structs import replace

from signaling import access, documents, evolve_papers, phases, rite, running, signing, tickets, views_papers
from signaling import events as ev
from signaling.papers import Paper
from tests.signaling.signing_tour import SigningTour


def wrapped(function, change):
    """The function with its answer changed."""
    return lambda *args, **more: change(function(*args, **more), *args, **more)


def nothing(*_args, **_more):
    return None


def moved(event, change):
    """The table of moves with one of them changed."""
    return {**evolve_papers._MOVES, event: wrapped(evolve_papers._MOVES[event], change)}


def any_turn(paper, name, _by):
    return rite.slot_of(paper, name)


FAULTS = {
    "slots in any order": (rite, "turn_of", any_turn),
    "a seat signs for another": (tickets, "entitled", nothing),
    "no reviews asked for": (signing, "reviews_missing", lambda *_: ()),
    "reviews of any version": (signing, "_review", lambda state, paper: next((one for one in signing._questions(state) if one.document == paper.id), None)),
    "a review outlives its document": (documents, "_review_over", lambda *_: []),
    "the keeper witnesses": (signing, "person_of", lambda seat: seat),
    "tickets for ever": (tickets, "TICKET_US", 10**15),
    "a ticket on an old head": (tickets, "_finish", lambda paper, ticket, command, _now: [ev.SignatureLanded(paper.id, ticket.slot, "digital", command.base, command.sha256, "x", "", ticket.id, "B-T")]),
    "completed too early": (tickets, "landing", lambda paper, landed: [*landed, ev.DocumentCompleted(paper.id, "x")]),
    "never completed": (signing, "landing", lambda _paper, landed: landed),
    "the head stands still": (evolve_papers, "_headed", lambda paper, _sha: paper),
    "the line forgets": (evolve_papers, "_line", lambda paper, *hashes: hashes),
    "signatures vanish with a new file": (evolve_papers, "_MOVES", moved(ev.DocumentAdded, lambda new, *_: replace(new, past=()))),
    "the pen stays after the witness": (evolve_papers, "_MOVES", moved(ev.SignatureLanded, lambda new, old, *_: replace(new, pen=old.pen))),
    "a decline keeps the person": (evolve_papers, "_MOVES", moved(ev.SlotDeclined, lambda new, old, *_: replace(new, assigned=old.assigned))),
    "a voided pen stays": (evolve_papers, "_MOVES", moved(ev.PenVoided, lambda _new, old, *_: old)),
    "a cancelled ticket stays": (evolve_papers, "_MOVES", moved(ev.TicketCancelled, lambda _new, old, *_: old)),
    "an interruption is nothing": (evolve_papers, "_MOVES", moved(ev.SigningInterrupted, lambda _new, old, *_: old)),
    "revisions of documents stand still": (evolve_papers, "papers", wrapped(evolve_papers.papers, lambda new, old, event, _at: replace(new, papers={**new.papers, event.document: replace(new.papers[event.document], rev=old.paper(event.document).rev)}))),
    "the rite holds nobody": (running, "_rite_over", nothing),
    "signing without a document": (running, "_papers_ready", nothing),
    "closing with a pen down": (Paper, "open_slot", nothing),
    "reopening after the minutes": (phases, "MINUTES", "other"),
    "old minutes after reopening": (evolve_papers, "reopened", lambda state: state),
    "sealing without minutes": (documents, "MINUTES", "ct"),
    "a draft of the sealed": (access, "_in_phase", nothing),
    "anyone may sign": (access, "_may", lambda *_: True),
    "everyone sees every slot": (views_papers, "_own", lambda paper, slot: views_papers._slot(paper, paper.slots[0], None)),
    "drafts for everyone": (Paper, "stands", lambda _self: True),
    "sites see who signs": (views_papers, "_read", lambda paper: views_papers.DocumentView(paper.id, paper.title, paper.state, sha256=paper.published, slots=tuple(views_papers._slot(paper, s, None) for s in paper.slots))),
    "the wrong page": (views_papers, "sheet", lambda scene: None),
    "withdrawn bytes come back": (evolve_papers, "_MOVES", moved(ev.DocumentWithdrawn, lambda new, *_: replace(new, lineage=new.lineage[1:]))),
}  # fmt: skip


def test_everything_is_signed_and_sealed():
    tour = SigningTour().run()
    wanted = ("document.", "slot.", "signing.", "pen.", "ink.", "scan.", "ticket.", "session.seal")
    missing = {verb for verb in access.TABLE if verb.startswith(wanted)} - tour.play.used
    assert missing <= {"document.leave"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_noticed(monkeypatch, name):
    where, what, wrong = FAULTS[name]
    monkeypatch.setattr(where, what, wrong)
    with pytest.raises((AssertionError, KeyError, TypeError, AttributeError, StopIteration)):
        SigningTour().run()
