"""One ceremony's folder, read alone: the replay page with what it asks for, and /verify; no store, no accounts, nothing is written."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import msgspec
from aiohttp import web

from recordings.papers_asks import PageAsk, PageImage
from server.documents import Documents
from server.history import Past
from server.paper_jobs import answer, pack
from server.web import captions, pages, replay
from server.web.edge import HEADERS, Handler, refusal
from server.workers import Workers
from signaling.errors import DiemcauError, Refused
from signaling.names import Micros

HOSTS: Final = ("127.0.0.1", "localhost")


class Folder:
    """The handlers of one folder."""

    def __init__(self, folder: str, session: str) -> None:
        """Read nothing yet."""
        self.folder, self.session = folder, session
        self.past = Past(folder, session)
        self._workers = Workers()

    def routes(self) -> list[web.RouteDef]:
        """Return what the page asks for; other ceremonies are not here."""
        root = f"/api/sessions/{self.session}"
        return [
            web.get("/", self._begin),
            web.get("/replay", pages.page),
            web.get("/verify", pages.page),
            web.get("/assets/{name}", pages.asset),
            web.get("/api/me", self._me),
            web.get(root + "/replay/timeline", self._timeline),
            web.get(root + "/replay/levels", self._levels),
            web.get(root + "/replay/media/{clip}", self._media),
            web.get(root + "/documents/{document:[a-z0-9-]{1,40}}/pages/{page:[0-9]{1,4}}.png", self._page),
            web.get(root + "/captions", self._captions),
            web.get(root + "/captions/{lang:vi|en}.vtt", self._track),
        ]

    async def _begin(self, request: web.Request) -> web.Response:
        del request
        return web.Response(status=302, headers={"Location": f"/replay?s={self.session}"})

    async def _me(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"person": None, "seats": [], "sessions": [], "build": pages.build_id()})

    async def _timeline(self, request: web.Request) -> web.Response:
        now = Micros(time.time_ns() // 1000)
        return replay.told(request, await asyncio.to_thread(self.past.timeline, now))

    async def _levels(self, request: web.Request) -> web.Response:
        return await replay.levels_of(request, self.past, Micros(time.time_ns() // 1000))

    async def _media(self, request: web.Request) -> web.StreamResponse:
        return await replay.clip_of(request, self.folder)

    async def _page(self, request: web.Request) -> web.Response:
        """Draw a page in a worker of its own: the folder may have come from anywhere."""
        data = await asyncio.to_thread(Documents(self.folder).read, request.query.get("sha", ""))
        ask = msgspec.json.encode(PageAsk(int(request.match_info["page"]), 1600))
        _, parts = answer(await self._workers.run("paper.page", ask, pack([data])), PageImage)
        return web.Response(body=parts[0], content_type="image/png", headers={"Cache-Control": "private, max-age=31536000, immutable"})

    async def close(self) -> None:
        """End the workers."""
        await self._workers.close()

    async def _captions(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(await asyncio.to_thread(captions.shown, self.folder, self.session))

    async def _track(self, request: web.Request) -> web.Response:
        return await captions.track_of(request, self.folder)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only this machine by its own name (a page elsewhere may have a name that leads here), refuse in JSON."""
    try:
        if request.url.host not in HOSTS:
            raise Refused("origin")
        response = await handler(request)
    except DiemcauError as error:
        response = refusal(error)
    except web.HTTPException as error:
        response = refusal(Refused("no-page" if error.status == 404 else "http"), error.status)
    if not response.prepared:
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def offline(folder: str, session: str) -> web.Application:
    """Return the application of one folder. Its log is read when the page asks."""
    app = web.Application(middlewares=[_guard])
    there = Folder(folder, session)
    app.add_routes(there.routes())

    async def close(_: web.Application) -> None:
        await there.close()

    app.on_cleanup.append(close)
    return app


async def listening(app: web.Application, port: int) -> tuple[web.AppRunner, int]:
    """Listen on the loopback; 0 is any free port. Return what to clean up, and the port. Raises `OSError`."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site: Any = web.TCPSite(runner, "127.0.0.1", port)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, runner.addresses[0][1]
