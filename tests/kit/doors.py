"""A hub in this process on free loopback ports, and people knocking at its doors."""

import contextlib

import aiohttp
from kit.ceremonies import first_ceremony

from server.app import App
from server.config import Config, Limits
from server.simulation.sites import Device

OPEN = Limits(requests_per_s=10_000, requests_burst=10_000, strangers_per_s=10_000, strangers_burst=10_000)


class Caller:
    """One browser: its cookies, and the headers our own pages send."""

    def __init__(self, http, url, cookie=""):
        self.http, self.url, self.cookie = http, url, cookie

    async def ask(self, method, path, *, origin=True, **options):
        headers = {"Cookie": self.cookie} if self.cookie else {}
        headers |= {"Origin": self.url, "X-Diemcau": "1"} if origin else {}
        async with self.http.request(method, self.url + path, headers=headers, **options) as answer:
            data = await answer.read()
            plain = await answer.json() if answer.content_type == "application/json" else data
            return answer.status, plain, answer.headers

    async def get(self, path):
        return await self.ask("GET", path)

    async def post(self, path, **options):
        return await self.ask("POST", path, **options)


class House:
    """The running hub with its first ceremony, still in setup."""

    def __init__(self, app, http, room, folder):
        self.app, self.http, self.room, self.folder = app, http, room, folder
        self.path = f"/api/sessions/{room.session.name}"

    def stranger(self):
        return Caller(self.http, self.app.local_url())

    async def person(self, role):
        now = self.app.clock.now()
        person = await self.app.identity.ensure(role, role, now)
        secret = await self.app.identity.open_cookie(now, person=person)
        return Caller(self.http, self.app.local_url(), f"__Host-diemcau-p={secret}")

    async def site(self, site, room=None):
        now, name = self.app.clock.now(), (room or self.room).session.name
        token = await self.app.seats.issue(name, site, now)
        device = Device(str(self.folder / "keys" / f"{name}-{site}.pem"))
        entry = await self.app.seats.join(token, device.public, now)
        secret = await self.app.identity.open_cookie(now, link=entry.link, seat=f"s-{site}")
        return Caller(self.http, self.app.local_url(), f"__Host-diemcau-s-{site}={secret}")


@contextlib.asynccontextmanager
async def house(folder, draft=None, limits=OPEN):
    config = Config(data=str(folder / "data"), port=0, local_port=0, loopback=True, limits=limits)
    # DummyCookieJar: the cookies are `__Host-` and this is plain HTTP; each caller shows its own
    async with App(config).running() as app, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield House(app, http, await app.create(draft or first_ceremony()), folder)
