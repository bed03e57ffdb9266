"""How often one address, account or viewer may ask: a token bucket for each key.

A bucket holds one minute's worth and refills evenly, so a burst after a quiet minute passes and
a steady flood does not. Buckets live in this process only.
"""

from collections import OrderedDict
from math import ceil

from livesell.clock import Clock
from livesell.errors import TooMany

# Memory is bounded: 100,000 keys are about 20 MB. Whoever was quiet longest is forgotten first;
# being forgotten only means a full bucket.
MAX_KEYS = 100_000

_MINUTE_MS = 60_000


def too_many(wait_s: int) -> TooMany:
    return TooMany(
        "too_many_requests",
        f"Too many requests came from this address. Try again in {wait_s} s.",
        data={"retry_s": wait_s},
    )


class Throttle:
    """Buckets of `per_minute` tokens, by key."""

    def __init__(self, per_minute: int, clock: Clock, max_keys: int = MAX_KEYS) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, key: str) -> int:
        """Takes one token.

        Returns:
            0 when there was one, else the whole seconds after which there will be.
        """
        now_ms = self._clock()
        tokens = self._tokens(key, now_ms)
        is_empty = tokens < 1
        self._buckets[key] = (tokens if is_empty else tokens - 1, now_ms)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return ceil((1 - tokens) * 60 / self._per_minute) if is_empty else 0

    def _tokens(self, key: str, now_ms: int) -> float:
        tokens, at_ms = self._buckets.get(key, (float(self._per_minute), now_ms))
        refilled = max(0, now_ms - at_ms) * self._per_minute / _MINUTE_MS
        return min(float(self._per_minute), tokens + refilled)
