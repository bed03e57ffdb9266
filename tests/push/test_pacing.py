from livesell.push.pacing import retry_range, stretched


def test_the_tick_stretches_with_the_crowd() -> None:
    assert [stretched(250, n) for n in (0, 10_000, 30_000, 50_000)] == [250, 250, 625, 1000]
    assert stretched(1000, 50_000) == 4000


def test_a_goodbye_spreads_the_reconnects() -> None:
    assert retry_range(0, 2000) == (250, 1000)
    assert retry_range(10_000, 2000) == (250, 11_000)
    assert retry_range(10**7, 2000) == (250, 60_000)
