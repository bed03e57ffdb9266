"""What the story is told with: a running shop, the people who run it, and its viewers.

Everything is real: the store, the pages' API and the sockets. `Shop` speaks HTTP as the console
and the staff page do; `Viewer` (tests/support/audience.py) is a viewer's page.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from livesell.app import App
from livesell.config import Config, Http, Push
from tests.conftest import no_task_left
from tests.support.audience import Viewer

PASSWORD = "yak butter tea"

TEA = {"id": "tea", "title": "清风度西藏凉茶", "price": 500, "stock": 1000, "donation": 20}
YAK = {"id": "yak", "title": "娘亚牦牛肉", "price": 12800, "stock": 3, "limit": 2}


class Shop:
    """The console and the staff page of one person, signed in."""

    def __init__(self, app: App, client: aiohttp.ClientSession, token: str) -> None:
        self.app = app
        self._client = client
        self._token = token

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """An API call; returns the answer, the error's code when it is refused."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        url = f"http://{self.app.http_address}/api/v1{path}"
        async with self._client.request(method, url, json=body, headers=headers) as response:
            answer = await response.json()
            return answer["error"]["code"] if "error" in answer else answer

    async def schedule(
        self, start_in_s: float, minutes: float = 60, cards: tuple[Any, ...] = (TEA, YAK)
    ) -> str:
        """Plans the Naqu broadcast, every card open for ordering; returns its id."""
        start = datetime.now(UTC) + timedelta(seconds=start_in_s)
        body = {
            "id": "naqu",
            "title": "那曲市第一届电商购物节",
            "host": "苗伟伦",
            "fund": "浙江援藏扶贫公益基金",
            "planned_start": start.isoformat(),
            "planned_end": (start + timedelta(minutes=minutes)).isoformat(),
            "cards": [{**card, "open": True} for card in cards],
        }
        return str((await self.call("POST", "/sessions", body))["id"])

    async def on_air(self) -> None:
        """The same, live at once."""
        await self.schedule(3600)
        await self.command("start")

    async def command(self, do: str, **fields: Any) -> Any:
        return await self.call("POST", "/sessions/naqu/commands", {"command": {"do": do, **fields}})

    async def figures(self) -> dict[str, Any]:
        stats: dict[str, Any] = (await self.call("GET", "/sessions/naqu/stats"))["figures"]
        return stats

    async def viewer(self) -> Viewer:
        """Someone opens the page; use it with `async with`."""
        made = await self.call("POST", "/viewers", {})
        return Viewer(self.app.push_address, "naqu", made["token"])

    async def sign_in(self, name: str, password: str = PASSWORD) -> "Shop":
        body = {"name": name, "password": password, "want_token": True}
        login = await self.call("POST", "/login", body)
        return Shop(self.app, self._client, login["token"])

    async def has_counted(self, **wanted: int) -> None:
        """Returns when the staff page shows these figures."""
        async with asyncio.timeout(10):
            while {name: (await self.figures())[name] for name in wanted} != wanted:
                await asyncio.sleep(0.05)


@pytest.fixture
async def anyone(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop that has just been started, seen by somebody who is not signed in."""
    config = Config(http=Http(listen="127.0.0.1:0"), push=Push(listen="127.0.0.1:0"))
    app = App(config, tmp_path / "data")
    await app.start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            yield Shop(app, client, "")
    finally:
        await app.stop()
    await no_task_left()


@pytest.fixture
async def shop(anyone: Shop) -> Shop:
    """A shop with its first administrator, who is signed in."""
    body = {"code": await anyone.app.setup_code(), "name": "miao", "password": PASSWORD}
    await anyone.call("POST", "/setup", body)
    return await anyone.sign_in("miao")
