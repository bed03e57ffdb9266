"""Every Lua file says what it does, and its keys are the ones that `keys.py` lists."""

import pytest

from livesell.store.keys import CREW_KEYS, SESSION_KEYS, Keys, check_prefix
from livesell.store.scripts import BadScript, all_scripts, parse, script

GOOD = """#!lua
-- Does a thing.
-- KEYS: session cards
-- ARGV: none
-- RETURNS: 1
local session, cards = unpack(KEYS)
return 1
"""


def test_all_scripts_have_a_good_header() -> None:
    names = {one.name for one in all_scripts()}
    assert {"commit", "pull", "place_order", "credit_likes", "beat"} <= names


def test_a_header_names_the_keys_in_order() -> None:
    assert parse("good", GOOD).keys == ("session", "cards")


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("#!lua\n", "", "begin with #!lua"),
        ("-- Does a thing.\n", "", "sentence"),
        ("-- KEYS: session cards\n", "", "KEYS"),
        ("-- ARGV: none\n", "", "ARGV"),
        ("-- RETURNS: 1\n", "", "RETURNS"),
        ("-- KEYS: session cards\n", "-- KEYS: session cart\n", "cart"),
        ("local session, cards", "local cards, session", "other keys"),
    ],
)
def test_a_bad_header_is_told(was: str, becomes: str, says: str) -> None:
    with pytest.raises(BadScript, match=says):
        parse("bad", GOOD.replace(was, becomes))


def test_reading_scripts_cannot_write() -> None:
    reading = {one.name for one in all_scripts() if "flags=no-writes" in one.text}
    assert reading == {"pull", "read_login", "read_queue"}


def test_no_script_tests_a_number_for_truth() -> None:
    # 0 is true in Lua.
    for one in all_scripts():
        assert "if redis.call" not in one.text or "== 1" in one.text or "~= 1" in one.text


def test_keys_of_one_session_share_its_hash_tag() -> None:
    keys = Keys("ls")
    for name in script("place_order").keys:
        assert keys.of("naqu", name).startswith("ls:{naqu}:")


def test_listed_keys_are_known_and_others_are_not() -> None:
    keys = Keys("ls")
    for name in SESSION_KEYS:
        assert keys.is_listed(keys.of("naqu", name))
    for name in CREW_KEYS:
        digest = "ab" * 32 if name in ("login", "setup") else ""
        assert keys.is_listed(keys.crew(name, digest))
    assert keys.is_listed(keys.index)
    for other in ("ls:{naqu}:other", "ls:other", "xx:sessions", "ls:{+crew}:login", "ls"):
        assert not keys.is_listed(other)


@pytest.mark.parametrize("prefix", ["", "a{b}", "a*", "x" * 65, "a b"])
def test_a_prefix_that_breaks_hash_tags_is_refused(prefix: str) -> None:
    with pytest.raises(Exception, match=r"store\.prefix"):
        check_prefix(prefix)
