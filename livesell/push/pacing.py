"""How often, given how many sockets this process carries. Pure numbers, no clock.

A frame costs about 5 µs of a core, so 10,000 sockets at four a second take a fifth of it; beyond
that the tick stretches instead of the loop falling behind.
"""

# Up to here the configured tick holds; at CROWD + STEP it has grown by GROWTH times itself, so
# 250 ms become 1,000 ms at 50,000 sockets.
CROWD = 10_000
STEP = 40_000
GROWTH = 3

# The least delay after a goodbye, so that the listener's successor is up, and the most, so that
# nobody sits in front of a frozen page for longer than a minute.
RETRY_LOW_MS = 250
RETRY_HIGH_MS = 60_000


def stretched(base_ms: int, sockets: int) -> int:
    """A period (the tick, or how often likes are sent) for this many local sockets."""
    return base_ms + base_ms * GROWTH * max(0, sockets - CROWD) // STEP


def retry_range(sockets: int, joins_per_second: int) -> tuple[int, int]:
    """The delays among which pages choose, so that they come back at half the pace we can take."""
    spread_ms = 2 * 1000 * sockets // joins_per_second
    return RETRY_LOW_MS, min(RETRY_HIGH_MS, 4 * RETRY_LOW_MS + spread_ms)
