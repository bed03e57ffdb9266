"""A curve over the minutes of a session: straight lines between points.

Scenarios use it as a level (share of the audience that is there) or as a density (when likes and
orders fall). Pure.
"""

from bisect import bisect_right
from itertools import accumulate, pairwise
from random import Random

Points = tuple[tuple[float, float], ...]

# How finely a density is cut for drawing moments from it: one second of a session.
CELLS_A_MINUTE = 60


class Curve:
    """The level at any minute; flat before the first point and after the last."""

    def __init__(self, points: Points) -> None:
        self._minutes = [minute for minute, _ in points]
        self._levels = [level for _, level in points]

    def at(self, minute: float) -> float:
        after = bisect_right(self._minutes, minute)
        if after == 0 or after == len(self._minutes):
            return self._levels[max(0, after - 1)]
        left, right = self._minutes[after - 1], self._minutes[after]
        part = (minute - left) / (right - left)
        return self._levels[after - 1] * (1 - part) + self._levels[after] * part


class Moments:
    """Draws moments from a density given cell by cell, as evenly as the density allows."""

    def __init__(self, weights: list[float]) -> None:
        self._sums = list(accumulate(weights))

    @property
    def is_empty(self) -> bool:
        return not self._sums or self._sums[-1] <= 0

    def draw(self, count: int, rng: Random) -> list[float]:
        """`count` minutes in order: one from each equal share of the density."""
        total = self._sums[-1]
        shares = ((rank + rng.random()) / count * total for rank in range(count))
        return sorted(self._minute(share, rng) for share in shares)

    def _minute(self, share: float, rng: Random) -> float:
        cell = min(bisect_right(self._sums, share), len(self._sums) - 1)
        return (cell + rng.random()) / CELLS_A_MINUTE


def cells(minutes: int) -> range:
    return range(minutes * CELLS_A_MINUTE)


def density(curve: Curve, minutes: int) -> list[float]:
    """The curve's level in the middle of each cell."""
    return [curve.at((cell + 0.5) / CELLS_A_MINUTE) for cell in cells(minutes)]


def apportioned(total: int, weights: list[float]) -> list[int]:
    """`total` as whole parts in the ratio of the weights, by largest remainder."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_rest[: total - sum(parts)]:
        parts[i] += 1
    return parts


def rises(points: Points) -> bool:
    """Whether the points go forward in time, each later than the one before."""
    return all(left[0] < right[0] for left, right in pairwise(points))
