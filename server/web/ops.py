"""Health and metrics (TRUST §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from signaling.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.web.gate import Gate


async def healthz(request: web.Request) -> web.Response:
    """Say that the loop answers; pages probe this after a loss. Readable from any origin: it tells nothing."""
    del request
    return web.Response(text="ok\n", headers={"Cache-Control": "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """Say whether every ceremony's recorder and log are up: 200, or 503 with what is not."""
    gate: Gate = request.app["gate"]
    down = [
        name for name, room in gate.rooms.items()
        if not room.recorder.health().running and room.session.state.phase != "sealed"
    ]
    return web.json_response({"ready": not down, "recorders_down": down}, status=503 if down else 200)


class _Numbers(Collector):
    """Reads plain counters at scrape time, so that the packet path owns nothing but ints."""

    def __init__(self, gate: Gate, media: dict[str, int]) -> None:
        self.gate = gate
        self.media = media

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the families."""
        drops = GaugeMetricFamily("diemcau_media_drops_total", "Datagrams dropped, by reason", labels=["reason"])
        for reason, count in sorted(self.media.items()):
            drops.add_metric([reason], count)
        yield drops
        yield GaugeMetricFamily("diemcau_sockets", "Open WebSockets", value=len(self.gate.sockets))
        yield GaugeMetricFamily("diemcau_refused_total", "Requests refused", value=self.gate.edge.refused)
        rate = GaugeMetricFamily("diemcau_source_kbps", "Bit rate of a source", labels=["session", "source"])
        for name, room in self.gate.rooms.items():
            for source, one in room.media.stats().sources.items():
                rate.add_metric([name, source], one.kbps)
        yield rate
        score = GaugeMetricFamily(
            "diemcau_line_score", "How good a line is, 0 to 100, smoothed; a site's, or a desk's by its seat",
            labels=["session", "who", "direction"],
        )  # fmt: skip
        for name, room in self.gate.rooms.items():
            for (who, direction), value in sorted(room.lines.scores().items()):
                score.add_metric([name, who, direction], round(value, 1))
        yield score


async def metrics(request: web.Request) -> web.Response:
    """Serve Prometheus text to this machine only."""
    if request.remote not in ("127.0.0.1", "::1"):
        raise Refused("not-allowed")
    registry = CollectorRegistry()
    registry.register(_Numbers(request.app["gate"], request.app["media_counters"]()))
    return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")
