"""The catalogue over HTTP: search, pages, versions, and sentences for what is wrong."""

from typing import Any

import pytest

from tests.support.build import a_product, given_live
from tests.web.site import Site

YAK: dict[str, Any] = {
    "id": "yak", "title": "娘亚牦牛肉", "price": 12_800, "was": 15_000, "floor": 9_900,
    "image": "/photos/x/960.webp", "badges": ["地标"], "story": "那曲\n嘉黎", "donation": 20,
    "limit": 3, "sku": "NQ-1", "stock": 80, "currency": "CNY",
}  # fmt: skip


async def made(site: Site, **fields: Any) -> Any:
    reply = await site.as_admin("POST", "/products", {**YAK, **fields})
    assert reply.status == 201, reply.text
    return reply.json["product"]


async def test_a_product_comes_back_as_it_was_sent(site: Site) -> None:
    product = await made(site)
    assert {name: product[name] for name in YAK} == YAK
    assert (await site.as_admin("GET", "/products/yak")).json == {"product": product}
    listed = (await site.as_admin("GET", "/products")).json
    assert listed == {"products": [product], "total": 1}


async def test_without_an_id_it_gets_one_from_its_title(site: Site) -> None:
    one = await site.as_admin("POST", "/products", {"title": "Yak Jerky 牦牛干", "price": 1})
    other = await site.as_admin("POST", "/products", {"title": "牦牛干", "price": 1})
    assert one.json["product"]["id"].startswith("yak-jerky-")
    assert other.json["product"]["id"].startswith("product-")
    assert one.headers["Location"].endswith(one.json["product"]["id"])


async def test_an_id_that_is_taken_is_refused(site: Site) -> None:
    product = await made(site)
    reply = await site.as_admin("POST", "/products", {**YAK, "price": 10_000})
    assert (reply.status, reply.code) == (409, "product_exists")
    assert "id" in reply.json["error"]["fields"]
    assert (await site.as_admin("GET", "/products/yak")).json["product"] == product


async def test_the_second_editor_gets_what_the_first_wrote(site: Site) -> None:
    seen = await made(site)
    first = await put(site, seen, price=10_000)
    assert first.status == 200
    second = await put(site, seen, price=11_000)
    assert (second.status, second.code) == (409, "product_changed")
    assert second.json["error"]["product"] == first.json["product"]
    gone = await site.as_admin("DELETE", f"/products/yak?version={seen['version']}")
    assert (gone.status, gone.code) == (409, "product_changed")
    assert gone.json["error"]["product"]["price"] == 10_000


async def put(site: Site, seen: Any, **fields: Any) -> Any:
    body = {name: seen[name] for name in (*YAK, "version") if name != "id"}
    return await site.as_admin("PUT", f"/products/{seen['id']}", {**body, **fields})


async def test_a_removed_product_is_gone_and_its_cards_stay(site: Site) -> None:
    await given_live(site.store)
    seen = await made(site)
    card = {"id": "yak", "title": "肉", "price": 100, "product": "yak"}
    assert (await site.as_admin("POST", "/sessions/naqu/cards", card)).status == 201
    assert (await site.as_admin("DELETE", f"/products/yak?version={seen['version']}")).status == 200
    for reply in (
        await site.as_admin("GET", "/products/yak"),
        await put(site, seen),
        await site.as_admin("DELETE", "/products/yak?version=1"),
    ):
        assert (reply.status, reply.code) == (404, "no_such_product")
    document = (await site.as_admin("GET", "/sessions/naqu?audience=crew")).json["document"]
    assert document["cards"]["yak"]["product"] == "yak"


async def test_who_made_changed_and_removed_a_product_is_on_record(site: Site) -> None:
    seen = await made(site)
    # What is refused, here and below, leaves no record.
    await site.as_admin("POST", "/products", YAK)
    newer = (await put(site, seen, price=10_000)).json["product"]
    await put(site, seen, price=1)
    await put(site, newer, story="")
    version = (await site.as_admin("GET", "/products/yak")).json["product"]["version"]
    await site.as_admin("DELETE", f"/products/yak?version={version}")
    noted = [(one.did, one.by, one.about, one.data) for one in await site.store.audit.before()]
    title = {"title": "娘亚牦牛肉"}
    assert noted[::-1] == [
        ("product_added", "the-admin", "yak", title),
        ("product_changed", "the-admin", "yak", {**title, "price": "¥128.00 → ¥100.00"}),
        ("product_changed", "the-admin", "yak", title),
        ("product_removed", "the-admin", "yak", title),
    ]


async def test_what_a_card_was_made_from_is_for_the_crew_alone(site: Site) -> None:
    await given_live(site.store)
    card = {"title": "肉", "price": 100, "product": "yak"}
    added = (await site.as_admin("POST", "/sessions/naqu/cards", card)).json["id"]
    document = (await site.api("GET", "/sessions/naqu")).json["document"]
    assert "product" not in document["cards"][added]


async def test_a_search_is_by_words_and_comes_in_pages(site: Site) -> None:
    many = [a_product(id=f"p{n}", title=f"牦牛肉 {n}", sku=f"S{n % 2}") for n in range(7)]
    await site.store.products.put_many(many)
    await made(site, id="tea", title="凉茶", badges=[])

    async def found(query: str) -> tuple[list[str], int]:
        answer = (await site.as_admin("GET", f"/products?{query}")).json
        return [one["id"] for one in answer["products"]], answer["total"]

    assert await found("q=凉茶") == (["tea"], 1)
    assert await found("q=牦牛 s1") == (["p1", "p3", "p5"], 3)
    assert await found("q=牦牛&most=2&offset=5") == (["p5", "p6"], 7)
    assert await found("offset=99") == ([], 8)
    assert await found("q=no such") == ([], 0)


@pytest.mark.parametrize(
    ("body", "field", "part"),
    [
        ({"price": 1}, "title", "is missing"),
        ({**YAK, "title": "<img src=x onerror=alert(1)>"}, "title", "markup"),
        ({**YAK, "sku": "<script>"}, "sku", "markup"),
        ({**YAK, "price": 12.5}, "price", "whole number"),
        ({**YAK, "price": "12"}, "price", "whole number"),
        ({**YAK, "floor": 12_801}, "floor", "below its floor"),
        ({**YAK, "was": 12_800}, "was", "higher"),
        ({**YAK, "currency": "BTC"}, "currency", "is not known"),
        ({**YAK, "image": "javascript:alert(1)"}, "image", "https://"),
        ({**YAK, "id": "../x"}, "id", "a-z"),
        ({**YAK, "stok": 1}, "stok", "Did you mean stock?"),
        ({**YAK, "badges": ["x" * 17]}, "badges", "16 is the most"),
    ],
)
async def test_a_wrong_field_is_named_in_words(
    site: Site, body: dict[str, Any], field: str, part: str
) -> None:
    reply = await site.as_admin("POST", "/products", body)
    assert reply.status == 400
    assert list(reply.json["error"]["fields"]) == [field]
    assert part in reply.json["error"]["message"]
    assert await site.store.products.list() == ()


async def test_a_removal_names_the_version_that_was_seen(site: Site) -> None:
    await made(site)
    reply = await site.as_admin("DELETE", "/products/yak")
    assert (reply.status, reply.code) == (400, "bad_input")
    assert "version" in reply.json["error"]["message"]
