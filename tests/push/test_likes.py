"""Pending likes against a store that credits as the real one does, and loses answers."""

import random

from hypothesis import given
from hypothesis import strategies as st

from livesell.push.likes import MOST_IN_A_CALL, SAVINGS_S, PendingLikes
from livesell.store import Taps

RATE = 15


class Ledger:
    """What the store does with a batch."""

    def __init__(self, **credited: int) -> None:
        self.credited = dict(credited)

    def take(self, taps: list[Taps]) -> int:
        total = 0
        for tap in taps:
            before = self.credited.get(tap.visit, 0)
            new = max(0, min(tap.n - before, tap.at_most))
            self.credited[tap.visit] = before + new
            total += new
        return total


def flush(likes: PendingLikes, ledger: Ledger, now: float, *, is_last: bool = False) -> int:
    taps = likes.batch(now, is_last=is_last)
    if not taps:
        return 0
    total = ledger.take(taps)
    likes.credited(taps, total)
    return total


def test_only_the_largest_count_of_a_visit_matters() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    visit = likes.enter("one", "viewer", 0)
    for n in (5, 9, 7):
        likes.tapped(visit, n)
    assert flush(likes, ledger, 0) == 9
    assert likes.batch(1) == []


def test_a_burst_is_credited_at_the_pace() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    likes.tapped(likes.enter("one", "viewer", 0), 400)
    at = 0.0
    while len(likes):
        flush(likes, ledger, at)
        assert ledger.credited["one"] <= RATE * (SAVINGS_S + at)
        at += 0.25
    assert ledger.credited["one"] == 400
    assert 16 < at < 20


def test_a_visit_that_was_credited_elsewhere_is_settled_in_one_call() -> None:
    likes, ledger = PendingLikes(RATE), Ledger(one=5000, two=3000)
    for name, n in (("one", 5000), ("two", 3004)):
        likes.tapped(likes.enter(name, "viewer", 0), n)
    assert flush(likes, ledger, 0) == 4
    assert len(likes) == 0


def test_what_was_not_acknowledged_is_sent_again() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    likes.tapped(likes.enter("one", "viewer", 0), 8)
    lost = likes.batch(0)
    ledger.take(lost)  # it was done, but no answer came
    assert flush(likes, ledger, 0.25) == 0
    assert ledger.credited == {"one": 8}
    assert len(likes) == 0


def test_taps_between_a_call_and_its_answer_are_not_lost() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    visit = likes.enter("one", "viewer", 0)
    likes.tapped(visit, 3)
    taps = likes.batch(0)
    likes.tapped(visit, 5)
    likes.credited(taps, ledger.take(taps))
    flush(likes, ledger, 0.25)
    assert ledger.credited == {"one": 5}


def test_the_last_call_takes_whatever_is_allowed() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    likes.tapped(likes.enter("one", "viewer", 0), 200)
    assert flush(likes, ledger, 0) == 150
    assert flush(likes, ledger, 0.2) == 0
    assert flush(likes, ledger, 0.2, is_last=True) == 3


def test_a_crowd_goes_in_several_calls_and_all_get_their_turn() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    for n in range(MOST_IN_A_CALL + 10):
        likes.tapped(likes.enter(f"visit-{n}", "viewer", 0), 1)
    assert flush(likes, ledger, 0) == MOST_IN_A_CALL
    assert flush(likes, ledger, 0) == 10


def test_visits_that_left_are_forgotten_but_not_their_pace_or_their_taps() -> None:
    likes, ledger = PendingLikes(RATE), Ledger()
    visit = likes.enter("one", "viewer", 0)
    likes.tapped(visit, 200)
    flush(likes, ledger, 0)
    likes.left(visit)
    likes.forget(SAVINGS_S + 1)
    assert len(likes) == 1
    again = likes.enter("one", "viewer", 1)
    assert again is visit
    likes.left(again)
    flush(likes, ledger, SAVINGS_S + 1)
    likes.forget(2 * SAVINGS_S + 2)
    assert likes._visits == {}


@given(st.integers(0, 2**32), st.integers(1, 5))
def test_everything_is_credited_once_and_never_above_the_pace(seed: int, visits: int) -> None:
    """Random taps, lost calls, lost answers and reconnects; in the end the counts agree."""
    dice = random.Random(seed)
    likes, ledger, at = PendingLikes(RATE), Ledger(), 0.0
    sent = {f"visit-{n}": 0 for n in range(visits)}
    records = {name: likes.enter(name, "viewer", at) for name in sent}
    for _ in range(60):
        at += dice.choice((0.05, 0.25, 1.0))
        name = dice.choice(list(sent))
        sent[name] += dice.choice((0, 1, 5, 40))
        likes.tapped(records[name], sent[name])
        taps = likes.batch(at)
        match dice.choice(("answer", "answer", "lost call", "lost answer", "nothing")):
            case "answer" if taps:
                likes.credited(taps, ledger.take(taps))
            case "lost answer":
                ledger.take(taps)
        if dice.random() < 0.1:
            likes.left(records[name])
            likes.forget(at)
            records[name] = likes.enter(name, "viewer", at)
            likes.tapped(records[name], sent[name])
        assert all(ledger.credited.get(one, 0) <= n for one, n in sent.items())
    for _ in range(2000):
        at += 0.25
        flush(likes, ledger, at)
    assert {one: ledger.credited.get(one, 0) for one in sent} == sent
    assert len(likes) == 0
