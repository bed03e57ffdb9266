"""The bench of the orders runs and says what it found. It is told no times here: CI has others."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bench pins cores")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/bench_orders.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_each_case_is_measured_on_both_stores_beside_the_bare_script() -> None:
    ran = bench("--quick", "--json", "--orders=300", "--rounds=1")
    assert ran.returncode == 0, ran.stderr
    result: dict[str, Any] = json.loads(ran.stdout)
    assert "appendfsync no" in result["stores"]["unsynced"]
    assert len(result["medians"]) == 4
    for of_stores in result["medians"].values():
        assert set(of_stores) == {"synced", "unsynced"}
        for figures in of_stores.values():
            assert figures.pop("others") >= 0
            assert all(math.isfinite(one) and one > 0 for one in figures.values())
    assert set(result["ratios"]) == set(result["medians"])


def test_no_rounds_are_refused_in_a_sentence() -> None:
    ran = bench("--rounds=0")
    assert ran.returncode == 2
    assert "--rounds has to be 1 or more" in ran.stderr
