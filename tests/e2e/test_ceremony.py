"""One whole ceremony in Chromium: an operator's console and site pages, on decoded pictures and pixels.

The hub's camera and table are a simulated participant. A site page captures a canvas of its own colour. With four cores or more
all eight sites are pages; two cores without a graphics card are full with eight (load 25, whatever they wait for starves), so
there three are pages and five simulated participants. `E2E_PAGES=8`, as `make soak` sets, makes all of them pages anywhere.
"""

import asyncio
import json
import os
import time

import pytest
from kit.browsers import chromium
from kit.hubs import Desk, hub

from server.simulation import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]
ORDER = ["thanh-pho", "dong-hung", "vu-thu", "hung-ha", "kien-xuong", "quynh-phu", "thai-thuy", "tien-hai"]
PAGES = ORDER[: int(os.environ.get("E2E_PAGES", "8" if (os.cpu_count() or 1) >= 4 else "3"))]
BOTS = ["hub", *(site for site in ORDER if site not in PAGES)]
PAINT = {
    "thanh-pho": "#d01010", "dong-hung": "#10b010", "vu-thu": "#707070", "hung-ha": "#1030d0", "kien-xuong": "#d0c010",
    "quynh-phu": "#10c0c0", "thai-thuy": "#c010c0", "tien-hai": "#e07810",
}  # fmt: skip
SPEAKERS = {"thanh-pho", "dong-hung"}
"""Those who are given the floor here."""
COLOURS = {
    site: PAINT[site] if site in PAGES else "#{:02x}{:02x}{:02x}".format(*clips.colour(f"{site}/camera")) for site in ORDER
}
CAMERA = """
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async wanted => {
  const canvas = document.createElement('canvas'); canvas.width = 160; canvas.height = 90; let n = 0;
  const draw = canvas.getContext('2d');
  const paint = () => { draw.fillStyle = '%s'; draw.fillRect(0, 0, 160, 90); draw.fillStyle = '#fff';
    draw.fillRect(n++ * 5 %% 150, 82, 10, 6); };
  paint(); setInterval(paint, 200);
  const tracks = [];
  if (wanted.video) tracks.push(canvas.captureStream(5).getVideoTracks()[0]);
  // a track nobody feeds costs nothing: eight sound cards in one browser would be half of what two cores can do
  if (wanted.audio && !%s) tracks.push(new MediaStreamTrackGenerator({kind: 'audio'}));
  else if (wanted.audio) { const audio = new AudioContext(); const tone = audio.createOscillator(); tone.frequency.value = 330;
    const out = audio.createMediaStreamDestination(); tone.connect(out); tone.start(); tracks.push(out.stream.getAudioTracks()[0]); }
  return new MediaStream(tracks);
};"""
LOOK = """([box, source]) => { for (const v of document.querySelectorAll(`${box} video[data-source="${source}"]`)) {
  if (!v.videoWidth || v.readyState < 2) continue;
  const c = document.createElement('canvas'); c.width = c.height = 1; const d = c.getContext('2d');
  d.drawImage(v, v.videoWidth * .06, v.videoHeight * .45, 4, 4, 0, 0, 1, 1); const p = d.getImageData(0, 0, 1, 1).data;
  return {rgb: [p[0], p[1], p[2]], frames: v.getVideoPlaybackQuality().totalVideoFrames, w: v.videoWidth}; } return null; }"""


def near(rgb, colour):
    """A video shifts colours a little: the picture is the site whose colour is nearest."""

    def far(other):
        return sum((a - int(other[n : n + 2], 16)) ** 2 for a, n in zip(rgb, (1, 3, 5), strict=True))

    return min(COLOURS.values(), key=far) == colour and far(colour) < 12_000


async def shows(page, box, source, colour, seconds=180.0):
    """Wait until a box of the page shows decoded, moving pictures of a source in its colour. Returns seconds taken."""
    began = time.monotonic()
    first = None
    while True:
        found = await page.evaluate(LOOK, [box, source])
        if found and (colour is None or near(found["rgb"], colour)):
            if first is not None and found["frames"] != first:
                return time.monotonic() - began
            first = found["frames"] if first is None else first
        assert time.monotonic() - began < seconds, (source, found)
        await asyncio.sleep(0.03)


def test_id(name):
    return f"[data-testid={name}]"


test_id.__test__ = False


class House:
    """The browser, its pages, and what went wrong on them."""

    def __init__(self, browser, there):
        self.browser, self.hub = browser, there
        self.errors = []
        self.contexts = {}

    async def page(self, name, address, script=None):
        # without a graphics card every pixel of nine programmes is painted by two cores: sites get small windows
        size = {"width": 560, "height": 400} if script else {"width": 1366, "height": 660}
        context = await self.browser.new_context(viewport=size)
        self.contexts[name] = context
        if script:
            await context.add_init_script(script)
        context.set_default_timeout(180_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{name}: {error}"))
        await page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        page.on("console", lambda m: self.errors.append(f"{name}: {m.text}") if m.text.startswith("CSP ") else None)
        await page.goto(address)
        return page

    async def operator(self, name="operator"):
        page = await self.page(name, self.hub.links[name])
        await page.wait_for_url("**/hub?**")
        await page.wait_for_selector(test_id("take"))
        return page

    async def site(self, name):
        page = await self.page(name, self.hub.cards()[name]["link"], CAMERA % (COLOURS[name], "true" if name in SPEAKERS else "false"))
        await page.wait_for_url("**/site?**")
        await page.locator(test_id("enter")).click()
        await page.wait_for_selector(test_id("tally"))
        return page


async def press(page, name):
    await page.locator(test_id(name)).click(timeout=180_000, no_wait_after=True)


async def text_of(page, name):
    return (await page.locator(test_id(name)).first.inner_text()).strip()


async def until_text(page, name, part, seconds=180.0):
    deadline = time.monotonic() + seconds
    while part not in (found := await text_of(page, name)):
        assert time.monotonic() < deadline, f"{name}: {found!r}, wanted {part!r}"
        await asyncio.sleep(0.05)


async def until_attribute(page, selector, name, value, seconds=180.0):
    deadline = time.monotonic() + seconds
    while (found := await page.locator(selector).first.get_attribute(name)) != value:
        assert time.monotonic() < deadline, f"{selector} {name}={found!r}, wanted {value!r}"
        await asyncio.sleep(0.05)


async def take(operator, item):
    """Choose an item on the run sheet if it is not next, and press Take."""
    row = f'[data-item="{item}"]'
    if await operator.locator(row).get_attribute("data-state") != "next":
        await press(operator, f"item-{item}")
        await until_attribute(operator, row, "data-state", "next")
    await press(operator, "take")
    deadline = time.monotonic() + 180
    while await operator.locator(row).get_attribute("data-state") != "live":
        assert time.monotonic() < deadline, item
        # a command that met a lost socket is offered again, never sent again by itself: the operator presses it
        if await (again := operator.locator(".said-again")).count():
            await again.first.click(timeout=180_000, no_wait_after=True)
        await asyncio.sleep(0.05)


async def test_a_whole_ceremony(tmp_path):
    with hub(tmp_path, bots=("--only", ",".join(BOTS))) as there:
        async with chromium() as browser, Desk(there) as desk:
            house = House(browser, there)
            operator = await house.operator()
            await (await desk.enter(there.links["secretary"])).connect()
            sites = {}
            for name in PAGES:
                sites[name] = await house.site(name)
                if name != "vu-thu":
                    await watching(sites[name], is_on=False)
            await desk.until(lambda: len(desk.present()) == 9, 300)

            # the console sees nine different living pictures
            await press(operator, "open-session")
            await desk.until(lambda: desk.view["session"]["phase"] == "open")
            for name, colour in COLOURS.items():
                await shows(operator, test_id(f"tile-{name}"), f"{name}/camera", colour)

            # item 1: a grid of nine
            await take(operator, "on-dinh")
            for name in ("thanh-pho", "tien-hai", "dong-hung"):
                await shows(sites["vu-thu"], test_id("program"), f"{name}/camera", COLOURS[name])
            # item 2, 3: a paper read at a site, and the next one: the picture changes in place everywhere
            await take(operator, "tham-luan-thanh-pho")
            await shows(sites["vu-thu"], test_id("program"), "thanh-pho/camera", COLOURS["thanh-pho"])
            await desk.until(lambda: desk.site("thanh-pho")["mic"] == "open")
            await until_text(sites["thanh-pho"], "tally", "LÊN SÓNG")
            await take(operator, "tham-luan-thai-thuy")
            await shows(sites["vu-thu"], test_id("program"), "thai-thuy/camera", COLOURS["thai-thuy"])
            assert desk.site("thanh-pho")["mic"] == "closed"

            # item 4: open floor; a hand, a grant, sound and picture at the others, and the floor back
            await take(operator, "trao-doi")
            await press(sites["dong-hung"], "ask-floor")
            card = operator.locator(test_id("hand-dong-hung"))
            await card.wait_for(timeout=120_000)
            await card.locator(test_id("grant-dong-hung")).click(timeout=120_000)
            await shows(sites["vu-thu"], test_id("program"), "dong-hung/camera", COLOURS["dong-hung"])
            await until_text(sites["dong-hung"], "tally", "LÊN SÓNG")
            await desk.until(lambda: desk.site("dong-hung")["mic"] == "open")
            await press(operator, "end-floor")
            await desk.until(lambda: desk.site("dong-hung")["mic"] == "closed")

            # a site is lost and comes back by itself: the same seat, the same link, no lobby
            await house.contexts["thanh-pho"].pages[0].goto("about:blank")
            await desk.until(lambda: desk.site("thanh-pho")["presence"] == "lost", 60)
            await house.contexts["thanh-pho"].pages[0].go_back()
            back = house.contexts["thanh-pho"].pages[0]
            if await back.locator(test_id("enter")).count():
                await press(back, "enter")
            await desk.until(lambda: desk.site("thanh-pho")["presence"] == "present", 120)
            await shows(operator, test_id("tile-thanh-pho"), "thanh-pho/camera", COLOURS["thanh-pho"])

            await two_operators_at_once(house, operator, desk)

            # item 5 is live; the end, and the replay at once
            await take(operator, "khai-mac")
            await asyncio.sleep(1)
            closing = time.monotonic()
            await end(operator)
            await desk.until(lambda: desk.view["session"]["phase"] == "closed")
            await replay(house, there, desk, closing)
            assert house.errors == []


async def watching(page, *, is_on=True):
    """Two cores decode no nine grids of nine: a page nobody asserts on hides its programme and wishes height 0."""
    await page.evaluate(
        "([box, on]) => document.querySelector(box).style.visibility = on ? '' : 'hidden'", [test_id("program"), is_on]
    )
    await page.evaluate(
        "([box, on]) => document.querySelector(box).style.display = on ? '' : 'none'", [test_id("program"), is_on]
    )


async def two_operators_at_once(house, operator, desk):
    """A second console of the same person: both press Take in the same moment, one wins, the other is told."""
    other = await house.contexts["operator"].new_page()
    await other.goto(operator.url)
    await other.wait_for_selector(test_id("take"))
    # past the signing, which asks for a reason while its document is not published
    await press(operator, "item-chi-dao")
    await until_attribute(operator, '[data-item="chi-dao"]', "data-state", "next")
    for _ in range(4):
        # both pages click at one moment of the clock; a page that was already told of the new state may rightly
        # take the item after, so the moment is tried again until the two really meet
        rev = desk.view["agenda"]["rev"]
        runs = sum(item.get("runs", 0) for item in desk.view["agenda"]["items"])
        before = desk.view["agenda"]["next"]
        await until_attribute(other, f'[data-item="{before}"]', "data-state", "next")
        at = time.time() * 1000 + 700
        click = "([box, at]) => new Promise(done => setTimeout(() => { document.querySelector(box).click(); done(); }, at - Date.now()))"
        await asyncio.gather(*(page.evaluate(click, [test_id("take"), at]) for page in (operator, other)))
        await desk.until(lambda rev=rev: desk.view["agenda"]["rev"] > rev)
        await asyncio.sleep(1)
        if sum(item.get("runs", 0) for item in desk.view["agenda"]["items"]) == runs + 1:
            assert desk.view["agenda"]["live"] == before
            break
    else:
        raise AssertionError("two presses at one moment never met")
    await other.close()


async def end(operator):
    """Ending wants a held press, and a reason since required items are left."""
    button = operator.locator(test_id("close-session"))
    await button.hover()
    await operator.mouse.down()
    await operator.locator(test_id("reason")).wait_for()  # held until something happens, as a hand does
    await operator.mouse.up()
    await operator.locator(test_id("reason")).fill("thử nghiệm")
    await press(operator, "reason-confirm")


async def replay(house, there, desk, closing):
    context = house.contexts["operator"]
    page = await context.new_page()
    page.on("pageerror", lambda error: house.errors.append(f"replay: {error}"))
    await page.goto(f"{there.url}/replay?s={there.session}")
    await page.wait_for_selector(test_id("replay-play"))
    chapters = [c["item"] for c in json.loads((await desk.get(f"/api/sessions/{there.session}/replay/timeline"))[1])["chapters"]]
    assert chapters[:4] == ["on-dinh", "tham-luan-thanh-pho", "tham-luan-thai-thuy", "trao-doi"]
    for item in chapters:
        assert await page.locator(test_id(f"chapter-{item}")).count() >= 1, item
    await press(page, "replay-play")
    # as broadcast: jump to the paper of Thai Thuy, whose picture the audience saw
    await press(page, "chapter-tham-luan-thai-thuy")
    await shows(page, "main", "thai-thuy/camera", COLOURS["thai-thuy"])
    ready = time.monotonic() - closing
    await press(page, "chapter-tham-luan-thanh-pho")
    await shows(page, "main", "thanh-pho/camera", COLOURS["thanh-pho"])
    # any site, whatever was broadcast
    await press(page, "view-grid")
    for name in ("vu-thu", "hung-ha"):
        await shows(page, "main", f"{name}/camera", COLOURS[name], 120)
    if os.environ.get("DIEMCAU_TIMES"):
        print(f"replay playing {ready:.2f} s after the end, chapter opened by hand")
