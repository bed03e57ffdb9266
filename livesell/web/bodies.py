"""What was sent, as a typed struct, and a sentence for each field that cannot be understood."""

import asyncio
import contextlib
import difflib
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct, inspect

from livesell.errors import BadInput, TooLarge
from livesell.wanted import joined, refused_value, split, wanted

Body = TypeVar("Body", bound=Struct)

# A body of a megabyte at 100 kB/s takes ten seconds; slower ones hold a connection for nothing.
READ_S = 15


async def read_body(request: web.Request, kind: type[Body], max_bytes: int) -> Body:
    """The JSON body of a request.

    Raises:
        BadInput: `bad_json`, or `bad_input` with the wrong field in `fields`.
        TooLarge: It has more than `max_bytes`.
    """
    data = await _read(request, max_bytes)
    if not data:
        data = b"{}"
    elif request.content_type != "application/json":
        raise BadInput("not_json", "Send JSON, with the header Content-Type: application/json.")
    return decode(data, kind)


async def read_raw(request: web.Request, max_bytes: int, read_s: int = READ_S) -> bytes:
    """A body as it came, for signatures and files; its limits are its own.

    Raises:
        BadInput: It broke off or did not arrive in time.
        TooLarge: It has more than `max_bytes`.
    """
    async with _arriving(read_s):
        data = bytearray()
        while chunk := await request.content.readany():
            data += chunk
            if len(data) > max_bytes:
                raise too_large(max_bytes)
    return bytes(data)


async def _read(request: web.Request, max_bytes: int) -> bytes:
    try:
        async with _arriving():
            return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise too_large(max_bytes) from error


@contextlib.asynccontextmanager
async def _arriving(read_s: int = READ_S) -> AsyncIterator[None]:
    """While a body is on its way."""
    try:
        async with asyncio.timeout(read_s):
            yield
    except web.RequestPayloadError as error:
        raise BadInput("broken_body", "The request's body is broken. Send it again.") from error
    except TimeoutError as error:
        raise BadInput("slow_body", "The request did not arrive in time. Send it again.") from error


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge("too_large", f"This request is too large; {max_bytes} bytes are the most.")


def decode(data: bytes, kind: type[Body]) -> Body:
    """The struct that the JSON text says."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise explained(error, kind) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("bad_json", "The body is not valid JSON in UTF-8.") from error


def convert_query(request: web.Request, kind: type[Body]) -> Body:
    """The query of an address; numbers and truths arrive as text there."""
    try:
        return msgspec.convert(dict(request.query), kind, strict=False)
    except msgspec.ValidationError as error:
        raise explained(error, kind) from error


def explained(error: msgspec.ValidationError, kind: type[Struct]) -> BadInput:
    """The library's "Expected `int`, got `str` - at `$.price`" as a sentence at its field."""
    path, what = split(error)
    name, sentence = _sentence(what, path, kind)
    return BadInput("bad_input", sentence, fields={name: sentence} if name else {})


def _sentence(what: str, path: str, kind: type[Struct]) -> tuple[str, str]:
    if what.startswith("Object missing required field"):
        name = joined(path, what.split("`")[1])
        return name, f"The field {name} is missing."
    if what.startswith("Object contains unknown field"):
        unknown = what.split("`")[1]
        name = joined(path, unknown)
        return name, f"There is no field {name} here.{_meant(unknown, kind)}"
    if not path:
        return "", "Send one JSON object with the fields of this request."
    value = refused_value(what)
    if value is not None:
        return path, f"The field {path} does not take {value!r}.{_meant(value, kind)}"
    return path, f"The field {path} has to be {wanted(what)}."


def _meant(mistyped: str, kind: type[Struct]) -> str:
    # A word of another command is known, and yet wrong here.
    known = sorted(set(_words_in(inspect.type_info(kind))) - {mistyped})
    close = difflib.get_close_matches(mistyped, known, 1)
    return f" Did you mean {close[0]}?" if close else ""


def _words_in(info: inspect.Type) -> set[str]:
    """Every word with a meaning in a body: names of fields, names of commands, fixed values."""
    if isinstance(info, inspect.StructType):
        inner = {word for field in info.fields for word in _words_in(field.type)}
        names = {field.encode_name for field in info.fields}
        return inner | names | ({str(info.tag)} if info.tag is not None else set())
    if isinstance(info, inspect.LiteralType):
        return {str(value) for value in info.values}
    parts: Any = getattr(info, "types", None) or (getattr(info, "item_type", None),)
    return {word for part in parts if part is not None for word in _words_in(part)}
