"""One ceremony that signs everything there is, in ink and by tickets, and ends sealed; checked after every step."""

from kit.ceremonies import DIGITAL, INK, OPERATOR, SECRETARY, sha, signatory, text
from kit.ceremonies import site_actor as site

from signaling import commands as do
from signaling import scenes, views
from signaling.draft import Slot
from signaling.papers import MINUTES
from tests.signaling import checks, paper_checks
from tests.signaling.checks import ADMIN, CHAIR, CO, SECOND_DESK
from tests.signaling.tour import Tour

MINUTE = 60
MINUTES_SLOTS = (
    Slot("thu-ky", "a", "secretary", text("secretary")), Slot("chu-toa", "a", "chair", text("chair")),
    Slot("dau-co-quan", "a", "seal", text("seal")),
)  # fmt: skip


class SigningTour(Tour):
    """The signing, step by step."""

    def __init__(self):
        super().__init__()
        self.play = paper_checks.Signed()

    def check(self):
        super().check()
        for one in paper_checks.ALWAYS:
            one(self.play)

    def paper(self, document):
        return self.state.paper(document)

    def document(self, who, document):
        shown = views.view(self.state, who, self.play.now)["documents"].documents
        return next((one for one in shown if one.id == document), None)

    def add(self, document, n=1, by=SECRETARY):
        self.ok(do.AddDocument(document, sha(document, n), 4, f"{document}.pdf"), by)

    def publish(self, document, n=1, by=SECRETARY):
        made = sha(document, n) if self.paper(document).mode == "wet_ink" else sha(document, n, "fields")
        self.ok(do.PublishDocument(document, sha(document, n), made, self.paper(document).rev), by)

    def begin(self, document, reason=None, by=OPERATOR):
        self.ok(do.BeginSigning(document, self.paper(document).rev, reason), by)

    def ink(self, document, slot):
        self.ok(do.LowerPen(document, slot))
        self.play.wait(8)
        self.ok(do.RaisePen(document, slot))
        self.ok(do.WitnessInk(document, slot), SECRETARY)

    def issue(self, document, slot, ticket, by=None):
        self.ok(do.IssueTicket(document, slot, ticket, self.paper(document).head, sha("certificate", slot)), by or signatory(slot))

    def finish(self, document, ticket, by):
        base = self.paper(document).head
        self.ok(do.FinishTicket(ticket, base, sha(document, ticket), "B-T"), by)

    def run(self):
        self.preparing()
        self.reviewing()
        self.in_ink()
        self.by_tickets()
        self.closing()
        self.minutes()
        self.sealing()
        for one in checks.COSTLY:
            one(self.play)
        return self

    def preparing(self):
        self.no("no-document", do.AddDocument("other", sha("x"), 1))
        self.no("not-closed", do.AddDocument(MINUTES, sha("m"), 1, kind="minutes"))
        self.no("document-not-published", do.PageDocument(INK, 2))
        assert scenes.resolve(self.state, f"document:{INK}").layout == "slate"
        assert scenes.resolve(self.state, f"signing:{INK}").layout == "solo"
        self.no("document-moved", do.PublishDocument(INK, sha(INK, 1), sha(INK, 1), 0))
        self.add(INK)
        self.no("document-moved", do.PublishDocument(INK, sha(INK, 1), sha(INK, 1), 7))
        assert self.document(site("an"), INK) is None
        assert self.document(signatory("a-ld"), INK) is None
        self.publish(INK)
        self.no("document-published", do.AddDocument(INK, sha(INK, 2), 1))
        self.no("document-published", do.PublishDocument(INK, sha(INK, 1), sha(INK, 1), self.paper(INK).rev))
        self.no("no-page", do.PageDocument(INK, 5))
        self.no("reason-required", do.WithdrawDocument(INK, " "))
        self.no("not-allowed", do.WithdrawDocument(INK, "mine"), SECRETARY)
        self.ok(do.WithdrawDocument(INK, "a misprint"), CHAIR)
        self.no("same-bytes", do.AddDocument(INK, sha(INK, 1), 4))
        self.add(INK, 2, OPERATOR)
        self.publish(INK, 2)
        assert self.paper(INK).version == 2
        assert self.document(site("an"), INK).sha256 == sha(INK, 2)
        assert self.document(signatory("a-ld"), INK).slots[0].yours
        self.no("no-slot", do.AssignSlot(INK, "nobody", "person-x"))
        self.no("name-required", do.AssignSlot(INK, "a-ld", " "))
        self.no("authority-unknown", do.AssignSlot(INK, "a-ld", "person-a-ld", "K/T"))
        self.ok(do.AssignSlot(INK, "a-ld", "person-a-ld", "KT.", "decision 1"), SECRETARY)
        self.ok(do.AssignSlot(INK, "b-ld", "person-b-ld"))
        self.no("not-open", do.BeginSigning(INK, self.paper(INK).rev))

    def reviewing(self):
        self.play.arrive()
        self.ok(do.OpenSession())
        self.ok(do.OpenConfirmation("agreed?", "agree", (), INK), SECRETARY)
        answer = do.AnswerConfirmation("an", "agree", "Ms An", sha256=sha(INK, 2))
        self.no("hash-mismatch", do.AnswerConfirmation("an", "agree", "Ms An"), site("an"))
        self.no("hash-mismatch", do.AnswerConfirmation("an", "agree", "Ms An", sha256=sha(INK, 1)), site("an"))
        self.ok(answer, site("an"))
        self.ok(do.AnswerConfirmation("ba", "agree", "Mr Ba"), SECRETARY)
        self.ok(do.AnswerConfirmation("chi", "remarks", "Ms Chi", sha256=sha(INK, 2)), site("chi"))
        self.take()
        self.no("no-signing-item", do.BeginSigning(INK, self.paper(INK).rev))
        review = self.document(OPERATOR, INK).review
        assert (set(review.agreed), review.missing) == ({"an", "ba"}, ("chi",))
        self.take()
        assert self.state.live == "ky"
        assert self.state.program == f"signing:{INK}"
        shown = [event for _, event in self.play.log if type(event).__name__ == "SceneSet"][-1]
        assert (shown.sha256, shown.page) == (sha(INK, 2), 1)
        self.no("not-signing", do.LowerPen(INK, "a-ld"))
        self.no("reviews-missing", do.BeginSigning(INK, self.paper(INK).rev))
        self.ok(do.AnswerConfirmation("chi", "agree", "Ms Chi", sha256=sha(INK, 2)), site("chi"))
        self.no("document-moved", do.BeginSigning(INK, self.paper(INK).rev - 1))

    def in_ink(self):
        self.begin(INK)
        self.ok(do.CloseConfirmation(), SECRETARY)
        self.no("already-signing", do.BeginSigning(INK, self.paper(INK).rev))
        self.no("wrong-mode", do.IssueTicket(INK, "a-ld", "t", sha(INK, 2), sha("c")), signatory("a-ld"))
        self.no("not-your-turn", do.LowerPen(INK, "b-ld"))
        self.no("slot-free", do.RaisePen(INK, "a-ld"))
        self.no("rite-not-done", do.AttachScan(INK, sha("scan"), 4))
        self.no("rite-not-done", do.ExchangeDocument(INK))
        self.ok(do.LowerPen(INK, "a-ld"))
        assert self.document(OPERATOR, INK).open == "a-ld"
        self.no("slot-busy", do.LowerPen(INK, "a-ld"))
        self.no("slot-busy", do.AssignSlot(INK, "a-ld", "person-other"))
        self.no("slot-busy", do.DeclineSlot(INK, "a-ld", "ill"))
        self.no("pen-still-down", do.WitnessInk(INK, "a-ld"), SECRETARY)
        self.no("signature-in-flight", do.CloseSession("because"))
        self.no("signing-in-progress", do.TakeItem(self.other_next(), self.state.agenda_rev))
        self.no("signing-in-progress", do.HoldItem(self.state.agenda_rev))
        self.ok(do.VoidPen(INK, "a-ld", "spoilt"))
        self.ok(do.LowerPen(INK, "a-ld"))
        self.ok(do.SuspendSession("power", "please wait", "power"))
        self.no("session-suspended", do.VoidPen(INK, "a-ld", "x"))
        self.ok(do.RaisePen(INK, "a-ld"))
        self.no("same-person", do.WitnessInk(INK, "a-ld"), SECOND_DESK)
        self.ok(do.WitnessInk(INK, "a-ld"), SECRETARY)
        self.ok(do.ResumeSession())
        self.no("not-allowed", do.DeclineSlot(INK, "b-ld", "mine"), signatory("a-ld"))
        self.ok(do.DeclineSlot(INK, "b-ld", "not that text"), signatory("b-ld"))
        assert self.paper(INK).state == "interrupted"
        assert self.state.incidents[-1].kind == "signing"
        self.no("not-signing", do.LowerPen(INK, "b-ld"))
        self.begin(INK)
        assert self.state.incidents[-1].closed is not None
        self.no("slot-unassigned", do.LowerPen(INK, "b-ld"))
        self.ok(do.AssignSlot(INK, "b-ld", "person-b-ld", "K/T"))
        self.ok(do.InterruptSigning(INK, "a question"), CHAIR)
        self.no("not-signing", do.InterruptSigning(INK, "again"))
        self.begin(INK)
        self.ink(INK, "b-ld")
        assert self.paper(INK).rite_done()
        assert self.paper(INK).state == "signing"
        self.no("wrong-mode", do.LowerPen(INK, "a-dau"))
        self.no("same-bytes", do.AttachScan(INK, sha(INK, 2), 4))

    def other_next(self):
        """Have an item next that wants no document."""
        self.ok(do.SetNext("trao", self.state.agenda_rev))
        return "trao"

    def by_tickets(self):
        self.ok(do.SetNext("ky-so", self.state.agenda_rev))
        self.no("document-not-published", do.TakeItem("ky-so", self.state.agenda_rev))
        self.add(DIGITAL)
        self.publish(DIGITAL)
        self.take("ky-so")
        for slot in ("s-a-ld", "s-b-ld", "s-a-dau"):
            self.ok(do.AssignSlot(DIGITAL, slot, f"person-{slot}"))
        self.ok(do.OpenConfirmation("agreed?", "agree", ("an",), DIGITAL), SECRETARY)
        self.ok(do.AnswerConfirmation("an", "agree", "Ms An", sha256=self.paper(DIGITAL).published), site("an"))
        self.begin(DIGITAL)
        self.no("stale-ticket", do.IssueTicket(DIGITAL, "s-a-ld", "t-1", sha("x"), sha("c")), signatory("s-a-ld"))
        self.no("not-allowed", do.IssueTicket(DIGITAL, "s-a-ld", "t-1", sha("x"), sha("c")), signatory("s-b-ld"))
        self.no("not-allowed", do.IssueTicket(DIGITAL, "s-a-ld", "t-1", sha("x"), sha("c")), SECRETARY)
        self.issue(DIGITAL, "s-a-ld", "t-1")
        log = len(self.play.log)
        self.issue(DIGITAL, "s-a-ld", "t-1")
        assert len(self.play.log) == log, "asked again after a lost answer"
        assert self.document(signatory("s-a-ld"), DIGITAL).ticket.ticket == "t-1"
        assert self.document(signatory("s-b-ld"), DIGITAL).ticket is None
        self.no("slot-busy", do.IssueTicket(DIGITAL, "s-a-ld", "t-2", self.paper(DIGITAL).head, sha("c")), signatory("s-a-ld"))
        self.no("not-allowed", do.FinishTicket("t-1", sha("x"), sha("y"), "B-T"), signatory("s-b-ld"))
        self.no("stale-ticket", do.FinishTicket("t-1", sha("x"), sha("y"), "B-T"), signatory("s-a-ld"))
        self.no("stale-ticket", do.FinishTicket("t-9", sha("x"), sha("y"), "B-T"), signatory("s-a-ld"))
        self.ok(do.CancelTicket("t-1", "wrong card"), signatory("s-a-ld"))
        self.no("no-ticket", do.CancelTicket("t-1", "again"), signatory("s-a-ld"))
        self.issue(DIGITAL, "s-a-ld", "t-2")
        self.ok(do.InterruptSigning(DIGITAL, "a question"))
        self.play.wait(14 * MINUTE)
        self.finish(DIGITAL, "t-2", signatory("s-a-ld"))
        self.again()
        log = len(self.play.log)
        self.ok(do.FinishTicket("t-2a", sha("x"), sha("y"), "B-T"), signatory("s-a-ld"))
        assert len(self.play.log) == log, "a ticket lands once"
        self.issue(DIGITAL, "s-b-ld", "t-3")
        self.play.wait(15 * MINUTE + 1)
        self.no("ticket-expired", do.FinishTicket("t-3", self.paper(DIGITAL).head, sha("z"), "B-T"), signatory("s-b-ld"))
        self.ok(do.CancelTicket("t-3", "too late"))
        self.issue(DIGITAL, "s-b-ld", "t-4")
        self.finish(DIGITAL, "t-4", signatory("s-b-ld"))
        self.issue(DIGITAL, "s-a-dau", "t-5")
        self.no("signature-in-flight", do.LeaveDocument(DIGITAL, "x"), CHAIR)
        self.finish(DIGITAL, "t-5", signatory("s-a-dau"))
        assert self.paper(DIGITAL).state == "signing"
        self.no("document-moved", do.ExtendDocument(DIGITAL, self.paper(DIGITAL).head, sha("lt"), "B-LT"), do.SYSTEM)

    def again(self):
        """The document was the wrong one: its signature stays in the log, its agreements are void."""
        self.begin(DIGITAL)
        self.issue(DIGITAL, "s-b-ld", "t-2b")
        self.ok(do.WithdrawDocument(DIGITAL, "the wrong annex"), CHAIR)
        assert self.state.confirmation.closed_at is not None
        self.no("stale-ticket", do.FinishTicket("t-2b", sha("x"), sha("y"), "B-T"), signatory("s-b-ld"))
        self.no("confirmation-closed", do.AnswerConfirmation("an", "agree", "Ms An"), SECRETARY)
        self.add(DIGITAL, 2)
        self.publish(DIGITAL, 2)
        assert [one.ticket for one in self.paper(DIGITAL).past] == ["t-2"]
        self.no("reviews-missing", do.BeginSigning(DIGITAL, self.paper(DIGITAL).rev))
        self.begin(DIGITAL, "reviewed on paper")
        self.issue(DIGITAL, "s-a-ld", "t-2a")
        self.finish(DIGITAL, "t-2a", signatory("s-a-ld"))

    def closing(self):
        self.take("trao")
        self.ok(do.ExchangeDocument(INK))
        self.ok(do.PrepareScene(f"document:{INK}"))
        self.ok(do.CutScene(self.state.scene_rev))
        self.ok(do.PageDocument(INK, 3), SECRETARY)
        assert views.picture(self.state, self.state.program).sheet.page == 3
        self.take()
        self.ok(do.CloseSession())
        self.ok(do.AttachScan(INK, sha("scan"), 4), SECRETARY)
        assert self.paper(INK).state == "completed"
        self.no("not-open", do.WithdrawDocument(INK, "late"), CHAIR)
        self.no("document-moved", do.StampScan(INK, sha("x"), sha("stamped"), "person-v"), SECRETARY)
        self.ok(do.StampScan(INK, sha("scan"), sha("stamped"), "person-v"), SECRETARY)
        self.ok(do.AssignSlot(DIGITAL, "s-b-dau", "person-s-b-dau"), SECRETARY)
        self.issue(DIGITAL, "s-b-dau", "t-6", SECRETARY)
        self.finish(DIGITAL, "t-6", SECRETARY)
        assert self.paper(DIGITAL).state == "completed"
        self.ok(do.ExtendDocument(DIGITAL, self.paper(DIGITAL).head, sha("lt"), "B-LTA"), do.SYSTEM)

    def minutes(self):
        self.no("minutes-not-signed", do.SealSession(sha("manifest")), SECRETARY)
        made = do.AddDocument(MINUTES, sha("m", 1), 3, "bien-ban.pdf", "minutes", text("minutes"), "wet_ink", MINUTES_SLOTS)
        self.ok(made, SECRETARY)
        self.play.wait(60)
        self.ok(do.ReopenSession("forgot something"))
        self.no("not-closed", do.PublishDocument(MINUTES, sha("m", 1), sha("m", 1), self.paper(MINUTES).rev))
        self.ok(do.CloseSession("because"))
        self.no("document-moved", do.PublishDocument(MINUTES, sha("m", 1), sha("m", 1), self.paper(MINUTES).rev))
        again = do.AddDocument(MINUTES, sha("m", 2), 3, "bien-ban.pdf", "minutes", text("minutes"), "wet_ink", MINUTES_SLOTS)
        self.ok(again, SECRETARY)
        self.ok(do.PublishDocument(MINUTES, sha("m", 2), sha("m", 2), self.paper(MINUTES).rev), SECRETARY)
        self.no("minutes-published", do.ReopenSession("too late"))
        self.no("name-required", do.AttachScan(MINUTES, sha("ms"), 3, {"thu-ky": "person-t"}), SECRETARY)
        self.ok(do.AttachScan(MINUTES, sha("ms"), 3, {"thu-ky": "person-t", "chu-toa": "person-c"}), SECRETARY)
        assert self.paper(MINUTES).state == "completed"

    def sealing(self):
        self.no("recording-open", do.SealSession(sha("manifest"), 2), SECRETARY)
        self.no("not-allowed", do.SealSession(sha("manifest")), OPERATOR)
        self.ok(do.SealSession(sha("manifest")), ADMIN)
        assert self.state.manifest == sha("manifest")
        assert self.document(CO, INK).state == "completed"
        self.no("session-sealed", do.WriteProceedings("ky", "x", 0), SECRETARY)
