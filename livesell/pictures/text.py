"""Setting text: what fits into a box, where a line breaks, and where the ellipsis goes.

Chinese breaks between any two characters but never before a closing mark or after an opening
one; Latin breaks between words. Nothing that is set here ever leaves its box.
"""

import re
import unicodedata

from msgspec import Struct
from msgspec.structs import replace
from PIL import ImageDraw

from livesell.pictures import fonts
from livesell.pictures.canvas import Colour

ELLIPSIS = "…"

# Source: GB/T 15834-2011, 5.1: these marks do not begin a line, those do not end one.
_NEVER_FIRST = frozenset("，。、；：！？…—·％%）】》〉」』”’)]}>,.;:!?~～")
_NEVER_LAST = frozenset("（【《〈「『“‘([{<¥￥$€£#＃")

# Han, kana, bopomofo, hangul and full-width forms: a line may break on either side.
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

# Half the height of the em box above its baseline, less half below it: the offset from a line's
# middle to its baseline that looks centred for Han glyphs, capitals and digits alike.
_MIDDLE_TO_BASELINE = 0.37

LINE_HEIGHT = 1.28


class Style(Struct, frozen=True):
    """One weight in one size."""

    weight: int
    size_px: int

    def width(self, text: str) -> float:
        return fonts.width_px(text, self.weight, self.size_px)


class Block(Struct, frozen=True, kw_only=True):
    """Lines that fit their box, in the size that was found for them.

    There is always at least one line; `is_whole` says that nothing was cut away.
    """

    lines: tuple[str, ...]
    style: Style
    is_whole: bool = True

    @property
    def width_px(self) -> float:
        return max(self.style.width(line) for line in self.lines)

    @property
    def line_px(self) -> int:
        return round(self.style.size_px * LINE_HEIGHT)

    @property
    def height_px(self) -> int:
        return self.line_px * len(self.lines)


def clusters(text: str) -> list[str]:
    """Characters with the marks that belong to them, which no break may part."""
    found: list[str] = []
    for char in text:
        if found and (unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")):
            found[-1] += char
        else:
            found.append(char)
    return found


def drawable(text: str) -> str:
    """The text on one line, without what the font cannot draw."""
    kept = "".join(
        cluster for cluster in clusters(text) if all(fonts.has_glyph(char) for char in cluster)
    )
    return " ".join(kept.split())


def pieces(text: str) -> list[str]:
    """The parts between which a line may break; each keeps the blank that follows it."""
    found: list[str] = []
    for cluster in clusters(text):
        if found and _sticks(found[-1], cluster):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _sticks(before: str, cluster: str) -> bool:
    """Whether no break is allowed between the piece before and this cluster."""
    if cluster[0] == " " or cluster[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST:
        return True
    if before[-1] == " ":
        return False
    return not (_WIDE.match(before[-1]) or _WIDE.match(cluster[0]))


def shortened(text: str, style: Style, width_px: float) -> str:
    """The text on one line, cut with an ellipsis when it is too wide; empty when nothing fits."""
    if style.width(text) <= width_px:
        return text
    parts = clusters(text)
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        if style.width(_cut(parts, middle)) <= width_px:
            low = middle
        else:
            high = middle - 1
    if low == 0:
        return ELLIPSIS if style.width(ELLIPSIS) <= width_px else ""
    return _cut(parts, low)


def _cut(parts: list[str], count: int) -> str:
    return "".join(parts[:count]).rstrip(" ，、,.") + ELLIPSIS


def wrapped(text: str, style: Style, width_px: float, max_lines: int) -> tuple[list[str], bool]:
    """Lines of at most this width, and whether the whole text is in them."""
    lines = [""]
    for piece in _narrow_pieces(text, style, width_px):
        if not lines[-1] or style.width((lines[-1] + piece).rstrip()) <= width_px:
            lines[-1] += piece
        else:
            lines.append(piece)
    trimmed = [line.rstrip() for line in lines]
    if any(style.width(line) > width_px for line in trimmed):
        return [shortened(text, style, width_px)], False
    if len(lines) <= max_lines:
        return trimmed, True
    kept, rest = lines[: max_lines - 1], "".join(lines[max_lines - 1 :])
    return [*(line.rstrip() for line in kept), shortened(rest, style, width_px)], False


def _narrow_pieces(text: str, style: Style, width_px: float) -> list[str]:
    """The pieces; one that alone is wider than the line is broken between its characters."""
    found: list[str] = []
    for piece in pieces(text):
        is_narrow = style.width(piece.rstrip()) <= width_px
        found.extend([piece] if is_narrow else clusters(piece))
    return found


def fitted(
    text: str, weight: int, *, size_px: int, min_size_px: int, width_px: float, max_lines: int = 1
) -> Block:
    """The text in the largest size that fits, cut with an ellipsis when even the least does not."""
    clean = drawable(text)
    for size in (*range(size_px, min_size_px, -2), min_size_px):
        style = Style(weight, size)
        lines, is_whole = wrapped(clean, style, width_px, max_lines)
        if is_whole:
            break
    return Block(lines=tuple(lines), style=style, is_whole=is_whole)


def balanced(block: Block, text: str, width_px: float) -> Block:
    """Two lines of about the same width, parted after a blank or a mark where there is one."""
    if len(block.lines) != 2 or not block.is_whole:
        return block
    parts = pieces(drawable(text))
    halves = [("".join(parts[:at]).rstrip(), "".join(parts[at:])) for at in range(1, len(parts))]
    fitting = [pair for pair in halves if max(map(block.style.width, pair)) <= width_px]
    good = [pair for pair in fitting if _WIDE.match(pair[0][-1]) is None or pair[0][-1] in "，：。"]
    found = min(good or fitting, key=lambda pair: max(map(block.style.width, pair)), default=None)
    return block if found is None else replace(block, lines=found)


def baseline(top_px: float, height_px: float, size_px: float) -> float:
    """Where text stands that looks centred in a row of this height."""
    return top_px + height_px / 2 + size_px * _MIDDLE_TO_BASELINE


def write(
    draw: ImageDraw.ImageDraw,
    xy: tuple[float, float],
    line: str,
    style: Style,
    fill: Colour | int,
    anchor: str = "ls",
) -> None:
    """Draws one line; `xy` is on its baseline, at the left, middle or right as `anchor` says."""
    with fonts.LOCK:
        draw.text(
            (round(xy[0]), round(xy[1])),
            line,
            font=fonts.font(style.weight, style.size_px),
            fill=fill,
            anchor=anchor,
        )
