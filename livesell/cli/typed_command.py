"""A host command as a person types it: as JSON, or as a verb with `key=value` pairs."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, get_args

import msgspec
from msgspec import Struct, UnsetType
from msgspec.structs import fields

from livesell.domain.card import Gift
from livesell.domain.command import AnyCommand
from livesell.errors import BadInput
from livesell.wanted import sentence

COMMANDS: dict[str, type[Struct]] = {
    str(command.__struct_config__.tag): command for command in get_args(AnyCommand)
}


def read_command(do: str, pairs: Sequence[str]) -> AnyCommand:
    """`show card=tea` or `{"do": "show", "card": "tea"}` as a command.

    Times may be written in ISO 8601 under the name without `_ms` (`planned_end=...`), lists
    with commas, gifts as `gifts=cup,bag*2`; `null` takes a limit or a struck price away.

    Raises:
        BadInput: The verb, a key or a value is not known; says what was meant.
    """
    values = _from_json(do) if do.lstrip().startswith("{") else _from_pairs(do, pairs)
    if do.lstrip().startswith("{") and pairs:
        raise BadInput("bad_command", "Give the command as JSON or as a verb with pairs, not both.")
    verb = values.pop("do", None)
    shape = COMMANDS.get(verb) if isinstance(verb, str) else None
    if verb is None:
        raise BadInput("bad_command", 'Name the command: {"do": "show", "card": "tea"}.')
    if shape is None:
        raise BadInput("bad_command", f"There is no command {verb!r}. {_near(str(verb), COMMANDS)}")
    return _converted(str(verb), shape, values)


def _from_json(text: str) -> dict[str, Any]:
    try:
        values = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadInput("bad_command", f"The command is not valid JSON: {error}") from error
    return dict(values)


def _from_pairs(do: str, pairs: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"do": do}
    for pair in pairs:
        key, separator, text = pair.partition("=")
        if not separator or not key:
            raise BadInput("bad_command", f"Write {pair!r} as key=value, such as card=tea.")
        values[key] = _from_json(text) if text.lstrip().startswith("{") else text
    return values


def _converted(verb: str, shape: type[Struct], values: dict[str, Any]) -> AnyCommand:
    known = {one.name: one.type for one in fields(shape)}
    ready: dict[str, Any] = {}
    for key, value in values.items():
        if f"{key}_ms" in known:
            ready[f"{key}_ms"] = _epoch_ms(key, value)
        elif key not in known:
            raise BadInput("bad_command", f"{verb} has no {key}. {_near(key, known)}")
        else:
            ready[key] = _listed(known[key], value) if isinstance(value, str) else value
    try:
        command: AnyCommand = msgspec.convert({"do": verb, **ready}, AnyCommand, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("bad_command", f"{verb}: {_sentence(error)}") from error
    return command


def _listed(kind: Any, text: str) -> Any:
    """What commas separate, where a list is wanted."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if kind in (list[str], list[str] | UnsetType):
        return parts
    if kind == list[Gift]:
        return [_gift(part) for part in parts]
    return text


def _gift(text: str) -> dict[str, Any]:
    card, _, units = text.partition("*")
    return {"card": card, "units": units or 1}


def _epoch_ms(key: str, value: Any) -> int:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput.field(
            key, f"Write {key} with its offset, such as 2026-12-01T20:00:00+08:00."
        )
    return round(moment.timestamp() * 1000)


def _sentence(error: msgspec.ValidationError) -> str:
    """Names are those that were typed: a time bears no `_ms`."""
    return sentence(error).replace("_ms ", " ", 1)


def _near(name: str, known: Iterable[str]) -> str:
    names = [one.removesuffix("_ms") for one in known]
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are: {', '.join(names)}." if names else "It takes no values."
