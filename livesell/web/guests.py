"""Who may come into a rehearsal: the crew, whoever has its token, and whoever was invited.

To everybody else there is no such session, on pages, pictures and the API alike. The sockets ask
the same of their tokens (`push/hub.py`).
"""

from aiohttp import web

from livesell.config import Config
from livesell.domain.truth import Truth
from livesell.errors import NotFound
from livesell.web import client
from livesell.web.caller import Caller, find_caller
from livesell.web.cookie import login_cookie
from livesell.web.services import SERVICES, Services

NAME = "livesell_guest"

# An invitation has some 200 characters.
_MAX_CHARS = 1000


def invitation_cookie(request: web.Request) -> str:
    """The invitation that this browser has accepted, or an empty text."""
    found = request.cookies.get(NAME, "")
    return found if len(found) <= _MAX_CHARS and found.isascii() else ""


def set_invitation(
    response: web.StreamResponse,
    request: web.Request,
    config: Config,
    invitation: str,
    lifetime_s: int,
) -> None:
    response.set_cookie(
        NAME,
        invitation,
        max_age=lifetime_s,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=client.is_secure(request, config),
    )


async def check_entry(request: web.Request, services: Services, caller: Caller) -> None:
    """Raises `NotFound` (`no_such_session`) when the address is of a rehearsal that this caller
    may not know of.
    """
    session_id = request.match_info.get("session")
    if session_id is not None:
        await check_may_know(request, services, caller, session_id)


async def visible_session(request: web.Request) -> tuple[Services, Caller, Truth]:
    """The session in the address, for whoever may see it.

    Raises:
        NotFound: `no_such_session`, also for a draft unless the crew asks.
    """
    services = request.app[SERVICES]
    caller = await find_caller(request, services.crew, services.viewers)
    await check_entry(request, services, caller)
    truth = await services.truth(request.match_info["session"], is_crew=caller.is_crew)
    return services, caller, truth


async def check_may_know(
    request: web.Request, services: Services, caller: Caller, session_id: str
) -> None:
    """The same for an id that comes in another way."""
    if caller.is_crew or (caller.token is not None and caller.token.session == session_id):
        return
    if not await services.rehearsals.is_one(session_id):
        return
    if services.rehearsals.is_invited(session_id, invitation_cookie(request)):
        return
    # Beside a viewer's token, a page of the crew's browser brings its login as a cookie.
    if await services.crew.who(login_cookie(request)) is None:
        raise NotFound("no_such_session", "There is no such session. Check the address.")
