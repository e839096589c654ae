import pytest
from kit.ceremonies import DIGITAL, OPERATOR, SECRETARY, Play, sha, signatory, signing_small

from signaling import commands as do
from signaling import tickets
from signaling.errors import Refused

WHO = signatory("s-a-ld")


def signing_now():
    play = Play(signing_small()).opened()
    play.do(do.AddDocument(DIGITAL, sha(1), 2))
    play.do(do.PublishDocument(DIGITAL, sha(1), sha("fields"), 1))
    play.do(do.SetNext("ky-so", play.state.agenda_rev))
    play.do(do.TakeItem("ky-so", play.state.agenda_rev))
    play.do(do.AssignSlot(DIGITAL, "s-a-ld", "Mr A", "KT.", "decision 1"))
    play.do(do.BeginSigning(DIGITAL, play.state.paper(DIGITAL).rev, "because"))
    play.do(do.IssueTicket(DIGITAL, "s-a-ld", "t-1", sha("fields"), sha("c")), WHO)
    return play


def code(play, command, by=WHO):
    try:
        play.do(command, by)
    except Refused as refused:
        return refused.code
    return None


def test_a_ticket_lands_once_with_person_and_authority():
    play = signing_now()
    assert tickets.tickets(play.state) == {"t-1"}
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha("signed"), "B-B")) is None
    assert play.do(do.FinishTicket("t-1", sha("fields"), sha("other"), "B-B"), WHO) == []
    paper = play.state.paper(DIGITAL)
    landed = paper.landed[0]
    assert (landed.ticket, landed.person, landed.authority, landed.level) == ("t-1", "Mr A", "KT.", "B-B")
    assert (paper.head, paper.ticket) == (sha("signed"), None)
    assert tickets.tickets(play.state) == {"t-1"}


def test_it_may_be_finished_for_fifteen_minutes_and_not_longer():
    play = signing_now()
    play.wait(15 * 60)
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha("signed"), "B-B")) is None
    play = signing_now()
    play.wait(15 * 60)
    play.now += 1
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha("signed"), "B-B")) == "ticket-expired"


def test_a_finished_signature_waits_while_the_ceremony_is_suspended():
    play = signing_now()
    play.do(do.SuspendSession("power", "wait", "power"))
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha("signed"), "B-B")) == "session-suspended"
    play.do(do.ResumeSession())
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha("signed"), "B-B")) is None


def test_the_same_bytes_never_come_twice():
    play = signing_now()
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha("fields"), "B-B")) == "stale-ticket"
    assert code(play, do.FinishTicket("t-1", sha("fields"), sha(1), "B-B")) == "stale-ticket", "nor the file handed in"


@pytest.mark.parametrize(("by", "expected"), [
    (WHO, None), (OPERATOR, None), (signatory("s-b-ld"), "not-allowed"), (SECRETARY, "not-allowed"),
])  # fmt: skip
def test_who_may_give_a_ticket_up(by, expected):
    assert code(signing_now(), do.CancelTicket("t-1", "wrong card"), by) == expected


def test_declining_kills_the_ticket_and_forgets_the_person():
    play = signing_now()
    play.do(do.DeclineSlot(DIGITAL, "s-a-ld", "not that text"), WHO)
    paper = play.state.paper(DIGITAL)
    assert (paper.ticket, paper.assigned, paper.state) == (None, {}, "interrupted")
