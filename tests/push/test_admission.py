import resource

import pytest

from livesell.push.admission import Admission, Pace, Rates, capacity, raise_open_files


def test_the_open_file_limit_is_raised_as_far_as_it_may() -> None:
    limit = raise_open_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == limit


def test_capacity_leaves_files_for_everything_else() -> None:
    assert capacity(20_000, 0) == 20_000 - 512
    assert capacity(256, 0) == 128
    assert capacity(20_000, 100) == 100
    assert capacity(1_000, 5_000) == 500


def test_a_pace_allows_its_burst_and_then_its_rate() -> None:
    pace, due, allowed = Pace(10, burst=5), 0.0, 0
    for tick in range(100):  # two seconds
        after = pace.after(due, now=1000 + tick / 50)
        if after is not None:
            due, allowed = after, allowed + 1
    assert 5 + 19 <= allowed <= 5 + 20


def test_a_pace_tells_how_long_to_wait() -> None:
    pace = Pace(2, burst=1)
    due = pace.after(0.0, now=10.0)
    assert due is not None
    assert pace.after(due, now=10.1) is None
    assert pace.wait(due, now=10.1) == pytest.approx(0.4)
    assert pace.after(due, now=10.5) is not None


def test_rates_are_per_subject_and_forgotten() -> None:
    rates = Rates(1, burst=1)
    assert rates.take("a", 5.0)
    assert not rates.take("a", 5.5)
    assert rates.take("b", 5.5)
    rates.forget(7.0)
    assert rates._due == {}
    assert rates.take("a", 7.0)


def an_admission(**changes: int) -> Admission:
    usual = {"most": 10, "joins_per_second": 2, "per_address": 0, "per_viewer": 1}
    return Admission(**{**usual, **changes})


def test_the_door_closes_for_three_reasons() -> None:
    door = an_admission()
    assert door.refusal(1, 0.0) is None
    assert door.refusal(2, 0.0) is None
    refused = [door.refusal(3, 0.0), door.refusal(11, 9.0)]
    door.is_closed = True
    refused.append(door.refusal(1, 9.0))
    assert [one.reason for one in refused if one] == ["joins", "full", "closing"]
    for one in refused:
        assert one is not None
        head, _, body = one.answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert f"Content-Length: {len(body)}".encode() in head
        assert b"Retry-After: " in head


def test_addresses_and_viewers_are_counted_in_and_out() -> None:
    door = an_admission(per_address=1)
    assert door.take_address("a") is None
    assert door.take_address("a") is not None
    assert door.take_address("b") is None
    door.give_address("a")
    assert door.take_address("a") is None
    assert door.take_viewer("v")
    assert not door.take_viewer("v")
    door.give_viewer("v")
    assert door.take_viewer("v")
    free = an_admission(per_address=0)
    assert all(free.take_address("a") is None for _ in range(100))
