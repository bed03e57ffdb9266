"""Takes the README's pictures of a real run: plays the demo and photographs its pages.

    .venv/bin/python scripts/take_pictures.py [--out scripts/pictures] [--viewers 10000]

Needs what scripts/test installs (Chromium, playwright). `--all DIR` photographs every page at phone
and laptop size, dark and light, Chinese and English, for looking at them.
"""

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# The demo plays an hour in a minute; starting and the review need some seconds more.
DEMO_READY_S = 240
SETTLE_MS = 2000

# The second session has something to show after this.
WARM_UP_S = 45

# What stands behind the transparent overlay in its picture.
BACKDROP = (62, 92, 84)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "scripts" / "pictures")
    parser.add_argument("--all", type=Path, default=None, metavar="DIR")
    parser.add_argument("--viewers", type=int, default=10_000)
    options = parser.parse_args()
    asyncio.run(take(options.out, options.all, options.viewers))


async def take(out: Path, every: Path | None, viewers: int) -> None:
    """Runs the demo in a directory of its own, and photographs it."""
    with tempfile.TemporaryDirectory() as scratch:
        use_packaged_font(Path(scratch))
        async with demo(Path(scratch), viewers) as addresses, chromium() as browser:
            state = await signed_in(browser, addresses)
            if every is None:
                await asyncio.sleep(WARM_UP_S)
                await for_readme(browser, addresses, state, out)
            else:
                await of_everything(browser, addresses, state, every)


def use_packaged_font(scratch: Path) -> None:
    """Lets Chromium draw Chinese on a machine without Chinese fonts."""
    fonts = Path(manimgx_fonts_cjk.__file__).parent
    config = scratch / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{fonts}</dir></fontconfig>"
    )
    os.environ["FONTCONFIG_FILE"] = str(config)


@contextlib.asynccontextmanager
async def demo(scratch: Path, viewers: int) -> AsyncIterator[dict[str, str]]:
    """The demo, running; gives its printed addresses and login by their names."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livesell", "demo", "--data", str(scratch / "data"),
        "--viewers", str(viewers), cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(DEMO_READY_S):
            addresses = await read_addresses(process)
        yield addresses
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def read_addresses(process: asyncio.subprocess.Process) -> dict[str, str]:
    found: dict[str, str] = {}
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        print(line, end="")
        if match := re.match(r"  ([a-z ]+?)\s{2,}(\S+)$", line.rstrip()):
            found[match[1]] = match[2]
        if "Ctrl-C" in line:
            return found
    raise SystemExit("The demo ended before its pages were there.")


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


async def signed_in(browser: Browser, addresses: dict[str, str]) -> Any:
    """Signs in as a person would; gives what the browser keeps."""
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    await page.goto(addresses["sessions"] + "login?next=/staff")
    await page.fill("input[name=name]", addresses["sign in as"])
    await page.fill("input[name=password]", addresses["password"])
    await page.click("button[type=submit]")
    await page.wait_for_url(addresses["all sessions"])
    state = await context.storage_state()
    await context.close()
    return state


async def opened(browser: Browser, url: str, **options: Any) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(**options)
    page = await context.new_page()
    await page.goto(url)
    await page.wait_for_timeout(SETTLE_MS)
    return context, page


async def shoot(browser: Browser, url: str, file: Path, **options: Any) -> None:
    context, page = await opened(browser, url, **options)
    save(await page.screenshot(), file)
    await context.close()


async def shoot_overlay(browser: Browser, url: str, file: Path) -> None:
    """The browser source over a plain backdrop, where a broadcast would have its video."""
    context, page = await opened(browser, url, viewport={"width": 1280, "height": 720})
    layer = Image.open(BytesIO(await page.screenshot(omit_background=True))).convert("RGBA")
    await context.close()
    over = BytesIO()
    Image.alpha_composite(Image.new("RGBA", layer.size, BACKDROP), layer).save(over, "PNG")
    save(over.getvalue(), file)


def save(png: bytes, file: Path) -> None:
    """Saves a picture with 256 colours, a quarter of the bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.open(BytesIO(png)).convert("RGB").quantize(256).save(file, optimize=True)
    print(file)


async def for_readme(browser: Browser, addresses: dict[str, str], state: Any, out: Path) -> None:
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}
    laptop = {"viewport": LAPTOP, "storage_state": state, "locale": "en"}
    await shoot(browser, addresses["viewer"], out / "viewer-phone.png", **phone)
    await shoot(
        browser, addresses["console"], out / "console-laptop.png", color_scheme="dark", **laptop
    )
    await shoot(browser, addresses["review"], out / "review-laptop.png", **laptop)
    await shoot_overlay(browser, addresses["overlay"], out / "overlay.png")
    context = await browser.new_context(storage_state=state, locale="zh-CN")
    answer = await context.request.get(addresses["poster"] + "?lang=zh")
    save(await answer.body(), out / "poster.png")
    await context.close()


async def of_everything(browser: Browser, addresses: dict[str, str], state: Any, out: Path) -> None:
    pages = {
        "index": addresses["sessions"], "viewer": addresses["viewer"],
        "ended": addresses["review"].replace("/staff/", "/s/"),
        "console": addresses["console"], "console-list": addresses["sessions"] + "console",
        "staff": addresses["all sessions"], "review": addresses["review"],
        "login": addresses["sessions"] + "login", "setup": addresses["sessions"] + "setup",
        "missing": addresses["sessions"] + "s/nothing-here", "overlay": addresses["overlay"],
    }  # fmt: skip
    for name, url in pages.items():
        for size, viewport in (("phone", PHONE), ("laptop", LAPTOP)):
            for scheme, locale in (("light", "zh-CN"), ("dark", "en")):
                file = out / f"{name}-{size}-{scheme}-{locale[:2]}.png"
                keeps = None if name in ("login", "setup") else state
                await shoot(
                    browser, url, file,
                    viewport=viewport, color_scheme=scheme, locale=locale, storage_state=keeps,
                )  # fmt: skip


if __name__ == "__main__":
    main()
