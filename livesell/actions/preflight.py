"""The pre-flight check of a session: gathers what the rules of `domain/preflight.py` ask for.

Opens no address that somebody typed: whether a photo elsewhere and the video can be reached is
tried by the host's own browser, which is where they will be seen.
"""

import asyncio
import re
import shutil
from pathlib import Path

from livesell.actions.photos import Photos
from livesell.clock import Clock
from livesell.config import Config
from livesell.domain.person import Actor
from livesell.domain.preflight import Check, Surroundings, inspect, standing_in_the_way
from livesell.domain.role import require_figures
from livesell.domain.truth import Truth
from livesell.errors import LivesellError
from livesell.pictures import check_fonts, load_theme, missing_glyphs
from livesell.store import Store

THEME = "plateau"

_PHOTO = re.compile(r"/photos/([^/?#]+)/([^/?#]+)")


class Preflight:
    """Looks at one session.

    Args:
        config: How the service is set up; without it, payment and the store's settings are not
            judged.
        photos: The photos of this service; without it, none is missed.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        config: Config | None = None,
        photos: Photos | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._config = config
        self._photos = photos

    async def checks(self, session_id: str, *, by: Actor, is_https: bool = False) -> list[Check]:
        """Every point of a session that is in the store, those in the way first.

        Raises:
            NotFound: `no_such_session`.
            NotAllowed: Somebody who is not of the crew.
        """
        require_figures(by.role)
        truth = await self._store.sessions.pull(session_id, self._clock())
        fonts, missing = await asyncio.to_thread(_glyphs, truth)
        around = Surroundings(
            weak=await self._weaknesses(),
            store_ms=await self._store.ping(),
            free_bytes=await asyncio.to_thread(_free_bytes, self._store.archives.folder),
            theme=await asyncio.to_thread(_theme_trouble),
            fonts=fonts,
            missing=missing,
            photos=await self._missing_photos(truth),
            catalogue=await self._catalogue(truth),
            payment=self._payment(),
            is_https=is_https,
        )
        return inspect(truth, around)

    async def standing_in_the_way(self, truth: Truth) -> list[Check]:
        """What a start by a person has to overrule in words."""
        around = Surroundings(
            weak=await self._weaknesses(),
            catalogue=await self._catalogue(truth),
            payment=self._payment(),
        )
        return standing_in_the_way(truth, around)

    async def _catalogue(self, truth: Truth) -> dict[str, int]:
        """What the products cost by the catalogue, as far as the cards were made from it."""
        made = {card.id: card.product for card in truth.cards.values() if card.product}
        if not made:
            return {}
        known = {one.id: one for one in await self._store.products.list()}
        return {
            card: known[product].price
            for card, product in made.items()
            if product in known and known[product].currency == truth.session.currency
        }

    async def _missing_photos(self, truth: Truth) -> tuple[str, ...]:
        """Cards, and "" for the cover, whose photo should be on this service and is not."""
        images = {"": truth.session.cover} | {card.id: card.image for card in truth.cards.values()}
        return tuple([name for name, image in images.items() if await self._is_missing(image)])

    async def _is_missing(self, image: str) -> bool:
        address = _PHOTO.fullmatch(image)
        if address is None or self._photos is None:
            return False
        return await self._photos.path(*address.groups()) is None

    async def _weaknesses(self) -> tuple[str, ...]:
        """What the service would refuse to start on, should the store have been changed since."""
        if self._config is None:
            return ()
        accepted = {word.strip() for word in self._config.store.allow_weak.split(",")}
        return tuple(
            one.says
            for one in await self._store.checks()
            if not one.is_good and one.weakness and one.weakness not in accepted
        )

    def _payment(self) -> str:
        if self._config is None or self._config.sales.payment == "on_delivery":
            return "on_delivery"
        return self._config.sales.provider


def _glyphs(truth: Truth) -> tuple[str, dict[str, str]]:
    """What is wrong with the font, and the characters that pictures would leave out, by card."""
    try:
        found = check_fonts()
        texts = {"": f"{truth.session.title}{truth.session.host}"}
        texts |= {one.id: "".join((one.title, *one.badges)) for one in truth.cards.values()}
        missing = {name: missing_glyphs(text) for name, text in texts.items()}
    except OSError:
        return "The packaged Chinese font cannot be read.", {}
    return "" if found.is_good else found.says, {k: chars for k, chars in missing.items() if chars}


def _theme_trouble() -> str:
    try:
        load_theme(THEME)
    except LivesellError as error:
        return error.message
    return ""


def _free_bytes(folder: Path) -> int | None:
    """What the disk has left on which the data directory is."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            return shutil.disk_usage(place).free
    return None
