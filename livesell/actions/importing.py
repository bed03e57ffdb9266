"""Import of products from a spreadsheet: look first, then write all of it at once.

The file travels twice, for the preview and for the import, and nothing is kept in between. The
preview's digest says which file was looked at and what the catalogue was then, so that nobody
imports what they have not seen. Reading is `importing_file.py`; next: `importing_rows.py`.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from livesell.actions.importing_file import Question
from livesell.actions.importing_preview import Counts, Preview
from livesell.actions.importing_reader import FileReader
from livesell.clock import Clock
from livesell.domain.money import check_currency
from livesell.domain.person import Actor
from livesell.domain.product import MAX_PRODUCTS, Product
from livesell.domain.role import Right, require_right
from livesell.errors import BadInput, Conflict, OutcomeUnknown, Refused
from livesell.store import Store

# With "whole" nothing is imported unless every row is right; "right" leaves wrong rows out.
Mode = Literal["whole", "right"]


class Imported(Struct, frozen=True, kw_only=True):
    """What was written: the ids of the file's right rows in its order, and how many changed."""

    ids: tuple[str, ...]
    written: int
    preview: Preview


class Importer:
    """The import on behalf of whoever is named in `by`."""

    def __init__(self, store: Store, clock: Clock, reader: FileReader) -> None:
        self._store = store
        self._clock = clock
        self._reader = reader

    async def preview(self, data: bytes, currency: str, *, by: Actor) -> Preview:
        """What an import of the file would do; changes nothing.

        Raises:
            BadInput: What is wrong with the file as a whole.
            TooLarge: It has too much of something, or took too long.
            NotAllowed: The role may not prepare sessions.
        """
        require_right(by.role, Right.PREPARE)
        products = await self._store.products.list()
        question = Question(currency=check_currency(currency), products=tuple(products))
        return await self._reader.preview(data, question)

    async def run(
        self, data: bytes, currency: str, mode: Mode, digest: str, *, by: Actor
    ) -> Imported:
        """Imports the file that was looked at, all at once or not at all.

        Args:
            digest: That of the preview.

        Raises:
            Conflict: `other_file`, or `catalogue_changed` since the preview.
            Refused: `rows_wrong` when the mode is "whole" and a row is wrong.
        """
        preview = await self.preview(data, currency, by=by)
        _check_file(preview, digest)
        wanted = [row.product for row in preview.rows if row.change in ("new", "changed")]
        products = [product for product in wanted if product is not None]
        if mode == "whole" and preview.counts.wrong:
            raise _rows_wrong(preview.counts)
        # When nothing is left to do, an earlier attempt has done it and its answer was lost.
        if products and preview.digest != digest:
            raise _catalogue_changed()
        _check_room(preview)
        await self._write(products)
        if products:
            counts = preview.counts
            told = {"new": counts.new, "changed": counts.changed, "wrong": counts.wrong}
            await self._note("products_imported", by, told)
        ids = tuple(row.id for row in preview.rows if row.change != "wrong")
        return Imported(ids=ids, written=len(products), preview=preview)

    async def export(self, *, by: Actor) -> tuple[Product, ...]:
        """The whole catalogue by id, to be taken along."""
        require_right(by.role, Right.READ)
        products = await self._store.products.list()
        await self._note("products_exported", by, {"products": len(products)})
        return tuple(sorted(products, key=lambda one: one.id))

    async def _note(self, did: str, by: Actor, data: dict[str, int]) -> None:
        await self._store.audit.note(by=by.name, did=did, about="", now_ms=self._clock(), data=data)

    async def _write(self, products: list[Product]) -> None:
        now_ms = self._clock()
        try:
            await self._store.products.put_many(
                [replace(product, updated_ms=now_ms) for product in products]
            )
        except Conflict as conflict:
            if conflict.code == "too_many_products":
                raise
            raise _catalogue_changed() from conflict
        except OutcomeUnknown as unknown:
            raise OutcomeUnknown(
                "import_unknown",
                "It is not certain whether the products were written. Import the same file again: "
                "what is there already is left as it is.",
            ) from unknown


def _check_file(preview: Preview, digest: str) -> None:
    if not digest:
        raise BadInput.field(
            "digest", "Look at the preview first, and send its digest along.", "no_preview"
        )
    if preview.digest.partition("-")[0] != digest.partition("-")[0]:
        raise Conflict(
            "other_file", "This is not the file that you looked at. Look at this one first."
        )


def _check_room(preview: Preview) -> None:
    if any(note.code == "catalogue_full" for note in preview.notes):
        raise Conflict(
            "too_many_products",
            f"The catalogue holds at most {MAX_PRODUCTS} products. Remove some that you sell no "
            "more, or import fewer.",
            data={"most": MAX_PRODUCTS},
        )


def _catalogue_changed() -> Conflict:
    return Conflict(
        "catalogue_changed",
        "Somebody changed the catalogue since your preview, so nothing was imported. Look at the "
        "new preview.",
    )


def _rows_wrong(counts: Counts) -> Refused:
    return Refused(
        "rows_wrong",
        "Some rows are wrong, so nothing was imported. Correct them, or import the right rows "
        "alone.",
        data={"n": counts.wrong},
    )
