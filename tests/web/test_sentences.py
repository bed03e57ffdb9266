"""Every code that can reach a page has its sentence, in 中文 and in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import livesell
from livesell import errors
from livesell.actions.importing_words import NOTES, WARNINGS, WRONG
from livesell.actions.takings import ALARMS
from livesell.domain.decision_undo import STAYS
from livesell.domain.money import MINOR_DIGITS
from livesell.domain.order import REFUSALS
from livesell.domain.photo import PHOTO_REFUSALS
from livesell.domain.waitlist import WAIT_REFUSALS

PACKAGE = Path(livesell.__file__).parent
ASSETS = PACKAGE / "web" / "assets"

# Where errors are made that a page may be told.
ROOMS = ("domain", "actions", "store", "payments", "push", "web")
KINDS = {name for name in vars(errors) if name[0].isupper()} - {"BadConfig", "CannotStart"}
MAKERS = KINDS | {"PaymentTrouble", "refusal", "wait_refusal", "_beyond"}

# What no page shows: answers to programs, to providers, to addresses that no page asks for, and
# to the command line.
FOR_NO_PAGE = {
    "bad_event": "a provider's webhook",
    "bad_signature": "a provider's webhook",
    "no_such_provider": "a provider's webhook",
    "no_reference": "a provider's webhook; staff get an alarm",
    "wrong_currency": "a provider's webhook; staff get an alarm",
    "bad_json": "no page sends such a body",
    "not_json": "no page sends such a body",
    "broken_body": "no page sends such a body",
    "slow_body": "the page says that it is offline",
    "bad_request": "no page sends such a request",
    "bad_message": "a frame that no page sends",
    "no_such_address": "the page of missing pages says it",
    "no_such_page": "the page of missing pages says it",
    "no_such_file": "an asset or picture, which is not shown then",
    "no_times_yet": "a calendar's address; the page links to it only where there are times",
    "no_such_theme": "an overlay's address, which is for OBS",
    "not_ready": "for a proxy",
    "archive_busy": "the command line",
    "cannot_archive": "the command line",
    "not_archived": "the command line",
    "no_token": "the page gets itself a new token",
    "bad_token": "the page gets itself a new token",
    "expired_token": "the page gets itself a new token",
    "other_session": "the page gets itself a new token",
}


def made_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from made_by(node)


def made_by(call: ast.Call) -> Iterator[str]:
    """The code of `Conflict("code", …)`, `refusal("code")` or `BadInput.field(…, …, "code")`."""
    if isinstance(call.func, ast.Name) and call.func.id in MAKERS:
        code = call.args[0] if call.args else None
    elif ast.unparse(call.func) == "BadInput.field":
        code = call.args[2] if len(call.args) > 2 else None
    else:
        return
    if isinstance(code, ast.Constant):
        yield str(code.value)


def codes() -> set[str]:
    files = [file for room in ROOMS for file in (PACKAGE / room).rglob("*.py")]
    files += [PACKAGE / "auth.py", PACKAGE / "wire.py"]
    found = {code for file in files for code in made_in(file)}
    return found | REFUSALS.keys() | PHOTO_REFUSALS.keys() | WAIT_REFUSALS.keys()


def told(language: str, section: str) -> set[str]:
    """The keys of one section in all catalogues of a language."""
    found: set[str] = set()
    for file in ASSETS.glob(f"messages-*{language}.js"):
        text = file.read_text(encoding="utf-8")
        for block in re.findall(rf"^  {section}: {{\n(.*?)^  }},", text, re.MULTILINE | re.DOTALL):
            found |= set(re.findall(r'^    "?([\w.]+)"?:', block, re.MULTILINE))
    return found


LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])

# Told by `refusal.js` with one sentence, because the buyer's form shows which field is meant.
ABOUT_DETAILS = {"text_too_long", "control_characters", "markup", "empty_text"}


@LANGUAGES
def test_every_code_has_its_sentence(language: str) -> None:
    known = told(language, "error") | told(language, "refusal") | ABOUT_DETAILS
    known |= {key.removeprefix("not_") for key in told(language, "queue")}
    assert codes() - FOR_NO_PAGE.keys() - known == set()


@LANGUAGES
def test_every_refusal_of_an_order_is_told_to_buyers(language: str) -> None:
    buyers = REFUSALS.keys() | {"in_flight", "bad_price", "bad_id"}
    assert buyers - told(language, "refusal") == set()
    assert {f"{code}_left" for code in ("sold_out", "limit")} <= told(language, "refusal")


@LANGUAGES
def test_every_refusal_of_the_waitlist_is_told_to_those_who_queue(language: str) -> None:
    assert {f"not_{code}" for code in WAIT_REFUSALS} - told(language, "queue") == set()


@LANGUAGES
def test_each_reason_why_a_command_stays_is_told(language: str) -> None:
    assert {f"cannot_undo.{do}" for do in STAYS} - told(language, "error") == set()


@LANGUAGES
def test_every_alarm_is_told_to_the_crew(language: str) -> None:
    assert ALARMS.keys() - told(language, "alarm") == set()


@LANGUAGES
def test_all_that_an_import_says_of_rows_and_files_is_told(language: str) -> None:
    assert told(language, "import_problem") == WRONG.keys() | WARNINGS.keys()
    assert told(language, "import_note") == NOTES.keys()


def test_pages_offer_the_currencies_that_the_service_knows() -> None:
    offered = re.findall(r'"([A-Z]{3})"', (ASSETS / "currencies.js").read_text(encoding="utf-8"))
    assert offered == list(MINOR_DIGITS)


def test_what_is_left_out_is_still_made_somewhere() -> None:
    assert FOR_NO_PAGE.keys() - codes() - ALARMS.keys() == set()
