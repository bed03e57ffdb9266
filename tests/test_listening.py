"""A port that cannot be had is told with the option to change."""

import errno
import os

import pytest

from livesell.config import Config, Push, Service
from livesell.errors import CannotStart
from livesell.listening import cannot_listen, joined, listening, node_name


@pytest.mark.parametrize(
    ("number", "code", "sentence"),
    [
        (errno.EADDRINUSE, "port_in_use", "is in use by another program"),
        (errno.EACCES, "port_forbidden", "Choose a port above 1023"),
        (errno.EADDRNOTAVAIL, "bad_address", "it has no such address"),
    ],
)
def test_each_reason_has_its_sentence(number: int, code: str, sentence: str) -> None:
    error = cannot_listen(OSError(number, os.strerror(number)), "10.0.0.1:80", "push")
    assert error.code == code
    assert sentence in error.message
    assert "10.0.0.1:80" in error.message
    assert "--push (or push.listen in config.toml)" in error.message


async def test_another_refusal_is_passed_on() -> None:
    async def refuse(_: tuple[str, int]) -> int:
        raise CannotStart("worker_failed", "A worker did not start.")

    with pytest.raises(CannotStart) as refused:
        await listening(refuse, "127.0.0.1:0", "push")
    assert refused.value.code == "worker_failed"


@pytest.mark.parametrize(
    ("listen", "shown"), [("127.0.0.1:0", "127.0.0.1:99"), ("[::1]:0", "[::1]:99")]
)
def test_the_port_that_was_taken_is_shown(listen: str, shown: str) -> None:
    assert joined(listen, 99) == shown


def test_a_node_keeps_its_name_over_a_restart() -> None:
    one = Config(push=Push(listen="127.0.0.1:8081"))
    assert node_name(one) == node_name(one)
    assert node_name(one).endswith("-8081")
    other = Config(push=Push(listen="127.0.0.1:8082"))
    assert node_name(one) != node_name(other)
    assert node_name(Config(service=Service(node="edge-1"))) == "edge-1"
