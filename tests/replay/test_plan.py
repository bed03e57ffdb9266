"""A plan is exact before anything is played: totals, stock, limits, paces, the audience's curve."""

from collections import Counter, defaultdict
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.errors import BadInput
from livesell.replay import plan as planning
from livesell.replay.attendance import Attendance
from livesell.replay.curve import Curve, Moments, apportioned, density
from livesell.replay.plan import Pace, Plan, expand
from livesell.replay.reading import find_scenario
from livesell.replay.scenario import Audience
from livesell.replay.selling import Purchase, segments_of, shown_spans
from livesell.replay.timing import Timing
from tests.replay.small import small, tables

PACE = Pace(likes_per_second=15, orders_per_minute=30)


def plan(speed: float = 60, **options: object) -> Plan:
    scenario = options.pop("scenario", None) or small()
    timing = Timing.at_speed(scenario.minutes, speed)  # type: ignore[attr-defined]
    return expand(scenario, timing=timing, pace=PACE, **options)  # type: ignore[arg-type]


def purchases(one: Plan) -> list[Purchase]:
    return [purchase for share in one.shares for purchase in share.purchases]


def naqu() -> Plan:
    return plan(scenario=find_scenario("naqu"), viewers=10_000, processes=2)


def test_naqu_is_the_real_broadcast() -> None:
    scenario, expected = find_scenario("naqu"), naqu().expected
    assert scenario.minutes == 60
    assert scenario.session.host == "苗伟伦"
    assert scenario.audience.viewers >= 10_000
    assert expected.viewers == 10_000
    assert expected.likes >= 87_000
    assert expected.gross >= 1_070_000_00
    assert expected.donated == 20 * expected.cards["tea"].units
    assert expected.refused == {"sold_out": 1100}
    assert scenario.cards["tea"].price == 500
    assert scenario.cards["cordyceps"].price >= 100_000


def test_the_likes_of_naqu_peak_at_ten_times_their_mean() -> None:
    played = naqu()
    by_minute: Counter[int] = Counter()
    for share in played.shares:
        for step in share.steps:
            if step.do == planning.TAP:
                by_minute[int(played.timing.minute(step.at_ms))] += step.n
    assert sum(by_minute.values()) == played.expected.likes
    assert max(by_minute.values()) >= 10 * played.expected.likes / 60


def test_naqu_rushes_twice_on_a_card_that_sells_out() -> None:
    scenario, expected = find_scenario("naqu"), naqu().expected
    assert [rush.card for rush in scenario.rushes] == ["fresh-cordyceps"] * 2
    restocked = 200
    assert expected.cards["fresh-cordyceps"].units == scenario.stock["fresh-cordyceps"] + restocked


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(viewers=80, processes=3) == plan(viewers=80, processes=3)
    assert plan(viewers=80, seed=2).shares != plan(viewers=80).shares


@pytest.mark.parametrize(
    ("viewers", "speed", "processes"), [(100, 60, 1), (60, 30, 2), (300, 10, 3)]
)
def test_the_totals_do_not_follow_the_audience_unless_asked(
    viewers: int, speed: float, processes: int
) -> None:
    expected = plan(speed, viewers=viewers, processes=processes).expected
    assert (expected.viewers, expected.likes) == (viewers, 800)
    assert (expected.attempts, expected.orders) == (60 + 45 + 25, 60 + 10 + 5)
    assert expected.refused == {"sold_out": 45 - 10 + 25 - 5}
    assert expected.cards["yak"].units == 30
    assert expected.units == 30 + 90


def test_scaled_totals_follow_the_audience_and_rushes_still_sell_out() -> None:
    half = plan(viewers=50, scale_totals=True)
    assert (half.expected.likes, half.expected.viewers) == (400, 50)
    assert half.expected.cards["tea"].orders == 30
    assert half.scenario.stock["yak"] == 10
    assert half.expected.cards["yak"].units == 10 + 4
    assert half.scenario.stock["tea"] == 1000


def test_orders_are_sent_while_they_must_be_accepted() -> None:
    played = plan()
    for purchase in purchases(played):
        if purchase.card == "tea":
            is_late = purchase.at_ms >= played.timing.at(6)
            assert purchase.price == (400 if is_late else 500)
        else:
            assert purchase.at_ms >= played.timing.at(2)


def test_an_order_that_counts_on_a_restock_waits_for_it() -> None:
    played = plan()
    yak = [one for one in purchases(played) if one.card == "yak"]
    assert {one.allocated for one in yak if one.at_ms < played.timing.at(4)} == {20}
    assert {one.allocated for one in yak if one.at_ms > played.timing.at(4)} == {30}


def test_nobody_is_planned_beyond_the_limit_of_a_card() -> None:
    taken: Counter[int] = Counter()
    for purchase in purchases(plan()):
        if purchase.card == "yak":
            taken[purchase.viewer] += purchase.units
    assert max(taken.values()) <= 4


def test_order_ids_are_distinct() -> None:
    ids = [purchase.id for purchase in purchases(plan())]
    assert len(set(ids)) == len(ids)


def test_too_few_viewers_are_told_what_to_do() -> None:
    with pytest.raises(BadInput, match=r"too few to rush .* --scale-totals"):
        plan(viewers=10)
    without_rush = small(rushes=[])
    with pytest.raises(BadInput, match="too few to order everything"):
        plan(viewers=3, scenario=without_rush)
    only_likes = small(rushes=[], orders={})
    with pytest.raises(BadInput, match="too few for so many likes"):
        plan(viewers=5, scenario=only_likes)


def test_a_speed_that_leaves_no_time_is_refused() -> None:
    for speed in (0, -1, 1000):
        with pytest.raises(BadInput, match="The speed has to be above 0 and at most 200"):
            Timing.at_speed(10, speed)


def test_more_orders_than_stock_are_found_while_planning() -> None:
    greedy = tables()["cards"]
    greedy[0]["stock"] = 50
    with pytest.raises(BadInput, match="units of tea would be ordered, but there are 50"):
        plan(scenario=small(cards=greedy))


def test_a_rush_has_to_sell_out() -> None:
    lame = tables()["rushes"]
    lame[0]["buyers"] = 10
    with pytest.raises(BadInput, match="do not sell out the 20 units of yak exactly"):
        plan(scenario=small(rushes=lame))


def test_a_card_that_is_never_open_cannot_be_ordered() -> None:
    closed = tables()["cards"]
    closed[0]["open"] = False
    with pytest.raises(BadInput, match="tea is never open"):
        plan(scenario=small(cards=closed))


def test_segments_follow_the_moves() -> None:
    moves = [
        {"at": "01:00", "do": "close", "card": "tea"},
        {"at": "02:00", "do": "open", "card": "tea"},
        {"at": "03:00", "do": "pause"},
        {"at": "04:00", "do": "resume"},
        {"at": "05:00", "do": "price", "card": "tea", "price": 450},
        {"at": "06:00", "do": "show", "card": "tea"},
        {"at": "07:00", "do": "show", "card": "yak"},
    ]
    scenario = small(moves=moves, rushes=[])
    found = [(one.start, one.end, one.price) for one in segments_of(scenario, "tea")]
    assert found == [(0, 1, 500), (2, 3, 500), (4, 5, 500), (5, 10, 450)]
    assert shown_spans(scenario, "tea") == [(6, 7)]
    assert shown_spans(scenario, "yak") == [(7, 10)]
    assert segments_of(scenario, "yak") == []


def test_steps_are_in_order_and_belong_to_someone_who_is_there() -> None:
    for share in plan(processes=2).shares:
        assert all(left.at_ms <= right.at_ms for left, right in pairwise(share.steps))
        here: set[int] = set()
        for step in share.steps:
            if step.do == planning.JOIN:
                here.add(step.who)
            elif step.do == planning.LEAVE:
                here.remove(step.who)
            elif step.do == planning.TAP:
                assert step.who in here


# --- parts -----------------------------------------------------------------------------------

LEVELS = st.lists(st.floats(0.05, 1), min_size=2, max_size=6)


@given(LEVELS, st.integers(1, 400), st.integers(0, 10_000))
def test_everybody_is_there_once_and_never_twice_at_a_time(
    levels: list[float], viewers: int, seed: int
) -> None:
    curve = tuple((place * 12 / len(levels), level) for place, level in enumerate(levels))
    audience = Audience(viewers=viewers, curve=curve, returns=0.2, away=(1, 2), reconnects=0.3)
    steady = min(viewers, 5)
    attendance = Attendance(audience, viewers, 12, steady, Random(seed))
    for visits in attendance.visits:
        assert visits
        for left, right in pairwise(visits):
            assert left.end is not None
            assert left.start < left.end <= right.start
        assert all(visit.end is None or visit.end <= 12 for visit in visits)
        for visit in visits:
            end = 12 if visit.end is None else visit.end
            assert visit.drop is None or visit.start < visit.drop < end
    for viewer in range(steady):
        assert [visit.end for visit in attendance.visits[viewer]] == [None]


def test_the_audience_follows_its_curve() -> None:
    curve = ((0.0, 0.4), (6.0, 0.9), (12.0, 0.5))
    audience = Audience(viewers=1000, curve=curve)
    attendance = Attendance(audience, 1000, 12, 20, Random(3))
    for minute in (0.5, 3, 6, 9, 11.5):
        there = sum(attendance.is_present(viewer, minute) for viewer in range(1000))
        assert there == pytest.approx(1000 * Curve(curve).at(minute), abs=25)


@given(st.integers(0, 5000), st.lists(st.floats(0.001, 1000), min_size=1, max_size=20))
def test_parts_add_up(total: int, weights: list[float]) -> None:
    parts = apportioned(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part - total * w / sum(weights)) < 1.001 for part, w in zip(parts, weights, strict=True)
    )


def test_moments_follow_the_density() -> None:
    shape = density(Curve(((0.0, 0.0), (5.0, 0.0), (5.1, 1.0), (10.0, 1.0))), 10)
    drawn = Moments(shape).draw(1000, Random(1))
    assert drawn == sorted(drawn)
    assert min(drawn) >= 5
    per_minute: dict[int, int] = defaultdict(int)
    for minute in drawn:
        per_minute[int(minute)] += 1
    assert per_minute[7] == pytest.approx(per_minute[9], abs=2)


def test_a_replay_keeps_its_first_and_last_moments_free() -> None:
    timing = Timing.at_speed(60, 60)
    assert (timing.at(0), timing.at(60)) == (300, 57_000)
    assert timing.minute(timing.at(31.5)) == pytest.approx(31.5, abs=0.01)
