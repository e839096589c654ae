import itertools

import pytest
from kit.ceremonies import Play

from signaling import commands as do
from signaling import lobby
from signaling.errors import Refused
from signaling.parts import LobbySeat
from tests.signaling.checks import Watched, nobody_is_admitted_but_by_an_operator

MAKE = {"seat.admit": do.AdmitSeat, "seat.refuse": do.RefuseSeat, "seat.revoke": do.RevokeSeat, "seat.move": do.MoveSeat}


def code(play, command, by=None):
    try:
        play.do(command, *([by] if by else []))
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(("verb", "state"), list(itertools.product(MAKE, [None, "waiting", "admitted", "refused", "revoked"])))
def test_the_table_of_states(verb, state):
    play = Play()
    if state is not None:
        entries = {"w-1": LobbySeat(state, 1, "an"), "w-2": LobbySeat("admitted", 1, "an"), "w-3": LobbySeat("admitted", 1, "ba")}
        play.state = play.state.__class__(**{f: getattr(play.state, f) for f in play.state.__struct_fields__} | {"lobby": entries})
    got = code(play, MAKE[verb]("w-1"))
    after = lobby.TABLE[verb].get(state)
    if after is not None:
        assert got is None
        assert play.state.lobby["w-1"].state == after
        assert play.state.lobby["w-2"].state == ("revoked" if verb == "seat.move" else "admitted")
        assert play.state.lobby["w-3"].state == "admitted"
    else:
        assert got == ("no-seat" if state is None else "not-waiting")


def test_knocking_again_waits_again_unless_admitted():
    play = Watched()
    knock = do.KnockSeat("w-1", "an", "Mr B", "other-device")
    play.attempt(knock, do.SYSTEM)
    play.attempt(do.RefuseSeat("w-1"))
    play.attempt(knock, do.SYSTEM)
    assert play.state.lobby["w-1"].state == "waiting"
    play.attempt(do.AdmitSeat("w-1"))
    assert play.do(knock, do.SYSTEM) == []
    nobody_is_admitted_but_by_an_operator(play)


def test_a_seat_moves_only_to_a_site_of_the_ceremony():
    play = Play()
    play.do(do.KnockSeat("w-1", None), do.SYSTEM)
    assert code(play, do.MoveSeat("w-1")) == "no-site"


def test_a_links_own_device_may_be_revoked_each_time():
    play = Play()
    play.do(do.RevokeSeat("s-an"))
    play.do(do.RevokeSeat("s-an"))
    assert code(play, do.RevokeSeat("s-nowhere")) == "no-seat"


def test_the_lobby_forgets_the_oldest_who_do_not_wait():
    play = Play()
    play.do(do.KnockSeat("w-first"), do.SYSTEM)
    for n in range(lobby.MOST + 5):
        play.wait(1)
        play.do(do.KnockSeat(f"w-{n}"), do.SYSTEM)
        play.do(do.RefuseSeat(f"w-{n}"))
    assert len(play.state.lobby) <= lobby.MOST + 1
    assert play.state.lobby["w-first"].state == "waiting"
