"""Keeps one room: pulls the truth each tick and delivers it, credits likes, sends beats.

Two loops, so that a pushed card never waits for likes to be written. Nothing the store does ends
them: while it is away, pages keep their sockets and what they last saw, and the next pull heals
everything, because documents are absolute.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from livesell.domain.rehearsal import may_enter
from livesell.domain.truth import Truth
from livesell.errors import LivesellError, NotFound
from livesell.push.bans import turn_out
from livesell.push.frames import frame_of
from livesell.push.freshness import Freshness
from livesell.push.likes import MOST_IN_A_CALL
from livesell.push.pacing import retry_range
from livesell.push.promises import Promises
from livesell.push.room import SLICE, Room, say_goodbye
from livesell.push.seat import Seat
from livesell.push.setting import Setting
from livesell.store import Beat
from livesell.wire import CLOSE_NO_SUCH_SESSION, CLOSE_OVER, Bye

logger = logging.getLogger(__name__)

# A storm of commits costs at most this many pulls; nobody sees a difference of 20 ms.
WAKE_GAP_S = 0.02

# Viewers online are sampled every 5 s or oftener (see the figures' glossary); five beats may be
# lost before the lease runs out.
BEAT_EVERY_S = 2.0
LEASE_MS = 10_000

# When a crowd joins at once, its names go in this many beats before likes get their turn again.
MOST_BEATS_AT_ONCE = 8

# A page that reloads comes back within this; its room is still there and it needs no document.
UNLOAD_AFTER_S = 5.0

# Sending everybody home after the end takes this long, so that the review page is not fetched by
# all of them in one second.
SEND_HOME_OVER_S = 10.0

_TIDY_EVERY_S = 10.0


class Keeper:
    """The two loops of one room, from its first seat until it has been empty for a while.

    Attributes:
        freshness: How old the numbers are, and whether pages were told.
        is_store_away: Whether the last step failed; its failure is logged once.
    """

    def __init__(
        self,
        room: Room,
        setting: Setting,
        *,
        greet: Callable[[Room, Truth, Seat], None],
        numbers: Iterator[int],
        on_empty: Callable[[], None],
    ) -> None:
        self.room = room
        self.freshness = Freshness(room, setting)
        self._promises = Promises(room, setting)
        self._setting = setting
        self._greet = greet
        self._on_empty = on_empty
        self._woken = asyncio.Event()
        self._hurried = asyncio.Event()
        self._is_ending = False
        self._is_unknown = False
        self.is_store_away = False
        self._numbers = numbers
        self._unsent: Beat | None = None
        self._beat_due = self._tidy_due = setting.steady()
        self._busy_since = setting.steady()
        self.task = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """Something was committed: pull at once."""
        self._woken.set()

    async def finish(self, seconds: float) -> None:
        """Ends the loops and tells the store the last likes and beats, within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._end_loops()
                await self._survive(self._say_goodbye)
        except TimeoutError:
            logger.warning("The last counts of session %s came too late.", self.room.session_id)
        await self.stop()

    async def stop(self) -> None:
        """Ends the loops at once."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.room.orders.stop()

    async def _end_loops(self) -> None:
        self._is_ending = True
        self._woken.set()
        self._hurried.set()
        await asyncio.wait([self.task])

    async def _run(self) -> None:
        following = asyncio.get_running_loop().create_task(self._follow())
        try:
            await self._keep()
            await asyncio.wait([following])
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    # --- pulling and delivering --------------------------------------------------------------

    async def _follow(self) -> None:
        while not self._is_ending:
            began = self._setting.steady()
            await self._survive(self._pull)
            self.room.tend()
            await self._send_home()
            ended = self._setting.steady()
            await _until(self._woken, self._setting.tick_ms / 1000 - (ended - began))
            if not self._is_ending:
                # As long a rest as the work took: wakes alone must not keep a machine busy.
                rest_until = max(began + WAKE_GAP_S, ended + (ended - began))
                await asyncio.sleep(max(0.0, rest_until - self._setting.steady()))
                self._woken.clear()

    async def _pull(self) -> None:
        room, setting = self.room, self._setting
        began = setting.steady()
        try:
            truth = await setting.store.sessions.pull(room.session_id, setting.clock(), room.truth)
        except NotFound:
            is_over = await setting.store.archives.find(room.session_id) is not None
            self._close_all(CLOSE_OVER if is_over else CLOSE_NO_SUCH_SESSION)
            return
        self.is_store_away = False
        setting.metrics.store_pull.observe(setting.steady() - began)
        await self.freshness.pulled()
        setting.metrics.ticks += 1
        self._turn_strangers_away(truth)
        await self._turn_out(truth)
        self._note_air(truth)
        await room.deliver(truth, setting.clock())
        await self._promises.tell(truth)
        await self._greet_waiting(truth)

    def _turn_strangers_away(self, truth: Truth) -> None:
        """Of those who came before it was known that this is a rehearsal."""
        if self.room.truth is not None or not truth.session.rehearsal_of:
            return
        for seat in list(self.room.waiting):
            if not may_enter(truth.session, seat.pass_.role, seat.pass_.session):
                seat.close(CLOSE_NO_SUCH_SESSION)

    async def _turn_out(self, truth: Truth) -> None:
        """Closes the sockets of the banned, once for each change; before anyone is counted."""
        if self.room.bans != truth.bans:
            self.room.bans, self.room.banned = truth.bans, truth.banned
            if await turn_out(self.room):
                self._hurry_beat()

    def _note_air(self, truth: Truth) -> None:
        before, session = self.room.truth, truth.session
        if before is not None and before.session.state is session.state:
            return
        attendance, now_ms = self.room.attendance, self._setting.clock()
        is_on_air = Room.is_on_air_in(truth)
        if is_on_air and not attendance.is_on_air:
            attendance.go_on_air(now_ms)
        elif attendance.is_on_air and not is_on_air:
            attendance.go_off_air(now_ms if session.ended_ms is None else session.ended_ms)
        self._hurry_beat()

    async def _greet_waiting(self, truth: Truth) -> None:
        waiting = self.room.waiting
        while waiting:
            for seat in list(waiting)[:SLICE]:
                self._greet(self.room, truth, seat)
            await asyncio.sleep(0)

    def _close_all(self, code: int) -> None:
        """There is no such session, or it is archived: whoever came for it is told, and the room
        goes at once.
        """
        for seat in (*self.room.waiting, *self.room.crew.seats, *self.room.viewers.seats):
            seat.close(code)
        self._is_unknown = self._is_ending = True
        self._on_empty()
        self._hurried.set()
        self._woken.set()

    async def _send_home(self) -> None:
        room = self.room
        if not room.is_over(self._setting.clock()):
            return
        seats = [*room.viewers.seats, *room.crew.seats]
        share = self._setting.tick_ms / 1000 / SEND_HOME_OVER_S
        retry_ms = retry_range(len(seats), self._setting.config.push.joins_per_second)
        goodbye = frame_of(Bye(code=CLOSE_OVER, retry_ms=retry_ms))
        count = max(SLICE, math.ceil(len(seats) * share))
        await say_goodbye(seats[:count], goodbye, CLOSE_OVER)

    # --- likes and beats ---------------------------------------------------------------------

    async def _keep(self) -> None:
        while not self._is_ending:
            await self._survive(self._credit)
            await self._survive(self._beat)
            self._tidy()
            if self._is_deserted():
                is_told = await self._survive(self._say_goodbye)
                if is_told and not len(self.room):
                    self._is_ending = True
                    self._on_empty()
                    self._woken.set()
                    return
            await _until(self._hurried, self._setting.tick_ms / 1000)
            self._hurried.clear()

    def _is_deserted(self) -> bool:
        now = self._setting.steady()
        if len(self.room) or len(self.room.orders):
            self._busy_since = now
        return now - self._busy_since > UNLOAD_AFTER_S

    def _tidy(self) -> None:
        now = self._setting.steady()
        if now >= self._tidy_due:
            self._tidy_due = now + _TIDY_EVERY_S
            self.room.likes.forget(now)

    async def _credit(self, *, is_last: bool = False) -> None:
        room, setting = self.room, self._setting
        if room.truth is None:
            return
        if not room.takes_likes(setting.clock):
            room.likes.drop()
        while taps := room.likes.batch(setting.steady(), is_last=is_last):
            total = await setting.store.likes.credit(room.session_id, taps, setting.clock())
            room.likes.credited(taps, total)
            if len(taps) < MOST_IN_A_CALL:
                break

    def _hurry_beat(self) -> None:
        self._beat_due = self._setting.steady()
        self._hurried.set()

    async def _beat(self) -> None:
        now = self._setting.steady()
        if self.room.truth is not None and (now >= self._beat_due or self._unsent is not None):
            is_resent = self._unsent is not None
            await self._send_beat()
            for _ in range(MOST_BEATS_AT_ONCE - 1):
                if self.room.attendance.has_more:
                    await self._send_beat()
            # What was to be told meanwhile goes with the next one, without waiting.
            is_behind = is_resent or self.room.attendance.has_more
            self._beat_due = now if is_behind else now + BEAT_EVERY_S

    async def _send_beat(self) -> None:
        """Sends a beat, the same one until the store has taken it: it counts each only once."""
        if self._unsent is None:
            self._unsent = self._new_beat()
        await self._setting.store.presence.beat(self.room.session_id, self._unsent)
        self._unsent = None

    def _new_beat(self) -> Beat:
        room, now_ms = self.room, self._setting.clock()
        joined, watched = room.attendance.take(now_ms)
        return Beat(
            node=self._setting.node,
            seq=next(self._numbers),
            now_ms=now_ms,
            lease_ms=LEASE_MS,
            viewers=room.attendance.viewers,
            crew=len(room.crew.seats),
            overlays=len(room.overlays),
            connections=len(room),
            lag_ms=self._setting.metrics.lag_s * 1000,
            joined=joined,
            watched=watched,
            refused=room.refused.take(),
        )

    async def _say_goodbye(self) -> None:
        """The last likes, the last watch times, and the lease given back."""
        if self.room.truth is None or self._is_unknown:
            return
        await self._credit(is_last=True)
        await self._send_beat()
        while self.room.attendance.has_more:
            await self._send_beat()
        await self._setting.store.presence.leave(self.room.session_id, self._setting.node)
        self._beat_due = self._setting.steady()

    async def _survive(self, step: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Runs a step; whatever the store does, the loop goes on. Whether it went well."""
        try:
            await step()
        except LivesellError as error:
            if not self.is_store_away:
                logger.warning("Session %s: %s Trying again.", self.room.session_id, error.message)
            self.is_store_away = True
        except Exception:
            logger.exception("A step for session %s failed.", self.room.session_id)
        else:
            return True
        return False


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event, or until the time has passed; sets it then."""
    timer = asyncio.get_running_loop().call_later(max(0.0, seconds), event.set)
    try:
        await event.wait()
    finally:
        timer.cancel()
