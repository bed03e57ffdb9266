"""Products from a spreadsheet and into one."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import msgspec
from msgspec.structs import asdict

from livesell.actions.importing_preview import Preview, Row
from livesell.actions.product_sheet import (
    products_csv,
    products_xlsx,
    template_csv,
    template_xlsx,
)
from livesell.domain.product import Product
from livesell.web.api.import_shapes import (
    DifferenceShape,
    ImportAnswer,
    ImportCounts,
    ImportedProduct,
    ImportNote,
    ImportQuery,
    ImportRow,
    ProblemShape,
    SheetQuery,
)
from livesell.web.api.route import Call, Reply


async def import_products(call: Call[bytes]) -> Reply:
    """The body is the file itself: CSV or XLSX, told by its content; Shopify's product file too.
    Look first: without `commit` nothing is written, and each row says what it would do and what is
    wrong with it. A commit writes all of it at once or nothing.
    """
    query: ImportQuery = call.query
    importer, by = call.services.importer, call.caller.crew()
    if not query.commit:
        preview = await importer.preview(call.body, query.currency, by=by)
        return Reply(await asyncio.to_thread(_answer, preview))
    done = await importer.run(call.body, query.currency, query.mode, query.digest, by=by)
    return Reply(await asyncio.to_thread(_answer, done.preview, done.ids, done.written))


async def get_template_csv(call: Call[None]) -> Reply:
    """The columns of an import with two examples, in UTF-8 with a byte order mark."""
    return _file(call, "livesell-products-template.csv", template_csv)


async def get_template_xlsx(call: Call[None]) -> Reply:
    """The same as a workbook, with a second sheet that explains each column."""
    return _file(call, "livesell-products-template.xlsx", template_xlsx)


async def export_products_csv(call: Call[None]) -> Reply:
    """The whole catalogue; importing it again changes nothing."""
    products = await call.services.importer.export(by=call.caller.crew())
    return _file(call, "livesell-products.csv", lambda lang: products_csv(products, lang))


async def export_products_xlsx(call: Call[None]) -> Reply:
    """The whole catalogue as a workbook; importing it again changes nothing."""
    products = await call.services.importer.export(by=call.caller.crew())
    return _file(call, "livesell-products.xlsx", lambda lang: products_xlsx(products, lang))


def _file(call: Call[None], name: str, make: Callable[[str], bytes]) -> Reply:
    query: SheetQuery = call.query
    return Reply(
        chunks=_made(make, query.lang),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _made(make: Callable[[str], bytes], language: str) -> AsyncGenerator[bytes, None]:
    yield await asyncio.to_thread(make, language)


def _answer(
    preview: Preview, ids: tuple[str, ...] = (), written: int | None = None
) -> ImportAnswer:
    return ImportAnswer(
        rows=[_row(row) for row in preview.rows],
        counts=ImportCounts(**asdict(preview.counts)),
        notes=[ImportNote(**asdict(note)) for note in preview.notes],
        digest=preview.digest,
        committed=written is not None,
        written=written or 0,
        ids=list(ids),
    )


def _row(row: Row) -> ImportRow:
    return ImportRow(
        row=row.row,
        id=row.id,
        title=row.title,
        change=row.change,
        product=None if row.product is None else _product(row.product),
        differences=[DifferenceShape(**asdict(one)) for one in row.differences],
        problems=[ProblemShape(**asdict(one)) for one in row.problems],
    )


def _product(product: Product) -> ImportedProduct:
    return msgspec.convert(product, ImportedProduct, from_attributes=True)
