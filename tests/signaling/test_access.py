"""Role × command × phase, all of it, against the table of CEREMONY §3 copied here a second time."""

import itertools

import pytest
from kit.ceremonies import OPERATOR, Play, text
from msgspec.structs import replace

from signaling import access
from signaling import commands as do
from signaling.acting import Actor
from signaling.agenda import Item
from signaling.draft import Diff
from signaling.errors import Refused
from signaling.names import ROLES
from signaling.parts import Control

ITEM = Item("x", "speech", text("x"), 60, "grid")
H = "ab" * 32
SAMPLES = [
    do.CreateSession("x", Play().state.sheet()), do.EditSession(), do.OpenSession(), do.SuspendSession("r"),
    do.ResumeSession(), do.CancelSession("r"), do.CloseSession(), do.ReopenSession("r"), do.AdmitSeat("w-1"),
    do.RefuseSeat("w-1"), do.RevokeSeat("w-1"), do.MoveSeat("w-1"), do.KnockSeat("w-1"), do.GiveControl("p-9-x"),
    do.TakeControl("r"), do.ApplySheet(Diff(), 0), do.AddItem(ITEM), do.EditItem(ITEM), do.RemoveItem("x"),
    do.MoveItem("x", 0), do.RetimeItem("x", 1), do.UndoAgenda(1), do.SetNext("x", 0), do.TakeItem("x", 0), do.HoldItem(0),
    do.EndItem(0), do.SkipItem("x", 0), do.RestoreItem("x"), do.AskFloor(), do.WithdrawFloor(), do.InviteFloor("an"),
    do.GrantFloor("an", 0), do.EndFloor(), do.MoveFloor("an"), do.DropFloor("an"), do.SetMic("an", "closed"),
    do.PrepareScene("grid"), do.CutScene(0), do.HoldScene(), do.SetCaption("x"), do.ClearCaption(), do.MessageStage("x"),
    do.BlackoutStage(True), do.AnswerRollcall("an", 1), do.MarkRollcall("an", "late"), do.CheckRollcall("an", True, True),
    do.DeclareRollcall(True), do.OpenConfirmation("q", "ack"), do.AnswerConfirmation("an", "ack", "n"),
    do.RemindConfirmation("an"), do.CloseConfirmation(), do.SendNotice("x"), do.AckNotice(1), do.ConfirmAnnouncement(1),
    do.SendMessage("x"), do.AnnounceSite("x"), do.NoteIncident("x"), do.WriteProceedings("x", "y", 0),
    do.ReportPresence("an/camera", "back"), do.ReportRecorder("opened"), do.ReportStart("1"),
    do.ReportLine("an", "up", "poor", "loss", 200),
    do.RecordCheck("an", "r", "h"), do.JumpClock(1), do.AddDocument("d", H, 1), do.PublishDocument("d", H, H, 0),
    do.WithdrawDocument("d", "r"), do.LeaveDocument("d", "r"), do.PageDocument("d", 1), do.ExchangeDocument("d"),
    do.ExtendDocument("d", H, H, "B-LTA"), do.AssignSlot("d", "s", "p"), do.DeclineSlot("d", "s", "r"),
    do.BeginSigning("d", 0), do.InterruptSigning("d", "r"), do.LowerPen("d", "s"), do.RaisePen("d", "s"),
    do.VoidPen("d", "s", "r"), do.WitnessInk("d", "s"), do.AttachScan("d", H, 1), do.StampScan("d", H, H, "p"),
    do.IssueTicket("d", "s", "t", H, H), do.FinishTicket("t", H, H, "B-T"), do.CancelTicket("t", "r"), do.SealSession(H),
]  # fmt: skip
WHO = {  # CEREMONY §3, second column
    "session.create": "A O Y", "session.edit": "A O", "session.open": "O", "session.suspend": "O C", "session.resume": "O C",
    "session.cancel": "O", "session.close": "O", "session.reopen": "O", "seat.admit": "O A", "seat.refuse": "O A",
    "seat.revoke": "O A", "seat.move": "O A", "seat.knock": "Y", "control.give": "O", "control.take": "P",
    "sheet.apply": "O", "item.add": "O S", "item.edit": "O S", "item.remove": "O S", "item.next": "O", "item.take": "O",
    "item.hold": "O", "item.end": "O", "item.skip": "O", "item.restore": "O", "item.move": "O", "item.time": "O",
    "agenda.undo": "O", "floor.ask": "T", "floor.withdraw": "T", "floor.invite": "O C", "floor.grant": "O C",
    "floor.end": "O C T", "floor.move": "O C", "floor.drop": "O C", "mic.set": "O", "scene.prepare": "O", "scene.cut": "O",
    "scene.hold": "O", "caption.set": "O", "caption.clear": "O", "stage.message": "O", "stage.blackout": "O",
    "rollcall.answer": "T O P S", "rollcall.mark": "O P S Y", "rollcall.check": "O P S Y", "rollcall.declare": "O C S",
    "confirmation.open": "O S", "confirmation.answer": "T O P S", "confirmation.remind": "O S", "confirmation.close": "O S",
    "notice.send": "O P S", "notice.ack": "T", "announcement.confirm": "T", "message.send": "T",
    "site.announcement": "O T", "incident.note": "O P S", "proceedings.write": "S",
    "presence.report": "Y", "recorder.report": "Y", "server.report": "Y", "line.report": "Y", "check.record": "Y", "clock.jump": "Y",
    "document.add": "O S Y", "document.publish": "O S", "document.withdraw": "O C", "document.leave": "C S",
    "document.page": "O S", "document.exchange": "O", "document.extend": "Y", "slot.assign": "O S", "slot.decline": "G O",
    "signing.begin": "O", "signing.interrupt": "O C", "pen.down": "O", "pen.up": "O", "pen.void": "O",
    "ink.witness": "P S", "scan.attach": "O S", "scan.stamp": "G O S", "ticket.issue": "G S C", "ticket.finish": "G S C",
    "ticket.cancel": "G S C O", "session.seal": "S A",
}
PAPERS = ("document.", "slot.", "signing.", "pen.", "ink.", "scan.", "ticket.")  # fmt: skip
SYSTEM = {verb for verb, who in WHO.items() if who == "Y"}
IN_SETUP = {
    "sheet.apply", "item.add", "item.edit", "item.remove", "item.next", "item.move", "item.time", "agenda.undo",
    "scene.prepare", "scene.cut", "caption.set", "caption.clear", "mic.set",
}  # fmt: skip
SUSPENDED = ("session.", "seat.", "control.", "scene.hold", "mic.set", "stage.", "site.announcement", "rollcall.", "notice.",
             "announcement.", "message.", "incident.", "proceedings.")  # fmt: skip
CLOSED = ("session.", "seat.", "control.", "scene.hold", "proceedings.", *PAPERS)
IN_SETUP_TOO = ("document.add", "document.publish", "document.withdraw", "document.leave", "document.page", "slot.assign")
WHILE_SUSPENDED = ("pen.up", "ink.witness")


def passes(verb, phase):
    if phase == "none":
        return verb in ("session.create", "presence.report", "recorder.report", "server.report")
    if verb == "document.add":
        return phase in ("setup", "open", "closed")
    if verb == "document.extend":
        return phase in ("setup", "open", "suspended", "closed")
    if verb == "session.seal":
        return phase == "closed"
    if verb.startswith(PAPERS) and phase in ("setup", "suspended"):
        return verb in (IN_SETUP_TOO if phase == "setup" else WHILE_SUSPENDED)
    if verb in SYSTEM or verb.startswith(("session.", "seat.")) or verb == "scene.hold":
        return True
    if phase == "open":
        return True
    if phase == "setup":
        both = verb.startswith(SUSPENDED) and not verb.startswith("proceedings.")
        return verb in IN_SETUP or both
    return {"suspended": verb.startswith(SUSPENDED), "closed": verb.startswith(CLOSED), "cancelled": False}[phase]


LETTER = {"operator": "O", "co-operator": "P", "chair": "C", "secretary": "S", "site": "T", "admin": "A", "system": "Y",
          "signatory": "G"}


def expected(verb, role, phase, in_control):
    who = WHO[verb].split()
    if role in ("operator", "co-operator"):
        if "P" not in who and "O" not in who:
            return "not-allowed"
        if "P" not in who and not in_control:
            return "not-in-control"
    elif LETTER.get(role) not in who:
        after = role == "secretary" and phase == "closed" and verb.startswith(PAPERS) and verb != "document.extend"
        if not after:
            return "not-allowed"
    if passes(verb, phase):
        return None
    return "session-suspended" if phase == "suspended" else "not-open"


def answer(command, by, state):
    try:
        access.allowed(command, by, state)
    except Refused as refused:
        return refused.code
    return None


def test_the_samples_and_the_copy_are_complete():
    assert {do.verb(sample) for sample in SAMPLES} == set(WHO) == set(access.TABLE)


@pytest.mark.parametrize("phase", ["none", "setup", "open", "suspended", "closed", "cancelled"])
def test_role_by_command_by_phase(phase):
    start = replace(Play().state, phase=phase)
    for command, role, held in itertools.product(SAMPLES, ROLES, (True, False)):
        by = Actor("p-5-x" if role != "site" else "s-an", role, "an" if role == "site" else None)
        seat = "p-5-y" if held else "p-6-y"
        state = replace(start, control=Control(seat, 1, 0, "claimed"))
        assert answer(command, by, state) == expected(do.verb(command), role, phase, held), (command, role, phase, held)


def test_with_nobody_in_control_an_operator_may_and_a_second_operator_may_not():
    state = Play().state
    assert answer(do.PrepareScene("grid"), Actor("p-1-a", "operator"), state) is None
    assert answer(do.PrepareScene("grid"), Actor("p-2-a", "co-operator"), state) == "not-in-control"
    assert answer(do.TakeControl("r"), Actor("p-2-a", "co-operator"), state) is None


def test_the_sealed_record_takes_nothing():
    state = replace(Play().state, phase="sealed")
    for command in SAMPLES:
        for role in ROLES:
            by = Actor("p-1-a", role, "an" if role == "site" else None)
            assert answer(command, by, state) in ("not-allowed", "not-in-control", "session-sealed")


def test_a_site_speaks_only_for_itself():
    state = replace(Play().state, phase="open")
    by = Actor("s-an", "site", "an")
    assert answer(do.AnswerRollcall("ba", 1), by, state) == "not-allowed"
    assert answer(do.AnswerConfirmation("ba", "ack", "n"), by, state) == "not-allowed"
    assert answer(do.AnnounceSite("x", "ba"), by, state) == "not-allowed"
    assert answer(do.AnnounceSite("x"), by, state) is None


@pytest.mark.parametrize(("command", "code"), [
    (do.SuspendSession("  "), "reason-required"), (do.CancelSession(""), "reason-required"),
    (do.TakeControl(""), "reason-required"), (do.ReopenSession(" "), "reason-required"),
    (do.MessageStage("x" * 201), "text-too-long"), (do.PrepareScene("x" * 201), "text-too-long"),
    (do.MessageStage("ộ" * 200), None),
])  # fmt: skip
def test_reasons_and_lengths(command, code):
    state = replace(Play().state, phase="open")
    assert answer(command, OPERATOR, state) == code


def test_proceedings_may_be_long():
    state, by = replace(Play().state, phase="open"), Actor("p-2-b", "secretary")
    assert answer(do.WriteProceedings("x", "a" * 4_000, 0), by, state) is None
    assert answer(do.WriteProceedings("x", "a" * 4_001, 0), by, state) == "text-too-long"


def test_while_suspended_microphones_only_close():
    state = replace(Play().state, phase="suspended")
    assert answer(do.SetMic("an", "pre"), OPERATOR, state) == "session-suspended"
    assert answer(do.SetMic("all", "closed"), OPERATOR, state) is None
