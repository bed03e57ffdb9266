"""Which viewer taps the heart when, so that every tap is within the pace that counts. Pure."""

from random import Random

from msgspec import Struct

from livesell.errors import BadInput
from livesell.replay.attendance import Attendance
from livesell.replay.curve import Curve, Moments, density
from livesell.replay.scenario import Likes
from livesell.replay.timing import Timing

# The part of the allowed pace that a planned viewer uses: the service measures from the arrival
# of messages, which come up to `push.like_ms` late and in lumps.
PART_OF_PACE = 0.5

DRAWS = 200


class Taps(Struct, frozen=True, kw_only=True):
    """A burst of taps of one viewer; `at_ms` counts from the start of the replay."""

    at_ms: int
    viewer: int
    n: int


class _Pace:
    """A bucket a viewer: fills with the allowed pace, holds one second of it."""

    def __init__(self, viewers: int, per_second: float) -> None:
        self._per_ms = per_second / 1000
        self._size = per_second
        self._level = [per_second] * viewers
        self._at_ms = [0] * viewers

    def take(self, viewer: int, n: int, at_ms: int) -> bool:
        filled = self._level[viewer] + (at_ms - self._at_ms[viewer]) * self._per_ms
        if filled < n:
            return False
        self._level[viewer] = min(self._size, filled) - n
        self._at_ms[viewer] = at_ms
        return True


def plan_taps(
    likes: Likes, timing: Timing, attendance: Attendance, likes_per_second: int, rng: Random
) -> list[Taps]:
    """All bursts in order; they add up to the total exactly.

    Raises:
        BadInput: The audience is too small to tap that much at this speed.
    """
    if likes.total == 0:
        return []
    sizes = _sizes(likes.total, likes.burst, rng)
    moments = Moments(density(Curve(likes.curve), timing.minutes)).draw(len(sizes), rng)
    pace = _Pace(len(attendance.visits), likes_per_second * PART_OF_PACE)
    planned = []
    for minute, n in zip(moments, sizes, strict=True):
        at_ms = timing.at(minute)
        viewer = _tapper(attendance, pace, minute, at_ms, n, rng)
        planned.append(Taps(at_ms=at_ms, viewer=viewer, n=n))
    return planned


def _sizes(total: int, most: int, rng: Random) -> list[int]:
    sizes = []
    while total > 0:
        sizes.append(min(total, rng.randint(1, most)))
        total -= sizes[-1]
    return sizes


def _tapper(
    attendance: Attendance, pace: _Pace, minute: float, at_ms: int, n: int, rng: Random
) -> int:
    viewers = len(attendance.visits)
    for _ in range(DRAWS):
        viewer = rng.randrange(viewers)
        if attendance.is_present(viewer, minute) and pace.take(viewer, n, at_ms):
            return viewer
    for viewer in range(viewers):
        if attendance.is_present(viewer, minute) and pace.take(viewer, n, at_ms):
            return viewer
    raise BadInput.field(
        "viewers",
        "These viewers are too few for so many likes within the pace that counts at this speed. "
        "Take more viewers, a lower speed, or --scale-totals.",
    )
