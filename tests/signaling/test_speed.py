"""Sizes and times for the largest ceremony: 200 items, 60 sites, long texts. Generous limits, for a busy machine."""

import time

import pytest
from kit.ceremonies import OPERATOR, SECRETARY, Play, site_actor

from signaling import ceremony, messages, views
from signaling import commands as do
from signaling.agenda import Item, Text
from signaling.draft import Delegate, Draft, Site
from tests.signaling.checks import ALL_SCREENS, CO

WORDS = "Kính đề nghị quý vị đại biểu tại điểm cầu trung tâm và các điểm cầu thành phần ổn định vị trí. " * 60


def long(n):
    return Text(WORDS[:n], WORDS[:n])


def largest(script=1_500, names=200):
    sites = (
        Site("hub", "hub", long(names), 5, "0227 000 0000", long(names)),
        *(Site(f"diem-cau-thanh-phan-{i}", "district", long(names), 30, "0227 000 0000", long(names)) for i in range(59)),
    )
    items = tuple(
        Item(f"muc-so-{i}-cua-chuong-trinh", "speech", long(names), 120, "two_shot:hub+holder", by=long(names),
             site=f"diem-cau-thanh-phan-{i % 59}" if i % 3 else None, script=long(script), sites_do=long(200))
        for i in range(200)
    )  # fmt: skip
    delegates = tuple(Delegate(i, long(120), long(80), "hub") for i in range(200))
    return Draft(long(100), long(100), 0, 25_200, sites, items, delegates=delegates)


def filled(play):
    districts = [site.id for site in play.state.sheet().sites if site.role == "district"]
    play.do(do.OpenConfirmation("Thống nhất?" * 18, "agree"))
    for name in districts:
        play.do(do.AnswerRollcall(name, 20, WORDS[:200]), SECRETARY)
        play.do(do.AnswerConfirmation(name, "remarks", WORDS[:200], remarks=WORDS[:200]), CO)
        play.wait(1)
        play.do(do.SendMessage(WORDS[:200]), site_actor(name))
        play.do(do.AnnounceSite(WORDS[:200]), site_actor(name))
        play.do(do.NoteIncident(WORDS[:200], name), SECRETARY)
        play.do(do.KnockSeat(f"w-{name}", name, WORDS[:200], WORDS[:200]), do.SYSTEM)
        play.do(do.RecordCheck(name, "rehearsal", "ab" * 32, WORDS[:200], {"picture": True}), do.SYSTEM)
    for n in range(30):
        play.do(do.SendNotice(WORDS[:200], must_ack=True))
        play.do(do.WriteProceedings(f"muc-so-{n}-cua-chuong-trinh", WORDS[:4_000], 0), SECRETARY)
    return play


@pytest.mark.parametrize("script", [0, 1_500, 4_000])
def test_every_section_fits_a_frame(script):
    play = filled(Play(largest(script)).opened())
    play.do(do.TakeItem(play.state.next, play.state.agenda_rev))
    for who in ALL_SCREENS:
        view = views.view(play.state, who, play.now)
        sizes = {name: len(messages.encode_any(section)) for name, section in view.items()}
        assert max(sizes.values()) <= 65_536, (who.role, sizes)
        messages.Sections(**view)
        if who.role in ("operator", "site"):
            pages = [view["agenda"], *(view[f"agenda_{n}"] for n in range(1, view["agenda"].pages))]
            assert [item.n for page in pages for item in page.items] == list(range(1, 201))
            halls = [view["sites"], *(view[f"sites_{n}"] for n in range(1, view["sites"].pages))]
            assert sum(len(page.sites) for page in halls) == 60
        if who.role == "mc":
            assert view["prompter"].now.title.vi


def test_an_ordinary_ceremony_is_one_section_each():
    play = Play().opened()
    for who in ALL_SCREENS:
        view = views.view(play.state, who, play.now)
        assert not [name for name in view if "_" in name]


def test_a_command_takes_a_tenth_of_a_millisecond():
    play = Play(largest()).opened()
    spent = []
    for _ in range(150):
        command = do.TakeItem(play.state.next, play.state.agenda_rev)
        begun = time.perf_counter()
        state = play.state
        for event in ceremony.decide(state, command, OPERATOR, play.now):
            state = ceremony.evolve(state, event, play.now)
        spent.append(time.perf_counter() - begun)
        play.state = state
        play.wait(1)
    assert sorted(spent)[75] < 300e-6, "goal 100 µs, on an idle machine"


def test_twenty_thousand_events_fold_in_a_second():
    play = Play(largest()).opened()
    for n in range(150):
        play.do(do.TakeItem(play.state.next, play.state.agenda_rev))
        play.do(do.SetMic("hub", "closed" if n % 2 else "open"))
        play.report(f"diem-cau-thanh-phan-{n % 59}/camera", "lost")
        play.report(f"diem-cau-thanh-phan-{n % 59}/camera", "back")
    log = (play.log + play.log[2:] * 30)[:20_000]
    begun = time.perf_counter()
    assert ceremony.fold(log).seq == 20_000
    assert time.perf_counter() - begun < 3, "goal 1 s, on an idle machine"
