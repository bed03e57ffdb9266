"""A crew's socket lasts as long as its pass, so that whoever was signed out sees no more."""

import socket

from livesell.domain.command import Notice
from livesell.domain.role import Role
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import page
from tests.support.build import FakeClock, command, given_live


async def test_a_crews_socket_ends_with_its_pass_and_a_viewers_goes_on(
    store: Store, start: Start, clock: FakeClock
) -> None:
    await given_live(store)
    # Whose time is over is looked for every twelfth of this.
    node = await start(silent_s=12)
    # Somebody who never says a word, and so has no pass, must not keep the others from being seen.
    silent = socket.create_connection(("127.0.0.1", node.port))
    async with (
        page(node.port, viewer="suyun", role=Role.STAFF, lifetime_s=600) as over,
        page(node.port, viewer="miao", role=Role.STAFF, lifetime_s=1200) as other,
        page(node.port, viewer="v", lifetime_s=600) as viewer,
    ):
        for each in (over, other, viewer):
            await each.until("state")
        clock.advance(s=601)
        assert await over.until_closed() == 4500
        await command(store, Notice(text="继续"))
        for each in (other, viewer):
            await each.until_document(lambda d: d.get("notice") == "继续", "the notice")
            assert each.close_code is None
    silent.close()
