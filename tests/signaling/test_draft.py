from hypothesis import given
from hypothesis import strategies as st
from kit.ceremonies import Play, first_ceremony, small, text
from msgspec.structs import replace

from signaling import draft, events
from signaling.agenda import Item
from signaling.draft import Delegate, Diff, Draft, Site

NAMES = [f"i{n}" for n in range(8)]
ITEMS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 3)), unique_by=lambda row: row[0], max_size=8)
HALLS = st.lists(st.sampled_from(["an", "ba", "chi", "du"]), unique=True)


def sheet(rows, halls=("an",)):
    items = tuple(Item(name, "generic", text(name), seconds, "grid") for name, seconds in rows)
    sites = (Site("hub", "hub", text("hub")), *(Site(hall, "district", text(hall)) for hall in halls))
    return Draft(text("t"), text("h"), 0, 0, sites, items)


@given(ITEMS, ITEMS)
def test_a_diff_applied_gives_the_new_sheet(old, new):
    before, after = sheet(old), sheet(new)
    assert draft.applied(before, draft.diff(before, after)) == after


@given(ITEMS, HALLS, HALLS)
def test_sites_keep_their_order_and_new_ones_come_last(rows, old, new):
    before, after = sheet(rows, old), sheet(rows, new)
    got = draft.applied(before, draft.diff(before, after)).sites
    assert set(got) == set(after.sites)
    kept = [site.id for site in got if site.id in before.halls]
    assert kept == [site.id for site in before.sites if site.id in after.halls]


@given(ITEMS)
def test_no_change_is_an_empty_diff(rows):
    assert draft.diff(sheet(rows), sheet(rows)) == Diff()


def test_only_what_moves_is_called_moved():
    before = sheet([(name, 1) for name in NAMES])
    after = sheet([(name, 1) for name in [NAMES[7], *NAMES[:7]]])
    found = draft.diff(before, after)
    assert found.moved == (NAMES[7],)
    assert found.order[0] == NAMES[7]
    assert not found.added and not found.changed and not found.removed


def test_lists_travel_whole():
    before = small()
    after = replace(before, delegates=(Delegate(1, text("o"), text("u"), "an"),), slates=())
    found = draft.diff(before, after)
    assert found.delegates == after.delegates and found.slates == () and found.documents is None
    assert draft.applied(before, found) == after


def test_what_pictures_are_sent_in_outlives_changes_and_is_vp8_in_older_logs():
    chosen = replace(small(), video="h264")
    other = replace(chosen, items=chosen.items[:-1])
    assert draft.applied(chosen, draft.diff(chosen, other)).video == "h264"
    assert draft.clone(chosen).video == draft.redated(chosen, 5).video == "h264"
    plain = events.to_plain(events.SessionCreated("s", small()))
    assert "video" not in plain["draft"], "what was logged before keeps its bytes and its hash"
    assert events.from_plain(plain).draft.video == "vp8"
    assert "video" not in events.to_plain(events.SessionEdited(text("t")))
    assert events.from_plain(events.to_plain(events.SessionCreated("s", chosen))).draft == chosen


def test_what_names_nothing_does_nothing():
    assert draft.applied(small(), Diff(removed=("nothing",), order=("nothing", "be-mac"))).items[0].id == "be-mac"


def test_an_item_stands_before_another_or_last():
    before = sheet([("a", 1), ("b", 1)])
    new = Item("c", "generic", text("c"), 1, "grid")
    assert [item.id for item in draft.inserted(before, new, "b").items] == ["a", "c", "b"]
    assert [item.id for item in draft.inserted(before, new, None).items] == ["a", "b", "c"]
    assert [item.id for item in draft.inserted(before, before.items[0], None).items] == ["b", "a"]


def test_a_clone_has_the_programme_and_no_people():
    first = first_ceremony()
    copy = draft.clone(first, first.start + 86_400_000_000)
    assert [item.title for item in copy.items] == [item.title for item in first.items]
    assert copy.start == first.start + 86_400_000_000
    assert copy.items[0].at - first.items[0].at == 86_400_000_000
    assert not copy.delegates
    assert all(site.phone == "" and site.duty is None for site in copy.sites)
    assert draft.clone(first).start == first.start
    assert draft.planned_end(first) > first.start


def test_an_index_follows_the_sheet():
    first = small()
    assert first.places["be-mac"] == 6
    assert replace(first, items=first.items[1:]).places["be-mac"] == 5
    assert first == small() and "an" in first.halls


def test_a_log_of_version_1_still_folds():
    """Events written before this version carry fewer fields."""
    play = Play().opened()
    old = [(at, {k: v for k, v in events.to_plain(event).items() if k not in ("acts", "by")}) for at, event in play.log]
    from signaling import ceremony

    state = ceremony.fold((at, events.from_plain(plain)) for at, plain in old)
    assert state.phase == "open" and state.next == "diem-danh" and state.undo is None
