"""Every screen in Vietnamese and English, 1366×768 and 1920×1080, into screenshots/ (ignored by git).

Runs a hub with nine simulated participants, leads it through a few items with the visible buttons, ends, replays.
"""

import asyncio
import os
import pathlib
import sys
import tempfile

from kit.browsers import chromium
from kit.hubs import ROOT, Desk, Hub
from PIL import Image

SIZES = ((1366, 768), (1920, 1080))
OUT = pathlib.Path(ROOT) / "screenshots"


async def shoot(browser, address, name, wait="main", prepare=None, sizes=SIZES, state=None):
    for width, height in sizes:
        for language in ("vi", "en"):
            context = await browser.new_context(viewport={"width": width, "height": height - 108}, storage_state=state)
            page = await context.new_page()
            page.on("console", lambda m: print(name, m.type, m.text[:300], file=sys.stderr) if m.type == "error" else None)
            mark, _, fragment = address.partition("#")
            joint = "&" if "?" in mark else "?"
            await page.goto(f"{mark}{joint}lang={language}" + (f"#{fragment}" if fragment else ""))
            await page.wait_for_selector(wait, timeout=15_000)
            await page.wait_for_timeout(3000)
            if prepare is not None:
                await prepare(page)
                await page.wait_for_timeout(500)
            await page.screenshot(path=OUT / f"{name}-{language}-{width}.png")
            await context.close()


async def main():
    OUT.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp()
    os.environ.setdefault("DIEMCAU_CLIPS", str(pathlib.Path(tempfile.gettempdir()) / "diemcau-clips"))
    hub = Hub(os.path.join(folder, "data")).start().simulate("--sites", "8")
    try:
        async with chromium() as browser, Desk(hub) as desk:
            await (await desk.enter(hub.links["operator"])).connect()
            await desk.until(lambda: len(desk.present()) == 8, 40)
            cookie = desk.cookie.split("=", 1)
            jar = [{"name": cookie[0], "value": cookie[1], "domain": "localhost", "path": "/", "secure": True,
                    "httpOnly": True, "sameSite": "Lax"}]  # fmt: skip
            state = {"cookies": jar, "origins": []}
            console = f"{hub.url}/hub?s={hub.session}"
            await shoot(browser, hub.url + "/", "start-stranger", "body")
            await shoot(browser, hub.url + "/", "start", "body", state=state)
            await shoot(browser, hub.url + "/people", "people", "[data-testid=person-add]", state=state)
            await shoot(browser, hub.url + "/library", "library", "[data-testid=library-search]", state=state)
            await shoot(browser, console, "hub-setup", "[data-testid=open-session]", state=state)
            for step in ("ceremony", "sheet", "sites", "ready"):
                await shoot(browser, f"{hub.url}/setup?s={hub.session}", f"setup-{step}", "[data-testid=go-sheet]", state=state,
                            prepare=lambda page, step=step: page.locator(f"[data-testid=go-{step}]").click())  # fmt: skip
            await desk.ask("session.open", reason="một điểm cầu chưa vào")
            await desk.take()
            await asyncio.sleep(13)
            await shoot(browser, console, "hub-grid", "[data-testid=take]", state=state)
            await desk.take("tham-luan-thai-thuy")
            await shoot(browser, console, "hub-speech", "[data-testid=take]", state=state)
            for leaf in ("confirm", "notice", "incident", "lobby"):
                await shoot(browser, console, f"hub-{leaf}", "[data-testid=take]", state=state, sizes=SIZES[:1],
                            prepare=lambda page, leaf=leaf: page.locator(f"[data-testid=tab-{leaf}]").click())  # fmt: skip
            for name, button in (("hub-drawer", "drawer-open"), ("hub-suspend", "suspend-session"), ("hub-item", "edit-be-mac")):
                await shoot(browser, console, name, "[data-testid=take]", state=state, sizes=SIZES[:1],
                            prepare=lambda page, button=button: page.locator(f"[data-testid={button}]").click())  # fmt: skip
            await desks(browser, hub, desk)
            link = hub.cards()["vu-thu"]["link"]
            await site(browser, link)
            await desk.ask("session.close", reason="hết phần trình diễn")
            await shoot(browser, f"{hub.url}/replay?s={hub.session}", "replay", "[data-testid=replay-play]", state=state,
                        prepare=play)  # fmt: skip
            await shoot(browser, f"{hub.url}/replay?s={hub.session}", "replay-grid", "[data-testid=replay-play]", state=state,
                        prepare=grid)  # fmt: skip
    finally:
        hub.stop()
    picture = Image.open(OUT / "hub-speech-vi-1366.png").convert("RGB").quantize(128)
    picture.save(pathlib.Path(ROOT) / "client" / "console.png", optimize=True)
    print(OUT)


async def desks(browser, hub, desk):
    """The secretary, and those who come by a link: chair (a telephone's width), MC, stage."""
    context = await browser.new_context(viewport={"width": 1366, "height": 660})
    page = await context.new_page()
    await page.goto(hub.links["secretary"])
    await page.wait_for_url("**/hub?**")
    await both(page, "secretary-desk", 1366)
    await context.close()
    for role, width, height in (("chair", 390, 780), ("mc", 1366, 660), ("stage", 1920, 972)):
        headers = {"Cookie": desk.cookie}
        async with desk.http.post(f"{hub.url}/api/sessions/{hub.session}/links", json={"role": role}, headers=headers) as answer:
            link = (await answer.json())["url"]
        context = await browser.new_context(viewport={"width": width, "height": height})
        page = await context.new_page()
        await page.goto(link)
        await page.wait_for_url(f"**/{'stage' if role == 'stage' else 'hub'}?**")
        await both(page, role, width)
        await context.close()


async def both(page, name, width):
    """The same page in both languages."""
    address = page.url
    for language in ("vi", "en"):
        await page.goto(f"{address}&lang={language}")
        await page.wait_for_timeout(3000)
        await page.screenshot(path=OUT / f"{name}-{language}-{width}.png")


async def site(browser, link):
    context = await browser.new_context(viewport={"width": 1366, "height": 660})
    page = await context.new_page()
    page.on("console", lambda m: print("site", m.type, m.text[:300], file=sys.stderr) if m.type == "error" else None)
    await page.goto(link)
    await page.wait_for_selector("[data-testid=enter]", timeout=15_000)
    await page.wait_for_timeout(4000)
    for language in ("en", "vi"):
        await page.locator(f"[data-testid=lang-{language}]").first.click()
        await page.wait_for_timeout(300)
        await page.screenshot(path=OUT / f"site-check-{language}-1366.png")
    await page.locator("[data-testid=enter]").click()
    await page.wait_for_timeout(5000)
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height - 108})
        await page.wait_for_timeout(800)
        await page.screenshot(path=OUT / f"site-live-vi-{width}.png")
    await context.close()


async def play(page):
    await page.locator("[data-testid=replay-play]").click()
    await page.wait_for_timeout(3000)


async def grid(page):
    await page.locator("[data-testid=view-grid]").click()
    await play(page)


if __name__ == "__main__":
    asyncio.run(main())
