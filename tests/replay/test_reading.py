"""A scenario that is wrong is told so in a sentence that names the place."""

from pathlib import Path
from typing import Any

import pytest

from livesell.errors import BadInput, LivesellError, NotFound
from livesell.replay.reading import find_scenario, known_scenarios, read_scenario
from tests.replay.small import small, tables


def broken(*path: Any, value: Any) -> dict[str, Any]:
    """The small scenario with one value set, e.g. broken("rushes", 0, "card", value="x")."""
    whole: Any = tables()
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    result: dict[str, Any] = whole
    return result


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("like",), {}, "the scenario: like is not known. Did you mean likes?"),
        (("session", "minuts"), 3, "[session]: minuts is not known. Did you mean minutes?"),
        (("cards", 0, "id"), "yak", "[[cards]]: two cards have the same id."),
        (("moves", 0, "crad"), "tea", "[[moves]] number 1: crad is not known. Did you mean card?"),
        (("moves", 0, "card"), "te", "There is no such card in this session."),
        (("moves", 0, "at"), "1m", '[[moves]] number 1: write the time as at = "MM:SS"'),
        (("moves", 0, "at"), "11:00", "[[moves]] at 11:00 (show, number 5): the session has only"),
        (("moves", 0, "do"), "start", "The session goes live and ends by itself."),
        (("moves", 0, "do"), "shw", "Did you mean show?"),
        (("moves", 3, "price"), -1, "[[moves]] at 06:00 (price, number 4): The price has to be"),
        (("moves", 0, "do"), "resume", "[[moves]] number 1: card is not known. Leave it out."),
        (("moves", 0), {"at": "00:10", "do": "resume"}, "so it cannot resume now."),
        (("moves",), {"at": "01:00"}, "Write each of the moves as a [[moves]] table."),
        (("audience", "viewers"), 0, "[audience]: viewers has to be from 1"),
        (("audience", "viewers"), "many", "[audience]: viewers has to be a whole number."),
        (("audience", "viewer"), 1, "[audience]: viewer is not known. Did you mean viewers?"),
        (("audience", "curve"), [[0, 1.5]], "[audience]: curve holds shares"),
        (("audience", "curve"), [[0, 1], [0, 1]], "each later than the last"),
        (("audience", "curve"), [[0, 1], [11, 1]], "[audience]: curve leaves the session"),
        (("audience", "returns"), -0.1, "[audience]: returns has to be a share from 0 to 1."),
        (("audience", "away"), [3, 2], "[audience]: away has to be [least, most] minutes"),
        (("likes", "total"), -1, "[likes]: total has to be from 0"),
        (("likes", "curve"), [[0, 0]], "[likes]: curve is 0 throughout."),
        (("likes", "curve"), [[0, -1]], "[likes]: a level of the curve is negative."),
        (("orders", "cards", 0, "card"), "teas", "there is no card 'teas'. Did you mean tea?"),
        (("orders", "cards", 0, "card"), "yak", "yak is rushed on"),
        (("orders", "cards", 0, "weight"), 0, "weight has to be above 0."),
        (("orders", "cards", 0, "units"), [0], "units has to list sizes of orders"),
        (("orders", "cards"), [], "name the cards that are ordered"),
        (("orders", "buyers"), 0.0, "buyers is 0, so nobody could order."),
        (("orders", "resent"), 0.95, "resent and dropped are shares"),
        (("rushes", 0, "buyers"), -5, "[[rushes]] number 1: buyers has to be at least 1"),
        (("rushes", 0, "card"), "yack", "there is no card 'yack'. Did you mean yak?"),
        (("rushes", 0, "at"), "09:50", "it ends after the session"),
        (("rushes", 0, "secnds"), 1, "secnds is not known. Did you mean seconds?"),
    ],
)
def test_the_sentence_names_the_place(path: tuple[Any, ...], value: Any, sentence: str) -> None:
    with pytest.raises(LivesellError) as caught:
        read_scenario(broken(*path, value=value), "small")
    assert sentence in caught.value.message


def test_an_audience_has_to_be_there() -> None:
    without = tables()
    del without["audience"]
    with pytest.raises(BadInput, match=r"\[audience\] is missing"):
        read_scenario(without, "small")


def test_an_unknown_scenario_lists_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        find_scenario("nagu")
    assert "Known are: evening, naqu." in caught.value.message
    assert caught.value.exit_status == 66


def test_ones_own_scenario_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "My Sale.toml"
    file.write_text(
        '[session]\ntitle = "t"\nhost = "h"\nminutes = 5\n[audience]\nviewers = 3\n'
        "curve = [[0, 1]]\n"
    )
    assert find_scenario(str(file)).name == "my-sale"
    with pytest.raises(NotFound, match="There is no file"):
        find_scenario(str(tmp_path / "other.toml"))


@pytest.mark.parametrize("name", known_scenarios())
def test_the_shipped_scenarios_are_sound(name: str) -> None:
    scenario = find_scenario(name)
    assert scenario.session.fund == "浙江援藏扶贫公益基金"
    assert scenario.session.planned_start_ms is None


def test_moves_stand_in_order_of_time() -> None:
    mixed = tables()["moves"][::-1]
    assert [move.at for move in small(moves=mixed).moves] == [1, 2, 4, 6, 8]
