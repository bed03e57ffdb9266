"""A real `livesell serve` in a process of its own, for tests that drive a real browser."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp

ADMIN = "admin"
PASSWORD = "a long enough password"
START_WITHIN_S = 30.0


class Service:
    """One running service with an administrator; it can be stopped and started again in place.

    Args:
        settings: Settings of its own, as in the environment: `LIVESELL_SALES__PAYMENT="prepaid"`.
    """

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self._settings = settings
        self.http_port, self.push_port = _free_port(), _free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._client: aiohttp.ClientSession | None = None
        self._token = ""

    async def start(self) -> None:
        """Starts the process and waits until it answers; makes the administrator once."""
        command = [
            sys.executable, "-m", "livesell", "serve", "--data", str(self.data),
            "--http", f"127.0.0.1:{self.http_port}", "--push", f"127.0.0.1:{self.push_port}",
        ]  # fmt: skip
        with (self.data.parent / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env={**_environ(), **self._settings}
            )
        self._client = self._client or aiohttp.ClientSession()
        await self._until_ready()
        if not self._token:
            await self._add_admin()

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            await asyncio.to_thread(self._process.wait, 20)
            self._process = None

    async def close(self) -> None:
        await self.stop()
        if self._client is not None:
            await self._client.close()

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:  # fmt: skip
        """An API call as the administrator, or with another token; fails on a bad status."""
        assert self._client is not None
        sent = {"Authorization": f"Bearer {token or self._token}", **(headers or {})}
        url = f"{self.url}/api/v1{path}"
        async with self._client.request(method, url, json=body, headers=sent) as response:
            answer = await response.json()
            assert response.status < 400, (method, path, response.status, answer)
            return answer

    async def create(self, **fields: Any) -> str:
        """A new session of a host of its own, so that none is in another's way; returns its id."""
        name = uuid.uuid4().hex[:10]
        body = {"id": f"s-{name}", "host": f"苗伟伦 {name}", "cards": [], **fields}
        answer = await self.call("POST", "/sessions", body)
        return str(answer["id"])

    async def command(self, session: str, do: str, **fields: Any) -> int:
        """Runs a host command; returns the version after it."""
        # One host has the shows of all tests at once, and means it.
        meant = {"confirm": True} if do in ("start", "schedule", "extend") else {}
        body = {"id": str(uuid.uuid4()), "command": {"do": do, **meant, **fields}}
        answer = await self.call("POST", f"/sessions/{session}/commands", body)
        return int(answer["version"])

    async def buyer(self) -> str:
        """The token of a new viewer who is not the one in the browser."""
        assert self._client is not None
        async with self._client.post(f"{self.url}/api/v1/viewers", json={}) as response:
            assert response.status == 201
            return str((await response.json())["token"])

    async def order(self, session: str, token: str, card: str, units: int, price: int) -> Any:
        """An order by that viewer, over HTTP."""
        body = {"card": card, "units": units, "price": price}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return await self.call(
            "POST", f"/sessions/{session}/orders", body, token=token, headers=key
        )

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while not await self._is_ready():
            assert self._process is not None
            log = self.data.parent / "serve.log"
            assert self._process.poll() is None, f"serve ended: {log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"not ready in time: {log.read_text()[-2000:]}"
            await asyncio.sleep(0.05)

    async def _is_ready(self) -> bool:
        assert self._client is not None
        try:
            async with self._client.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def _add_admin(self) -> None:
        command = [
            sys.executable, "-m", "livesell", "user", "add", ADMIN, "--role", "admin",
            "--password-stdin", "--data", str(self.data),
        ]  # fmt: skip
        done = await asyncio.to_thread(
            subprocess.run, command, input=PASSWORD.encode(), capture_output=True, env=_environ()
        )
        assert done.returncode == 0, done.stderr.decode()
        body = {"name": ADMIN, "password": PASSWORD, "want_token": True}
        assert self._client is not None
        async with self._client.post(f"{self.url}/api/v1/login", json=body) as response:
            assert response.status == 200, await response.text()
            self._token = (await response.json())["token"]


def _environ() -> dict[str, str]:
    """The tests' environment without a livesell setting that would change the service."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIVESELL_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
