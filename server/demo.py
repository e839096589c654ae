"""`diemcau run`: the first ceremony, re-dated to now, with nine simulated participants and sign-in links."""

from __future__ import annotations

import argparse
import asyncio
import importlib.resources
import os
import signal
import subprocess
import sys
import time
from typing import Final

import msgspec

from server.app import App, next_start
from server.imports import read_yaml
from server.rooms import Room
from signaling.draft import redated
from signaling.names import Micros

SHEET: Final = "le-ky-ket-2022-02-17.yaml"
STALE_US: Final = 15 * 60 * 1_000_000
"""A ceremony still in setup this long after its planned start is left, and a fresh one made."""
QUICK_DEATH_S: Final = 3.0


async def prepare(app: App) -> Room:
    """Have a ceremony to lead, links for the simulated sites on disk, and print the sign-in links."""
    now = app.clock.now()
    room = _current(app, now)
    if room is None:
        sheet = importlib.resources.files("server").joinpath("ceremonies", SHEET).read_bytes()
        draft = await asyncio.to_thread(read_yaml, sheet)
        room = await app.create(redated(draft, next_start(now)))
    await _links(app, room)
    await _print(app, room)
    return room


def _current(app: App, now: Micros) -> Room | None:
    """Return the latest ceremony that goes on, or is in setup and not long overdue; never a rehearsal."""
    for room in sorted(app.gate.rooms.values(), key=lambda r: -r.session.state.sheet().start):
        state = room.session.state
        if state.rehearsal_of is not None:
            continue  # its people hold links of the ceremony it is for
        if state.phase in ("open", "suspended") or (state.phase == "setup" and now - state.sheet().start < STALE_US):
            return room
    return None


async def _links(app: App, room: Room) -> None:
    """Write links for every site, unless the file already holds this ceremony's: a restart keeps them good."""
    path = os.path.join(app.config.data, "links.json")
    marker = os.path.join(app.config.data, "links.for")
    try:
        with open(marker, encoding="ascii") as file:
            if file.read() == f"{room.session.name} {app.local_port}" and os.path.exists(path):
                return
    except OSError:
        pass
    cards = []
    for site in room.session.state.sheet().sites:
        token = await app.seats.issue(room.session.name, site.id, app.clock.now())
        link = f"{app.local_url()}/join#{token}"
        cards.append({"site": site.id, "vi": site.name.vi, "en": site.name.en, "link": link})
    for where, data in ((path, msgspec.json.encode(cards)), (marker, f"{room.session.name} {app.local_port}".encode())):
        fd = os.open(where + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "wb") as out:
            out.write(data)
        os.replace(where + ".new", where)


async def _print(app: App, room: Room) -> None:
    now = app.clock.now()
    base = app.urls()[0] if app.config.lan else app.local_url()
    for role, label in (("operator", "Người điều phối · operator"), ("secretary", "Thư ký · secretary")):
        person = await app.identity.ensure(role, role, now)  # type: ignore[arg-type]
        token = await app.identity.person_token(person.id, now)
        print(f"{label}:\n  {base}/#enter={token}")
    if app.config.lan:
        print(f"CA: http://{app.config.advertise[0] if app.config.advertise else '127.0.0.1'}:{app.config.ca_port}")
    if not app.config.advertise and not app.config.loopback:
        print(
            "Máy chưa có địa chỉ mạng: trình duyệt không thể kết nối hình, tiếng. Hãy nối mạng rồi chạy lại.\n"
            "This machine has no network address: browsers cannot connect media. Connect a network and start again."
        )
    if not os.environ.get("DISPLAY") and os.environ.get("SSH_CONNECTION"):
        print(f"ssh -L {app.local_port}:localhost:{app.local_port} …")
    print(f"ready {room.session.name}", flush=True)


def supervise(args: argparse.Namespace) -> int:
    """Run server and simulated sites as two processes, start whichever dies again, stop both on a signal."""
    common = ["--data", args.data]
    serve = [sys.executable, "-m", "server", "serve", "--demo", *common, "--port", str(args.port)]
    serve += ["--local-port", str(args.local_port), "--ca-port", str(args.ca_port)]
    serve += ["--lan"] * args.lan + ["--loopback"] * args.loopback
    for address in args.address:
        serve += ["--address", address]
    simulate = [sys.executable, "-m", "server", "simulate", "--links", os.path.join(args.data, "links.json")]
    simulate += ["--folder", args.data] + ["--quiet"] * args.quiet
    return _Supervisor(serve, simulate, os.path.join(args.data, "links.json")).run()


class _Supervisor:
    """Two children and a stop flag."""

    def __init__(self, serve: list[str], simulate: list[str], links: str) -> None:
        self.commands = {"serve": serve, "simulate": simulate}
        self.links = links
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.stopping = False

    def run(self) -> int:
        """Return the server's exit code when it cannot start, 0 after a signal."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        deaths = 0
        self._start("serve")
        try:
            while not self.stopping:
                time.sleep(0.1)
                code = self.children["serve"].poll()
                if code is not None:
                    deaths = deaths + 1 if time.monotonic() - self.started["serve"] < QUICK_DEATH_S else 0
                    if deaths > 2 or code in (1, 2):
                        return code
                    self._start("serve")
                elif "simulate" not in self.children and os.path.exists(self.links):
                    self._start("simulate")
                elif "simulate" in self.children and self.children["simulate"].poll() is not None:
                    time.sleep(1)
                    self._start("simulate")
            return 0
        finally:
            for child in reversed(self.children.values()):
                if child.poll() is None:
                    child.terminate()
            for child in self.children.values():
                try:
                    child.wait(15)
                except subprocess.TimeoutExpired:
                    child.kill()

    def _start(self, name: str) -> None:
        if not self.stopping:
            self.children[name] = subprocess.Popen(self.commands[name])  # noqa: S603 - our own interpreter
            self.started[name] = time.monotonic()

    def _stop(self, number: int, frame: object) -> None:
        del number, frame
        self.stopping = True
