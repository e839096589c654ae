"""Everyone can use every screen: axe-core finds nothing to object to, in Vietnamese and in English."""

import pytest
from kit.axe import AXE, RUN
from kit.browsers import chromium
from kit.hubs import Desk, hub

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def objections(page, address, wait):
    """What axe says of a page in each language."""
    found = {}
    for language in ("vi", "en"):
        mark, _, fragment = address.partition("#")
        joint = "&" if "?" in mark else "?"
        answer = await page.goto(f"{mark}{joint}lang={language}" + (f"#{fragment}" if fragment else ""))
        assert answer is None or answer.status == 200
        await page.wait_for_selector(wait)
        await page.wait_for_timeout(1200)
        assert await page.locator("main, [role=main], .hub, .frame").count()
        await page.evaluate(AXE)
        said = await page.evaluate(RUN)
        if said:
            found[language] = said
    return found


async def link_of(desk, there, role):
    async with desk.http.post(
        f"{there.url}/api/sessions/{there.session}/links", json={"role": role}, headers={"Cookie": desk.cookie}
    ) as answer:
        return (await answer.json())["url"]


async def test_axe_objects_to_no_screen(tmp_path):
    with hub(tmp_path, bots=("--sites", "2")) as there:
        async with chromium() as browser, Desk(there) as desk:
            await (await desk.enter(there.links["operator"])).connect()
            await desk.until(lambda: "hub" in desk.present(), 40)
            name, _, value = desk.cookie.partition("=")
            person = await browser.new_context(viewport={"width": 1366, "height": 660})
            await person.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/", "secure": True}])
            page = await person.new_page()
            stranger = await (await browser.new_context()).new_page()
            console, found = f"{there.url}/hub?s={there.session}", {}
            found["stranger"] = await objections(stranger, there.url + "/", "form")
            found["join"] = await objections(stranger, f"{there.url}/join?s={there.session}", "[data-testid=code]")
            found["start"] = await objections(page, there.url + "/", "[data-testid=open-hub]")
            found["setup"] = await objections(page, f"{there.url}/setup?s={there.session}", "[data-testid=file]")
            found["people"] = await objections(page, f"{there.url}/people", "[data-testid=person-add]")
            found["library"] = await objections(page, f"{there.url}/library", f"[data-testid=record-{there.session}]")
            found["console before"] = await objections(page, console, "[data-testid=open-session]")
            await desk.ask("session.open", reason="thử")
            await desk.take()
            found["console"] = await objections(page, console, "[data-testid=take]")
            site = await (await browser.new_context(viewport={"width": 1366, "height": 660})).new_page()
            await site.goto(there.cards()["vu-thu"]["link"])
            await site.wait_for_url("**/site?**")
            found["check"] = await objections(site, site.url, "[data-testid=enter]")
            await site.locator("[data-testid=enter]").click()
            found["site"] = await objections(site, site.url, "[data-testid=tally]")
            for role, selector in (("chair", "[data-testid^=chair-item]"), ("mc", ".prompter, main"), ("stage", "main")):
                seat = await (await browser.new_context()).new_page()
                await seat.goto(await link_of(desk, there, role))
                await seat.wait_for_url(f"**/{'stage' if role == 'stage' else 'hub'}?**")
                found[role] = await objections(seat, seat.url, selector)
                await seat.close()
            secretary = await (await browser.new_context(viewport={"width": 1366, "height": 660})).new_page()
            await secretary.goto(there.links["secretary"])
            await secretary.wait_for_url("**/hub?**")
            found["secretary"] = await objections(secretary, secretary.url, ".desk")
            await desk.ask("session.close", reason="hết")
            found["replay"] = await objections(page, f"{there.url}/replay?s={there.session}", "[data-testid=replay-play]")
            objected = {screen: said for screen, said in found.items() if said}
            assert objected == {}, "\n".join(f"{screen}: {said}" for screen, said in objected.items())
