"""Who may do what. A role is decided by a login (crew) or by a signed token (everyone else)."""

from enum import StrEnum

from livesell.errors import NotAllowed


class Role(StrEnum):
    ADMIN = "admin"
    HOST = "host"
    STAFF = "staff"
    VIEWER = "viewer"
    OVERLAY = "overlay"
    TIMER = "timer"


# People with a login; the others come with a token or from within.
CREW = frozenset({Role.ADMIN, Role.HOST, Role.STAFF})

MAY_COMMAND = frozenset({Role.ADMIN, Role.HOST})
MAY_READ_FIGURES = CREW
MAY_SETTLE = CREW
MAY_ORDER = frozenset({Role.VIEWER})

# A timer only wakes; what it may cause is what the timetable of a session says.
TIMER_COMMANDS = frozenset({"start", "end", "miss", "end_flash"})


def require_command(role: Role, do: str) -> None:
    """Raises `NotAllowed` unless this role may give this host command."""
    if role is Role.TIMER and do in TIMER_COMMANDS:
        return
    if role not in MAY_COMMAND or do == "miss":
        raise NotAllowed(
            "not_allowed", "Your role cannot run the broadcast. Ask a host or an administrator."
        )


def require_moderation(role: Role) -> None:
    """Raises `NotAllowed` unless this role may look after the audience."""
    if role not in MAY_COMMAND:
        raise NotAllowed(
            "not_allowed", "Your role cannot moderate the audience. Ask a host or an administrator."
        )


def may_see_money(role: Role) -> bool:
    """Whether this role may be told what a viewer has spent."""
    return role in MAY_SETTLE


def require_figures(role: Role) -> None:
    if role not in MAY_READ_FIGURES:
        raise NotAllowed("not_allowed", "Only the crew may see this. Sign in with a crew account.")


def require_orders(role: Role) -> None:
    """Raises `NotAllowed` unless this role may settle orders and give money back."""
    if role not in MAY_SETTLE:
        raise NotAllowed(
            "not_allowed", "Only the crew may do this with orders. Sign in with a crew account."
        )
