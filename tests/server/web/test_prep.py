import msgspec
import pytest
from kit.ceremonies import OPERATOR, first_ceremony, sheet_bytes, text
from kit.doors import house
from kit.sheets import HEADINGS, book, read

from signaling.commands import SYSTEM, OpenSession, ReportPresence
from signaling.draft import Site

pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")


@pytest.fixture
async def hub(tmp_path):
    async with house(tmp_path) as made:
        yield made


DOORS = [
    ("POST", "/import"), ("POST", f"/import/{'0' * 64}/mapping"), ("POST", f"/import/{'0' * 64}/apply"),
    ("GET", "/template.xlsx"), ("GET", "/sheet.xlsx"), ("GET", "/sheet.yaml"), ("GET", "/prints"), ("POST", "/prints"),
    ("GET", "/prints/" + "x" * 22), ("GET", "/readiness"), ("GET", "/settings"), ("POST", "/settings"),
]  # fmt: skip


async def test_who_may_prepare(hub):
    callers = {
        401: [hub.stranger()], 403: [await hub.site("vu-thu"), await hub.person("viewer"), await hub.person("staff")],
    }  # fmt: skip
    for status, who in callers.items():
        for caller in who:
            for method, path in DOORS:
                got, answer, _ = await caller.ask(method, hub.path + path, json={} if method == "POST" else None)
                assert got == status, (method, path, answer)
            assert (await caller.post("/api/sessions", data=b"x"))[0] == status
            assert (await caller.post("/api/sessions/import", data=b"x"))[0] == status
            assert (await caller.get("/api/sessions/template.xlsx"))[0] == status


async def test_only_our_own_pages_may_change_anything(hub):
    operator = await hub.person("operator")
    for method, path in DOORS:
        if method == "POST":
            assert (await operator.ask(method, hub.path + path, origin=False, json={}))[0] == 403
    assert (await operator.ask("POST", hub.path + "/check", origin=False, json={}))[0] == 403
    assert (await operator.ask("POST", "/api/preflight/up", origin=False, data=b"x"))[0] == 403


async def test_exports_come_back_as_no_change(hub):
    operator = await hub.person("operator")
    for name in ("sheet.xlsx", "sheet.xlsx?lang=en", "sheet.yaml"):
        status, data, headers = await operator.get(f"{hub.path}/{name}")
        assert status == 200
        assert headers["Content-Disposition"].startswith("attachment; filename=")
        assert read(data).draft == first_ceremony()
        status, answer, _ = await operator.post(hub.path + "/import", data=data)
        assert (status, answer["errors"], answer["code"]) == (201, [], None)
        diff = answer["diff"]
        assert diff["head"] == []
        assert not any(diff[part][how] for part in ("items", "sites", "delegates") for how in diff[part])


async def test_the_template_is_the_first_ceremony(hub):
    operator = await hub.person("operator")
    assert read((await operator.get("/api/sessions/template.xlsx"))[1]).draft == first_ceremony()
    english = (await operator.get(hub.path + "/template.xlsx?lang=en"))[1]
    assert read(english).maps[1].tab == "Programme"


async def test_import_mapping_apply(hub):
    operator = await hub.person("operator")
    status, answer, _ = await operator.post(hub.path + "/import", data=book(headings=("?",) * 2 + HEADINGS[2:]))
    assert status == 201
    assert answer["sheet"] is not None  # times are missing but nothing is wrong
    maps = answer["maps"]
    assert answer["preview"][0]["rows"][0] == {"number": 1, "cells": ["?", "?", *HEADINGS[2:]]}
    programme = next(one for one in maps if one["table"] == "agenda")
    programme["columns"] = [c for c in programme["columns"] if c["index"] > 1]
    programme["columns"] += [{"index": 0, "heading": "Bat dau luc", "field": "at"}, {"index": 1, "heading": "Dai", "field": "duration"}]
    where = f"{hub.path}/import/{answer['import']}"
    status, answer, _ = await operator.post(where + "/mapping", json={"maps": maps})
    assert (status, answer["errors"]) == (200, [])
    assert {one["id"] for one in answer["diff"]["items"]["added"]} == {"diem-danh", "tham-luan"}
    assert len(answer["diff"]["sites"]["removed"]) == 7
    status, made, _ = await operator.post(where + "/apply")
    assert status == 201
    draft = hub.app.gate.rooms[made["session"]].session.state.sheet()
    assert draft == read(book(), first_ceremony()).draft
    assert (await operator.post(where + "/apply"))[0] == 404
    # remembered for this agency: the same odd headings are understood without a hand
    odd = ("Bắt đầu lúc", "Dài", *HEADINGS[2:])
    answer = (await operator.post(hub.path + "/import", data=book(headings=odd)))[1]
    assert answer["sheet"]["start"] == draft.start


async def test_errors_block_and_name_rows(hub):
    operator = await hub.person("operator")
    answer = (await operator.post(hub.path + "/import", data=book((("25:00", 10, "X"),))))[1]
    assert answer["errors"][0] == {
        "row": "2", "column": "Giờ", "code": "bad-time", "value": "25:00", "sheet": "Chương trình",
    }  # fmt: skip
    status, refused, _ = await operator.post(f"{hub.path}/import/{answer['import']}/apply")
    assert (status, refused["code"]) == (409, "sheet-errors")
    status, answer, _ = await operator.post(hub.path + "/import", data=b"\xd0\xcf\x11\xe0")
    assert answer["code"] == "file-old-excel"
    status, refused, _ = await operator.post(f"{hub.path}/import/{answer['import']}/apply")
    assert (status, refused["code"]) == (409, "file-old-excel")
    status, answer, _ = await operator.post("/api/sessions", data=book((("25:00", 10, "X"),)))
    assert (status, answer["code"], answer["errors"][0]["row"]) == (400, "sheet-errors", "2")


async def test_too_large_is_cut_off(hub):
    operator = await hub.person("operator")
    status, answer, _ = await operator.post(hub.path + "/import", data=b"x" * 5_000_001)
    assert (status, answer["code"]) == (413, "file-too-large")


async def test_an_import_belongs_to_its_ceremony(hub):
    operator = await hub.person("operator")
    answer = (await operator.post("/api/sessions/import", data=book()))[1]
    assert answer["diff"] is None
    assert (await operator.post(f"{hub.path}/import/{answer['import']}/apply"))[0] == 404
    status, made, _ = await operator.post(f"/api/sessions/import/{answer['import']}/apply")
    assert status == 201
    assert made["session"] in hub.app.gate.rooms


async def test_no_sheet_is_applied_to_an_open_ceremony(hub):
    operator = await hub.person("operator")
    answer = (await operator.post(hub.path + "/import", data=book()))[1]
    session = hub.room.session
    session.ready_to_record = lambda: True
    await session.ask(ReportPresence("hub/camera", "back"), SYSTEM)
    await session.ask(OpenSession("test"), OPERATOR)
    status, refused, _ = await operator.post(f"{hub.path}/import/{answer['import']}/apply")
    assert (status, refused["code"]) == (409, "not-in-setup")


async def test_new_ceremonies_from_files_and_from_another(hub):
    operator = await hub.person("operator")
    for data in (sheet_bytes(), book()):
        status, made, _ = await operator.post("/api/sessions", data=data)
        assert status == 201
    start = first_ceremony().start + 86_400_000_000
    status, made, _ = await operator.post("/api/sessions", json={"clone_of": hub.room.session.name, "start": start})
    assert status == 201
    draft = hub.app.gate.rooms[made["session"]].session.state.sheet()
    assert draft.start == start
    assert len(draft.items) == 19
    assert draft.delegates == ()
    assert not any(site.phone or site.duty for site in draft.sites)
    assert (await operator.post("/api/sessions", json={"clone_of": "none"}))[0] == 404


async def test_prints_issue_links_once_and_spare_bound_devices(hub):
    operator = await hub.person("operator")
    await hub.site("vu-thu")
    status, made, _ = await operator.post(hub.path + "/prints", json={"rehearsal": first_ceremony().start})
    assert status == 201
    assert len(made["sites"]) == 8
    assert "vu-thu" not in made["sites"]
    status, page, headers = await operator.get(made["url"])
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert "style-src 'self'" in headers["Content-Security-Policy"]
    assert page.count(b"<svg") == 8
    assert (await operator.get("/api/print.css"))[0] == 200
    assert (await (await hub.person("secretary")).get(made["url"]))[0] == 403
    assert (await operator.get(hub.path + "/prints/" + "y" * 22))[0] == 404
    links = {link.site: link.state for link in await hub.app.seats.links(hub.room.session.name)}
    assert links["vu-thu"] == "bound"
    bare = (await operator.get(hub.path + "/prints?lang=en"))[1].decode()
    assert "<svg" not in bare
    assert "Site sheet" in bare
    assert (await operator.post(hub.path + "/prints", json={"sites": ["ha-noi"]}))[0] == 409


async def test_hostile_names_are_text(tmp_path):
    evil = "<script>alert(1)</script>\"'&"
    base = first_ceremony()
    sites = (*base.sites[:1], Site("an", "district", text(evil), 1, "<b>0</b>", text(evil)))
    draft = msgspec.structs.replace(base, title=text(evil), host=text(evil), sites=sites, items=base.items[:2], delegates=())
    async with house(tmp_path, draft) as hub:
        operator = await hub.person("operator")
        made = (await operator.post(hub.path + "/prints", json={}))[1]
        for url in (made["url"], hub.path + "/prints"):
            page = (await operator.get(url))[1].decode()
            assert "<script" not in page
            assert "<b>" not in page
            assert "&lt;script&gt;" in page
