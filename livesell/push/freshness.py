"""Whether what a room shows is news. While the store is away pages keep their sockets and their
last numbers; one frame tells them since when these are old, one more that they are news again.
"""

import asyncio
from collections.abc import Sequence

from livesell.push.frames import frame_of
from livesell.push.room import SLICE, Room
from livesell.push.seat import GONE, NOTHING, Seat
from livesell.push.setting import Setting
from livesell.wire import Fresh, Stale

# Beyond the tick. A store that is started again is back sooner, and nobody need know.
STALE_AFTER_S = 2.0

_FRESH = frame_of(Fresh())


class Freshness:
    """The age of one room's numbers.

    Attributes:
        pulled_at: When the truth was last pulled, steady seconds.
    """

    def __init__(self, room: Room, setting: Setting) -> None:
        self.pulled_at = setting.steady()
        self._room = room
        self._setting = setting

    @property
    def is_stale(self) -> bool:
        """Whether pages were told that their numbers are old."""
        return bool(self._room.stale)

    async def pulled(self) -> None:
        """The truth has just come; what it is follows."""
        self.pulled_at = self._setting.steady()
        if self.is_stale:
            self._room.stale = b""
            await self._announce(_FRESH)

    async def tell_age(self) -> None:
        """Tells everyone once that the numbers are old, when they are. Called by the sweep."""
        age_s = self._setting.steady() - self.pulled_at
        room = self._room
        if self.is_stale or room.truth is None:
            return
        if age_s > STALE_AFTER_S + self._setting.tick_ms / 1000:
            since_ms = self._setting.clock() - int(age_s * 1000)
            room.stale = frame_of(Stale(since=since_ms))
            await self._announce(room.stale)

    async def _announce(self, frame: bytes) -> None:
        """To every page; one that is not drained gets it with its next whole document."""
        stale = self._room.stale
        seats = [*self._room.crew.seats, *self._room.viewers.seats]
        for start in range(0, len(seats), SLICE):
            if self._room.stale is not stale:
                return  # the other news has overtaken this one
            self._write(seats[start : start + SLICE], frame)
            await asyncio.sleep(0)

    def _write(self, seats: Sequence[Seat], frame: bytes) -> None:
        now = self._setting.steady()
        for seat in seats:
            if seat.v == GONE:
                continue
            if seat.is_paused:
                seat.v = NOTHING
                if seat.behind_since is None:
                    seat.behind_since = now
                self._room.behind[seat] = None
            else:
                seat.pipe.write(frame)
