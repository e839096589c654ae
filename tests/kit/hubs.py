"""A real hub in its own process on free loopback ports, and an operator without a browser."""

import asyncio
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time

import aiohttp
import websockets

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_port():
    """A port free for TCP and UDP alike."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                return port


class Hub:
    """`diemcau serve --demo`; sites are started apart so that each can be killed."""

    def __init__(self, data, verb="serve", *options):
        self.data = str(data)
        self.port, self.local = free_port(), free_port()
        self.url = f"http://localhost:{self.local}"
        self.command = [
            sys.executable, "-m", "server", verb, *(["--demo"] if verb == "serve" else []), "--loopback", "--data", self.data,
            "--port", str(self.port), "--local-port", str(self.local), *options,
        ]  # fmt: skip
        self.process = None
        self.bots = None
        self.links = {}
        self.session = ""

    def start(self, seconds=30):
        log = open(os.path.join(os.path.dirname(self.data) or ".", "hub.log"), "ab")
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        deadline = time.monotonic() + seconds
        lines = []
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            assert line, f"the hub ended: {lines}"
            lines.append(line.rstrip())
            if line.startswith("ready "):
                self.session = line.split()[1]
                break
        tokens = re.findall(r"#enter=([\w-]+)", "\n".join(lines))
        self.links = {"operator": f"{self.url}/#enter={tokens[0]}", "secretary": f"{self.url}/#enter={tokens[1]}"}
        return self

    def cards(self):
        with open(os.path.join(self.data, "links.json"), encoding="utf-8") as file:
            return {card["site"]: card for card in json.load(file)}

    def simulate(self, *options):
        self.bots = subprocess.Popen(
            [sys.executable, "-m", "server", "simulate", "--links", os.path.join(self.data, "links.json"), "--folder",
             os.environ.get("DIEMCAU_CLIPS", self.data), *options],
            cwd=ROOT, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        for child in (self.bots, self.process):
            if child is not None and child.poll() is None:
                child.terminate()
        for child in (self.bots, self.process):
            if child is not None:
                try:
                    child.wait(20)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        if self.process is not None and self.process.stdout:
            self.process.stdout.close()

    def folder(self):
        return os.path.join(self.data, "sessions", self.session)


@contextlib.contextmanager
def hub(tmp_path, *options, bots=()):
    """A running hub; `bots` are options of `simulate`, None for no simulated sites."""
    made = Hub(tmp_path / "data", "serve", *options).start()
    try:
        if bots is not None:
            made.simulate(*bots)
        yield made
    finally:
        made.stop()


class Desk:
    """A signed-in person's console as a plain WebSocket client."""

    def __init__(self, hub_):
        self.hub = hub_
        self.view = {}
        self.slots = []
        self.health = {}
        self.answers = {}
        self.messages = []
        self._n = 0
        self._task = None
        self._changed = asyncio.Event()

    async def __aenter__(self):
        self.http = aiohttp.ClientSession(headers={"Origin": self.hub.url, "X-Diemcau": "1"})
        return self

    async def __aexit__(self, *_):
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self.socket.close()
        await self.http.close()

    async def enter(self, link):
        token = link.partition("#enter=")[2]
        async with self.http.post(f"{self.hub.url}/api/enter", json={"token": token}) as answer:
            assert answer.status == 200, await answer.text()
            self.cookie = "; ".join(f"{name}={m.value}" for name, m in answer.cookies.items())
        return self

    async def get(self, path, **headers):
        async with self.http.get(self.hub.url + path, headers={"Cookie": self.cookie, **headers}) as answer:
            return answer.status, await answer.read(), answer.headers

    async def connect(self):
        await self._open()
        self._task = asyncio.create_task(self._live())
        await self.until(lambda: "agenda" in self.view)
        return self

    async def _live(self):
        """Read, and come back after any loss, like a page does."""
        while True:
            with contextlib.suppress(OSError, websockets.WebSocketException):
                await self._read()
            await asyncio.sleep(0.2)
            with contextlib.suppress(OSError, websockets.WebSocketException, TimeoutError):
                await self._open()

    async def _open(self):
        where = f"ws://localhost:{self.hub.local}/api/sessions/{self.hub.session}/socket"
        self.socket = await websockets.connect(
            where, origin=self.hub.url, additional_headers={"Cookie": self.cookie}, max_size=1 << 20
        )
        challenge = json.loads(await self.socket.recv())
        await self.socket.send(json.dumps({"t": "hello", "seat": "p", "build": challenge["build"]}))

    async def _read(self):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in self.socket:
                message = json.loads(text)
                match message["t"]:
                    case "welcome" | "show":
                        self.view |= message["view"]
                        self.slots = message.get("slots", self.slots)
                    case "slots":
                        self.slots = message["slots"]
                    case "health":
                        self.health = {link["source"]: link for link in message["links"]}
                    case "done" | "refused":
                        self.answers[message["ref"]] = message
                self.messages.append(message)
                self._changed.set()

    async def until(self, what, seconds=90.0):
        deadline = time.monotonic() + seconds
        while not (value := what()):
            left = deadline - time.monotonic()
            assert left > 0, f"still {value!r}: {json.dumps(self.view.get('sites'), ensure_ascii=False)[:800]}"
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(left, 0.5))
        return value

    async def ask(self, do, ref=None, **fields):
        self._n += 1
        ref = ref or f"r{self._n}"
        self.answers.pop(ref, None)
        await self.socket.send(json.dumps({"t": "do", "ref": ref, "command": {"do": do, **fields}}))
        await self.until(lambda: ref in self.answers)
        return self.answers[ref].get("code", "done")

    async def take(self, item=None):
        if item is not None and self.view["agenda"]["next"] != item:
            assert await self.ask("item.next", item=item, after=self.view["agenda"]["rev"]) == "done"
            await self.until(lambda: self.view["agenda"]["next"] == item)
        wanted = self.view["agenda"]["next"]
        signing = any(one["id"] == wanted and one["kind"] == "signing" for one in self.view["agenda"]["items"])
        reason = {"reason": "signed on paper"} if signing else {}  # nothing is published in these runs
        answer = await self.ask("item.take", item=wanted, after=self.view["agenda"]["rev"], **reason)
        await self.until(lambda: answer != "done" or self.view["agenda"]["live"] == wanted)
        return answer

    def site(self, name):
        return next(one for one in self.view["sites"]["sites"] if one["id"] == name)

    def present(self):
        return [one["id"] for one in self.view["sites"]["sites"] if one["presence"] == "present"]
