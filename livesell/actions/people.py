"""Who belongs to the crew: accounts, logins, and the one-time set-up of the first administrator.

A login is an opaque secret; the store keeps its digest. Passwords are hashed with argon2id in a
thread, because a hash takes some 50 ms that a loop with viewers on it does not have.
"""

import asyncio

from msgspec.structs import replace

from livesell.auth import check_password, digest, hash_password, new_secret, verify_password
from livesell.clock import Clock
from livesell.config import Auth
from livesell.domain.person import Actor, Person, check_crew_role, check_person_name
from livesell.domain.role import Role
from livesell.errors import Conflict, NotFound, NotSignedIn
from livesell.store import Store

# A set-up link is read off a terminal within a day, or made anew with `livesell setup-link`.
SETUP_LIFETIME_S = 24 * 3600

# Each hash holds 64 MiB while it runs (argon2-cffi's default); two at once are 128.
HASHES_AT_ONCE = 2


class Crew:
    """The crew's accounts and logins."""

    def __init__(self, store: Store, clock: Clock, auth: Auth) -> None:
        self._people = store.people
        self._clock = clock
        self._auth = auth
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._changing = asyncio.Lock()
        self._decoy = ""

    async def add(self, name: str, role: str, password: str) -> Person:
        """A new account.

        Raises:
            Conflict: `person_exists`.
            BadInput: The name, the role or the password is not usable.
        """
        person = await self._made(name, check_crew_role(role), password)
        await self._people.add(person)
        return person

    async def remove(self, name: str) -> None:
        """Takes the account away and ends its logins.

        Raises:
            NotFound: `no_such_person`.
            Conflict: `last_admin`.
        """
        async with self._changing:
            person = await self._found(name)
            await self._check_not_last_admin(person)
            await self._people.remove(name)

    async def change_role(self, name: str, role: str) -> Person:
        """Gives another role; it holds from the next request on, logins go on.

        Raises:
            NotFound: `no_such_person`.
            Conflict: `last_admin`.
        """
        wanted = check_crew_role(role)
        async with self._changing:
            person = await self._found(name)
            if wanted is not Role.ADMIN:
                await self._check_not_last_admin(person)
            changed = replace(person, role=wanted)
            await self._people.replace(changed)
        return changed

    async def change_password(self, name: str, password: str) -> None:
        """Sets another password and ends every login under the old one."""
        hashed = await self._hash(password)
        async with self._changing:
            person = await self._found(name)
            await self._people.replace(replace(person, password_hash=hashed))
            await self._people.end_logins_of(name)

    async def list(self) -> list[Person]:
        return await self._people.list()

    async def login(self, name: str, password: str) -> tuple[str, Actor]:
        """A login token. An unknown name costs the same work as a wrong password.

        Raises:
            NotSignedIn: `bad_login`, the same for both.
        """
        person = await self._people.find(name)
        hashed = person.password_hash if person else await self._decoy_hash()
        async with self._hashing:
            is_right = await asyncio.to_thread(verify_password, hashed, password)
        if person is None or not is_right:
            raise NotSignedIn("bad_login", "The name or the password is wrong. Try again.")
        return await self._logged_in(person)

    async def who(self, token: str) -> Actor | None:
        """Who is signed in with this token, with the role held now; None when nobody is."""
        name = await self._people.login(digest(token)) if token else None
        person = await self._people.find(name) if name is not None else None
        return None if person is None else Actor(name=person.name, role=person.role)

    async def logout(self, token: str) -> None:
        await self._people.end_login(digest(token))

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

    async def take_setup(self, code: str, name: str, password: str) -> tuple[str, Actor]:
        """Makes the first administrator and signs it in. A rejected name keeps the code valid.

        Raises:
            NotSignedIn: `bad_setup`: the code was used, has expired or was never given.
            Conflict: `already_set_up` or `person_exists`.
        """
        person = await self._made(name, Role.ADMIN, password)
        async with self._changing:
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
        return await self._logged_in(person)

    async def _made(self, name: str, role: Role, password: str) -> Person:
        check_person_name(name)
        hashed = await self._hash(password)
        return Person(name=name, role=role, password_hash=hashed, created_ms=self._clock())

    async def _hash(self, password: str) -> str:
        check_password(password)
        async with self._hashing:
            return await asyncio.to_thread(hash_password, password)

    async def _decoy_hash(self) -> str:
        if not self._decoy:
            self._decoy = await self._hash(new_secret())
        return self._decoy

    async def _logged_in(self, person: Person) -> tuple[str, Actor]:
        token = new_secret()
        await self._people.start_login(digest(token), person.name, self._auth.login_hours * 3600)
        return token, Actor(name=person.name, role=person.role)

    async def _found(self, name: str) -> Person:
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
