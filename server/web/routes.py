"""Every URL in one table."""

from __future__ import annotations

from aiohttp import web

from server.web import (
    api,
    captions,
    checks,
    doors,
    exports,
    library,
    machines,
    notes,
    ops,
    pages,
    papers,
    people,
    prep,
    replay,
    sealing,
    settings,
    stamps,
    trials,
    whip,
    ws,
)
from server.web.edge import BEARER

_SESSION = "/api/sessions/{session:[a-z0-9-]{1,64}}"
_CAPTIONS = _SESSION + "/captions/{lang:vi|en}.vtt"
_EXPORT = _SESSION + "/exports/{export:[0-9a-f]{16}}"


def routes() -> list[web.RouteDef]:
    """Return the table. Routes named `bearer-only…` ask neither Origin nor cookie, only the bearer (RULINGS)."""
    return [
        *(web.get(path, pages.page) for path in pages.PAGES),
        web.get("/assets/{name}", pages.asset),
        web.get("/healthz", ops.healthz),
        web.get("/readyz", ops.readyz),
        web.get("/metrics", ops.metrics),
        web.get("/api/print.css", pages.print_css),
        *_people(),
        *_preparation(),
        *_media(),
        *_record(),
        *_papers(),
    ]


def _people() -> list[web.RouteDef]:
    return [
        web.get("/api/me", doors.me),
        web.post("/api/enter", doors.enter),
        web.post("/api/login", doors.login),
        web.post("/api/logout", doors.logout),
        web.post("/api/setup", doors.setup),
        web.get("/api/people", people.listed),
        web.post("/api/people", people.add),
        web.post("/api/people/{number:[0-9]{1,9}}/link", people.link),
        web.post("/api/people/{number:[0-9]{1,9}}/reopen", people.reopen),
        web.delete("/api/people/{number:[0-9]{1,9}}", people.close),
        web.post("/api/me/password", people.password),
        web.get(_SESSION + "/operators", people.operators),
        web.post("/api/join", doors.join),
        web.post("/api/lobby", doors.lobby),
        web.post("/api/lobby/{secret:[A-Za-z0-9_-]{20,64}}/still", doors.still),
        web.get(_SESSION + "/lobby/{seat:w-[0-9a-f]{8}}/still", doors.still_of),
    ]


def _preparation() -> list[web.RouteDef]:
    return [
        web.post("/api/sessions", prep.create),
        web.get("/api/sessions/template.xlsx", prep.template),
        web.get("/api/preflight/down", checks.down),
        web.post("/api/preflight/up", checks.up),
        *(route for root in ("/api/sessions", _SESSION) for route in _imports(root)),
        web.get(_SESSION + "/template.xlsx", prep.template),
        web.get(_SESSION + "/sheet.xlsx", prep.sheet_xlsx),
        web.get(_SESSION + "/sheet.yaml", prep.sheet_yaml),
        web.get(_SESSION + "/settings", settings.show),
        web.post(_SESSION + "/settings", settings.change),
        web.get(_SESSION + "/prints", prep.bare_prints),
        web.post(_SESSION + "/prints", prep.make_prints),
        web.get(_SESSION + "/prints/{id:[A-Za-z0-9_-]{22}}", prep.show_prints),
        web.post(_SESSION + "/check", checks.post),
        web.get(_SESSION + "/readiness", checks.board),
        web.post(_SESSION + "/trial", trials.run),
        web.get(_SESSION + "/trial", trials.found),
        web.get(_SESSION + "/trial/{clip}", trials.media),
        web.get(_SESSION + "/links", api.links),
        web.post(_SESSION + "/links", api.issue),
        web.delete(_SESSION + "/links/{site:[a-z0-9-]{1,40}}", api.revoke),
        web.post(_SESSION + "/rehearsal", api.rehearse),
        web.get(_SESSION + "/machines", machines.listed),
        web.post(_SESSION + "/machines", machines.issue),
        web.delete(_SESSION + "/machines/{site:[a-z0-9-]{1,40}}/{name:[a-z]{1,16}}", machines.revoke),
    ]


def _media() -> list[web.RouteDef]:
    media = _SESSION + "/media/{resource:[A-Za-z0-9_-]{8,64}}"
    return [
        web.get(_SESSION + "/socket", ws.handle),
        web.post(_SESSION + "/whip/{source:[a-z]{1,16}}", whip.publish, name=f"{BEARER}-whip"),
        web.post(_SESSION + "/whep", whip.subscribe, name=f"{BEARER}-whep"),
        web.options(_SESSION + "/whep", whip.options),
        web.options(_SESSION + "/whip/{source:[a-z]{1,16}}", whip.options),
        web.patch(media, whip.restart, name=f"{BEARER}-patch"),
        web.delete(media, whip.delete, name=f"{BEARER}-delete"),
    ]


def _papers() -> list[web.RouteDef]:
    document = _SESSION + "/documents/{document:[a-z0-9-]{1,40}}"
    ticket = _SESSION + "/tickets/{ticket:[A-Za-z0-9_-]{8,64}}"
    stamp = _SESSION + "/stamps/{ticket:[A-Za-z0-9_-]{8,64}}"
    return [
        web.get(_SESSION + "/signing", papers.means),
        web.post(document + "/file", papers.upload),
        web.get(document + "/file", papers.file),
        web.post(document + "/publish", papers.publish),
        web.get(document + "/pages/{page:[0-9]{1,4}}.png", papers.page),
        web.post(document + "/scan", papers.scan),
        web.post(document + "/tickets", papers.issue),
        web.post(document + "/stamp", stamps.prepare),
        web.post(stamp, stamps.finish),
        web.get(stamp + "/pdf", stamps.pdf),
        web.get(ticket + "/pdf", papers.ticket_pdf),
        web.post(ticket + "/finish", papers.finish),
        web.post(ticket + "/cancel", papers.cancel),
        web.post(_SESSION + "/minutes", sealing.make_minutes),
        web.post(_SESSION + "/minutes/facts", sealing.minutes_facts),
        web.post(_SESSION + "/minutes/docx", sealing.minutes_draft),
        web.post(_SESSION + "/seal", sealing.make_seal),
        web.get(_SESSION + "/seal", sealing.show_seal),
    ]


def _record() -> list[web.RouteDef]:
    return [
        web.get("/api/library", library.listed),
        web.put(_SESSION + "/retention", library.classify),
        web.put(_SESSION + "/hold", library.hold),
        web.delete(_SESSION + "/hold", library.hold),
        web.put(_SESSION + "/destruction", library.ask),
        web.delete(_SESSION + "/destruction", library.ask),
        web.post(_SESSION + "/destruction", library.confirm),
        web.get(_SESSION + "/replay/timeline", replay.timeline),
        web.get(_SESSION + "/replay/levels", replay.levels),
        web.get(_SESSION + "/captions", captions.listed),
        web.get(_CAPTIONS, captions.track),
        web.put(_CAPTIONS, captions.replace),
        web.delete(_CAPTIONS, captions.remove),
        web.get(_SESSION + "/exports", exports.listed),
        web.post(_SESSION + "/exports", exports.create),
        web.get(_EXPORT, exports.one),
        web.delete(_EXPORT, exports.remove),
        web.get(_EXPORT + "/file", exports.file),
        web.get(_SESSION + "/replay/media/{clip}", replay.media),
        web.post(_SESSION + "/replay/notes", notes.add),
        web.delete(_SESSION + "/replay/notes/{number:[0-9]{1,9}}", notes.remove),
    ]


def _imports(root: str) -> list[web.RouteDef]:
    """Return the doors of an import: into a ceremony, or (without one in the path) to become a new one."""
    one = root + "/import/{id:[0-9a-f]{64}}"
    return [
        web.post(root + "/import", prep.upload),
        web.post(one + "/mapping", prep.mapping),
        web.post(one + "/apply", prep.apply),
    ]
