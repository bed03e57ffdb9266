"""The central property: the document that a page holds plus the patches it is sent is, after
every command, the document that a newcomer is given.
"""

import asyncio
import random
import uuid

import pytest

from livesell.domain.command import (
    AddCard,
    AnyCommand,
    Close,
    Edit,
    Hide,
    Notice,
    Open,
    Pause,
    Price,
    Reorder,
    Restock,
    Resume,
    Show,
)
from livesell.domain.document import crew_document, viewer_document
from livesell.domain.role import Role
from livesell.errors import LivesellError
from livesell.store import Store
from tests.push.conftest import Start
from tests.push.pages import Page, page
from tests.support.build import a_card, command, given_live
from tests.support.wait import wait_until


def any_command(dice: random.Random) -> AnyCommand:
    card = dice.choice(("tea", "yak", "herbs"))
    return dice.choice(
        (
            Show(card=card),
            Hide(),
            Open(card=card),
            Close(card=card),
            Price(card=card, price=dice.randint(1, 900), was=dice.choice((None, 1000))),
            Restock(card=card, units=dice.choice((5, -3))),
            Notice(text=dice.choice(("", "虫草到货", "Back in five"))),
            Reorder(rundown=dice.sample(("tea", "yak", "herbs"), 3)),
            Edit(title=dice.choice(("那曲专场", "Naqu")), public_gross=dice.choice((True, False))),
            Pause(),
            Resume(),
            AddCard(card=a_card(id=f"new-{dice.randint(4, 9)}", slot=dice.randint(4, 9)), stock=3),
        )
    )


async def truth_reaches(store: Store, viewer: Page, crew: Page) -> None:
    """Both pages hold what a fresh document would say, each field of it."""

    async def do_agree() -> bool:
        truth = await store.sessions.pull("naqu", 0)
        fresh = viewer_document(truth), crew_document(truth, "ordered")
        for document in (*fresh, viewer.d, crew.d):
            # Leases and loop lag pass with time, not with commands.
            document.pop("nodes", None)
            document["tally"].pop("concurrent", None)
        return (viewer.d, crew.d) == fresh

    await wait_until(do_agree, "the pages hold the fresh documents")


@pytest.mark.parametrize("seed", range(4))
async def test_document_and_patches_make_the_fresh_document(
    seed: int, store: Store, start: Start
) -> None:
    dice = random.Random(seed)
    await given_live(
        store, a_card(), a_card(id="yak", slot=2, price=9900), a_card(id="herbs", slot=3, limit=2)
    )
    push = await start()
    async with (
        page(push.port, viewer="early") as early,
        page(push.port, viewer="host", role=Role.STAFF) as crew,
    ):
        await early.until("state")
        await crew.until("state")
        for step in range(40):
            try:
                await command(store, any_command(dice))
            except LivesellError:
                continue  # not possible at this moment
            if dice.random() < 0.4:
                card = dice.choice(("tea", "yak", "herbs"))
                prices = early.d["cards"].get(card, {"price": 500})
                await early.send(
                    t="order", id=str(uuid.uuid4()), card=card, units=1, price=prices["price"]
                )
                await early.send(t="like", n=step)
            if dice.random() < 0.3:
                await truth_reaches(store, early, crew)
        await truth_reaches(store, early, crew)
        assert len(early.of_kind("state")) == 1
        async with page(push.port, viewer="late") as late:
            await late.until("state")
            await truth_reaches(store, late, crew)
        nulls = [frame for frame in early.of_kind("state") if ": null" in str(frame)]
        assert nulls == []


async def test_two_nodes_show_the_same(store: Store, start: Start) -> None:
    await given_live(store)
    one, two = await start("node-1"), await start("node-2")
    async with page(one.port, viewer="a") as here, page(two.port, viewer="b") as there:
        await asyncio.gather(here.until("state"), there.until("state"))
        assert here.e != there.e
        await here.order(units=3)
        for seen in (here, there):
            await seen.until_document(lambda d: d["cards"]["tea"]["stock"] == 97, "the stock")
            await seen.until_document(lambda d: d["tally"]["concurrent"] == 2, "both viewers")
        # A page that moves to the other node brings an epoch that is not known there.
        async with page(two.port, viewer="a", e=here.e, v=here.v) as moved:
            await moved.until("state")
