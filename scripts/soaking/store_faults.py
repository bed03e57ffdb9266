"""The store stops, is restarted, is killed, and falls silent behind a link that swallows packets.

Viewers keep their sockets and see that the numbers are old, no answer is false, and everything
is as before within one lease of the store's return.
"""

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from livesell.config import StoreConfig
from livesell.push.keeper import LEASE_MS
from livesell.store import open_store
from livesell.store.embedded import Embedded
from soaking.looking import check_counts, check_documents
from soaking.service import Service, service
from soaking.troupe import Troupe, troupe
from soaking.verdict import Verdict
from tests.support.proxy import FaultProxy, fault_proxy

LEASE_S = LEASE_MS / 1000

Fault = Callable[[], Awaitable[None]]


async def run(verdict: Verdict, *, is_quick: bool) -> None:
    pages, away_s = (100, 4.5) if is_quick else (2000, 10.0)
    async with service() as own, troupe(own, 1) as crowd:
        async with _busy(own, crowd, pages):
            await _under(verdict, own, crowd, "stopped", _stop(own, away_s), is_long=True)
            await _under(verdict, own, crowd, "restarted", _signal(own, signal.SIGTERM))
            await _under(verdict, own, crowd, "killed", _signal(own, signal.SIGKILL))
        await check_documents(verdict, own, crowd)
        await check_counts(verdict, own, crowd)
    async with _far_service() as (far, proxy), troupe(far, 1) as crowd:
        async with _busy(far, crowd, pages):
            fault = _swallow(proxy, away_s)
            await _under(verdict, far, crowd, "swallowed", fault, is_long=True)
        await check_documents(verdict, far, crowd)
        await check_counts(verdict, far, crowd)


@contextlib.asynccontextmanager
async def _busy(one: Service, crowd: Troupe, pages: int) -> AsyncIterator[None]:
    """A crowd that likes and orders, and a host who tells news."""
    await crowd.join(pages, per_second=1000)
    await crowd.until_open(pages, within_s=30)
    await crowd.sell(100)
    await crowd.like(100)
    async with one.news(1):
        await asyncio.sleep(1)
        yield
        await crowd.sell(0)
        await crowd.like(0)


async def _under(
    verdict: Verdict, one: Service, crowd: Troupe, name: str, fault: Fault, *, is_long: bool = False
) -> None:
    """Makes the fault, then waits until everything is well again."""
    before = await crowd.look()
    await crowd.mark()
    acting = asyncio.ensure_future(fault())
    stale, began = 0, time.monotonic()
    while not acting.done():
        seen = await crowd.look()
        stale = max(stale, seen.stale)
        if not stale:
            told_after_s = time.monotonic() - began
        await asyncio.sleep(0.1)
    await acting
    heal_s = await _healed(one, crowd)
    seen = await crowd.look()
    answers = {k.removeprefix("order_"): n for k, n in seen.counts.items() if k[:6] == "order_"}
    closed = sum(n for k, n in seen.counts.items() if k.startswith("closed_"))
    verdict.note(**{f"{name}_heal_s": heal_s, f"{name}_stale": stale})
    verdict.note(**{f"{name}_{code}": count for code, count in answers.items()})
    verdict.expect(f"{name}: {closed} sockets were closed.", holds=not closed)
    verdict.expect(f"{name}: answers {answers}.", holds=answers.keys() <= {"busy", "unknown"})
    verdict.expect(f"{name}: not well {LEASE_S:.0f} s later.", holds=heal_s < LEASE_S)
    if is_long:
        verdict.note(**{f"{name}_told_after_s": told_after_s})
        claim = f"{name}: {stale} of {before.open} pages saw that the numbers were old."
        verdict.expect(claim, holds=stale == before.open)


async def _healed(one: Service, crowd: Troupe) -> float:
    """Seconds until numbers are fresh and orders are taken again."""
    began = time.monotonic()
    orders = (await crowd.look()).counts.get("ok", 0)
    while time.monotonic() - began < 2 * LEASE_S:
        seen = await crowd.look()
        age_s = (await one.metrics()).most("pull_age_seconds")
        if not seen.stale and seen.counts.get("ok", 0) > orders and age_s < 1:
            break
        await asyncio.sleep(0.05)
    return time.monotonic() - began


def _stop(one: Service, seconds: float) -> Fault:
    async def fault() -> None:
        pid = one.store_pid
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(pid, signal.SIGCONT)

    return fault


def _signal(one: Service, how: signal.Signals) -> Fault:
    async def fault() -> None:
        os.kill(one.store_pid, how)
        await asyncio.sleep(0.5)

    return fault


def _swallow(proxy: FaultProxy, seconds: float) -> Fault:
    async def fault() -> None:
        proxy.swallow_replies()
        await asyncio.sleep(seconds)
        proxy.heal()

    return fault


@contextlib.asynccontextmanager
async def _far_service() -> AsyncIterator[tuple[Service, FaultProxy]]:
    """A service whose store is behind a link that can be made to fail."""
    with tempfile.TemporaryDirectory(prefix="livesell-soak-store-") as name:
        data = Path(name)
        store = await open_store(StoreConfig(timeout_ms=10_000), data)
        try:
            async with fault_proxy(Embedded(data).socket, data / "proxy.sock") as proxy:
                url = f"unix://{proxy.address}"
                async with service(store_url=url, beside=data) as one:
                    yield one, proxy
        finally:
            await store.close()
