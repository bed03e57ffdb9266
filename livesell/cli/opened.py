"""Runs a command's coroutine with the store open: a running service's, or one of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from livesell import datadir
from livesell.cli.options import Settings
from livesell.store import Store, open_store

T = TypeVar("T")


def with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Opens the store, works, closes. An embedded store that nobody runs is started for it.

    Raises:
        CannotStart: The store is away or weaker than promised.
    """
    return asyncio.run(_worked(settings, work))


async def _worked(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    if not settings.config.store.url:
        datadir.prepare(settings.data)
    store = await open_store(settings.config.store, settings.data)
    try:
        return await work(store)
    finally:
        await store.close()
