"""A viewer's page for tests: it folds what comes as `state.js` does, and remembers everything."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from livesell import auth
from livesell.domain.role import Role
from livesell.patch import apply
from livesell.wire import SUBPROTOCOL
from tests.support.build import NOW_MS
from tests.support.wait import wait_until

SECRET = "a secret for tests only, 32 chars"


def token(
    viewer: str = "buyer",
    *,
    role: Role = Role.VIEWER,
    visit: str = "",
    session: str | None = None,
    name: str = "",
    now_ms: int = NOW_MS,
    lifetime_s: int = 3600,
    secret: str = SECRET,
    login: str = "",
    held_as: str = "",
) -> str:
    return auth.mint(
        secret,
        viewer=viewer,
        visit=visit or f"visit-{viewer}",
        role=role,
        now_ms=now_ms,
        lifetime_s=lifetime_s,
        session=session,
        name=name,
        login=login,
        held_as=held_as,
    )


def address(port: int, session: str = "naqu", *, token: str = "", e: str = "", v: int = 0) -> str:
    known = f"&e={e}&v={v}" if e else ""
    return f"ws://127.0.0.1:{port}/v1/sessions/{session}?token={token}{known}"


class Page:
    """One socket and what it was sent."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.e, self.v = "", 0
        self.d: dict[str, Any] = {}
        self.close_code: int | None = None

    async def listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self.socket:
                self._take(json.loads(text))
        self.close_code = self.socket.close_code

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        match frame:
            case {"t": "state", "e": e, "v": v, "d": d}:
                self.e, self.v, self.d = e, v, d
            case {"t": "patch", "e": e, "v": v, "d": d} if e == self.e and v > self.v:
                assert v == self.v + 1, f"a gap: {self.v} to {v}"
                self.v, self.d = v, apply(self.d, d)

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["t"] == kind]

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def until(self, kind: str, count: int = 1, timeout_s: float = 5) -> dict[str, Any]:
        """The `count`-th frame of this kind, as soon as it is there."""
        await wait_until(
            lambda: len(self.of_kind(kind)) >= count, f"{count} {kind} frames", timeout_s
        )
        return self.of_kind(kind)[count - 1]

    async def until_document(self, expected: Any, what: str = "the document") -> None:
        await wait_until(lambda: expected(self.d) if self.d else False, what)

    async def until_closed(self, timeout_s: float = 5) -> int:
        await wait_until(lambda: self.close_code is not None, "the socket is closed", timeout_s)
        assert self.close_code is not None
        return self.close_code

    async def order(self, **fields: Any) -> dict[str, Any]:
        """Sends an order and returns its answer."""
        message = {"id": str(uuid.uuid4()), "card": "tea", "units": 1, "price": 500, **fields}
        before = len(self.of_kind("order"))
        await self.send(t="order", **message)
        return await self.until("order", before + 1)


@contextlib.asynccontextmanager
async def page(
    port: int,
    session: str = "naqu",
    viewer: str = "buyer",
    *,
    e: str = "",
    v: int = 0,
    **of_token: Any,
) -> AsyncIterator[Page]:
    """A page that is connected and listening."""
    where = address(port, session, token=token(viewer, **of_token), e=e, v=v)
    async with page_at(where) as one:
        yield one


@contextlib.asynccontextmanager
async def page_at(where: str, **options: Any) -> AsyncIterator[Page]:
    async with connect(
        where, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, proxy=None, **options
    ) as socket:
        one = Page(socket)
        listening = asyncio.create_task(one.listen())
        try:
            yield one
        finally:
            await socket.close()
            await listening
