"""Percentiles to a tenth of a millisecond, over several processes."""

from livesell.replay.histogram import Histogram


def test_percentiles_are_upper_edges() -> None:
    one = Histogram()
    for value in range(100):
        one.add(value + 0.5)
    summary = one.summary()
    assert (summary.count, summary.p50, summary.p99, summary.max) == (100, 49.6, 98.6, 99.5)


def test_nothing_recorded_says_nothing() -> None:
    summary = Histogram().summary()
    assert (summary.count, summary.p50, summary.p99, summary.max) == (0, None, None, None)


def test_two_processes_are_one() -> None:
    left, right, whole = Histogram(), Histogram(), Histogram()
    for value in (1.0, 2.0, 40_000.0):
        left.add(value)
    right.add(-3.0)
    for one in (left, right):
        whole.merge(one.packed(), one.highest_ms)
    summary = whole.summary()
    assert (summary.count, summary.p50, summary.max) == (4, 1.1, 40_000.0)
