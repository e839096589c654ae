"""One source of a room through all its generations: floor gate, history, tap, fan-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from server.media import rtcp, rtp
from server.media.forward import Fan, fan
from server.media.layers import Layer
from server.media.levels import Meter
from server.media.news import Back, Gone, Lost, News, Sink, SourceStats, Stalled
from server.media.publisher import Publisher
from server.media.rtp import Packet
from signaling.names import Gate, SourceId

if TYPE_CHECKING:
    from server.media.forward import Out

LOST_US: Final = 2_000_000
STALLED_US: Final = 1_500_000
KEY_EVERY_US: Final = 8_000_000
KEY_EVERY_WANTED_US: Final = 4_000_000
ORDER: Final = ("l", "m", "h")
KEEP_TOP_US: Final = 10_000_000
GENERATIONS: Final = 2


class Source:
    """`current` is forwarded; `pending` waits for its first key frame (make before break, MEDIA §4)."""

    def __init__(
        self, name: SourceId, sink: Sink, news: Callable[[News], None], moved: Callable[[], None], send: Fan = fan
    ) -> None:
        """Begin without a publisher. `moved` is called when what can be forwarded changed."""
        self.name = name
        self.gate: Gate = "closed"
        self.wanted = False
        self.current: Publisher | None = None
        self.pending: list[Publisher] = []
        self.generation = 0
        self.alive = False
        self.wanted_us = 0
        self.told_layers: tuple[bool, bool, bool] | None = None
        self.meter = Meter()
        self._alive_layers: list[Layer] = []
        self.sink = sink
        self._fan = send
        self.taps_pre = False
        self._news = news
        self._moved = moved

    def add(self, publisher: Publisher) -> list[Publisher]:
        """Take a new generation. Returns those it evicts: a third waits for nobody."""
        self.pending.append(publisher)
        evicted: list[Publisher] = []
        while len(self.pending) + (self.current is not None) > GENERATIONS:
            evicted.append(self.pending.pop(0))
        return evicted

    def drop(self, publisher: Publisher) -> None:
        """A resource ended."""
        if publisher in self.pending:
            self.pending.remove(publisher)
        if publisher is self.current:
            self.current = None
            self._release(publisher)
            self.sink.closed(self.name, publisher.generation)
            if self.alive:
                self.alive = False
                self._news(Gone(self.name))
            self._moved()

    def _release(self, publisher: Publisher) -> None:
        for layer in publisher.layers.values():
            for out in [*layer.outs, *layer.wanting]:
                out.aim(None, 0)

    # --- the packet path --------------------------------------------------------------------------------------

    def media(self, publisher: Publisher, layer: Layer, packet: Packet, now: int) -> None:
        """Forward and tap one packet of the current generation."""
        if publisher is not self.current:
            if publisher in self.pending and (packet.key or not publisher.has_video):
                self._take_over(publisher)
            else:
                return
        if not self.alive:
            self.alive = True
            self._news(Back(self.name, publisher.has_video, publisher.generation))
            self._moved()
        capture_us = layer.clock.capture_us(packet.ts)
        if layer.kind == "audio":
            layer.level = packet.level
            self.meter.take(packet.level)
            if self.gate == "open" or (self.gate == "pre" and self.taps_pre):
                self.sink.packet(self.name, publisher.generation, "a", packet, capture_us)
        else:
            self.sink.packet(self.name, publisher.generation, layer.name, packet, capture_us)
        if layer.wanting and (packet.key or layer.kind == "audio"):
            for out in tuple(layer.wanting):
                out.switch(packet, layer, now)
            self._moved()
        if packet.key:
            for out in layer.outs:
                out.wire.burst_us = now
        if layer.outs:
            self._fan(layer.outs, packet, now, rtp.send_time(now))

    def _take_over(self, publisher: Publisher) -> None:
        old, self.current = self.current, publisher
        self.pending.remove(publisher)
        self.told_layers = None
        if old is not None:
            self._release(old)
            self.sink.closed(self.name, old.generation)
            old.peer.closed = True
        self._moved()

    def hole(self, publisher: Publisher, layer: Layer, span: tuple[int, int], now: int) -> None:
        """Tell the tap of packets that will not come."""
        if publisher is self.current and (layer.kind == "video" or self.gate == "open"):
            self.sink.gap(self.name, publisher.generation, layer.name, *span, now)

    def dated(self, publisher: Publisher, layer: Layer, report: rtcp.SenderReport, now: int) -> None:
        """Tell the tap of a sender report."""
        if publisher is self.current:
            self.sink.report(
                self.name, publisher.generation, layer.name, report.ssrc, report.rtp, report.ntp, now, publisher.rtt_us
            )

    # --- what viewers may have ----------------------------------------------------------------------------------

    def audio(self) -> Layer | None:
        """Return the sound, or None."""
        return None if self.current is None else self.current.layer("a")

    @property
    def codec(self) -> str:
        """Return what its picture is coded in; `vp8` while there is none."""
        layers = self.current.layers.values() if self.current is not None else ()
        return next((layer.codec for layer in layers if layer.kind == "video"), "vp8")

    def ladder(self, height: int, now: int) -> list[Layer]:
        """Return the layers a picture of `height` px may have, lowest first: those alive up to the wished one, or any
        alive; empty without one.
        """
        if self.current is None:
            return []
        found = [one for name in ORDER if (one := self.current.layer(name)) is not None and one.is_alive(now)]
        if not found:
            single = None if self.current.simulcast else self.current.layer("h")
            return [single] if single is not None else []
        best = "l" if height <= 240 else "m" if height <= 480 else "h"
        return [one for one in found if ORDER.index(one.name) <= ORDER.index(best)] or found[:1]

    def video(self, height: int, now: int) -> Layer | None:
        """Return the layer for a picture of `height` px: the wished one, else the next below, else any alive."""
        return next(reversed(self.ladder(height, now)), None)

    def has_other_layers(self, now: int) -> bool:
        """Tell whether a layer came or fell silent since this was last asked."""
        layers = self.current.layers.values() if self.current is not None else ()
        before, self._alive_layers = self._alive_layers, [layer for layer in layers if layer.is_alive(now)]
        return before != self._alive_layers

    def want_key(self, layer: Layer) -> None:
        """Have a key frame asked for."""
        if self.current is not None:
            self.current.want_key(layer)

    def layers_wanted(self, now: int) -> tuple[bool, bool, bool]:
        """Return which layers the publisher should send: `l` always, `m` for the record, `h` while wanted and 10 s
        longer (RULINGS).
        """
        if self.wanted:
            self.wanted_us = now
        return True, True, self.wanted or bool(self.wanted_us and now - self.wanted_us < KEEP_TOP_US)

    # --- time ---------------------------------------------------------------------------------------------------

    def tick(self, now: int) -> None:
        """Notice silence; have the record's key frames asked for."""
        publisher = self.current
        if publisher is None:
            return
        silent = now - publisher.last_us
        if self.alive and silent > LOST_US:
            self.alive = False
            self._news(Lost(self.name))
            self._moved()
        if publisher.peer.up and silent > STALLED_US and publisher.last_us and not publisher.stalled:
            publisher.stalled = True
            self._news(Stalled(publisher.peer.resource, publisher.peer.seat))
        every = KEY_EVERY_WANTED_US if self.wanted else KEY_EVERY_US
        for layer in publisher.layers.values():
            if layer.kind == "video" and layer.is_alive(now) and now - layer.key_us > every:
                publisher.want_key(layer)

    def stats(self, now: int) -> SourceStats | None:
        """Return measured facts, None without a publisher."""
        publisher = self.current
        if publisher is None:
            return None
        videos = [layer for layer in publisher.layers.values() if layer.kind == "video" and layer.is_alive(now)]
        best = max(videos, key=lambda layer: layer.width, default=None)
        sound = self.audio()
        rtt = None if publisher.rtt_us is None else publisher.rtt_us // 1000
        return SourceStats(
            rtt, max((layer.loss for layer in publisher.layers.values()), default=0), best.fps if best else 0,
            best.width if best else 0, best.height if best else 0,
            sum(layer.kbps for layer in publisher.layers.values()), -(sound.level if sound else 127),
            max(0, now - publisher.last_us) // 1000, {layer.name: layer.kbps for layer in publisher.layers.values()},
            best.codec if best else "",
        )  # fmt: skip


def gate_lets(gate: Gate, out: Out, operators: frozenset[str]) -> bool:
    """Tell whether a gate lets this viewer hear: `open` for all, `pre` for operators only (MEDIA §8)."""
    return gate == "open" or (gate == "pre" and out.peer.seat in operators)
