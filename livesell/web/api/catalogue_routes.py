"""The catalogue's part of the API's table."""

from livesell.config import Config
from livesell.web.api import photos, products
from livesell.web.api.catalogue_shapes import (
    PhotoAnswer,
    ProductAnswer,
    ProductBody,
    ProductEditBody,
    ProductsAnswer,
    ProductsQuery,
    RemoveQuery,
)
from livesell.web.api.route import Route
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.caller import Who

# Over the link of a tent, where a megabyte can take a minute.
PHOTO_READ_S = 180


def most_photo_bytes(config: Config) -> int:
    return config.photos.max_bytes


ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/products", products.list_products, "Search the catalogue", Who.CREW,
        query=ProductsQuery, answers={200: ProductsAnswer},
    ),
    Route(
        "POST", "/products", products.create_product, "Add a product", Who.PREPARES,
        body=ProductBody, answers={201: ProductAnswer}, refusals=(409, 504),
    ),
    Route(
        "GET", "/products/{product}", products.get_product, "Read a product", Who.CREW,
        answers={200: ProductAnswer}, refusals=(404,),
    ),
    Route(
        "PUT", "/products/{product}", products.change_product, "Change a product",
        Who.PREPARES,
        body=ProductEditBody, answers={200: ProductAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/products/{product}", products.remove_product, "Remove a product",
        Who.PREPARES,
        query=RemoveQuery, answers={200: EmptyAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "POST", "/photos", photos.keep_photo, "Send a photo", Who.PREPARES,
        raw_bytes=most_photo_bytes, raw_media=("image/jpeg", "image/png", "image/webp"),
        read_s=PHOTO_READ_S, answers={201: PhotoAnswer},
    ),
)  # fmt: skip
