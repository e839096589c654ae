import asyncio

from kit.ceremonies import INK, Play, signing_small

from server import stills
from signaling import events as ev
from signaling.errors import Refused


class Asked:
    def __init__(self, full=False):
        self.asks, self.full = [], full

    async def add(self, session, ask, by):
        if self.full:
            raise Refused("exports-full")
        self.asks.append((session, ask.kind, ask.source, ask.from_ms, by.role))


async def taken(event, recorded, monkeypatch, *, full=False, opened=True):
    monkeypatch.setattr(stills, "SETTLED_S", 0)
    play, exports = Play(signing_small()), Asked(full)
    if opened:
        play.opened()
    made = stills.Stills("s", exports, lambda: frozenset(recorded), lambda: play.now + 5_000_000)
    made.moved(play.state, [event])
    for _ in range(5):
        await asyncio.sleep(0)
    made.close()
    return exports.asks


async def test_a_pen_that_leaves_the_paper_is_seen_at_the_table(monkeypatch):
    event = ev.PenRaised(INK, "a-ld")
    both = {"hub/table", "hub/camera"}
    assert await taken(event, both, monkeypatch) == [("s", "still", "hub/table", 5_000, "system")]
    assert [ask[2] for ask in await taken(event, {"hub/camera"}, monkeypatch)] == ["hub/camera"]
    assert await taken(event, set(), monkeypatch) == [], "nothing was recorded"
    assert await taken(event, both, monkeypatch, full=True) == []
    assert await taken(event, both, monkeypatch, opened=False) == []


async def test_only_the_moments_of_a_signing_are_taken(monkeypatch):
    both = {"hub/table", "hub/camera"}
    assert [ask[2] for ask in await taken(ev.DocumentExchanged(INK), both, monkeypatch)] == ["hub/camera"]
    digital = ev.SignatureLanded(INK, "a-ld", "digital", "a", "b", "x")
    assert [ask[2] for ask in await taken(digital, both, monkeypatch)] == ["hub/table"]
    assert await taken(ev.SignatureLanded(INK, "a-ld", "ink", "a", "a", "x"), both, monkeypatch) == []
    assert await taken(ev.SigningBegun(INK), both, monkeypatch) == []
