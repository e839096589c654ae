"""The port: lines to single addresses, many datagrams in one call, and nobody else on our port."""

import asyncio
import contextlib
import errno
import socket
from collections import Counter

import pytest
from kit.media_peers import until

from server.media.ice import Path
from server.media.port import Port


@contextlib.contextmanager
def a_port():
    port = Port(("127.0.0.1",), 0, Counter())
    seen = []
    port.listen(asyncio.get_running_loop(), lambda data, path: seen.append((data, path)))
    try:
        yield port, seen
    finally:
        port.close()


@contextlib.contextmanager
def a_guest():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as guest:
        guest.bind(("127.0.0.1", 0))
        guest.settimeout(2)
        yield guest, Path(0, *guest.getsockname())


def taken(guest, count):
    return [guest.recv(2048) for _ in range(count)]


async def test_a_line_keeps_the_order_whatever_the_sizes():
    with a_port() as (port, _), a_guest() as (guest, path):
        line = port.line(path)
        sizes = [700] * 50 + [300, 701, 701, 20, 20, 21, 1200] + [40] * 45 + [39]
        datagrams = [bytes([n]) * size for n, size in enumerate(sizes)]
        line.emit(datagrams)
        assert taken(guest, len(sizes)) == datagrams
        assert not port.counters


async def test_a_kernel_without_offload_is_served_one_by_one():
    with a_port() as (port, _), a_guest() as (guest, path):
        line = port.line(path)

        class Old:
            """A socket of a kernel before 4.18."""

            def __init__(self, sock):
                self.send = sock.send

            def sendmsg(self, *_):
                raise OSError(errno.EINVAL, "no such option")

        kept, line.sock = line.sock, Old(line.sock)
        line.emit([b"one", b"two"])
        line.emit([b"six", b"ten"])
        assert taken(guest, 4) == [b"one", b"two", b"six", b"ten"]
        assert not port.counters
        line.sock = kept


async def test_what_comes_by_a_line_and_beside_it_is_read():
    with a_port() as (port, seen), a_guest() as (guest, path), a_guest() as (other, elsewhere):
        port.line(path)
        for one in (guest, other):
            one.sendto(b"hello", ("127.0.0.1", port.number))
        await until(lambda: len(seen) == 2)
        assert {where for _, where in seen} == {path, elsewhere}
        port.hang_up(path)
        guest.sendto(b"again", ("127.0.0.1", port.number))
        await until(lambda: (b"again", path) in seen)


async def test_nobody_shares_our_port():
    with a_port() as (port, _), a_guest() as (_guest, path):
        port.line(path)
        with pytest.raises(OSError, match="in use"):
            Port(("127.0.0.1",), port.number, Counter())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError, match="in use"):
                thief.bind(("127.0.0.1", port.number))


async def test_an_address_that_is_gone_is_a_counted_drop():
    with a_port() as (port, _), a_guest() as (guest, path):
        line = port.line(path)
        guest.close()
        for _ in range(3):
            line.emit([b"x"])
        assert port.counters["port_send"] >= 1
