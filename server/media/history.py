"""Packets kept for retransmission, one ring per layer (MEDIA §6)."""

from __future__ import annotations

from server.media.rtp import Packet


class History:
    """The latest packets by extended sequence number."""

    __slots__ = ("_ring", "_size")

    def __init__(self, size: int) -> None:
        """Keep `size` packets."""
        self._size = size
        self._ring: list[Packet | None] = [None] * size

    def keep(self, packet: Packet) -> None:
        """Keep a packet in the place of the one `size` before it."""
        self._ring[packet.seq % self._size] = packet

    def find(self, seq: int) -> Packet | None:
        """Return packet `seq` if it is still kept."""
        packet = self._ring[seq % self._size]
        return packet if packet is not None and packet.seq == seq else None

    def since(self, seq: int, last: int) -> list[Packet] | None:
        """Return packets `seq`…`last` without a hole, or None."""
        if last - seq >= self._size:
            return None
        found = [self.find(number) for number in range(seq, last + 1)]
        return None if None in found else [packet for packet in found if packet is not None]
