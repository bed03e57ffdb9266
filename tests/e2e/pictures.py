"""Pictures of pages for people to look at: kept where LIVESELL_TEST_PICTURES names a folder."""

import os
from pathlib import Path

from playwright.async_api import Page


async def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Photographs the window, or the whole page; does nothing without the setting."""
    if folder := os.environ.get("LIVESELL_TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
