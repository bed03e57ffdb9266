"""Pictures, drawn by Pillow from a theme's data: overlay still, result poster, share card.

Everything here is plain CPU work without waiting: callers run it in an executor, never on the
loop that carries viewers. Nothing here opens a network address. Read `theme.py` next, then
`lower_third.py`, `poster.py` and `share_card.py`; `scenes.py` turns what the store knows into what
is drawn.
"""

from livesell.pictures.fonts import FontCheck, check_fonts, missing_glyphs
from livesell.pictures.lower_third import LowerThird, lower_third
from livesell.pictures.poster import PosterData, TopCard, result_poster
from livesell.pictures.scenes import poster_of, scene_of, share_card_of
from livesell.pictures.share_card import ShareCard, share_card
from livesell.pictures.theme import Theme, load_theme, theme_folder, theme_names

__all__ = [
    "FontCheck",
    "LowerThird",
    "PosterData",
    "ShareCard",
    "Theme",
    "TopCard",
    "check_fonts",
    "load_theme",
    "lower_third",
    "missing_glyphs",
    "poster_of",
    "result_poster",
    "scene_of",
    "share_card",
    "share_card_of",
    "theme_folder",
    "theme_names",
]
