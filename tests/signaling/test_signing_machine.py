"""Random hands on documents, pens and tickets, restarts and clock jumps included, steered to the sealed record."""

import os

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from kit.ceremonies import DIGITAL, INK, OPERATOR, SECRETARY, SLOTS, sha, signatory, site_actor, text

from signaling import commands as do
from signaling.papers import MINUTES
from tests.signaling import checks, paper_checks
from tests.signaling.checks import ADMIN, CHAIR, CO, SECOND_DESK
from tests.signaling.signing_tour import MINUTES_SLOTS

DOCUMENTS = [INK, DIGITAL, MINUTES]
ALL_SLOTS = [*SLOTS, *(f"s-{slot}" for slot in SLOTS), *(slot.slot for slot in MINUTES_SLOTS), "nobody"]
WORDS = st.sampled_from(["because", "", "vì mất điện"])
HANDS = [OPERATOR, SECOND_DESK, SECRETARY, CHAIR, CO]
HAND = st.sampled_from(HANDS)
DOCUMENT = st.sampled_from(DOCUMENTS)


class Machine(RuleBasedStateMachine):
    """One ceremony with documents under random hands."""

    def __init__(self):
        super().__init__()
        self.play = paper_checks.Signed()
        self.steps = 0
        self.made = 0

    @property
    def state(self):
        return self.play.state

    @initialize(far=st.integers(0, 4))
    def begins(self, far):
        self.play.arrive()
        if far:
            for document in (INK, DIGITAL):
                self.attempt(do.AddDocument(document, self.fresh(), 3), SECRETARY)
                self.publish(document)
            self.attempt(do.OpenSession("because"))
            for _ in range(far):
                if self.state.next is not None:
                    self.attempt(do.TakeItem(self.state.next, self.state.agenda_rev, "because"))

    def fresh(self):
        self.made += 1
        return sha(self.made)

    def attempt(self, command, by=OPERATOR):
        return self.play.attempt(command, by)

    def publish(self, document, by=OPERATOR):
        paper = self.state.paper(document)
        if paper is not None and paper.file is not None:
            made = paper.file if paper.mode == "wet_ink" else sha(paper.file, "fields")
            self.attempt(do.PublishDocument(document, paper.file, made, paper.rev), by)

    def signer(self, paper, slot):
        """Who signs there: its own seat, for the minutes chair and secretary."""
        if paper.kind == "minutes":
            return CHAIR if slot.kind == "chair" else SECRETARY
        return SECRETARY if self.state.phase == "closed" else signatory(slot.slot)

    @rule(document=DOCUMENT, witness=st.booleans(), times=st.integers(1, 6))
    def the_signing_goes_on(self, document, witness, times):
        """Steer: the next step of this document, whatever it is, several times."""
        for _ in range(times):
            self.step(document, witness)

    def step(self, document, witness=True):
        paper, desk = self.state.paper(document), SECRETARY if self.state.phase == "closed" else OPERATOR
        if paper is None or paper.state in ("draft", "withdrawn"):
            if paper is None or paper.file is None or paper.file in paper.lineage:
                self.add(document)
            return self.publish(document, desk)
        if paper.state in ("published", "interrupted"):
            return self.attempt(do.BeginSigning(document, paper.rev, "because"), desk)
        if paper.state != "signing":
            return None
        slot = paper.turn()
        if paper.ticket is not None:
            done = do.FinishTicket(paper.ticket.id, paper.ticket.base, self.fresh(), "B-T")
            if self.attempt(done, self.signer(paper, slot)) is not None:
                self.attempt(do.CancelTicket(paper.ticket.id, "too late"))
            return None
        if paper.pen is not None:
            if paper.pen.up is None:
                return self.attempt(do.RaisePen(document, slot.slot), desk)
            return self.attempt(do.WitnessInk(document, slot.slot), CO if witness and desk is SECRETARY else SECRETARY)
        if paper.mode == "wet_ink" and paper.rite_done():
            return self.attempt(do.AttachScan(document, self.fresh(), 3), desk)
        if slot.slot not in paper.assigned:
            return self.attempt(do.AssignSlot(document, slot.slot, f"person-{slot.slot}"), desk)
        if paper.mode == "wet_ink":
            return self.attempt(do.LowerPen(document, slot.slot), desk)
        issue = do.IssueTicket(document, slot.slot, f"t-{self.fresh()[:20]}", paper.head, sha("certificate"))
        return self.attempt(issue, self.signer(paper, slot))

    def add(self, document):
        if document == MINUTES:
            mode = ("wet_ink", "digital")[self.made % 2]
            made = do.AddDocument(MINUTES, self.fresh(), 2, "m.pdf", "minutes", text("minutes"), mode, MINUTES_SLOTS)
            return self.attempt(made, SECRETARY)
        return self.attempt(do.AddDocument(document, self.fresh(), 3), SECRETARY)

    @rule(far=st.integers(0, 3))
    def it_goes_to_the_end(self, far):
        """Steer: sign everything, close, make minutes, seal; now and then."""
        if far:
            return
        if self.state.phase == "suspended":
            self.attempt(do.ResumeSession())
        for document in (INK, DIGITAL):
            if self.state.live != ("ky" if document == INK else "ky-so"):
                continue
            for _ in range(24):
                self.step(document)
        self.attempt(do.CloseSession("because"))
        if self.state.phase == "closed":
            for document in DOCUMENTS:
                self.attempt(do.LeaveDocument(document, "not today"), SECRETARY) if document != MINUTES else None
                for _ in range(24):
                    self.step(document)
            self.attempt(do.SealSession(sha("manifest")), SECRETARY)

    @rule(how=st.integers(0, 4))
    def the_ceremony_goes_on(self, how):
        state = self.state
        if state.phase == "setup":
            self.attempt(do.OpenSession("because"))
        elif state.phase == "suspended":
            self.attempt(do.ResumeSession())
        elif state.phase == "closed" and how == 0:
            self.attempt(do.ReopenSession("because"))
        elif state.next is not None:
            self.attempt(do.TakeItem(state.next, state.agenda_rev, "because" if how else None))
        elif how == 0:
            self.attempt(do.CloseSession("because"))
        else:
            self.attempt(do.SetNext(("ky", "ky-so", "trao", "diem-danh")[how - 1], state.agenda_rev))

    @rule(document=DOCUMENT, slot=st.sampled_from(ALL_SLOTS), kind=st.integers(0, 4), by=HAND)
    def a_pen(self, document, slot, kind, by):
        made = [do.LowerPen(document, slot), do.RaisePen(document, slot), do.VoidPen(document, slot, "spoilt"),
                do.WitnessInk(document, slot), do.DeclineSlot(document, slot, "no")]  # fmt: skip
        self.attempt(made[kind], by)

    @rule(document=DOCUMENT, slot=st.sampled_from(ALL_SLOTS), right=st.booleans(), by=st.booleans())
    def a_ticket(self, document, slot, right, by):
        paper = self.state.paper(document)
        base = paper.head if paper is not None and paper.head and right else sha("old")
        who = signatory(slot) if by else SECRETARY
        self.attempt(do.IssueTicket(document, slot, f"t-{self.made}", base, sha("c")), who)
        for one in self.state.every_paper():
            if one.ticket is not None:
                self.attempt(do.FinishTicket(one.ticket.id, base, self.fresh(), "B-B"), who)

    @rule(document=DOCUMENT, kind=st.integers(0, 7), by=HAND, words=WORDS)
    def a_document(self, document, kind, by, words):
        paper = self.state.paper(document)
        rev = 0 if paper is None else paper.rev
        made = [
            do.AddDocument(document, self.fresh(), 2), do.PublishDocument(document, self.fresh(), self.fresh(), rev),
            do.WithdrawDocument(document, words), do.LeaveDocument(document, words) if self.made % 5 == 0 else do.PageDocument(document, 1),
            do.PageDocument(document, 2), do.ExchangeDocument(document), do.InterruptSigning(document, words),
            do.BeginSigning(document, rev, words),
        ]  # fmt: skip
        self.attempt(made[kind], by)

    @rule(document=DOCUMENT, named=st.booleans(), again=st.booleans(), by=HAND)
    def a_scan(self, document, named, again, by):
        paper = self.state.paper(document)
        file = paper.head if again and paper is not None and paper.head else self.fresh()
        signers = {"thu-ky": "person-t", "chu-toa": "person-c"} if named else {}
        self.attempt(do.AttachScan(document, file, 2, signers), by)
        if paper is not None and paper.scan is not None:
            self.attempt(do.StampScan(document, paper.stamped or paper.scan, self.fresh(), "person-v"), by)
        if paper is not None and paper.head is not None:
            self.attempt(do.ExtendDocument(document, paper.head, self.fresh(), "B-LTA"), do.SYSTEM)

    @rule(document=DOCUMENT, site=st.sampled_from(["an", "ba", "chi"]), right=st.booleans(), choice=st.sampled_from(["agree", "remarks"]))
    def a_review(self, document, site, right, choice):
        asked = self.state.confirmation
        if asked is None or asked.closed_at is not None:
            self.attempt(do.OpenConfirmation("agreed?", "agree", (), document), SECRETARY)
        else:
            answer = do.AnswerConfirmation(site, choice, "Ms An", sha256=asked.sha256 if right else sha("other"))
            self.attempt(answer, site_actor(site))

    @rule(slot=st.sampled_from(ALL_SLOTS), document=DOCUMENT, authority=st.sampled_from(["", "KT.", "K/T"]), by=HAND)
    def somebody_is_named(self, slot, document, authority, by):
        self.attempt(do.AssignSlot(document, slot, f"person-{slot}", authority), by)

    @rule(seconds=st.integers(0, 1_200))
    def time_passes(self, seconds):
        self.play.wait(seconds)

    @rule(seconds=st.integers(-600, 600))
    def the_clock_jumps(self, seconds):
        self.play.wait(seconds)
        self.attempt(do.JumpClock(seconds * 1_000_000), do.SYSTEM)

    @rule(spec=st.sampled_from([f"document:{INK}", f"signing:{INK}", f"signing:{DIGITAL}", "document:other", "grid"]))
    def the_picture(self, spec):
        self.attempt(do.PrepareScene(spec))
        self.attempt(do.CutScene(self.state.scene_rev))

    @rule(how=st.integers(0, 9))
    def it_stops(self, how):
        if how < 2:
            self.attempt(do.SuspendSession("because", "please wait", "power"))
        elif how == 2:
            self.attempt(do.CloseSession("because"))
        else:
            self.attempt(do.HoldItem(self.state.agenda_rev) if how < 5 else do.EndItem(self.state.agenda_rev))

    @rule(open_clips=st.integers(0, 1), by=st.sampled_from([SECRETARY, ADMIN, OPERATOR]))
    def seals(self, open_clips, by):
        self.attempt(do.SealSession(sha("manifest"), open_clips), by)

    @rule(name=st.sampled_from(["table", "document"]), how=st.sampled_from(["back", "lost"]))
    def a_source_of_the_hub(self, name, how):
        self.attempt(do.ReportPresence(f"hub/{name}", how), do.SYSTEM)

    @rule()
    def the_server_restarts(self):
        self.play.state = self.play.again()
        if self.state.phase != "sealed":
            self.attempt(do.ReportStart("test"), do.SYSTEM)
            self.play.arrive()

    @invariant()
    def all_that_is_always_true(self):
        for check in paper_checks.EVERY:
            check(self.play)
        self.steps += 1
        if self.steps % 4 == 0:
            checks.the_log_is_the_state(self.play)


TestSigning = Machine.TestCase
TestSigning.settings = settings(
    max_examples=int(os.environ.get("MACHINE_RUNS", "60")), stateful_step_count=60, deadline=None
)
