"""Who belongs to the crew: accounts, logins, and the one-time set-up of the first administrator.

A login is an opaque secret; the store keeps its digest. Passwords are hashed with argon2id in a
thread, because a hash takes some 50 ms that a loop with viewers on it does not have. What is done
here is noted for the audit; links are `actions/inviting.py`, codes `actions/second_step.py`.
"""

import asyncio

from msgspec.structs import replace

from livesell.actions.second_step import SecondSteps
from livesell.auth import check_password, digest, hash_password, new_secret, verify_password
from livesell.clock import Clock
from livesell.config import Auth
from livesell.domain.login import Device, Login
from livesell.domain.person import SHELL, Actor, Person, check_crew_role, check_person_name
from livesell.domain.role import Role
from livesell.errors import BadInput, Conflict, NotFound, NotSignedIn
from livesell.store import Store

# A set-up link is read off a terminal within a day, or made anew with `livesell setup-link`.
SETUP_LIFETIME_S = 24 * 3600

# Each hash holds 64 MiB while it runs (argon2-cffi's default); two at once are 128.
HASHES_AT_ONCE = 2

# When a login was last used is kept to the minute, so that reading costs no writing.
SEEN_EVERY_MS = 60_000

# How many logins and failures that is remembered of; the oldest are forgotten first.
REMEMBERED = 10_000


class Crew:
    """The crew's accounts and logins."""

    def __init__(self, store: Store, clock: Clock, auth: Auth) -> None:
        self._people = store.people
        self._audit = store.audit
        self.second = SecondSteps(store, clock)
        self._clock = clock
        self._auth = auth
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self.changing = asyncio.Lock()
        self._decoy = ""
        self._seen: dict[str, int] = {}
        self._failed: dict[tuple[str, str], int] = {}

    async def add(self, name: str, role: str, password: str, *, by: str = SHELL) -> Person:
        """A new account.

        Raises:
            Conflict: `person_exists`.
            BadInput: The name, the role or the password is not usable.
        """
        person = await self.made(name, check_crew_role(role), password)
        await self._people.add(person)
        await self.note(by, "person_added", name, role=str(person.role))
        return person

    async def remove(self, name: str, *, by: str = SHELL) -> None:
        """Takes the account away and ends its logins.

        Raises:
            NotFound: `no_such_person`.
            Conflict: `last_admin`.
        """
        async with self.changing:
            person = await self.found(name)
            await self._check_not_last_admin(person)
            await self._people.remove(name)
        await self.note(by, "person_removed", name, role=str(person.role))

    async def change_role(self, name: str, role: str, *, by: str = SHELL) -> Person:
        """Gives another role; it holds from the next request on, logins go on.

        Raises:
            NotFound: `no_such_person`.
            Conflict: `last_admin`.
        """
        wanted = check_crew_role(role)
        async with self.changing:
            person = await self.found(name)
            if wanted is not Role.ADMIN:
                await self._check_not_last_admin(person)
            changed = replace(person, role=wanted)
            await self._people.replace(changed)
        await self.note(by, "role_changed", name, before=str(person.role), role=str(wanted))
        return changed

    async def change_password(self, name: str, password: str, *, by: str = SHELL) -> None:
        """Sets another password and ends every login under the old one."""
        hashed = await self.hashed(password)
        async with self.changing:
            person = await self.found(name)
            await self._people.replace(replace(person, password_hash=hashed))
            await self._people.end_logins_of(name)
        await self.note(by, "password_changed", name)

    async def check_own_password(self, name: str, password: str) -> None:
        """Raises `BadInput` (`wrong_password`) unless it is this person's password."""
        person = await self.found(name)
        if not await self._is_right(person.password_hash, password):
            raise BadInput.field(
                "password", "That is not your password. Try again.", "wrong_password"
            )

    async def login(
        self, name: str, password: str, *, code: str = "", device: Device | None = None
    ) -> tuple[str, Actor]:
        """A login token. An unknown name costs the same work as a wrong password.

        Raises:
            NotSignedIn: `bad_login`, the same for both; `code_needed` when the password is right
                and there is a second step.
            BadInput: `bad_code`.
            TooMany: `too_many_codes`.
        """
        where = device or Device()
        person = await self._people.find(name)
        hashed = person.password_hash if person else await self._decoy_hash()
        is_right = await self._is_right(hashed, password)
        if person is None or not is_right:
            await self._note_failure(person, where, "password")
            raise NotSignedIn("bad_login", "The name or the password is wrong. Try again.")
        try:
            way = await self.second.check(name, code)
        except BadInput:
            await self._note_failure(person, where, "code")
            raise
        token, actor = await self.logged_in(person, where)
        await self.note(name, "login", name, address=where.address, second=way)
        return token, actor

    async def who(self, token: str) -> Actor | None:
        """Who is signed in with this token, with the role held now; None when nobody is."""
        key = digest(token)
        name = await self._people.login(key) if token else None
        person = await self._people.find(name) if name is not None else None
        if person is None:
            return None
        await self._see(key)
        return Actor(name=person.name, role=person.role)

    async def logout(self, token: str) -> None:
        name = await self._people.login(digest(token))
        await self._people.end_login(digest(token))
        if name is not None:
            await self.note(name, "logout", name)

    async def logins_of(self, name: str) -> list[Login]:
        """Where this person is signed in now, the newest first."""
        return [one for one in reversed(await self._people.logins()) if one.name == name]

    async def end_login(self, name: str, login_id: str) -> None:
        """Ends one of this person's own logins. Raises `NotFound`: `no_such_login`."""
        for one in await self.logins_of(name):
            if one.id == login_id:
                await self._people.end_login(one.digest)
                await self.note(name, "login_ended", name)
                return
        raise NotFound("no_such_login", "This login has ended already.")

    async def end_logins(self, name: str, *, by: str = SHELL, keep: str = "") -> None:
        """Ends every login of the name, but for that of the token `keep`."""
        person = await self.found(name)
        if not keep:
            await self._people.end_logins_of(person.name)
        kept = digest(keep)
        for one in await self.logins_of(name):
            if one.digest != kept:
                await self._people.end_login(one.digest)
        await self.note(by, "logins_ended", name)

    async def list(self) -> list[Person]:
        return await self._people.list()

    async def needs_setup(self) -> bool:
        """Whether there is no administrator yet."""
        return not await self._admins()

    async def offer_setup(self) -> str:
        """A code that makes the first administrator; once there is one, no code does any more.

        Raises:
            Conflict: `already_set_up`.
        """
        await self._check_needs_setup()
        code = new_secret()
        await self._people.offer_setup(digest(code), SETUP_LIFETIME_S)
        return code

    async def take_setup(
        self, code: str, name: str, password: str, device: Device | None = None
    ) -> tuple[str, Actor]:
        """Makes the first administrator and signs it in. A rejected name keeps the code valid.

        Raises:
            NotSignedIn: `bad_setup`: the code was used, has expired or was never given.
            Conflict: `already_set_up` or `person_exists`.
        """
        person = await self.made(name, Role.ADMIN, password)
        async with self.changing:
            await self._check_needs_setup()
            if await self._people.find(name) is not None:
                raise Conflict("person_exists", "There is an account with this name already.")
            if not await self._people.take_setup(digest(code)):
                raise NotSignedIn(
                    "bad_setup",
                    "This set-up link was used or has expired. Make a new one with: "
                    "livesell setup-link",
                )
            await self._people.add(person)
        await self.note(name, "person_added", name, role=str(person.role))
        return await self.logged_in(person, device)

    async def made(self, name: str, role: Role, password: str) -> Person:
        check_person_name(name)
        hashed = await self.hashed(password)
        return Person(name=name, role=role, password_hash=hashed, created_ms=self._clock())

    async def hashed(self, password: str) -> str:
        check_password(password)
        async with self._hashing:
            return await asyncio.to_thread(hash_password, password)

    async def _decoy_hash(self) -> str:
        if not self._decoy:
            self._decoy = await self.hashed(new_secret())
        return self._decoy

    async def logged_in(self, person: Person, device: Device | None = None) -> tuple[str, Actor]:
        """A new login of somebody who has proved to be this person."""
        token, now_ms, lifetime_s = new_secret(), self._clock(), self._auth.login_hours * 3600
        login = Login(
            digest=digest(token), name=person.name, since_ms=now_ms,
            until_ms=now_ms + lifetime_s * 1000, device=device or Device(),
        )  # fmt: skip
        await self._people.start_login(login.digest, person.name, lifetime_s, login)
        return token, Actor(name=person.name, role=person.role)

    async def note(self, by: str, did: str, about: str, **data: str) -> None:
        """For the audit; what is empty is left out."""
        facts = {key: value for key, value in data.items() if value}
        await self._audit.note(by=by, did=did, about=about, now_ms=self._clock(), data=facts)

    async def _note_failure(self, person: Person | None, where: Device, what: str) -> None:
        """Once a minute for each account and network: a flood must not bury what matters.

        A name that is nobody's is not written down: it may be a password in the wrong field.
        """
        name, now_ms = person.name if person else "", self._clock()
        if now_ms - self._failed.get((name, where.address), 0) < SEEN_EVERY_MS:
            return
        self._failed[name, where.address] = now_ms
        if len(self._failed) > REMEMBERED:
            self._failed.pop(next(iter(self._failed)))
        await self.note("", "login_failed", name, address=where.address, wrong=what)

    async def _see(self, key: str) -> None:
        """Notes now and then that a login is used."""
        now_ms = self._clock()
        if now_ms - self._seen.get(key, 0) < SEEN_EVERY_MS:
            return
        self._seen[key] = now_ms
        if len(self._seen) > REMEMBERED:
            self._seen.pop(next(iter(self._seen)))
        await self._people.see_login(key, now_ms)

    async def _is_right(self, hashed: str, password: str) -> bool:
        async with self._hashing:
            return await asyncio.to_thread(verify_password, hashed, password)

    async def found(self, name: str) -> Person:
        person = await self._people.find(name)
        if person is None:
            raise NotFound("no_such_person", f"There is no account named {name}.")
        return person

    async def _admins(self) -> set[str]:
        return {one.name for one in await self._people.list() if one.role is Role.ADMIN}

    async def _check_not_last_admin(self, person: Person) -> None:
        if await self._admins() == {person.name}:
            raise Conflict("last_admin", "This is the last administrator. Make another one first.")

    async def _check_needs_setup(self) -> None:
        if not await self.needs_setup():
            raise Conflict(
                "already_set_up", "This service has an administrator already. Sign in instead."
            )
