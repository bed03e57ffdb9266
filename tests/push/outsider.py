"""A client written from `protocol.md` alone: no websocket library, nothing of livesell.

It keeps the document, counts taps, orders with one id per tap, and comes back after a break.
"""

import asyncio
import base64
import hashlib
import json
import os
import uuid
from typing import Any


def merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


class Outsider:
    def __init__(self, host: str, port: int, session: str, token: str) -> None:
        self.where = host, port
        self.path = f"/v1/sessions/{session}?token={token}"
        self.hello: dict[str, Any] = {}
        self.document: dict[str, Any] | None = None
        self.e, self.v = "", 0
        self.states = 0
        self.taps = 0
        self.open_orders: dict[str, dict[str, Any]] = {}
        self.answers: list[dict[str, Any]] = []
        self.places: dict[str, int] = {}
        self.offers: dict[str, dict[str, Any]] = {}
        self.close_code: int | None = None
        self.is_final = False

    async def connect(self) -> None:
        """Opens the socket, and tells again what may have been lost."""
        self.reader, self.writer = await asyncio.open_connection(*self.where)
        known = f"&e={self.e}&v={self.v}" if self.document is not None else ""
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            (
                f"GET {self.path}{known} HTTP/1.1\r\nHost: {self.where[0]}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: livesell.v1\r\n\r\n"
            ).encode()
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert head.startswith("HTTP/1.1 101 ")
        assert base64.b64encode(accept).decode() in head
        assert "livesell.v1" in head
        self.close_code = None
        if self.taps:
            self.send(t="like", n=self.taps)
        for order in self.open_orders.values():
            self.send(**order)

    def send(self, **message: Any) -> None:
        data, mask = json.dumps(message).encode(), os.urandom(4)
        assert len(data) < 65_536
        size = (
            bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        )
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.writer.write(b"\x81" + size + mask + masked)

    def tap(self, times: int) -> None:
        self.taps += times
        self.send(t="like", n=self.taps)

    def order(self, card: str, units: int) -> str:
        assert self.document is not None
        order_id = str(uuid.uuid4())
        price = self.document["cards"][card]["price"]
        message = {"t": "order", "id": order_id, "card": card, "units": units, "price": price}
        self.open_orders[order_id] = message
        self.send(**message)
        return order_id

    async def step(self) -> str:
        """Reads one frame and acts on it; returns its kind."""
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size > 125:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        data = await self.reader.readexactly(size)
        if first & 0x0F == 8:
            self.close_code = int.from_bytes(data[:2], "big")
            self.is_final = 4500 <= self.close_code <= 4999
            self.writer.write(b"\x88\x82\0\0\0\0" + data[:2])
            await self.reader.read()
            await self.leave()
            return "close"
        return self._take(json.loads(data))

    def _take(self, frame: dict[str, Any]) -> str:
        kind: str = frame["t"]
        if kind == "hello":
            self.hello = frame
        elif kind == "queue":
            self.offers.pop(frame["card"], None)
            self.places.pop(frame["card"], None)
            if frame["state"] == "waiting":
                self.places[frame["card"]] = frame["place"]
        elif kind == "offer":
            self.places.pop(frame["card"], None)
            self.offers[frame["card"]] = frame
        elif kind == "state":
            self.e, self.v, self.document = frame["e"], frame["v"], frame["d"]
            self.states += 1
        elif kind == "patch":
            self._patch(frame)
        elif kind == "order":
            self.answers.append(frame)
            if frame["ok"] or frame["code"] not in {"rate", "busy", "unknown"}:
                self.open_orders.pop(frame["id"], None)
        return kind

    def _patch(self, frame: dict[str, Any]) -> None:
        if frame["e"] != self.e or self.document is None or frame["v"] > self.v + 1:
            self.send(t="resync")
        elif frame["v"] == self.v + 1:
            self.v, self.document = frame["v"], merge(self.document, frame["d"])

    async def until(self, holds: Any) -> None:
        async with asyncio.timeout(10):
            while not holds(self):
                await self.step()

    async def leave(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()
