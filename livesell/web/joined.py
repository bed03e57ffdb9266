"""One page's styles and modules, each joined into one file when the service starts.

On a poor link a request costs more than what it brings: forty small modules are forty answers to
wait for. The sources stay plain modules that any browser runs as they are, and nothing is built
beforehand: a joined file is those sources one after the other, each in a function of its own, in
the order in which a browser would run them. What a page loads later is joined by itself and takes
what the page has already.

Only the few forms of `import` and `export` that our modules use are known. Anything else stops the
start with the file's name, and a test joins the real pages, so it is seen before.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

_SHEET = re.compile(r' *<link rel="stylesheet" href="\{\{assets\}\}/([\w.-]+)">\n')
_SHEETS = re.compile(rf"(?:{_SHEET.pattern})+")
_SCRIPT = re.compile(r'<script type="module" src="\{\{assets\}\}/([\w-]+)\.js">')

_IMPORT = re.compile(r'^import\s+(?:([^;"]+?)\s+from\s+)?"\./([\w.-]+\.js)";\n', re.MULTILINE)
_LATER = re.compile(r'\bimport\("\./([\w-]+)\.js"\)')
_STYLES_LATER = re.compile(r'\bstylesheet\(("[\w.-]+\.css"(?:, "[\w.-]+\.css")+)\)')
_QUOTED = re.compile(r'"([^"]+)"')
_DECLARED = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import|export)\b[^\n]*", re.MULTILINE)

_NAMES = re.compile(r"\{([\w\s,]*)\}")
_RENAMED = re.compile(r"(\w+) as (\w+)")

# Comments are for people who read the sources; they are a fifth of what would be sent.
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*\n|//[^\n]*\n)", re.MULTILINE | re.DOTALL)

# What the page has, by file: `$modules["dom.js"].h`.
_HAS = "$modules"


class Page(Struct, frozen=True):
    """A page with its joined files, by name."""

    html: str
    files: dict[str, bytes]


class Module(Struct, frozen=True):
    """One source, ready to stand in a function.

    Attributes:
        body: Without its imports, comments and export words.
        exports: The names that it gives, by the name inside.
        needs: The files that it imports, in their order.
        later: The modules that it loads when they are wanted, without `.js`.
    """

    body: str
    exports: tuple[str, ...]
    needs: tuple[str, ...]
    later: tuple[str, ...]


def join_page(html: str, files: Mapping[str, bytes]) -> Page:
    """The page that names joined files instead of its own, and those files.

    Raises:
        ValueError: A module is written in a way that is not known here, or imports in a circle.
        KeyError: A file is not there.
    """
    script, sheets = _SCRIPT.search(html), _SHEETS.search(html)
    if script is None or sheets is None:
        raise ValueError("A page to be joined has a module, and its stylesheets in a row.")
    name = f"{script[1]}-joined"
    html = html.replace(
        sheets[0], f'    <link rel="stylesheet" href="{{{{assets}}}}/{name}.css">\n'
    )
    html = html.replace(script[0], f'<script type="module" src="{{{{assets}}}}/{name}.js">')
    styles = _joined_styles(_SHEET.findall(sheets[0]), files)
    return Page(html, {f"{name}.css": styles, **_Joiner(script[1], files).joined()})


def _joined_styles(names: list[str], files: Mapping[str, bytes]) -> bytes:
    return b"".join(_COMMENT.sub("", files[name].decode()).encode() for name in names)


class _Joiner:
    """Joins what one entry reaches."""

    def __init__(self, entry: str, files: Mapping[str, bytes]) -> None:
        self._entry = entry
        self._files = files
        self._known: dict[str, Module] = {}

    def joined(self) -> dict[str, bytes]:
        """The page's own file, and one for each part that is loaded later."""
        first = self._order(f"{self._entry}.js")
        made = {self._name(): self._file(first, f"export const {_HAS} = {{}};\n")}
        made |= self._styles(first)
        waiting = list(self._later(first))
        for part in waiting:
            if self._name(part) in made:
                continue
            order = [name for name in self._order(f"{part}.js") if name not in first]
            head = f'import {{ {_HAS} }} from "./{self._name()}";\n'
            made[self._name(part)] = self._file(order, head, f"{part}.js")
            made |= self._styles(order)
            waiting.extend(self._later(order))
        return made

    def _name(self, part: str = "") -> str:
        return f"{self._entry}-joined{'-' if part else ''}{part}.js"

    def _styles(self, names: list[str]) -> dict[str, bytes]:
        """One stylesheet for each set of them that these modules load at once."""
        wanted = [text for name in names for text in _STYLES_LATER.findall(self._module(name).body)]
        sets = [re.findall(_QUOTED, text) for text in wanted]
        return {self._sheet(one): _joined_styles(one, self._files) for one in sets}

    def _sheet(self, names: list[str]) -> str:
        return f"{self._entry}-joined-{names[0]}"

    def _later(self, names: list[str]) -> Iterator[str]:
        for name in names:
            yield from self._module(name).later

    def _order(self, entry: str) -> list[str]:
        """The files that it reaches, each after all that it needs."""
        done: dict[str, None] = {}
        under_way: set[str] = set()

        def visit(name: str) -> None:
            if name in done:
                return
            if name in under_way:
                raise ValueError(f"{name} imports itself, by way of others.")
            under_way.add(name)
            for needed in self._module(name).needs:
                visit(needed)
            done[name] = None

        visit(entry)
        return list(done)

    def _file(self, names: list[str], head: str, gives: str = "") -> bytes:
        parts = [head, *(self._function(name) for name in names)]
        if gives:
            exports = ", ".join(self._module(gives).exports)
            if ":" in exports:
                raise ValueError(f"{gives} is loaded later, so it must not have a default.")
            parts.append(f'export const {{ {exports} }} = {_HAS}["{gives}"];\n')
        return "".join(parts).encode()

    def _function(self, name: str) -> str:
        """One module as a function that runs once, whichever file brings it first."""
        module = self._module(name)
        body = _LATER.sub(lambda found: f'import("./{self._name(found[1])}")', module.body)
        body = _STYLES_LATER.sub(
            lambda found: f'stylesheet("{self._sheet(re.findall(_QUOTED, found[1]))}")', body
        )
        given = ", ".join(module.exports)
        return f'{_HAS}["{name}"] ??= (() => {{\n{body}return {{ {given} }};\n}})();\n'

    def _module(self, name: str) -> Module:
        if name not in self._known:
            self._known[name] = read_module(name, self._files[name].decode())
        return self._known[name]


def read_module(name: str, source: str) -> Module:
    """Takes a module apart.

    Raises:
        ValueError: It is written in a way that is not known here.
    """
    text = _COMMENT.sub("", source)
    needs = tuple(dict.fromkeys(found[2] for found in _IMPORT.finditer(text)))
    body = _IMPORT.sub(lambda found: _taken(name, found[1], found[2]), text)
    exports = tuple(found[1] for found in _DECLARED.finditer(body))
    body = _DECLARED.sub("", body)
    if _DEFAULT.search(body):
        body, exports = _DEFAULT.sub("const otherwise = ", body), (*exports, "default: otherwise")
    odd = _UNKNOWN.search(body)
    if odd is not None and not odd[0].startswith("import("):
        raise ValueError(f"{name}: this cannot be joined: {odd[0]}")
    return Module(body, exports, needs, tuple(_LATER.findall(text)))


def _taken(name: str, what: str | None, file: str) -> str:
    """What stands for an import: `const { h, svg: draw } = $modules["dom.js"];`."""
    if what is None:
        return ""
    if re.fullmatch(r"\w+", what):
        return f'const {{ default: {what} }} = {_HAS}["{file}"];\n'
    names = _NAMES.fullmatch(what)
    if names is None:
        raise ValueError(f"{name}: this cannot be joined: import {what}")
    taken = " ".join(_RENAMED.sub(r"\1: \2", names[1]).split())
    return f'const {{ {taken} }} = {_HAS}["{file}"];\n'
