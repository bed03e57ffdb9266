"""From an error to an answer: every `LivesellError` and every surprise, in one JSON shape.

A surprise (a bug) is logged with its traceback under an id that the answer names, and says
nothing else of itself.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware

from livesell.errors import BadInput, Kind, LivesellError, NotFound, TooLarge

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# How soon a refused request is worth repeating when nothing better is known.
RETRY_S = 1

# What a request that is no HTTP, or whose body breaks off, makes aiohttp raise.
_THEIRS = (HttpProcessingError, web.RequestPayloadError)

_KEPT = ("Retry-After", "WWW-Authenticate")

# Under these an answer is for a program, so its errors are JSON; elsewhere it is for a person.
API_PREFIX = "/api/"


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what a handler raised into its answer."""
    try:
        return await handler(request)
    except LivesellError as error:
        return error_response(error)
    except web.HTTPException as error:
        return _http_response(request, error)
    except ConnectionResetError:
        raise  # the client left; there is nobody to answer
    except Exception as error:  # noqa: BLE001 - the surface where surprises end
        return _surprise(request, error)


def not_found_pages(page: Callable[[web.Request], web.Response]) -> Middleware:
    """Errors outside the API as a person sees them: a page, or the sentence as plain text."""

    @web.middleware
    async def show(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(API_PREFIX) or "text/html" not in request.headers.get(
            "Accept", ""
        ):
            return await handler(request)
        try:
            return await handler(request)
        except (web.HTTPNotFound, NotFound):
            return page(request)
        except LivesellError as error:
            return _plain(error)

    return show


def _plain(error: LivesellError) -> web.Response:
    response = error_response(error)
    return web.Response(
        text=error.message,
        status=error.http_status,
        headers={name: response.headers[name] for name in _KEPT if name in response.headers},
    )


def error_response(error: LivesellError) -> web.Response:
    """The error's JSON with its status, and with when to try again."""
    response = _json(error.as_json(), error.http_status)
    if error.kind in (Kind.TOO_MANY, Kind.BUSY, Kind.UNKNOWN):
        response.headers["Retry-After"] = str(error.data.get("retry_s", RETRY_S))
    if error.kind is Kind.NOT_SIGNED_IN:
        # Not "Basic": a browser must not open its own password box over our page.
        response.headers["WWW-Authenticate"] = 'Bearer realm="livesell"'
    return response


def _http_response(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    """What aiohttp itself refused: an unknown path, a wrong method, a body too large."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        sentence = f"This address does not take {request.method}. It takes {allowed}."
        response = _json(_shape("method_not_allowed", sentence), 405)
        response.headers["Allow"] = allowed
        return response
    return error_response(_as_livesell(error))


def _as_livesell(error: web.HTTPException) -> LivesellError:
    if error.status == 404:
        return NotFound("no_such_address", "There is nothing at this address. Check its spelling.")
    if error.status == 413:
        return TooLarge("too_large", "This request is too large. Send less.")
    return BadInput("bad_request", "This request cannot be understood.")


def _surprise(request: web.Request, error: Exception) -> web.Response:
    case = secrets.token_hex(4)
    log.error(
        "internal error=%s method=%s path=%s", case, request.method, request.rel_url.raw_path,
        exc_info=error,
    )  # fmt: skip
    sentence = (
        f"Something went wrong here, and it is in the service's log as {case}. "
        "Try again; if it stays, tell whoever runs this service."
    )
    return _json(_shape("internal", sentence, id=case), 500)


def _shape(code: str, message: str, **data: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message, "fields": {}, **data}}


def _json(content: dict[str, object], status: int) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(content), status=status, content_type="application/json"
    )


def quiet_strangers() -> None:
    """Keeps requests that are no HTTP out of the log.

    aiohttp logs each with a traceback that quotes it, and its address may hold a token; anyone
    can send as many as they like. They are answered 400 all the same.
    """
    logging.getLogger("aiohttp.server").addFilter(_is_ours)


def _is_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], _THEIRS))
