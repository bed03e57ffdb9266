"""Sessions: the list, one session's document, and a new one."""

from typing import cast

from msgspec.structs import replace

from livesell.domain.agenda import Wish, page_of
from livesell.domain.document import Document, crew_document, viewer_document
from livesell.domain.ids import check_slug, readable_id
from livesell.domain.next_show import next_show
from livesell.domain.session import Session, State
from livesell.web.api.cards import cards_of
from livesell.web.api.prepare_shapes import NextAnswer, SessionRow, SessionsAnswer, SessionsQuery
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import (
    CreatedAnswer,
    DocumentAnswer,
    DocumentQuery,
    SessionBody,
)
from livesell.web.api.times import epoch_ms_or_none, moment, moment_or_none
from livesell.web.next_shows import FRESH_S

# What only the crew sees in the list: what is not announced, and what was called off.
NOT_LISTED = frozenset({State.DRAFT, State.CANCELLED})


async def list_sessions(call: Call[None]) -> Reply:
    """Those that are announced, of the newest plans; for the crew all, and those in the archive.

    A part, words and the like choose among them; a page at a time.
    """
    query: SessionsQuery = call.query
    wish = _wish(query)
    if call.caller.is_crew:
        found = await call.services.preparing.find(wish, after=query.after, limit=query.limit)
        page, archived = found.page, found.archived
        rows = [crew_row(one, is_archived=one.id in archived) for one in page.sessions]
    else:
        sessions = await call.services.store.sessions.list()
        listed = [one for one in sessions if one.state not in NOT_LISTED]
        page = page_of(listed, wish, after=query.after, limit=query.limit)
        rows = [_row(one) for one in page.sessions]
    return Reply(SessionsAnswer(sessions=rows, total=page.total, next=page.next, hosts=page.hosts))


async def create_session(call: Call[SessionBody]) -> Reply:
    body = call.body
    cards, stock = cards_of(body.cards)
    session = _session(body)
    committed = await call.services.host.create(
        session, cards, stock, by=call.caller.crew(), confirm=body.confirm
    )
    answer = CreatedAnswer(id=session.id, version=committed.version)
    return Reply(answer, 201, {"Location": f"/api/v1/sessions/{session.id}"})


async def get_session(call: Call[None]) -> Reply:
    """The document of the audience that is asked for, as the socket would send it."""
    query: DocumentQuery = call.query
    now = moment(call.services.clock())
    if query.audience == "crew":
        call.caller.crew()
        return Reply(DocumentAnswer(document=await _crew_document(call), now=now))
    if call.caller.is_crew:
        truth = await call.services.truth(call.session, is_crew=True)
        config = call.services.config
        document = viewer_document(truth, config.gross_kind, config.sales.hold_ms)
        return Reply(DocumentAnswer(document=document, now=now))
    encoded = await call.services.viewer_document(call.session)
    return Reply(DocumentAnswer(document=cast("Document", encoded), now=now))


async def get_next(call: Call[None]) -> Reply:
    """What to say to the viewers of a show that is over."""
    services = call.services

    async def read() -> Session | None:
        over = (await services.truth(call.session, is_crew=False)).session
        return next_show(await services.store.sessions.list(), over, services.clock())

    found = await services.next_shows.get(call.session, read)
    answer = NextAnswer(next=None if found is None else _row(found))
    return Reply(answer, headers={"Cache-Control": f"private, max-age={FRESH_S}"})


async def _crew_document(call: Call[None]) -> Document:
    truth = await call.services.truth(call.session, is_crew=True)
    config = call.services.config
    return crew_document(truth, config.gross_kind, config.sales.hold_ms)


def _session(body: SessionBody) -> Session:
    return Session(
        id=check_slug(body.id, "id") if body.id is not None else readable_id(body.title, "session"),
        title=body.title,
        host=body.host,
        planned_start_ms=epoch_ms_or_none(body.planned_start),
        planned_end_ms=epoch_ms_or_none(body.planned_end),
        grace_s=body.grace_s,
        zone=body.zone,
        currency=body.currency,
        video=body.video,
        cover=body.cover,
        replay=body.replay,
        fund=body.fund,
        campaign=body.campaign,
        public_gross=body.public_gross,
    )


def _wish(query: SessionsQuery) -> Wish:
    return Wish(
        part=query.part,
        words=query.q,
        host=query.host,
        campaign=query.campaign,
        state=query.state,
        from_ms=epoch_ms_or_none(query.since),
        to_ms=epoch_ms_or_none(query.until),
    )


def crew_row(session: Session, *, is_archived: bool = False) -> SessionRow:
    return replace(
        _row(session),
        archived=is_archived,
        owner=session.owner,
        campaign=session.campaign,
        cards=len(session.rundown),
    )


def _row(session: Session) -> SessionRow:
    return SessionRow(
        id=session.id,
        title=session.title,
        host=session.host,
        state=str(session.state),
        planned_start=moment_or_none(session.planned_start_ms),
        planned_end=moment_or_none(session.planned_end_ms),
        started=moment_or_none(session.started_ms),
        ended=moment_or_none(session.ended_ms),
        cover=session.cover,
        currency=session.currency,
        zone=session.zone,
    )
