"""One ceremony that does everything once, checked after every step: what random play may miss, and where seeded
faults must show.
"""

from kit.ceremonies import OPERATOR, SECRETARY, text
from kit.ceremonies import site_actor as site

from signaling import commands as do
from signaling import confirm, cues, draft, rollcall, scenes, times, views
from signaling.agenda import Item
from signaling.names import source_id
from signaling.state import gates
from tests.signaling import checks
from tests.signaling.checks import ADMIN, CHAIR, CO, OTHER, SECOND_DESK, Watched

S = 1_000_000


class Tour:
    """The ceremony, step by step."""

    def __init__(self):
        self.play = Watched()
        self.steps = 0

    @property
    def state(self):
        return self.play.state

    def check(self):
        for one in checks.ALWAYS:
            one(self.play)
        self.steps += 1
        if self.steps % 15 == 0:
            self.play.sample()
            for one in checks.COSTLY:
                one(self.play)

    def ok(self, command, by=OPERATOR):
        code = self.play.attempt(command, by)
        assert code is None, (command, code)
        self.check()

    def no(self, code, command, by=OPERATOR):
        got = self.play.attempt(command, by)
        assert got == code, (command, got)

    def take(self, item=None):
        self.ok(do.TakeItem(item or self.state.next, self.state.agenda_rev))

    def cue(self, name):
        return cues.cue(self.state, name, times.spans(self.state, self.play.now), self.play.now)

    def gate(self, name):
        return gates(self.state)[source_id(name, "camera")]

    def run(self):
        self.setup()
        self.control()
        self.opening()
        self.undoing()
        self.floor()
        self.suspension()
        self.questions()
        self.words()
        self.plan()
        self.recorder_and_clock()
        self.end()
        for one in checks.COSTLY:
            one(self.play)
        return self

    def setup(self):
        self.no("not-open", do.AskFloor(), site("an"))
        self.no("not-open", do.TakeItem("diem-danh", 0))
        self.no("not-allowed", do.EditSession(text("x")), CHAIR)
        self.ok(do.EditSession(text("Lễ ký"), mic_policy="on_grant", quorum=draft.Quorum("sites", 2)), ADMIN)
        self.no("text-too-long", do.NoteIncident("x" * 201))
        self.ok(do.AddItem(Item("moi", "speech", text("new"), 60, "solo:hub"), "khai-mac"), SECRETARY)
        assert self.state.sheet().places["moi"] == 2
        self.no("row-error", do.AddItem(Item("moi-2", "speech", text("new"), 60, "solo:nowhere")))
        self.ok(do.EditItem(Item("moi", "speech", text("newer"), 90, "solo:hub")))
        self.ok(do.RetimeItem("moi", 1))
        assert times.spans(self.state, self.play.now)["moi"].end - times.spans(self.state, self.play.now)["moi"].start == 150 * S
        self.ok(do.RemoveItem("moi"))
        self.ok(do.RecordCheck("an", "rehearsal-1", "ab" * 32, "Ms T", {"sound": True}), do.SYSTEM)
        for name in ("hub", "an", "ba"):
            self.play.report(source_id(name, "camera"), "back")
        self.no("sites-missing", do.OpenSession())
        self.ok(do.KnockSeat("w-1", "an", "Mr B", "other-device"), do.SYSTEM)
        self.no("no-seat", do.AdmitSeat("w-2"))
        self.ok(do.AdmitSeat("w-1"))
        self.no("not-waiting", do.AdmitSeat("w-1"))
        self.ok(do.KnockSeat("w-2", "an", "Ms C", "other-device"), do.SYSTEM)
        assert self.state.lobby["w-2"].state == "waiting"
        self.ok(do.MoveSeat("w-2"))
        assert self.state.lobby["w-1"].state == "revoked"
        self.ok(do.RevokeSeat("s-an"))

    def control(self):
        assert self.state.control.seat == OPERATOR.seat
        self.no("not-in-control", do.HoldScene(), OTHER)
        self.no("not-in-control", do.HoldScene(), CO)
        self.ok(do.HoldScene(), SECOND_DESK)
        self.no("already-in-control", do.TakeControl("mine"), SECOND_DESK)
        self.no("reason-required", do.TakeControl(" "), CO)
        self.ok(do.TakeControl("operator away"), CO)
        self.no("not-in-control", do.HoldScene())
        self.ok(do.HoldScene(), CO)
        self.ok(do.GiveControl(OPERATOR.seat), CO)
        assert self.state.control.epoch == 3
        assert self.state.incidents[-1].kind == "control"

    def opening(self):
        self.ok(do.OpenSession("chi is late"))
        assert self.state.program == "slate:mo-dau"
        assert self.state.next == "diem-danh"
        assert [one.site for one in self.state.incidents if one.closed is None] == ["chi"]
        self.play.wait(5)
        self.play.report("chi/camera", "back")
        self.check()
        assert not [one for one in self.state.incidents if one.closed is None]
        self.no("not-in-setup", do.EditSession(text("late")))
        self.take()
        self.no("not-allowed", do.AnswerRollcall("ba", 3), site("an"))
        for name in ("an", "ba"):
            self.ok(do.AnswerRollcall(name, 3), site(name))
        assert self.state.attendance["an"].answered_by == "s-an"
        self.ok(do.CheckRollcall("an", True, False), CO)
        assert self.state.attendance["an"].picture is False
        self.ok(do.MarkRollcall("chi", "absent"), SECRETARY)
        counted = rollcall.count(self.state)
        assert (counted.sites_present, counted.present, counted.met) == (2, 6, True)
        self.no("reason-required", do.DeclareRollcall(False), CHAIR)
        self.ok(do.DeclareRollcall(True), CHAIR)
        self.take()
        assert self.gate("an") == "closed"
        assert self.gate("hub") == "open", "music: the hub only"
        self.take()

    def undoing(self):
        self.no("undo-not-last", do.UndoAgenda(1))
        self.play.wait(2)
        before = self.state
        self.ok(do.UndoAgenda(self.state.undo.seq))
        assert self.state.live == "nhac"
        assert self.state.runs["khai-mac"].void == 1
        assert self.state.program == "solo:hub"
        self.take()
        assert self.state.runs["khai-mac"].runs == before.runs["khai-mac"].runs
        assert self.play.log[-4][1].run == 2 or any(getattr(e, "run", 0) == 2 for _, e in self.play.log[-6:])
        self.play.wait(11)
        self.no("undo-too-late", do.UndoAgenda(self.state.undo.seq))
        self.ok(do.MoveItem("ba-noi", self.state.agenda_rev, "trao-doi"))
        assert [i.id for i in self.state.sheet().items][4:6] == ["ba-noi", "trao-doi"]
        self.ok(do.UndoAgenda(self.state.undo.seq))
        assert [i.id for i in self.state.sheet().items][4:6] == ["trao-doi", "ba-noi"]
        self.no("into-the-past", do.MoveItem("ba-noi", self.state.agenda_rev, "diem-danh"))
        self.no("agenda-moved", do.MoveItem("ba-noi", self.state.agenda_rev - 1))
        self.ok(do.SkipItem("trao-doi", self.state.agenda_rev))
        self.ok(do.UndoAgenda(self.state.undo.seq))
        assert self.state.runs["trao-doi"].state == "planned"
        self.ok(do.SetNext("ba-noi", self.state.agenda_rev))
        self.ok(do.UndoAgenda(self.state.undo.seq))
        assert self.state.next == "an-noi"
        self.ok(do.HoldItem(self.state.agenda_rev))
        self.ok(do.UndoAgenda(self.state.undo.seq))
        assert self.state.live == "khai-mac"

    def floor(self):
        self.ok(do.AskFloor("a question"), site("chi"))
        self.ok(do.AskFloor(), site("ba"))
        assert self.cue("chi").key == "asked"
        self.no("already-asked", do.AskFloor(), site("ba"))
        self.ok(do.MoveFloor("ba", "chi"), CHAIR)
        assert [hand.site for hand in self.state.floor.queue] == ["ba", "chi"]
        self.ok(do.InviteFloor("ba"))
        assert self.gate("ba") == "pre"
        assert self.cue("ba").key == "invited"
        assert scenes.tally(self.state, "ba") == "standby"
        self.no("floor-moved", do.GrantFloor("ba", self.state.floor_rev - 1))
        self.ok(do.GrantFloor("ba", self.state.floor_rev))
        assert self.gate("ba") == "open"
        assert self.state.program == "two_shot:hub+ba"
        assert self.cue("ba").key == "speak"
        self.no("floor-busy", do.GrantFloor("chi", self.state.floor_rev))
        self.ok(do.GrantFloor("chi", self.state.floor_rev, True), CHAIR)
        assert self.gate("ba") == "closed"
        self.no("not-allowed", do.EndFloor(), site("an"))
        self.play.report("chi/camera", "lost")
        self.check()
        assert self.state.holder() == "chi"
        self.play.report("chi/camera", "absent")
        self.check()
        assert self.state.holder() is None
        self.no("site-absent", do.GrantFloor("chi", self.state.floor_rev))
        self.ok(do.InviteFloor("ba"))
        self.ok(do.EndFloor(), site("ba"))
        self.play.report("chi/camera", "back")
        self.check()
        assert "chi" in self.state.gone
        self.no("mic-on-grant", do.SetMic("an", "open"))
        assert self.cue("an").key == "next"
        self.no("agenda-moved", do.SetNext("ba-noi", self.state.agenda_rev - 1))
        self.take("an-noi")
        assert self.state.holder() == "an"
        shown = self.state.program
        self.ok(do.UndoAgenda(self.state.undo.seq))
        assert self.state.holder() is None
        assert self.state.program != shown
        self.take("an-noi")
        assert self.cue("an").until == self.state.runs["an-noi"].started + 60 * S
        self.play.wait(3)
        self.ok(do.AskFloor(), site("ba"))
        self.no("undo-has-consequences", do.UndoAgenda(self.state.undo.seq))

    def suspension(self):
        self.no("reason-required", do.SuspendSession(""))
        self.no("not-suspended", do.ResumeSession())
        due = times.due(self.state, self.play.now)
        self.ok(do.RetimeItem("an-noi", 1))
        assert times.due(self.state, self.play.now) == due + 60 * S
        self.ok(do.RetimeItem("an-noi", -1))
        last = self.state.undo.seq
        self.ok(do.SuspendSession("power", "please wait", "power"), CHAIR)
        assert self.state.holder() is None
        assert self.state.program == "hold"
        assert views.announcement(self.state, "an") == "please wait"
        self.no("session-suspended", do.TakeItem(self.state.next, self.state.agenda_rev))
        self.no("session-suspended", do.SetMic("hub", "open"))
        self.ok(do.SetMic("hub", "closed"))
        self.ok(do.SetMic("hub", "closed"))
        self.play.wait(120)
        assert times.due(self.state, self.play.now) == due + 120 * S
        self.ok(do.ResumeSession())
        assert times.due(self.state, self.play.now) == due + 120 * S
        assert self.state.program == "two_shot:hub+an"
        self.no("undo-not-last", do.UndoAgenda(last))

    def questions(self):
        self.no("confirmation-closed", do.CloseConfirmation())
        self.no("document-not-published", do.OpenConfirmation("agreed?", "agree", (), "doc"))
        self.ok(do.OpenConfirmation("agreed?", "vote"), SECRETARY)
        assert self.state.confirmation.respondents == ("an", "ba", "chi")
        self.no("confirmation-open", do.OpenConfirmation("and?", "ack"))
        self.no("not-asked", do.AnswerConfirmation("hub", "for", "x"), SECRETARY)
        self.no("choice-unknown", do.AnswerConfirmation("an", "agree", "x"), site("an"))
        self.no("name-required", do.AnswerConfirmation("an", "for", " "), site("an"))
        self.no("count-exceeds-present", do.AnswerConfirmation("an", "for", "x", {"for": 3, "against": 1}), site("an"))
        self.ok(do.AnswerConfirmation("an", "for", "Ms An", {"for": 3}), site("an"))
        self.ok(do.AnswerConfirmation("an", "for", "Ms An", {"for": 2, "against": 1}), site("an"))
        self.ok(do.AnswerConfirmation("ba", "abstain", "Mr Ba", {"abstain": 3}), CO)
        assert self.state.confirmation.answers["ba"].by_phone
        assert not self.state.confirmation.answers["an"].by_phone
        assert confirm.pending(self.state.confirmation) == ("chi",)
        assert confirm.totals(self.state.confirmation) == {"for": 2, "against": 1, "abstain": 3}
        self.ok(do.RemindConfirmation("chi"), SECRETARY)
        self.ok(do.CloseConfirmation())
        self.no("confirmation-closed", do.AnswerConfirmation("an", "for", "x"), site("an"))

    def words(self):
        self.ok(do.SendNotice("stand up", must_ack=True), CO)
        self.no("no-notice", do.AckNotice(1), site("hub"))
        self.ok(do.AckNotice(1), site("an"))
        self.ok(do.SendMessage("letter-1"), site("an"))
        self.no("too-fast", do.SendMessage("letter-2"), site("an"))
        self.play.wait(1)
        self.ok(do.SendMessage("letter-2"), site("an"))
        self.ok(do.AnnounceSite("we are cut off"), site("an"))
        assert views.announcement(self.state, "an") == "we are cut off"
        self.no("not-allowed", do.AnnounceSite("not yours", "ba"), site("an"))
        self.ok(do.ConfirmAnnouncement(self.play.now), site("an"))
        self.ok(do.SetCaption("Viện trưởng"))
        self.ok(do.ClearCaption())
        self.ok(do.MessageStage("two minutes"))
        self.ok(do.BlackoutStage(True))
        self.ok(do.NoteIncident("a fuse", "an"), SECRETARY)
        self.ok(do.WriteProceedings("khai-mac", "The chair opened.", 0), SECRETARY)
        self.no("text-moved", do.WriteProceedings("khai-mac", "Other.", 0), SECRETARY)
        self.no("not-allowed", do.WriteProceedings("khai-mac", "x", 1))

    def plan(self):
        now = self.state.sheet()
        kept = tuple(item for item in now.items if item.id != "ba-noi")
        longer = tuple(draft.msgspec.structs.replace(i, duration_s=77) if i.id == "trao-doi" else i for i in kept)
        wanted = draft.msgspec.structs.replace(now, items=(*longer, Item("cuoi", "speech", text("last"), 60, "grid", site="ba")))
        diff = draft.diff(now, wanted)
        self.no("agenda-moved", do.ApplySheet(diff, self.state.agenda_rev - 1))
        self.no("item-has-run", do.ApplySheet(draft.Diff(removed=("diem-danh",)), self.state.agenda_rev))
        self.ok(do.ApplySheet(diff, self.state.agenda_rev))
        assert self.state.sheet() == wanted
        assert self.state.next_copy.duration_s == 60, "the frozen copy stays"
        line = next(i for i in views.view(self.state, OPERATOR, self.play.now)["agenda"].items if i.id == "trao-doi")
        assert line.differs
        self.ok(do.SetNext("trao-doi", self.state.agenda_rev))
        assert self.state.next_copy.duration_s == 77
        self.no("item-has-run", do.RemoveItem("an-noi"))
        self.no("no-item", do.RemoveItem("ba-noi"))
        self.no("time-below-zero", do.RetimeItem("cuoi", -2))
        self.no("item-done", do.RetimeItem("khai-mac", 1))
        self.ok(do.RetimeItem("an-noi", 2))
        self.ok(do.RemoveItem("trao-doi"))
        assert self.state.next == "be-mac"

    def recorder_and_clock(self):
        count = len(self.state.incidents)
        self.ok(do.ReportRecorder("gap", "an/camera", "c", {"gaps": [[0, 1_900, "loss", "video"]]}), do.SYSTEM)
        assert len(self.state.incidents) == count
        self.ok(do.ReportRecorder("gap", "an/camera", "c", {"gaps": [[0, 2_100, "loss", "video"]]}), do.SYSTEM)
        assert self.state.incidents[-1].kind == "gap"
        self.ok(do.ReportRecorder("error", "an/camera", "c"), do.SYSTEM)
        assert self.state.incidents[-1].closed is None
        self.ok(do.ReportRecorder("opened", "an/camera", "c"), do.SYSTEM)
        assert self.state.incidents[-1].closed is not None
        self.lines()
        self.play.wait(-300)
        self.ok(do.JumpClock(-300_000_000), do.SYSTEM)
        self.play.state = self.play.again()
        self.ok(do.ReportStart("test"), do.SYSTEM)
        assert self.state.presence["an"] == "lost"
        for name in ("hub", "an", "ba", "chi"):
            self.play.report(source_id(name, "camera"), "back")

    def lines(self):
        """A change of a line is noted once; a line that is good is none."""
        weak = do.ReportLine("an", "up", "poor", "loss", 200)
        self.ok(weak, do.SYSTEM)
        assert self.state.lines["an/up"].value == 200
        seq = self.state.seq
        self.ok(weak, do.SYSTEM)
        self.ok(do.ReportLine("an", "down", "good"), do.SYSTEM)
        self.ok(do.ReportLine("nobody", "up", "poor"), do.SYSTEM)
        assert self.state.seq == seq
        self.ok(do.ReportLine("an", "up", "good"), do.SYSTEM)
        assert self.state.lines == {}
        self.ok(weak, do.SYSTEM)

    def end(self):
        self.no("already-open", do.CancelSession("no"))
        self.ok(do.OpenConfirmation("seen?", "ack", ("an",)))
        self.no("required-items-left", do.CloseSession())
        self.take()
        self.ok(do.CloseSession())
        assert self.state.confirmation.closed_at is not None
        assert self.gate("hub") == "closed"
        self.no("not-open", do.PrepareScene("grid"))
        self.ok(do.WriteProceedings("khai-mac", "Better.", 1), SECRETARY)
        self.play.wait(60)
        self.ok(do.ReopenSession("forgot something"))
        self.ok(do.SuspendSession("no more", cause="safety"))
        self.ok(do.CancelSession("no use"))
        self.no("not-open", do.TakeControl("x"), CO)
