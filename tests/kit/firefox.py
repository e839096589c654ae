"""Firefox in a network namespace of its own, driven by WebDriver BiDi (W3C) over a socket made inside that namespace.

On the loopback Firefox never connects a peer, whatever its preferences, so it gets one end of a veth pair: that takes root. There
is no driver in Debian; the few commands a test needs are a page of JSON over a WebSocket.
"""

import asyncio
import contextlib
import ctypes
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading

import pytest
import websockets
from kit.left_out import leave_out

HERE, THERE = "10.77.0.1", "10.77.0.2"
"""Our end of the pair, and Firefox's."""
PREFERENCES = {
    "media.navigator.permission.disabled": True, "media.navigator.streams.fake": True, "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0, "media.peerconnection.ice.obfuscate_host_addresses": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False, "app.update.enabled": False,
    "browser.safebrowsing.update.enabled": False, "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False, "extensions.update.enabled": False, "services.settings.server": "data:,",
    "media.gmp-manager.updateEnabled": False, "browser.shell.checkDefaultBrowser": False, "network.dns.disabled": False,
}  # fmt: skip
NETNS = 0x40000000  # CLONE_NEWNET


def firefox_path():
    """Where Firefox is. Left out, in one line, for whoever can make no namespace; missing where one could be made, as Chromium is."""
    if os.geteuid() or not (shutil.which("ip") and shutil.which("tc")):
        pytest.skip("Firefox left out: a veth namespace needs root, ip and tc")
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        leave_out("no Firefox on this machine")
    return found


def run(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10)


class Line:
    """The pair of interfaces: what leaves Firefox, and what comes to it, may be squeezed or cut."""

    def __init__(self, name):
        self.name, self.host = name, f"{name}h"

    def up(self):
        if run("ip", "netns", "add", self.name, check=False).returncode:
            pytest.skip("Firefox left out: this machine gives root no network namespace")
        run("ip", "link", "add", self.host, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "address", "add", f"{HERE}/30", "dev", self.host)
        run("ip", "link", "set", self.host, "up")
        run("ip", "-n", self.name, "address", "add", f"{THERE}/30", "dev", "eth0")
        for one in ("lo", "eth0"):
            run("ip", "-n", self.name, "link", "set", one, "up")
        run("ip", "-n", self.name, "route", "add", "default", "via", HERE)

    def squeeze(self, kbps):
        """Let so much through each way, with a queue of 300 ms; None: everything."""
        for command in (["tc"], ["tc", "-n", self.name]):
            at = self.host if len(command) == 1 else "eth0"
            run(*command, "qdisc", "del", "dev", at, "root", check=False)
            if kbps is not None:
                run(*command, "qdisc", "add", "dev", at, "root", "tbf", "rate", f"{kbps}kbit", "burst", "5kb", "latency", "300ms")

    def cut(self, *, off):
        """Pull Firefox's cable, or put it back."""
        run("ip", "-n", self.name, "link", "set", "eth0", "down" if off else "up")
        if not off:
            run("ip", "-n", self.name, "route", "replace", "default", "via", HERE)

    def socket(self, port):
        """A TCP connection to Firefox's own loopback: a socket belongs to the namespace it is made in."""
        found = []

        def inside():
            with open(f"/run/netns/{self.name}", "rb") as namespace:
                assert ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), NETNS) == 0, os.strerror(ctypes.get_errno())
            found.append(socket.create_connection(("127.0.0.1", port), 5))

        one = threading.Thread(target=inside)  # the thread alone moves, and ends there
        one.start()
        one.join()
        found[0].setblocking(False)
        return found[0]

    def down(self):
        run("ip", "netns", "del", self.name, check=False)
        run("ip", "link", "del", self.host, check=False)


class Tab:
    """One page, and the commands of BiDi that a test needs."""

    def __init__(self, stream):
        self._stream, self._numbers, self.context = stream, itertools.count(1), ""

    async def ask(self, method, **params):
        number = next(self._numbers)
        await self._stream.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(await asyncio.wait_for(self._stream.recv(), 30))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    async def begin(self):
        await self.ask("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.context = (await self.ask("browsingContext.getTree"))["contexts"][0]["context"]

    async def goto(self, address):
        await self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    async def evaluate(self, expression):
        """The value of an expression, waited for and passed as JSON."""
        result = await self.ask(
            "script.evaluate", expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self.context}, awaitPromise=True,
        )  # fmt: skip
        assert result["type"] == "success", result
        return json.loads(result["result"]["value"])


@contextlib.asynccontextmanager
async def firefox():
    """Yield (tab, line). Firefox ends, and its namespace with it, when the block does."""
    path, line = firefox_path(), Line(f"dc{os.getpid() % 100_000}")
    line.up()
    try:
        with tempfile.TemporaryDirectory() as home:
            profile = os.path.join(home, "profile")
            os.mkdir(profile)
            with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as file:
                file.writelines(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
            process = await asyncio.create_subprocess_exec(
                "ip", "netns", "exec", line.name, path, "--headless", "--no-remote", "--profile", profile,
                "--remote-debugging-port", "0", "about:blank", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                env=os.environ | {"HOME": home, "MOZ_DISABLE_CONTENT_SANDBOX": "1"}, start_new_session=True,
            )  # fmt: skip
            try:
                port = await asyncio.wait_for(_port(process.stderr), 40)
                drain = asyncio.ensure_future(process.stderr.read())
                async with websockets.connect(f"ws://127.0.0.1:{port}/session", sock=line.socket(port), max_size=1 << 24) as stream:
                    tab = Tab(stream)
                    await tab.begin()
                    yield tab, line
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                await process.wait()
                await drain
    finally:
        line.down()


async def _port(stderr):
    async for row in stderr:
        found = re.search(rb"WebDriver BiDi listening on ws://127\.0\.0\.1:(\d+)", row)
        if found:
            return int(found[1])
    raise AssertionError("Firefox ended before it listened")
