"""The office's pages in Chromium: a person is added, signs in by link, sets a password; records are found and kept."""

import pytest
from kit.browsers import chromium
from kit.hubs import Desk, hub

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_a_person_is_added_and_a_record_is_found(tmp_path):
    with hub(tmp_path, bots=("--only", "hub")) as there:
        async with chromium() as browser, Desk(there) as desk:
            context = await browser.new_context(viewport={"width": 1366, "height": 768})
            page = await context.new_page()
            errors = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            await page.goto(there.links["operator"])
            await page.wait_for_url("**/hub?**")
            await (await desk.enter(there.links["secretary"])).connect()
            await desk.until(lambda: "hub" in desk.present(), 60)
            assert await desk.ask("incident.note", text="Mất điện ở sân khấu") == "done"

            await page.goto(f"{there.url}/people")
            await page.get_by_test_id("person-name").fill("Chị Lan")
            await page.get_by_test_id("person-role").select_option("staff")
            await page.get_by_test_id("person-add").click()
            link = await page.get_by_test_id("person-url").text_content()
            assert "#enter=" in link

            lan = await (await browser.new_context()).new_page()
            await lan.goto(link)
            await lan.wait_for_url("**/hub?**")
            await lan.goto(f"{there.url}/")
            await lan.get_by_test_id("own-password").locator("summary").click()
            await lan.get_by_label("Mật khẩu mới").fill("mua-xuan-den-som-2022")
            await lan.get_by_role("button", name="Lưu mật khẩu").click()
            await lan.get_by_text("Đã lưu mật khẩu.").wait_for()
            await lan.get_by_test_id("sign-out").click()
            await lan.locator("input[name=name]").fill("Chị Lan")
            await lan.locator("input[name=password]").fill("mua-xuan-den-som-2022")
            await lan.get_by_test_id("sign-in").click()
            await lan.wait_for_url("**/hub?**")

            await lan.goto(f"{there.url}/library")
            card = lan.get_by_test_id(f"record-{there.session}")
            await card.wait_for()
            await lan.get_by_test_id("library-search").fill("mat dien san khau")
            await card.get_by_text("Mất điện ở sân khấu").wait_for()
            await lan.get_by_test_id("library-search").fill("không có gì như thế")
            await lan.get_by_text("Không có hồ sơ nào phù hợp.").wait_for()
            await lan.get_by_test_id("library-search").fill("")
            await lan.get_by_test_id(f"class-{there.session}").select_option("20-years")
            await lan.get_by_test_id(f"hold-{there.session}").click()
            await lan.get_by_test_id(f"hold-{there.session}-reason").fill("đang kiểm tra")
            await lan.get_by_test_id(f"hold-{there.session}-send").click()
            await card.get_by_text("Đang giữ lại theo yêu cầu của Chị Lan: đang kiểm tra").wait_for()

            await page.reload()
            rows = page.locator("tbody tr", has_text="Chị Lan")
            await rows.get_by_role("button", name="Khóa").click()
            await rows.get_by_text("Đã khóa").wait_for()
            await lan.goto(f"{there.url}/library")
            await lan.get_by_test_id("refused").wait_for()
            assert errors == []
