"""Languages and catalogues: one line and its files make a language, and no sentence is missing."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from livesell.web.assets import Assets, read_folder
from livesell.web.server import ASSETS
from livesell.web.viewer_page import ViewerPages
from livesell.web.words import Words, exported

FILES = read_folder(ASSETS)

# What somebody adds for Tibetan: one line, and a catalogue that is not finished.
BO = b"""
export default {
  zh: { tag: "zh-CN", locale: "zh-CN", name: "Z", short: "Z", instead: ["en"] },
  en: { tag: "en", locale: "en-GB", name: "E", short: "E", instead: ["zh"] },
  bo: { tag: "bo-CN", locale: "bo-CN", name: "B", short: "B", instead: ["zh", "en"] },
};
"""
CATALOGUES = {
    "languages.js": BO,
    "messages-zh.js": b'export default { a: { one: "zh 1", two: "zh 2" } };',
    "messages-en.js": b'export default { a: { one: "en 1", three: "en 3" } };',
    "messages-bo.js": b'export default { a: { one: "bo 1" } };',
    "messages-buying-zh.js": b'export default { b: { one: "zh b" } };',
    "messages-buying-en.js": b'export default { b: { one: "en b" } };',
}


def test_a_new_language_says_in_others_what_it_lacks() -> None:
    words = Words(CATALOGUES)
    sentences = words.sentences("bo")
    assert [sentences.say(f"a.{key}") for key in ("one", "two", "three", "four")] == [
        "bo 1", "zh 2", "en 3", "a.four",
    ]  # fmt: skip
    assert sentences.knows("a.three")
    assert not sentences.knows("a.four")


def test_a_page_in_a_new_language_loads_one_whole_file_a_part() -> None:
    made = Words(CATALOGUES).completed()
    assert exported(made["messages-bo.js"]) == {
        "a": {"one": "bo 1", "two": "zh 2", "three": "en 3"}
    }
    assert exported(made["messages-buying-bo.js"]) == {"b": {"one": "zh b"}}


def test_a_new_language_needs_nothing_else_of_ours() -> None:
    """With one line and no catalogue at all, the real pages are there in it."""
    files = {**FILES, "languages.js": BO}
    words = Words(files)
    made = words.completed()
    assert {name for name in made if not name.endswith("-bo.js")} == set()
    assert exported(made["messages-buying-bo.js"]) == exported(files["messages-buying-zh.js"])
    ViewerPages(Assets({**files, **made}), words, "/assets/0")
    assert words.chosen("", "bo-CN, zh;q=0.8") == "bo"


def test_our_own_languages_are_whole_as_they_stand() -> None:
    assert Words(FILES).completed() == {}
    assert Words(FILES).default == "zh"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"export default [];",
        b"export default { a: `x` };",
        b'export default { a: "x" + "y" };',
    ],
)
def test_a_file_that_is_no_catalogue_stops_the_start(text: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        Words({**CATALOGUES, "messages-bo.js": text})


def test_comments_and_names_in_texts_stay_what_they_are() -> None:
    text = b"""/** A file. */
export default {
  // a comment: "with a text"
  a: { "b": "c: // no comment, d: {n} /* nor this */ \\" , }", 4500: "e", },
};
"""
    assert exported(text) == {
        "a": {"b": 'c: // no comment, d: {n} /* nor this */ " , }', "4500": "e"}
    }


@pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="there is no node here"
)
def test_the_service_reads_the_catalogues_as_a_browser_does(tmp_path: Path) -> None:
    names = sorted(name for name in FILES if name.startswith(("messages-", "languages")))
    script = tmp_path / "read.mjs"
    lines = [f'import f{i} from "file://{ASSETS / name}";' for i, name in enumerate(names)]
    all_of_them = ", ".join(f"f{i}" for i in range(len(names)))
    script.write_text("\n".join([*lines, f"console.log(JSON.stringify([{all_of_them}]));"]))
    done = subprocess.run(["node", script], capture_output=True, check=True)
    assert json.loads(done.stdout) == [exported(FILES[name]) for name in names]
