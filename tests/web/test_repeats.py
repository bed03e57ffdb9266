"""Keys under way and keys used up."""

import pytest

from livesell.errors import Conflict, Refused
from livesell.web import repeats
from livesell.web.repeats import Repeats


def test_the_same_request_waits_for_its_answer() -> None:
    keys = Repeats()
    with keys.answering("k", {"units": 1}):
        with pytest.raises(Conflict) as again, keys.answering("k", {"units": 1}):
            pass
        assert (again.value.code, again.value.data) == ("in_flight", {"retry_ms": 500})
        with pytest.raises(Refused) as other, keys.answering("k", {"units": 2}):
            pass
        assert other.value.code == "id_reused"
        with keys.answering("another", {"units": 2}):
            pass


def test_a_key_belongs_to_its_first_use_and_can_be_sent_again() -> None:
    keys = Repeats()
    with pytest.raises(RuntimeError), keys.answering("k", 1):
        raise RuntimeError
    with keys.answering("k", 1):
        pass
    with pytest.raises(Refused), keys.answering("k", 2):
        pass


def test_the_oldest_keys_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "REMEMBERED", 2)
    keys = Repeats()
    for key in ("a", "b", "a", "c"):
        with keys.answering(key, 1):
            pass
    with pytest.raises(Refused), keys.answering("a", 2):
        pass
    with keys.answering("b", 2):
        pass
