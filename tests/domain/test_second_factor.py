"""Wrong codes are counted, right ones start anew, and a recovery code is used up."""

import pytest

from livesell.domain.second_factor import (
    MAX_MISSES,
    MISSES_MS,
    SecondFactor,
    check_misses,
    missed,
    recovered,
    stepped,
)
from livesell.errors import TooMany
from tests.support.build import NOW_MS

FACTOR = SecondFactor(secret="S", at_ms=NOW_MS, is_on=True, recovery=("a", "b"))


def after_misses(count: int) -> SecondFactor:
    factor = FACTOR
    for n in range(count):
        factor = missed(factor, NOW_MS + n * 1000)
    return factor


def test_ten_wrong_codes_are_enough_for_half_an_hour() -> None:
    check_misses(after_misses(MAX_MISSES - 1), NOW_MS + 9000)
    factor = after_misses(MAX_MISSES)
    with pytest.raises(TooMany) as refused:
        check_misses(factor, NOW_MS + 10_000)
    assert refused.value.code == "too_many_codes"
    assert refused.value.data["retry_s"] == MISSES_MS // 1000 - 10 + 1
    check_misses(factor, NOW_MS + MISSES_MS)


def test_what_is_remembered_of_wrong_codes_is_bounded() -> None:
    assert len(after_misses(100).misses) == MAX_MISSES


def test_a_right_code_forgets_the_wrong_ones() -> None:
    assert stepped(after_misses(3), 7).misses == ()
    assert stepped(FACTOR, 7).last_step == 7


def test_a_recovery_code_is_used_up() -> None:
    factor = recovered(after_misses(3), "a")
    assert (factor.recovery, factor.misses) == (("b",), ())
