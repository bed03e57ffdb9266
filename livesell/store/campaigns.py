"""Campaigns as the store keeps them: few, small, and each changed by compare-and-set."""

import msgspec

from livesell.domain.campaign import Campaign, campaign_changed, no_such_campaign
from livesell.errors import Conflict
from livesell.store.connect import Link
from livesell.store.scripts import script

_decoder = msgspec.json.Decoder(Campaign)
_encode = msgspec.json.Encoder().encode


class Campaigns:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._key = link.keys.crew("campaigns")

    async def list(self) -> list[Campaign]:
        """All of them, the newest first."""
        (records,) = await self._link.read(("HVALS", self._key))
        found = [_decoder.decode(record) for record in records]
        return sorted(found, key=lambda one: (-one.created_ms, one.id))

    async def find(self, campaign_id: str) -> Campaign:
        """Raises `NotFound` (`no_such_campaign`)."""
        (record,) = await self._link.read(("HGET", self._key, campaign_id))
        if record is None:
            raise no_such_campaign()
        return _decoder.decode(record)

    async def add(self, campaign: Campaign) -> None:
        """Raises `Conflict` (`campaign_exists`) when the id is taken."""
        if not await self._swap(campaign.id, None, campaign):
            raise Conflict(
                "campaign_exists", "A campaign with this id exists already. Choose another id."
            )

    async def replace(self, before: Campaign, after: Campaign) -> None:
        """Raises `Conflict` (`campaign_changed`) or `NotFound` when it is not `before` any more."""
        if not await self._swap(before.id, before, after):
            raise campaign_changed(await self.find(before.id))

    async def remove(self, campaign: Campaign) -> None:
        """The same, for good."""
        if not await self._swap(campaign.id, campaign, None):
            raise campaign_changed(await self.find(campaign.id))

    async def _swap(
        self, campaign_id: str, before: Campaign | None, after: Campaign | None
    ) -> bool:
        """Whether the record was `before`, or is `after` already, as when an answer was lost."""
        one = script("swap_campaign")
        texts = (b"" if record is None else _encode(record) for record in (before, after))
        (is_done,) = await self._link.write(("EVALSHA", one.sha, 1, self._key, campaign_id, *texts))
        return bool(is_done)
