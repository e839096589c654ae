"""Light peers: just enough WebRTC to publish and to count, so that the server is measured and not its guests."""

import os
import re
import socket
import struct

import aioice.stun

from server.clock import monotonic_us
from server.media.dtls import Dtls

AUDIO_SSRC, VIDEO_SSRC = 1000, 1001


def offer(identity, slots, direction, rids=()):
    """A minimal offer of one audio and one video section a slot, the video in layers if `rids` names them."""
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(str(n) for n in range(2 * slots))]
    for n in range(2 * slots):
        audio = n % 2 == 0
        lines += [
            f"m={'audio' if audio else 'video'} 9 UDP/TLS/RTP/SAVPF " + ("111 63" if audio else "96 97"), "c=IN IP4 0.0.0.0",
            "a=rtcp-mux", "a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx",
            f"a=fingerprint:sha-256 {identity.fingerprint}", "a=setup:active", f"a=mid:{n}", f"a={direction}",
            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
            "a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        ]  # fmt: skip
        lines += [] if audio else [f"a=rid:{rid} send" for rid in rids]
        lines += ["a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111"] if audio else [
            "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 transport-cc", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli",
            "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96",
        ]  # fmt: skip
        if direction == "sendonly":
            lines.append(f"a=ssrc:{AUDIO_SSRC + n} cname:x")
    return "\r\n".join(lines) + "\r\n"


class Light:
    """One socket, a check, a handshake, a counter."""

    def __init__(self, identity, answer):
        get = lambda name: re.search(rf"a={name}:(\S+)", answer)[1]  # noqa: E731
        self.host = re.search(r"a=candidate:\S+ 1 udp \d+ (\S+)", answer)[1]
        self.to = (self.host, int(re.search(r"m=\w+ (\d+)", answer)[1]))
        self.ufrag, self.pwd = get("ice-ufrag"), get("ice-pwd")
        self.open()
        print_ = re.search(r"a=fingerprint:sha-256 (\S+)", answer)[1]
        self.dtls = Dtls(identity, {"sha-256": print_}, monotonic_us(), client=True)
        self.count = 0
        self.heard = {}

    def _control(self, data):
        """Remember when each of the server's sender reports came (RFC 3550 §6.4.1)."""
        plain = self.dtls.inbound.unprotect_rtcp(data)
        while len(plain) >= 4:
            size = 4 * (1 + int.from_bytes(plain[2:4]))
            if plain[1] == 200:
                ssrc, ntp = struct.unpack_from("!IQ", plain, 4)
                self.heard[ssrc] = (ntp >> 16 & 0xFFFFFFFF, monotonic_us())
            plain = plain[size:]

    def report(self):
        """Answer them with a receiver report: what the server takes its round trip from."""
        blocks = [
            struct.pack("!IIIIII", ssrc, 0, 0, 0, last, (monotonic_us() - at) * 65536 // 1_000_000)
            for ssrc, (last, at) in self.heard.items()
        ]
        head = struct.pack("!BBHI", 0x80 | len(blocks), 201, 1 + 6 * len(blocks), 7)
        self.sock.sendto(self.dtls.outbound.protect_rtcp(head + b"".join(blocks)), self.to)

    def open(self):
        """Take a socket of our own."""
        self.sock = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind((self.host, 0))
        self.sock.setblocking(False)

    def check(self):
        message = aioice.stun.Message(aioice.stun.Method.BINDING, aioice.stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self.ufrag}:abcd"
        message.attributes["PRIORITY"] = 1
        message.attributes["ICE-CONTROLLING"] = 1
        message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity(self.pwd.encode())
        self.sock.sendto(bytes(message), self.to)

    def begin(self):
        for data in self.dtls.begin(monotonic_us()):
            self.sock.sendto(data, self.to)

    def readable(self):
        for _ in range(64):
            try:
                data = self.sock.recv(2048)
            except BlockingIOError:
                return
            if data[0] >= 128:
                if len(data) > 1 and 192 <= data[1] <= 223:
                    self._control(data)
                else:
                    self.count += 1
            elif 20 <= data[0] < 64:
                for out in self.dtls.receive(data, monotonic_us()):
                    self.sock.sendto(out, self.to)

    def send(self, packet):
        self.sock.sendto(self.dtls.outbound.protect(packet), self.to)


class Stream:
    """A publisher's packets: VP8 at 25 fps in two packets a frame, Opus every 20 ms, a sender report a second."""

    def __init__(self, bits_per_second=400_000):
        self.piece = os.urandom(bits_per_second // 8 // 25 // 2)
        self.seq = self.frame = self.sound = 0

    def picture(self):
        """The next frame's packets."""
        key, n = self.frame % 100 == 0, self.frame
        self.frame += 1
        found = []
        for part in (0, 1):
            head = struct.pack(
                "!BBHII", 0x80, 0x80 * part | 96, self.seq & 0xFFFF, n * 3600 & 0xFFFFFFFF, VIDEO_SSRC
            )
            desc = bytes([0x90 if part == 0 else 0x80, 0xF0, 0x80 | n >> 8 & 0x7F, n & 255, n & 255, 0x20])
            tag = b"" if part else (b"\x10\0\0\x9d\x01\x2a\x80\x02\x68\x01" if key else b"\x11\0\0")
            found.append(head + desc + tag + self.piece)
            self.seq += 1
        return found

    def voice(self):
        """The next 20 ms of sound."""
        head = struct.pack("!BBHII", 0x80, 111, self.sound & 0xFFFF, self.sound * 960 & 0xFFFFFFFF, AUDIO_SSRC)
        self.sound += 1
        return head + b"\xf8" + self.piece[:79]

    def reports(self, ntp):
        """Sender reports of both streams (RFC 3550 §6.4.1), `ntp` in 1/2³² s."""
        return [
            struct.pack("!BBHIQIII", 0x80, 200, 6, ssrc, ntp, ts & 0xFFFFFFFF, count, count * 500)
            for ssrc, ts, count in (
                (AUDIO_SSRC, self.sound * 960, self.sound), (VIDEO_SSRC, self.frame * 3600, self.seq & 0xFFFFFFFF)
            )
        ]  # fmt: skip
