"""The import's part of the API's table."""

from livesell.config import Config
from livesell.web.api import imports
from livesell.web.api.exports import XLSX
from livesell.web.api.import_shapes import ImportAnswer, ImportQuery, SheetQuery
from livesell.web.api.route import Route
from livesell.web.caller import Who

# Over the link of a tent, where a megabyte can take a minute.
FILE_READ_S = 300


def most_file_bytes(config: Config) -> int:
    return config.imports.max_bytes


ROUTES: tuple[Route, ...] = (
    Route(
        "POST", "/products/import", imports.import_products,
        "Import products from a spreadsheet, or look what that would do", Who.PREPARES,
        query=ImportQuery, raw_bytes=most_file_bytes, read_s=FILE_READ_S,
        raw_media=("text/csv", XLSX, "application/octet-stream"),
        answers={200: ImportAnswer}, refusals=(409, 422, 504),
    ),
    Route(
        "GET", "/products/template.csv", imports.get_template_csv,
        "Get the template for an import as CSV", Who.CREW,
        query=SheetQuery, answers={200: bytes}, media="text/csv",
    ),
    Route(
        "GET", "/products/template.xlsx", imports.get_template_xlsx,
        "Get the template for an import as a workbook", Who.CREW,
        query=SheetQuery, answers={200: bytes}, media=XLSX,
    ),
    Route(
        "GET", "/products/export.csv", imports.export_products_csv, "Export products as CSV",
        Who.CREW,
        query=SheetQuery, answers={200: bytes}, media="text/csv",
    ),
    Route(
        "GET", "/products/export.xlsx", imports.export_products_xlsx,
        "Export products as a workbook", Who.CREW,
        query=SheetQuery, answers={200: bytes}, media=XLSX,
    ),
)  # fmt: skip
