"""Who may do what: a role has rights, and everything asks for a right, never for a role by name.

A role is decided by a login (crew) or by a signed token (everyone else). A host has its rights
over the sessions that it owns; `domain/owning.py` says which those are.
"""

from enum import StrEnum

from livesell.errors import NotAllowed


class Role(StrEnum):
    ADMIN = "admin"
    HOST = "host"
    OPERATOR = "operator"
    MODERATOR = "moderator"
    STAFF = "staff"
    VIEWER = "viewer"
    OVERLAY = "overlay"
    TIMER = "timer"


class Right(StrEnum):
    """What the crew may do.

    CREATE makes and cancels sessions, PREPARE fills them, RUN commands them on air, MODERATE
    looks after the audience and the notice, SETTLE deals with orders and sees who bought, READ
    reads documents and figures, PEOPLE decides who belongs to the crew.
    """

    CREATE = "create"
    PREPARE = "prepare"
    RUN = "run"
    MODERATE = "moderate"
    SETTLE = "settle"
    READ = "read"
    PEOPLE = "people"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.HOST: frozenset(Right) - {Right.PEOPLE},
    Role.OPERATOR: frozenset(Right) - {Right.PEOPLE, Right.CREATE},
    Role.MODERATOR: frozenset({Right.MODERATE, Right.READ}),
    Role.STAFF: frozenset({Right.SETTLE, Right.READ}),
    Role.VIEWER: frozenset(),
    Role.OVERLAY: frozenset(),
    Role.TIMER: frozenset(),
}

# People with a login; the others come with a token or from within.
CREW = frozenset(role for role, rights in RIGHTS.items() if Right.READ in rights)

MAY_ORDER = frozenset({Role.VIEWER})

# A timer only wakes; what it may cause is what the timetable of a session says.
TIMER_COMMANDS = frozenset({"start", "end", "miss", "end_flash"})

# Commands that ask for another right than RUN.
_COMMAND_RIGHTS: dict[str, Right] = {
    "create": Right.CREATE,
    "cancel": Right.CREATE,
    "schedule": Right.PREPARE,
    "edit": Right.PREPARE,
    "add_card": Right.PREPARE,
    "edit_card": Right.PREPARE,
    "remove_card": Right.PREPARE,
    "notice": Right.MODERATE,
    # Who takes a command back has to be allowed to give that one; `Host` asks for both.
    "undo": Right.MODERATE,
    "mute": Right.MODERATE,
    "unmute": Right.MODERATE,
    "ban": Right.MODERATE,
    "unban": Right.MODERATE,
}

_SENTENCES: dict[Right, str] = {
    Right.CREATE: "Your role cannot create or cancel sessions. Ask a host or an administrator.",
    Right.PREPARE: "Your role cannot prepare sessions. Ask a host or an administrator.",
    Right.RUN: "Your role cannot run the broadcast. Ask a host or an administrator.",
    Right.MODERATE: "Your role cannot do this. Ask a moderator, a host or an administrator.",
    Right.SETTLE: "Your role does not see or settle orders. Ask a host or an administrator.",
    Right.READ: "Only the crew may see this. Sign in with a crew account.",
    Right.PEOPLE: "Only an administrator may do this. Ask one.",
}


def may(role: Role, right: Right) -> bool:
    return right in RIGHTS[role]


def require_right(role: Role, right: Right) -> None:
    """Raises `NotAllowed` unless the role has this right."""
    if not may(role, right):
        raise NotAllowed("not_allowed", _SENTENCES[right])


def require_command(role: Role, do: str) -> None:
    """Raises `NotAllowed` unless this role may give this host command."""
    if role is Role.TIMER and do in TIMER_COMMANDS:
        return
    # Nobody misses a session on purpose; only the clock says so.
    if do == "miss":
        raise NotAllowed("not_allowed", _SENTENCES[Right.RUN])
    require_right(role, _COMMAND_RIGHTS.get(do, Right.RUN))


def require_prepare(role: Role) -> None:
    """Raises `NotAllowed` unless this role may prepare what sessions sell."""
    require_right(role, Right.PREPARE)


def require_figures(role: Role) -> None:
    require_right(role, Right.READ)


def require_orders(role: Role) -> None:
    """Raises `NotAllowed` unless this role may settle orders and give money back."""
    require_right(role, Right.SETTLE)
