"""Counts of durations in tenths of a millisecond, so that percentiles are exact to 0.1 ms."""

from array import array

from msgspec import Struct

BUCKETS_A_MS = 10
# Durations beyond this share the last bucket; the maximum is kept apart.
MAX_MS = 30_000


class Summary(Struct, frozen=True, kw_only=True):
    """A histogram for people: milliseconds, None when nothing was recorded."""

    count: int
    p50: float | None
    p99: float | None
    max: float | None


class Histogram:
    """Record with `add`; send to another process with `packed` and take in there with `merge`."""

    __slots__ = ("_counts", "highest_ms")

    def __init__(self) -> None:
        self._counts = array("Q", bytes(8 * (MAX_MS * BUCKETS_A_MS + 1)))
        self.highest_ms = 0.0

    def add(self, duration_ms: float) -> None:
        """A negative duration (the clock was set back) counts as none."""
        if duration_ms > self.highest_ms:
            self.highest_ms = duration_ms
        bucket = int(duration_ms * BUCKETS_A_MS)
        self._counts[bucket if 0 <= bucket < MAX_MS * BUCKETS_A_MS else _edge(bucket)] += 1

    def packed(self) -> list[tuple[int, int]]:
        """The buckets that hold anything, with their counts."""
        return [(bucket, count) for bucket, count in enumerate(self._counts) if count]

    def merge(self, packed: list[tuple[int, int]], highest_ms: float) -> None:
        for bucket, count in packed:
            self._counts[bucket] += count
        self.highest_ms = max(self.highest_ms, highest_ms)

    def summary(self) -> Summary:
        count = sum(self._counts)
        if not count:
            return Summary(count=0, p50=None, p99=None, max=None)
        return Summary(
            count=count,
            p50=self._percentile(count, 50),
            p99=self._percentile(count, 99),
            max=round(self.highest_ms, 1),
        )

    def _percentile(self, count: int, percent: int) -> float:
        """The upper edge of the bucket that holds the percentile, never above the maximum."""
        rank, seen = (count * percent + 99) // 100, 0
        for bucket, number in enumerate(self._counts):
            seen += number
            if seen >= rank:
                return round(min((bucket + 1) / BUCKETS_A_MS, self.highest_ms), 1)
        return round(self.highest_ms, 1)


def _edge(bucket: int) -> int:
    return 0 if bucket < 0 else MAX_MS * BUCKETS_A_MS
