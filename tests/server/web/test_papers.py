"""Documents over HTTP, with real workers: in, published, seen, signed by tickets, sealed on a scan."""

import asyncio
import base64
import hashlib
import io
import json
import pathlib
from contextlib import asynccontextmanager

from kit import pdfs
from kit.ceremonies import DIGITAL, INK, signing_small
from kit.pki import pki
from kit.web_app import There, running
from PIL import Image

from recordings import ticket as tickets
from signaling import commands as do
from signaling.acting import SYSTEM, Actor
from signaling.names import SiteId

OPERATOR, SECRETARY = Actor("p-1-a", "operator"), Actor("p-2-b", "secretary")
WHO = {"s-a-ld": "a", "s-b-ld": "b", "s-a-dau": "seal-a", "s-b-dau": "seal-b"}


@asynccontextmanager
async def ceremony(tmp_path):
    """A hub with the small ceremony of two documents, and desks signed in."""
    async with running(tmp_path, strangers_burst=1000, requests_burst=1000) as there:
        room = await there.app.create(signing_small())
        found = There(there.app, room, tmp_path)
        found.http = there.http
        found.operator = await found.person("operator")
        found.secretary = await found.person("secretary")
        yield found


async def api(there, method, path, cookie, **more):
    status, data, headers = await there.call(method, there.api + path, headers=there.headers(cookie), **more)
    return status, json.loads(data) if "json" in headers.get("Content-Type", "") else data, headers


async def signatory(there, slot):
    """A signatory's page: the cookie of the slot's own link."""
    status, made, _ = await api(there, "POST", "/links", there.operator, json={"slot": slot})
    assert status == 201, made
    token = made["url"].partition("#")[2]
    async with there.http.post(f"{there.url}/api/join", json={"token": token}, headers=there.headers()) as answer:
        assert answer.status == 200, await answer.text()
        told = await answer.json()
        assert (told["seat"], told["page"]) == (f"g-{slot}", "/sign")
        return "; ".join(f"{k}={m.value}" for k, m in answer.cookies.items())


async def published(there, document, pages=2):
    status, told, _ = await api(
        there, "POST", f"/documents/{document}/file?name=van-ban.pdf", there.secretary, data=pdfs.plain(pages=pages)
    )
    assert (status, told["state"]) == (201, "draft"), told
    status, told, _ = await api(there, "POST", f"/documents/{document}/publish", there.operator, json={"after": told["rev"]})
    assert (status, told["state"]) == (200, "published"), told
    return told["sha256"]


async def signing(there, document, item, *slots):
    ask = there.room.session.ask
    there.room.session.ready_to_record = lambda: True
    await ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
    await ask(do.OpenSession("because"), OPERATOR)
    await ask(do.SetNext(item, there.room.session.state.agenda_rev), OPERATOR)
    await ask(do.TakeItem(item, there.room.session.state.agenda_rev, "because"), OPERATOR)
    for slot in slots:
        await ask(do.AssignSlot(document, slot, "Nguyễn Văn Ổn"), OPERATOR)
    await ask(do.BeginSigning(document, there.room.session.state.paper(document).rev, "because"), OPERATOR)


def b64(data):
    return base64.b64encode(data).decode()


def asked(slot):
    return {"slot": slot, "certificate": b64(pki().cert(WHO[slot])), "chain": [b64(one) for one in pki().chain]}


async def test_a_file_is_handed_in_published_and_seen_as_pages(tmp_path):
    async with ceremony(tmp_path) as there:
        site, _ = await there.site("an")
        assert (await api(there, "POST", f"/documents/{INK}/file", site, data=b"x"))[0] == 401
        status, told, _ = await api(there, "POST", f"/documents/{INK}/file?name=a.pdf", there.secretary, data=b"not a pdf")
        assert (status, told["code"]) == (409, "document-unreadable")
        status, told, _ = await api(there, "POST", f"/documents/{INK}/publish", there.secretary, json={"after": 0})
        assert told["code"] == "document-moved"
        sha = await published(there, INK)
        page = f"/documents/{INK}/pages/1.png?sha={sha}&width=600"
        assert (await api(there, "GET", page, ""))[0] == 401
        status, png, headers = await api(there, "GET", page, site)
        assert (status, headers["Content-Type"]) == (200, "image/png")
        assert "immutable" in headers["Cache-Control"]
        assert Image.open(io.BytesIO(png)).size[0] == 640, "rounded up to one of a few widths"
        assert there.room.papers.store.page(sha, 1, 640) == png
        staff = await there.person("staff")
        assert (await api(there, "GET", page, staff))[0] == 200
        assert (await api(there, "GET", page.replace("1.png", "9.png"), site))[1]["code"] == "no-page"
        assert (await api(there, "GET", page.replace(sha, "ab" * 32), site))[1]["code"] == "no-document"
        status, data, headers = await api(there, "GET", f"/documents/{INK}/file?sha={sha}", there.operator)
        assert hashlib.sha256(data).hexdigest() == sha
        assert headers["Content-Disposition"].startswith("attachment")
        assert (await api(there, "GET", f"/documents/{INK}/file", site))[0] == 401


async def test_nobody_sees_a_draft_or_a_revision_that_is_not_theirs(tmp_path):
    async with ceremony(tmp_path) as there:
        site, _ = await there.site("an")
        own, other = await signatory(there, "a-ld"), await signatory(there, "s-a-ld")
        await api(there, "POST", f"/documents/{INK}/file", there.secretary, data=pdfs.plain())
        draft = there.room.session.state.paper(INK).file
        page = f"/documents/{INK}/pages/1.png?sha={draft}&width=320"
        assert (await api(there, "GET", page, there.operator))[0] == 200
        for cookie in (site, own, other):
            assert (await api(there, "GET", page, cookie))[1]["code"] == "no-document"
        rev = there.room.session.state.paper(INK).rev
        await api(there, "POST", f"/documents/{INK}/publish", there.operator, json={"after": rev})
        assert (await api(there, "GET", page, own))[0] == 200
        assert (await api(there, "GET", page, other))[1]["code"] == "no-document"


async def test_a_document_is_signed_by_tickets(tmp_path):
    async with ceremony(tmp_path) as there:
        reviewed_sha = await published(there, DIGITAL)
        reviewed = there.room.papers.store.read(reviewed_sha)
        await signing(there, DIGITAL, "ky-so", *WHO)
        wrong = await signatory(there, "a-ld")
        for slot, who in WHO.items():
            cookie = await signatory(there, slot)
            issue = f"/documents/{DIGITAL}/tickets"
            assert (await api(there, "POST", issue, wrong, json=asked(slot)))[1]["code"] == "not-allowed"
            status, told, _ = await api(there, "POST", issue, cookie, json=asked(slot))
            assert status == 201, told
            again = (await api(there, "POST", issue, cookie, json=asked(slot)))[1]
            assert again["ticket"] == told["ticket"], "asked again after a lost answer"
            name = told["ticket"]["id"]
            assert (await api(there, "GET", f"/tickets/{name}/pdf", wrong))[1]["code"] == "not-allowed"
            pdf = (await api(there, "GET", f"/tickets/{name}/pdf", cookie))[1]
            ticket = tickets.read(json.dumps(told["ticket"]))
            value = pki().sign(who, tickets.check(ticket, pdf, reviewed, pki().cert(who)))
            bad = (await api(there, "POST", f"/tickets/{name}/finish", cookie, json={"value": b64(b"x" * len(value))}))[1]
            assert bad["code"] == "bad-signature"
            for _ in range(2):
                status, told, _ = await api(there, "POST", f"/tickets/{name}/finish", cookie, json={"value": b64(value)})
                assert status == 200, told
        paper = there.room.session.state.paper(DIGITAL)
        assert (paper.state, len(paper.landed), paper.level) == ("completed", 4, "B-B")
        assert all(there.room.papers.store.has(one.sha256) for one in paper.landed)
        assert there.room.papers.store.read(paper.head).startswith(reviewed)


async def test_a_ticket_survives_a_restart_of_the_hub(tmp_path):
    async with ceremony(tmp_path) as there:
        await published(there, DIGITAL)
        await signing(there, DIGITAL, "ky-so", "s-a-ld")
        cookie, name = await signatory(there, "s-a-ld"), there.room.session.name
        ticket = (await api(there, "POST", f"/documents/{DIGITAL}/tickets", cookie, json=asked("s-a-ld")))[1]["ticket"]
    from server.app import App

    async with App(there.app.config).running() as app:
        room = app.gate.rooms[name]
        value = pki().sign("a", base64.b64decode(ticket["attrs"]))
        await room.papers.finish(ticket["id"], value, Actor("g-s-a-ld", "signatory"))
        assert room.session.state.paper(DIGITAL).done() == {"s-a-ld"}


async def test_a_cancelled_ticket_is_gone(tmp_path):
    async with ceremony(tmp_path) as there:
        await published(there, DIGITAL)
        await signing(there, DIGITAL, "ky-so", "s-a-ld")
        cookie = await signatory(there, "s-a-ld")
        name = (await api(there, "POST", f"/documents/{DIGITAL}/tickets", cookie, json=asked("s-a-ld")))[1]["ticket"]["id"]
        assert (await api(there, "POST", f"/tickets/{name}/cancel", cookie, json={"reason": "wrong card"}))[0] == 200
        assert (await api(there, "POST", f"/tickets/{name}/finish", cookie, json={"value": b64(b"x")}))[1]["code"] == "no-ticket"
        assert (await api(there, "GET", f"/tickets/{name}/pdf", cookie))[1]["code"] == "no-ticket"


async def test_a_scan_lands_the_seals_and_the_clerk_seals_the_scan(tmp_path):
    async with ceremony(tmp_path) as there:
        await published(there, INK)
        await signing(there, INK, "ky", "a-ld", "b-ld")
        ask = there.room.session.ask
        early = await api(there, "POST", f"/documents/{INK}/scan", there.operator, data=pdfs.plain(text="scan"))
        assert early[1]["code"] == "rite-not-done"
        for slot in ("a-ld", "b-ld"):
            await ask(do.LowerPen(INK, slot), OPERATOR)
            await ask(do.RaisePen(INK, slot), OPERATOR)
            await ask(do.WitnessInk(INK, slot), SECRETARY)
        status, told, _ = await api(there, "POST", f"/documents/{INK}/scan", there.operator, data=pdfs.plain(text="scan"))
        assert (status, told["state"]) == (201, "completed")
        body = {"certificate": b64(pki().cert("clerk")), "chain": [b64(one) for one in pki().chain]}
        status, told, _ = await api(there, "POST", f"/documents/{INK}/stamp", there.operator, json=body)
        assert status == 201, told
        value = pki().sign("clerk", base64.b64decode(told["ticket"]["attrs"]))
        where = told["finish"].removeprefix(there.api)
        status, told, _ = await api(there, "POST", where, there.operator, json={"value": b64(value), "person": "Văn thư"})
        assert status == 200, told
        paper = there.room.session.state.paper(INK)
        assert paper.stamped == told["stamped"] != paper.scan
        assert there.room.papers.store.has(paper.stamped)


async def inked(there):
    """A document signed by hand at the table, its scan attached."""
    await published(there, INK)
    await signing(there, INK, "ky", "a-ld", "b-ld")
    for slot in ("a-ld", "b-ld"):
        await there.room.session.ask(do.LowerPen(INK, slot), OPERATOR)
        await there.room.session.ask(do.RaisePen(INK, slot), OPERATOR)
        await there.room.session.ask(do.WitnessInk(INK, slot), SECRETARY)
    await scanned(there, "scan")


async def scanned(there, words):
    status, told, _ = await api(there, "POST", f"/documents/{INK}/scan", there.operator, data=pdfs.plain(text=words))
    assert (status, told["state"]) == (201, "completed")


CLERK = {"certificate": b64(pki().cert("clerk")), "chain": [b64(one) for one in pki().chain]}


async def to_be_sealed(there, cookie, seat="g-a-dau"):
    """The clerk's ticket, checked as a signer checks it; (ticket, where to finish)."""
    status, told, _ = await api(there, "POST", f"/documents/{INK}/stamp?seat={seat}", cookie, json=CLERK)
    assert status == 201, told
    pdf = (await api(there, "GET", told["pdf"].removeprefix(there.api) + f"?seat={seat}", cookie))[1]
    scan = (await api(there, "GET", f"/documents/{INK}/file?sha={there.room.session.state.paper(INK).scan}", cookie))[1]
    found = tickets.read(json.dumps(told["ticket"]))
    read = pdf[: found.base_len]
    assert read.startswith(scan)
    assert tickets.check(found, pdf, read, pki().cert("clerk")) == found.attrs
    return found, told["finish"].removeprefix(there.api) + f"?seat={seat}"


def sealed_by(found):
    return {"value": b64(pki().sign("clerk", found.attrs)), "person": "Bà Văn thư"}


async def test_the_keeper_of_a_seal_seals_the_scan_from_the_own_page(tmp_path):
    async with ceremony(tmp_path) as there:
        await inked(there)
        clerk, leader = await signatory(there, "a-dau"), await signatory(there, "a-ld")
        # a leader's seat is no seal's
        refused = await api(there, "POST", f"/documents/{INK}/stamp?seat=g-a-ld", leader, json=CLERK)
        assert (refused[0], refused[1]["code"]) == (403, "not-allowed")
        scan = there.room.session.state.paper(INK).scan
        assert (await api(there, "GET", f"/documents/{INK}/pages/1.png?sha={scan}", clerk))[0] == 200
        found, where = await to_be_sealed(there, clerk)
        assert (await api(there, "POST", where.replace("g-a-dau", "g-a-ld"), leader, json=sealed_by(found)))[1]["code"] == "not-allowed"
        spoilt = sealed_by(found) | {"value": b64(pki().sign("clerk", b"something else"))}
        assert (await api(there, "POST", where, clerk, json=spoilt))[1]["code"] == "bad-signature"
        status, told, _ = await api(there, "POST", where, clerk, json=sealed_by(found))
        assert status == 200, told
        paper = there.room.session.state.paper(INK)
        assert paper.stamped == told["stamped"] != paper.scan
        assert (await api(there, "POST", where, clerk, json=sealed_by(found)))[1]["code"] == "no-ticket", "once"
        assert (await api(there, "POST", f"/documents/{INK}/stamp?seat=g-a-dau", clerk, json=CLERK))[1]["code"] == "stale-ticket"
        # what people signed by hand stays signed by hand
        assert {one.how for one in paper.landed} == {"ink", "scan"}
        assert paper.level is None


async def test_a_seal_pressed_twice_at_once_lands_once(tmp_path):
    async with ceremony(tmp_path) as there:
        await inked(there)
        clerk = await signatory(there, "a-dau")
        found, where = await to_be_sealed(there, clerk)
        answers = await asyncio.gather(*(api(there, "POST", where, clerk, json=sealed_by(found)) for _ in range(2)))
        assert sorted(status for status, _, _ in answers) == [200, 409], answers
        log = pathlib.Path(there.room.folder, "log.jsonl").read_bytes()
        assert log.count(b'"is":"scan.stamped"') == 1


async def test_a_seal_is_not_put_on_a_scan_that_has_one_or_by_an_old_ticket(tmp_path):
    async with ceremony(tmp_path) as there:
        await inked(there)
        again = await api(there, "POST", f"/documents/{INK}/scan", there.operator, data=pdfs.plain(text="another"))
        assert again[1]["code"] == "same-bytes", "there is one scan"
        clerk, other = await signatory(there, "a-dau"), await signatory(there, "b-dau")
        found, where = await to_be_sealed(there, clerk)
        now = there.room.session.now
        there.room.session.now = lambda: now() + 16 * 60 * 1_000_000
        assert (await api(there, "POST", where, clerk, json=sealed_by(found)))[1]["code"] == "ticket-expired"
        assert (await api(there, "POST", where, clerk, json=sealed_by(found)))[1]["code"] == "no-ticket"
        assert there.room.session.state.paper(INK).stamped is None
        there.room.session.now = now
        first, second = await to_be_sealed(there, clerk), await to_be_sealed(there, other, "g-b-dau")
        assert (await api(there, "POST", second[1], other, json=sealed_by(second[0])))[0] == 200
        assert (await api(there, "POST", first[1], clerk, json=sealed_by(first[0])))[1]["code"] == "document-moved"


async def test_many_pages_asked_at_once_are_drawn_once(tmp_path):
    async with ceremony(tmp_path) as there:
        sha = await published(there, INK)
        papers, drawn = there.room.papers, 0
        draw = papers._draw

        async def counted(*key):
            nonlocal drawn
            drawn += 1
            return await draw(*key)

        papers._draw = counted
        found = await asyncio.gather(*(papers.page(sha, 1, 300 + n) for n in range(12)))
        assert len(set(found)) == 1 and drawn == 1


async def test_the_first_ceremony_brings_its_document(tmp_path):
    async with running(tmp_path) as there:
        state, sheet = there.room.session, there.room.session.state.sheet()
        for _ in range(200):
            if state.state.paper(sheet.documents[0].id).file is not None:
                break
            await asyncio.sleep(0.05)
        paper = state.state.paper("chuong-trinh-phoi-hop")
        assert (paper.state, paper.name) == ("draft", "chuong-trinh-phoi-hop.pdf")
        assert there.room.papers.store.has(paper.file)
        assert SiteId("vu-thu") in sheet.halls
