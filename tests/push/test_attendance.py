from livesell.push.attendance import FLUSH_AFTER_MS, MOST_IN_A_BEAT, Attendance


def test_viewers_are_distinct_over_their_sockets() -> None:
    here = Attendance()
    for viewer in ("a", "a", "b"):
        here.arrive(viewer, 0)
    assert here.viewers == 2
    here.depart("a", 1)
    assert here.viewers == 2
    here.depart("a", 2)
    assert here.viewers == 1


def test_nothing_is_told_before_the_session_is_on_air() -> None:
    here = Attendance()
    here.arrive("a", 0)
    assert here.take(FLUSH_AFTER_MS * 2) == ([], {})
    here.depart("a", FLUSH_AFTER_MS * 2)
    assert here.take(FLUSH_AFTER_MS * 2) == ([], {})


def test_going_on_air_counts_whoever_is_there_and_only_time_from_then() -> None:
    here = Attendance()
    here.arrive("early", 0)
    here.go_on_air(10_000)
    here.arrive("later", 12_000)
    assert here.take(12_000) == (["early", "later"], {})
    here.depart("early", 15_000)
    here.depart("later", 15_000)
    assert here.take(15_000) == ([], {"early": 5_000, "later": 3_000})
    assert not here.has_more


def test_whoever_stays_is_told_of_every_half_minute() -> None:
    here = Attendance()
    here.go_on_air(0)
    here.arrive("a", 0)
    here.arrive("b", 1_000)
    here.take(1_000)
    assert here.take(FLUSH_AFTER_MS - 1) == ([], {})
    assert here.take(FLUSH_AFTER_MS) == ([], {"a": FLUSH_AFTER_MS})
    assert here.take(FLUSH_AFTER_MS + 1_000) == ([], {"b": FLUSH_AFTER_MS})
    assert here.take(2 * FLUSH_AFTER_MS) == ([], {"a": FLUSH_AFTER_MS})


def test_the_end_closes_everyones_time_at_the_end() -> None:
    here = Attendance()
    here.go_on_air(0)
    here.arrive("a", 0)
    here.go_off_air(4_000)
    here.depart("a", 9_000)
    here.arrive("late", 9_000)
    assert here.take(9_000) == (["a"], {"a": 4_000})


def test_a_viewer_who_comes_back_is_told_again_with_the_sum() -> None:
    here = Attendance()
    here.go_on_air(0)
    for start in (0, 5_000):
        here.arrive("a", start)
        here.depart("a", start + 1_000)
    assert here.take(6_000) == (["a"], {"a": 2_000})


def test_a_crowd_is_told_in_parts() -> None:
    here = Attendance()
    here.go_on_air(0)
    count = MOST_IN_A_BEAT * 2 + 5
    for n in range(count):
        here.arrive(f"v{n}", 0)
    told: list[str] = []
    while here.has_more:
        joined, _ = here.take(0)
        assert len(joined) <= MOST_IN_A_BEAT
        told += joined
    assert len(set(told)) == len(told) == count
    watched: dict[str, int] = {}
    while len(watched) < count:
        _, some = here.take(FLUSH_AFTER_MS)
        assert 0 < len(some) <= MOST_IN_A_BEAT
        watched |= some
    assert set(watched.values()) == {FLUSH_AFTER_MS}
