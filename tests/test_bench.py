"""The bench of the fan-out runs and says what it found. It is told no times here: CI has others."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bench uses epoll and /proc")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/bench_fanout.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_ours_and_a_peer_are_measured_and_compared() -> None:
    ran = bench("--quick", "--json", "--subscribers=20", "--rounds=1", "--peers=websockets")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert set(result["medians"]) == {"livesell", "websockets"}
    for figures in result["medians"].values():
        # What is beyond the cost at rest is next to nothing for so few, and may come out below it.
        assert all(math.isfinite(figures[figure]) for figure in ("frame_us", "like_us"))
        for figure in ("busy_frame_us", "frames_per_s", "join_us", "p99_ms"):
            assert math.isfinite(figures[figure])
            assert figures[figure] > 0
    ratios = result["ratios"]["websockets"]
    assert {"frame_us", "join_us", "like_us"} <= set(ratios)
    assert all(math.isfinite(ratio) for ratio in ratios.values())
    assert {goal["figure"] for goal in result["goals"]} >= {"frame_us", "join_us", "like_us"}


def test_a_peer_that_is_not_known_is_refused_with_the_names_of_those_that_are() -> None:
    ran = bench("--peers=nginx")
    assert ran.returncode == 2
    assert "nginx is not known" in ran.stderr
    assert "aiohttp" in ran.stderr
