"""Cost of forwarding one packet: 1 publisher → n viewers, server CPU ÷ packets, beside the floors of the same run.

The server runs alone in this process; its guests are light peers in three others, which complete ICE and DTLS and count
what arrives without decrypting it. Viewers are emptied every 20 ms and never wait in `epoll`: a packet to a hall leaves by
the network card and wakes nobody here, so waking a sleeping reader (`waking`, measured beside) is no work of the server's.
The floor of a packet is one bare `sendto`, one sealing by libsrtp, and its share of one bare wake-up of the loop.
One viewer, the last of all, is read at once and decrypted: publisher's clock to last viewer's clock, p50 and p99.
`python tests/bench/forward.py [n …]` prints JSON; as root it runs in a network namespace of its own.
"""

import asyncio
import contextlib
import gc
import json
import multiprocessing
import os
import select
import shutil
import socket
import statistics
import struct
import sys
import time

import psutil
from kit.light_peers import AUDIO_SSRC, VIDEO_SSRC, Light, offer
from kit.media_peers import Keeper, cast

from server.clock import monotonic_us
from server.media import fast
from server.media.dtls import Dtls, Identity
from server.media.plane import MediaConfig, Plane

SIZE, SECONDS = 1100, 6
RATE = 200
EVERY_S = 0.02
SWITCH_S = 0.0005
"""As the server sets it."""
WAYS = {"python": fast.PYTHON} | ({"native": fast.NATIVE} if fast.NATIVE is not None else {})


def connect(identity, answers):
    """Return connected peers, one after the other: a server is not judged here by a rush at its door."""
    peers = []
    for answer in answers:
        peer = Light(identity, answer)
        peer.check()
        deadline = time.monotonic() + 5
        begun = False
        while not peer.dtls.up and time.monotonic() < deadline:
            select.select([peer.sock], [], [], 0.02)
            peer.readable()
            if not begun:
                begun = True
                peer.begin()
        peers.append(peer)
    return peers


def viewers(pipe, waking):
    """A process of viewers: emptied at intervals, or each woken by its own packet."""
    identity = Identity()
    pipe.send(identity.fingerprint)
    peers = connect(identity, pipe.recv())
    pipe.send(sum(peer.dtls.up for peer in peers))
    drained(pipe, peers, waking=waking)


def drained(pipe, peers, *, waking=False):
    """Empty the sockets until told to end, report once a second; "count" and "end" are answered with what came."""
    due = time.monotonic() + 1
    waiting = select.epoll()
    by_file = {peer.sock.fileno(): peer for peer in peers}
    for number in by_file if waking else ():
        waiting.register(number, select.EPOLLIN)
    asked = ""
    while asked != "end":
        for found, _ in waiting.poll(EVERY_S):
            by_file[found].readable()
        if not waking:
            for peer in peers:
                peer.readable()
        if time.monotonic() > due:
            due += 1
            for peer in peers:
                peer.report()
        if pipe.poll():
            asked = pipe.recv()
            pipe.send(sum(peer.count for peer in peers))


def last(pipe):
    """The last viewer's process: read at once, decrypted, dated."""
    identity = Identity()
    pipe.send(identity.fingerprint)
    (peer,) = connect(identity, pipe.recv())
    pipe.send(int(peer.dtls.up))
    found = []
    while not pipe.poll():
        select.select([peer.sock], [], [], EVERY_S)
        with contextlib.suppress(BlockingIOError):
            while True:
                data = peer.sock.recv(2048)
                if data[0] >= 128 and not 192 <= data[1] <= 223:
                    now = time.monotonic_ns()
                    found.append((now - struct.unpack("!Q", peer.dtls.inbound.unprotect(data)[-8:])[0]) / 1e6)
    pipe.recv()
    pipe.send(found)


def publisher(pipe, kind, seconds=SECONDS):
    """The publisher's process."""
    identity = Identity()
    pipe.send(identity.fingerprint)
    (peer,) = connect(identity, pipe.recv())
    pipe.send(int(peer.dtls.up))
    steady(pipe, peer, kind, seconds)


def even(burst=1):
    """200 packets of 1,100 bytes a second, one by one or so many at once: (seconds from the last, packets)."""
    n = 0
    while True:
        yield burst / RATE, [("v", n + k, n // burst * burst * 450, SIZE, (n + k) % 100 == 0) for k in range(burst)]
        n += burst


def camera(paced=False):
    """VP8 at 25 frames/s and Opus at 50 packets/s: 260 packets a second, 900 bytes each of the picture. A frame leaves at
    once, or in threes 5 ms apart as Chromium's pacer has it.
    """
    video = sound = frames = 0
    while True:
        count = 8 + (frames % 5 in (0, 2))
        frame = [("v", video + k, frames * 3600, 900, k == 0 and frames % 25 == 0) for k in range(count)]
        video, frames = video + count, frames + 1
        voice = [("a", sound + k, (sound + k) * 960, 120, False) for k in (0, 1)]
        sound += 2
        groups = [frame[:3], frame[3:6], frame[6:]] if paced else [frame]
        yield 0.01, voice[:1]
        yield 0.005, groups[0]
        for later in groups[1:]:
            yield 0.005, later
        yield 0.015 - 0.005 * (len(groups) - 1), voice[1:]
        yield 0.01, []


STREAMS = {"even": even, "burst": lambda: even(8), "camera": camera, "paced": lambda: camera(paced=True)}
PER_S = {"even": RATE, "burst": RATE, "camera": 260, "paced": 260}


def datagram(kind, n, ts, size, key):
    """One RTP packet that ends with the publisher's clock."""
    marker, pt, ssrc = (0x80, 96, VIDEO_SSRC) if kind == "v" else (0, 111, AUDIO_SSRC)
    head = struct.pack("!BBHII", 0x80, marker | pt, n & 0xFFFF, ts & 0xFFFFFFFF, ssrc)
    if kind == "v":
        head += bytes([0x90, 0xF0, 0x80 | n >> 8 & 0x7F, n & 255, n & 255, 0x20, 0 if key else 1])
    return head + FILL[: size - len(head) - 8] + struct.pack("!Q", time.monotonic_ns())


FILL = os.urandom(SIZE)


def steady(pipe, peer, kind="even", measured=SECONDS):
    """Send a second to warm up, then the measured ones, each when told to; answered with how many were sent."""
    stream = STREAMS[kind]()
    for seconds in (1, measured):
        pipe.recv()
        due, count = time.monotonic(), 0
        while count < PER_S[kind] * seconds:
            wait, packets = next(stream)
            due += wait
            time.sleep(max(0, due - time.monotonic()))
            for one in packets:
                peer.send(datagram(*one))
            count += len(packets)
        time.sleep(0.1)
        pipe.send(count)


class Guests:
    """A process of guests and the pipe to it."""

    def __init__(self, target, *extra, told=True):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=target, args=(theirs, *extra))
        self.process.start()
        self.fingerprint = self.pipe.recv() if told else ""

    async def ask(self, what=None):
        if what is not None:
            self.pipe.send(what)
        return await asyncio.get_running_loop().run_in_executor(None, self.pipe.recv)

    async def end(self):
        found = await self.ask("end")
        self.process.join()
        return found


def resident():
    gc.collect()
    return psutil.Process().memory_info().rss


def rain(pipe, port, rate):
    """A process of strangers: junk and ClientHellos from fifty sockets, so many datagrams a second, until told to end."""
    socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(50)]
    for sock in socks:
        sock.connect(("127.0.0.1", port))
    junk = [first + os.urandom(300) for first in (b"\x16\xfe\xff", b"\x80\x60", b"\0\1", b"\xff")]
    pipe.send("begun")
    begin, sent = time.monotonic(), 0
    while not pipe.poll():
        while sent < rate * (time.monotonic() - begin):
            for k in range(20):
                with contextlib.suppress(OSError):
                    socks[(sent + k) % 50].send(junk[k % 4])
            sent += 20
        time.sleep(0.001)
    pipe.recv()
    pipe.send(round(sent / (time.monotonic() - begin)))


async def measure(n, kind="camera", *, way="python", waking=False, strangers=0, seconds=SECONDS):
    plane = Plane(MediaConfig(0, ("127.0.0.1",), way=WAYS[way]), monotonic_us)
    loop = asyncio.get_running_loop()
    plane.open(loop)
    keeper = Keeper()
    keeper.packet = lambda *_: None
    room = plane.room("bench", sink=keeper, news=lambda _: None)
    sender, crowd, stopwatch = Guests(publisher, kind, seconds), Guests(viewers, waking), Guests(last)
    assert await sender.ask([room.publish("s-pub", "an/camera", offer(sender, 1, "sendonly"), "127.0.0.1").sdp])
    await sender.ask("warm")
    before = resident()
    room.apply(cast({f"s-{k}": ["an/camera"] for k in range(n)}, {"an/camera": "open"}))
    answers = [room.subscribe(f"s-{k}", offer(crowd, 1, "recvonly"), "127.0.0.1").sdp for k in range(n - 1)]
    up = await crowd.ask(answers)
    up += await stopwatch.ask([room.subscribe(f"s-{n - 1}", offer(stopwatch, 1, "recvonly"), "127.0.0.1").sdp])
    assert up == n, f"{up} of {n} connected"
    await asyncio.sleep(2)  # light peers send no feedback: until then they are taken for lines that might be weak
    gc.collect()
    gc.freeze()
    counts = [out for viewer in room.viewers.values() for out in viewer.outs()]
    first, begin, wall = sum(out.packets for out in counts), time.process_time(), time.monotonic()
    raining = Guests(rain, plane.port, strangers) if strangers else None
    fed = await sender.ask("measured")
    used, took = time.process_time() - begin, time.monotonic() - wall
    sent = sum(out.packets for out in counts) - first
    weight = (resident() - before) / n
    arrived, delays = await crowd.end(), sorted((await stopwatch.end())[-fed:])
    sender.process.join()
    told = {"strangers_per_s": await raining.end(), "dropped": dict(plane.counters)} if raining else {}
    plane.close()
    return told | {
        "viewers": n, "stream": kind, "way": way, "us_per_forwarded_packet": round(used / sent * 1e6, 2), "packets_per_s": round(sent / took),
        "delivered": round((arrived + len(delays)) / (n * fed), 3), "core": round(used / took, 3),
        "to_last_viewer_ms": {"p50": round(statistics.median(delays), 2), "p99": round(delays[len(delays) * 99 // 100], 2)} if delays else None,
        "kib_per_viewer": round(weight / 1024),
    }  # fmt: skip


def readers(pipe, count, waking):
    """The other process of the floor: sockets that are read as viewers are read."""
    socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    waiting = select.epoll()
    for sock in socks:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        if waking:
            waiting.register(sock.fileno(), select.EPOLLIN)
    pipe.send([sock.getsockname() for sock in socks])
    while not pipe.poll():
        waiting.poll(EVERY_S)
        for sock in socks:
            with contextlib.suppress(BlockingIOError):
                while True:
                    sock.recv(2048)


def kernel(count, *, waking=False):
    """µs of CPU of one `sendto` to one of `count` sockets of another process, at the measured rate."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=readers, args=(theirs, count, waking))
    process.start()
    addresses = ours.recv()
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    data = os.urandom(SIZE)
    rounds = RATE * 3
    used, begin = 0.0, time.monotonic()
    for n in range(rounds):
        before = time.process_time()
        for to in addresses:
            one.sendto(data, to)
        used += time.process_time() - before
        time.sleep(max(0, begin + n / RATE - time.monotonic()))
    ours.send("done")
    process.join()
    return used / (rounds * count) * 1e6


def strangers(pipe, to):
    """The other process of the wake-up's floor: one datagram at a time at the measured rate."""
    sock, begin = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), time.monotonic()
    pipe.send("begun")
    for n in range(RATE * 4):
        sock.sendto(bytes(SIZE), to)
        time.sleep(max(0, begin + n / RATE - time.monotonic()))


async def wake():
    """µs of CPU of a loop that wakes for one datagram, reads it, finds no second and does nothing else."""
    loop, count = asyncio.get_running_loop(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)

        def readable():
            nonlocal count
            with contextlib.suppress(BlockingIOError):
                while True:
                    sock.recvfrom(2048)
                    count += 1

        loop.add_reader(sock.fileno(), readable)
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(target=strangers, args=(theirs, sock.getsockname()))
        process.start()
        await loop.run_in_executor(None, ours.recv)
        first, begin = count, time.process_time()
        await asyncio.sleep(3)
        used, seen = time.process_time() - begin, count - first
        loop.remove_reader(sock.fileno())
        await loop.run_in_executor(None, process.join)
    return used / seen * 1e6


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
    begin = time.process_time()
    for packet in packets:
        server.outbound.protect(packet)
    return (time.process_time() - begin) / 20_000 * 1e6


def one(n, kind="camera", **how):
    """One row with the floors of its own minute."""
    load = os.getloadavg()[0]
    sealed, floor, woken = cipher(), kernel(n, waking=how.get("waking", False)), asyncio.run(wake())
    row = asyncio.run(measure(n, kind, **how))
    return how | row | {
        "kernel_us": round(floor, 2), "cipher_us": round(sealed, 2), "wake_us": round(woken, 1),
        "ratio_to_floor": round(row["us_per_forwarded_packet"] / (floor + sealed + woken / n), 2), "load": round(load, 1),
    }  # fmt: skip


def main(counts=(8, 9, 100)):
    sys.setswitchinterval(SWITCH_S)
    found = [one(n, kind, way=way) for way in WAYS for kind in ("camera", "paced", "even") for n in counts]
    found += [one(n, "even", waking=True) for n in (counts[0], counts[-1])]
    return found + [one(9, way=way, strangers=rate, seconds=60) for way in WAYS for rate in (0, 20_000)]


def alone():
    """Go on in a network namespace of our own where that may be had; else stay."""
    if os.geteuid() or os.environ.get("DIEMCAU_BENCH_ALONE") or not (shutil.which("unshare") and shutil.which("ip")):
        return
    os.environ["DIEMCAU_BENCH_ALONE"] = "1"
    command = 'ip link set lo up && exec "$@"'
    os.execvp("unshare", ["unshare", "--net", "sh", "-c", command, "sh", sys.executable, *sys.argv])


if __name__ == "__main__":
    alone()
    print(json.dumps(main(tuple(int(a) for a in sys.argv[1:]) or (8, 9, 100)), indent=1))
