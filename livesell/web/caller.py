"""Who is asking: a member of the crew by cookie or bearer login, a viewer by bearer token.

A bearer header is what the caller says on purpose, so it wins over the cookie, which the browser
adds by itself.
"""

from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from livesell.actions.people import Crew
from livesell.actions.viewer import Viewers
from livesell.auth import Pass
from livesell.domain.person import Actor
from livesell.domain.role import MAY_ORDER, Right, require_right
from livesell.errors import LivesellError, NotAllowed, NotSignedIn
from livesell.web.cookie import login_cookie

_BEARER = "bearer "


class Who(StrEnum):
    """Who may use a route; the routes' table names one for each."""

    ANYONE = "anyone"
    VIEWER = "viewer"
    VIEWER_OR_CREW = "viewer or crew"
    VIEWER_OR_SETTLES = "viewer, or crew that settles orders"
    CREW = "crew"
    MODERATES = "moderator, operator, host or admin"
    RUNS_BROADCASTS = "operator, host or admin"
    PREPARES = "operator, host or admin, before the show"
    CREATES = "host or admin"
    SETTLES = "staff, operator, host or admin"
    ADMIN = "admin"


# The right that each asks of a member of the crew.
RIGHT_OF: dict[Who, Right] = {
    Who.VIEWER_OR_CREW: Right.READ,
    Who.VIEWER_OR_SETTLES: Right.SETTLE,
    Who.CREW: Right.READ,
    Who.MODERATES: Right.MODERATE,
    Who.RUNS_BROADCASTS: Right.RUN,
    Who.PREPARES: Right.PREPARE,
    Who.CREATES: Right.CREATE,
    Who.SETTLES: Right.SETTLE,
    Who.ADMIN: Right.PEOPLE,
}


def lets_viewers(who: Who) -> bool:
    return who in (Who.VIEWER, Who.VIEWER_OR_CREW, Who.VIEWER_OR_SETTLES)


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request proved about its sender.

    Attributes:
        actor: A member of the crew, by a login.
        token: A viewer, an overlay or a crew pass, by a signed token.
        secret: The login or token itself, for ending it; never logged.
        is_by_cookie: Whether only the cookie says so.
        problem: Why the login or token that was sent does not count.
    """

    actor: Actor | None = None
    token: Pass | None = None
    secret: str = ""
    is_by_cookie: bool = False
    problem: NotSignedIn | None = None

    def __repr__(self) -> str:
        return f"Caller({self.actor or self.token})"

    @property
    def is_crew(self) -> bool:
        return self.actor is not None

    def crew(self) -> Actor:
        """The member of the crew; raises `NotSignedIn` or `NotAllowed` when it is none."""
        if self.actor is not None:
            return self.actor
        if self.token is not None:
            raise NotAllowed(
                "not_allowed", "Only the crew may do this. Sign in with a crew account."
            )
        raise self.problem or _not_signed_in()

    def viewer(self, session_id: str) -> Pass:
        """The viewer's token, good for this session; raises when there is none."""
        if self.token is None:
            raise self.problem or _no_token(is_crew=self.is_crew)
        if self.token.role not in MAY_ORDER:
            raise NotAllowed("not_allowed", "Only viewers order. Ask for a viewer's token.")
        if self.token.session not in (None, session_id):
            raise NotAllowed(
                "other_session", "This token is for another session. Open this session's page."
            )
        return self.token


async def find_caller(request: web.Request, crew: Crew, viewers: Viewers) -> Caller:
    """Reads what the request brought; decides nothing yet."""
    header = request.headers.get("Authorization", "")
    if header:
        return await _by_bearer(header, crew, viewers)
    secret = login_cookie(request)
    actor = await crew.who(secret) if secret else None
    if secret and actor is None:
        return Caller(problem=_login_over(), is_by_cookie=True)
    return Caller(actor=actor, secret=secret, is_by_cookie=actor is not None)


async def _by_bearer(header: str, crew: Crew, viewers: Viewers) -> Caller:
    if not header.lower().startswith(_BEARER):
        return Caller(
            problem=NotSignedIn("bad_token", "Send the token as `Authorization: Bearer TOKEN`.")
        )
    secret = header[len(_BEARER) :].strip()
    if not secret.isascii():
        return Caller(problem=_login_over())
    # A signed token has dots (Source: RFC 7515, 3.1), a login has none.
    if "." not in secret:
        actor = await crew.who(secret)
        return Caller(actor=actor, secret=secret, problem=None if actor else _login_over())
    try:
        return Caller(token=viewers.read(secret), secret=secret)
    except NotSignedIn as problem:
        return Caller(problem=problem)


def require(caller: Caller, who: Who) -> None:
    """Whether this caller may use a route at all; whose orders it sees is the route's matter.

    Raises:
        NotSignedIn: Nothing valid was sent.
        NotAllowed: It is someone else.
    """
    if lets_viewers(who) and (caller.actor is None or who not in RIGHT_OF):
        caller.viewer("" if caller.token is None else caller.token.session or "")
    elif who in RIGHT_OF:
        require_right(caller.crew().role, RIGHT_OF[who])


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn("not_signed_in", "Sign in first: only the crew may do this.")


def _login_over() -> NotSignedIn:
    return NotSignedIn("login_over", "You are not signed in any more. Sign in again.")


def _no_token(*, is_crew: bool) -> LivesellError:
    if is_crew:
        return NotAllowed("not_allowed", "Only viewers order. Use a viewer's token, not a login.")
    return NotSignedIn("no_token", "A viewer's token is needed here. Ask for one at /viewers.")
