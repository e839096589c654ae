"""import(export(draft)) == draft, for the first ceremony and for any other."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.ceremonies import first_ceremony, small
from kit.sheets import HEAVY, read

from server.imports import read_yaml
from server.sheets.check import Check
from server.sheets.compare import compare
from server.sheets.rows import clean
from server.sheets.to_plain import to_plain, to_yaml
from server.sheets.to_xlsx import to_xlsx
from signaling.agenda import Item, Text, walk
from signaling.draft import Delegate, Document, Draft, Party, Site, Slate, Slot, redated

MINUTE = 60_000_000
START = 1_645_080_300 * 1_000_000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_first_ceremony_comes_back_from_a_workbook(language):
    draft = first_ceremony()
    reading = read(to_xlsx(draft, language), draft)
    assert reading.draft == draft
    assert not reading.diff


def test_the_first_ceremony_comes_back_from_yaml():
    draft = first_ceremony()
    assert read_yaml(to_yaml(draft)) == draft
    assert read(to_yaml(draft), draft).draft == draft


@pytest.mark.parametrize("draft", [small(), redated(first_ceremony(), START + 7 * 3_600_000_000 + 90_000_000)])
def test_others_come_back(draft):
    assert read(to_xlsx(draft)).draft == draft
    assert read(to_yaml(draft)).draft == draft


words = st.text(st.characters(codec="utf-8", exclude_characters="_"), max_size=30).map(lambda text: clean(text) or "x")
texts = st.builds(lambda vi, en: Text(vi, en or vi), words, st.none() | words)
plain = words.map(lambda text: " ".join(text.replace("|", "/").split()) or "x")
offices = st.builds(lambda vi, en: Text(vi, en or vi), plain, st.none() | plain)  # a cell of signatures has a line each
ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True)


@st.composite
def papers(draw, name, parties):
    """A document; leaders before seals, slots of which no name begins another."""
    kinds = sorted(draw(st.lists(st.sampled_from(["leader", "seal"]), max_size=3 if parties else 0)))
    slots = tuple(
        Slot(f"o{n}-{kind}", draw(st.sampled_from(parties)).id, kind, draw(offices)) for n, kind in enumerate(kinds)
    )
    file, mode = draw(st.sampled_from(["", "a.pdf"])), draw(st.sampled_from(["wet_ink", "digital"]))
    return Document(name, draw(texts), draw(st.just("") | words), file, mode, slots)


@st.composite
def drafts(draw):
    names = draw(st.lists(ids.filter(lambda one: one != "hub"), max_size=4, unique=True))
    phone = st.text("0123456789 +-()", max_size=12).map(clean)
    sites = [Site("hub", "hub", draw(texts), draw(st.integers(0, 99)), draw(phone), draw(st.none() | texts))]
    sites += [Site(one, "district", draw(texts), draw(st.integers(0, 99)), draw(phone)) for one in names]
    parties = tuple(
        Party(one, draw(texts), draw(st.sampled_from([(), ("KT.",), ("T/M", "K/T")])))
        for one in draw(st.lists(ids, max_size=2, unique=True))
    )
    documents = tuple(draw(papers(one, parties)) for one in draw(st.lists(ids, max_size=2, unique=True)))
    slates = tuple(
        Slate(one, draw(st.sampled_from(["title", "flag", "opening"])), draw(texts), draw(st.none() | texts))
        for one in draw(st.lists(ids, max_size=2, unique=True))
    )
    scenes = ["solo:hub", "grid", "grid:2", "slate", "hold", "two_shot:hub+holder", "solo:hub/table"]
    scenes += [f"two_shot:hub+{one}" for one in names] + [f"document:{one.id}" for one in documents]
    scenes += [f"slate:{one.id}" for one in slates]
    items, cursor = [], START
    for one in draw(st.lists(ids, min_size=1, max_size=6, unique=True)):
        gap = draw(st.none() | st.integers(0, 40 * 60).map(lambda n: n * MINUTE))
        at = None if gap is None else cursor + gap
        seconds = draw(st.integers(0, 86_400))
        long = draw(st.none() | st.integers(1, 600))
        until = None if long is None else (at or cursor) + long * MINUTE
        items.append(Item(
            one, draw(st.sampled_from(["speech", "signing", "break", "generic", "roll_call"])), draw(texts), seconds,
            draw(st.sampled_from(scenes)), at, until, draw(st.none() | texts),
            draw(st.none() | st.sampled_from([site.id for site in sites])), draw(st.sampled_from(["speech", "music"])),
            draw(st.none() | texts), draw(st.none() | texts), tuple(d.id for d in documents if draw(st.booleans())),
            draw(st.sampled_from([None, "sign", "announce"])), *(draw(st.booleans()) for _ in range(4)),
            draw(st.integers(0, 3600)), draw(st.integers(0, 3600)),
        ))  # fmt: skip
        cursor = walk(items, START)[one].end
    delegates = tuple(
        Delegate(draw(st.integers(0, 99)), *who, draw(st.sampled_from(sites)).id, name)
        for *who, name in draw(st.lists(
            st.tuples(texts, texts, st.just("") | words) | st.tuples(st.just(Text("", "")), texts, words), max_size=3
        ))
    )  # fmt: skip
    return Draft(
        draw(texts), draw(texts), START, draw(st.sampled_from([25_200, 0, -12_600, 28_800])), tuple(sites), tuple(items),
        draw(st.sampled_from(["on_grant", "always_on"])), slates, documents, delegates, parties=parties,
        video=draw(st.sampled_from(["vp8", "h264"])),
    )  # fmt: skip


@given(drafts(), st.sampled_from(["vi", "en"]))
@settings(max_examples=HEAVY)
def test_any_draft_comes_back_from_a_workbook_and_from_yaml(draft, language):
    workbook = read(to_xlsx(draft, language))
    assert workbook.errors == ()
    assert workbook.draft == draft
    assert read_yaml(to_yaml(draft)) == draft
    assert not compare(draft, workbook.draft)


def test_what_pictures_are_sent_in_is_a_choice_of_the_sheet_that_older_sheets_leave_alone():
    chosen = msgspec.structs.replace(small(), video="h264")
    plain = to_plain(small())
    assert compare(small(), chosen).head == ("video",)
    assert Check().draft(plain, chosen).video == "vp8"
    del plain["video"]
    assert Check().draft(plain).video == "vp8"
    assert Check().draft(plain, chosen).video == "h264"


def test_names_of_sites_do_not_shadow_identifiers():
    draft = small()
    sites = tuple(msgspec.structs.replace(s, name=Text("an", "ba")) for s in draft.sites)
    twin = msgspec.structs.replace(draft, sites=sites)
    assert read(to_xlsx(twin)).draft == twin
