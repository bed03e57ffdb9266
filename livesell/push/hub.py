"""The policy of a push node: which rooms there are, who joins and leaves them, and the goodbye.

No network: a `Seat` is whatever can be sent frames. Read `room.py` for the fan-out, `keeper.py`
for the loops, `inbox.py` for the messages.
"""

import asyncio
import itertools
from functools import partial

from livesell.domain.document import crew_document, viewer_document
from livesell.domain.ids import check_session_id
from livesell.domain.role import Role
from livesell.domain.truth import Truth
from livesell.errors import NotFound
from livesell.push.bans import is_banned
from livesell.push.frames import frame_of
from livesell.push.greeter import Greeter
from livesell.push.inbox import Inbox
from livesell.push.keeper import Keeper
from livesell.push.orders import OrderQueue
from livesell.push.pacing import retry_range
from livesell.push.room import Room, Waiting, say_goodbye
from livesell.push.seat import Seat
from livesell.push.setting import Setting
from livesell.wire import CLOSE_BANNED, CLOSE_NO_SUCH_SESSION, CLOSE_RESTARTING, Bye

# The part of a drain's time that open orders may take; the rest is for goodbyes and last counts.
_ORDERS_SHARE = 0.5


class Hub:
    """Every room of this node."""

    def __init__(self, setting: Setting) -> None:
        self.rooms: dict[str, Keeper] = {}
        # Also those whose room is closed already, until their loops have ended.
        self._keepers: set[Keeper] = set()
        # One row of numbers for all rooms, above those of an earlier life of this node: a room
        # that is opened again must not repeat a beat's number.
        self._beat_numbers = itertools.count(setting.clock())
        self._setting = setting
        self._greeter = Greeter(setting)
        self._inbox = Inbox(setting, self._greeter)
        self.receive = self._inbox.receive
        self.tidy = self._inbox.tidy

    def join(self, seat: Seat, session_id: str, known: tuple[str, int] = ("", 0)) -> None:
        """Seats a page whose pass was checked.

        Args:
            known: The epoch and version that the page still has from before.
        """
        try:
            check_session_id(session_id)
        except NotFound:
            seat.close(CLOSE_NO_SUCH_SESSION)
            return
        keeper = self.rooms.get(session_id) or self._open(session_id)
        room = keeper.room
        if not room.may_enter(seat.pass_):
            seat.close(CLOSE_NO_SUCH_SESSION)
            return
        if is_banned(room, seat):
            seat.close(CLOSE_BANNED)
            return
        seat.room = room
        if seat.pass_.role is Role.VIEWER:
            room.attendance.arrive(seat.pass_.viewer, self._setting.clock())
        room.waiting[seat] = Waiting(known=known)
        if room.truth is not None:
            self._greet(room, room.truth, seat)

    def _greet(self, room: Room, truth: Truth, seat: Seat) -> None:
        """Seats a page, and then does what it has said meanwhile."""
        waiting = room.waiting.pop(seat)
        self._greeter.greet(room, truth, seat, waiting.known)
        for message in waiting.messages:
            if seat.is_open:
                self._inbox.handle(room, seat, message)

    def leave(self, seat: Seat) -> None:
        """The seat's connection is gone or about to be."""
        room, seat.room = seat.room, None
        if room is None:
            return
        room.remove(seat)
        if seat.pass_.role is Role.VIEWER:
            room.attendance.depart(seat.pass_.viewer, self._setting.clock())
        if seat.likes is not None:
            room.likes.left(seat.likes)

    def drained(self, seat: Seat) -> None:
        """Everything written to the seat has gone out: if it is behind, it may catch up."""
        if seat.room is not None and seat in seat.room.behind:
            seat.room.catch_up(seat)

    def wake(self, session_id: str) -> None:
        """Something was committed in this session."""
        keeper = self.rooms.get(session_id)
        if keeper is not None:
            keeper.wake()

    def gap(self) -> None:
        """Wakes may have been missed: everything is pulled."""
        for keeper in self.rooms.values():
            keeper.wake()

    async def drain(self, seconds: float) -> None:
        """Answers what is open, sends everyone elsewhere, and tells the store the last counts."""
        self._inbox.is_closing = True
        keepers = list(self.rooms.values())
        share_s = seconds * _ORDERS_SHARE
        await asyncio.gather(*(keeper.room.orders.finish(share_s) for keeper in keepers))
        await self._say_bye()
        await asyncio.gather(*(keeper.finish(seconds - share_s) for keeper in keepers))
        self.rooms.clear()

    async def stop(self) -> None:
        """Ends everything at once; the leases run out by themselves."""
        await asyncio.gather(*(keeper.stop() for keeper in list(self._keepers)))
        self.rooms.clear()

    async def _say_bye(self) -> None:
        seats = [
            seat
            for keeper in self.rooms.values()
            for seat in (
                *keeper.room.crew.seats,
                *keeper.room.viewers.seats,
                *keeper.room.waiting,
            )
        ]
        retry_ms = retry_range(len(seats), self._setting.config.push.joins_per_second)
        goodbye = frame_of(Bye(code=CLOSE_RESTARTING, retry_ms=retry_ms))
        await say_goodbye(seats, goodbye, CLOSE_RESTARTING)

    def _open(self, session_id: str) -> Keeper:
        setting = self._setting
        kind, hold_ms = setting.config.gross_kind, setting.config.sales.hold_ms
        room = Room(
            session_id,
            crew_build=partial(crew_document, gross_kind=kind, hold_ms=hold_ms),
            viewer_build=partial(viewer_document, gross_kind=kind, hold_ms=hold_ms),
            orders=OrderQueue(
                session_id,
                store=setting.store,
                clock=setting.clock,
                steady=setting.steady,
                metrics=setting.metrics,
                hold_ms=hold_ms,
            ),
            likes_per_second=setting.config.sales.likes_per_second,
            behind_s=setting.config.push.behind_s,
            steady=setting.steady,
            metrics=setting.metrics,
        )
        keeper = Keeper(
            room,
            setting,
            greet=self._greet,
            numbers=self._beat_numbers,
            on_empty=partial(self._forget, session_id),
        )
        self.rooms[session_id] = keeper
        self._keepers.add(keeper)
        keeper.task.add_done_callback(lambda _: self._keepers.discard(keeper))
        return keeper

    def _forget(self, session_id: str) -> None:
        self.rooms.pop(session_id, None)
