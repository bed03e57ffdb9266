"""Likes on their way to the store. Pure: the time arrives as an argument.

A page reports the taps of its visit so far; the store credits what is new, at most what we allow.
We do not know what another node has credited before, so each visit keeps `settled`, a number that
is surely credited; whatever lies above it is sent again, at the visit's own pace, until it is.
"""

from collections.abc import Sequence

from livesell.store import Taps

# What a visit may save up: pages send every `like_ms`, which stretches to 4 s, and a tunnel or a
# lift takes a few seconds more. Longer bursts are credited too, only over a longer time.
SAVINGS_S = 10

# A remainder is sent when it fits, or when this much of a visit's pace has come together: sending
# three taps every tick would load the store for nothing.
WORTH_SENDING_S = 2

# Visits in one call; the store's script takes a few microseconds for each.
MOST_IN_A_CALL = 500


class Visit:
    """The taps of one visit: `n` reported, `settled` surely credited, `tokens` allowed."""

    __slots__ = ("at", "n", "settled", "sockets", "tokens", "viewer", "visit")

    def __init__(self, visit: str, viewer: str, tokens: float, now: float) -> None:
        self.visit = visit
        self.viewer = viewer
        self.n = 0
        self.settled = 0
        self.sockets = 0
        self.tokens = tokens
        self.at = now


class PendingLikes:
    """The likes of one session on this node. Times are seconds of a steady clock."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._visits: dict[str, Visit] = {}
        self._pending: dict[str, Visit] = {}

    def __len__(self) -> int:
        """How many visits have taps that are not surely credited."""
        return len(self._pending)

    def enter(self, visit: str, viewer: str, now: float) -> Visit:
        """The record of a visit, for one more of its sockets; `left` gives it back."""
        record = self._visits.get(visit)
        if record is None:
            record = Visit(visit, viewer, float(self._per_second * SAVINGS_S), now)
            self._visits[visit] = record
        record.sockets += 1
        return record

    def tapped(self, record: Visit, n: int) -> None:
        """The page says that this visit has tapped `n` times so far."""
        if n > record.n:
            record.n = n
            self._pending[record.visit] = record

    def left(self, record: Visit) -> None:
        record.sockets -= 1

    def batch(self, now: float, *, is_last: bool = False) -> list[Taps]:
        """What to send now. With `is_last` everything goes that is allowed at all."""
        worth = 1 if is_last else self._per_second * WORTH_SENDING_S
        taps: list[Taps] = []
        for record in self._pending.values():
            self._refill(record, now)
            if record.tokens >= max(1, min(record.n - record.settled, worth)):
                taps.append(
                    Taps(
                        visit=record.visit,
                        viewer=record.viewer,
                        n=record.n,
                        at_most=int(record.tokens),
                    )
                )
                if len(taps) == MOST_IN_A_CALL:
                    break
        return taps

    def credited(self, taps: Sequence[Taps], total: int) -> None:
        """The store has taken `taps` and credited `total` new likes for them together.

        Whoever was cut short got all of its `at_most`; so when the total is smaller than each
        `at_most`, nobody was.
        """
        nobody_was_cut = total < min(tap.at_most for tap in taps)
        for tap in taps:
            record = self._pending.pop(tap.visit, None)
            if record is None:
                continue
            surely = tap.n if nobody_was_cut else min(tap.n, record.settled + tap.at_most)
            record.tokens -= max(0, min(surely - record.settled, tap.at_most, total))
            record.settled = max(record.settled, surely)
            if record.n > record.settled:
                self._pending[tap.visit] = record

    def forget(self, now: float) -> None:
        """Drops visits that have gone, are settled, and whose savings are full again."""
        for record in list(self._visits.values()):
            is_gone = record.sockets <= 0 and now - record.at > SAVINGS_S
            if is_gone and record.visit not in self._pending:
                del self._visits[record.visit]

    def drop(self) -> None:
        """Nothing is credited any more: the session has been over for too long."""
        self._pending.clear()

    def _refill(self, record: Visit, now: float) -> None:
        saved = record.tokens + (now - record.at) * self._per_second
        record.tokens = min(float(self._per_second * SAVINGS_S), saved)
        record.at = now
