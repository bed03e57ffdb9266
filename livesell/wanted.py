"""What msgspec says of a wrong value, in words for whoever wrote it.

The library says "Expected `int`, got `str` - at `$.push.tick_ms`"; people read "push.tick_ms has
to be a whole number". Configuration, sheets, commands and bodies all say it from here.
"""

import re

from msgspec import ValidationError

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


def split(error: ValidationError) -> tuple[str, str]:
    """Where the wrong value stands, such as "push.tick_ms" or "", and what the library says."""
    text = str(error)
    found = _PATH.search(text)
    return (found.group(1), text[: found.start()]) if found else ("", text)


def sentence(error: ValidationError) -> str:
    """One for files and typed commands, such as: minutes has to be a whole number."""
    path, what = split(error)
    if what.startswith("Object missing required field"):
        return f"{joined(path, what.split('`')[1])} is missing."
    if what.startswith("Object contains unknown field"):
        return f"{joined(path, what.split('`')[1])} is not known."
    value = refused_value(what)
    if value is not None:
        return f"{path or 'this'} does not take {value!r}."
    return f"{path or 'this'} has to be {wanted(what)}."


def refused_value(what: str) -> str | None:
    """The value that is none of the fixed ones; None when something else is wrong."""
    if not what.startswith(("Invalid enum value", "Invalid value")):
        return None
    return what.partition("value ")[2].strip("'\"")


def wanted(what: str) -> str:
    """What has to stand there instead; goes on from "has to be"."""
    if bound := _BOUND.match(what):
        return f"{_COMPARED[bound.group(2)]} {bound.group(3)}"
    if length := _LENGTH.match(what):
        unit = "characters" if length.group(1) == "str" else "entries"
        return f"{_COMPARED[length.group(2)]} {length.group(3)} {unit} long"
    if expected := _EXPECTED.match(what):
        return _words(expected.group(1))
    if "matching regex" in what:
        return "letters, digits and signs without spaces"
    if "RFC3339" in what:
        return _WORDS["datetime"]
    if "timezone" in what:
        return "a time with its zone, such as 2026-06-27T12:00:00Z"
    return "different: it is out of range"


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(one.strip(), one.strip()) for one in types.split("|"))
