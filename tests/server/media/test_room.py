"""The room with real aiortc peers on the loopback: pictures, sound, cuts, gates, generations."""

import asyncio

import pytest
from kit.media_peers import Watcher, cast, near, plane_with_room, publish, until

from server.media.plane import Back, Gone, Lost, Slots, Stalled
from server.simulation.clips import colour
from signaling.errors import Refused


async def test_pictures_by_slot_and_a_cut_in_place(tmp_path):
    async with plane_with_room() as (plane, room, keeper):
        one, _ = await publish(room, "an/camera", tmp_path)
        two, _ = await publish(room, "ba/camera", tmp_path)
        watcher = Watcher("s-chi")
        await watcher.join(room)
        open_ = {"an/camera": "open", "ba/camera": "closed"}
        room.apply(cast({"s-chi": ["an/camera"]}, open_))
        await until(lambda: watcher.counts.get(0, 0) > 5)
        assert near(watcher.colour(0), colour("an/camera"))
        room.apply(cast({"s-chi": ["ba/camera", "an/camera"]}, open_))
        await until(lambda: near(watcher.colour(0), colour("ba/camera")))
        await until(lambda: 1 in watcher.frames and near(watcher.colour(1), colour("an/camera")))
        assert {news.source for news in keeper.of(Back)} == {"an/camera", "ba/camera"}
        last = keeper.of(Slots)[-1]
        assert [(s.source, s.layer) for s in last.slots[:2]] == [("ba/camera", "h"), ("an/camera", "h")]
        # the first second may hold a burst the publisher had to catch up with: wait for a steady one
        await until(lambda: 15 < room.stats().sources["an/camera"].fps < 35, 15)
        stats = room.stats().sources["an/camera"]
        assert (stats.width, stats.height) == (640, 360)
        await until(lambda: keeper.reports)  # sender reports reach the tap
        kinds = {(source, layer) for source, _, layer, _, _ in keeper.packets}
        assert ("an/camera", "a") in kinds
        assert ("ba/camera", "a") not in kinds, "a closed microphone is not recorded"
        for peer in (one, two):
            await peer.close()
        await watcher.close()
        assert not {"srtp", "rtp_malformed", "protect", "unbound"} & set(plane.counters)


async def test_the_gate_closes_sound_and_pre_is_for_operators(tmp_path):
    async with plane_with_room() as (_, room, keeper):
        peer, _ = await publish(room, "an/camera", tmp_path)
        site, desk = Watcher("s-ba", 1), Watcher("p-1", 1)
        await site.join(room)
        await desk.join(room)
        slots = {"s-ba": ["an/camera"], "p-1": ["an/camera"]}
        room.apply(cast(slots, {"an/camera": "pre"}), frozenset({"p-1"}))
        await until(lambda: desk.sound.get(0, 0) > 1_000_000)
        await until(lambda: site.counts.get(0, 0) > 3)
        assert site.sound.get(0, 0) == 0
        assert not [one for one in keeper.packets if one[2] == "a"]
        room.apply(cast(slots, {"an/camera": "open"}), frozenset({"p-1"}))
        await until(lambda: site.sound.get(0, 0) > 1_000_000)
        room.apply(cast(slots, {"an/camera": "closed"}), frozenset({"p-1"}))
        await asyncio.sleep(0.5)
        before = len([one for one in keeper.packets if one[2] == "a"])
        assert before > 0
        await asyncio.sleep(0.4)
        assert len([one for one in keeper.packets if one[2] == "a"]) == before
        for one in (peer, site, desk):
            await one.close()


async def test_a_new_generation_takes_over_at_its_key_frame(tmp_path):
    async with plane_with_room() as (_, room, keeper):
        old, first = await publish(room, "an/camera", tmp_path)
        watcher = Watcher("s-ba", 1)
        await watcher.join(room)
        room.apply(cast({"s-ba": ["an/camera"]}))
        await until(lambda: watcher.counts.get(0, 0) > 3)
        new, second = await publish(room, "an/camera", tmp_path)
        await until(lambda: ("an/camera", 1) in keeper.closed_ones)
        seen = watcher.counts[0]
        await until(lambda: watcher.counts[0] > seen + 10)
        with pytest.raises(Refused):
            room.restart(first.resource, "a=ice-ufrag:x\r\na=ice-pwd:y\r\n")
        assert room.restart(second.resource, "a=ice-ufrag:x\r\na=ice-pwd:y\r\n").etag != second.etag
        seen = watcher.counts[0]
        await until(lambda: watcher.counts[0] > seen + 10)
        assert not keeper.of(Lost)
        for one in (old, new, watcher):
            await one.close()


async def test_silence_is_told_and_the_picture_comes_back(tmp_path):
    async with plane_with_room() as (_, room, keeper):
        peer, answer = await publish(room, "an/camera", tmp_path)
        watcher = Watcher("s-ba", 1)
        await watcher.join(room)
        room.apply(cast({"s-ba": ["an/camera"]}))
        await until(lambda: watcher.counts.get(0, 0) > 3)
        for sender in peer.getSenders():
            sender.replaceTrack(None)
        await until(lambda: keeper.of(Lost))
        assert [one.resource for one in keeper.of(Stalled)] == [answer.resource]
        assert keeper.of(Slots)[-1].slots[0].paused == "lost"
        await peer.close()
        await until(lambda: not room.publishers)
        again, _ = await publish(room, "an/camera", tmp_path)
        seen = watcher.counts[0]
        await until(lambda: watcher.counts[0] > seen + 5)
        assert keeper.of(Slots)[-1].slots[0].paused is None
        for one in (again, watcher):
            await one.close()


async def test_a_peer_that_says_goodbye_is_gone_at_once(tmp_path):
    async with plane_with_room() as (plane, room, keeper):
        peer, _ = await publish(room, "an/camera", tmp_path)
        await until(lambda: keeper.packets)
        await peer.close()
        await until(lambda: keeper.of(Gone), 1.0)
        assert keeper.closed_ones == [("an/camera", 1)]
        assert not plane._by_path
        assert not plane._by_ufrag


async def test_hidden_pictures_stop_but_sound_goes_on(tmp_path):
    async with plane_with_room() as (_, room, _keeper):
        peer, _ = await publish(room, "an/camera", tmp_path)
        watcher = Watcher("s-ba", 1)
        await watcher.join(room)
        room.apply(cast({"s-ba": ["an/camera"]}, {"an/camera": "open"}))
        await until(lambda: watcher.counts.get(0, 0) > 3)
        room.wishes("s-ba", {"an/camera": 0})
        await asyncio.sleep(0.4)
        seen, heard = watcher.counts[0], watcher.sound[0]
        await asyncio.sleep(0.6)
        assert watcher.counts[0] <= seen + 1
        assert watcher.sound[0] > heard
        room.wishes("s-ba", {"an/camera": 360})
        await until(lambda: watcher.counts[0] > seen + 5)
        for one in (peer, watcher):
            await one.close()


async def test_a_picture_that_comes_back_does_not_wait_for_the_page_to_wish_again(tmp_path):
    async with plane_with_room() as (_, room, _keeper):
        peers = [(await publish(room, f"{site}/camera", tmp_path))[0] for site in ("an", "em")]
        watcher = Watcher("s-ba", 1)
        await watcher.join(room)
        room.apply(cast({"s-ba": ["an/camera"]}, {}))
        await until(lambda: watcher.counts.get(0, 0) > 3)
        room.apply(cast({"s-ba": ["em/camera"]}, {}))
        room.wishes("s-ba", {"an/camera": 0, "em/camera": 360})  # what a page says after each cut
        viewer = next(iter(room.viewers.values()))
        await until(lambda: viewer.slots[0].video.layer is room.sources["em/camera"].video(360, room._net.now_us()))
        room.apply(cast({"s-ba": ["an/camera"]}, {}))
        assert viewer.state(room._casting.slots["s-ba"], room.sources)[0].paused is None
        video = viewer.slots[0].video
        assert (video.want or video.layer) is room.sources["an/camera"].video(360, room._net.now_us())
        room.wishes("s-ba", {"an/camera": 0})  # hidden while placed: that is meant
        room.refill()
        assert viewer.state(room._casting.slots["s-ba"], room.sources)[0].paused == "hidden"
        for one in (*peers, watcher):
            await one.close()
