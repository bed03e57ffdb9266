"""A running web server and a client to it, with somebody of every role at hand."""

import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from prometheus_client import CollectorRegistry

from livesell import auth
from livesell.actions.cashier import Cashier
from livesell.config import Config, Http
from livesell.domain.person import Person
from livesell.domain.role import Role
from livesell.store import Store
from livesell.web import WebServer
from tests.support.build import FakeClock

SECRET = "a secret that only the tests have, long enough"
PUSH_PORT = 18081
PASSWORD = "correct horse battery"

# Tests ask far more often than people; those about pace set their own.
PATIENT = Config(http=Http(requests_per_minute=1_000_000, logins_per_minute=10_000))


@dataclass
class Reply:
    """An answer, read to its end."""

    status: int
    headers: Any
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(self.json["error"]["code"])


@dataclass
class Site:
    """The server under test. `tokens` has a login for each role of the crew."""

    server: WebServer
    store: Store
    clock: FakeClock
    registry: CollectorRegistry
    port: int
    client: aiohttp.ClientSession
    cashier: Cashier
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
    ) -> Reply:
        """One request, without following a redirect and without keeping cookies."""
        sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.client.request(
            method, path, json=body, data=data, headers=sent, allow_redirects=False
        ) as response:
            return Reply(response.status, response.headers, await response.read())

    async def api(self, method: str, path: str, body: Any = None, **rest: Any) -> Reply:
        return await self.call(method, f"/api/v1{path}", body, **rest)

    async def as_admin(self, method: str, path: str, body: Any = None, **rest: Any) -> Reply:
        return await self.api(method, path, body, token=self.tokens["admin"], **rest)

    async def command(self, do: str, session: str = "naqu", **fields: Any) -> Reply:
        body = {"command": {"do": do, **fields}}
        return await self.as_admin("POST", f"/sessions/{session}/commands", body)

    async def viewer(self, **body: Any) -> str:
        """A new viewer's token."""
        return str((await self.api("POST", "/viewers", body)).json["token"])

    async def order(
        self, token: str, key: str = "tap-1", session: str = "naqu", **fields: Any
    ) -> Reply:
        body = {"card": "tea", "units": 1, "price": 500, **fields}
        headers = {"Idempotency-Key": key}
        return await self.api(
            "POST", f"/sessions/{session}/orders", body, token=token, headers=headers
        )

    def minted(self, role: Role, *, session: str | None = None, viewer: str = "v1") -> str:
        """A token as a shop's own backend would sign it."""
        return auth.mint(
            SECRET,
            viewer=viewer,
            visit="visit-1",
            role=role,
            now_ms=self.clock(),
            lifetime_s=3600,
            session=session,
        )

    async def hire(self, name: str, role: Role, password: str = "") -> str:
        """Adds someone to the crew and signs them in; without a password nobody knows one."""
        hashed = auth.hash_password(password) if password else "-"
        person = Person(name=name, role=role, password_hash=hashed, created_ms=self.clock())
        await self.store.people.add(person)
        token = auth.new_secret()
        await self.store.people.start_login(auth.digest(token), name, 3600)
        return token

    def cookie(self, role: str) -> dict[str, str]:
        """The header that a browser with this login sends by itself."""
        return {"Cookie": f"livesell_login={self.tokens[role]}"}
