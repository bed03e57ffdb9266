"""Sessions that are over: sold, liked, watched, ended, sealed; for seals and archives."""

import uuid

from livesell.actions.sealing import TAIL_MS, Sealing
from livesell.domain.command import End, Show
from livesell.domain.order import Contact
from livesell.store import Beat, Store, Taps
from tests.support.build import FakeClock, a_request, command, given_live

BUYER = Contact(name="扎西", phone="13800138000", address="那曲\n色尼区", note="")


async def given_ended(
    store: Store, clock: FakeClock, session_id: str = "naqu", orders: int = 5
) -> None:
    """A session with everything in it, ended now: two buyers in turn, the first with a name."""
    now_ms = clock()
    await given_live(store, id=session_id, now_ms=now_ms, stock=10_000)
    await command(store, Show(card="tea"), session_id, now_ms=now_ms)
    for viewer in ("anna", "ben", "carl"):
        beat = Beat(
            node="node-1", seq=int(viewer == "ben") + 2 * int(viewer == "carl") + 1,
            now_ms=now_ms, lease_ms=10_000, viewers=1, joined=[viewer], watched={viewer: 4000},
        )  # fmt: skip
        await store.presence.beat(session_id, beat)
    await store.likes.credit(session_id, [Taps("visit-1", "anna", 7, 100)], now_ms)
    requests = [
        a_request(
            id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{session_id}/{n}")),
            viewer="anna" if n % 2 == 0 else "ben", name="扎西" if n % 2 == 0 else "本",
            contact=BUYER if n % 2 == 0 else Contact(),
        )
        for n in range(orders)
    ]  # fmt: skip
    for at in range(0, orders, 500):
        await store.orders.place(session_id, requests[at : at + 500], now_ms)
    await command(store, End(), session_id, now_ms=clock.advance(s=60))


async def given_sealed(
    store: Store, clock: FakeClock, session_id: str = "naqu", orders: int = 5
) -> None:
    """The same after the tail, sealed to its last entry."""
    await given_ended(store, clock, session_id, orders)
    clock.advance(TAIL_MS)
    assert await Sealing(store, clock).seal(session_id) is None
