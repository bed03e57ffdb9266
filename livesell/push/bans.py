"""Who may not be in a room: the sockets of banned viewers are closed, and nobody else's."""

import asyncio

from livesell.domain.role import Role
from livesell.push.room import SLICE, Room
from livesell.push.seat import Seat
from livesell.wire import CLOSE_BANNED


def is_banned(room: Room, seat: Seat) -> bool:
    """Only viewers are banned: a member of the crew or an overlay may bear the same id."""
    return seat.pass_.viewer in room.banned and seat.pass_.role is Role.VIEWER


async def turn_out(room: Room) -> int:
    """Closes their sockets, those too that wait for the first document; answers how many.

    Who comes meanwhile is judged at the door.
    """
    closed = 0
    seats = [*room.waiting, *room.viewers.seats] if room.banned else []
    for start in range(0, len(seats), SLICE):
        for seat in seats[start : start + SLICE]:
            if is_banned(room, seat):
                seat.close(CLOSE_BANNED)
                closed += 1
        await asyncio.sleep(0)
    return closed
