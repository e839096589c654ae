"""The invariants of CEREMONY §13 that are about documents and their signing, each under its own name."""

from kit.ceremonies import (
    DIGITAL,
    INK,
    OPERATOR,
    SECRETARY,
    SLOTS,
    Play,
    signatory,
    signing_small,
    site_actor,
)
from msgspec.structs import replace

from signaling import commands as do
from signaling import events as ev
from signaling import messages, views
from signaling.names import person_of, seat_of
from signaling.papers import MINUTES, PERSONS
from signaling.signing import reviews_missing
from tests.signaling import checks
from tests.signaling.checks import STAGE, VIEWER, Watched

SIGNERS = tuple(signatory(f"{prefix}{slot}") for prefix in ("", "s-") for slot in SLOTS)
SCREENS = (*checks.ALL_SCREENS, SIGNERS[0], SIGNERS[-1])


class Signed(Watched):
    """A ceremony with documents in hand; what only a step can show about them is noticed too."""

    def __init__(self):
        super().__init__(checks.with_telephones(signing_small()))

    def _look(self, command, before, length):
        super()._look(command, before, length)
        for _, event in self.log[length:]:
            self._paper(before, event, getattr(command, "reason", None))

    def _paper(self, before, event, given):
        match event:
            case ev.SessionClosed() | ev.SessionSealed():
                assert all(paper.open_slot() is None for paper in before.every_paper()), "never in flight"
                if isinstance(event, ev.SessionSealed):
                    assert before.paper(MINUTES).state == "completed", "sealed with signed minutes"
                    for paper in before.every_paper():
                        assert not paper.slots or paper.state in ("completed", "withdrawn", "left"), "no open document"
            case ev.ConfirmationAnswered():
                asked = before.confirmation
                assert event.sha256 == asked.sha256, "agreements are of the published bytes"
                if asked.document is not None:
                    paper = before.paper(asked.document)
                    assert paper.stands() and event.sha256 == paper.published, "agreements are of the published bytes"
            case ev.SigningBegun(document, reason):
                paper = before.paper(document)
                if paper.kind == "ceremony" and paper.state == "published":
                    assert before.live_copy.kind == "signing"
                    assert reason or not reviews_missing(before, paper), "reviewed, or with a reason"
            case ev.SignatureLanded():
                paper = before.paper(event.document)
                assert event.slot not in paper.done(), "landed once"
                if event.how == "digital":
                    assert paper.ticket is not None and paper.ticket.id == event.ticket, "by its ticket"
                    assert self.now - paper.ticket.at <= 15 * 60 * 1_000_000, "in time"
            case ev.DocumentPublished():
                assert before.paper(event.document).state in ("draft", "withdrawn"), "published once"
            case ev.ItemTaken() | ev.ItemHeld() | ev.ItemEnded():
                live = before.live_copy
                if live is not None and live.kind == "signing" and not given:
                    over = [before.paper(one) for one in live.documents]
                    assert not any(paper.under_way() for paper in over), "the rite holds its item"


def slots_land_in_order_and_once(play):
    for paper in play.state.every_paper():
        landed = [one.slot for one in paper.landed]
        assert landed == [slot.slot for slot in paper.slots][: len(landed)]


def each_signature_stands_on_the_one_before(play):
    for paper in play.state.every_paper():
        base = paper.published
        for one in paper.landed:
            assert one.base == base, "base = predecessor"
            base = one.sha256
        if paper.landed and paper.mode == "digital" and paper.level not in ("B-LT", "B-LTA"):
            assert paper.head == base, "head = end of chain"
        if paper.head is not None:
            assert paper.lineage[-1:] == (paper.head,), "head = end of chain"


def completed_means_all_and_all_mean_completed(play):
    for paper in play.state.every_paper():
        every = paper.slots and {slot.slot for slot in paper.slots} == paper.done()
        assert (paper.state == "completed") == bool(every)


def one_signature_is_under_way_on_the_head(play):
    for paper in play.state.every_paper():
        assert paper.pen is None or paper.ticket is None
        if paper.open_slot() is not None:
            assert paper.turn().slot == paper.open_slot()
            assert paper.state in ("signing", "interrupted")
            assert paper.open_slot() in paper.assigned
        if paper.ticket is not None:
            assert paper.ticket.base == paper.head
        if paper.pen is not None:
            assert paper.slot(paper.pen.slot).kind in PERSONS


def no_revision_is_used_again(play):
    seen = [event.sha256 for _, event in play.log if isinstance(event, ev.DocumentPublished)]
    seen += [event.sha256 for _, event in play.log if isinstance(event, ev.SignatureLanded) and event.how == "digital"]
    assert len(set(seen)) == len(seen)
    for paper in play.state.every_paper():
        assert len(set(paper.lineage)) == len(paper.lineage)


def what_landed_never_vanishes(play):
    landed = {}
    for _, event in play.log:
        if isinstance(event, ev.SignatureLanded):
            landed[event.document] = landed.get(event.document, 0) + 1
    for document, count in landed.items():
        paper = play.state.paper(document)
        assert len(paper.past) + len(paper.landed) == count


def the_witness_is_another_person(play):
    for paper in play.state.every_paper():
        for one in (*paper.past, *paper.landed):
            if one.how == "ink":
                assert one.down <= one.up or any(isinstance(event, ev.ClockJumped) for _, event in play.log)
                keepers = [e.by for _, e in play.log if isinstance(e, ev.PenLowered) and e.slot == one.slot]
                assert keepers, "a pen was down"
    for i, (_, event) in enumerate(play.log):
        if isinstance(event, ev.SignatureLanded) and event.how == "ink":
            down = next(e for _, e in reversed(play.log[:i]) if isinstance(e, ev.PenLowered) and e.document == event.document)
            assert person_of(down.by) != person_of(event.witness), "witness is not the keeper of the pen"


def revisions_count_events_of_the_document(play):
    for paper in play.state.every_paper():
        events = [e for _, e in play.log if getattr(e, "document", None) == paper.id and not isinstance(e, ev.ConfirmationOpened)]
        assert paper.rev >= len(events)


def sealed_is_the_end(play):
    sealed = [i for i, (_, event) in enumerate(play.log) if isinstance(event, ev.SessionSealed)]
    assert (play.state.phase == "sealed") == bool(sealed)
    if sealed:
        later = [event for _, event in play.log[sealed[0] + 1 :]]
        assert not later


def nobody_sees_documents_that_are_not_theirs(play):
    """Persons are named `person-<slot>`: a signatory sees the own one, sites and audience none."""
    state = play.state
    for who in SCREENS:
        view = views.view(state, who, play.now)
        messages.Sections(**view)
        told = view.get("documents")
        if who.role in ("admin", "mc"):
            assert told is None
            continue
        raw = messages.encode_any(told)
        assert len(raw) <= messages.MAX_BYTES
        if who.role in views.DESK:
            assert {one.id for one in told.documents} == {paper.id for paper in state.every_paper()}
            continue
        assert all(state.paper(one.id).stands() for one in told.documents), "only what is published"
        assert b"p-" not in raw, "no seats of other people"
        if who.role == "signatory":
            for one in told.documents:
                assert [seat_of(slot.slot) for slot in one.slots] == [who.seat], "a signatory sees the own slot"
                assert one.sha256 == state.paper(one.id).published
            names = raw.replace(f"person-{who.seat[2:]}".encode(), b"")
            assert b"person-" not in names
        elif who.role == "site":
            assert b"person-" not in raw
            assert all(one.sha256 == state.paper(one.id).published for one in told.documents)
        else:
            assert b"person-" not in raw
            assert len(told.documents) <= 1


def document_scenes_show_the_head(play):
    shown = views.picture(play.state, play.state.program).sheet
    kind, _, document = play.state.program.partition(":")
    paper = play.state.paper(document) if kind in ("document", "signing") else None
    assert (shown is not None) == (paper is not None and paper.stands())
    if shown is not None:
        assert (shown.sha256, shown.page) == (paper.head, paper.page)
        assert 1 <= shown.page <= paper.pages
        assert shown.x + shown.w <= 1280 and shown.y + shown.h <= 720


ALWAYS = (
    slots_land_in_order_and_once, each_signature_stands_on_the_one_before, completed_means_all_and_all_mean_completed,
    one_signature_is_under_way_on_the_head, no_revision_is_used_again, what_landed_never_vanishes,
    the_witness_is_another_person, revisions_count_events_of_the_document, sealed_is_the_end,
    nobody_sees_documents_that_are_not_theirs, document_scenes_show_the_head,
)  # fmt: skip
EVERY = (*checks.ALWAYS, *ALWAYS)

__all__ = ["ALWAYS", "DIGITAL", "EVERY", "INK", "OPERATOR", "SCREENS", "SECRETARY", "SIGNERS", "STAGE", "VIEWER", "Play",
           "Signed", "do", "replace", "site_actor"]  # fmt: skip
