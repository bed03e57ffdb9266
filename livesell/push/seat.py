"""One socket as the policy sees it. `connection.py` makes it real; tests make it of lists.

Slots and shared small numbers on purpose: a process holds tens of thousands of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from livesell.auth import Pass

if TYPE_CHECKING:
    from livesell.push.likes import Visit
    from livesell.push.room import Audience, Room

# Versions count from 1. A seat at NOTHING has no document yet or has to be sent a new one; one
# that is GONE gets nothing any more.
NOTHING = 0
GONE = -1


class Pipe(Protocol):
    """What the policy needs of a transport."""

    def write(self, data: bytes) -> None: ...

    def get_write_buffer_size(self) -> int: ...


class Seat:
    """A connection in a room.

    Attributes:
        v: The version of the document that its page has; behind when it is not the audience's.
        is_paused: Something that was written to it is not with the kernel yet.
        behind_since: When its first patch was skipped, steady seconds; None when it is not slow.
        state_after: Before this moment, steady seconds, a page that asks again for the whole
            document has to wait.
    """

    __slots__ = (
        "audience",
        "behind_since",
        "is_paused",
        "likes",
        "pass_",
        "pipe",
        "room",
        "state_after",
        "v",
    )

    pass_: Pass
    pipe: Pipe
    room: Room | None
    audience: Audience | None
    likes: Visit | None

    def __init__(self) -> None:
        self.room = None
        self.audience = None
        self.likes = None
        self.v = NOTHING
        self.is_paused = False
        self.behind_since: float | None = None
        self.state_after = 0.0

    @property
    def is_open(self) -> bool:
        return self.v != GONE

    def push(self, frame: bytes) -> None:
        """Writes a patch to a seat whose pipe is empty."""
        raise NotImplementedError

    def send(self, frame: bytes) -> None:
        """Writes what must not be skipped: greetings, whole documents, answers."""
        raise NotImplementedError

    def close(self, code: int) -> None:
        """Says goodbye with a close frame and leaves the room at once."""
        raise NotImplementedError
