"""Any bytes into any parser of the media plane give a value, `Malformed` or `Refused`, quickly."""

import re
import struct
import time

import aioice.stun
import aiortc.rtp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.media_peers import CONFIG

from server.media import h264, rtcp, rtp, sdp_offer, stun, tcp, twcc, vp8
from server.media.rtp import Packet
from signaling.errors import Malformed, Refused

IDS = {n: n % 6 for n in range(1, 15)}


def tolerant(parse, *args):
    try:
        return parse(*args)
    except (Malformed, Refused):
        return None


@given(st.binary(max_size=60), st.none() | st.integers(0, 3))
def test_h264(data, started):
    packet = Packet("video", "h264", 1, 2, 0)
    sps = tolerant(h264.read, packet, data, started)
    if sps is not None:
        width, height = h264.size(sps)
        assert (width == 0) == (height == 0)


@given(st.binary(max_size=600))
def test_stun(data):
    tolerant(stun.parse, data)


def binding(user="ours:theirs", key="p" * 22, nominate=True):
    message = aioice.stun.Message(aioice.stun.Method.BINDING, aioice.stun.Class.REQUEST)
    message.attributes["USERNAME"] = user
    message.attributes["PRIORITY"] = 1
    message.attributes["ICE-CONTROLLING"] = 5
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(key.encode())
    return bytes(message)


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_flipped_bit_of_a_check_never_authenticates_as_another(at, value):
    good = binding()
    data = bytearray(good)
    data[at % len(data)] = value
    request = tolerant(stun.parse, bytes(data))
    if request is not None and bytes(data)[: request_end(good)] != good[: request_end(good)]:
        assert not request.is_from("p" * 22)


def request_end(good):
    return good.index(struct.pack("!HH", 8, 20)) + 24


def test_stun_agrees_with_aioice():
    data = binding()
    request = stun.parse(data)
    assert (request.ours, request.nominates) == ("ours", True)
    assert request.is_from("p" * 22)
    assert not request.is_from("q" * 22)
    reply = stun.answer(request, "p" * 22, "127.0.0.9", 4242)
    message = aioice.stun.parse_message(reply)
    assert message.check_message_integrity(b"p" * 22)
    assert message.attributes["XOR-MAPPED-ADDRESS"] == ("127.0.0.9", 4242)
    six = aioice.stun.parse_message(stun.answer(request, "p", "2001:db8::7", 9))
    assert six.attributes["XOR-MAPPED-ADDRESS"] == ("2001:db8::7", 9)


@given(st.binary(max_size=300))
def test_rtp(data):
    tolerant(rtp.parse, data, IDS)


@given(st.binary(max_size=80).map(lambda tail: b"\x90\x60" + bytes(10) + b"\xbe\xde" + tail))
def test_rtp_extensions(data):
    header = tolerant(rtp.parse, data, IDS)
    if header is not None:
        assert 12 <= header.begin <= header.end <= len(data)


@given(st.binary(max_size=40))
def test_vp8(data):
    tolerant(vp8.read, Packet("video", "vp8", 0, 0, 0), data)
    vp8.size(data)


@given(st.binary(max_size=300) | st.binary(max_size=200).map(
    lambda body: struct.pack("!BBH", 0x81, 205, len(body) // 4) + body[: len(body) // 4 * 4]))  # fmt: skip
def test_rtcp(data):
    tolerant(rtcp.parse, data)


def rtcp_packet(kind, count, body, padded):
    body = body[: len(body) // 4 * 4]
    return struct.pack("!BBH", 0x80 | (0x20 if padded else 0) | count, kind, len(body) // 4) + body


FEEDBACK = st.tuples(
    st.integers(0, 65_535), st.integers(0, 65_535), st.binary(min_size=4, max_size=4), st.lists(st.integers(0, 65_535), max_size=30),
    st.binary(max_size=200),
).map(lambda one: bytes(8) + struct.pack("!HH", one[0], one[1]) + one[2] + b"".join(c.to_bytes(2) for c in one[3]) + one[4])  # fmt: skip


@given(FEEDBACK | st.binary(max_size=400), st.booleans())
def test_transport_feedback(body, padded):
    began = time.perf_counter()
    told = tolerant(twcc.parse, body)
    assert time.perf_counter() - began < 0.05
    if told is not None:
        assert 0 < len(told.arrivals) <= twcc.MOST_TOLD
    tolerant(rtcp.parse, rtcp_packet(205, 15, body, padded))


@given(st.lists(st.tuples(st.sampled_from([200, 201, 202, 203, 205, 206, 207]), st.integers(0, 31),
                          st.binary(max_size=160) | st.binary(max_size=60).map(lambda tail: bytes(8) + b"REMB" + tail), st.booleans()), max_size=5))  # fmt: skip
def test_compounds(packets):
    found = tolerant(rtcp.parse, b"".join(rtcp_packet(*one) for one in packets))
    if found is not None:
        assert found.remb is None or 0 <= found.remb <= 1 << 40


@given(st.lists(st.binary(max_size=40) | st.binary(min_size=200, max_size=1_400), max_size=8), st.lists(st.integers(1, 900), max_size=30))
def test_frames_survive_any_cut(datagrams, cuts):
    stream = b"".join(len(data).to_bytes(2) + data for data in datagrams)
    frames, found, at = tcp.Frames(), [], 0
    for cut in [*cuts, len(stream)]:
        found += frames.take(stream[at : at + cut])
        at += cut
    assert found == [data for data in datagrams if data]


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_in_frames(pieces):
    frames = tcp.Frames()
    for piece in pieces:
        if tolerant(frames.take, piece) is None:
            return
        assert len(frames._rest) <= tcp.MOST_FRAME + 2


@pytest.mark.parametrize("seqs", [(1,), (1, 2, 17, 18), (65_530, 65_535, 0, 3), tuple(range(100))])
def test_nacks_are_what_aiortc_reads(seqs):
    packets = aiortc.rtp.RtcpPacket.parse(rtcp.nack(1, 77, seqs))
    lost = {seq for packet in packets for seq in packet.lost}
    assert lost == set(seqs)
    assert set(rtcp.parse(rtcp.nack(1, 77, seqs)).nacks[0].seqs) == set(seqs)


def test_reports_are_what_aiortc_reads():
    ntp = rtcp.ntp_of(1_645_080_300_123_456)
    assert abs(rtcp.micros_of(ntp) - 1_645_080_300_123_456) <= 1
    data = rtcp.sender_report(5, ntp, 90_000, 10, 2_000) + rtcp.receiver_report(1, [(7, 12, 3, 70_000, 1, 2)])
    sender, receiver = aiortc.rtp.RtcpPacket.parse(data)
    assert (sender.ssrc, sender.sender_info.rtp_timestamp) == (5, 90_000)
    assert (receiver.reports[0].ssrc, receiver.reports[0].packets_lost) == (7, 3)
    assert rtcp.parse(data).reports[0].ntp == ntp


@given(st.text(max_size=600) | st.lists(st.sampled_from([
    "v=0", "a=group:BUNDLE 0 1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=video 9 UDP/TLS/RTP/SAVPF 96 97", "a=mid:0",
    "a=mid:1", "a=rtcp-mux", "a=setup:actpass", "a=ice-ufrag:x", "a=ice-pwd:y", "a=rtpmap:111 opus/48000/2",
    "a=rtpmap:96 VP8/90000", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96", "a=fingerprint:sha-256 AA:BB", "a=ssrc:1 cname:x",
    "a=ssrc:x", "a=ssrc-group:FID 1 2", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", "a=extmap:x y", "a=rid:l send",
    "a=rid:", "a=rid:h recv", "junk", "a=", "m=", "m=application 9 x y", "a=fingerprint:sha-256 zz", "a=rtcp-fb:96 nack",
    "a=rtcp-fb:96"]), max_size=40).map("\r\n".join).map("v=0\r\n".__add__))  # fmt: skip
def test_sdp(text):
    tolerant(sdp_offer.parse, text)
    tolerant(sdp_offer.fragment, text)


async def test_sdp_of_aiortc_reads_the_same():
    from aiortc import RTCPeerConnection

    peer = RTCPeerConnection(CONFIG)
    for _ in range(16):
        peer.addTransceiver("audio", direction="recvonly")
        peer.addTransceiver("video", direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    offer = sdp_offer.parse(peer.localDescription.sdp)
    assert [s.kind for s in offer.sections] == ["audio", "video"] * 16
    assert offer.sections[1].codecs[0].rtx == offer.sections[1].codecs[0].payload_type + 1
    await peer.close()
    with pytest.raises(Refused, match="too-many-sections"):
        sdp_offer.parse("v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 33)
    with pytest.raises(Malformed):
        sdp_offer.parse("v=0\r\n" + "a=x\r\n" * 6001)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("a=setup:actpass", "a=setup:passive", "setup"),
        ("a=fingerprint:", "a=x:", "no-fingerprint"),
        ("a=ice-ufrag:", "a=x:", "no-ice"),
        ("VP8/90000|H264/90000", "AV1/90000", "no-common-codec"),
        ("opus/48000/2", "opus/8000", "no-common-codec"),
        ("a=rtcp-mux", "a=x", "no-bundle"),
        ("BUNDLE", "LS", "no-bundle"),
        ("m=audio", "m=application", "data-channel"),
    ],
)
async def test_what_we_do_not_do_is_refused_by_name(old, new, code):
    from aiortc import RTCPeerConnection

    peer = RTCPeerConnection(CONFIG)
    peer.addTransceiver("audio", direction="recvonly")
    peer.addTransceiver("video", direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    text = peer.localDescription.sdp
    await peer.close()
    with pytest.raises(Refused, match=code):
        sdp_offer.parse(re.sub(old, new, text))
