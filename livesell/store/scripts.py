"""Loads the Lua files, and holds each to its header.

A header is a sentence, then `-- KEYS:` with names from `keys.py`, `-- ARGV:` and `-- RETURNS:`.
The names say which keys a call passes, so Python and Lua cannot drift apart unnoticed. A script
for which `-- KEYS: every` stands takes all keys of a session, whatever they are.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from livesell.store.keys import CREW_KEYS, SESSION_KEYS

_SHEBANG = re.compile(r"#!lua(?: flags=[a-z,-]+)?")
_EVERY = "every"
_FIRST_LOCALS = re.compile(r"^local ([a-z_, ]+) = (?:unpack\(KEYS\)|KEYS\[1\]|KEYS)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """One atomic step. `keys` are the names of the keys it declares, in order."""

    name: str
    text: str
    sha: str
    keys: tuple[str, ...]


class BadScript(Exception):
    """A Lua file does not say what it does; a fault of this package, not of its user."""


@cache
def script(name: str) -> Script:
    """The script `lua/<name>.lua`."""
    text = files("livesell.store").joinpath("lua", f"{name}.lua").read_text("utf-8")
    return parse(name, text)


@cache
def all_scripts() -> tuple[Script, ...]:
    folder = files("livesell.store").joinpath("lua")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".lua"))
    return tuple(script(name.removesuffix(".lua")) for name in names)


def parse(name: str, text: str) -> Script:
    """Checks the header.

    Raises:
        BadScript: Says which line is missing or wrong.
    """
    lines = text.splitlines()
    if not lines or not _SHEBANG.fullmatch(lines[0]):
        # With a shebang, out of memory, a full disk and a replica refuse the script before it
        # runs; without one, at its first write. Source: Redis documentation, "Script flags".
        raise BadScript(f"{name}.lua has to begin with #!lua.")
    header = _header(lines[1:])
    if not re.match(r"-- [A-Z][a-z]", header[0] if header else ""):
        raise BadScript(f"{name}.lua has to say in a sentence what it does.")
    for label in ("KEYS", "ARGV", "RETURNS"):
        if not any(line.startswith(f"-- {label}: ") for line in header):
            raise BadScript(f"{name}.lua has no line -- {label}:")
    keys = _keys(name, header)
    named = (_EVERY,) if keys == tuple(SESSION_KEYS) else keys
    locals_ = _FIRST_LOCALS.search(text)
    if locals_ is None or tuple(locals_[1].split(", ")) != named:
        raise BadScript(f"{name}.lua names other keys in its first line than in its header.")
    return Script(name, text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), keys)


def _header(lines: list[str]) -> list[str]:
    header = []
    for line in lines:
        if not line.startswith("--"):
            break
        header.append(line)
    return header


def _keys(name: str, header: list[str]) -> tuple[str, ...]:
    line = next(line for line in header if line.startswith("-- KEYS: "))
    keys = tuple(line.removeprefix("-- KEYS: ").split())
    if keys == (_EVERY,):
        return tuple(SESSION_KEYS)
    unknown = [key for key in keys if key not in SESSION_KEYS and key not in CREW_KEYS]
    if unknown:
        raise BadScript(f"{name}.lua declares keys that keys.py does not list: {unknown}")
    return keys
