"""Random commands by everyone, restarts and clock jumps included: the invariants of CEREMONY §13 without documents."""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor, small, text

from signaling import access, ceremony, commands, confirm, draft
from signaling import commands as do
from signaling.agenda import Item
from signaling.errors import Refused
from signaling.names import source_id
from tests.signaling import checks
from tests.signaling.checks import ADMIN, CHAIR, CO, OTHER, SECOND_DESK, Watched

SITES = ["hub", "an", "ba", "chi"]
ITEMS = [item.id for item in small().items]
NEW = ["moi", "moi-2"]
SPECS = ["grid", "grid:2", "hold", "slate", "slate:mo-dau", "solo:an", "two_shot:hub+ba", "two_shot:an+an",
         "solo:hub/table", "two_shot:hub+holder", "solo:nobody", "", "document:x"]  # fmt: skip
REVS = st.sampled_from(["right", "right", "right", "wrong"])
WORDS = st.sampled_from(["because", "", "vì mất điện", "x" * 201])
DESKS = st.sampled_from([OPERATOR, OPERATOR, OPERATOR, SECOND_DESK, OTHER, CO, SECRETARY, CHAIR])


class Machine(RuleBasedStateMachine):
    """One ceremony under random hands."""

    def __init__(self):
        super().__init__()
        self.play = Watched()
        self.steps = 0

    @initialize(opens=st.sampled_from([True, True, True, True, False]))
    def begins(self, opens):
        if opens:
            self.play.opened()
            self.attempt(do.TakeItem("diem-danh", self.play.state.agenda_rev))

    def attempt(self, command, by=OPERATOR):
        """Do it; the operator's commands come from whoever is in control, so that play goes on."""
        held = self.play.state.control
        if by is OPERATOR and held is not None:
            by = {"p-9": OTHER, "p-8": CO}.get(held.seat[:3], OPERATOR)
        return self.play.attempt(command, by)

    def rev(self, domain, how):
        right = getattr(self.play.state, f"{domain}_rev")
        return right if how == "right" else right - 1

    @rule(how=st.integers(0, 5))
    def it_goes_on(self, how):
        """Steer: to the opening, out of a suspension, to the next item, back from the end."""
        state = self.play.state
        if state.phase == "setup":
            self.play.arrive()
            self.attempt(do.OpenSession("because"))
        elif state.phase == "suspended":
            self.attempt(do.ResumeSession() if how else do.CancelSession("because"))
        elif state.phase == "closed":
            self.attempt(do.ReopenSession("because"))
        elif state.next is not None:
            self.attempt(do.TakeItem(state.next, state.agenda_rev))
        elif how == 0:
            self.attempt(do.CloseSession("because"))
        else:
            self.attempt(do.SetNext(ITEMS[how], state.agenda_rev))

    @rule(site=st.sampled_from(SITES[1:]), how=st.integers(0, 4))
    def the_floor_goes_round(self, site, how):
        state = self.play.state
        if state.floor.site is not None:
            self.attempt(do.EndFloor(), site_actor(state.floor.site) if how else OPERATOR)
        elif state.floor.queue and how:
            first = state.floor.queue[0].site
            made = [do.DropFloor(first), do.MoveFloor(first), do.InviteFloor(first), do.GrantFloor(first, state.floor_rev)]
            self.attempt(made[how - 1])
        else:
            self.attempt(do.AskFloor(), site_actor(site))

    @rule(site=st.sampled_from(SITES[1:]), how=st.integers(0, 5), votes=st.integers(0, 4))
    def a_question_goes_round(self, site, how, votes):
        asked = self.play.state.confirmation
        if asked is None or asked.closed_at is not None:
            self.attempt(do.OpenConfirmation("agreed?", ["agree", "ack", "vote"][how % 3]))
        elif how == 0:
            self.attempt(do.CloseConfirmation())
        else:
            options = confirm.OPTIONS[asked.choices]
            answer = do.AnswerConfirmation(site, options[how % len(options)], "Ms An", {"for": votes})
            self.attempt(answer, site_actor(site) if how % 2 else SECRETARY)

    @rule(how=st.integers(0, 3))
    def the_last_act_is_undone(self, how):
        state, rev = self.play.state, self.play.state.agenda_rev
        acts = [do.HoldItem(rev), do.EndItem(rev), do.SkipItem("an-noi", rev), do.TakeItem(state.next or "nhac", rev)]
        self.attempt(acts[how])
        if self.play.state.undo is not None:
            self.attempt(do.UndoAgenda(self.play.state.undo.seq))

    @rule(seat=st.sampled_from(["w-1", "w-2"]), site=st.sampled_from(SITES[1:]), how=st.integers(0, 3))
    def the_lobby_goes_on(self, seat, site, how):
        entry = self.play.state.lobby.get(seat)
        if entry is None or entry.state in ("refused", "revoked"):
            self.attempt(do.KnockSeat(seat, site, "Mr B"), do.SYSTEM)
        elif entry.state == "admitted":
            self.attempt(do.RevokeSeat(seat))
        else:
            self.attempt([do.AdmitSeat(seat), do.MoveSeat(seat), do.RefuseSeat(seat), do.KnockSeat(seat)][how])

    @rule(item=st.sampled_from(ITEMS), site=st.sampled_from(SITES[1:]))
    def texts_go_on(self, item, site):
        written = self.play.state.proceedings.get(item)
        self.attempt(do.WriteProceedings(item, "text", 0 if written is None else written.rev), SECRETARY)
        if self.play.state.notices:
            self.attempt(do.AckNotice(len(self.play.state.notices)), site_actor(site))
        else:
            self.attempt(do.SendNotice("read this", must_ack=True))

    @rule(seconds=st.integers(0, 900))
    def time_passes(self, seconds):
        self.play.wait(seconds)

    @rule(seconds=st.integers(0, 8))
    def a_moment_passes(self, seconds):
        self.play.wait(seconds)

    @rule(seconds=st.integers(-600, 600))
    def the_clock_jumps(self, seconds):
        self.play.wait(seconds)
        self.attempt(do.JumpClock(seconds * 1_000_000), do.SYSTEM)

    @rule(site=st.sampled_from(SITES), how=st.sampled_from(["back", "back", "back", "lost", "absent"]))
    def a_site_comes_or_goes(self, site, how):
        self.attempt(do.ReportPresence(source_id(site, "camera"), how), do.SYSTEM)

    @rule(name=st.sampled_from(["table", "document"]), how=st.sampled_from(["back", "lost", "absent"]))
    def a_source_of_the_hub(self, name, how):
        self.attempt(do.ReportPresence(source_id("hub", name), how), do.SYSTEM)

    @rule(kind=st.sampled_from(["opened", "gap", "error", "shed", "closed", "heads"]), length=st.integers(0, 6000))
    def the_recorder(self, kind, length):
        detail = {"gaps": [[0, length, "loss", "video"]]} if kind == "gap" else {}
        self.attempt(do.ReportRecorder(kind, "an/camera", "an~camera~1.webm", detail), do.SYSTEM)

    @rule()
    def everyone_is_here(self):
        self.play.arrive()

    @rule(reason=st.sampled_from([None, "because"]), by=DESKS)
    def opens(self, reason, by):
        self.attempt(do.OpenSession(reason), by)

    @rule(reason=WORDS, cause=st.sampled_from(["link", "power", "other"]), by=DESKS)
    def suspends(self, reason, cause, by):
        self.attempt(do.SuspendSession(reason, "please wait", cause), by)

    @rule(by=DESKS)
    def resumes(self, by):
        self.attempt(do.ResumeSession(), by)

    @rule(reason=WORDS, often=st.integers(0, 9))
    def cancels(self, reason, often):
        if often == 0:
            self.attempt(do.CancelSession(reason))

    @rule(reason=st.sampled_from([None, "because", "because"]), often=st.integers(0, 2), again=st.integers(0, 2))
    def closes_and_reopens(self, reason, often, again):
        if self.play.state.live == "be-mac" or often == 0:
            self.attempt(do.CloseSession(reason))
        if again:
            self.attempt(do.ReopenSession("because"))

    @rule(reason=st.sampled_from(["", "because"]))
    def reopens(self, reason):
        self.attempt(do.ReopenSession(reason))

    @rule(item=st.sampled_from(ITEMS))
    def skips_and_restores(self, item):
        self.attempt(do.SkipItem(item, self.play.state.agenda_rev, "because"))
        self.attempt(do.RestoreItem(item))

    @rule(policy=st.sampled_from([None, "on_grant"]), least=st.none() | st.integers(0, 100), take=st.sampled_from([None, "cut", "arm"]), video=st.sampled_from([None, "vp8", "h264"]), by=st.sampled_from([OPERATOR, ADMIN]))
    def edits_the_session(self, policy, least, take, video, by):
        quorum = None if least is None else draft.Quorum("percent", least)
        self.attempt(do.EditSession(text("new title"), None, policy, "formal", quorum, take, video=video), by)

    @rule(how=REVS, item=st.sampled_from([None, None, None, *ITEMS]), by=DESKS)
    def takes(self, how, item, by):
        chosen = item or self.play.state.next or "diem-danh"
        self.attempt(do.TakeItem(chosen, self.rev("agenda", how)), by)

    @rule(how=REVS, item=st.sampled_from(ITEMS), verb=st.sampled_from(["next", "skip", "restore"]))
    def plans(self, how, item, verb):
        rev = self.rev("agenda", how)
        made = {"next": do.SetNext(item, rev), "skip": do.SkipItem(item, rev, "reason"), "restore": do.RestoreItem(item)}
        self.attempt(made[verb])

    @rule(how=REVS, item=st.sampled_from([*ITEMS, *NEW]), before=st.sampled_from([None, *ITEMS, *NEW]), by=DESKS)
    def moves_an_item(self, how, item, before, by):
        self.attempt(do.MoveItem(item, self.rev("agenda", how), before), by)

    @rule(item=st.sampled_from([*ITEMS, *NEW]), minutes=st.integers(-3, 5))
    def retimes(self, item, minutes):
        self.attempt(do.RetimeItem(item, minutes))

    @rule(item=st.sampled_from([*NEW, *ITEMS]), kind=st.sampled_from(["add", "edit", "remove"]), scene=st.sampled_from(SPECS),
          until=st.none() | st.integers(0, 2_000), by=st.sampled_from([OPERATOR, SECRETARY]))  # fmt: skip
    def edits_an_item(self, item, kind, scene, until, by):
        made = Item(item, "speech", text(f"{item} {kind}"), 90, scene, until=until and until * 1_000_000, site="chi")
        command = {"add": do.AddItem(made, "khai-mac"), "edit": do.EditItem(made), "remove": do.RemoveItem(item)}
        self.attempt(command[kind], by)

    @rule(how=REVS, keep=st.lists(st.sampled_from([*ITEMS, *NEW]), unique=True, min_size=1), longer=st.booleans())
    def reimports(self, how, keep, longer):
        now = self.play.state.sheet()
        known = {item.id: item for item in now.items}
        items = tuple(known.get(one) or Item(one, "generic", text(one), 60, "grid") for one in keep)
        if longer:
            items = tuple(draft.msgspec.structs.replace(item, duration_s=item.duration_s + 1) for item in items)
        wanted = draft.msgspec.structs.replace(now, items=items)
        self.attempt(do.ApplySheet(draft.diff(now, wanted), self.rev("agenda", how)))

    @rule(how=REVS)
    def undoes(self, how):
        undo = self.play.state.undo
        self.attempt(do.UndoAgenda((undo.seq if undo else 1) - (how == "wrong")))

    @rule(how=REVS, kind=st.sampled_from([do.HoldItem, do.EndItem]))
    def stops_an_item(self, how, kind):
        self.attempt(kind(self.rev("agenda", how)))

    @rule(site=st.sampled_from(SITES), kind=st.sampled_from(["ask", "withdraw", "end"]))
    def a_site_acts(self, site, kind):
        made = {"ask": do.AskFloor(), "withdraw": do.WithdrawFloor(), "end": do.EndFloor()}
        self.attempt(made[kind], site_actor(site))

    @rule(site=st.sampled_from(SITES), how=REVS, kind=st.sampled_from(["invite", "grant", "interrupt", "drop", "end", "move"]),
          by=st.sampled_from([OPERATOR, CHAIR]))  # fmt: skip
    def the_floor(self, site, how, kind, by):
        rev = self.rev("floor", how)
        made = {
            "invite": do.InviteFloor(site), "grant": do.GrantFloor(site, rev), "interrupt": do.GrantFloor(site, rev, True),
            "drop": do.DropFloor(site), "end": do.EndFloor(), "move": do.MoveFloor(site, "ba"),
        }  # fmt: skip
        self.attempt(made[kind], by)

    @rule(site=st.sampled_from([*SITES, "all"]), state=st.sampled_from(["closed", "pre", "open"]))
    def a_microphone(self, site, state):
        self.attempt(do.SetMic(site, state))

    @rule(spec=st.sampled_from(SPECS))
    def prepares(self, spec):
        self.attempt(do.PrepareScene(spec))

    @rule(how=REVS)
    def cuts(self, how):
        self.attempt(do.CutScene(self.rev("scene", how)))

    @rule()
    def holds_the_picture(self):
        assert self.attempt(do.HoldScene()) is None
        assert self.play.state.program == "hold"

    @rule(kind=st.integers(0, 4), words=WORDS)
    def captions_and_stage(self, kind, words):
        made = [do.SetCaption(words), do.ClearCaption(), do.MessageStage(words), do.BlackoutStage(True), do.BlackoutStage(False)]
        self.attempt(made[kind])

    @rule(site=st.sampled_from(SITES), count=st.integers(0, 50), by=st.sampled_from(["desk", "self", "other"]))
    def answers_the_roll(self, site, count, by):
        who = {"desk": SECRETARY, "self": site_actor(site), "other": site_actor("an" if site != "an" else "ba")}[by]
        code = self.attempt(do.AnswerRollcall(site, count), who)
        assert by != "other" or code == "not-allowed"

    @rule(site=st.sampled_from([*SITES, "nobody"]), kind=st.sampled_from(["absent", "late", "check", "declare", "not"]), by=DESKS)
    def the_roll_call(self, site, kind, by):
        made = {
            "absent": do.MarkRollcall(site, "absent"), "late": do.MarkRollcall(site, "late"),
            "check": do.CheckRollcall(site, True, False), "declare": do.DeclareRollcall(True),
            "not": do.DeclareRollcall(False),
        }  # fmt: skip
        self.attempt(made[kind], by)

    @rule(kind=st.sampled_from(["agree", "ack", "vote"]), to=st.lists(st.sampled_from(SITES)), by=st.sampled_from([OPERATOR, SECRETARY]))
    def asks_the_sites(self, kind, to, by):
        self.attempt(do.OpenConfirmation("agreed?", kind, tuple(to)), by)

    @rule(site=st.sampled_from(SITES), choice=st.sampled_from(["agree", "remarks", "ack", "for", "against"]),
          votes=st.integers(0, 9), name=st.sampled_from(["Ms An", " "]), desk=st.booleans())  # fmt: skip
    def a_site_confirms(self, site, choice, votes, name, desk):
        command = do.AnswerConfirmation(site, choice, name, {"for": votes, "abstain": 1})
        self.attempt(command, SECRETARY if desk else site_actor(site))

    @rule(site=st.sampled_from(SITES), closes=st.booleans())
    def reminds_or_closes(self, site, closes):
        self.attempt(do.CloseConfirmation() if closes else do.RemindConfirmation(site), SECRETARY)

    @rule(words=WORDS, to=st.lists(st.sampled_from([*SITES, "nobody"]), max_size=2), must=st.booleans(), by=DESKS)
    def sends_a_notice(self, words, to, must, by):
        self.attempt(do.SendNotice(words, tuple(to), must), by)

    @rule(site=st.sampled_from(SITES), kind=st.integers(0, 3), number=st.integers(0, 3))
    def a_site_writes(self, site, kind, number):
        made = [do.AckNotice(number), do.ConfirmAnnouncement(self.play.now), do.SendMessage("letter-1"), do.AnnounceSite("wait")]
        self.attempt(made[kind], site_actor(site))

    @rule(site=st.none() | st.sampled_from(SITES), words=WORDS, by=DESKS, which=st.booleans())
    def notes(self, site, words, by, which):
        self.attempt(do.NoteIncident(words, site) if which else do.AnnounceSite(words, site), by)

    @rule(item=st.sampled_from([*ITEMS, "nothing"]), base=st.integers(0, 2), words=WORDS)
    def writes_the_proceedings(self, item, base, words):
        self.attempt(do.WriteProceedings(item, words, base), SECRETARY)

    @rule(seat=st.sampled_from(["w-1", "w-2", "s-an", "w-9"]), kind=st.integers(0, 5), by=st.sampled_from([OPERATOR, ADMIN, SECRETARY]))
    def the_lobby(self, seat, kind, by):
        knock = do.KnockSeat(seat, "an", "Mr B", "other-device")
        made = [do.AdmitSeat(seat), do.RefuseSeat(seat), do.RevokeSeat(seat), do.MoveSeat(seat), knock, knock]
        self.attempt(made[kind], by if kind < 4 else do.SYSTEM)

    @rule(by=st.sampled_from([CO, OTHER, OPERATOR, SECOND_DESK]), seat=st.sampled_from(["p-1-a", "p-9-c", "p-8-d", "s-an"]),
          give=st.booleans())  # fmt: skip
    def control_moves(self, by, seat, give):
        self.play.attempt(do.GiveControl(seat) if give else do.TakeControl("needed"), by)

    @rule()
    def control_comes_back(self):
        self.play.attempt(do.TakeControl("back"), OPERATOR)

    @rule(site=st.sampled_from(SITES))
    def a_check_is_recorded(self, site):
        self.attempt(do.RecordCheck(site, "rehearsal", "ab" * 32, "Ms T", {"sound": True}), do.SYSTEM)

    @rule()
    def the_server_restarts(self):
        self.play.state = self.play.again()
        self.attempt(do.ReportStart("test"), do.SYSTEM)

    @invariant()
    def all_that_is_always_true(self):
        for check in checks.ALWAYS:
            check(self.play)

    @invariant()
    def what_is_costly_every_third_step(self):
        self.steps += 1
        if self.steps % 3:
            return
        checks.the_log_is_the_state(self.play)
        self.play.sample()
        checks.views_follow_from_the_log(self.play)
        step = len(self.play.samples)
        screens = checks.ALL_SCREENS[step % 5 :: 5]
        checks.every_view_fits_and_tells_no_secrets(self.play, screens)


TestCeremony = Machine.TestCase
TestCeremony.settings = settings(
    max_examples=int(os.environ.get("MACHINE_RUNS", "60")), stateful_step_count=60, deadline=None
)


def test_every_verb_is_in_the_table_and_decided():
    verbs = {kind.__struct_config__.tag for kind in commands.Command.__subclasses__()}
    assert verbs == set(access.TABLE)


@pytest.mark.parametrize("command", [do.HoldItem(0), do.CutScene(0), do.EndFloor()])
def test_refused_is_the_only_way_to_say_no(command):
    play = Play()
    with pytest.raises(Refused) as refused:
        ceremony.decide(play.state, command, OPERATOR, play.now)
    assert refused.value.code in ("not-open", "nothing-prepared", "scene-moved")
