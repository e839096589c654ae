"""A UDP path on the loopback that loses what it is told to: one publisher's packets on their way to the plane."""

import asyncio
import random
import re


class _Side(asyncio.DatagramProtocol):
    def __init__(self, path, *, inward):
        self.path, self.inward, self.transport = path, inward, None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.path.passed(data, address, inward=self.inward)


QUEUE_S = 0.3


class LossyPath:
    """Relays datagrams; RTP and RTCP inward are lost with probability `loss`, outward with `back`, handshakes never. `bps`: what
    fits inward, with a queue of 300 ms; None: everything.
    """

    def __init__(self, port, loss=0.0, seed=1):
        self.target, self.loss, self.random = ("127.0.0.1", port), loss, random.Random(seed)
        self.client, self.sent, self.lost = None, 0, 0
        self.back, self.bps, self._free = 0.0, None, 0.0

    async def open(self):
        loop = asyncio.get_running_loop()
        self.outer, self.outer_side = await loop.create_datagram_endpoint(
            lambda: _Side(self, inward=True), local_addr=("127.0.0.1", 0)
        )
        self.inner, _ = await loop.create_datagram_endpoint(lambda: _Side(self, inward=False), local_addr=("127.0.0.1", 0))
        return self.outer.get_extra_info("sockname")[1]

    def passed(self, data, address, *, inward):
        if not inward:
            falls = 128 <= data[0] < 192 and self.random.random() < self.back
            if self.client is not None and not falls:
                self.outer.sendto(data, self.client)
            return
        self.client = address
        if 128 <= data[0] < 192:
            self.sent += 1
            if self.random.random() < self.loss:
                self.lost += 1
                return
        if self.bps is None:
            self.inner.sendto(data, self.target)
            return
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self._free)
        if start - loop.time() > QUEUE_S:
            self.lost += 1
            return
        self._free = start + len(data) * 8 / self.bps
        loop.call_at(self._free, self._late, data)

    def _late(self, data):
        if not self.inner.is_closing():
            self.inner.sendto(data, self.target)

    async def rebind(self):
        """Reach the target from another port from now on, as a NAT that forgot the old one does."""
        self.inner.close()
        loop = asyncio.get_running_loop()
        self.inner, _ = await loop.create_datagram_endpoint(lambda: _Side(self, inward=False), local_addr=("127.0.0.1", 0))

    def close(self):
        self.outer.close()
        self.inner.close()


def through(sdp, port):
    """An answer whose candidates lead to the path, and nowhere else."""
    sdp = re.sub(r"a=candidate:\S+ 1 tcp .*\r\n", "", sdp)
    return re.sub(r"(a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1) \d+", rf"\1 {port}", sdp)
