"""The result poster of an ended session: one large figure, a grid, the best cards, a footer.

Blocks are stacked from the bottom up; the mountains take what height is left, so a poster with
little to tell is as full as one with much. Every text shrinks into its box, and is cut with an
ellipsis only when even the smallest size is too wide.
"""

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct
from PIL import Image, ImageDraw

from livesell.pictures import qr
from livesell.pictures.canvas import Box, Colour, colour, paste_rounded, png, vertical
from livesell.pictures.fonts import BLACK, BOLD, MEDIUM, REGULAR
from livesell.pictures.masthead import (
    kicker_height,
    paint_sky,
    title_block,
    write_kicker,
    write_shadowed,
)
from livesell.pictures.text import LINE_HEIGHT, Block, baseline, fitted, write
from livesell.pictures.theme import POSTER, PosterTheme, Theme

MAX_FIGURES = 6
MAX_CARDS = 3

# Heights of the blocks; the sizes of a theme's texts shrink into them.
_HEADLINE_PX = 180
_FIGURE_PX = 106
_CARD_PX = 58
_HEADING_PX = 44
_FOOTER_PX = 70

# The QR code's least size; a long address makes a larger one, and the block grows with it.
_CODE_PX = 124

# The masthead begins below the flags.
_MASTHEAD_TOP_PX = 104


class TopCard(Struct, frozen=True, kw_only=True):
    """One of the best-selling cards; `units_text` says how many were ordered."""

    slot: int
    title: str
    units_text: str


class PosterData(Struct, frozen=True, kw_only=True):
    """What the poster says, in words for everyone.

    Attributes:
        kicker: The word at the top, such as "直播战报".
        headline: The one large figure, and what it is.
        figures: Label and value; the first six are shown.
        cards: The first three are shown, under `cards_label`.
        qr_text: What the QR code holds; None leaves it out.
    """

    title: str
    host: str
    date_text: str
    kicker: str
    headline: tuple[str, str]
    figures: tuple[tuple[str, str], ...] = ()
    cards_label: str = ""
    cards: tuple[TopCard, ...] = ()
    footer: str = ""
    qr_text: str | None = None


@lru_cache(maxsize=8)
def result_poster(theme: Theme, result: PosterData) -> bytes:
    """A PNG of 1080 by 1440."""
    return png(_Poster(theme.poster, result).drawn().convert("RGB"))


class _Poster:
    def __init__(self, theme: PosterTheme, result: PosterData) -> None:
        self.theme = theme
        self.result = result
        self.left = theme.margin
        self.right = POSTER[0] - theme.margin
        self.image = Image.new("RGBA", POSTER, colour(theme.colours.ground))
        self.draw = ImageDraw.Draw(self.image)
        self.code = qr.code(result.qr_text, _CODE_PX) if result.qr_text else None

    def drawn(self) -> Image.Image:
        blocks = self._blocks()
        height = sum(height for height, _ in blocks) + self.theme.gap * len(blocks)
        top = POSTER[1] - height - self.theme.gap // 2
        title = title_block(self.result.title, self.theme.title_size, self.right - self.left)
        self._sky(top + self.theme.gap * 2, self._masthead_height(title))
        self._masthead(title)
        for block_height, draw in blocks:
            draw(top)
            top += block_height + self.theme.gap
        return self.image

    def _blocks(self) -> list[tuple[int, Callable[[int], None]]]:
        """Height and drawing of each block that has something to say, from the top down."""
        result = self.result
        blocks: list[tuple[int, Callable[[int], None]]] = [(_HEADLINE_PX, self._headline)]
        rows = len(_rows(len(result.figures[:MAX_FIGURES])))
        if rows:
            height = rows * _FIGURE_PX + (rows - 1) * self._inner_gap()
            blocks.append((height, self._figures))
        if result.cards:
            count = len(result.cards[:MAX_CARDS])
            blocks.append((_HEADING_PX + count * _CARD_PX, self._cards))
        code_height = 0 if self.code is None else self.code.height
        blocks.append((max(_FOOTER_PX, code_height), self._footer))
        return blocks

    def _inner_gap(self) -> int:
        return self.theme.gap * 2 // 3

    def _ink(self, name: str) -> Colour:
        return colour(getattr(self.theme.colours, name))

    # --- the picture ---------------------------------------------------------------------

    def _sky(self, height: int, masthead_height: int) -> None:
        """The mountains rise as far as the words above them allow."""
        range_px = max(120, min(height - masthead_height, 480))
        paint_sky(self.image, self.theme.colours, height, range_px)

    def _masthead_height(self, title: Block) -> int:
        line = round(self.theme.subtitle_size * LINE_HEIGHT)
        return (
            _MASTHEAD_TOP_PX
            + kicker_height(self.theme.kicker_size)
            + 18
            + title.height_px
            + 8
            + line
        )

    def _masthead(self, title: Block) -> None:
        """Kicker, title and who and when, above the mountains."""
        colours, size = self.theme.colours, self.theme.kicker_size
        write_kicker(self.image, colours, self.result.kicker, (self.left, _MASTHEAD_TOP_PX), size)
        top = _MASTHEAD_TOP_PX + kicker_height(self.theme.kicker_size) + 18
        write_shadowed(self.image, colours, title, (self.left, top))
        about = "  ·  ".join(part for part in (self.result.host, self.result.date_text) if part)
        size, width = self.theme.subtitle_size, self.right - self.left
        block = fitted(about, MEDIUM, size_px=size, min_size_px=size * 2 // 3, width_px=width)
        write_shadowed(self.image, colours, block, (self.left, top + title.height_px + 8))

    # --- the blocks ----------------------------------------------------------------------

    def _headline(self, top: int) -> None:
        label, value = self.result.headline
        box = (self.left, top, self.right, top + _HEADLINE_PX)
        paste_rounded(self.image, box, self.theme.radius, self._ink("panel"))
        self._centred(label, MEDIUM, self.theme.label_size + 2, box, top + 16, 40, "muted")
        width, height = self.right - self.left, _HEADLINE_PX - 48
        size = self.theme.headline_size
        block = fitted(value, BLACK, size_px=size, min_size_px=30, width_px=width - 60)
        mask = Image.new("L", (width, height), 0)
        at = (width / 2, baseline(0, height - 8, block.style.size_px))
        write(ImageDraw.Draw(mask), at, block.lines[0], block.style, 255, "ms")
        shades = vertical(width, height, (self._ink("headline"), self._ink("headline_end")))
        shades.putalpha(mask)
        self.image.alpha_composite(shades, (self.left, top + 48))

    def _figures(self, top: int) -> None:
        """Rows of cells; each row fills the whole width."""
        figures, gap = list(self.result.figures[:MAX_FIGURES]), self._inner_gap()
        for count in _rows(len(figures)):
            row, figures = figures[:count], figures[count:]
            width = (self.right - self.left - gap * (count - 1)) / count
            for at, figure in enumerate(row):
                left = self.left + round(at * (width + gap))
                self._cell((left, top, left + round(width), top + _FIGURE_PX), *figure)
            top += _FIGURE_PX + gap

    def _cell(self, box: Box, label: str, value: str) -> None:
        top, theme = box[1], self.theme
        paste_rounded(self.image, box, theme.radius * 3 // 4, self._ink("panel"))
        self._centred(value, BOLD, theme.figure_size, box, top + 9, 56, "ink")
        self._centred(label, REGULAR, theme.label_size, box, top + 62, 34, "muted")

    def _centred(
        self, text: str, weight: int, size: int, box: Box, top: int, height: int, ink: str
    ) -> None:
        width = box[2] - box[0] - 32
        block = fitted(text, weight, size_px=size, min_size_px=max(14, size // 2), width_px=width)
        at = ((box[0] + box[2]) / 2, baseline(top, height, block.style.size_px))
        write(self.draw, at, block.lines[0], block.style, self._ink(ink), "ms")

    def _cards(self, top: int) -> None:
        size = self.theme.label_size + 2
        heading = fitted(
            self.result.cards_label, BOLD, size_px=size, min_size_px=16,
            width_px=self.right - self.left,
        )  # fmt: skip
        foot = baseline(top, _HEADING_PX - 8, size)
        write(self.draw, (self.left, foot), heading.lines[0], heading.style, self._ink("headline"))
        for at, card in enumerate(self.result.cards[:MAX_CARDS]):
            self._card_row(card, top + _HEADING_PX + at * _CARD_PX)

    def _card_row(self, card: TopCard, top: int) -> None:
        """Slot number, title, units; a hair line above."""
        theme, height = self.theme, _CARD_PX
        self.draw.line((self.left, top, self.right, top), fill=self._ink("panel")[:3], width=2)
        self._slot(card.slot, top)
        size = theme.card_size
        units = fitted(card.units_text, BOLD, size_px=size, min_size_px=18, width_px=260)
        foot = baseline(top, height, size)
        write(self.draw, (self.right, foot), units.lines[0], units.style, self._ink("ink"), "rs")
        left = self.left + 92
        room = self.right - left - units.style.width(units.lines[0]) - 24
        title = fitted(card.title, MEDIUM, size_px=size, min_size_px=size * 4 // 5, width_px=room)
        write(self.draw, (left, foot), title.lines[0], title.style, self._ink("ink"))

    def _slot(self, slot: int, top: int) -> None:
        height, width = _CARD_PX - 22, 72
        box = (self.left, top + 11, self.left + width, top + 11 + height)
        paste_rounded(self.image, box, 10, self._ink("slot"))
        number = fitted(str(slot), BLACK, size_px=28, min_size_px=16, width_px=width - 8)
        at = (self.left + width / 2, baseline(box[1], height, number.style.size_px))
        write(self.draw, at, number.lines[0], number.style, self._ink("slot_ink"), "ms")

    def _footer(self, top: int) -> None:
        room, height = self.right - self.left, _FOOTER_PX
        if self.code is not None:
            self.image.alpha_composite(self.code, (self.right - self.code.width, top))
            room, height = room - self.code.width - 32, self.code.height
        size = self.theme.footer_size
        block = fitted(
            self.result.footer, REGULAR, size_px=size, min_size_px=size * 3 // 4, width_px=room,
            max_lines=2,
        )  # fmt: skip
        line_top = top + (height - block.height_px) / 2
        for line in block.lines:
            at = (self.left, baseline(line_top, block.line_px, block.style.size_px))
            write(self.draw, at, line, block.style, self._ink("muted"))
            line_top += block.line_px


def _rows(count: int) -> list[int]:
    """How many figures stand in each row: at most three, and four as two and two."""
    if count == 4:
        return [2, 2]
    return [3] * (count // 3) + ([count % 3] if count % 3 else [])
