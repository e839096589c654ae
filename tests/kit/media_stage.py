"""A bare page that publishes and watches with a browser's own WebRTC, and a plane behind it: decoded pictures only."""

import asyncio
import contextlib
import re

from aiohttp import web
from kit.media_peers import plane_with_room

PAGE = """<!doctype html><title>media</title><script>
const wait = ms => new Promise(r => setTimeout(r, ms));
async function publish(source, width, height, colour, simulcast, codec = 'VP8') {
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
  t.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter(c => c.mimeType === 'video/rtx' || c.mimeType === 'video/' + codec));
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
    v.srcObject = new MediaStream([t.receiver.track]); document.body.append(v); pc.videos.push(v); follow(v); }
  return await offer(pc, '/whep/' + seat);
}
function follow(v) { v.seen = v.gap = 0; v.last = performance.now();
  const frame = now => { v.gap = Math.max(v.gap, now - v.last); v.last = now; v.seen++; v.requestVideoFrameCallback(frame); };
  v.requestVideoFrameCallback(frame); }
function since(seat) { const now = performance.now(); return window.pcs[seat].videos.map(v => {
  const found = {frames: v.seen, gap: Math.max(v.gap, now - v.last)}; v.seen = v.gap = 0; v.last = Math.max(v.last, now); return found; }); }
async function received(seat) { const found = []; for (const one of (await window.pcs[seat].getStats()).values())
  if (one.type === 'inbound-rtp') found.push({kind: one.kind, mid: one.mid || '', frames: one.framesDecoded || 0, packets: one.packetsReceived,
    lost: one.packetsLost, frozen: one.freezeCount ?? null, hidden: one.concealedSamples || 0, silent: one.silentConcealedSamples || 0,
    samples: one.totalSamplesReceived || 0}); return found; }
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


def by_tcp(sdp):
    """What is left of an answer where a firewall lets no UDP through."""
    return re.sub(r"a=candidate:\S+ 1 udp .*\r\n", "", sdp)


@contextlib.asynccontextmanager
async def media_stage(host="127.0.0.1", reach=lambda sdp: sdp):
    """Yield (plane, room, keeper, address of the page); `reach` says by which candidates of an answer a page gets here.

    Other ends of a test come by the loopback, wherever the page is.
    """
    async with plane_with_room(*dict.fromkeys((host, "127.0.0.1"))) as (plane, room, keeper):
        app = web.Application()
        listener = await asyncio.get_running_loop().create_server(plane.stream, host, 0)
        plane.announce_tcp(listener.sockets[0].getsockname()[1])

        async def page(_):
            return web.Response(text=PAGE, content_type="text/html")

        async def whip(request):
            source = request.match_info["source"] + "/camera"
            answer = room.publish(f"s-{source}", source, await request.text(), host)
            return web.json_response({"sdp": reach(answer.sdp), "resource": answer.resource})

        async def whep(request):
            answer = room.subscribe(request.match_info["seat"], await request.text(), host)
            return web.json_response({"sdp": reach(answer.sdp), "resource": answer.resource})

        async def restart(request):
            return web.Response(text=room.restart(request.match_info["id"], await request.text()).sdpfrag)

        app.add_routes([web.get("/", page), web.post("/whip/{source}", whip), web.post("/whep/{seat}", whep),
                        web.post("/restart/{id}", restart)])  # fmt: skip
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, host, 0)
        await site.start()
        try:
            yield plane, room, keeper, f"http://{host}:{site._server.sockets[0].getsockname()[1]}/"
        finally:
            await runner.cleanup()
            listener.close()
