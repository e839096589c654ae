"""The invariants of CEREMONY §13 that need no document, each under its own name, for random play and seeded faults."""

from kit.ceremonies import OPERATOR, SECOND, SECRETARY, Play, site_actor, small
from msgspec.structs import replace

from signaling import agenda, commands, confirm, messages, scenes, times, views
from signaling import events as ev
from signaling.acting import Actor
from signaling.errors import Refused
from signaling.names import person_of, source_id
from signaling.state import gates

SECOND_DESK = Actor("p-1-z", "operator")
OTHER = Actor("p-9-c", "operator")
CO = Actor("p-8-d", "co-operator")
CHAIR = Actor("p-3-e", "chair")
MC = Actor("p-4-f", "mc")
ADMIN = Actor("p-5-g", "admin")
VIEWER = Actor("v-1", "viewer")
STAGE = Actor("v-2", "stage")
ALL_SCREENS = (OPERATOR, CO, SECRETARY, CHAIR, MC, ADMIN, VIEWER, STAGE, site_actor("an"), site_actor("hub"))
SUSPENDED_ADMITS = (
    "session.", "seat.", "control.", "scene.hold", "mic.set", "stage.", "site.announcement", "rollcall.", "notice.",
    "announcement.", "message.", "incident.", "proceedings.", "presence.", "recorder.", "server.", "check.", "clock.",
    "pen.up", "ink.witness", "document.extend",
)  # fmt: skip
UNDONE = ("draft", "runs", "live", "live_copy", "next", "next_copy", "program", "preview", "floor", "mics", "planned",
          "gone", "added", "confirmation", "phase")  # fmt: skip


def with_telephones(draft):
    return replace(draft, sites=tuple(replace(site, phone=f"telephone-{site.id}") for site in draft.sites))


class Watched(Play):
    """A ceremony in hand that notices what only a step can show: refusals with traces, undo, suspension, views."""

    def __init__(self, *args, **more):
        self.before_act = None
        self.samples = []
        self.used = set()
        super().__init__(*args or (with_telephones(small()),), **more)

    def attempt(self, command, by=OPERATOR):
        """Do it; a refusal must leave no trace. Return the code, or None."""
        before, length = self.state, len(self.log)
        try:
            self.do(command, by)
        except Refused as refused:
            assert self.state is before, "refused changes nothing"
            assert len(self.log) == length, "refused changes nothing"
            return refused.code
        self._look(command, before, length)
        return None

    def _look(self, command, before, length):
        verb, happened = commands.verb(command), [event for _, event in self.log[length:]]
        self.used.add(verb)
        if before.phase == "suspended":
            assert verb.startswith(SUSPENDED_ADMITS), verb
            assert verb != "mic.set" or command.state == "closed"
        if isinstance(command, commands.UndoAgenda):
            assert before.undo is not None and self.now - before.undo.at <= 10 * SECOND, "undo in time"
            # what the operator touched in between stays as he left it
            kept = {"added", "confirmation", "phase"}
            kept |= set() if before.undo.picture else {"program", "preview", "gone"}
            kept |= set() if before.undo.sound else {"mics"}
            for field in UNDONE:
                if field in kept or (field == "planned" and before.added != self.before_act.added):
                    continue
                then, now = getattr(self.before_act, field), getattr(self.state, field)
                if field == "runs":
                    now = {item: agenda.Run(r.state, r.runs, r.started, r.ended, r.suspended_us) for item, r in now.items()}
                    then = {item: agenda.Run(r.state, r.runs, r.started, r.ended, r.suspended_us) for item, r in then.items()}
                if field == "gone":
                    assert then <= now
                    continue
                assert then == now, f"undo exact: {field}"
        if any(getattr(event, "acts", 0) for event in happened):
            self.before_act = before
        if before.opened_at is not None:
            assert before.planned == self.state.planned, "planned times are frozen at the opening"
        for event in happened:
            if isinstance(event, ev.ConfirmationAnswered) and event.counts:
                assert sum(event.counts.values()) <= confirm.most_votes(before, event.site), "votes within those present"
            if isinstance(event, ev.ItemMoved):
                assert sorted(before.runs) == sorted(self.state.runs), "move permutes"
                assert sorted(i.id for i in before.sheet().items) == sorted(i.id for i in self.state.sheet().items)
                assert {i.id: i for i in before.sheet().items} == {i.id: i for i in self.state.sheet().items}
            if isinstance(event, ev.SiteAbsent):
                assert self.state.floor.site != event.site, "absent leaves the floor"
            if isinstance(event, ev.ItemTaken):
                assert before.next_copy == self.state.live_copy or event.item != self.state.live, "live runs from its copy"
                assert event.run > before.runs[event.item].runs, "runs are numbered"

    def sample(self):
        """Keep what a screen was sent now, to be derived again from the log later."""
        who = ALL_SCREENS[len(self.samples) % len(ALL_SCREENS)]
        self.samples.append((len(self.log), who, self.now, sent(self.state, who, self.now)))


def sent(state, who, now):
    return {name: messages.encode_any(section) for name, section in views.view(state, who, now).items()}


def the_log_is_the_state(play):
    assert play.again() == play.state
    assert play.state.seq == len(play.log)


def at_most_one_item_is_live(play):
    state = play.state
    live = [item for item, run in state.runs.items() if run.state == "live"]
    assert live == ([state.live] if state.live else [])
    assert (state.live is None) == (state.live_copy is None)
    if state.phase not in ("open", "suspended"):
        assert not live


def next_is_selectable_and_frozen(play):
    state = play.state
    nexts = [item for item, run in state.runs.items() if run.state == "next"]
    assert nexts == ([state.next] if state.next else [])
    assert (state.next_copy is None) == (state.next is None)
    assert state.next is None or state.next_copy.id == state.next
    assert state.next != state.live or state.live is None


def done_has_run(play):
    for run in play.state.runs.values():
        assert run.state not in ("done", "held", "live") or (run.runs > 0 and run.started is not None)


def every_item_has_one_place(play):
    ids = [item.id for item in play.state.sheet().items]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(play.state.runs)
    assert all(play.state.item(item).id == item for item in ids)


def no_absent_site_has_the_floor(play):
    state = play.state
    if state.floor.site is not None:
        assert not state.is_absent(state.floor.site)
    assert (state.floor.site is None) == (state.floor.state == "free")
    if state.phase != "open":
        assert state.floor.site is None


def the_queue_is_unique_and_without_the_holder(play):
    sites = [hand.site for hand in play.state.floor.queue]
    assert len(set(sites)) == len(sites)
    assert play.state.holder() not in sites
    assert "hub" not in sites
    assert not any(play.state.is_absent(site) for site in sites)


def open_microphones_follow_the_policy(play):
    state = play.state
    heard = {source for source, gate in gates(state).items() if gate == "open"}
    allowed = {source_id("hub", "camera")}
    if state.holder():
        allowed.add(source_id(state.holder(), "camera"))
    assert heard <= allowed
    if state.phase in ("closed", "cancelled"):
        assert not heard
    if state.live_copy is not None and state.live_copy.audio == "music" and not state.mics and not state.holder():
        assert heard <= {source_id("hub", "camera")}


def nobody_hears_itself_and_the_absent_are_not_shown(play):
    state = play.state
    sites = [site.id for site in state.sheet().sites]
    viewers = tuple(scenes.Viewer(f"s-{s}", desk=False, site=s) for s in sites)
    cast = scenes.casting(state, viewers)
    for viewer in viewers:
        placed = cast.slots[viewer.seat]
        assert len({p.source for p in placed if p.source}) == len([p for p in placed if p.source])
        for placement in placed:
            if placement.source and placement.sound:
                assert not placement.source.startswith(f"{viewer.site}/")
            if placement.source and placement.picture:
                assert placement.source.partition("/")[0] not in state.gone
    for site in sites:
        if state.is_absent(site):
            for placement in cast.slots[f"s-{sites[0]}"]:
                assert placement.source != source_id(site, "camera") or not placement.picture or site in state.gone


def every_absent_site_is_out_of_the_picture(play):
    state = play.state
    for source in scenes.program(state).sources:
        site = source.partition("/")[0]
        if source.endswith("/camera") and state.is_absent(site):
            assert site in state.gone


def one_is_in_control_and_epochs_rise(play):
    moves = [event for _, event in play.log if isinstance(event, ev.ControlMoved)]
    assert [move.epoch for move in moves] == list(range(1, len(moves) + 1))
    for before, after in zip(moves, moves[1:], strict=False):
        assert person_of(before.seat) != person_of(after.seat)
    held = play.state.control
    assert (held is None) == (not moves)
    if held is not None:
        assert (held.seat, held.epoch) == (moves[-1].seat, moves[-1].epoch)


def suspension_is_a_phase(play):
    state = play.state
    assert (state.phase == "suspended") == (state.suspended is not None)
    if state.phase == "suspended":
        assert state.program == "hold"


def one_question_is_open(play):
    state = play.state
    assert all(asked.closed_at is not None for asked in state.confirmations)
    every = [*state.confirmations, *([state.confirmation] if state.confirmation else [])]
    assert [asked.n for asked in every] == list(range(1, len(every) + 1))
    for asked in every:
        assert set(asked.answers) <= set(asked.respondents)
        assert set(confirm.pending(asked)) | set(asked.answers) == set(asked.respondents)
        assert all(answer.choice in confirm.OPTIONS[asked.choices] for answer in asked.answers.values())
        assert all(answer.name.strip() for answer in asked.answers.values())
    if state.phase in ("closed", "cancelled") and every:
        assert every[-1].closed_at is not None


def notices_are_acknowledged_by_those_told(play):
    for notice in play.state.notices:
        assert set(notice.acked) <= set(notice.to)
    numbers = [event.notice for _, event in play.log if isinstance(event, ev.NoticeSent)]
    assert numbers == list(range(1, len(play.state.notices) + 1))


def nobody_is_admitted_but_by_an_operator(play):
    for seat, entry in play.state.lobby.items():
        if entry.state != "admitted":
            continue
        about = [event for _, event in play.log if getattr(event, "seat", None) == seat
                 and not isinstance(event, ev.ControlMoved)]  # fmt: skip
        assert isinstance(about[-1], ev.SeatAdmitted | ev.SeatMoved)
    for site in {entry.site for entry in play.state.lobby.values() if entry.site}:
        moved = [e.seat for _, e in play.log if isinstance(e, ev.SeatMoved) and play.state.lobby[e.seat].site == site]
        if moved:
            seated = [s for s, e in play.state.lobby.items() if e.site == site and e.state == "admitted"]
            assert moved[-1] in seated or play.state.lobby[moved[-1]].state != "admitted"


def proceedings_count_their_writings(play):
    for item, text in play.state.proceedings.items():
        written = [e for _, e in play.log if isinstance(e, ev.ProceedingsWritten) and e.item == item]
        assert text.text == written[-1].text
        assert text.rev <= len(written)


def absences_are_incidents(play):
    state = play.state
    still = [one.site for one in state.incidents if one.kind == "absent" and one.closed is None]
    assert len(set(still)) == len(still)
    if state.phase in ("open", "suspended"):
        assert set(still) == {site.id for site in state.sheet().sites if state.is_absent(site.id)}
    taken = [e for _, e in play.log if isinstance(e, ev.ControlMoved) and e.how == "taken"]
    assert len([one for one in state.incidents if one.kind == "control"]) == len(taken)
    jumps = [e for _, e in play.log if isinstance(e, ev.ClockJumped)]
    assert len([one for one in state.incidents if one.kind == "clock"]) == len(jumps)


def expected_times_never_run_backwards(play):
    state = play.state
    spans = times.spans(state, play.now)
    order = [item for item in state.sheet().items if item.id in spans and item.id != state.live]
    starts = [spans[item.id].start for item in order]
    assert starts == sorted(starts)
    for item in order:
        span = spans[item.id]
        assert span.end >= span.start
        shown = state.next_copy if item.id == state.next else item
        if shown.until is None:
            length = (shown.duration_s + state.added.get(item.id, 0)) * SECOND
            assert span.end - span.start == length, "linked durations are conserved"
    if state.live is not None:
        assert spans[state.live].end >= min(play.now, spans[state.live].end)
        assert not starts or starts[0] >= spans[state.live].end


def suspended_time_lengthens_the_live_item(play):
    state = play.state
    run = state.runs.get(state.live)
    if run is None or state.live_copy.until is not None:
        return
    lost, since, phase = 0, None, None
    for at, event in play.log:
        if isinstance(event, ev.ItemTaken):
            lost = 0
        elif isinstance(event, ev.SessionSuspended):
            since = at
        elif isinstance(event, ev.SessionResumed):
            lost += max(0, at - since)
            since = None
    if since is not None:
        lost += max(0, play.now - since)
    if any(isinstance(event, ev.AgendaUndone) for _, event in play.log):
        return
    wanted = run.started + (state.live_copy.duration_s + state.added.get(state.live, 0)) * SECOND + lost
    assert times.due(state, play.now) == wanted, phase


def planned_times_are_frozen_at_the_opening(play):
    state = play.state
    if state.opened_at is None:
        assert state.planned == agenda.walk(state.sheet().items, state.sheet().start, state.added)


def every_view_fits_and_tells_no_secrets(play, screens=ALL_SCREENS):
    state = play.state
    for who in screens:
        view = views.view(state, who, play.now)
        messages.Sections(**view)
        for section in view.values():
            assert len(messages.encode_any(section)) <= messages.MAX_BYTES
        told = b"".join(messages.encode_any(section) for section in view.values())
        operator = who.role in ("operator", "co-operator")
        assert ("recorder" in view) == (who.role in views.DESK)
        assert operator == ("control" in view)
        assert ("lobby" in view) == (operator or who.role == "admin")
        if not operator:
            # a site is told the hub's number, nobody else any
            assert b"telephone-" not in told.replace(b"telephone-hub" if who.role == "site" else b"\0", b""), "telephones"
        if not operator:
            assert b"letter-" not in told, "only operators see what sites wrote"
        if who.role in ("site", "viewer", "stage", "mc"):
            assert view["scene"].preview is None
            assert b"incidents" not in told and "proceedings" not in view
        if who.role == "site":
            assert all(hand.site == who.site for hand in view["floor"].queue)
            assert all(site.phone is None and site.attendance is None for site in view["sites"].sites)
            asked = view.get("confirmation")
            assert asked is None or all(answer.site == who.site for answer in asked.answers)
            assert all(item.script is None for item in view["agenda"].items)
        if who.role == "viewer":
            assert {item.id for item in view["agenda"].items} <= {state.live, state.next}


def views_follow_from_the_log(play):
    """What was sent at `seq` is what the log up to `seq` tells."""
    if len(play.samples) > 5:
        length, who, now, shown = play.samples[-5]
        short = Play.__new__(Play)
        short.log = play.log[:length]
        assert sent(short.again(), who, now) == shown


ALWAYS = (
    at_most_one_item_is_live, next_is_selectable_and_frozen, done_has_run, every_item_has_one_place,
    no_absent_site_has_the_floor, the_queue_is_unique_and_without_the_holder, open_microphones_follow_the_policy,
    nobody_hears_itself_and_the_absent_are_not_shown, every_absent_site_is_out_of_the_picture,
    one_is_in_control_and_epochs_rise, suspension_is_a_phase, one_question_is_open,
    notices_are_acknowledged_by_those_told, nobody_is_admitted_but_by_an_operator, proceedings_count_their_writings,
    absences_are_incidents, expected_times_never_run_backwards, suspended_time_lengthens_the_live_item,
    planned_times_are_frozen_at_the_opening,
)  # fmt: skip
COSTLY = (the_log_is_the_state, every_view_fits_and_tells_no_secrets, views_follow_from_the_log)
