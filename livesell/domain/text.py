"""Text that people type: cleaned on the way in, so that no page or picture meets a surprise.

Pages only ever use `textContent`, so markup could do no harm there; it is refused all the same,
because a title travels to posters, spreadsheets and other shops' pages.
"""

import re
import unicodedata

from livesell.errors import BadInput

# A tag, a comment or a declaration; "5 < 6" stays legal.
_MARKUP = re.compile(r"<[A-Za-z/!?]")

# Overrides of the writing direction can make "1.00" read as "00.1" (Source: UAX #9, 2.1-2.6).
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(value: str, field: str, *, max_chars: int, required: bool = False) -> str:
    """One line of text, NFC-normalised and stripped.

    Raises:
        BadInput: Too long, empty when required, or with control characters or markup.
    """
    return _clean(value, field, max_chars=max_chars, required=required, allowed="")


def clean_block(value: str, field: str, *, max_chars: int) -> str:
    """Several lines of text; line feeds are kept, carriage returns are not."""
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    return _clean(unified, field, max_chars=max_chars, required=False, allowed="\n")


def _clean(value: str, field: str, *, max_chars: int, required: bool, allowed: str) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    label = field.replace("_", " ")
    if required and not any(_is_visible(char) for char in text):
        raise BadInput.field(field, f"The {label} is empty. Write something.", "empty_text")
    if len(text) > max_chars:
        raise BadInput.field(
            field,
            f"The {label} has {len(text)} characters; {max_chars} is the most.",
            "text_too_long",
        )
    if any(is_control(char) for char in text if char not in allowed):
        raise BadInput.field(
            field,
            f"The {label} contains control characters. Type it again as plain text.",
            "control_characters",
        )
    if _MARKUP.search(text):
        raise BadInput.field(
            field, f"The {label} contains markup such as <b>. Use plain text.", "markup"
        )
    return text


def _is_visible(char: str) -> bool:
    """Blanks and joiners alone are no title."""
    return unicodedata.category(char) not in ("Cf", "Zs")


def is_control(char: str) -> bool:
    """Whether it shows nothing and does something, such as turning the writing around."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _DIRECTION_OVERRIDES


def mask_name(name: str) -> str:
    """A name as strangers may see it: the first character, then stars ("苗**", "T**")."""
    return f"{name[0]}**" if name else "**"
