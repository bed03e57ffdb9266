"""The buyer's details: kept once, shown to the crew only, forgotten on request."""

from livesell.auth import Pass
from livesell.domain.ids import check_token_id
from livesell.domain.order import check_contact
from livesell.errors import BadInput, NotFound
from livesell.web.api.order_shapes import ContactBody, DetailsAnswer, ErasedAnswer
from livesell.web.api.route import Call, Reply


async def get_details(call: Call[None]) -> Reply:
    """What the viewer gave last, so that a page need not ask again."""
    token = await _viewer(call)
    place = await call.services.place(call.session)
    contact = await place.details.of(call.session, token.viewer)
    return Reply(DetailsAnswer(contact=contact))


async def put_details(call: Call[ContactBody]) -> Reply:
    """Keeps the viewer's details for orders to come; empty ones are forgotten."""
    token = await _viewer(call)
    contact = check_contact(call.body)
    await call.services.store.archives.check_in_store(call.session)
    await call.services.store.details.remember(call.session, token.viewer, contact)
    return Reply(DetailsAnswer(contact=contact))


async def delete_details(call: Call[None]) -> Reply:
    """Forgets the viewer's name and details, those of its orders too; no total changes."""
    token = await _viewer(call)
    reply = await _erased(call, token.viewer, by=token.viewer)
    # Who it was is the very thing that was erased.
    await call.services.crew.note("viewer", "details_erased", call.session)
    return reply


async def erase_viewer(call: Call[None]) -> Reply:
    """The same at a person's request, by the crew."""
    actor = call.caller.crew()
    await call.services.check_known(call.session, is_crew=True)
    await call.services.check_settles(call.session, actor)
    try:
        viewer = check_token_id(call.request.match_info["viewer"], "viewer")
    except BadInput as error:
        raise NotFound("no_such_viewer", "There is no such viewer. Check the id.") from error
    reply = await _erased(call, viewer, by=actor.name)
    await call.services.crew.note(actor.name, "details_erased", call.session)
    return reply


async def _erased(call: Call[None], viewer: str, by: str) -> Reply:
    """In the store and in the archive, wherever the session is."""
    services = call.services
    orders = await services.archivist.erase(call.session, viewer) or 0
    if await services.store.archives.is_in_store(call.session):
        orders = await services.store.details.erase(
            call.session, viewer, by=by, now_ms=services.clock()
        )
    return Reply(ErasedAnswer(orders=orders))


async def _viewer(call: Call[None] | Call[ContactBody]) -> Pass:
    token = call.caller.viewer(call.session)
    await call.services.check_known(call.session, is_crew=False)
    return token
