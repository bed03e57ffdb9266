"""Pauses before trying again: growing, and random, so that many processes do not try in step."""

import random
from collections.abc import Iterator

FIRST_S = 0.05
MOST_S = 2.0


def delays(first_s: float = FIRST_S, most_s: float = MOST_S) -> Iterator[float]:
    """Endless pauses in seconds, each random up to a bound that doubles ("full jitter")."""
    bound_s = first_s
    while True:
        yield random.uniform(0, bound_s)  # noqa: S311 not a secret
        bound_s = min(most_s, bound_s * 2)
