"""A camera behind a line of its own: what it sends is lost, late, out of order or doubled, and asked for again."""

import struct

from kit.virtual_lines import Line, VirtualCamera

from server.media import red, rtcp


class JitteryLine(Line):
    """Every packet takes `delay_us` ± `jitter_us`, which alone puts some out of order."""

    def __init__(self, world, bps, jitter_us, **how):
        super().__init__(world, bps, **how)
        self.jitter_us = jitter_us

    def send(self, data, deliver):
        late = self.world.random.randrange(2 * self.jitter_us)
        usual, self.delay_us = self.delay_us, self.delay_us - self.jitter_us + late
        super().send(data, deliver)
        self.delay_us = usual


class UplinkCamera(VirtualCamera):
    """`up`: the line its packets take. It answers NACKs with the packet itself, and says its sound twice (`doubled`)."""

    def __init__(self, hall, source, up, layers=None, *, doubled=False):
        self.up, self.doubled, self.kept, self.nacks, self.last = up, doubled, {}, 0, b""
        self.sent = set()
        super().__init__(hall, source, layers)

    def _out(self, packet):
        number, ssrc = struct.unpack("!H4xI", packet[2:8] + packet[8:12])
        self.sent.add((ssrc, number))
        self.kept[ssrc, number] = packet
        if len(self.kept) > 4_000:
            del self.kept[next(iter(self.kept))]
        self.up.send(packet, self._arrived)

    def _arrived(self, packet):
        if not self.peer.closed:
            self.hall.receive(self.peer, packet)

    def _asked(self, data):
        self.hall.world.at(self.hall.world.now + self.up.delay_us, lambda: self._told(data))

    def _told(self, data):
        if self.hall.world.random.random() < self.up.loss:
            return
        super()._asked(data)
        for lost in rtcp.parse(data).nacks:
            self.nacks += len(lost.seqs)
            for seq in lost.seqs:
                packet = self.kept.get((lost.ssrc, seq))
                if packet is not None:
                    self.up.send(packet, self._arrived)

    def _sound(self):
        if not self.doubled:
            super()._sound()
            return
        now = self._speech()
        payload = red.build(111, now, self.last, red.FRAME) if self.last else bytes([111]) + now
        self.last = now
        head = struct.pack("!BBHII", 0x80, 63, self.voice & 0xFFFF, self.voice * 960 & 0xFFFFFFFF, 1000)
        self.voice += 1
        self._out(head + payload)
