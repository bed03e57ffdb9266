"""Every code with which an order can be refused has a next step on the viewer's page."""

import ast
import inspect
import json
import re
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import livesell
from livesell.domain import ids, order, text
from livesell.domain.order import REFUSALS
from livesell.web import repeats

PACKAGE = Path(livesell.__file__).parent
ASSETS = PACKAGE / "web" / "assets"
STEPS = {"details", "form", "reprice", "fewer", "leave", "reload", "resend"}

# Words of the script that are no refusal: acceptances, and a sold-out that is looked at again.
ACCEPTED = {"placed", "known", "due_holds"}


def of_the_script() -> set[str]:
    """The words that `place_order.lua` answers with, but for the acceptances."""
    script = (PACKAGE / "store" / "lua" / "place_order.lua").read_text(encoding="utf-8")
    return set(re.findall(r"return \{'([a-z_]+)', ", script)) - ACCEPTED


def raised_in(function: Callable[..., object]) -> set[str]:
    """The codes of the errors that this function makes: the last argument of each."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name)):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            place = {"field": -1, "refusal": 0, "Conflict": 0, "Refused": 0}.get(name)
            code = node.args[place] if place is not None else None
            if isinstance(code, ast.Constant):
                found.add(str(code.value))
    return found


def of_the_checks() -> set[str]:
    """What is refused before the store is asked."""
    checks = (order.check_request, ids._no_uuid, text._clean, repeats.Repeats.answering)
    return set().union(*(raised_in(check) for check in checks))


@pytest.fixture(scope="module")
def steps() -> dict[str, str]:
    script = f"import {{NEXT_STEPS}} from {json.dumps((ASSETS / 'refusal.js').as_uri())};"
    show = "console.log(JSON.stringify(NEXT_STEPS));"
    command = ["node", "--input-type=module", "--eval", script + show]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    told: dict[str, str] = json.loads(done.stdout)
    return told


def test_the_codes_are_found_where_they_are_made() -> None:
    assert {"not_live", "closed", "limit", "sold_out", "banned"} <= of_the_script()
    assert {"bad_units", "bad_price", "bad_id", "markup", "in_flight"} <= of_the_checks()


def test_every_refusal_has_a_next_step(steps: dict[str, str]) -> None:
    codes = set(REFUSALS) | of_the_script() | of_the_checks()
    assert sorted(codes - set(steps)) == []


def test_every_step_is_one_that_the_sheet_takes(steps: dict[str, str]) -> None:
    assert set(steps.values()) == STEPS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_goes_with_a_sentence(language: str, steps: dict[str, str]) -> None:
    words = (ASSETS / f"messages-buying-{language}.js").read_text(encoding="utf-8")
    refusals = words.split("refusal: {")[1].split("\n  },")[0]
    said = set(re.findall(r"^    (\w+):", refusals, re.MULTILINE))
    spoken = {"bad_contact" if step == "details" else code for code, step in steps.items()}
    assert sorted(spoken - said) == []
