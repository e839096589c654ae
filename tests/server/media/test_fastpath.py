"""The two ways packets go out say the same, byte for byte, and may take turns; the C one is left out where it was not built."""

import asyncio
import os
import socket
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.media_streams import Camera, FakePeer
from kit.plays import PLAYS

from server.media import fast, h264, native, srtp
from server.media.forward import Out, Segment
from server.media.ice import Path
from server.media.layers import Layer
from server.media.port import Port
from server.media.publisher import PublisherClock
from server.media.rtp import AST, LEVEL, MID, TWCC, Packet
from server.media.sdp_offer import Codec, Section
from server.media.wire import Line, Wire

pytestmark = pytest.mark.skipif(fast.NATIVE is None, reason="the C path is not built (no compiler or no headers of Python)")
IDS = {MID: 4, AST: 2, TWCC: 3, LEVEL: 1}
CODECS = (Codec("vp8", 96, 97, ""), Codec("h264", 102, 103, ""))
SECTIONS = [
    Section("video", "1", CODECS, ids, {}, (), frozenset({"nack"})) for ids in (IDS, {MID: 4}, {AST: 2}, {TWCC: 3}, {})
] + [Section("audio", "0", (Codec("opus", 111, None, ""),), ids, {}, (), frozenset()) for ids in (IDS, {MID: 4}, {})]
KEYS = [(bytes(range(16)), bytes(range(50, 62))), (bytes(range(32)), bytes(range(70, 82)))]
STARTS = [0, 1, 32_767, 65_530, 65_535]
NEVER_ALIKE = ("peer", "wire", "layer", "want", "segments", "repairs")


class Hall:
    """Outs of every sort, all fed by the same layers, and the way they are fed by."""

    def __init__(self, ways, start):
        self.ways, self.turn, self.outs = ways, 0, []
        for n, section in enumerate(SECTIONS):
            peer = FakePeer()
            peer.wire.seal, peer.wire.salt, peer.wire.cipher = srtp.aead(*KEYS[n % 2])
            out = Out(peer, section, 0xA0000000 + n, 0xB0000000 + n, start % 32_768)
            out.red, out.twice = (63, n % 2 == 0) if section.kind == "audio" else (None, False)
            self.outs.append(out)

    def feed(self, layer, packet, now):
        layer = self.of(layer)
        for out in self.outs:
            if out.want is layer and (packet.key or layer.kind == "audio"):
                out.switch(packet, layer, now)
        self.turn += 1
        self.ways[self.turn % len(self.ways)].fan(layer.outs, packet, now, now & 0xFFFFFF)

    def of(self, layer):
        return layer[0 if self.ways == [fast.PYTHON] else 1]

    def seen(self):
        found = []
        for out in self.outs:
            slots = {name: getattr(out, name) for name in Out.__slots__ if name not in NEVER_ALIKE}
            maps = [[getattr(one, name) for name in Segment.__slots__ if name != "layer"] for one in out.segments]
            wire = out.wire
            found.append((slots, maps, wire.number, list(wire.times), list(wire.sizes), wire.pending, out.peer.counts))
        return found


def twins(make):
    """Two equal layers: each hall's outs hang on their own."""
    return make(), make()


def sounds(kind, layer, seq, ts, level):
    packet = Packet("audio", "opus", seq, ts & 0xFFFFFFFF, 0)
    packet.level, packet.rest, packet.size = level, bytes([kind]) * (40 + seq % 60), 60
    for one in layer:
        one.history.keep(packet)
    return packet


steps = st.lists(
    st.tuples(st.sampled_from("frame frame frame key voice voice lose late twice cut h264 pause".split()), st.integers(0, 127)),
    min_size=5, max_size=60,
)  # fmt: skip


def play(hall_a, hall_b, script, start):
    """Feed both halls the same."""
    cameras = [Camera(start=start, shape="full"), Camera(start=(start + 977) % 65_536, shape="short"), Camera(start=5, shape="none")]
    flat = Camera(name="m", start=(start + 3) % 65_536, shape="full")
    layers = [(c.layer, Layer("video", c.layer.name, "vp8", c.layer.ssrc, c.layer.clock)) for c in cameras]
    flat_layers = twins(lambda: Layer("video", "m", "h264", 9, flat.layer.clock))
    sound = twins(lambda: Layer("audio", "a", "opus", 77, PublisherClock()))
    halls, current, now, voice = (hall_a, hall_b), 0, 1_000_000, 0x10000 + start

    def aim(pair):
        for hall in halls:
            for out in hall.outs:
                if out.kind == pair[0].kind:
                    out.aim(hall.of(pair), now)

    aim(layers[0])
    aim(sound)
    for what, n in script:
        now += 40_000
        for camera in (*cameras, flat):
            camera.now = now
        if what == "voice":
            packets, pair = [sounds(n, sound, voice, voice * 960, n)], sound
            voice += 1
        elif what == "h264":
            aim(flat_layers)
            packets, pair = flat.frame(key=n % 3 == 0), flat_layers
            for packet in packets:
                packet.codec = "h264"
                h264.read(packet, bytes([0x65 if packet.key else 0x41]) + packet.rest, -1)
        else:
            current = n % 3 if what == "cut" else current
            pair = layers[current]
            if what == "pause":
                for hall in halls:
                    hall.outs[n % 5].aim(None, now)
            aim(pair)
            packets = cameras[current].frame(key=what in ("key", "cut"), parts=1 + n % 4, lose=(n % 3,) if what == "lose" else ())
            packets = packets[::-1] if what == "late" else packets + packets[-1:] if what == "twice" else packets
        for packet in packets:
            for hall in halls:
                hall.feed(pair, packet, now)


@given(steps, st.sampled_from(STARTS), st.booleans())
@settings(max_examples=PLAYS)
def test_both_ways_send_the_same_bytes_and_leave_the_same_state(script, start, by_turns):
    python, other = Hall([fast.PYTHON], start), Hall([fast.NATIVE, fast.PYTHON] if by_turns else [fast.NATIVE], start)
    play(python, other, script, start)
    assert python.seen() == other.seen()


def test_a_script_of_everything_is_mostly_sent_by_c(monkeypatch):
    """What the property above holds would hold as well if C gave every packet back."""
    python, other = Hall([fast.PYTHON], 7), Hall([fast.NATIVE], 7)
    script = [("key", 3)] + [("frame", 3), ("voice", 9)] * 40
    asked = Counter()
    forward = Out.forward
    monkeypatch.setattr(Out, "forward", lambda out, *what: asked.update([out in other.outs]) or forward(out, *what))
    play(python, other, script, 7)
    assert python.seen() == other.seen()
    assert asked[False] > 8 * 40
    assert asked[True] == 40, "doubled sound is Python's"


@pytest.mark.parametrize("size", [16, 32])
def test_keys_of_both_sizes_and_no_others(size):
    assert native.cipher(bytes(size), bytes(12)) is not None
    for key, salt in ((bytes(size - 1), bytes(12)), (bytes(size), bytes(11)), (b"", b"")):
        with pytest.raises(ValueError, match="AES-GCM"):
            native.cipher(key, salt)


def test_what_is_not_a_packet_or_a_stream_is_an_error_not_a_crash():
    module = native.module
    for wrong in ((), (1, 2, 3, 4), ([], None, "x", 0)):
        with pytest.raises(TypeError):
            module.fan(*wrong)
    with pytest.raises(AttributeError):
        module.fan([object()], None, 0, 0)
    with pytest.raises(TypeError):
        module.flush(())
    with pytest.raises(AttributeError):
        module.flush([object()])
    with pytest.raises((TypeError, AttributeError)):
        module.setup(Out, Out, Out, Out, Out, 1, 3, 0x10000, 2048)
    module.fan([], None, 0, 0)


def test_a_numbers_too_large_is_an_error_and_the_object_stays_whole():
    hall = Hall([fast.NATIVE], 0)
    camera = Camera()
    pair = (camera.layer, camera.layer)
    for out in hall.outs[:5]:
        out.aim(camera.layer, 0)
    packet = camera.frame(key=True, parts=1)[0]
    hall.feed(pair, packet, 1_000_000)
    hall.outs[0].octets = 1 << 80
    with pytest.raises(OverflowError):
        hall.feed(pair, camera.frame(parts=1)[0], 1_040_000)
    assert hall.outs[0].octets == 1 << 80 or isinstance(hall.outs[0].octets, int)


# --- the end of a wake-up -------------------------------------------------------------------------------------------------


@pytest.fixture
def guest():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(2)
        yield sock


def a_port():
    port = Port(("127.0.0.1",), 0, Counter(), fast.NATIVE.flush)
    port.listen(asyncio.get_running_loop(), lambda *_: None)
    return port


def wire_to(port, guest):
    line, wire = port.line(Path(0, *guest.getsockname())), Wire()
    wire.emit, wire.single, wire.line = line.emit, line.single, line.native
    return wire, line


async def test_order_is_kept_whatever_the_sizes(guest):
    port = a_port()
    wire, _ = wire_to(port, guest)
    sizes = [700] * 50 + [300, 701, 701, 20, 20, 21, 1200] + [40] * 45 + [39]
    wire.pending = [bytes([n]) * size for n, size in enumerate(sizes)]
    expected, dirty = list(wire.pending), [wire]
    fast.NATIVE.flush(dirty)
    assert [guest.recv(2048) for _ in sizes] == expected
    assert dirty == []
    assert wire.pending == []
    assert not port.counters
    port.close()


async def test_wires_behind_tcp_or_without_a_way_are_emptied_by_python():
    out, told = Wire(), []
    out.emit, out.pending = told.append, [b"a", b"b"]
    lost = Wire()
    lost.pending = [b"c"]
    dirty = [out, lost]
    fast.NATIVE.flush(dirty)
    assert told == [[b"a", b"b"]]
    assert (out.pending, lost.pending, dirty) == ([], [], [])


async def test_what_the_kernel_refuses_is_counted(guest):
    port = a_port()
    wire, _ = wire_to(port, guest)
    guest.close()
    for _ in range(20):  # the first datagram to a closed port makes the kernel refuse a later one
        wire.pending = [b"x"]
        fast.NATIVE.flush([wire])
        await asyncio.sleep(0.01)
    wire.pending = [bytes(70_000)]
    fast.NATIVE.flush([wire])
    assert port.counters["port_send"] >= 1
    assert wire.pending == []
    port.close()


async def test_a_closed_line_never_writes_into_another_file(guest):
    """Its number is free at once: a file opened next may get it."""
    port = a_port()
    wire, line = wire_to(port, guest)
    number = line.sock.fileno()
    port.hang_up(Path(0, *guest.getsockname()))
    assert line.native.file == -1
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    right.setblocking(False)
    with left, right:
        if left.fileno() != number:
            os.dup2(left.fileno(), number)
        try:
            wire.pending = [b"secret", b"secret"]
            fast.NATIVE.flush([wire])
            with pytest.raises(BlockingIOError):
                right.recv(100)
        finally:
            if left.fileno() != number:
                os.close(number)
    port.close()


def test_a_line_is_known_by_its_class_not_by_its_looks():
    wire, told = Wire(), []
    wire.emit, wire.pending, wire.line = told.append, [b"a"], type("Line", (), {"file": 1})()
    fast.NATIVE.flush([wire])
    assert told == [[b"a"]]
    assert Line(3).file == 3
