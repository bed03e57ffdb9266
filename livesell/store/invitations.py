"""Open links to join the crew or to set a new password, and the second steps of signing in."""

from typing import Literal

import msgspec

from livesell.domain.invitation import Invitation
from livesell.domain.person import Person
from livesell.domain.second_factor import SecondFactor
from livesell.store.connect import Link
from livesell.store.scripts import script

_invitation = msgspec.json.Decoder(Invitation)
_factor = msgspec.json.Decoder(SecondFactor)

Taken = Literal["taken", "gone", "exists", "missing"]


class Invitations:
    """What was offered, by the digest of its code."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._key = link.keys.crew("invitations")

    async def offer(self, invitation: Invitation) -> None:
        await self._link.write(
            ("HSET", self._key, invitation.digest, msgspec.json.encode(invitation))
        )

    async def find(self, digest: str) -> Invitation | None:
        (record,) = await self._link.read(("HGET", self._key, digest))
        return None if record is None else _invitation.decode(record)

    async def list(self) -> list[Invitation]:
        """All that were neither used nor withdrawn, also those whose time is over; by time."""
        (records,) = await self._link.read(("HVALS", self._key))
        return sorted((_invitation.decode(one) for one in records), key=lambda one: one.at_ms)

    async def withdraw(self, *digests: str) -> bool:
        """True when there was such an offer."""
        if not digests:
            return False
        (removed,) = await self._link.write(("HDEL", self._key, *digests))
        return bool(removed)

    async def take(self, invitation: Invitation, person: Person, *, is_new: bool) -> Taken:
        """Uses it up and writes the person down, both or neither."""
        one = script("take_invitation")
        (word,) = await self._link.write(
            (
                "EVALSHA", one.sha, 2, self._key, self._link.keys.crew("people"),
                invitation.digest, msgspec.json.encode(invitation), int(is_new),
                person.name, msgspec.json.encode(person),
            )
        )  # fmt: skip
        found: Taken = word.decode()
        return found


class Factors:
    """The second steps, by login name."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._key = link.keys.crew("factors")

    async def find(self, name: str) -> SecondFactor | None:
        (record,) = await self._link.read(("HGET", self._key, name))
        return None if record is None else _factor.decode(record)

    async def names(self) -> set[str]:
        """Those whose second step is switched on."""
        (flat,) = await self._link.read(("HGETALL", self._key))
        found = zip(flat[::2], flat[1::2], strict=True)
        return {name.decode() for name, record in found if _factor.decode(record).is_on}

    async def swap(
        self, name: str, expected: SecondFactor | None, factor: SecondFactor | None
    ) -> bool:
        """Replaces what was read; False when someone else was first."""
        one = script("swap_factor")
        before, after = (
            b"" if it is None else msgspec.json.encode(it) for it in (expected, factor)
        )
        (is_done,) = await self._link.write(("EVALSHA", one.sha, 1, self._key, name, before, after))
        return bool(is_done)

    async def forget(self, name: str) -> bool:
        (removed,) = await self._link.write(("HDEL", self._key, name))
        return bool(removed)
