"""Cost of forwarding one packet: 1 publisher → n viewers, server CPU ÷ packets, beside the floors of the same run.

The server runs alone in this process; publisher and viewers are light peers in another, which complete ICE and DTLS and
count what arrives without decrypting it. `python tests/bench/forward.py [n …]` prints JSON.
"""

import asyncio
import json
import multiprocessing
import os
import re
import resource
import socket
import struct
import sys
import time

import aioice.stun
from kit.media_peers import Keeper, cast

from server.clock import monotonic_us
from server.media.dtls import Dtls, Identity
from server.media.plane import MediaConfig, Plane

SIZE, RATE, SECONDS = 1100, 200, 6


def offer(identity, slots, direction):
    """A minimal offer of one audio and one video section a slot."""
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(str(n) for n in range(2 * slots))]
    for n in range(2 * slots):
        audio = n % 2 == 0
        lines += [
            f"m={'audio' if audio else 'video'} 9 UDP/TLS/RTP/SAVPF " + ("111" if audio else "96 97"), "c=IN IP4 0.0.0.0",
            "a=rtcp-mux", "a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx",
            f"a=fingerprint:sha-256 {identity.fingerprint}", "a=setup:active", f"a=mid:{n}", f"a={direction}",
            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        ]  # fmt: skip
        lines += ["a=rtpmap:111 opus/48000/2"] if audio else [
            "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 transport-cc", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli",
            "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96",
        ]  # fmt: skip
        if direction == "sendonly":
            lines.append(f"a=ssrc:{1000 + n} cname:x")
    return "\r\n".join(lines) + "\r\n"


class Light:
    """Just enough of a peer: one socket, a check, a handshake, a counter."""

    def __init__(self, identity, answer):
        get = lambda name: re.search(rf"a={name}:(\S+)", answer)[1]  # noqa: E731
        self.to = ("127.0.0.1", int(re.search(r"m=\w+ (\d+)", answer)[1]))
        self.ufrag, self.pwd = get("ice-ufrag"), get("ice-pwd")
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        print_ = re.search(r"a=fingerprint:sha-256 (\S+)", answer)[1]
        self.dtls = Dtls(identity, {"sha-256": print_}, monotonic_us(), client=True)
        self.count = 0

    def check(self):
        message = aioice.stun.Message(aioice.stun.Method.BINDING, aioice.stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self.ufrag}:abcd"
        message.attributes["PRIORITY"] = 1
        message.attributes["ICE-CONTROLLING"] = 1
        message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity(self.pwd.encode())
        self.sock.sendto(bytes(message), self.to)

    def begin(self):
        for data in self.dtls.begin(monotonic_us()):
            self.sock.sendto(data, self.to)

    def readable(self):
        for _ in range(64):
            try:
                data = self.sock.recv(2048)
            except BlockingIOError:
                return
            if data[0] >= 128:
                self.count += 1
            elif 20 <= data[0] < 64:
                for out in self.dtls.receive(data, monotonic_us()):
                    self.sock.sendto(out, self.to)


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


def floor():
    """µs the kernel's sendto and the cipher alone cost for such a packet, in this run on this machine."""
    one, two = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    two.bind(("127.0.0.1", 0))
    data, to = os.urandom(SIZE), two.getsockname()
    begin = cpu()
    for _ in range(20_000):
        one.sendto(data, to)
    kernel = (cpu() - begin) / 20_000 * 1e6
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
    return {"kernel_us": round(kernel, 2), "cipher_us": round((cpu() - begin) / 20_000 * 1e6, 2)}


def main(counts=(8, 100)):
    found = {"floor": floor(), "forward": [asyncio.run(measure(n)) for n in counts]}
    total = found["floor"]["kernel_us"] + found["floor"]["cipher_us"]
    for row in found["forward"]:
        row["ratio_to_floor"] = round(row["us_per_forwarded_packet"] / total, 2)
    return found


if __name__ == "__main__":
    print(json.dumps(main(tuple(int(a) for a in sys.argv[1:]) or (8, 100)), indent=1))
