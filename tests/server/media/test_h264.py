"""H.264 publishers (RFC 6184): aiortc and FFmpeg's own WHIP muxer into a room, out to a viewer of either codec."""

import asyncio
import sys

import pytest
from aiohttp import web
from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.rtcdtlstransport import generate_certificate
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kit.h264_material import FrameTrack, access_units
from kit.media_peers import CONFIG, Watcher, cast, near, plane_with_room, publish, until

from server.media import h264, sdp_offer
from server.media.plane import Slots
from server.media.rtp import Packet
from server.simulation.clips import colour
from server.simulation.sites import only_loopback
from signaling.errors import Malformed, Refused
from signaling.h264 import size

RGB = (200, 40, 40)


def nals(unit):
    return [nal for nal in unit.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]


def a_packet(ts=1):
    return Packet("video", "h264", 1, ts, 0)


async def publish_h264(room, source):
    only_loopback()
    peer = RTCPeerConnection(CONFIG)
    peer.addTrack(FrameTrack(access_units(rgb=RGB)))
    known = RTCRtpSender.getCapabilities("video").codecs
    peer.getTransceivers()[0].setCodecPreferences([codec for codec in known if codec.mimeType in ("video/H264", "video/rtx")])
    await peer.setLocalDescription(await peer.createOffer())
    answer = room.publish(f"s-{source.split('/')[0]}", source, peer.localDescription.sdp, "127.0.0.1")
    assert "H264/90000" in answer.sdp
    assert "VP8" not in answer.sdp
    await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
    return peer


async def test_an_h264_source_is_seen_and_cuts_between_codecs_stay_in_place(tmp_path):
    async with plane_with_room() as (plane, room, keeper):
        one = await publish_h264(room, "an/camera")
        two, _ = await publish(room, "ba/camera", tmp_path)
        watcher = Watcher("s-chi", 1)
        answer = await watcher.join(room)
        assert "VP8/90000" in answer.sdp
        assert "H264/90000" in answer.sdp
        room.apply(cast({"s-chi": ["an/camera"]}, {}))
        await until(lambda: watcher.counts.get(0, 0) > 5)
        assert near(watcher.colour(0), RGB)
        stats = room.stats().sources["an/camera"]
        assert (stats.width, stats.height) == (320, 192)
        room.apply(cast({"s-chi": ["ba/camera"]}, {}))
        await until(lambda: near(watcher.colour(0), colour("ba/camera")))
        room.apply(cast({"s-chi": ["an/camera"]}, {}))
        await until(lambda: near(watcher.colour(0), RGB))
        assert {packet.codec for source, _, layer, packet, _ in keeper.packets if source == "an/camera"} == {"h264"}
        for peer in (one, two):
            await peer.close()
        await watcher.close()
        assert not {"srtp", "rtp_malformed", "protect", "unbound", "payload_type"} & set(plane.counters)


async def test_a_viewer_without_the_codec_is_told(tmp_path):
    async with plane_with_room() as (_, room, keeper):
        one = await publish_h264(room, "an/camera")
        watcher = Watcher("s-chi", 1)
        known = RTCRtpSender.getCapabilities("video").codecs
        vp8 = [codec for codec in known if codec.mimeType in ("video/VP8", "video/rtx")]
        watcher.peer.getTransceivers()[1].setCodecPreferences(vp8)
        await watcher.join(room)
        room.apply(cast({"s-chi": ["an/camera"]}, {}))
        await until(lambda: any(one.slots[0].paused == "codec" for one in keeper.of(Slots)))
        assert watcher.counts.get(0, 0) == 0
        await one.close()
        await watcher.close()


# FFmpeg built with GnuTLS (PyAV's, Debian's) makes its certificate on P-224 without offering that group, which OpenSSL
# refuses ("wrong curve", measured); given one on P-256 it connects
FFMPEG = """
import sys, time
sys.path.insert(0, sys.argv[2])
import av
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kit.h264_material import access_units
from kit.recording_material import opus
from fractions import Fraction
out = av.open(sys.argv[1], "w", format="whip", options={
    "authorization": "key", "cert_file": sys.argv[4], "key_file": sys.argv[4], **({"whip_flags": sys.argv[3]} if sys.argv[3] else {})})
v = out.add_stream("libx264", rate=25, options={"profile": "baseline", "tune": "zerolatency", "preset": "ultrafast", "g": "25"})
v.width, v.height, v.pix_fmt = 320, 192, "yuv420p"
a = out.add_stream("libopus", rate=48000, layout="stereo")
begin = time.monotonic()
for n in range(500):
    frame = av.VideoFrame(320, 192, "rgb24")
    frame.planes[0].update(bytes((200, 40, 40)) * (320 * 192))
    frame = frame.reformat(format="yuv420p"); frame.pts = n; frame.time_base = Fraction(1, 25)
    for packet in v.encode(frame): out.mux(packet)
    for half in (0, 1):
        sound = av.AudioFrame(format="s16", layout="stereo", samples=960)
        sound.planes[0].update(bytes(3840)); sound.sample_rate = 48000; sound.pts = (2 * n + half) * 960
        for packet in a.encode(sound): out.mux(packet)
    time.sleep(max(0, begin + (n + 1) / 25 - time.monotonic()))
"""


@pytest.mark.parametrize("flags", ["dtls_active", ""])
async def test_ffmpeg_publishes_by_whip(tmp_path, flags):
    """Its muxer says `setup:passive` unless told otherwise; that is refused by name, since we are the passive side."""
    async with plane_with_room() as (plane, room, keeper):
        refused = []

        async def whip(request):
            try:
                answer = room.publish("s-an", "an/camera", await request.text(), "127.0.0.1")
            except Refused as error:
                refused.append(error.code)
                return web.Response(status=406)
            return web.Response(status=201, text=answer.sdp, content_type="application/sdp", headers={"Location": "/x"})

        async def gone(_):
            return web.Response()

        app = web.Application()
        app.add_routes([web.post("/whip", whip), web.delete("/x", gone)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/whip"
        tests = str(__import__("pathlib").Path(__file__).parents[2])
        pem = tmp_path / "encoder.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        pem.write_bytes(key.private_bytes(*plain) + generate_certificate(key).public_bytes(serialization.Encoding.PEM))
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", FFMPEG, url, tests, flags, pem, stderr=asyncio.subprocess.PIPE, cwd=f"{tests}/.."
        )
        try:
            if not flags:
                await until(lambda: refused == ["setup"], 20)
                return
            watcher = Watcher("s-chi", 1)
            await watcher.join(room)
            room.apply(cast({"s-chi": ["an/camera"]}, {"an/camera": "open"}))
            await until(lambda: watcher.counts.get(0, 0) > 10, 20)
            assert near(watcher.colour(0), RGB)
            assert {layer for _, _, layer, _, _ in keeper.packets} == {"h", "a"}
            await watcher.close()
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()
            await runner.cleanup()


def test_where_a_key_frame_starts():
    unit, is_key = access_units()[0]
    assert is_key
    sps, pps, idr = (next(nal for nal in nals(unit) if nal[0] & 31 == kind) for kind in (7, 8, 5))
    assert size(sps) == (320, 192)
    started = None
    keys = []
    fragments = [idr[:1] and bytes((28, 0x85)) + idr[1:50], bytes((28, 0x05)) + idr[50:100], bytes((28, 0x45)) + idr[100:]]
    for payload in (sps, pps, *fragments):
        packet = a_packet()
        h264.read(packet, payload, started)
        keys.append(packet.key)
        started = packet.ts if packet.key else started
    assert keys == [True, False, False, False, False]
    bare = a_packet(2)
    assert h264.read(bare, fragments[0], started) is None
    assert bare.key, "a key frame whose parameter sets came before"
    both = a_packet(3)
    packed = b"\x18" + b"".join(len(nal).to_bytes(2) + nal for nal in (sps, pps))
    assert h264.read(both, packed, started) == sps
    assert both.key


@pytest.mark.parametrize("payload", [b"", b"\x18", b"\x1e\0", b"\x18\0\0\0\0", b"\x18\0\x09\x67"])
def test_what_is_no_h264_payload(payload):
    with pytest.raises(Malformed):
        h264.read(a_packet(), payload, None)


def test_only_baseline_in_mode_1_is_taken():
    text = (
        "v=0\r\na=group:BUNDLE 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n"
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100\r\n"
        "a=mid:0\r\na=rtcp-mux\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=640c1f;packetization-mode=1\r\n"
        "a=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=0;profile-level-id=42e01f\r\n"
        "a=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1; profile-level-id=42001f\r\n"
        "a=rtpmap:99 H264/90000\r\na=fmtp:99 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42E01F\r\n"
        "a=rtpmap:100 rtx/90000\r\na=fmtp:100 apt=99\r\n"
    )
    (codec,) = sdp_offer.parse(text).sections[0].codecs
    assert codec == ("h264", 99, 100, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42E01F")
    with pytest.raises(Refused):
        sdp_offer.parse(text.replace("SAVPF 96 97 98 99 100", "SAVPF 96 97"))
