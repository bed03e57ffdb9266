"""The catalogue of products over HTTP."""

from collections.abc import Awaitable
from typing import TypeVar

from msgspec.structs import asdict

from livesell.domain.ids import readable_id
from livesell.domain.product import Product
from livesell.errors import Conflict
from livesell.web.api.catalogue_shapes import (
    ProductAnswer,
    ProductBody,
    ProductEditBody,
    ProductFields,
    ProductRow,
    ProductsAnswer,
    ProductsQuery,
    RemoveQuery,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.api.times import moment

Changed = TypeVar("Changed")


async def list_products(call: Call[None]) -> Reply:
    """Those that have every word of `q` somewhere in title, id, number or badges."""
    query: ProductsQuery = call.query
    found = await call.services.catalogue.search(
        query.q, query.offset, query.most, by=call.caller.crew()
    )
    return Reply(
        ProductsAnswer(products=[row_of(one) for one in found.products], total=found.total)
    )


async def get_product(call: Call[None]) -> Reply:
    product = await call.services.catalogue.find(call.product, by=call.caller.crew())
    return Reply(ProductAnswer(product=row_of(product)))


async def create_product(call: Call[ProductBody]) -> Reply:
    body = call.body
    product_id = body.id if body.id is not None else readable_id(body.title, "product")
    product = _product(body, product_id, version=0)
    row = row_of(await call.services.catalogue.put(product, by=call.caller.crew()))
    return Reply(ProductAnswer(product=row), 201, {"Location": f"/api/v1/products/{row.id}"})


async def change_product(call: Call[ProductEditBody]) -> Reply:
    """All fields are replaced. When somebody was faster, the answer holds the newer `product`."""
    product = _product(call.body, call.product, version=call.body.version)
    changed = await _told(call.services.catalogue.put(product, by=call.caller.crew()))
    return Reply(ProductAnswer(product=row_of(changed)))


async def remove_product(call: Call[None]) -> Reply:
    """Cards that were made from it stay as they are."""
    query: RemoveQuery = call.query
    await _told(call.services.catalogue.remove(call.product, query.version, by=call.caller.crew()))
    return Reply(EmptyAnswer())


def row_of(product: Product) -> ProductRow:
    fields = asdict(product)
    return ProductRow(updated=moment(fields.pop("updated_ms")), **fields)


def _product(body: ProductFields, product_id: str, *, version: int) -> Product:
    fields = {name: value for name, value in asdict(body).items() if name not in ("id", "version")}
    return Product(id=product_id, version=version, **fields)


async def _told(work: Awaitable[Changed]) -> Changed:
    """What holds now goes to the page in the same form as everywhere else."""
    try:
        return await work
    except Conflict as conflict:
        if isinstance(newer := conflict.data.get("product"), Product):
            conflict.data["product"] = row_of(newer)
        raise
