"""A page's HTML as a template: `{{name}}` for values, `data-t` for words.

The templates are our own files; what comes from outside are the values, and those are escaped
here, so whoever fills a template cannot forget it.
"""

import html
import re
from collections.abc import Mapping

from livesell.web.words import Sentences

_PLACE = re.compile(r"\{\{(\w+)\}\}")

# An element that names its text and has none yet, and an element that names its label.
_TEXT = re.compile(r'(<(\w+)\b[^>]*\bdata-t="([\w.]+)"[^>]*>)(</\2>)')
_LABEL = re.compile(r'\bdata-t-label="([\w.]+)"')

# What would end a script element or begin a comment in it, and the two characters that are line
# ends in JavaScript and not in JSON. Source: WHATWG HTML, 4.12.1.3; ECMA-262, 12.3.
_IN_SCRIPT = {
    b"<": b"\\u003c",
    b">": b"\\u003e",
    b"&": b"\\u0026",
    "\u2028".encode(): b"\\u2028",
    "\u2029".encode(): b"\\u2029",
}


class Data(bytes):
    """JSON for a `<script type="application/json">`."""


class Markup(str):
    """HTML that is put in as it is; `element` makes it."""

    __slots__ = ()


Value = str | Data | Markup


def element(name: str, **attributes: str | None) -> Markup:
    """The start tag of an element; an attribute that is None is left out."""
    there = (
        f' {key}="{html.escape(value)}"' for key, value in attributes.items() if value is not None
    )
    return Markup(f"<{name}{''.join(there)}>")


def flag(name: str, *, is_set: bool) -> Markup:
    """An attribute without a value, such as `hidden`, or nothing."""
    return Markup(f" {name}" if is_set else "")


def in_words(template: str, sentences: Sentences) -> str:
    """The template with its words in one language, as `translate` of `i18n.js` would set them."""
    template = _TEXT.sub(
        lambda found: f"{found[1]}{html.escape(sentences.say(found[3]))}{found[4]}", template
    )
    return _LABEL.sub(
        lambda found: f'{found[0]} aria-label="{html.escape(sentences.say(found[1]))}"', template
    )


def filled(template: str, values: Mapping[str, Value]) -> bytes:
    """The page with every place filled.

    Raises:
        KeyError: A place has no value.
    """
    return _PLACE.sub(lambda found: _safe(values[found[1]]), template).encode()


def _safe(value: Value) -> str:
    if isinstance(value, Data):
        return in_script(value).decode()
    return value if isinstance(value, Markup) else html.escape(value)


def in_script(json_text: bytes) -> bytes:
    """The same JSON, with nothing in it that means something to a page."""
    for character, escaped in _IN_SCRIPT.items():
        json_text = json_text.replace(character, escaped)
    return json_text
