"""Chromium as publisher and viewers: simulcast layers, a layer by height, cuts, ICE restart. Decoded pictures only."""

import asyncio
import contextlib
import re
import time

import pytest
from aiohttp import web
from kit.browsers import chromium
from kit.media_peers import cast, plane_with_room, until

from server.media.plane import Slots
from server.media.tcp import STREAMS

pytestmark = [pytest.mark.browser, pytest.mark.alone]
PAGE = """<!doctype html><title>media</title><script>
const wait = ms => new Promise(r => setTimeout(r, ms));
async function publish(source, width, height, colour, simulcast) {
  const canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height;
  const draw = canvas.getContext('2d'); let n = 0;
  setInterval(() => { draw.fillStyle = colour; draw.fillRect(0, 0, width, height); draw.fillStyle = '#888';
    for (let i = 0; i < 40; i++) draw.fillRect((n * 7 + i * 61) % width, height * .7 + (i * 13) % (height * .3), 9, 9); n++ }, 40);
  const stream = canvas.captureStream(25); const pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  const audio = new AudioContext(); const tone = audio.createOscillator(); const out = audio.createMediaStreamDestination();
  tone.connect(out); tone.start();
  pc.addTransceiver(out.stream.getAudioTracks()[0], {direction: 'sendonly'});
  const encodings = simulcast ? [{rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 100e3}, {rid: 'm', scaleResolutionDownBy: 2,
    maxBitrate: 350e3}, {rid: 'h', maxBitrate: 1.2e6}] : [{maxBitrate: 250e3}];
  const t = pc.addTransceiver(stream.getVideoTracks()[0], {direction: 'sendonly', sendEncodings: encodings});
  t.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter(c => /VP8|rtx/.test(c.mimeType)));
  window.pub = pc; return await offer(pc, '/whip/' + source);
}
async function offer(pc, url) {
  await pc.setLocalDescription();
  const answer = await (await fetch(url, {method: 'POST', body: pc.localDescription.sdp})).json();
  pc.answer = answer.sdp; pc.resource = answer.resource;
  await pc.setRemoteDescription({type: 'answer', sdp: answer.sdp}); return answer.resource;
}
async function watch(seat, slots) {
  const pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'}); window.pcs = window.pcs || {}; window.pcs[seat] = pc; pc.videos = [];
  for (let i = 0; i < slots; i++) { pc.addTransceiver('audio', {direction: 'recvonly'});
    const t = pc.addTransceiver('video', {direction: 'recvonly'}); const v = document.createElement('video'); v.muted = true; v.autoplay = true;
    v.srcObject = new MediaStream([t.receiver.track]); document.body.append(v); pc.videos.push(v); }
  return await offer(pc, '/whep/' + seat);
}
function look(seat, slot) { const v = window.pcs[seat].videos[slot]; const c = document.createElement('canvas'); c.width = c.height = 8;
  const d = c.getContext('2d'); if (!v.videoWidth) return null; d.drawImage(v, 0, 0, v.videoWidth, v.videoHeight * .5, 0, 0, 8, 8);
  const p = d.getImageData(4, 3, 1, 1).data; return {w: v.videoWidth, h: v.videoHeight, rgb: [p[0], p[1], p[2]],
    frames: v.getVideoPlaybackQuality().totalVideoFrames}; }
async function listen(seat) { const a = new Audio(); document.body.append(a); a.srcObject = new MediaStream(
  window.pcs[seat].getReceivers().map(r => r.track).filter(t => t.kind === 'audio')); await a.play(); }
async function sound(seat) { for (const one of (await window.pcs[seat].getStats()).values())
  if (one.type === 'inbound-rtp' && one.kind === 'audio') return {energy: one.totalAudioEnergy || 0, packets: one.packetsReceived,
    hidden: (one.concealedSamples || 0) / (one.totalSamplesReceived || 1), codec: one.codecId || ''}; return null; }
async function restart(pc) { pc.restartIce(); await pc.setLocalDescription();
  const lines = pc.localDescription.sdp.split('\\r\\n').filter(l => /^a=ice-(ufrag|pwd)/.test(l)).slice(0, 2).join('\\r\\n');
  const frag = await (await fetch('/restart/' + pc.resource, {method: 'POST', body: lines})).text();
  const get = n => frag.match(new RegExp('a=ice-' + n + ':(.*)'))[1].trim();
  const sdp = pc.answer.replace(/a=ice-ufrag:.*/g, 'a=ice-ufrag:' + get('ufrag')).replace(/a=ice-pwd:.*/g, 'a=ice-pwd:' + get('pwd'));
  await pc.setRemoteDescription({type: 'answer', sdp}); pc.answer = sdp; }
</script><body></body>"""


@contextlib.asynccontextmanager
async def stage(*, tcp_only=False):
    async with plane_with_room() as (plane, room, keeper):
        app = web.Application()
        listener = await asyncio.get_running_loop().create_server(plane.stream, "127.0.0.1", 0)
        plane.announce_tcp(listener.sockets[0].getsockname()[1])

        async def page(_):
            return web.Response(text=PAGE, content_type="text/html")

        async def whip(request):
            source = request.match_info["source"] + "/camera"
            answer = room.publish(f"s-{source}", source, await request.text(), "127.0.0.1")
            return web.json_response({"sdp": reachable(answer.sdp), "resource": answer.resource})

        def reachable(sdp):
            """What is left of an answer where a firewall lets no UDP through."""
            return re.sub(r"a=candidate:\S+ 1 udp .*\r\n", "", sdp) if tcp_only else sdp

        async def whep(request):
            answer = room.subscribe(request.match_info["seat"], await request.text(), "127.0.0.1")
            return web.json_response({"sdp": reachable(answer.sdp), "resource": answer.resource})

        async def restart(request):
            return web.Response(text=room.restart(request.match_info["id"], await request.text()).sdpfrag)

        app.add_routes([web.get("/", page), web.post("/whip/{source}", whip), web.post("/whep/{seat}", whep),
                        web.post("/restart/{id}", restart)])  # fmt: skip
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        async with chromium() as browser:
            tab = await browser.new_page()
            await tab.goto(f"http://127.0.0.1:{port}/")
            try:
                yield plane, room, keeper, tab
            finally:
                await runner.cleanup()
                listener.close()


async def seen(tab, seat, slot, check, seconds=15):
    deadline = time.monotonic() + seconds
    while True:
        found = await tab.evaluate(f"look('{seat}', {slot})")
        if found and check(found):
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)


def layers_of(room, source):
    stats = room.stats().sources.get(source)
    return {} if stats is None else stats.layers


def red(found):
    return found["rgb"][0] > 150 > found["rgb"][2]


def blue(found):
    return found["rgb"][2] > 150 > found["rgb"][0]


async def test_simulcast_layers_by_height_and_cuts_in_place():
    async with stage() as (plane, room, keeper, tab):
        await tab.evaluate("publish('an', 1280, 720, '#d00000', true)")
        await tab.evaluate("publish('ba', 320, 180, '#0000d0', false)")
        room.apply(cast({"s-x": ["an/camera", "ba/camera"], "s-y": ["an/camera"]}, {"an/camera": "open"}, {"an/camera"}))
        await tab.evaluate("watch('s-x', 2)")
        await tab.evaluate("watch('s-y', 1)")
        await until(lambda: set(layers_of(room, "an/camera")) >= {"a", "l", "m", "h"}, 30)
        await seen(tab, "s-x", 0, lambda f: red(f) and f["w"] == 1280)
        await seen(tab, "s-x", 1, blue)
        room.wishes("s-y", {"an/camera": 180})
        await seen(tab, "s-y", 0, lambda f: red(f) and f["w"] == 320)
        room.wishes("s-y", {"an/camera": 360})
        await seen(tab, "s-y", 0, lambda f: red(f) and f["w"] == 640)
        assert (await seen(tab, "s-x", 0, red))["w"] == 1280, "one viewer's wish is its own"
        told = [n for n in keeper.news if isinstance(n, Slots) and n.seat == "s-y"][-1]
        assert told.slots[0].layer == "m"

        times = []
        for n in range(10):
            target, check = (["ba/camera"], blue) if n % 2 == 0 else (["an/camera"], red)
            began = time.monotonic()
            room.apply(cast({"s-x": target}, {}, {"an/camera"}))
            await seen(tab, "s-x", 0, check)
            times.append(time.monotonic() - began)
            await asyncio.sleep(0.3)
        assert sorted(times)[5] < 0.9, f"three times the goal: {times}"
        assert room.stats().sources["an/camera"].rtt_ms is not None, "the browser answers our RRTR"
        assert not {"srtp", "rtp_malformed", "protect", "rtcp_malformed"} & set(plane.counters), plane.counters


async def test_ice_restart_both_ways_keeps_the_picture():
    async with stage() as (_, room, _keeper, tab):
        await tab.evaluate("publish('an', 320, 180, '#d00000', false)")
        room.apply(cast({"s-x": ["an/camera"]}))
        await tab.evaluate("watch('s-x', 1)")
        first = await seen(tab, "s-x", 0, red)
        old = {p.agent.current.ufrag for p in room._peers()}
        await tab.evaluate("restart(window.pub)")
        await tab.evaluate("restart(window.pcs['s-x'])")
        await seen(tab, "s-x", 0, lambda f: f["frames"] > first["frames"] + 40)
        await until(lambda: all(p.agent.previous is None for p in room._peers()), 8)
        assert not old & {p.agent.current.ufrag for p in room._peers()}
        last = await seen(tab, "s-x", 0, red)
        await seen(tab, "s-x", 0, lambda f: f["frames"] > last["frames"] + 20)


async def test_where_udp_is_blocked_everything_comes_by_tcp():
    async with stage(tcp_only=True) as (_, room, _keeper, tab):
        began = time.monotonic()
        await tab.evaluate("publish('an', 320, 180, '#d00000', false)")
        await until(lambda: all(peer.up for peer in room._peers()), 3)
        assert time.monotonic() - began < 1.5, "three times the goal"
        room.apply(cast({"s-x": ["an/camera"]}, {"an/camera": "open"}))
        await tab.evaluate("watch('s-x', 1)")
        first = await seen(tab, "s-x", 0, red)
        await seen(tab, "s-x", 0, lambda f: f["frames"] > first["frames"] + 40)
        assert all(peer.path.socket >= STREAMS for peer in room._peers())


async def test_a_browser_tells_enough_of_its_line():
    async with stage() as (_, room, _keeper, tab):
        await tab.evaluate("publish('an', 320, 180, '#d00000', false)")
        room.apply(cast({"s-x": ["an/camera"]}, {"an/camera": "open"}))
        await tab.evaluate("watch('s-x', 1)")
        await seen(tab, "s-x", 0, red)
        (viewer,) = room.viewers.values()
        await until(lambda: viewer.downlink.estimate.acked_bps > 30_000, 8)
        await asyncio.sleep(3)
        assert viewer.told[0].paused is None
        assert viewer.downlink.estimate.loss < 0.05


async def test_sound_sent_twice_is_heard(monkeypatch):
    monkeypatch.setattr("server.media.viewer.LOSS", -1.0)
    monkeypatch.setattr("server.media.viewer.LITTLE_LOSS", -1.0)
    async with stage() as (_, room, keeper, tab):
        await tab.evaluate("publish('an', 320, 180, '#d00000', false)")
        room.apply(cast({"s-x": ["an/camera"]}, {"an/camera": "open"}))
        await tab.evaluate("watch('s-x', 1)")
        await seen(tab, "s-x", 0, red)
        (publisher,) = room.publishers.values()
        assert publisher._red is not None, "this browser offers it"
        await tab.evaluate("listen('s-x')")
        await until(lambda: next(iter(room.viewers.values())).slots[0].audio.twice)
        await asyncio.sleep(3)
        found = await tab.evaluate("sound('s-x')")
        assert found["packets"] > 100
        assert found["energy"] > 0.01, found
        assert found["hidden"] < 0.3, found
        kept = [one[3].rest for one in keeper.packets if one[2] == "a"][-50:]
        assert len({rest[0] for rest in kept}) <= 2, "what is recorded is plain Opus: one or two configurations, no RED header"
