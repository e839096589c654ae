"""Chromium through Playwright, started once a test; a page on the loopback to run media in."""

import contextlib
import shutil

from kit.left_out import leave_out
from playwright.async_api import async_playwright

ARGS = [
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required", "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--disable-gpu", "--mute-audio",
    "--no-sandbox",
]  # fmt: skip


def chromium_path():
    """Where Chromium is. In CI a missing browser is a failure, elsewhere it is left out."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        leave_out("no Chromium on this machine")
    return found


@contextlib.asynccontextmanager
async def chromium():
    path = chromium_path()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()
