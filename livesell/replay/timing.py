"""From the minutes of a scenario to the milliseconds of its replay. Pure."""

from msgspec import Struct

from livesell.errors import BadInput

# A replay shorter than this has no room for its first and last moments, below.
MIN_LENGTH_MS = 3000

# The first moments: the news that the session is live has to reach every viewer.
HEAD_MS = 300
# The last: an order on its way when the session ends would be refused, so none is sent then, not
# even on a machine that stalls for a second or two.
TAIL_MS = 3000


class Timing(Struct, frozen=True, kw_only=True):
    """Maps a session's minutes onto the part of its replay in which things are done."""

    minutes: int
    length_ms: int

    @classmethod
    def at_speed(cls, minutes: int, speed: float) -> "Timing":
        """Raises `BadInput` when the speed is no positive number or leaves too little time."""
        length_ms = round(minutes * 60_000 / speed) if speed > 0 else 0
        if length_ms < MIN_LENGTH_MS:
            most = minutes * 60_000 // MIN_LENGTH_MS
            raise BadInput.field(
                "speed", f"The speed has to be above 0 and at most {most} for {minutes} minutes."
            )
        return cls(minutes=minutes, length_ms=length_ms)

    @property
    def head_ms(self) -> int:
        return min(HEAD_MS, self.length_ms // 20)

    @property
    def tail_ms(self) -> int:
        return min(TAIL_MS, self.length_ms // 4)

    def at(self, minute: float) -> int:
        """Milliseconds after the start."""
        room = self.length_ms - self.head_ms - self.tail_ms
        return self.head_ms + round(minute / self.minutes * room)

    def minute(self, at_ms: float) -> float:
        """The other way round, within the session."""
        room = self.length_ms - self.head_ms - self.tail_ms
        return min(self.minutes, max(0.0, (at_ms - self.head_ms) / room * self.minutes))
