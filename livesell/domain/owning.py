"""Whose a session is: a host changes its own ones; whoever may change any needs not own it."""

from livesell.domain.person import SHELL, Actor
from livesell.domain.role import Role
from livesell.domain.session import Session
from livesell.errors import NotAllowed


def is_own(by: Actor, session: Session) -> bool:
    """Whether a host may change it. Made on the command line for nobody by name, it is every
    host's.
    """
    return session.owner in (by.name, SHELL, "")


def check_owner(by: Actor, session: Session) -> None:
    """Raises `NotAllowed` (`not_yours`) when a host meets another host's session."""
    if by.role is Role.HOST and not is_own(by, session):
        raise NotAllowed(
            "not_yours",
            "This session belongs to another host, so nothing was changed. Ask that host, an "
            "operator or an administrator.",
        )
