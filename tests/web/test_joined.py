"""Joining a page's modules: the same order, the same names, and nothing that is not understood."""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from livesell.web.assets import read_folder
from livesell.web.joined import join_page, read_module
from livesell.web.server import ASSETS
from livesell.web.viewer_page import FILE

PAGE = """<head>
    <link rel="stylesheet" href="{{assets}}/a.css">
    <link rel="stylesheet" href="{{assets}}/b.css">
    <script type="module" src="{{assets}}/main.js"></script>
</head>
"""
FILES = {
    "a.css": b"/* about */\na { color: red }\n",
    "b.css": b"b { content: '/* kept */' }\n",
    "main.js": b"""/** The entry. */
import "./effect.js";
import settings from "./settings.js";
import {
  first, second as another,
} from "./pair.js";

export const told = `${settings.name} ${first(another)} // kept`;
globalThis.order.push("main");
export const later = () => import("./later.js");
export const alsoLater = () => import("./also.js");
""",
    "effect.js": b'globalThis.order.push("effect");\n',
    "settings.js": b'// A setting.\nexport default {\n  name: "n",\n};\n',
    "pair.js": b"""import "./effect.js";
globalThis.order.push("pair");
export function first(value) {
  return value + 1;
}
export const second = 1;
""",
    "later.js": b"""import { first } from "./pair.js";
import { Shared } from "./shared.js";
export class Later extends Shared {}
export const three = first(2);
""",
    "also.js": b"""import { Shared } from "./shared.js";
export async function make() {
  return new Shared();
}
""",
    "shared.js": b'globalThis.order.push("shared");\nexport class Shared {}\n',
}

NODE = pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="there is no node here"
)


def run(folder: Path, script: str) -> str:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def written(folder: Path, files: dict[str, bytes]) -> None:
    (folder / "package.json").write_text('{"type": "module"}')
    for name, body in files.items():
        (folder / name).write_bytes(body)


def test_a_page_names_one_style_and_one_module() -> None:
    joined = join_page(PAGE, FILES)
    assert re.findall(r'(?:href|src)="([^"]+)"', joined.html) == [
        "{{assets}}/main-joined.css",
        "{{assets}}/main-joined.js",
    ]
    assert joined.files["main-joined.css"] == b"a { color: red }\nb { content: '/* kept */' }\n"
    assert set(joined.files) == {
        "main-joined.css", "main-joined.js", "main-joined-later.js", "main-joined-also.js",
    }  # fmt: skip


@NODE
def test_joined_modules_do_what_the_modules_do(tmp_path: Path) -> None:
    script = """
globalThis.order = [];
const main = await import("./ENTRY");
const [{ Later, three }, { make }] = [await main.later(), await main.alsoLater()];
const isShared = (await make()).constructor === Object.getPrototypeOf(Later);
console.log(JSON.stringify([main.told, three, isShared, globalThis.order]));
"""
    written(tmp_path, FILES)
    plain = json.loads(run(tmp_path, script.replace("ENTRY", "main.js")))
    joined = join_page(PAGE, FILES).files
    # The entry of a page gives nothing to anyone; here the test wants to see what it has made.
    joined["main-joined.js"] += b'export const { told, later, alsoLater } = $modules["main.js"];\n'
    written(tmp_path, joined)
    assert json.loads(run(tmp_path, script.replace("ENTRY", "main-joined.js"))) == plain
    assert plain == ["n 2 // kept", 3, True, ["effect", "pair", "main", "shared"]]


@pytest.mark.parametrize(
    "source",
    [
        "export let changing = 1;\n",
        'export { a } from "./b.js";\n',
        'export * from "./b.js";\n',
        'import * as all from "./b.js";\n',
        'import a, { b } from "./b.js";\n',
        'import data from "./b.json" with { type: "json" };\n',
        'import { a } from "../b.js";\n',
        'import { a } from "/b.js";\n',
        "export const [a, b] = [1, 2];\n",
    ],
)
def test_a_form_that_is_not_known_names_its_file(source: str) -> None:
    with pytest.raises(ValueError, match=r"odd\.js: this cannot be joined"):
        read_module("odd.js", source)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"main.js": b'import "./a.js";\n', "a.js": b'import "./main.js";\n'}, "imports itself"),
        ({"main.js": b'import("./a.js");\n', "a.js": b"export default 1;\n"}, "no|not have"),
    ],
)
def test_what_would_run_differently_stops_it(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        join_page(PAGE, {**FILES, **files})


def test_a_file_that_is_not_there_stops_it() -> None:
    with pytest.raises(KeyError):
        join_page(PAGE, {**FILES, "main.js": b'import "./gone.js";\n'})


@NODE
def test_the_viewers_page_can_be_joined_and_is_understood(tmp_path: Path) -> None:
    files = read_folder(ASSETS)
    joined = join_page(files[FILE].decode(), files)
    written(tmp_path, joined.files)
    for name in joined.files:
        if name.endswith(".js"):
            subprocess.run(["node", "--check", name], cwd=tmp_path, check=True)
    assert b"/**" not in b"".join(joined.files.values())


def test_styles_that_are_loaded_together_are_one_file() -> None:
    files = {
        **FILES,
        "main.js": b'const add = () => stylesheet("a.css", "b.css");\nadd(stylesheet("b.css"));\n',
    }
    joined = join_page(PAGE, files)
    script = joined.files["main-joined.js"]
    assert b'=> stylesheet("main-joined-a.css");' in script
    assert b'add(stylesheet("b.css"))' in script
    assert joined.files["main-joined-a.css"] == joined.files["main-joined.css"]


# What the whole page may weigh with everything of buying, the HTML and the words with it.
# Source: the promise of 60 kB compressed before images and video.
MAX_BYTES = 60_000


# What is no module and comes later, as in `viewer.js`.
LATER = (
    "sheet.css", "share.css",
    "messages-zh.js", "messages-buying-zh.js", "messages-share-zh.js", "messages-remind-zh.js",
    "after.css", "messages-after-zh.js",
)  # fmt: skip


def test_the_viewers_page_keeps_its_promised_weight() -> None:
    files = read_folder(ASSETS)
    joined = join_page(files[FILE].decode(), files)
    whole = {
        **{name: body for name, body in joined.files.items() if "ribbon" not in name},
        "viewer.html": joined.html.encode(),
        **{name: files[name] for name in LATER},
    }
    weights = {name: len(gzip.compress(body, 9)) for name, body in whole.items()}
    heaviest = sorted(weights.items(), key=lambda one: -one[1])
    assert sum(weights.values()) <= MAX_BYTES, (sum(weights.values()), heaviest)
