"""A theme: colours, sizes and places, read from overlays/<name>/theme.toml. Data, never code.

The browser source next to it (lower-third.html and .css) carries the same values as CSS custom
properties; a test holds the two together. What each key means stands in plateau's theme.toml.
"""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.inspect import StructType, type_info

from livesell.errors import BadConfig, NotFound

Px = Annotated[int, Meta(ge=0, le=1920)]
TextPx = Annotated[int, Meta(ge=12, le=240)]
Hex = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$")]

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")

CANVAS = (1920, 1080)
POSTER = (1080, 1440)


class CardColours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The colours of the lower third."""

    panel: Hex
    panel_end: Hex
    edge: Hex
    ink: Hex
    muted: Hex
    price: Hex
    stock: Hex
    low: Hex
    slot: Hex
    slot_ink: Hex
    badge: Hex
    badge_ink: Hex
    picture_top: Hex
    picture_bottom: Hex
    picture_ridge: Hex
    picture_snow: Hex


class CardTheme(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lower third: places and sizes in pixels of a canvas of 1920 by 1080."""

    left: Px
    bottom: Px
    width: Px
    height: Px
    radius: Px
    padding: Px
    edge_width: Px
    picture: Px
    picture_radius: Px
    gap: Px
    row_height: Px
    price_row_height: Px
    slot_size: TextPx
    badge_size: TextPx
    title_size: TextPx
    price_size: TextPx
    was_size: TextPx
    stock_size: TextPx
    colours: CardColours


class PosterColours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The colours of the result poster."""

    sky: Annotated[tuple[Hex, ...], Meta(min_length=2, max_length=8)]
    sun: Hex
    ridges: Annotated[tuple[Hex, ...], Meta(min_length=1, max_length=5)]
    snow: Hex
    flags: Annotated[tuple[Hex, ...], Meta(min_length=1, max_length=8)]
    ground: Hex
    panel: Hex
    ink: Hex
    muted: Hex
    headline: Hex
    headline_end: Hex
    kicker: Hex
    kicker_ink: Hex
    slot: Hex
    slot_ink: Hex


class PosterTheme(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result poster: sizes in pixels of a canvas of 1080 by 1440."""

    margin: Annotated[int, Meta(ge=24, le=160)]
    gap: Annotated[int, Meta(ge=8, le=48)]
    radius: Px
    kicker_size: TextPx
    title_size: TextPx
    subtitle_size: TextPx
    headline_size: TextPx
    label_size: TextPx
    figure_size: TextPx
    card_size: TextPx
    footer_size: TextPx
    colours: PosterColours


class Theme(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole theme; `name` is its folder's."""

    name: str = ""
    title: str
    lower_third: CardTheme
    poster: PosterTheme


def overlays_folder() -> Path:
    """Where the themes are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "overlays"
    return installed if installed.is_dir() else package.parent / "overlays"


def theme_names() -> list[str]:
    """The themes that are there, in alphabetical order."""
    return sorted(
        path.parent.name
        for path in overlays_folder().glob("*/theme.toml")
        if _NAME.fullmatch(path.parent.name)
    )


def theme_folder(name: str) -> Path:
    """The folder of a theme.

    Raises:
        NotFound: There is no such theme, or it cannot be the name of one.
    """
    if not _NAME.fullmatch(name) or name not in theme_names():
        known = ", ".join(theme_names())
        raise NotFound("no_such_theme", f"There is no such theme. Themes here are: {known}.")
    return overlays_folder() / name


@lru_cache(maxsize=16)
def load_theme(name: str = "plateau") -> Theme:
    """The theme of this name, read once.

    Raises:
        NotFound: There is no such theme.
        BadConfig: Its theme.toml is wrong; the sentence names the key.
    """
    return read_theme(theme_folder(name) / "theme.toml")


def read_theme(file: Path) -> Theme:
    """Reads and checks one theme.toml.

    Raises:
        BadConfig: The sentence names the file, the key, and what to write instead.
    """
    source = f"{file.parent.name}/{file.name}"
    try:
        tables = msgspec.toml.decode(file.read_bytes())
        _refuse_unknown(tables, source)
        theme = msgspec.convert({**tables, "name": file.parent.name}, Theme)
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig("bad_theme", f"The theme {source} cannot be read: {error}") from error
    except msgspec.ValidationError as error:
        raise BadConfig("bad_theme", f"{source}: {_sentence(error)}") from error
    except msgspec.DecodeError as error:
        raise BadConfig("bad_theme", f"{source} is not valid TOML: {error}") from error
    _check_places(theme.lower_third, source)
    return theme


def _refuse_unknown(tables: dict[str, Any], source: str) -> None:
    for path, key, known in _unknown_keys(tables, Theme, ""):
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
        raise BadConfig("bad_theme", f"{source}: {path}{key} is not known. {hint}")


def _unknown_keys(table: Any, struct: type, path: str) -> Iterator[tuple[str, str, list[str]]]:
    info = type_info(struct)
    if not isinstance(table, dict) or not isinstance(info, StructType):
        return
    fields = {field.name: field.type for field in info.fields if f"{path}{field.name}" != "name"}
    for key, value in table.items():
        inner = fields.get(key)
        if inner is None:
            yield path, key, list(fields)
        elif isinstance(inner, StructType):
            yield from _unknown_keys(value, inner.cls, f"{path}{key}.")


def _sentence(error: msgspec.ValidationError) -> str:
    """The key goes first, and a pattern is told as what it asks for."""
    what, _, path = str(error).partition(" - at `$.")
    if "matching regex" in what:
        what = 'Write a colour like "#0b1d33", or "#0b1d33e6" with its opacity'
    return f"{path.rstrip('`')}: {what}." if path else f"{what}."


def _check_places(card: CardTheme, source: str) -> None:
    """The card lies on the canvas, and what it holds lies on the card."""
    if card.left + card.width > CANVAS[0] or card.bottom + card.height > CANVAS[1]:
        raise BadConfig(
            "bad_theme", f"{source}: lower_third reaches beyond the canvas of 1920 by 1080."
        )
    rows = card.row_height + card.price_row_height + 2 * card.title_size
    if card.picture + 2 * card.padding > card.height or rows + 2 * card.padding > card.height:
        raise BadConfig(
            "bad_theme",
            f"{source}: lower_third.height is too small for its picture and rows. Make it larger.",
        )
    if card.width - card.picture - card.edge_width - 2 * card.padding - card.gap < 200:
        raise BadConfig(
            "bad_theme", f"{source}: lower_third.width leaves under 200 px for text. Widen it."
        )
