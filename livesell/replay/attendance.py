"""Who is there when: every viewer's visits, so that the audience follows its curve. Pure.

Every viewer of the plan is there at least once, whatever the curve: where it rises less than
there are viewers, some leave and others come in their place.
"""

from collections import deque
from itertools import pairwise
from random import Random

from msgspec import Struct

from livesell.replay.curve import Curve
from livesell.replay.scenario import Audience

# The curve is followed in steps of a quarter of a minute.
STEPS_A_MINUTE = 4

BEFORE = -1.0


class Visit(Struct, kw_only=True):
    """One opening of the page, in minutes. `start` is `BEFORE` for those who wait for the show;
    `end` is None for those who stay to the end. `drop` is when the connection breaks once.
    """

    start: float
    end: float | None = None
    drop: float | None = None


class Attendance:
    """The visits of each viewer, by the viewer's number.

    Args:
        steady: How many viewers (the first numbers) wait for the start and stay to the end.
    """

    def __init__(
        self, audience: Audience, viewers: int, minutes: int, steady: int, rng: Random
    ) -> None:
        self.visits: list[list[Visit]] = [[] for _ in range(viewers)]
        self._rng = rng
        self._minutes = minutes
        self._present: list[int] = []
        self._gone: deque[int] = deque()
        newcomers = list(range(steady, viewers))
        rng.shuffle(newcomers)
        self._new = newcomers
        self._follow(audience, viewers, steady)
        self._take_breaks(audience, steady)
        self._break_connections(audience, steady)

    def is_present(self, viewer: int, minute: float) -> bool:
        return any(
            visit.start <= minute and (visit.end is None or minute < visit.end)
            for visit in self.visits[viewer]
        )

    # --- following the curve -----------------------------------------------------------------

    def _follow(self, audience: Audience, viewers: int, steady: int) -> None:
        curve, steps = Curve(audience.curve), self._minutes * STEPS_A_MINUTE
        levels = [round(curve.at(step / STEPS_A_MINUTE) * viewers) for step in range(steps + 1)]
        targets = [max(0, level - steady) for level in levels]
        for viewer in range(steady):
            self.visits[viewer].append(Visit(start=BEFORE))
        for _ in range(targets[0]):
            self._come(self._new.pop(), BEFORE)
        rising = [max(0, new - old) for old, new in pairwise(targets)]
        swaps = max(0, len(self._new) - sum(rising))
        arrivals = sum(rising) + swaps
        for step in range(1, steps + 1):
            due = rising[step - 1] + swaps * step // steps - swaps * (step - 1) // steps
            self._leave(len(self._present) + due - targets[step], step)
            for _ in range(due):
                self._arrive(arrivals, step)
                arrivals -= 1

    def _leave(self, count: int, step: int) -> None:
        for _ in range(min(count, len(self._present))):
            place = self._rng.randrange(len(self._present))
            self._present[place], self._present[-1] = self._present[-1], self._present[place]
            viewer = self._present.pop()
            self.visits[viewer][-1].end = self._moment(step - 1.0)
            self._gone.append(viewer)

    def _arrive(self, arrivals_left: int, step: int) -> None:
        """Newcomers and those who were there before, mixed so that no newcomer is left over."""
        is_new = not self._gone or self._rng.random() * arrivals_left < len(self._new)
        if self._new and is_new:
            self._come(self._new.pop(), self._moment(step - 0.5))
        elif self._gone:
            self._come(self._gone.popleft(), self._moment(step - 0.5))

    def _come(self, viewer: int, start: float) -> None:
        self.visits[viewer].append(Visit(start=start))
        self._present.append(viewer)

    def _moment(self, step: float) -> float:
        """Within the half step from `step`: some leave in the first half of a step, others come
        in the second, so that whoever comes next stays a while.
        """
        return (step + self._rng.random() / 2) / STEPS_A_MINUTE

    # --- breaks and broken connections -------------------------------------------------------

    def _take_breaks(self, audience: Audience, steady: int) -> None:
        wanted = round(audience.returns * len(self.visits))
        for viewer in self._shuffled(steady):
            if wanted == 0:
                return
            away = self._rng.uniform(*audience.away)
            visit = self._longest(viewer)
            start, end = self._span(visit)
            if end - start > away + 2:
                leaves = self._rng.uniform(start + 0.5, end - away - 0.5)
                back = Visit(start=leaves + away, end=visit.end)
                visit.end = leaves
                place = self.visits[viewer].index(visit)
                self.visits[viewer].insert(place + 1, back)
                wanted -= 1

    def _break_connections(self, audience: Audience, steady: int) -> None:
        wanted = round(audience.reconnects * len(self.visits))
        # Half of the steady viewers keep one connection throughout, so that some always look on.
        for viewer in self._shuffled(steady // 2)[:wanted]:
            visit = self._longest(viewer)
            start, end = self._span(visit)
            visit.drop = self._rng.uniform(start + 0.3 * (end - start), end - 0.3 * (end - start))

    def _shuffled(self, first: int) -> list[int]:
        viewers = list(range(first, len(self.visits)))
        self._rng.shuffle(viewers)
        return viewers

    def _longest(self, viewer: int) -> Visit:
        return max(self.visits[viewer], key=lambda visit: self._span(visit)[1] - visit.start)

    def _span(self, visit: Visit) -> tuple[float, float]:
        return max(0.0, visit.start), self._minutes if visit.end is None else visit.end
