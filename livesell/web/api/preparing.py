"""Whole sessions over HTTP: copies, and drafts that nobody wants any more."""

from livesell.domain.ids import check_slug, readable_id
from livesell.web.api.prepare_shapes import DuplicateBody
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import CreatedAnswer, EmptyAnswer


async def duplicate_session(call: Call[DuplicateBody]) -> Reply:
    """The cards, scripts, stock and rundown are the same; the copy has no plan and no past."""
    body = call.body
    new_id = readable_id(body.title, "session") if body.id is None else check_slug(body.id, "id")
    committed = await call.services.preparing.duplicate(
        call.session, new_id, body.title, by=call.caller.crew()
    )
    answer = CreatedAnswer(id=new_id, version=committed.version)
    return Reply(answer, 201, {"Location": f"/api/v1/sessions/{new_id}"})


async def remove_session(call: Call[None]) -> Reply:
    """Only a draft: what was announced is cancelled, and what was on air is kept."""
    await call.services.preparing.remove_draft(call.session, by=call.caller.crew())
    return Reply(EmptyAnswer())
