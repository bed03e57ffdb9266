"""Photos as browsers fetch them: by exact names alone, and kept by browsers for ever."""

from aiohttp import web

from livesell.errors import NotFound
from livesell.web.assets import IMMUTABLE
from livesell.web.services import SERVICES


async def get_photo(request: web.Request) -> web.StreamResponse:
    """One file of a photo; its address says what is in it, so it never changes."""
    photos = request.app[SERVICES].photos
    path = await photos.path(request.match_info["digest"], request.match_info["name"])
    if path is None:
        raise NotFound("no_such_file", "There is no such photo. Check the address.")
    headers = {
        "Content-Type": "image/webp",
        "Cache-Control": IMMUTABLE,
        # A page of another site may show it, as OBS and posters elsewhere do.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return web.FileResponse(path, headers=headers)
