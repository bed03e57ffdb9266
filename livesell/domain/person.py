"""A member of the crew: a login name, a role, a password's hash."""

import re

from msgspec import Struct

from livesell.domain.role import CREW, Role
from livesell.errors import BadInput

# Who acts from the command line of the machine itself, with every right.
SHELL = "cli"

# They stand in ledgers beside people's names, so nobody may be called so.
RESERVED = frozenset({SHELL, "timer", "viewer"})

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?")


class Person(Struct, frozen=True, kw_only=True):
    """Someone with a login; `password_hash` is argon2id and never leaves the store but to check."""

    name: str
    role: Role
    password_hash: str
    created_ms: int


class Actor(Struct, frozen=True, kw_only=True):
    """Who does something: a login name with its role, a viewer, or the timer."""

    name: str
    role: Role


TIMER = Actor(name="timer", role=Role.TIMER)


def check_person_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadInput.field(
            "name",
            "A login name has 1 to 32 of a-z, 0-9 and inner dots, hyphens or underscores.",
            "bad_name",
        )
    if name in RESERVED:
        raise BadInput.field("name", f"{name} is not free. Choose another name.", "bad_name")
    return name


def check_crew_role(value: str) -> Role:
    if value not in {str(role) for role in CREW}:
        raise BadInput.field(
            "role", "The role has to be admin, host, operator, moderator or staff.", "bad_role"
        )
    return Role(value)
