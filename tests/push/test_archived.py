"""A session that goes into the archive while pages are open on it."""

from pathlib import Path

from livesell.actions.archive import Archivist
from livesell.actions.sealing import TAIL_MS, Sealing
from livesell.domain.command import Cancel
from livesell.store import Store
from livesell.wire import CLOSE_NO_SUCH_SESSION, CLOSE_OVER
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import FakeClock, command, given_session


async def test_open_pages_are_told_that_it_is_over(
    store: Store, clock: FakeClock, start: Start, tmp_path: Path
) -> None:
    store.archives.folder = tmp_path / "archive"
    await given_session(store)
    await command(store, Cancel(), now_ms=clock())
    push = await start(tick_ms=10_000)
    async with page(push.port) as one:
        await one.until("state")
        clock.advance(TAIL_MS)
        assert await Sealing(store, clock).seal("naqu") is None
        archivist = Archivist(store, clock, "ordered")
        with archivist.run():
            await archivist.archive("naqu")
        # The archiver wakes the nodes; nobody waits for a tick.
        assert await one.until_closed() == CLOSE_OVER
    async with page(push.port) as late:
        assert await late.until_closed() == CLOSE_OVER
    async with page(push.port, session="nope") as lost:
        assert await lost.until_closed() == CLOSE_NO_SUCH_SESSION
    link = store.archives.link
    found = await link.read(
        ("EXISTS", link.keys.of("naqu", "leases"), link.keys.of("naqu", "seen"))
    )
    assert found == [0]
