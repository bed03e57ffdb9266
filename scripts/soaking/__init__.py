"""What `scripts/soak.py` runs: a service of its own, a crowd of cheap pages, a scenario a file."""

import sys
from pathlib import Path

# The faults are made by the tests' own proxy.
sys.path.append(str(Path(__file__).parents[2]))
