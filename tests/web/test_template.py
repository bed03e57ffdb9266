"""Templates: whatever a value holds, it cannot become markup or end a script element."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell.web.photo_markup import photo_markup
from livesell.web.template import Data, element, filled, flag, in_script, in_words
from livesell.web.words import Sentences

WORST = "</script><!--<script>]]>\u2028\u2029&amp;\"'{{other}}"
OURS = "/photos/0123456789abcdef0123456789abcdef/"


@given(st.text() | st.just(WORST))
def test_data_in_a_page_is_the_same_data_and_no_markup(text: str) -> None:
    safe = in_script(json.dumps({text: text}, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    assert json.loads(safe.decode("utf-8", "surrogatepass")) == {text: text}
    assert not set(safe.decode("utf-8", "surrogatepass")) & set("<>&\u2028\u2029")


def test_a_value_is_text_and_is_not_looked_at_again() -> None:
    page = filled('<p title="{{a}}">{{a}}</p>{{b}}', {"a": WORST, "b": Data(b'"</script>"')})
    assert b"{{other}}" in page
    assert page.count(b"<") == 2
    assert page.count(b'"') == 4


def test_a_place_without_a_value_stops_it() -> None:
    with pytest.raises(KeyError):
        filled("{{nothing}}", {})


def test_elements_escape_what_is_in_their_attributes() -> None:
    made = element("img", alt="", src='x" onerror="alert(1)', srcset=None)
    assert made == '<img alt="" src="x&quot; onerror=&quot;alert(1)">'
    assert (flag("hidden", is_set=True), flag("hidden", is_set=False)) == (" hidden", "")


def test_photos_of_ours_come_by_width_and_others_as_they_are() -> None:
    own = photo_markup(f"{OURS}480.webp", "88px")
    assert f'srcset="{OURS}160.webp 160w, {OURS}480.webp 480w, {OURS}960.webp 960w"' in own
    assert own.index("srcset") < own.index(" src=")
    for other in ("https://pictures.example/a.jpg", f"https://evil.example{OURS}480.webp"):
        assert "srcset" not in photo_markup(other, "88px")
    assert photo_markup("", "88px") == ""


def test_words_are_set_where_a_page_names_them() -> None:
    sentences = Sentences("en", "en", "en-GB", {"a": {"b": "5 < 6"}})
    template = '<b data-t="a.b"></b><i data-t-label="a.b"></i><u data-t="a.b">kept</u>'
    assert in_words(template, sentences) == (
        '<b data-t="a.b">5 &lt; 6</b><i data-t-label="a.b" aria-label="5 &lt; 6"></i>'
        '<u data-t="a.b">kept</u>'
    )
