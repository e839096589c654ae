"""Desks, signatories and halls in Chromium, for tests in which a document is read, agreed with and signed."""

import asyncio
import time

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_der_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from kit import pdfs
from kit.pki import pki


def test_id(name):
    return f"[data-testid={name}]"


test_id.__test__ = False


async def page_of(there, path, cookies=None, size=(1366, 768)):
    """A page of a browser of its own; a broken policy ends up in `there.errors`."""
    context = await there.browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(120_000)
    await context.add_cookies([
        {"name": name, "value": value, "domain": "localhost", "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax"}
        for name, value in (cookies or {}).items()
    ])  # fmt: skip
    page = await context.new_page()
    page.on("console", lambda message: there.errors.append(message.text) if "Content Security Policy" in message.text else None)
    await page.goto(there.url + path)
    return page


async def desk(there, role):
    """A signed-in person's page."""
    cookie = (await there.person(role)).partition("=")
    return await page_of(there, f"/hub?s={there.room.session.name}", {cookie[0]: cookie[2]})


async def joined(there, operator, **whose):
    """A page opened by a link the operator gave out: `slot=` of a signatory, `site=` of a hall."""
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in await operator.context.cookies())
    async with there.http.post(f"{there.url}{there.api}/links", json=whose, headers=there.headers(cookie)) as answer:
        link = (await answer.json())["url"]
    page = await page_of(there, "/join#" + link.partition("#")[2])
    await page.wait_for_url("**/sign?**" if "slot" in whose else "**/site?**")
    return page


async def seat_of(page):
    return await page.evaluate("fetch('/api/me', {headers: {'X-Diemcau': '1'}}).then(a => a.json()).then(me => me.person.seat)")


async def press(page, name):
    await page.locator(test_id(name)).first.click()


async def reason(page, text="vì thử"):
    await page.locator(test_id("reason")).fill(text)
    await press(page, "reason-confirm")


async def until(what, seconds=120):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


def paper(there, document):
    return there.room.session.state.paper(document)


async def hand_in(there, page, document, pages=2):
    """Choose the document at a desk, hand a file in, publish it."""
    chooser = page.locator(test_id("paper-choose")).first
    await chooser.select_option(document)
    data = pdfs.plain(pages=pages)
    await page.locator(test_id(f"file-{document}")).set_input_files({"name": "van-ban.pdf", "mimeType": "application/pdf", "buffer": data})
    await until(lambda: paper(there, document).file is not None)
    await press(page, f"publish-{document}")
    await until(lambda: paper(there, document).state == "published")


async def assign(page, slot, person):
    await press(page, f"assign-{slot}")
    await page.locator(test_id("assign-person")).fill(person)
    await press(page, "assign-save")


def p12(who, password="mật khẩu"):
    """A key of the tests' own authority as a PKCS#12 file."""
    key = load_der_private_key(pki().pkcs8(who), None)
    more = [load_der_x509_certificate(one) for one in pki().chain]
    own = load_der_x509_certificate(pki().cert(who))
    return serialize_key_and_certificates(who.encode(), key, own, more, BestAvailableEncryption(password.encode()))


async def sign_by_file(page, slot, who):
    """Sign as a person with a key in a file, and wait until the signature has landed."""
    await page.locator(".by-file summary").click()
    chosen = {"name": "a.p12", "mimeType": "application/x-pkcs12", "buffer": p12(who)}
    await page.locator(test_id("p12-file")).set_input_files(chosen)
    await page.locator(test_id("p12-password")).fill("mật khẩu")
    await press(page, "p12-sign")
    await page.locator(f"{test_id('own-' + slot)}[data-state=landed]").wait_for()


async def sign_in_ink(operator, secretary, slot):
    """Pen down, pen up, a second person's word."""
    await press(operator, f"pen-down-{slot}")
    await press(operator, f"pen-up-{slot}")
    await press(secretary, f"witness-{slot}")
    await operator.locator(f"{test_id('slot-' + slot)}[data-state=landed]").wait_for()
