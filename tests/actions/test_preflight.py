"""The pre-flight check on a real store, and what a start makes of it."""

from pathlib import Path
from typing import Any

import pytest

from livesell.actions.host import Host
from livesell.actions.photos import Photos
from livesell.actions.preflight import Preflight
from livesell.config import Config, Sales, StoreConfig
from livesell.domain.command import Start
from livesell.domain.person import TIMER, Actor
from livesell.domain.preflight import AREAS, Grade
from livesell.domain.product import Product
from livesell.domain.role import Role
from livesell.domain.session import State
from livesell.errors import BadInput, Conflict, NotAllowed, NotFound
from livesell.store import Store
from tests.support.build import NOW_MS, FakeClock, a_card, given_session

HOST = Actor(name="suyun", role=Role.HOST)
STAFF = Actor(name="lhamo", role=Role.STAFF)


@pytest.fixture
def preflight(store: Store, clock: FakeClock) -> Preflight:
    return Preflight(store, clock, Config())


@pytest.fixture
def host(store: Store, clock: FakeClock, preflight: Preflight) -> Host:
    return Host(store, clock, preflight)


async def started(store: Store) -> dict[str, Any]:
    """What the ledger says of the start."""
    entries = await store.ledger.entries("naqu")
    return next(one.data for one in entries if one.kind == "started")


async def test_every_area_is_looked_at_and_says_something(
    preflight: Preflight, store: Store
) -> None:
    await given_session(store)
    checks = await preflight.checks("naqu", by=STAFF)
    assert {one.area for one in checks} == set(AREAS)
    assert all(one.says for one in checks)
    assert {one.code for one in checks} >= {"fonts_ok", "store_ok", "stock_ok", "overlay_absent"}


async def test_characters_that_pictures_leave_out_are_named(
    preflight: Preflight, store: Store
) -> None:
    await given_session(store, a_card(title="བོད་ཇ Tea"))
    [found] = [one for one in await preflight.checks("naqu", by=STAFF) if one.area == "fonts"]
    assert (found.code, found.cards) == ("glyphs_missing", ("tea",))
    assert "བ" in found.data["chars"]
    assert "T" not in found.data["chars"]


async def test_photos_of_this_service_are_looked_for_and_those_elsewhere_are_not(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    lost = f"/photos/{'0' * 64}/960.webp"
    far = "https://photos.example/photos/a/b.webp"
    cards = (a_card(image=lost), a_card(id="b", slot=2, image=far), a_card(id="c", slot=3))
    await given_session(store, *cards, cover=lost)
    check = Preflight(store, clock, Config(), Photos(tmp_path / "photos", store.audit, clock))
    found = {one.code: one.cards for one in await check.checks("naqu", by=STAFF)}
    assert (found["photo_missing"], found["photo_none"]) == (("tea",), ("c",))
    assert "cover_missing" in found


async def test_a_price_is_compared_with_the_catalogue_s(preflight: Preflight, store: Store) -> None:
    await store.products.put(Product(id="tea", title="清风度西藏凉茶", price=5000))
    await given_session(store, a_card(product="tea"))
    [found] = [one for one in await preflight.checks("naqu", by=STAFF) if one.area == "prices"]
    assert (found.code, found.state, found.cards) == ("price_far", Grade.BAD, ("tea",))


async def test_payment_in_advance_needs_somebody_who_takes_the_money(
    store: Store, clock: FakeClock
) -> None:
    await given_session(store)
    for sales, code in (
        (Sales(payment="prepaid", provider="sandbox"), "payment_sandbox"),
        (Sales(payment="prepaid", provider=""), "no_provider"),
        (Sales(payment="on_delivery"), "payment_ok"),
    ):
        checks = await Preflight(store, clock, Config(sales=sales)).checks("naqu", by=STAFF)
        assert code in {one.code for one in checks}


async def test_only_the_crew_looks(preflight: Preflight, store: Store) -> None:
    await given_session(store)
    with pytest.raises(NotAllowed):
        await preflight.checks("naqu", by=Actor(name="v1", role=Role.VIEWER))
    with pytest.raises(NotFound):
        await preflight.checks("nowhere", by=STAFF)


async def test_a_start_is_refused_while_something_is_in_the_way(host: Host, store: Store) -> None:
    await given_session(store, a_card(price=0))
    with pytest.raises(Conflict) as refused:
        await host.run("naqu", Start(), by=HOST)
    assert refused.value.code == "not_ready_to_start"
    assert refused.value.data["points"] == [{"code": "price_zero", "cards": ["tea"]}]
    assert (await store.sessions.pull("naqu", NOW_MS)).session.state is State.DRAFT


async def test_words_overrule_it_and_are_on_the_ledger(host: Host, store: Store) -> None:
    await given_session(store, stock=0)
    with pytest.raises(BadInput):
        await host.run("naqu", Start(overrule="ok"), by=HOST)
    await host.run("naqu", Start(overrule=" 今天只聊天 "), by=HOST, command_id="c1")
    assert await started(store) == {"bad": ["nothing_to_order"], "overruled": "今天只聊天"}
    again = await host.run("naqu", Start(overrule=" 今天只聊天 "), by=HOST, command_id="c1")
    assert again.dup


async def test_warnings_hold_nobody_up(host: Host, preflight: Preflight, store: Store) -> None:
    await given_session(store)
    assert Grade.WARN in {one.state for one in await preflight.checks("naqu", by=STAFF)}
    await host.run("naqu", Start(overrule="not needed"), by=HOST)
    assert await started(store) == {}


async def test_the_clock_is_not_held_up_and_the_ledger_has_what_was_in_the_way(
    host: Host, store: Store
) -> None:
    await given_session(store, stock=0, planned_start_ms=NOW_MS, planned_end_ms=NOW_MS + 3_600_000)
    await host.run("naqu", Start(), by=TIMER)
    assert await started(store) == {"bad": ["nothing_to_order"]}


async def test_a_store_that_was_weakened_since_is_in_the_way(
    store: Store, clock: FakeClock, behind: Any
) -> None:
    await given_session(store)
    behind.config_set("maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(Conflict, match="maxmemory-policy") as refused:
            await Host(store, clock, Preflight(store, clock, Config())).run(
                "naqu", Start(), by=HOST
            )
        assert refused.value.data["points"] == [{"code": "store_weak", "cards": []}]
        accepted = Config(store=StoreConfig(allow_weak="eviction"))
        await Host(store, clock, Preflight(store, clock, accepted)).run("naqu", Start(), by=HOST)
    finally:
        behind.config_set("maxmemory-policy", "noeviction")
