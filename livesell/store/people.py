"""The crew's records, their logins, the one-time set-up code, and the secret behind tokens."""

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from livesell.auth import new_secret
from livesell.domain.login import Login
from livesell.domain.person import Person
from livesell.domain.role import Role
from livesell.errors import Conflict, NotFound
from livesell.store.connect import Link
from livesell.store.scripts import script

_decoder = msgspec.json.Decoder(Person)
_login = msgspec.json.Decoder(Login)


class People:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._people = link.keys.crew("people")
        self._generations = link.keys.crew("generations")
        self._logins = link.keys.crew("logins")
        self._entered = link.keys.crew("entered")
        # Sent with whatever may end a login or take a right away.
        self._wake = ("PUBLISH", link.keys.wake_crew, "")

    async def add(self, person: Person) -> None:
        """Raises `Conflict` (`person_exists`) when the name is taken."""
        (is_new,) = await self._link.write(
            ("HSETNX", self._people, person.name, msgspec.json.encode(person))
        )
        if not is_new:
            raise Conflict("person_exists", "There is someone with this name. Choose another name.")

    async def replace(self, person: Person) -> None:
        """Raises `NotFound` (`no_such_person`) when the person was removed."""
        one = script("replace_person")
        is_done, _ = await self._link.write(
            ("EVALSHA", one.sha, 1, self._people, person.name, msgspec.json.encode(person)),
            self._wake,
        )
        if not is_done:
            raise NotFound("no_such_person", "There is nobody with this name. Check the spelling.")

    async def find(self, name: str) -> Person | None:
        (record,) = await self._link.read(("HGET", self._people, name))
        return None if record is None else _decoder.decode(record)

    async def remove(self, name: str) -> bool:
        """Removes the person with its second step, and ends all logins of the name."""
        removed, *_ = await self._link.write(
            ("HDEL", self._people, name),
            ("HINCRBY", self._generations, name, 1),
            ("HDEL", self._link.keys.crew("factors"), name),
            ("HDEL", self._entered, name),
            self._wake,
        )
        return bool(removed)

    async def start_login(
        self, digest: str, name: str, lifetime_s: int, login: Login | None = None
    ) -> None:
        """Starts a login; `login` is what its owner will be shown of it."""
        one = script("start_login")
        record = b"" if login is None else msgspec.json.encode(login)
        now_ms = 0 if login is None else login.since_ms
        keys = (*self._login(digest), self._logins, self._entered)
        await self._link.write(
            ("EVALSHA", one.sha, 4, *keys, digest, name, lifetime_s, record, now_ms)
        )

    async def login(self, digest: str) -> str | None:
        """The name that the login with this digest is for, unless it has ended."""
        one = script("read_login")
        (name,) = await self._link.read(("EVALSHA", one.sha, 2, *self._login(digest)))
        return None if name is None else name.decode()

    async def roles(self, digests: Collection[str]) -> dict[str, Role]:
        """Of each login that has not ended, by its digest: the role that its owner holds now."""
        one = script("read_login")
        asked = list(digests)
        names = await self._link.read(
            *(("EVALSHA", one.sha, 2, *self._login(digest)) for digest in asked)
        )
        alive = {digest: name for digest, name in zip(asked, names, strict=True) if name}
        if not alive:
            return {}
        (records,) = await self._link.read(("HMGET", self._people, *alive.values()))
        return {
            digest: _decoder.decode(record).role
            for digest, record in zip(alive, records, strict=True)
            if record is not None
        }

    async def see_login(self, digest: str, now_ms: int) -> None:
        """Notes that the login is used now."""
        one = script("see_login")
        await self._link.write(("EVALSHA", one.sha, 1, self._logins, digest, now_ms))

    async def logins(self) -> list[Login]:
        """Everybody's logins that have not ended, oldest first; forgets those that have."""
        (flat,) = await self._link.read(("HGETALL", self._logins))
        rows = dict(zip(flat[::2], flat[1::2], strict=True))
        found = [
            replace(_login.decode(record), seen_ms=int(rows.get(field + b":seen", 0)))
            for field, record in rows.items()
            if not field.endswith(b":seen")
        ]
        one = script("read_login")
        names = (
            await self._link.read(
                *(("EVALSHA", one.sha, 2, *self._login(login.digest)) for login in found)
            )
            if found
            else []
        )
        alive = [login for login, name in zip(found, names, strict=True) if name is not None]
        over = {login.digest for login in found} - {login.digest for login in alive}
        if over:
            fields = [field for digest in over for field in (digest, f"{digest}:seen")]
            await self._link.write(("HDEL", self._logins, *fields))
        return sorted(alive, key=lambda login: login.since_ms)

    async def entered(self) -> dict[str, int]:
        """When somebody last signed in by each name, epoch ms."""
        (flat,) = await self._link.read(("HGETALL", self._entered))
        return {name.decode(): int(at) for name, at in zip(flat[::2], flat[1::2], strict=True)}

    async def end_login(self, digest: str) -> None:
        await self._link.write(
            ("DEL", self._link.keys.crew("login", digest)),
            ("HDEL", self._logins, digest, f"{digest}:seen"),
            self._wake,
        )

    async def end_logins_of(self, name: str) -> None:
        """Ends every login of the name, on every node at once."""
        await self._link.write(("HINCRBY", self._generations, name, 1), self._wake)

    async def offer_setup(self, digest: str, lifetime_s: int) -> None:
        """Makes a set-up code good for one use within its lifetime."""
        key = self._link.keys.crew("setup", digest)
        await self._link.write(("SET", key, "1", "EX", lifetime_s))

    async def take_setup(self, digest: str) -> bool:
        """Uses the code up; True for exactly one caller."""
        (value,) = await self._link.write(("GETDEL", self._link.keys.crew("setup", digest)))
        return value is not None

    async def token_secret(self) -> str:
        """What signs the tokens; made by whoever asks first, the same for all nodes."""
        key = self._link.keys.crew("secret")
        _, secret = await self._link.write(("SET", key, new_secret(), "NX"), ("GET", key))
        return str(secret.decode())

    async def list(self) -> list[Person]:
        """Everyone with a login, by name."""
        (records,) = await self._link.read(("HVALS", self._people))
        return sorted((_decoder.decode(one) for one in records), key=lambda person: person.name)

    def _login(self, digest: str) -> tuple[str, str]:
        return self._link.keys.crew("login", digest), self._generations
