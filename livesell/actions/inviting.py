"""Links: to join the crew with a role, and to set a new password for somebody who forgot it.

The link carries a code that only it has; the store keeps the digest. A link works once, for seven
days, and until an administrator withdraws it.
"""

from msgspec.structs import replace

from livesell.actions.people import Crew
from livesell.auth import digest, new_secret
from livesell.clock import Clock
from livesell.domain.invitation import LIFETIME_MS, Invitation
from livesell.domain.login import Device
from livesell.domain.person import Actor, check_crew_role
from livesell.errors import Conflict, NotFound
from livesell.store import Store


class Inviting:
    """Makes links, and lets in who comes with one."""

    def __init__(self, store: Store, clock: Clock, crew: Crew) -> None:
        self._store = store
        self._clock = clock
        self._crew = crew

    async def invite(self, role: str, *, by: str) -> tuple[str, Invitation]:
        """A code with which somebody joins the crew in this role."""
        wanted = check_crew_role(role)
        code, invitation = self._made(by)
        invitation = replace(invitation, role=wanted)
        await self._store.invitations.offer(invitation)
        await self._crew.note(by, "invited", "", role=str(wanted))
        return code, invitation

    async def offer_reset(self, name: str, *, by: str) -> tuple[str, Invitation]:
        """A code with which this person sets a new password; the old one holds until then.

        Raises:
            NotFound: `no_such_person`.
        """
        person = await self._crew.found(name)
        code, invitation = self._made(by)
        invitation = replace(invitation, kind="reset", name=name, role=person.role)
        await self._store.invitations.offer(invitation)
        await self._crew.note(by, "reset_offered", name)
        return code, invitation

    async def open(self) -> list[Invitation]:
        """The links that still work, the newest first; forgets those whose time is over."""
        found = await self._store.invitations.list()
        over = [one.digest for one in found if not self._is_open(one)]
        await self._store.invitations.withdraw(*over)
        return [one for one in reversed(found) if self._is_open(one)]

    async def withdraw(self, invitation_id: str, *, by: str) -> None:
        """Raises `NotFound` (`no_such_invitation`) when it was used or withdrawn already."""
        for one in await self._store.invitations.list():
            if one.id == invitation_id and await self._store.invitations.withdraw(one.digest):
                await self._crew.note(by, "invitation_withdrawn", one.name, role=str(one.role))
                return
        raise NotFound("no_such_invitation", "This link was used or withdrawn already.")

    async def look(self, code: str) -> Invitation:
        """What a link is for. Raises `NotFound` (`bad_invitation`) when it does not work."""
        found = await self._store.invitations.find(digest(code))
        if found is None or not self._is_open(found):
            raise _bad()
        return found

    async def join(self, code: str, name: str, password: str, device: Device) -> tuple[str, Actor]:
        """A new account by a link, signed in. A name that is taken keeps the link valid.

        Raises:
            NotFound: `bad_invitation`.
            Conflict: `person_exists`.
            BadInput: The name or the password is not usable.
        """
        invitation = await self._of_kind(code, "join")
        person = await self._crew.made(name, invitation.role, password)
        taken = await self._store.invitations.take(invitation, person, is_new=True)
        if taken == "exists":
            raise Conflict("person_exists", "There is someone with this name. Choose another name.")
        if taken != "taken":
            raise _bad()
        await self._crew.note(name, "joined", name, role=str(person.role), invited_by=invitation.by)
        return await self._crew.logged_in(person, device)

    async def reset(self, code: str, password: str) -> str:
        """Sets the password by a link and ends all logins; returns whose it is.

        It signs nobody in: the second step, if there is one, is asked at the login.

        Raises:
            NotFound: `bad_invitation`.
            BadInput: The password is not usable.
        """
        invitation = await self._of_kind(code, "reset")
        hashed = await self._crew.hashed(password)
        async with self._crew.changing:
            person = await self._store.people.find(invitation.name)
            if person is None:
                raise _bad()
            changed = replace(person, password_hash=hashed)
            if await self._store.invitations.take(invitation, changed, is_new=False) != "taken":
                raise _bad()
            await self._store.people.end_logins_of(person.name)
        await self._crew.note(person.name, "password_reset", person.name, offered_by=invitation.by)
        return person.name

    async def _of_kind(self, code: str, kind: str) -> Invitation:
        found = await self.look(code)
        if found.kind != kind:
            raise _bad()
        return found

    def _made(self, by: str) -> tuple[str, Invitation]:
        code, now_ms = new_secret(), self._clock()
        invitation = Invitation(
            digest=digest(code), kind="join", by=by, at_ms=now_ms, until_ms=now_ms + LIFETIME_MS
        )
        return code, invitation

    def _is_open(self, invitation: Invitation) -> bool:
        return self._clock() < invitation.until_ms


def _bad() -> NotFound:
    return NotFound(
        "bad_invitation",
        "This link was used, was withdrawn or has expired. Ask an administrator for a new one.",
    )
