"""Peers that change their address, or speak IPv6: light peers on real sockets."""

import asyncio
import socket

import pytest
from kit.light_peers import Light, Stream, offer
from kit.media_peers import Keeper, cast, until

from server.clock import monotonic_us
from server.media.dtls import Identity
from server.media.plane import MediaConfig, Plane
from server.media.strangers import BURST, Strangers, around


class Hall:
    """A plane with one publisher and one viewer, all connected."""

    def __init__(self, host="127.0.0.1"):
        self.plane, self.keeper, self.host = Plane(MediaConfig(0, (host,)), monotonic_us), Keeper(), host
        self.plane.open(asyncio.get_running_loop())
        self.room = self.plane.room("test", sink=self.keeper, news=self.keeper.news.append)
        self.stream, self.identity = Stream(), Identity()

    async def connect(self):
        room, offered = self.room, offer
        self.publisher = await self.up(room.publish("s-an", "an/camera", offered(self.identity, 1, "sendonly"), self.host))
        self.viewer = await self.up(room.subscribe("s-x", offered(self.identity, 1, "recvonly"), self.host))
        room.apply(cast({"s-x": ["an/camera"]}, {"an/camera": "open"}))

    async def up(self, answer):
        peer = Light(self.identity, answer.sdp)
        self.listen(peer)
        peer.check()
        await asyncio.sleep(0.05)
        peer.begin()
        await until(lambda: peer.dtls.up)
        return peer

    def listen(self, peer):
        asyncio.get_running_loop().add_reader(peer.sock.fileno(), peer.readable)

    def move(self, peer):
        """Give a peer another port, as a NAT that forgot it does."""
        asyncio.get_running_loop().remove_reader(peer.sock.fileno())
        peer.sock.close()
        peer.open()
        self.listen(peer)

    async def play(self, seconds):
        for _ in range(int(seconds * 50)):
            for packet in [*self.stream.picture(), self.stream.voice()]:
                self.publisher.send(packet)
            await asyncio.sleep(0.02)


async def test_a_viewer_whose_nat_forgot_it_sees_on_after_its_next_check():
    hall = Hall()
    await hall.connect()
    await hall.play(0.4)
    assert hall.viewer.count > 20
    hall.move(hall.viewer)
    before = hall.viewer.count
    await hall.play(0.4)
    assert hall.viewer.count == before, "nothing goes to an address that has not proved itself"
    hall.viewer.check()
    await hall.play(0.4)
    assert hall.viewer.count > before + 20
    assert len(hall.plane._port._lines) == 2, "the line to the old address is closed"
    hall.plane.close()


async def test_a_publisher_that_moves_is_taken_up_again_and_not_before_its_check():
    hall = Hall()
    await hall.connect()
    await hall.play(0.2)
    hall.move(hall.publisher)
    kept = len(hall.keeper.packets)
    await hall.play(0.3)
    assert len(hall.keeper.packets) == kept
    assert hall.plane.counters["stranger"] > 20
    hall.publisher.check()
    await hall.play(0.3)
    assert len(hall.keeper.packets) > kept + 20
    hall.plane.close()


async def test_everything_by_ipv6():
    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    try:
        hall = Hall("::1")
    except OSError:
        pytest.skip("no IPv6 loopback on this machine")
    await hall.connect()
    await hall.play(0.4)
    assert hall.viewer.count > 20
    assert {path.host for path in hall.plane._by_path} == {"::1"}
    hall.plane.close()


def test_strangers_are_counted_by_what_they_cannot_change():
    assert around("192.0.2.7") == around("192.0.2.9") != around("192.0.3.7")
    assert around("2001:db8::1") == around("2001:db8::ffff:1") != around("2001:db8:0:1::1")
    assert around("fe80::1%eth0") == around("fe80::2")


def test_a_flood_uses_up_its_tries_and_gets_them_back():
    strangers = Strangers()
    for _ in range(int(BURST) + 1):
        strangers.failed("192.0.2.7", 0)
    assert strangers.are_flooding("192.0.2.9", 0)
    assert not strangers.are_flooding("192.0.3.9", 0)
    assert not strangers.are_flooding("192.0.2.7", 1_000_000)
