"""The whole application in this process on free loopback ports, with a ceremony, and callers of every kind."""

import contextlib
import importlib.resources
import json

import aiohttp
import websockets

from server.app import App
from server.config import Config, Limits
from server.imports import read_yaml
from server.simulation.sites import Device
from signaling.names import SiteId

SHEET = importlib.resources.files("server").joinpath("ceremonies", "le-ky-ket-2022-02-17.yaml").read_bytes()


class There:
    """A running hub and its addresses."""

    def __init__(self, app, room, folder):
        self.asked = 0
        self.app, self.room, self.folder = app, room, folder
        self.url = app.local_url()
        self.api = f"/api/sessions/{room.session.name}"
        self.http = None

    def headers(self, cookie="", **more):
        found = {"Origin": self.url, "X-Diemcau": "1", **more}
        return found | ({"Cookie": cookie} if cookie else {})

    async def call(self, method, path, *, headers=None, **more):
        async with self.http.request(method, self.url + path, headers=self.headers() if headers is None else headers, **more) as answer:
            return answer.status, await answer.read(), answer.headers

    async def person(self, role="operator"):
        """Sign somebody in; returns the cookie."""
        person = await self.app.identity.ensure(role, role, self.app.clock.now())
        token = await self.app.identity.person_token(person.id, self.app.clock.now())
        async with self.http.post(f"{self.url}/api/enter", json={"token": token}, headers=self.headers()) as answer:
            assert answer.status == 200, await answer.text()
            return "; ".join(f"{name}={m.value}" for name, m in answer.cookies.items())

    async def site(self, name="vu-thu"):
        """Have a site join by its link from a fresh device; returns (cookie, device)."""
        device = Device(f"{self.folder}/{name}.pem")
        token = await self.app.seats.issue(self.room.session.name, SiteId(name), self.app.clock.now())
        asked = {"token": token, "key": device.public}
        async with self.http.post(f"{self.url}/api/join", json=asked, headers=self.headers()) as answer:
            assert answer.status == 200, await answer.text()
            return "; ".join(f"{k}={m.value}" for k, m in answer.cookies.items()), device

    def socket(self, cookie="", origin=None):
        where = f"{self.url.replace('http', 'ws', 1)}{self.api}/socket"
        extra = {"Cookie": cookie} if cookie else {}
        return websockets.connect(where, origin=origin or self.url, additional_headers=extra, max_size=1 << 20)

    async def operate(self, cookie, command):
        """Have a person of the hub do something; return the answer."""
        async with self.socket(cookie) as socket:
            await self.hello(socket, "p")
            self.asked += 1  # an answer is kept by its ref: a second command wants one of its own
            await socket.send(json.dumps({"t": "do", "ref": f"kit-{self.asked}", "command": command}))
            while (answer := json.loads(await socket.recv()))["t"] not in ("done", "refused"):
                pass
        return answer

    async def hello(self, socket, seat, device=None):
        """Say hello as a seat and return the welcome."""
        challenge = json.loads(await socket.recv())
        more = {"key": device.public, "sig": device.sign(challenge["nonce"])} if device else {}
        await socket.send(json.dumps({"t": "hello", "seat": seat, "build": challenge["build"], **more}))
        return json.loads(await socket.recv())


@contextlib.asynccontextmanager
async def running(folder, **limits):
    """Yield a `There`."""
    config = Config(data=str(folder / "data"), port=0, local_port=0, loopback=True, limits=Limits(**limits))
    async with App(config).running() as app, aiohttp.ClientSession() as http:
        found = There(app, await app.create(read_yaml(SHEET)), folder)
        found.http = http
        yield found
