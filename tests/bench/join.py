"""Many join at once, and many packets for long: 64 light viewers' offers until each has a picture; 80,000 packets a second to 308.

The same guests as in `forward.py`; a picture counts from the first packet of video, which is always a key frame's.
`python tests/bench/join.py` prints JSON; as root it runs in a network namespace of its own.
"""

import asyncio
import contextlib
import json
import select
import statistics
import sys
import time

import forward
from kit.light_peers import Light, offer
from kit.media_peers import Keeper, cast

from server.clock import monotonic_us
from server.media.dtls import Identity
from server.media.plane import MediaConfig, Plane

CROWD, MANY = 64, 308
LEAST_PICTURE = 600
"""Bytes: more than any packet of sound here has."""


def rush(pipe):
    """Connect all of them at the same time; answered with the seconds each waited for its picture."""
    identity = Identity()
    pipe.send(identity.fingerprint)
    answers, asked = pipe.recv()
    peers = [Light(identity, answer) for answer in answers]
    waiting = {peer.sock.fileno(): peer for peer in peers}
    for peer in peers:
        peer.check()
    begun, seen, deadline = set(), {}, time.monotonic() + 20
    while len(seen) < len(peers) and time.monotonic() < deadline:
        for number in select.select(list(waiting), [], [], 0.05)[0]:
            peer = waiting[number]
            with contextlib.suppress(BlockingIOError):
                while True:
                    data = peer.sock.recv(2048)
                    if data[0] >= 128:
                        if len(data) > LEAST_PICTURE:
                            seen.setdefault(number, time.monotonic() - asked)
                    elif data[0] >= 20:
                        for out in peer.dtls.receive(data, monotonic_us()):
                            peer.sock.sendto(out, peer.to)
                    elif number not in begun:
                        begun.add(number)
                        peer.begin()
    pipe.send(sorted(seen.values()))


async def join():
    """Seconds from the offers to the pictures of 64 viewers."""
    plane, room, sender = await stage(CROWD)
    crowd = forward.Guests(rush)
    asked = time.monotonic()
    answers = [room.subscribe(f"s-{k}", offer(crowd, 1, "recvonly"), "127.0.0.1").sdp for k in range(CROWD)]
    running = asyncio.ensure_future(sender.ask("measured"))
    found = await crowd.ask((answers, asked))
    await running
    for guests in (crowd, sender):
        guests.process.join()
    plane.close()
    return {
        "clients": CROWD, "with_picture": len(found), "median_s": round(statistics.median(found), 2), "last_s": round(found[-1], 2),
        "way": "native" if forward.fast.NATIVE else "python",
    }  # fmt: skip


async def stage(count):
    plane = Plane(MediaConfig(0, ("127.0.0.1",)), monotonic_us)
    plane.open(asyncio.get_running_loop())
    keeper = Keeper()
    keeper.packet = lambda *_: None
    room = plane.room("bench", sink=keeper, news=lambda _: None)
    sender = forward.Guests(forward.publisher, "camera")
    assert await sender.ask([room.publish("s-pub", "an/camera", offer(sender, 1, "sendonly"), "127.0.0.1").sdp])
    await sender.ask("warm")
    room.apply(cast({f"s-{k}": ["an/camera"] for k in range(count)}, {"an/camera": "open"}))
    return plane, room, sender


def main():
    sys.setswitchinterval(forward.SWITCH_S)
    found = {"join": asyncio.run(join())}
    return found | {"many": [asyncio.run(forward.measure(MANY, "camera", way=way)) for way in forward.WAYS]}


if __name__ == "__main__":
    forward.alone()
    print(json.dumps(main(), indent=1))
