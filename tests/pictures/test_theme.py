"""A theme is data that is checked, and its style sheet carries the same values."""

import re
from pathlib import Path

import pytest
from msgspec.structs import asdict

from livesell.errors import BadConfig, NotFound
from livesell.pictures import load_theme, theme_folder, theme_names
from livesell.pictures.theme import read_theme

PLATEAU = theme_folder("plateau") / "theme.toml"


def test_the_shipped_theme_is_listed_and_loads() -> None:
    assert "plateau" in theme_names()
    theme = load_theme()
    assert theme.name == "plateau"
    assert theme is load_theme()
    assert hash(theme) == hash(load_theme("plateau"))


@pytest.mark.parametrize(
    "name", ["", "..", "../plateau", "plateau/../plateau", "/etc", "Plateau", "pla\0teau", "gone"]
)
def test_names_that_are_no_theme_are_not_found(name: str) -> None:
    with pytest.raises(NotFound, match="plateau"):
        load_theme(name)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = PLATEAU.read_text()
    assert old in text
    file = tmp_path / "mine" / "theme.toml"
    file.parent.mkdir()
    file.write_text(text.replace(old, new, 1))
    return file


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("radius = 22", "radios = 22", r"lower_third\.radios is not known\. Did you mean radius\?"),
        ("[poster.colours]", "[poster.qqqq]", r"poster\.qqqq is not known\. Known are: margin"),
        ('title = "高原 Plateau"', 'name = "x"\ntitle = "y"', "name is not known"),
        ('edge = "#f2b84b"', 'edge = "gold"', r"colours\.edge: Write a colour like"),
        ("left = 64", 'left = "64"', r"lower_third\.left: Expected `int`, got `str`"),
        ("left = 64", "left = -1", r"lower_third\.left: Expected `int` >= 0"),
        ("left = 64", "left = 1500", "beyond the canvas"),
        ("height = 256", "height = 100", "too small"),
        ("width = 880", "width = 300", "under 200 px"),
        ("[poster]", "[poster", "not valid TOML"),
        ('title = "高原 Plateau"', "", "missing required field `title`"),
    ],
)
def test_a_wrong_theme_is_told_in_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(BadConfig, match=sentence) as raised:
        read_theme(changed(tmp_path, old, new))
    assert raised.value.message.startswith("mine/theme.toml")


def test_a_theme_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be read"):
        read_theme(tmp_path / "theme.toml")
    (tmp_path / "theme.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(BadConfig):
        read_theme(tmp_path / "theme.toml")


def test_every_key_of_the_theme_file_has_a_comment() -> None:
    lines = [line for line in PLATEAU.read_text().splitlines() if " = " in line]
    plain = {"title", "snow", "ink", "low", "picture_ridge"}
    bare = [line for line in lines if "#" not in re.sub(r'"[^"]*"', "", line)]
    assert {line.split()[0] for line in bare} <= plain


def test_the_style_sheet_carries_the_values_of_the_theme() -> None:
    css = (theme_folder("plateau") / "lower-third.css").read_text()
    card = asdict(load_theme().lower_third)
    colours = asdict(card.pop("colours"))
    for key, value in card.items():
        assert f"  --{key.replace('_', '-')}: calc({value} * var(--px));" in css
    for key, value in colours.items():
        assert f"  --colour-{key.replace('_', '-')}: {value};" in css


def test_the_browser_source_has_every_field_and_no_code() -> None:
    html = (theme_folder("plateau") / "lower-third.html").read_text()
    fields = set(re.findall(r'data-field="(\w+)"', html))
    assert fields == {"slot", "number", "title", "price", "was", "stock", "badges", "image"}
    assert '<main class="lower-third" data-shown="false"' in html
    assert re.findall(r"<script[^>]*>", html) == [
        '<script type="module" src="{{assets}}/overlay.js">'
    ]
    assert not re.search(r"\sstyle=|\son\w+=|<style", html), "the page's policy allows no inline"
