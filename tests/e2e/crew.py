"""What the browser tests of the crew's pages share: a signed-in browser, and goods to sell."""

import asyncio
import sys
from typing import Any

from tests.e2e.service import ADMIN, PASSWORD, Service

TEA: dict[str, Any] = {
    "id": "tea", "slot": 3, "title": "清风度西藏凉茶", "price": 500, "stock": 1000, "open": True,
}  # fmt: skip
YAK: dict[str, Any] = {
    "id": "yak", "slot": 12, "title": "娘亚牦牛肉 1 kg", "price": 16800, "stock": 20, "open": True,
}  # fmt: skip
PIG: dict[str, Any] = {"id": "pig", "slot": 15, "title": "藏香猪", "price": 26800, "stock": 0}


async def signed_in(service: Service, name: str = ADMIN, password: str = PASSWORD) -> Any:
    """What a browser keeps after signing in, for `open_page(url, storage_state=...)`."""
    body = {"name": name, "password": password, "want_token": True}
    token = (await service.call("POST", "/login", body))["token"]
    cookie = {
        "name": "livesell_login", "value": token, "domain": "127.0.0.1", "path": "/",
        "httpOnly": True, "secure": False, "sameSite": "Strict", "expires": -1,
    }  # fmt: skip
    return {"cookies": [cookie], "origins": []}


async def crew_document(service: Service, session: str) -> Any:
    """The document that a console shows."""
    answer = await service.call("GET", f"/sessions/{session}?audience=crew")
    return answer["document"]


async def hire(service: Service, name: str, role: str, password: str) -> None:
    """One more of the crew, as `livesell user add` makes them."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "livesell", "user", "add", name, "--role", role,
        "--password-stdin", "--data", str(service.data),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await process.communicate(password.encode())
    assert process.returncode == 0
