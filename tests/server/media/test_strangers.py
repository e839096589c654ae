"""Strangers at the media port: silence, a counter, and no effect on those who belong there (TRUST §2)."""

import asyncio
import os
import socket
import struct

import pytest
from kit.light_peers import VIDEO_SSRC, Light, Stream, offer
from kit.media_peers import cast, plane_with_room, publish, until

from server.media.dtls import Dtls, Identity

HELLO_SPRAY = 2000


def stranger():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


def client_hello():
    identity = Identity()
    return Dtls(identity, {"sha-256": identity.fingerprint}, 0, client=True).begin(0)[0]


def rtp(n):
    return struct.pack("!BBHII", 0x80, 96, n & 0xFFFF, n, VIDEO_SSRC) + os.urandom(200)


async def quiet(sock, plane, sent):
    """Send datagrams from an address nobody knows; the port says nothing back."""
    for data in sent:
        sock.sendto(data, ("127.0.0.1", plane.port))
        await asyncio.sleep(0)
    await asyncio.sleep(0.3)
    with pytest.raises(BlockingIOError):
        sock.recv(2048)


async def test_what_an_unknown_address_sends_is_dropped_without_a_word():
    async with plane_with_room() as (plane, room, keeper):
        sock = stranger()
        kinds = {"rtp": rtp(1), "rtcp": struct.pack("!BBHI", 0x80, 200, 1, 7), "dtls": client_hello(), "junk": bytes([77]) * 40}
        await quiet(sock, plane, list(kinds.values()) * 10)
        assert plane.counters["stranger"] == 10 * len(kinds)
        assert not room.publishers
        assert keeper.packets == []
        sock.close()


async def test_checks_that_are_malformed_unknown_or_forged_are_silence():
    async with plane_with_room() as (plane, room, _):
        identity = Identity()
        answer = room.publish("s-an", "an/camera", offer(identity, 1, "sendonly"), "127.0.0.1")
        forger = Light(identity, answer.sdp)
        forger.pwd = "x" * 24
        nobody = Light(identity, answer.sdp)
        nobody.ufrag = "nobody"
        for peer in (forger, nobody):
            for _ in range(5):
                peer.check()
        await quiet(forger.sock, plane, [b"\0\1\0\0" + bytes(8), b"\0", b"\0\1\xff\xff" + bytes(16)])
        with pytest.raises(BlockingIOError):
            nobody.sock.recv(2048)
        assert plane.counters["stun_integrity"] == 5
        assert plane.counters["stun_unknown"] == 5
        assert plane.counters["stun_malformed"] == 3
        for peer in (forger, nobody):
            peer.sock.close()


async def test_twenty_join_while_client_hellos_rain():
    async with plane_with_room() as (plane, room, _):
        identity, hello, sock = Identity(), client_hello(), stranger()
        guests = [
            Light(identity, room.publish(f"s-{n}", f"site-{n}/camera", offer(identity, 1, "sendonly"), "127.0.0.1").sdp)
            for n in range(20)
        ]
        loop = asyncio.get_running_loop()
        for guest in guests:
            loop.add_reader(guest.sock.fileno(), guest.readable)

        async def rain():
            for n in range(HELLO_SPRAY):
                sock.sendto(hello, ("127.0.0.1", plane.port))
                if n % 20 == 0:
                    await asyncio.sleep(0.002)

        raining = asyncio.create_task(rain())
        for guest in guests:
            guest.check()
            await asyncio.sleep(0.005)
            guest.begin()
        await until(lambda: all(guest.dtls.up for guest in guests), 15)
        await raining
        assert plane.counters["stranger"] > HELLO_SPRAY // 2, "the port's own buffer may drop some"
        for guest in guests:
            loop.remove_reader(guest.sock.fileno())
            guest.sock.close()
        sock.close()


@pytest.mark.alone
async def test_a_flood_of_strangers_costs_a_forwarded_stream_nothing():
    async with plane_with_room() as (plane, room, keeper):
        identity = Identity()
        publisher = Light(identity, room.publish("s-an", "an/camera", offer(identity, 1, "sendonly"), "127.0.0.1").sdp)
        viewer = Light(identity, room.subscribe("s-ba", offer(identity, 1, "recvonly"), "127.0.0.1").sdp)
        room.apply(cast({"s-ba": ["an/camera"]}, {}))
        loop, sock, stream = asyncio.get_running_loop(), stranger(), Stream()
        for peer in (publisher, viewer):
            loop.add_reader(peer.sock.fileno(), peer.readable)
            peer.check()
            await asyncio.sleep(0.005)
            peer.begin()
        await until(lambda: publisher.dtls.up and viewer.dtls.up)
        junk = [os.urandom(300) for _ in range(50)]
        sent = 0
        for n in range(100):
            for packet in stream.picture():
                publisher.send(packet)
                sent += 1
            for k in range(200):
                sock.sendto(junk[(n + k) % 50], ("127.0.0.1", plane.port))
                if k % 50 == 49:
                    await asyncio.sleep(0.001)
        await until(lambda: viewer.count >= sent, 10)
        strange = sum(plane.counters[name] for name in ("stranger", "stun_malformed", "stun_unknown"))
        assert strange >= 15_000, plane.counters
        assert len({packet.seq for _, _, _, packet, _ in keeper.packets}) == sent
        for peer in (publisher, viewer):
            loop.remove_reader(peer.sock.fileno())
            peer.sock.close()
        sock.close()


async def test_media_of_a_peer_from_an_address_it_never_proved_is_not_even_decrypted():
    async with plane_with_room() as (plane, room, keeper):
        identity = Identity()
        publisher = Light(identity, room.publish("s-an", "an/camera", offer(identity, 1, "sendonly"), "127.0.0.1").sdp)
        asyncio.get_running_loop().add_reader(publisher.sock.fileno(), publisher.readable)
        publisher.check()
        await asyncio.sleep(0.01)
        publisher.begin()
        await until(lambda: publisher.dtls.up)
        stream, thief = Stream(), stranger()
        good = [publisher.dtls.outbound.protect(packet) for packet in stream.picture()]
        await quiet(thief, plane, good)
        assert keeper.packets == []
        before = plane.counters["stranger"]
        assert before == len(good)
        for data in good:
            publisher.sock.sendto(data, publisher.to)
        await until(lambda: len(keeper.packets) == len(good))
        for data in good:  # replayed from the right address: refused by the cipher's own window
            publisher.sock.sendto(data, publisher.to)
        await until(lambda: plane.counters["srtp"] == len(good))
        assert len(keeper.packets) == len(good)
        asyncio.get_running_loop().remove_reader(publisher.sock.fileno())
        publisher.sock.close()
        thief.close()


async def test_a_whole_peer_is_unmoved_by_a_stranger_with_its_ufrag(tmp_path):
    async with plane_with_room() as (plane, room, keeper):
        peer, answer = await publish(room, "an/camera", tmp_path)
        await until(lambda: len(keeper.packets) > 10)
        forger = Light(Identity(), answer.sdp)
        forger.pwd = "y" * 24
        for _ in range(300):
            forger.check()
        seen = len(keeper.packets)
        await until(lambda: len(keeper.packets) > seen + 50)
        assert plane.counters["stun_integrity"] > 0
        forger.sock.close()
        await peer.close()


