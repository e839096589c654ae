"""The signer's own page in Chromium: what is shown, and one press, one try."""

import asyncio
import re

import pytest
from kit import papers
from kit.browsers import chromium
from kit.pki import pki
from kit.signers import sign, told
from kit.tokens import PIN
from playwright.async_api import expect

from server.signer.confirm import PAGE_PX
from server.signer.usbtoken import Tokens

pytestmark = pytest.mark.browser


async def test_it_shows_hash_and_pages_asks_the_pin_once_and_forgets_it(running, softhsm):
    ticket, pdf = await asyncio.to_thread(papers.ticket, "btg-lanhdao")
    async with running.hub() as hub, chromium() as browser:
        page = await browser.new_page()
        wrong = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"http://127.0.0.1:{running.port}/#{running.loopback.secret}")
        await expect(page.locator("#code")).to_have_text("123 456")
        assert running.loopback.secret not in page.url
        await sign(hub, ticket, pdf)
        await expect(page.locator("#title")).to_have_text("Chương trình phối hợp")
        await expect(page.locator("#hash")).to_have_text(re.compile(r"^([0-9A-F]{4} ){15}[0-9A-F]{4}$"))
        # the page's own policy forbids evaluating texts, so nothing may be polled for
        await expect(page.locator("#page-1")).to_have_js_property("naturalWidth", PAGE_PX, timeout=20_000)
        await page.get_by_label("PIN").fill("000000")
        await page.get_by_role("button", name="Ký văn bản này").click()
        await expect(page.get_by_role("alert")).to_contain_text("Còn 1 lần")
        assert await page.get_by_label("PIN").input_value() == ""
        await page.get_by_label("PIN").fill(PIN)
        await page.get_by_role("button", name="Ký văn bản này").click()
        assert (await told(hub))["is"] == "signed"
        await expect(page.locator("#code")).to_be_visible()
        assert wrong == []
    assert Tokens(softhsm).sign(pki().cert("a"), PIN, b"x")


async def test_without_the_secret_it_shows_nothing(running):
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{running.port}/#guess")
        await expect(page.locator("#gone")).to_be_visible()
        assert await page.locator("#code").text_content() == ""
