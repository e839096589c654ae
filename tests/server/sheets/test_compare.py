import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.ceremonies import first_ceremony, text
from kit.plays import PLAYS

from server.sheets.compare import aligned, compare


def changed(draft, **fields):
    return msgspec.structs.replace(draft, **fields)


def edit(draft, place, **fields):
    items = list(draft.items)
    items[place] = msgspec.structs.replace(items[place], **fields)
    return changed(draft, items=tuple(items))


def test_nothing_changed():
    assert not compare(first_ceremony(), first_ceremony())


def test_each_kind_of_change():
    old = first_ceremony()
    items = list(old.items)
    items.insert(2, items.pop(9))
    items[0] = msgspec.structs.replace(items[0], duration_s=60)
    del items[-1]
    items.append(msgspec.structs.replace(items[1], id="moi", title=text("Mục mới")))
    sites = (*old.sites[:-1], msgspec.structs.replace(old.sites[1], id="moi"))
    diff = compare(old, changed(old, items=tuple(items), sites=sites, delegates=old.delegates[1:], title=text("Khác")))
    assert [one.id for one in diff.items.added] == ["moi"]
    assert [(one.id, one.fields) for one in diff.items.changed] == [("on-dinh", ("duration_s",))]
    assert [one.id for one in diff.items.moved] == [old.items[9].id]
    assert [one.id for one in diff.items.removed] == ["be-mac"]
    assert [one.id for one in diff.sites.added] == ["moi"]
    assert [one.id for one in diff.sites.removed] == ["vu-thu"]
    assert len(diff.delegates.removed) == 1
    assert diff.head == ("title",)


def test_without_identifiers_title_and_site_say_who_is_meant():
    old = first_ceremony()
    new = edit(old, 5, id="khac-han", title=text("PHAT BIEU  khai mac"))
    assert aligned(old, new).items[5].id == "khai-mac"
    assert [one.id for one in compare(old, new).items.changed] == ["khai-mac"]
    other = edit(old, 8, id="khac-han", site="vu-thu")
    assert [one.id for one in compare(old, other).items.added] == ["khac-han"]


def test_two_of_the_same_name_are_taken_in_order():
    old = first_ceremony()
    twice = changed(old, items=(*old.items[:1], msgspec.structs.replace(old.items[0], id="lan-hai")))
    new = changed(twice, items=tuple(msgspec.structs.replace(one, id=f"x-{n}") for n, one in enumerate(twice.items)))
    assert [one.id for one in aligned(twice, new).items] == ["on-dinh", "lan-hai"]


@given(st.randoms(use_true_random=False), st.integers(0, 19))
@settings(max_examples=PLAYS)
def test_taking_out_what_moved_leaves_the_old_order(rng: random.Random, cut):
    old = first_ceremony()
    items = list(old.items)
    for _ in range(3):
        items.insert(rng.randrange(len(items)), items.pop(rng.randrange(len(items))))
    diff = compare(old, changed(old, items=tuple(items[:cut])))
    gone = {one.id for one in (*diff.items.moved, *diff.items.removed)}
    assert [one.id for one in items[:cut] if one.id not in gone] == [one.id for one in old.items if one.id not in gone]
    assert len(diff.items.moved) <= 3
