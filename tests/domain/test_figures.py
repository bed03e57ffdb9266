"""The figures of a session that was computed by hand; a ratio over zero is None."""

from livesell.domain.figures import average_concurrent, figures
from livesell.domain.truth import Bucket, Tally
from tests.domain import truths
from tests.domain.truths import GROSS, START_MS


def test_the_figures_computed_by_hand() -> None:
    found = figures(truths.truth(), truths.timeline(), "ordered")
    assert (found.as_of, found.currency, found.live_s) == (truths.at(20), "CNY", 20)
    assert (found.gross, found.ordered, found.gross_kind) == (35_300, 35_300, "ordered")
    assert (found.orders, found.units, found.buyers) == (3, 6, 2)
    assert found.average_order == 11_767, "35300 / 3 = 11766.67, rounded half up"
    assert found.per_buyer == 17_650
    assert (found.viewers, found.views, found.concurrent, found.peak) == (2, 3, 2, 2)
    assert (found.watch_s, found.average_watch_s) == (30, 15.0)
    assert (found.likes, found.likers) == (15, 2)
    assert found.conversion == 1.0
    assert found.uv_value == 17_650.0
    assert found.gross_per_thousand_views == 11_766_666.7
    assert found.donated == 100


def test_each_card_by_slot_with_its_window() -> None:
    tea, yak = figures(truths.truth(), {}, "ordered").cards
    assert (tea.card, tea.slot, tea.sold, tea.orders, tea.gross) == ("tea", 1, 5, 2, 2500)
    assert (tea.windows, tea.window_s) == (1, 11)
    assert (tea.window_orders, tea.window_units, tea.window_gross) == (1, 2, 1000)
    assert (yak.card, yak.allocated, yak.free, yak.sold) == ("yak", 12, 11, 1)
    assert (yak.windows, yak.window_s, yak.window_orders) == (0, 0, 0)
    assert tea.gross + yak.gross == GROSS


def test_a_capped_watch_time_goes_before_the_running_total() -> None:
    found = figures(truths.truth(), {}, "ordered", watch_ms=25_000)
    assert (found.watch_s, found.average_watch_s) == (25, 12.5)


def test_nothing_yet_is_none_where_it_would_be_divided_by_zero() -> None:
    found = figures(truths.truth(tally=Tally()), {}, "ordered")
    assert (found.gross, found.orders) == (0, 0)
    for name in (
        "average_order", "per_buyer", "average_concurrent", "average_watch_s", "conversion",
        "uv_value", "gross_per_thousand_views",
    ):  # fmt: skip
        assert getattr(found, name) is None, name


def test_the_average_takes_each_minutes_maximum() -> None:
    minute = START_MS - START_MS % 60_000
    samples = {0: 3, 10_000: 9, 50_000: 5, 60_000: 4, 130_000: 0}
    timeline = {minute + at: Bucket(concurrent=count) for at, count in samples.items()}
    assert average_concurrent(timeline) == 6.5, "(9 + 4) / 2; the minute without a sample is out"
    assert average_concurrent({}) is None


def test_gross_is_what_was_paid_where_payment_is_in_advance() -> None:
    sums = {"paid": 30_000, "refunded": 1500, "paid_orders": 2, "held_orders": 1}
    found = figures(truths.truth(tally=truths.tally(**sums)), {}, "paid")
    assert (found.gross, found.gross_kind, found.ordered) == (30_000, "paid", GROSS)
    assert (found.paid, found.refunded, found.net) == (30_000, 1500, 28_500)
    assert (found.average_order, found.per_buyer) == (15_000, 15_000)
    assert found.uv_value == 15_000.0
    assert (found.orders, found.paid_orders, found.held_orders) == (3, 2, 1)
    assert [card.gross for card in found.cards] == [0, 0]
