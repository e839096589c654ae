"""The anchor beside our own figures: Debian's Janus (videoroom, two event loops) forwarding the same stream, 1 → n.

`python tests/bench/janus.py [n …]` prints JSON; needs root for a network namespace of its own, and `janus` installed.
"""

import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

import forward
import psutil
from kit.light_peers import AUDIO_SSRC, VIDEO_SSRC, Light
from websockets.sync.client import connect

from server.media import stun
from server.media.dtls import Identity

HOST, PORT, ROOM = "10.9.1.1", 8188, 1234
CONFIG = {
    "janus.jcfg": 'general: { configs_folder = "%s"\n plugins_folder = "%s/plugins"\n transports_folder = "%s/transports"\n'
    ' event_handlers_folder = "%s/events"\n loggers_folder = "%s/none"\n debug_level = 1\n session_timeout = 0\n event_loops = 2 }\n'
    'nat: { ice_lite = false\n full_trickle = false }\nplugins: { disable = "%s" }\ntransports: { disable = "%s" }\n',
    "janus.transport.websockets.jcfg": 'general: { json = "compact"\n ws = true\n ws_port = 8188\n ws_ip = "127.0.0.1"\n wss = false }\n',
    "janus.plugin.videoroom.jcfg": "general: { }\n",
}  # fmt: skip


class Session:
    """A WebSocket session of Janus."""

    def __init__(self):
        deadline = time.monotonic() + 15
        while True:
            try:
                self.socket = connect(f"ws://127.0.0.1:{PORT}", subprotocols=["janus-protocol"])
                break
            except OSError:
                assert time.monotonic() < deadline, "janus did not start"
                time.sleep(0.2)
        self.id = None
        self.id = self.ask("create")["data"]["id"]

    def ask(self, janus, handle=None, event=False, **more):
        message = {"janus": janus, "transaction": "t"} | more
        if self.id is not None:
            message["session_id"] = self.id
        if handle is not None:
            message["handle_id"] = handle
        self.socket.send(json.dumps(message))
        while True:
            found = json.loads(self.socket.recv(timeout=10))
            assert found["janus"] != "error", found
            if found["janus"] == "event" if event else found["janus"] == "success":
                return found

    def attach(self):
        return self.ask("attach", plugin="janus.plugin.videoroom")["data"]["id"]

    def message(self, handle, body, sdp=None, kind="offer", event=True):
        more = {"jsep": {"type": kind, "sdp": sdp}} if sdp else {}
        return self.ask("message", handle, event, body=body, **more)


DEFAULT = (("audio", "0", 111, "opus/48000/2"), ("video", "1", 96, "VP8/90000"))


class Lite(Light):
    """A light peer that answers checks: Janus is no lite agent."""

    def __init__(self, identity, remote=""):
        self.identity, self.host = identity, HOST
        self.open()
        self.pwd, self.to, self.count, self.heard = "abcdefghijklmnopqrstuvwx", None, 0, {}
        if remote:
            self.know(remote)

    def know(self, remote):
        print_ = re.search(r"a=fingerprint:sha-256 (\S+)", remote)[1]
        self.dtls = forward.Dtls(self.identity, {"sha-256": print_.upper()}, forward.monotonic_us(), client=True)

    def sdp(self, direction, sections=DEFAULT, extra=None):
        """An offer or answer of these (kind, mid, payload type, codec)."""
        port = self.sock.getsockname()[1]
        lines = ["v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(mid for _, mid, _, _ in sections)]
        for kind, mid, pt, codec in sections:
            lines += [
                f"m={kind} {port} UDP/TLS/RTP/SAVPF {pt}", f"c=IN IP4 {HOST}", "a=rtcp-mux", "a=ice-ufrag:abcd", f"a=ice-pwd:{self.pwd}",
                f"a=fingerprint:sha-256 {self.identity.fingerprint}", "a=setup:active", f"a=mid:{mid}", f"a={direction}",
                f"a=rtpmap:{pt} {codec}", f"a=candidate:1 1 udp 2130706431 {HOST} {port} typ host", "a=end-of-candidates",
                *([f"a=ssrc:{extra[kind]} cname:x"] if extra else []),
            ]  # fmt: skip
        return "\r\n".join([*lines, ""])

    def nominate(self, remote):
        """Check the other side's only candidate, as the side that offered."""
        get = lambda name: re.search(rf"a={name}:(\S+)", remote)[1]  # noqa: E731
        self.ufrag, own, self.pwd = get("ice-ufrag"), self.pwd, get("ice-pwd")
        self.to = (HOST, int(re.search(r"a=candidate:\S+ 1 udp \d+ \S+ (\d+)", remote)[1]))
        self.check()
        self.pwd = own

    def join(self, controlling=""):
        """Answer checks and shake hands until connected."""
        if controlling:
            self.nominate(controlling)
        deadline, begun = time.monotonic() + 8, False
        while not self.dtls.up and time.monotonic() < deadline:
            select.select([self.sock], [], [], 0.02)
            self.readable()
            flight = self.dtls.tick(forward.monotonic_us()) if begun else self.dtls.begin(forward.monotonic_us()) if self.to else ()
            begun = begun or self.to is not None
            for data in flight:
                self.sock.sendto(data, self.to)
        return self.dtls.up

    def readable(self):
        for _ in range(64):
            try:
                data, address = self.sock.recvfrom(2048)
            except BlockingIOError:
                return
            if data[0] >= 128:
                if 192 <= data[1] <= 223:
                    self._control(data)
                else:
                    self.count += 1
            elif data[:2] == b"\0\1":
                self.to = address
                self.sock.sendto(stun.answer(stun.parse(data), self.pwd, *address), address)
            elif 20 <= data[0] < 64:
                for out in self.dtls.receive(data, forward.monotonic_us()):
                    self.sock.sendto(out, self.to)


def publisher(pipe, kind):
    session, identity = Session(), Identity()
    handle = session.attach()
    session.message(handle, {"request": "create", "room": ROOM, "publishers": 1, "bitrate": 10_000_000, "audiocodec": "opus", "videocodec": "vp8"}, event=False)
    peer = Lite(identity)
    offered = peer.sdp("sendonly", extra={"audio": AUDIO_SSRC, "video": VIDEO_SSRC})
    found = session.message(handle, {"request": "joinandconfigure", "room": ROOM, "ptype": "publisher"}, offered)
    while "jsep" not in found:
        found = json.loads(session.socket.recv(timeout=10))
    peer.know(found["jsep"]["sdp"])
    assert peer.join(controlling=found["jsep"]["sdp"]), "the publisher is not connected"
    pipe.send(found["plugindata"]["data"]["id"])
    forward.steady(pipe, peer, kind)


def viewers(pipe, count):
    feed = pipe.recv()
    session, identity, peers = Session(), Identity(), []
    for _ in range(count):
        handle = session.attach()
        found = session.message(handle, {"request": "join", "room": ROOM, "ptype": "subscriber", "streams": [{"feed": feed}]})
        remote = found["jsep"]["sdp"]
        found = re.findall(r"m=(audio|video) .*?a=mid:(\S+).*?a=rtpmap:(\d+) (opus/48000/2|VP8/90000)", remote, re.DOTALL)
        peer = Lite(identity, remote)
        session.message(handle, {"request": "start", "room": ROOM}, peer.sdp("recvonly", found), "answer")
        assert peer.join(), "a viewer is not connected"
        peers.append(peer)
    pipe.send(len(peers))
    forward.drained(pipe, peers)


def measure(n, kind, janus):
    sender = forward.Guests(publisher, kind, told=False)
    feed = sender.pipe.recv()
    crowd = forward.Guests(viewers, n, told=False)
    crowd.pipe.send(feed)
    assert crowd.pipe.recv() == n
    sender.pipe.send("warm")
    sender.pipe.recv()
    crowd.pipe.send("count")
    before = crowd.pipe.recv()
    used = sum(janus.cpu_times()[:2])
    sender.pipe.send("measured")
    fed = sender.pipe.recv()
    used = sum(janus.cpu_times()[:2]) - used
    time.sleep(0.1)
    crowd.pipe.send("end")
    arrived = crowd.pipe.recv() - before
    for guests in (sender, crowd):
        guests.process.join(10)
    return {
        "viewers": n, "stream": kind, "us_per_forwarded_packet": round(used / arrived * 1e6, 2), "delivered": round(arrived / (n * fed), 3),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def run(n, kind):
    library = next(path for path in pathlib.Path("/usr/lib").glob("*/janus"))
    with tempfile.TemporaryDirectory() as folder:
        others = {kind: ",".join(p.name for p in (library / kind).glob("*.so") if keep not in p.name)
                  for kind, keep in (("plugins", "videoroom"), ("transports", "websockets"))}  # fmt: skip
        for name, text in CONFIG.items():
            if name == "janus.jcfg":
                text %= (folder, library, library, library, library, others["plugins"], others["transports"])
            pathlib.Path(folder, name).write_text(text)
        process = psutil.Popen(["janus", "-F", folder, "-C", f"{folder}/janus.jcfg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return measure(n, kind, process)
        finally:
            process.terminate()
            process.wait()


def main(counts=(8, 100)):
    if shutil.which("janus") is None or os.geteuid():
        return {"left out": "needs janus and root"}
    return [run(n, kind) for kind in ("camera", "paced", "even") for n in counts]


if __name__ == "__main__":
    if not os.geteuid() and not os.environ.get("DIEMCAU_BENCH_ALONE"):
        os.environ["DIEMCAU_BENCH_ALONE"] = "1"
        command = (f"ip link set lo up && ip link add veth0 type veth peer name veth1 && ip address add {HOST}/24 dev veth0 && "
                   'ip link set veth0 up && ip link set veth1 up && exec "$@"')  # fmt: skip
        os.execvp("unshare", ["unshare", "--net", "sh", "-c", command, "sh", sys.executable, *sys.argv])
    print(json.dumps(main(tuple(int(a) for a in sys.argv[1:]) or (8, 100)), indent=1))
