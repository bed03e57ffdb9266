"""The machine that a bench ran on, for whoever compares its figures with others."""

import importlib.util
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any


def machine(libraries: Sequence[str]) -> dict[str, Any]:
    """Processor, kernel, Python, load, and the versions of those libraries that are installed."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "libraries": {name: version(name) for name in libraries if importlib.util.find_spec(name)},
    }
