"""Every error that a person may see: a kind, a stable code, and a sentence.

Rules are broken deep inside and told at a surface: the HTTP API, the socket or the command
line. `SURFACES` is the one table that maps a kind to each of them. Nothing here is caught
anywhere but at those three surfaces.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of thing went wrong; decides the status at every surface."""

    BAD_INPUT = "bad_input"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    BUSY = "busy"
    UNKNOWN = "unknown"
    BAD_CONFIG = "bad_config"
    CANNOT_START = "cannot_start"


@dataclass(frozen=True, slots=True)
class Surface:
    """How one kind looks from outside.

    `exit_status` follows sysexits.h (Source: FreeBSD sysexits(3)), so that shell scripts can
    tell a mistyped name (66) from a store that is away (75).
    """

    http_status: int
    exit_status: int


SURFACES: dict[Kind, Surface] = {
    Kind.BAD_INPUT: Surface(400, 65),
    Kind.NOT_SIGNED_IN: Surface(401, 77),
    Kind.NOT_ALLOWED: Surface(403, 77),
    Kind.NOT_FOUND: Surface(404, 66),
    Kind.CONFLICT: Surface(409, 1),
    Kind.REFUSED: Surface(422, 1),
    Kind.TOO_LARGE: Surface(413, 65),
    Kind.TOO_MANY: Surface(429, 75),
    Kind.BUSY: Surface(503, 75),
    Kind.UNKNOWN: Surface(504, 75),
    Kind.BAD_CONFIG: Surface(500, 78),
    Kind.CANNOT_START: Surface(500, 69),
}


class LivesellError(Exception):
    """An error for a person.

    Args:
        code: Stable, machine-readable; part of the public promise.
        message: What happened and what to do next, in one or two sentences.
        fields: Which inputs are wrong, name to sentence.
        data: Facts that a program may need, such as the version or the price that holds now.
    """

    kind: ClassVar[Kind] = Kind.BAD_INPUT

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: dict[str, str] | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields or {}
        self.data = data or {}

    @property
    def http_status(self) -> int:
        return SURFACES[self.kind].http_status

    @property
    def exit_status(self) -> int:
        return SURFACES[self.kind].exit_status

    def as_json(self) -> dict[str, Any]:
        """The one shape of an error on the API: `{"error": {code, message, fields, ...}}`."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "fields": self.fields,
                **self.data,
            }
        }


class BadInput(LivesellError):
    """Something that was sent cannot be understood or is out of bounds."""

    @classmethod
    def field(cls, name: str, sentence: str, code: str = "bad_input") -> "BadInput":
        """One wrong input: the sentence is both the message and the field's own."""
        return cls(code, sentence, fields={name: sentence})


class NotSignedIn(LivesellError):
    """No valid login or token."""

    kind = Kind.NOT_SIGNED_IN


class NotAllowed(LivesellError):
    """Known, but not with this role."""

    kind = Kind.NOT_ALLOWED


class NotFound(LivesellError):
    """The thing that was named does not exist."""

    kind = Kind.NOT_FOUND


class Conflict(LivesellError):
    """Someone else was first; nothing was overwritten."""

    kind = Kind.CONFLICT


class Refused(LivesellError):
    """Understood and allowed, but a rule of selling says no (see `domain/order.py`)."""

    kind = Kind.REFUSED


class TooLarge(LivesellError):
    """More bytes than this surface takes."""

    kind = Kind.TOO_LARGE


class TooMany(LivesellError):
    """Asked too often; try again later."""

    kind = Kind.TOO_MANY


class Busy(LivesellError):
    """Not executed; the same request may be sent again at once."""

    kind = Kind.BUSY


class OutcomeUnknown(LivesellError):
    """Sent to the store, but no answer came: it may or may not have happened."""

    kind = Kind.UNKNOWN


class BadConfig(LivesellError):
    """config.toml, an environment variable or a command-line option is wrong."""

    kind = Kind.BAD_CONFIG


class CannotStart(LivesellError):
    """A port, a directory or the store is not usable."""

    kind = Kind.CANNOT_START
