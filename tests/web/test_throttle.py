"""A bucket holds one minute's worth, refills evenly, and is forgotten when nobody asks."""

from hypothesis import given
from hypothesis import strategies as st

from livesell.web.throttle import Throttle
from tests.support.build import FakeClock


def test_a_minutes_worth_at_once_then_one_at_a_time() -> None:
    clock = FakeClock()
    throttle = Throttle(6, clock)
    assert [throttle.take("a") for _ in range(8)] == [0] * 6 + [10, 10]
    assert throttle.take("b") == 0
    clock.advance(s=9)
    assert throttle.take("a") == 1
    clock.advance(s=1)
    assert [throttle.take("a"), throttle.take("a")] == [0, 10]


def test_memory_is_bounded_and_forgetting_only_helps() -> None:
    throttle = Throttle(1, FakeClock(), max_keys=2)
    assert [throttle.take(key) for key in "abca"] == [0, 0, 0, 0]
    assert throttle.take("c") == 60


@given(
    per_minute=st.integers(1, 1000),
    steps=st.lists(st.integers(-1000, 30_000), max_size=60),
)
def test_never_more_than_the_burst_and_the_rate(per_minute: int, steps: list[int]) -> None:
    clock = FakeClock()
    throttle = Throttle(per_minute, clock)
    taken, forward_ms = 0, 0
    for step in steps:
        clock.advance(step)
        forward_ms += max(0, step)
        wait_s = throttle.take("a")
        assert 0 <= wait_s <= 60
        taken += wait_s == 0
    assert taken <= per_minute + forward_ms * per_minute / 60_000 + 1e-6
