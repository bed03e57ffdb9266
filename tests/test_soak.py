"""The soak's small sizes hold; how fast they are is for the machine that it is made for."""

import asyncio
import json
import sys

import pytest

from tests.support.process import ROOT, environ


@pytest.mark.parametrize("name", ["hostile", "kill-worker", "kill-loop"])
async def test_a_quick_scenario_holds(name: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "scripts/soak.py", "--quick", "--json", "--only", name),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environ(),
    )
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    [verdict] = json.loads(out)["scenarios"]
    assert verdict["held"], (verdict["failed"], err.decode())
    assert process.returncode == 0
