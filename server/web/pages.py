"""The built client: pages by name, assets by hash; and the plain-HTTP page that gives out the CA only."""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING, Final

from aiohttp import web

import server
from server.web.edge import HEADERS
from signaling.errors import Refused

if TYPE_CHECKING:
    from server.ca import Authority

PAGES: Final = {
    "/": "index", "/join": "join", "/hub": "hub", "/site": "site", "/replay": "replay", "/setup": "setup", "/people": "people", "/library": "library",
    "/stage": "stage", "/verify": "verify", "/sign": "sign",
}  # fmt: skip
CLIENT: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(server.__file__))), "client")
DIST: Final = os.path.join(CLIENT, "dist")
PLAYER: Final = os.path.join(DIST, "offline")
"""What a build puts there goes into bundles as `player/`: a replay that works from an unpacked folder."""
TYPES: Final = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2",
    ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json",
}  # fmt: skip


def build_id() -> str:
    """Return the client's build, `none` when it was not built."""
    try:
        with open(os.path.join(DIST, "build.txt"), encoding="ascii") as file:
            return file.read().strip()[:40]
    except OSError:
        return "none"


async def page(request: web.Request) -> web.Response:
    """Serve one of the pages."""
    return _file(os.path.join(DIST, f"{PAGES[request.path]}.html"), "no-cache")


async def asset(request: web.Request) -> web.Response:
    """Serve `GET /assets/{name}`: names carry a hash, so browsers may keep them for ever."""
    name = request.match_info["name"]
    if not all(c.isalnum() or c in "-_." for c in name) or name.startswith("."):
        raise Refused("no-page")
    return _file(os.path.join(DIST, "assets", name), "public, max-age=31536000, immutable")


async def print_css(request: web.Request) -> web.Response:
    """Serve the style of printed sheets: the server makes them, not the client's build."""
    del request
    return _file(os.path.join(os.path.dirname(os.path.abspath(__file__)), "print.css"), "no-cache")


def _file(path: str, cache: str) -> web.Response:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        raise web.HTTPNotFound from None
    kind = TYPES.get(os.path.splitext(path)[1], "application/octet-stream")
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=data, content_type=kind, charset=charset, headers={"Cache-Control": cache})


_HOW: Final = (
    ("Windows", "Mở tệp, chọn “Install Certificate…”, “Local Machine”, “Trusted Root Certification Authorities”."
     " / Open the file, “Install Certificate…”, “Local Machine”, “Trusted Root Certification Authorities”."),
    ("Firefox", "Cài đặt → Quyền riêng tư &amp; Bảo mật → Xem chứng chỉ → Nhập…; đánh dấu tin cậy cho trang web."
     " / Settings → Privacy &amp; Security → View Certificates → Import…; trust it for web sites."),
    ("Android", "Cài đặt → Bảo mật → Cài đặt chứng chỉ CA. / Settings → Security → Install a CA certificate."),
    ("Linux", "Chrome: Cài đặt → Bảo mật → Quản lý chứng chỉ → Nhập. / Chrome: Settings → Security → Manage"
     " certificates → Import."),
)  # fmt: skip


def ca_app(authority: Authority, urls: tuple[str, ...]) -> web.Application:
    """Return the application of the plain-HTTP port: the CA file, its fingerprint, how to install it, nothing else."""

    async def explain(request: web.Request) -> web.Response:
        del request
        how = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in _HOW)
        where = "".join(f"<li>{html.escape(url)}</li>" for url in urls)
        text = (
            "<!doctype html><html lang=vi><meta charset=utf-8><title>Điểm Cầu: chứng chỉ</title>"
            "<h1>Chứng chỉ của điểm cầu trung tâm / The hub's certificate</h1>"
            "<p><a href=/diemcau-ca.crt>Tải chứng chỉ / Download the certificate</a></p>"
            "<p>Đọc dãy số này qua điện thoại để so / Compare by telephone (SHA-256):</p>"
            f"<p><code>{authority.fingerprint()}</code></p><dl>{how}</dl>"
            f"<p>Sau đó mở / Then open:</p><ul>{where}</ul></html>"
        )
        headers = HEADERS | {"Content-Security-Policy": "default-src 'none'"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def certificate(request: web.Request) -> web.Response:
        del request
        with open(authority.path("ca.pem"), "rb") as file:
            data = file.read()
        disposition = {"Content-Disposition": 'attachment; filename="diemcau-ca.crt"'}
        return web.Response(body=data, content_type="application/x-x509-ca-cert", headers=disposition)

    app = web.Application()
    app.add_routes([web.get("/", explain), web.get("/diemcau-ca.crt", certificate)])
    return app
