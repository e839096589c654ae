"""An official who has never seen the product: a file becomes a ceremony, a rehearsal is held, the ceremony is led to its end.

Only visible Vietnamese labels are pressed. The nine halls are simulated participants, which follow the rehearsal and come back.
"""

import asyncio
import time

import pytest
from kit.browsers import chromium
from kit.hubs import Desk, hub

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]


def button(page, name):
    return page.get_by_role("button", name=name).first


async def hold(page, name, seen):
    """Press and hold until something happens, as a hand does."""
    await button(page, name).hover()
    await page.mouse.down()
    await seen.first.wait_for()
    await page.mouse.up()


async def live(page):
    """The number of the live item, from the run sheet."""
    row = page.locator("[data-state=live]")
    return await row.get_attribute("data-item") if await row.count() else None


async def everybody_is_here(page):
    await page.get_by_text("9/9 điểm cầu").wait_for(timeout=60_000)


async def take_next(page):
    before = await live(page)
    await button(page, "Chuyển mục").click()
    deadline = time.monotonic() + 60
    while (now := await live(page)) in (None, before):
        assert time.monotonic() < deadline, before
        # a signing whose document nobody published wants a reason: the dialog says so
        if await (dialog := page.get_by_role("dialog")).count():
            await dialog.get_by_label("Lý do (ghi vào nhật ký)").fill("Ký trên giấy")
            await dialog.get_by_role("button", name="Chuyển mục").click()
            await dialog.wait_for(state="detached")
        await asyncio.sleep(0.05)
    return now


async def end(page):
    dialog, mark = page.get_by_role("dialog"), page.get_by_text("Đã kết thúc")
    await hold(page, "Kết thúc phiên", dialog.or_(mark))
    if await page.get_by_role("dialog").count():
        await page.get_by_label("Lý do (ghi vào nhật ký)").fill("Tập xong")
        await page.get_by_role("dialog").get_by_role("button").last.click()


async def make_from_a_file(page, there, tmp_path):
    """A ceremony from the template, nothing typed."""
    await page.goto(there.url)
    await page.get_by_role("link", name="Chuẩn bị buổi lễ mới").click()
    await button(page, "Chương trình").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Tải mẫu").click()
    template = tmp_path / "mau.xlsx"
    await (await waiting.value).save_as(template)
    await page.get_by_label("Chọn tệp…").set_input_files(template)
    await page.get_by_text("19 mục, 9 điểm cầu").wait_for()
    await button(page, "Tạo buổi lễ").click()
    await page.get_by_role("heading", name="Đường dẫn cho từng nơi").wait_for()
    await button(page, "Kiểm tra").click()
    await page.get_by_text("0/9 sẵn sàng").wait_for()


async def rehearse(page, there):
    """The halls follow into the rehearsal; it is led, interrupted, gone on with and ended."""
    await page.goto(f"{there.url}/hub?s={there.session}")
    await everybody_is_here(page)
    await button(page, "Tổng duyệt").click()
    await page.wait_for_url(lambda address: there.session not in address)
    await page.get_by_text("TỔNG DUYỆT").first.wait_for()
    await everybody_is_here(page)
    await button(page, "Mở phiên").click()
    await take_next(page)
    await button(page, "Tạm dừng").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Lý do (ghi vào nhật ký)").fill("Thử tạm dừng")
    await dialog.get_by_role("button", name="Tạm dừng").click()
    await page.get_by_test_id("interrupted").wait_for()
    await button(page, "Tiếp tục").click()
    await take_next(page)
    await end(page)


async def lead(page, there):
    """The ceremony itself, all items; one question is asked on the way. Returns what ran."""
    await page.goto(f"{there.url}/hub?s={there.session}")
    await everybody_is_here(page)
    await button(page, "Mở phiên").click()
    seen = []
    for _ in range(19):
        seen.append(await take_next(page))
        if len(seen) == 8:
            await page.get_by_role("tab", name="XÁC NHẬN").click()
            await button(page, "Mở xác nhận").click()
            await page.get_by_text("Chưa trả lời (8)").wait_for()
            await button(page, "Đóng xác nhận").click()
            await page.get_by_text("Đã đóng lúc").wait_for()
    await end(page)
    return seen


async def test_from_a_file_to_the_end_of_the_ceremony(tmp_path):
    with hub(tmp_path) as there:
        async with chromium() as browser, Desk(there) as desk:
            context = await browser.new_context(viewport={"width": 1366, "height": 660}, accept_downloads=True)
            page = await context.new_page()
            errors = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            await page.goto(there.links["operator"])
            await page.wait_for_url("**/hub?**")
            await (await desk.enter(there.links["secretary"])).connect()
            await make_from_a_file(page, there, tmp_path)
            await rehearse(page, there)
            assert len(set(await lead(page, there))) == 19
            await desk.until(lambda: desk.view["session"]["phase"] == "closed")
            checks = [site.get("check") for site in desk.view["sites"]["sites"]]
            assert all(check is not None and check["results"]["joined"] for check in checks), checks
            assert errors == []
