"""The HTTP side: pages, assets, pictures and the API. The only package that imports aiohttp."""

from livesell.web.server import WebServer

__all__ = ["WebServer"]
