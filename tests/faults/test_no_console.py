"""The show goes on without any console: the clock, the sale and the orders need nobody's page."""

import signal
from pathlib import Path

from livesell.actions.host import Host
from livesell.cli.options import CLI
from livesell.clock import system_clock
from livesell.domain.command import PrepareFlash, Show, StartFlash
from livesell.domain.session import State
from livesell.store import Store
from tests.support.audience import Viewer
from tests.support.given import given_planned, recount_of, store_of, token_of, truth_of
from tests.support.process import serving
from tests.support.wait import wait_until

FLASH_PRICE, FLASH_UNITS = 300, 50

# A flash sale counts down for 10 s and lasts for 60 s; the test joins it near its end.
FLASH_MS, LEFT_MS = 70_000, 10_000


async def given_a_flash_sale(store: Store) -> None:
    """One that was started a while ago and ends in `LEFT_MS`."""
    started_ms = system_clock() - FLASH_MS + LEFT_MS
    host = Host(store, lambda: started_ms)
    flash = PrepareFlash(card="tea", price=FLASH_PRICE, units=FLASH_UNITS, lasts_s=60)
    for command in (flash, StartFlash(flash="flash-1"), Show(card="tea")):
        await host.run("naqu", command, by=CLI)


async def test_a_show_goes_on_without_a_console_and_over_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with store_of(data) as store, serving(data) as service:
        await given_planned(store, start_in_ms=500, length_ms=15_000)

        async def is_in(state: State) -> bool:
            return (await truth_of(store)).session.state is state

        await wait_until(lambda: is_in(State.LIVE), "the clock starts it", 15)
        await given_a_flash_sale(store)
        token = await token_of(store)
        async with Viewer(service.running.push, "naqu", token) as viewer:
            assert (await viewer.order("tea", price=FLASH_PRICE))["ok"]
        # Nobody has a page open; the service dies and comes back.
        assert await service.end(signal.SIGKILL) == -signal.SIGKILL
        await service.start()
        async with Viewer(service.running.push, "naqu", token) as viewer:
            assert viewer.state == "live"
            assert (await viewer.order("tea", price=FLASH_PRICE))["ok"]

        async def is_flash_over() -> bool:
            return (await truth_of(store)).session.flashes[0].ended_ms is not None

        await wait_until(is_flash_over, "the clock ends the flash sale", 30)
        await wait_until(lambda: is_in(State.ENDED), "the clock ends the show", 30)
        truth = await truth_of(store)
        assert (truth.tally.orders, truth.tally.ordered) == (2, 2 * FLASH_PRICE)
        assert (truth.session.shown, truth.units["tea"].flash) == (None, 0)
        assert [doing.by for doing in truth.session.doings][-2:] == ["timer", "timer"]
        assert truth.session.undo is None
        recounted = await recount_of(store)
        assert recounted.is_exact, recounted.differences
