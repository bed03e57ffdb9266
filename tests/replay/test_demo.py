"""`livesell demo`: the broadcast, its review, a second session with addresses, and Ctrl-C."""

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from livesell.replay import limits
from livesell.replay.plan import MIN_WITNESSES
from tests.support.process import ROOT, environ, livesell
from tests.support.wait import wait_until


async def test_the_demo_plays_and_then_stays_until_it_is_stopped(tmp_path: Path) -> None:
    data, log = tmp_path / "demo", tmp_path / "log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "livesell", "demo", "--data", str(data)),
            *("--speed", "900", "--viewers", "60"),
            stdout=out, stderr=out, env=environ(),
        )  # fmt: skip
    try:
        await wait_until(lambda: "Ctrl-C stops" in log.read_text(), "the addresses are told", 45)
        told = log.read_text()
        assert "Exact." in told
        assert "Review" in told
        await pages_answer(told)
    finally:
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            status = await process.wait()
    assert status == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    assert not (data / "serve.json").exists()
    listed = (await livesell("session", "list", "--json", "--data", data)).json["sessions"]
    states = {row["id"].partition("-")[0]: row["state"] for row in listed}
    assert states["naqu"] == "ended"
    assert states["evening"] in ("ended", "cancelled")
    users = await livesell("user", "list", "--data", data)
    assert "demo-host" in users.out
    assert "replay-" not in users.out


async def pages_answer(told: str) -> None:
    """Every address that is told can be opened; the password signs in."""
    addresses = dict(re.findall(r"^  (\w[\w ]*?) +(http://\S+)", told, re.MULTILINE))
    (password,) = re.findall(r"^  password +(\S+)$", told, re.MULTILINE)
    assert set(addresses) == {
        "sessions", "viewer", "console", "staff", "all sessions", "review", "overlay", "still",
        "poster", "set up",
    }  # fmt: skip
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        base = addresses["sessions"].rstrip("/")
        login = {"name": "demo-host", "password": password}
        async with client.post(f"{base}/api/v1/login", json=login) as answer:
            assert answer.status == 200
        for name, address in addresses.items():
            async with client.get(address, allow_redirects=False) as answer:
                assert answer.status == 200, f"{name}: {answer.status}"


async def test_a_demo_that_is_stopped_while_it_plays_leaves_nothing_behind(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "livesell", "demo", "--data", str(tmp_path / "demo")),
            *("--speed", "60", "--viewers", "60"),
            stdout=out, stderr=out, env=environ(),
        )  # fmt: skip
    await wait_until(lambda: " live " in log.read_text(), "the session is live", 30)
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        status = await process.wait()
    assert status == 130, log.read_text()
    assert "Traceback" not in log.read_text()
    assert not (tmp_path / "demo" / "serve.json").exists()


def test_an_audience_fits_files_cores_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "open_files", lambda: 1024)
    count, why = limits.fitting(10_000)
    assert (count, why) == (500, "the limit of open files")
    assert limits.processes_for(4000) >= 5
    monkeypatch.setattr(limits, "open_files", lambda: 1_000_000)
    assert limits.fitting(MIN_WITNESSES) == (MIN_WITNESSES, "")


def test_the_scripts_are_sound_bash() -> None:
    for name in ("demo", "venv.sh"):
        subprocess.run(["bash", "-n", str(ROOT / "scripts" / name)], check=True)


def test_without_python_the_script_says_what_is_needed(tmp_path: Path) -> None:
    script = f"set -euo pipefail; . {ROOT}/scripts/venv.sh; find_python"
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
