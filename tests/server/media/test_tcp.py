"""Media over TCP: frames cut, strangers closed, pictures dropped before sound, and a whole peer that uses nothing else."""

import asyncio
import contextlib
import socket
import struct

import pytest
from kit.light_peers import Light, Stream, offer
from kit.media_peers import cast, plane_with_room, until

from server.media import tcp
from server.media.dtls import Identity
from signaling.errors import Malformed


def framed(*datagrams):
    return b"".join(struct.pack("!H", len(data)) + data for data in datagrams)


def test_frames_are_cut_wherever_the_stream_breaks():
    sent = [b"a", b"b" * 1_500, b"", b"cd"]
    stream = framed(*sent)
    for size in (1, 2, 3, 7, 1_000, len(stream)):
        frames, found = tcp.Frames(), []
        for at in range(0, len(stream), size):
            found += frames.take(stream[at : at + size])
        assert found == [data for data in sent if data]
    with pytest.raises(Malformed):
        tcp.Frames().take(struct.pack("!H", 1_501))


class TcpLight(Light):
    """A light peer that speaks frames on one connection."""

    def __init__(self, identity, answer, port):
        super().__init__(identity, answer)
        self.sock.close()
        self.sock = self
        self.line = socket.create_connection(("127.0.0.1", port))
        self.line.setblocking(False)
        self.frames, self.inbox = tcp.Frames(), []

    def sendto(self, data, _to):
        self.line.sendall(framed(data))

    def recv(self, _size):
        if not self.inbox:
            data = self.line.recv(65_536)
            if not data:
                raise BlockingIOError
            self.inbox += self.frames.take(data)
        if not self.inbox:
            raise BlockingIOError
        return self.inbox.pop(0)


@contextlib.asynccontextmanager
async def with_tcp():
    async with plane_with_room() as (plane, room, keeper):
        server = await asyncio.get_running_loop().create_server(plane.stream, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        plane.announce_tcp(port)
        try:
            yield plane, room, keeper, port
        finally:
            server.close()


async def up(peer):
    loop = asyncio.get_running_loop()
    loop.add_reader(peer.line.fileno(), peer.readable)
    peer.check()
    await asyncio.sleep(0.05)
    peer.begin()
    await until(lambda: peer.dtls.up)


async def test_a_peer_that_has_nothing_but_tcp_publishes_and_views():
    async with with_tcp() as (plane, room, keeper, port):
        identity = Identity()
        answer = room.publish("s-an", "an/camera", offer(identity, 1, "sendonly"), "127.0.0.1")
        assert f" 1 tcp 1520435197 127.0.0.1 {port} typ host tcptype passive" in answer.sdp
        publisher = TcpLight(identity, answer.sdp, port)
        viewer = TcpLight(identity, room.subscribe("s-x", offer(identity, 1, "recvonly"), "127.0.0.1").sdp, port)
        room.apply(cast({"s-x": ["an/camera"]}, {"an/camera": "open"}))
        for peer in (publisher, viewer):
            await up(peer)
        stream = Stream()
        for _ in range(20):
            for packet in [*stream.picture(), stream.voice()]:
                publisher.send(packet)
            await asyncio.sleep(0.01)
        await until(lambda: viewer.count >= 50)
        assert {one[2] for one in keeper.packets} == {"a", "h"}
        viewer.line.close()
        await until(lambda: next(iter(room.viewers.values())).peer.path is None)
        assert not [path for path in plane._by_path if path.port == viewer.line]
        publisher.line.close()


async def test_a_stranger_is_closed_and_so_is_nonsense(monkeypatch):
    monkeypatch.setattr(tcp, "VALID_S", 0.2)
    async with with_tcp() as (plane, _room, _keeper, port):
        for said in (b"", framed(b"\x00\x01hello"), b"\x07\xff"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            with contextlib.suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), 2) == b""
            writer.close()
        assert (plane.counters["tcp_stranger"], plane.counters["tcp_malformed"]) == (2, 1)


class Pipe(asyncio.Transport):
    """A connection whose other end reads nothing."""

    def __init__(self, waiting):
        super().__init__({"peername": ("192.0.2.7", 9), "socket": socket.socket()})
        self.waiting, self.written, self.ended = waiting, [], False

    def get_write_buffer_size(self):
        return self.waiting

    def write(self, data):
        self.written.append(data)

    def is_closing(self):
        return self.ended

    def abort(self):
        self.ended = True


@pytest.mark.parametrize(("waiting", "sent", "ended"), [(0, 2, False), (tcp.FULL + 1, 1, False), (tcp.STUCK + 1, 0, True)])
async def test_a_full_connection_keeps_the_sound_and_a_stuck_one_ends(waiting, sent, ended):
    async with with_tcp() as (plane, _room, _keeper, _port):
        stream, pipe = plane.stream(), Pipe(waiting)
        stream.connection_made(pipe)
        stream.sound = frozenset({111})
        stream.emit([b"\x80\x6f" + bytes(10), b"\x80\xe0" + bytes(10)])
        assert (len(pipe.written), pipe.ended) == (sent, ended)
        stream.connection_lost(None)
        pipe.get_extra_info("socket").close()
