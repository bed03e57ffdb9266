"""One line of the API's table, what a handler is given, and what it gives back."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from aiohttp import web
from msgspec import Struct

from livesell.config import Config
from livesell.web import client
from livesell.web.bodies import READ_S
from livesell.web.caller import Caller, Who
from livesell.web.services import Services

BASE = "/api/v1"

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Call(Generic[Body]):
    """A request that was decoded and allowed.

    Attributes:
        body: The struct that the route names, or the bytes as they came, else None.
        query: The same for the address's query.
        headers: The same for the headers that the route reads.
    """

    services: Services
    caller: Caller
    request: web.Request
    body: Body = field(repr=False)
    query: Any = None
    headers: Any = field(default=None, repr=False)

    @property
    def session(self) -> str:
        return self.request.match_info["session"]

    @property
    def campaign(self) -> str:
        return self.request.match_info["campaign"]

    @property
    def order(self) -> str:
        return self.request.match_info["order"]

    @property
    def product(self) -> str:
        return self.request.match_info["product"]

    @property
    def refund(self) -> str:
        return self.request.match_info["refund"]

    @property
    def address(self) -> str:
        return client.address(self.request, self.services.config)

    @property
    def push(self) -> str:
        """Where this client's sockets go."""
        services = self.services
        return client.push_origin(self.request, services.config, services.push_port())


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler gives back: a struct, or raw bytes (at once or in chunks).

    `login` starts a login cookie; an empty text ends it; None leaves it alone. `guest` is an
    invitation to a rehearsal that the browser keeps, for so many seconds. `device` marks the
    browser as one in which this account has signed in.
    """

    answer: Struct | Mapping[str, Any] | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    login: str | None = field(default=None, repr=False)
    guest: tuple[str, int] | None = field(default=None, repr=False)
    device: str = field(default="", repr=False)
    chunks: AsyncGenerator[bytes, None] | None = None


Handler = Callable[[Call[Any]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """One line: registration, checks, decoding and the description are all made from it.

    Attributes:
        path: Below `BASE`, with {names} for variable segments.
        who: Who may use it.
        answers: What it answers when all is well, by status.
        refusals: Statuses of its errors, beyond those that every such route has.
        media: The type of the answer.
        raw_bytes: The body is handed on as it came, when it has no more bytes than this; or what
            the configuration says of that.
        raw_media: What a body that is handed on may be, for the description.
        read_s: How long a body may take to arrive.
        is_paced: Whether strangers may use it only so often.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    who: Who
    answers: Mapping[int, Any]
    body: type[Struct] | None = None
    query: type[Struct] | None = None
    headers: type[Struct] | None = None
    refusals: tuple[int, ...] = ()
    media: str = "application/json"
    raw_bytes: int | Callable[[Config], int] = 0
    raw_media: tuple[str, ...] = ("application/json",)
    read_s: int = READ_S
    is_paced: bool = True

    def most_raw_bytes(self, config: Config) -> int:
        return self.raw_bytes(config) if callable(self.raw_bytes) else self.raw_bytes

    @property
    def operation(self) -> str:
        """The name of the operation: that of its handler."""
        return self.handler.__name__
