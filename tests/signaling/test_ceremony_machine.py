"""Random commands by everyone, restarts included: the invariants of CEREMONY §13 that need no document."""

import os

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor, small

from signaling import access, ceremony, commands, scenes, times, views
from signaling.errors import Refused
from signaling.names import source_id
from signaling.state import gates

SITES = ["hub", "an", "ba", "chi"]
ITEMS = [item.id for item in small().items]
SPECS = ["grid", "grid:2", "hold", "slate", "slate:mo-dau", "solo:an", "two_shot:hub+ba", "two_shot:an+an",
         "solo:hub/table", "two_shot:hub+holder", "solo:nobody", "", "document:x"]  # fmt: skip
REVS = st.sampled_from(["right", "right", "right", "wrong"])


class Machine(RuleBasedStateMachine):
    """One ceremony under random hands."""

    def __init__(self):
        super().__init__()
        self.play = Play()
        self.opened_items = set()
        self.known_log = 0

    def attempt(self, command, by=OPERATOR):
        before, length = self.play.state, len(self.play.log)
        try:
            self.play.do(command, by)
        except Refused:
            assert self.play.state is before
            assert len(self.play.log) == length

    def rev(self, domain, how):
        right = getattr(self.play.state, f"{domain}_rev")
        return right if how == "right" else right - 1

    @rule(seconds=st.integers(0, 900))
    def time_passes(self, seconds):
        self.play.wait(seconds)

    @rule(site=st.sampled_from(SITES), how=st.sampled_from(["back", "back", "back", "lost", "absent"]))
    def a_site_comes_or_goes(self, site, how):
        self.attempt(commands.ReportPresence(source_id(site, "camera"), how), commands.SYSTEM)

    @rule(name=st.sampled_from(["table", "document"]), how=st.sampled_from(["back", "lost", "absent"]))
    def a_source_of_the_hub(self, name, how):
        self.attempt(commands.ReportPresence(source_id("hub", name), how), commands.SYSTEM)

    @rule(reason=st.sampled_from([None, "because"]))
    def opens(self, reason):
        self.attempt(commands.OpenSession(reason))

    @rule(reason=st.sampled_from([None, None, "because"]))
    def closes(self, reason):
        if self.play.state.live == "be-mac":
            self.attempt(commands.CloseSession(reason))

    @rule(reason=st.sampled_from(["", "because"]))
    def reopens(self, reason):
        self.attempt(commands.ReopenSession(reason))

    @rule(how=REVS, item=st.sampled_from([None, *ITEMS]))
    def takes(self, how, item):
        chosen = item or self.play.state.next or "diem-danh"
        self.attempt(commands.TakeItem(chosen, self.rev("agenda", how)))

    @rule(how=REVS, item=st.sampled_from(ITEMS), verb=st.sampled_from(["next", "skip", "restore"]))
    def plans(self, how, item, verb):
        rev = self.rev("agenda", how)
        made = {
            "next": commands.SetNext(item, rev),
            "skip": commands.SkipItem(item, rev, "reason"),
            "restore": commands.RestoreItem(item),
        }
        self.attempt(made[verb])

    @rule(how=REVS, kind=st.sampled_from([commands.HoldItem, commands.EndItem]))
    def stops_an_item(self, how, kind):
        self.attempt(kind(self.rev("agenda", how)))

    @rule(site=st.sampled_from(SITES), kind=st.sampled_from(["ask", "withdraw", "end"]))
    def a_site_acts(self, site, kind):
        made = {"ask": commands.AskFloor(), "withdraw": commands.WithdrawFloor(), "end": commands.EndFloor()}
        self.attempt(made[kind], site_actor(site))

    @rule(site=st.sampled_from(SITES), how=REVS, kind=st.sampled_from(["invite", "grant", "drop", "end"]))
    def the_floor(self, site, how, kind):
        made = {
            "invite": commands.InviteFloor(site),
            "grant": commands.GrantFloor(site, self.rev("floor", how)),
            "drop": commands.DropFloor(site),
            "end": commands.EndFloor(),
        }
        self.attempt(made[kind])

    @rule(site=st.sampled_from([*SITES, "all"]), state=st.sampled_from(["closed", "pre", "open"]))
    def a_microphone(self, site, state):
        self.attempt(commands.SetMic(site, state))

    @rule(spec=st.sampled_from(SPECS))
    def prepares(self, spec):
        self.attempt(commands.PrepareScene(spec))

    @rule(how=REVS)
    def cuts(self, how):
        self.attempt(commands.CutScene(self.rev("scene", how)))

    @rule()
    def holds_the_picture(self):
        self.play.do(commands.HoldScene())
        assert self.play.state.program == "hold"

    @rule(site=st.sampled_from(SITES), count=st.integers(0, 50), by=st.sampled_from(["desk", "self", "other"]))
    def answers_the_roll(self, site, count, by):
        who = {"desk": SECRETARY, "self": site_actor(site), "other": site_actor("an" if site != "an" else "ba")}[by]
        self.attempt(commands.AnswerRollcall(site, count), who)

    @rule()
    def the_server_restarts(self):
        self.play.state = self.play.again()
        self.play.do(commands.ReportStart("test"), commands.SYSTEM)

    @invariant()
    def the_log_is_the_state(self):
        assert self.play.again() == self.play.state

    @invariant()
    def at_most_one_item_is_live(self):
        live = [item for item, run in self.play.state.runs.items() if run.state == "live"]
        assert live == ([self.play.state.live] if self.play.state.live else [])
        if self.play.state.phase != "open":
            assert not live

    @invariant()
    def next_is_selectable_and_frozen(self):
        state = self.play.state
        nexts = [item for item, run in state.runs.items() if run.state == "next"]
        assert nexts == ([state.next] if state.next else [])
        assert (state.next_copy is None) == (state.next is None)
        assert state.next != state.live or state.live is None

    @invariant()
    def done_has_run(self):
        for run in self.play.state.runs.values():
            assert run.state not in ("done", "held", "live") or (run.runs > 0 and run.started is not None)

    @invariant()
    def no_absent_site_has_the_floor(self):
        state = self.play.state
        if state.floor.site is not None:
            assert not state.is_absent(state.floor.site)
        assert (state.floor.site is None) == (state.floor.state == "free")

    @invariant()
    def the_queue_is_unique_and_without_the_holder(self):
        sites = [hand.site for hand in self.play.state.floor.queue]
        assert len(set(sites)) == len(sites)
        assert self.play.state.holder() not in sites
        assert "hub" not in sites

    @invariant()
    def open_microphones_follow_the_policy(self):
        state = self.play.state
        heard = {source for source, gate in gates(state).items() if gate == "open"}
        allowed = {source_id("hub", "camera")}
        if state.holder():
            allowed.add(source_id(state.holder(), "camera"))
        assert heard <= allowed
        if state.phase == "closed":
            assert not heard

    @invariant()
    def nobody_hears_itself_and_the_absent_are_not_shown(self):
        state = self.play.state
        viewers = tuple(scenes.Viewer(f"s-{s}", desk=False, site=s) for s in SITES)
        cast = scenes.casting(state, viewers)
        for viewer in viewers:
            placed = cast.slots[viewer.seat]
            assert len({p.source for p in placed if p.source}) == len([p for p in placed if p.source])
            for placement in placed:
                if placement.source and placement.sound:
                    assert not placement.source.startswith(f"{viewer.site}/")
                if placement.source and placement.picture:
                    assert placement.source.partition("/")[0] not in state.gone

    @invariant()
    def every_view_fits_and_tells_no_secrets(self):
        state = self.play.state
        for who in (OPERATOR, SECRETARY, site_actor("an")):
            view = views.view(state, who, self.play.now)
            assert ("recorder" in view) == (who.role != "site")
            if who.role == "site":
                assert view["scene"].preview is None
                assert all(hand.site == "an" for hand in view["floor"].queue)
                assert all(site.phone is None for site in view["sites"].sites)

    @invariant()
    def expected_times_never_run_backwards(self):
        spans = times.spans(self.play.state, self.play.now)
        starts = [spans[item.id].start for item in self.play.state.sheet().items if item.id in spans
                  and item.id != self.play.state.live]  # fmt: skip
        assert starts == sorted(starts)


TestCeremony = Machine.TestCase
TestCeremony.settings = settings(
    max_examples=int(os.environ.get("MACHINE_RUNS", "60")), stateful_step_count=60, deadline=None
)


def test_every_verb_is_in_the_table_and_decided():
    verbs = {kind.__struct_config__.tag for kind in commands.Command.__subclasses__()}
    assert verbs == set(access.TABLE)


def test_refused_is_the_only_way_to_say_no():
    play = Play()
    for kind in (commands.HoldItem(0), commands.CutScene(0), commands.EndFloor()):
        try:
            ceremony.decide(play.state, kind, OPERATOR, play.now)
        except Refused as refused:
            assert refused.code == "not-open" or refused.code in ("nothing-prepared", "scene-moved")
        else:
            raise AssertionError(kind)
