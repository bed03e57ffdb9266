"""The first frames on a socket: who it is taken for, the pace, and the document."""

from livesell.domain.truth import Truth
from livesell.push.frames import frame_of
from livesell.push.promises import send_promises
from livesell.push.room import Room
from livesell.push.seat import Seat
from livesell.push.setting import Setting
from livesell.wire import CLOSE_OVER, Hello, ViewerSelf


class Greeter:
    """Makes `hello`, and seats whoever comes to a room whose truth is known."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def hello(self, seat: Seat, epoch: str) -> bytes:
        """The private frame of a page."""
        pass_ = seat.pass_
        return frame_of(
            Hello(
                e=epoch,
                now=self._setting.clock(),
                tick_ms=self._setting.tick_ms,
                like_ms=self._setting.like_ms,
                viewer=ViewerSelf(id=pass_.viewer, name=pass_.name, role=str(pass_.role)),
            )
        )

    def greet(self, room: Room, truth: Truth, seat: Seat, known: tuple[str, int]) -> None:
        """Seats a page and sends it what it needs; a page that comes too late is sent home."""
        now_ms = self._setting.clock()
        audience = room.seat(seat, truth, now_ms)
        is_current = known == (audience.epoch, audience.v)
        document = b"" if is_current else audience.state()
        seat.send(self.hello(seat, audience.epoch) + document + room.stale)
        send_promises(seat, room.promised.get(seat.pass_.viewer, []))
        if room.is_over(now_ms):
            seat.close(CLOSE_OVER)
