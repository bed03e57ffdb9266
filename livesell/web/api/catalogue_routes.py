"""The catalogue's part of the API's table."""

from livesell.web.api import products
from livesell.web.api.catalogue_shapes import (
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

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", "/products", products.list_products, "Search the catalogue", Who.CREW,
        query=ProductsQuery, answers={200: ProductsAnswer},
    ),
    Route(
        "POST", "/products", products.create_product, "Add a product", Who.RUNS_BROADCASTS,
        body=ProductBody, answers={201: ProductAnswer}, refusals=(409, 504),
    ),
    Route(
        "GET", "/products/{product}", products.get_product, "Read a product", Who.CREW,
        answers={200: ProductAnswer}, refusals=(404,),
    ),
    Route(
        "PUT", "/products/{product}", products.change_product, "Change a product",
        Who.RUNS_BROADCASTS,
        body=ProductEditBody, answers={200: ProductAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/products/{product}", products.remove_product, "Remove a product",
        Who.RUNS_BROADCASTS,
        query=RemoveQuery, answers={200: EmptyAnswer}, refusals=(404, 409, 504),
    ),
)  # fmt: skip
