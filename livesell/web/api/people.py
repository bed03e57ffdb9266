"""The crew as administrators see it: accounts, links to join, and who did what."""

from livesell.actions.auditing import Deed, Wanted
from livesell.domain.invitation import Invitation
from livesell.domain.login import is_id
from livesell.domain.person import check_person_name
from livesell.errors import BadInput, NotFound
from livesell.web import client
from livesell.web.api.people_shapes import (
    AuditAnswer,
    AuditExportQuery,
    AuditQuery,
    AuditRow,
    InvitationRow,
    InvitationsAnswer,
    OfferAnswer,
    PeopleAnswer,
    PersonAnswer,
    PersonRow,
    RoleBody,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.api.times import moment, moment_or_none


async def list_people(call: Call[None]) -> Reply:
    """Everyone with an account, by name."""
    store = call.services.store
    logins = [one.name for one in await store.people.logins()]
    entered, second = await store.people.entered(), await store.factors.names()
    rows = [
        PersonRow(
            name=one.name,
            role=str(one.role),
            created=moment(one.created_ms),
            last_login=moment_or_none(entered.get(one.name)),
            totp=one.name in second,
            logins=logins.count(one.name),
        )
        for one in await call.services.crew.list()
    ]
    return Reply(PeopleAnswer(people=rows))


async def change_role(call: Call[RoleBody]) -> Reply:
    """Another role, from the next request on; the last administrator stays one."""
    person = await call.services.crew.change_role(
        _person(call), call.body.role, by=call.caller.crew().name
    )
    return Reply(PersonAnswer(name=person.name, role=str(person.role)))


async def remove_person(call: Call[None]) -> Reply:
    """Takes an account away and ends its logins; never that of the last administrator."""
    await call.services.crew.remove(_person(call), by=call.caller.crew().name)
    return Reply(EmptyAnswer())


async def end_logins_of_person(call: Call[None]) -> Reply:
    """Signs somebody out everywhere."""
    await call.services.crew.end_logins(_person(call), by=call.caller.crew().name)
    return Reply(EmptyAnswer())


async def forget_second_step(call: Call[None]) -> Reply:
    """For somebody whose phone and recovery codes are gone: the password alone lets in again."""
    name = (await call.services.crew.found(_person(call))).name
    await call.services.crew.second.forget(name)
    await call.services.crew.note(call.caller.crew().name, "totp_removed", name)
    return Reply(EmptyAnswer())


async def offer_reset(call: Call[None]) -> Reply:
    """A link by which somebody sets a new password."""
    code, made = await call.services.inviting.offer_reset(_person(call), by=call.caller.crew().name)
    return _offered(call, code, made)


async def list_invitations(call: Call[None]) -> Reply:
    """The links that still work, the newest first."""
    found = await call.services.inviting.open()
    return Reply(InvitationsAnswer(invitations=[_invitation(one) for one in found]))


async def invite(call: Call[RoleBody]) -> Reply:
    """A link by which somebody joins the crew in this role: once, within seven days."""
    code, made = await call.services.inviting.invite(call.body.role, by=call.caller.crew().name)
    return _offered(call, code, made)


async def withdraw_invitation(call: Call[None]) -> Reply:
    """The link does not work any more."""
    found = call.request.match_info["invitation"]
    await call.services.inviting.withdraw(found if is_id(found) else "", by=call.caller.crew().name)
    return Reply(EmptyAnswer())


async def read_audit(call: Call[None]) -> Reply:
    """Who did what, the newest first; with a session, what the crew did to it as well."""
    query: AuditQuery = call.query
    page = await call.services.auditor.page(_wanted(query), query.before, query.limit)
    return Reply(AuditAnswer(deeds=[_row(one) for one in page.deeds], next=page.next))


async def export_audit(call: Call[None]) -> Reply:
    """The same as a spreadsheet: CSV in UTF-8 with a byte order mark, times in UTC."""
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Reply(chunks=call.services.auditor.csv(_wanted(call.query)), headers=headers)


def _wanted(query: AuditQuery | AuditExportQuery) -> Wanted:
    return Wanted(by=query.by, did=query.did, session=query.session)


def _row(deed: Deed) -> AuditRow:
    return AuditRow(
        at=moment(deed.at_ms), by=deed.by, did=deed.did, about=deed.about, data=deed.data
    )


def _person(call: Call[None] | Call[RoleBody]) -> str:
    """The name in the address. Raises `NotFound` when nobody can be called so."""
    try:
        return check_person_name(call.request.match_info["person"])
    except BadInput as error:
        raise NotFound("no_such_person", "There is nobody with this name. Look again.") from error


def _offered(call: Call[None] | Call[RoleBody], code: str, made: Invitation) -> Reply:
    origin = client.public_origin(call.request, call.services.config)
    return Reply(OfferAnswer(invitation=_invitation(made), link=f"{origin}/invite#{code}"), 201)


def _invitation(one: Invitation) -> InvitationRow:
    return InvitationRow(
        id=one.id,
        kind=one.kind,
        role=str(one.role),
        by=one.by,
        at=moment(one.at_ms),
        until=moment(one.until_ms),
        name=one.name,
    )
