"""What the crowd of the kill loop shares: where the service is, what it sells, how to ask it."""

import asyncio
import contextlib
from random import Random
from typing import Any

import aiohttp
import msgspec

from livesell import auth
from livesell.clock import system_clock
from livesell.domain.role import Role
from soaking.books import Books, Purchase
from soaking.service import SECRET, SESSION

# So that the crowd does not keep the service from starting.
AGAIN_AFTER_S, MOST_AFTER_S = 0.05, 0.8
TOKEN_S = 7200

ORDERS = f"/api/v1/sessions/{SESSION}/orders"

# Gone, or no answer came: nobody knows what was done.
LOST = "lost"


class Shop:
    """Where the service is now, what it sells, and whether the crowd may begin new things."""

    def __init__(self, books: Books, dice: Random, prices: dict[str, int]) -> None:
        self.books = books
        self.dice = dice
        self.prices = prices
        self.push: tuple[str, int] = ("", 0)
        self.http = ""
        self.is_open = asyncio.Event()
        self.is_rush = asyncio.Event()
        self.session: aiohttp.ClientSession | None = None

    async def think(self, seconds: float) -> None:
        """Passes the time until the next tap; in a rush there is none."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.is_rush.wait()

    async def patience(self, tries: int) -> None:
        """Before something is sent again, longer each time."""
        await asyncio.sleep(
            min(MOST_AFTER_S, AGAIN_AFTER_S * 2 ** min(tries, 9)) * (0.5 + self.dice.random())
        )

    def token(self, viewer: str) -> str:
        return auth.mint(
            SECRET, viewer=viewer, visit=viewer, role=Role.VIEWER, now_ms=system_clock(),
            lifetime_s=TOKEN_S,
        )  # fmt: skip

    def pick(self, viewer: str) -> Purchase:
        """A new purchase, sometimes at a price that holds no more."""
        card = self.dice.choice(list(self.prices))
        price = self.prices[card] + (self.dice.random() < 0.02)
        return self.books.want(viewer, card, self.dice.choice((1, 1, 1, 2, 3)), price)

    async def ask(
        self, method: str, path: str, token: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """A request; status 0 when no answer came."""
        assert self.session is not None
        sent = {"Content-Type": "application/json", **headers}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with self.session.request(
                method, f"http://{self.http}{path}", data=data, headers=sent
            ) as answer:
                return answer.status, msgspec.json.decode(await answer.read() or b"{}")
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError):
            return 0, {}


def outcome(status: int, content: dict[str, Any]) -> dict[str, Any]:
    """An answer of the API in the form that the socket has."""
    if status in (200, 201):
        return {"ok": True, **content}
    if not status:
        return {"code": LOST}
    return {"code": content.get("error", {}).get("code", f"http_{status}")}


async def ended(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels them, and raises what one of them has died of."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
