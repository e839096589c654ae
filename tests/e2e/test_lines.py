"""A site's line is squeezed: desk and site are told in words what is wrong, and told no more when it is over."""

import asyncio
import json
import time

import aiohttp
import pytest
from kit.browsers import chromium
from kit.hubs import Desk, hub
from kit.lossy import LossyPath

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]
THROUGH = """
const set = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function (one) {
  if (!/a=recvonly/.test(one.sdp)) return set.call(this, one);
  const sdp = one.sdp.replace(/a=candidate:\\S+ 1 tcp .*\\r\\n/g, '').replace(/(a=candidate:\\S+ 1 udp \\d+ \\S+) \\d+/g, '$1 %d');
  return set.call(this, {type: one.type, sdp});
};"""
BOXES = "() => [...document.querySelectorAll('.tile')].map(one => { const b = one.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })"


def mark(name):
    return f"[data-testid={name}]"


async def colour(console, wanted, seconds):
    """Wait until the tile tells the uplink in one of these colours; returns (colour, seconds taken)."""
    began = time.monotonic()
    while True:
        found = await console.locator(f"{mark('lines-vu-thu')} [data-way=up]").get_attribute("data-colour")
        if found in wanted:
            return found, time.monotonic() - began
        assert time.monotonic() - began < seconds, found
        await asyncio.sleep(0.2)


async def test_a_squeezed_line_is_told_and_taken_back(tmp_path):
    with hub(tmp_path, bots=("--sites", "1")) as there:
        path = LossyPath(there.port)
        port = await path.open()
        async with chromium() as browser, Desk(there) as desk:
            await (await desk.enter(there.links["operator"])).connect()
            await desk.until(lambda: "hub" in desk.present(), 40)
            context = await browser.new_context(viewport={"width": 900, "height": 560})
            await context.add_init_script(THROUGH % port)
            site = await context.new_page()
            await site.goto(there.cards()["vu-thu"]["link"])
            await site.wait_for_url("**/site?**")
            await site.locator(mark("enter")).click()
            await site.wait_for_selector(mark("tally"))
            await desk.until(lambda: "vu-thu" in desk.present(), 60)
            assert await desk.ask("session.open", reason="thử") == "done"
            operator = await browser.new_context(viewport={"width": 1366, "height": 660})
            name, _, value = desk.cookie.partition("=")
            await operator.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/", "secure": True}])
            console = await operator.new_page()
            await console.goto(f"{there.url}/hub?s={there.session}&lang=vi")
            await console.wait_for_selector(mark("lines-vu-thu"))
            await colour(console, {"good"}, 60)
            await desk.until(lambda: desk.health.get("vu-thu/camera", {}).get("width", 0) >= 640, 30)
            boxes = await console.evaluate(BOXES)

            path.bps = 130_000
            worse, after = await colour(console, {"fair", "poor"}, 45)
            print(f"told {worse} {after:.1f} s after the squeeze")
            await console.wait_for_function("() => /Vũ Thư.*đề nghị/.test(document.querySelector('[data-testid=alerts]')?.textContent ?? '')")
            await site.wait_for_function(
                "() => /Đường lên của điểm cầu này .*yếu: .*đề nghị/.test(document.querySelector('[data-testid=line-words]').textContent)"
            )
            assert await console.evaluate(BOXES) == boxes, "nothing moves when a line is told weak"
            await console.locator(mark("lines-vu-thu")).click()
            said = await console.locator(mark("line-dialog-vu-thu")).inner_text()
            assert "Đường lên của" in said
            assert "đề nghị" in said
            await console.keyboard.press("Escape")
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{there.local}/metrics") as answer:
                rows = [row for row in (await answer.text()).splitlines() if row.startswith("diemcau_line_score{")]
            (row,) = [row for row in rows if 'who="vu-thu"' in row and 'direction="up"' in row]
            assert float(row.rpartition(" ")[2]) < 75

            path.bps = None
            _, after = await colour(console, {"good"}, 90)
            print(f"told good {after:.1f} s after the release")
            await console.wait_for_function("() => !/Vũ Thư/.test(document.querySelector('[data-testid=alerts]')?.textContent ?? '')")
            await site.wait_for_function("() => document.querySelector('[data-testid=line-words]').textContent === ''")
            await asyncio.sleep(2)
            _, body, _ = await desk.get(f"/api/sessions/{there.session}/replay/timeline")
            lines = [one for one in json.loads(body)["lines"] if one["site"] == "vu-thu" and one["direction"] == "up"]
            assert lines, "the record knows it too"
            assert len(lines) <= 4, lines
        path.close()
