"""The HTTP API as the host's console uses it, for the moves of a replay. A request a connection."""

import asyncio
import http.client
from typing import Any

import msgspec
from msgspec import Struct

from livesell.config.rules import address

TIMEOUT_S = 10


class Answer(Struct, frozen=True, kw_only=True):
    """What came back. Status 0 means that nothing did, and `message` says why."""

    status: int
    content: dict[str, Any]

    @property
    def message(self) -> str:
        return str(self.content.get("error", {}).get("message", ""))


class Api:
    """A signed-in client of one service.

    Args:
        listen: HOST:PORT.
        token: A login, sent as bearer.
    """

    def __init__(self, listen: str, token: str) -> None:
        self._host, self._port = address(listen, "http")
        self._token = token

    async def get(self, path: str) -> Answer:
        return await asyncio.to_thread(self._ask, "GET", path, None)

    async def post(self, path: str, body: object) -> Answer:
        return await asyncio.to_thread(self._ask, "POST", path, body)

    def _ask(self, method: str, path: str, body: object) -> Answer:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        content = None if body is None else msgspec.json.encode(body)
        try:
            connection.request(method, f"/api/v1{path}", content, headers)
            answer = connection.getresponse()
            return Answer(status=answer.status, content=msgspec.json.decode(answer.read() or b"{}"))
        except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
            return Answer(status=0, content={"error": {"message": f"No answer came: {error}"}})
        finally:
            connection.close()
