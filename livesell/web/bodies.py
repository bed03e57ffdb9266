"""What was sent, as a typed struct, and a sentence for each field that cannot be understood."""

import asyncio
import difflib
import re
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct, inspect

from livesell.errors import BadInput, TooLarge

Body = TypeVar("Body", bound=Struct)

# A body of a megabyte at 100 kB/s takes ten seconds; slower ones hold a connection for nothing.
READ_S = 15

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object with fields",
    "null": "null",
    "datetime": "a time such as 2026-06-27T12:00:00Z",
}
_PATH = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?$")
_BOUND = re.compile(r"Expected `(\w+)` (>=|<=|>|<) (-?\d+)$")
_LENGTH = re.compile(r"Expected `(\w+)` of length (>=|<=) (\d+)$")
_COMPARED = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


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


async def _read(request: web.Request, max_bytes: int) -> bytes:
    try:
        async with asyncio.timeout(READ_S):
            return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(
            "too_large", f"This request is too large; {max_bytes} bytes are the most."
        ) from error
    except TimeoutError as error:
        raise BadInput("slow_body", "The request did not arrive in time. Send it again.") from error


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
    text = str(error)
    found = _PATH.search(text)
    path = found.group(1) if found else ""
    what = text[: found.start()] if found else text
    name, sentence = _sentence(what, path, kind)
    return BadInput("bad_input", sentence, fields={name: sentence} if name else {})


def _sentence(what: str, path: str, kind: type[Struct]) -> tuple[str, str]:
    if what.startswith("Object missing required field"):
        name = _joined(path, what.split("`")[1])
        return name, f"The field {name} is missing."
    if what.startswith("Object contains unknown field"):
        unknown = what.split("`")[1]
        name = _joined(path, unknown)
        return name, f"There is no field {name} here.{_meant(unknown, kind)}"
    if not path:
        return "", "Send one JSON object with the fields of this request."
    if what.startswith(("Invalid enum value", "Invalid value")):
        value = what.partition("value ")[2].strip("'\"")
        return path, f"The field {path} does not take {value!r}.{_meant(value, kind)}"
    return path, f"The field {path} has to be {_wanted(what)}."


def _wanted(what: str) -> str:
    if bound := _BOUND.match(what):
        return f"{_COMPARED[bound.group(2)]} {bound.group(3)}"
    if length := _LENGTH.match(what):
        unit = "characters" if length.group(1) == "str" else "entries"
        return f"{_COMPARED[length.group(2)]} {length.group(3)} {unit} long"
    if expected := _EXPECTED.match(what):
        return _words(expected.group(1))
    if "RFC3339" in what:
        return _WORDS["datetime"]
    if "timezone" in what:
        return "a time with its zone, such as 2026-06-27T12:00:00Z"
    return "different: it is out of range"


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(one.strip(), one.strip()) for one in types.split("|"))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _meant(mistyped: str, kind: type[Struct]) -> str:
    known = sorted(_words_in(inspect.type_info(kind)))
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
