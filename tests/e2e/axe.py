"""What axe-core finds on a page that would shut somebody out."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page


async def serious(page: Page) -> list[str]:
    """The serious and critical findings, each with the elements that it is about."""
    # A colour that is on its way to another one is neither of them.
    await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    results = await Axe().run(page)
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
        for one in results.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
