"""Cost of forwarding one packet: 1 publisher → n viewers, server CPU ÷ packets, beside the floors of the same run.

The server runs alone in this process; publisher and viewers are light peers in another, which complete ICE and DTLS and
count what arrives without decrypting it. `python tests/bench/forward.py [n …]` prints JSON.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import resource
import socket
import struct
import sys
import time

from kit.light_peers import Light, offer
from kit.media_peers import Keeper, cast

from server.clock import monotonic_us
from server.media.dtls import Dtls, Identity
from server.media.plane import MediaConfig, Plane

SIZE, RATE, SECONDS = 1100, 200, 6


def outside(pipe):
    """The other process: viewers first, then the publisher's stream at a steady rate."""

    async def run():
        identity = Identity()
        pipe.send(identity.fingerprint)
        answers = pipe.recv()
        loop = asyncio.get_running_loop()
        peers = [Light(identity, answer) for answer in answers]
        for peer in peers:
            loop.add_reader(peer.sock.fileno(), peer.readable)
        for peer in peers:
            peer.check()
            await asyncio.sleep(0.003)
            peer.begin()
            await asyncio.sleep(0.008)
        deadline = time.monotonic() + 10
        while not all(peer.dtls.up for peer in peers) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        pub, viewers = peers[0], peers[1:]
        pipe.send(sum(peer.dtls.up for peer in peers))
        body = os.urandom(SIZE - 18)
        begin = time.monotonic()
        n = 0
        for second in ("warm", "measured"):
            pipe.send(second)
            end = n + RATE * (1 if second == "warm" else SECONDS)
            while n < end:
                key = n % 100 == 0
                head = struct.pack("!BBHII", 0x80, 0x80 | 96, n & 0xFFFF, n * 450 & 0xFFFFFFFF, 1001)
                desc = bytes([0x90, 0xF0, 0x80 | n >> 8 & 0x7F, n & 255, n & 255, 0x20])
                packet = head + desc + bytes([0 if key else 1]) + body[: SIZE - 19]
                pub.sock.sendto(pub.dtls.outbound.protect(packet), pub.to)
                n += 1
                await asyncio.sleep(max(0, begin + n / RATE - time.monotonic()))
            if second == "warm":
                await asyncio.sleep(0.3)
                base = sum(peer.count for peer in viewers)
        await asyncio.sleep(0.3)
        pipe.send(("done", sum(peer.count for peer in viewers) - base))

    asyncio.run(run())


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measure(n):
    plane = Plane(MediaConfig(0, ("127.0.0.1",)), monotonic_us)
    loop = asyncio.get_running_loop()
    plane.open(loop)
    keeper = Keeper()
    keeper.packet = lambda *_: None
    room = plane.room("bench", sink=keeper, news=lambda _: None)
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=outside, args=(theirs,))
    process.start()
    receive = lambda: loop.run_in_executor(None, ours.recv)  # noqa: E731
    stand_in = type("Print", (), {"fingerprint": await receive()})
    answers = [room.publish("s-pub", "an/camera", offer(stand_in, 1, "sendonly"), "127.0.0.1").sdp]
    answers += [room.subscribe(f"s-{k}", offer(stand_in, 1, "recvonly"), "127.0.0.1").sdp for k in range(n)]
    room.apply(cast({f"s-{k}": ["an/camera"] for k in range(n)}, {"an/camera": "open"}))
    ours.send(answers)
    up = await receive()
    assert up == n + 1, f"{up} of {n + 1} connected"
    while await receive() != "measured":
        pass
    begin, wall = cpu(), time.monotonic()
    _, arrived = await receive()
    used, took = cpu() - begin, time.monotonic() - wall
    process.join()
    plane.close()
    return {
        "viewers": n, "us_per_forwarded_packet": round(used / arrived * 1e6, 2), "packets_per_s": round(arrived / took),
        "delivered": round(arrived / (n * RATE * SECONDS), 4), "core": round(used / took, 3),
    }  # fmt: skip


def readers(pipe, count):
    """The other process of the floor: sockets that are read as viewers are read."""

    async def run():
        loop = asyncio.get_running_loop()
        socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]

        def readable(sock):
            with contextlib.suppress(BlockingIOError):
                for _ in range(64):
                    sock.recv(2048)

        for sock in socks:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            sock.bind(("127.0.0.1", 0))
            sock.setblocking(False)
            loop.add_reader(sock.fileno(), readable, sock)
        pipe.send([sock.getsockname() for sock in socks])
        await loop.run_in_executor(None, pipe.recv)

    asyncio.run(run())


def kernel(count):
    """µs of CPU of one `sendto` to one of `count` sockets that a sleeping process reads, at the measured rate."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=readers, args=(theirs, count))
    process.start()
    addresses = ours.recv()
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    data = os.urandom(SIZE)
    rounds = RATE * 3
    used, begin = 0.0, time.monotonic()
    for n in range(rounds):
        before = cpu()
        for to in addresses:
            one.sendto(data, to)
        used += cpu() - before
        time.sleep(max(0, begin + n / RATE - time.monotonic()))
    ours.send("done")
    process.join()
    return used / (rounds * count) * 1e6


def cipher():
    """µs of CPU of protecting one such packet."""
    identity, other = Identity(), Identity()
    server = Dtls(identity, {"sha-256": other.fingerprint}, 0)
    client = Dtls(other, {"sha-256": identity.fingerprint}, 0, client=True)
    todo = [(server, data) for data in client.begin(0)]
    while todo:
        to_, data = todo.pop(0)
        todo += [(client if to_ is server else server, out) for out in to_.receive(data, 0)]
    packets = [struct.pack("!BBHII", 0x80, 96, n & 0xFFFF, n, 7) + os.urandom(SIZE - 12) for n in range(20_000)]
    begin = cpu()
    for packet in packets:
        server.outbound.protect(packet)
    return (cpu() - begin) / 20_000 * 1e6


def main(counts=(8, 100)):
    found = []
    sealed = cipher()
    for n in counts:
        floor, row = kernel(n), asyncio.run(measure(n))
        found.append(
            row | {
                "kernel_us": round(floor, 2), "cipher_us": round(sealed, 2),
                "ratio_to_floor": round(row["us_per_forwarded_packet"] / (floor + sealed), 2),
            }
        )  # fmt: skip
    return found


if __name__ == "__main__":
    print(json.dumps(main(tuple(int(a) for a in sys.argv[1:]) or (8, 100)), indent=1))
