"""The configuration: one frozen tree; defaults, then config.toml, then LIVESELL_<TABLE>__<KEY>.

Every key stands in the repository's config.toml with its default and a comment; a test holds it
to that. Unknown keys are refused with "did you mean". Secrets have no default and never print.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from livesell.config.rules import Sources, check
from livesell.config.tree import (
    SECRETS,
    Auth,
    Config,
    FiguresConfig,
    Http,
    Push,
    Sales,
    Service,
    StoreConfig,
    StripeConfig,
    redacted,
)
from livesell.errors import BadConfig
from livesell.wanted import split, wanted

__all__ = [
    "SECRETS", "Auth", "Config", "FiguresConfig", "Http", "Push", "Sales", "Service",
    "StoreConfig", "StripeConfig", "load", "redacted",
]  # fmt: skip

ENV_PREFIX = "LIVESELL_"


def load(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """Reads the configuration.

    Args:
        file: A config.toml; None reads `./config.toml` when it is there.
        environ: Defaults to the process's.
        overrides: "table.key" to value, from command-line options; they win.

    Raises:
        BadConfig: Names the file, the key, and what to write instead.
    """
    tables = _read_file(file)
    sources = Sources(str(file or "config.toml"))
    _merge_environ(tables, os.environ if environ is None else environ, sources)
    for path, value in (overrides or {}).items():
        table, key = path.split(".")
        tables.setdefault(table, {})[key] = value
        sources.of_key[path] = "The command line"
    _refuse_unknown(tables, sources)
    try:
        config = msgspec.convert(tables, Config, strict=False)
    except msgspec.ValidationError as error:
        raise BadConfig("bad_config", _sentence(error, sources)) from error
    check(config, sources)
    return config


def _read_file(file: Path | None) -> dict[str, Any]:
    path = file or Path("config.toml")
    if file is None and not path.exists():
        return {}
    try:
        tables = msgspec.toml.decode(path.read_bytes())
    except FileNotFoundError as error:
        raise BadConfig("no_config", f"There is no file {path}. Check --config.") from error
    except OSError as error:
        raise BadConfig("bad_config", f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadConfig("bad_config", f"{path} is no text in UTF-8. Save it as UTF-8.") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadConfig("bad_config", f"{path} is not valid TOML: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise BadConfig("bad_config", f"{path}: {name} has to stand in a [table].")
    return dict(tables)


def _merge_environ(tables: dict[str, Any], environ: Mapping[str, str], sources: Sources) -> None:
    for name, value in environ.items():
        if name.startswith(ENV_PREFIX) and "__" in name:
            table, _, key = name.removeprefix(ENV_PREFIX).lower().partition("__")
            kind = _type_of(table, key)
            parsed: Any = [part for part in value.split(",") if part] if kind is tuple else value
            tables.setdefault(table, {})[key] = parsed
            sources.of_key[f"{table}.{key}"] = name


def _type_of(table: str, key: str) -> type | None:
    struct = _TABLES.get(table)
    for one in fields(struct) if struct else ():
        if one.name == key:
            return tuple if get_origin(one.type) is tuple else type(one.default)
    return None


_TABLES: dict[str, type[Struct]] = {one.name: one.type for one in fields(Config)}


def _refuse_unknown(tables: dict[str, Any], sources: Sources) -> None:
    for name, table in tables.items():
        if name not in _TABLES:
            source = sources[f"{name}.{next(iter(table), '')}"]
            raise BadConfig(
                "unknown_key", f"{source}: [{name}] is not known.{_near(name, _TABLES)}"
            )
        keys = {one.name: one for one in fields(_TABLES[name])}
        for key in table:
            if key not in keys:
                source = sources[f"{name}.{key}"]
                raise BadConfig(
                    "unknown_key", f"{source}: {name}.{key} is not known.{_near(key, keys)}"
                )


def _near(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else f" Known are: {', '.join(known)}."


def _sentence(error: msgspec.ValidationError, sources: Sources) -> str:
    """Where it was set, the key, and what it has to be."""
    place, what = split(error)
    path = place.partition("[")[0]
    table, _, key = path.partition(".")
    choices = [
        choice or '""'
        for one in fields(_TABLES[table])
        if one.name == key and get_origin(one.type) is Literal
        for choice in get_args(one.type)
    ]
    needed = f"one of: {', '.join(choices)}" if choices else wanted(what)
    return f"{sources[path]}: {place} has to be {needed}."
