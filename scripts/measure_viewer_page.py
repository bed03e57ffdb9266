"""What opening the viewer's page costs: weight, requests, and the times that a viewer waits.

    .venv/bin/python scripts/measure_viewer_page.py [--runs 5] [--source .] [--markdown]

Medians over several openings with an empty cache, on a phone and on a desk, over three links. The
weight is what came over the wire before the socket, without pictures. The links are those of
Lighthouse's lantern: their latency and pace hold for HTTP; Chromium does not slow sockets down.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.service import Service

REPOSITORY = Path(__file__).resolve().parent.parent

CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
PATIENCE_MS = 120_000

CARDS = 24


@dataclass(frozen=True)
class Link:
    """How fast HTTP is; nothing is limited where a number is 0.

    Attributes:
        slower: How many times slower the processor is made.
    """

    name: str
    latency_ms: int = 0
    kbit_s: int = 0
    slower: int = 1


LINKS = (Link("no limit"), Link("slow 4G", 150, 1600), Link("slow 3G, 4x CPU", 400, 400, 4))

SCREENS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1440, "height": 900}},
}

# Watched from the first line of the page on. The page is live when it says so on <body>.
WATCH = """
globalThis.measured = { cls: 0, lcp: 0, live: null };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) measured.lcp = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.cls += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver(() => {
  if (document.body?.dataset.status === "live") measured.live ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""

READ = """() => {
  const paint = (name) => performance.getEntriesByName(name)[0]?.startTime ?? 0;
  return { ...measured, fp: paint("first-paint"), fcp: paint("first-contentful-paint") };
}"""

COLUMNS = {
    "weight kB": "kb", "requests": "requests", "first paint ms": "fp", "FCP ms": "fcp",
    "LCP ms": "lcp", "live ms": "live", "CLS": "cls", "main thread ms": "busy",
}  # fmt: skip


async def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--runs", type=int, default=5)
    wanted.add_argument("--source", type=Path, default=REPOSITORY, help="whose livesell to run")
    wanted.add_argument("--markdown", action="store_true")
    given = wanted.parse_args()
    # A module is found where the service is started.
    os.chdir(given.source)
    rows = []
    async with served() as address, chromium() as browser:
        await opened(browser, address, LINKS[0], "phone")  # the service's own first time
        for screen in SCREENS:
            for link in LINKS:
                runs = [await opened(browser, address, link, screen) for _ in range(given.runs)]
                rows.append((f"{screen}, {link.name}", medians(runs)))
    print_table(rows, "|" if given.markdown else "")


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """A show on air with a shelf of cards, one of them shown."""
    with tempfile.TemporaryDirectory() as scratch:
        service = Service(Path(scratch) / "data")
        await service.start()
        try:
            cards = [card(slot) for slot in range(1, CARDS + 1)]
            session = await service.create(title="那曲好物直播专场", cards=cards)
            await service.command(session, "start")
            await service.command(session, "show", card="card-3")
            await service.command(session, "notice", text="满 99 包邮，48 小时内发货")
            yield f"{service.url}/s/{session}"
        finally:
            await service.close()


def card(slot: int) -> dict[str, object]:
    return {
        "id": f"card-{slot}", "slot": slot, "title": f"娘亚牦牛肉干 {slot} 号 手撕原味 250 g",
        "price": 5900 + slot * 100, "was": 9900, "stock": 100, "open": True, "limit": 5,
        "badges": ["地理标志"], "story": "嘉黎县海拔 4,500 米的牧场，牧户合作社直供。" * 3,
    }  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        print(f"Chromium {browser.version}", file=sys.stderr)
        yield browser
        await browser.close()


async def opened(browser: Browser, address: str, link: Link, screen: str) -> dict[str, float]:
    """One opening with an empty cache, until the page is live."""
    context = await browser.new_context(locale="zh-CN", **SCREENS[screen])
    page = await context.new_page()
    try:
        wire = await context.new_cdp_session(page)
        arrived = await watch_the_wire(wire, link)
        await page.add_init_script(WATCH)
        await page.goto(address, wait_until="commit", timeout=PATIENCE_MS)
        await page.wait_for_selector('body[data-status="live"]', timeout=PATIENCE_MS)
        return await figures(page, wire, arrived)
    finally:
        await context.close()


async def watch_the_wire(wire: CDPSession, link: Link) -> dict[str, float]:
    """Slows the page down, and counts what comes."""
    arrived: dict[str, float] = {"bytes": 0, "requests": 0}
    pictures: set[str] = set()

    def answered(event: dict[str, object]) -> None:
        if event["type"] in ("Image", "Media", "Font"):
            pictures.add(str(event["requestId"]))

    def loaded(event: dict[str, object]) -> None:
        if event["requestId"] not in pictures:
            arrived["bytes"] += float(str(event["encodedDataLength"]))
            arrived["requests"] += 1

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", loaded)
    await wire.send("Network.enable")
    await wire.send("Performance.enable")
    if link.kbit_s:
        pace = link.kbit_s * 1000 / 8
        limits = {"latency": link.latency_ms, "downloadThroughput": pace, "uploadThroughput": pace}
        await wire.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    if link.slower > 1:
        await wire.send("Emulation.setCPUThrottlingRate", {"rate": link.slower})
    return arrived


async def figures(page: Page, wire: CDPSession, arrived: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = await page.evaluate(READ)
    metrics = (await wire.send("Performance.getMetrics"))["metrics"]
    busy = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
    weight = {"kb": arrived["bytes"] / 1000, "requests": arrived["requests"]}
    return {**found, **weight, "busy": busy * 1000}


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in COLUMNS.values()}


def print_table(rows: list[tuple[str, dict[str, float]]], bar: str) -> None:
    widths = [24, *(max(9, len(name) + 2) for name in COLUMNS)]
    lines = [["", *COLUMNS]]
    if bar:
        lines.append(["---"] + ["---:"] * len(COLUMNS))
    for name, found in rows:
        digits = {"kb": 1, "cls": 3}
        lines.append([name, *(f"{found[key]:.{digits.get(key, 0)}f}" for key in COLUMNS.values())])
    for cells in lines:
        padded = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
        text = (
            f" {bar} ".join((cells[0].ljust(widths[0]), *padded))
            if bar
            else "".join((cells[0].ljust(widths[0]), *padded))
        )
        print(f"{bar} {text} {bar}".strip())


if __name__ == "__main__":
    asyncio.run(main())
