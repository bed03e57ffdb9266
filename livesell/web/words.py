"""The words of the pages, where the service itself writes them: languages and catalogues.

They stand in the same files that pages load (`assets/languages.js`, `assets/messages-*.js`), so no
sentence is written twice. Read once at start; a file that cannot be read stops the start.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

Catalogue = dict[str, dict[str, str | dict[str, str]]]

LANGUAGES_FILE = "languages.js"

# What somebody reads whose language is none of ours.
ELSE = "en"

_FILE = re.compile(r"messages-(?:([a-z-]+)-)?([a-z]{2,3})\.js")

# A text, a comment, a key without quotes, or a comma before a bracket.
_TOKEN = re.compile(
    r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|([A-Za-z_$][\w$]*|\d+)(?=\s*:)|,(?=\s*[}\]])',
    re.DOTALL,
)
_NAME = re.compile(r"\{(\w+)\}")


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of `languages.js`, where the fields are explained."""

    tag: str
    locale: str
    name: str
    short: str
    instead: tuple[str, ...]


class Sentences:
    """The sentences of one language, with others where it lacks them."""

    def __init__(self, language: str, tag: str, locale: str, words: Catalogue) -> None:
        self.language = language
        self.tag = tag
        self.locale = locale
        self.words = words

    def knows(self, key: str) -> bool:
        section, _, name = key.partition(".")
        return name in self.words.get(section, {})

    def say(self, key: str, **names: str) -> str:
        """The sentence for a key such as "viewer.host"; a missing key shows itself."""
        section, _, name = key.partition(".")
        found = self.words.get(section, {}).get(name, key)
        sentence = found if isinstance(found, str) else found["other"]
        return _NAME.sub(lambda match: names.get(match[1], match[0]), sentence)


class Words:
    """All languages, from the files of the assets' folder."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        told = exported(files[LANGUAGES_FILE])
        self.languages = msgspec.convert(told, dict[str, Language])
        self._catalogues = {
            (part, language): exported(files[name]) for name, part, language in _named(files)
        }

    @property
    def default(self) -> str:
        return next(iter(self.languages))

    def sentences(self, language: str) -> Sentences:
        """What the viewer's page is rendered with."""
        found = self.languages[language]
        return Sentences(language, found.tag, found.locale, self.catalogue("", language))

    def catalogue(self, part: str, language: str) -> Catalogue:
        """The words of one part of the pages, whole: the language's own before those instead."""
        whole: Catalogue = {}
        for one in reversed((language, *self.languages[language].instead)):
            for section, words in self._catalogues.get((part, one), {}).items():
                whole.setdefault(section, {}).update(words)
        return whole

    def completed(self) -> dict[str, bytes]:
        """The files of catalogues that lack something, made whole, so that a page in such a
        language loads one file a part like any other.
        """
        made = {}
        for part in {part for part, _ in self._catalogues}:
            for language in self.languages:
                whole = self.catalogue(part, language)
                if whole != self._catalogues.get((part, language)):
                    made[_file(part, language)] = _module(whole)
        return made

    def chosen(self, wish: str, accepted: str) -> str:
        """The language for somebody.

        Args:
            wish: What the address asks for, or an empty text.
            accepted: The header `Accept-Language`, or an empty text.
        """
        ours = (self._known(tag) for tag in (wish, *_by_preference(accepted)))
        found = next((language for language in ours if language is not None), None)
        if found is not None:
            return found
        return ELSE if accepted.strip(" *") and ELSE in self.languages else self.default

    def _known(self, tag: str) -> str | None:
        primary = tag.strip().lower().partition("-")[0]
        return primary if primary in self.languages else None


def exported(module: bytes) -> dict[str, Any]:
    """The value of a module that is one `export default` of plain texts, lists and objects.

    Raises:
        msgspec.MsgspecError: It holds anything else.
    """
    _, _, value = module.decode().partition("export default")
    text = _TOKEN.sub(_as_json, value.strip().removesuffix(";"))
    return msgspec.json.decode(text, type=dict[str, Any])


def _as_json(token: re.Match[str]) -> str:
    text, key = token.groups()
    return text or (f'"{key}"' if key else "")


def _named(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    for name in files:
        found = _FILE.fullmatch(name)
        if found is not None:
            yield name, found[1] or "", found[2]


def _file(part: str, language: str) -> str:
    return "-".join(filter(None, ("messages", part, language))) + ".js"


def _module(words: Catalogue) -> bytes:
    return b"export default " + json.dumps(words, ensure_ascii=False).encode() + b";\n"


def _by_preference(accepted: str) -> list[str]:
    """The tags of an `Accept-Language`, the dearest first; those at zero are left out.

    Source: RFC 9110, 12.5.4.
    """
    weighed = []
    # A header of ours has a handful; a thousand would be somebody's joke.
    for place, entry in enumerate(accepted[:400].split(",")):
        tag, _, weight = entry.partition(";")
        quality = _quality(weight)
        if quality > 0:
            weighed.append((-quality, place, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _quality(weight: str) -> float:
    found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
    if found is None:
        return 1.0 if not weight.strip() else 0.0
    return float(found[1])
