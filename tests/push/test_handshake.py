import pytest

from livesell.config import Config, Http, Push
from livesell.push.handshake import Target, allowed_origins, is_own_page, read_target


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/v1/sessions/naqu?token=a.b&e=x-_&v=7", Target("naqu", "a.b", ("x-_", 7))),
        ("/v1/sessions/naqu", Target("naqu", "", ("", 0))),
        ("/v1/sessions/naqu?v=-1&e=x", Target("naqu", "", ("x", 0))),
        ("/v1/sessions/naqu?v=٣", Target("naqu", "", ("", 0))),
        ("/v1/sessions/naqu?v=" + "9" * 5000, Target("naqu", "", ("", 0))),
        ("/v1/sessions/naqu?" + "&" * 100 + "token=a", Target("naqu", "", ("", 0))),
        ("/v1/sessions/a%2Fb", Target("a/b", "", ("", 0))),
        ("/v1/sessions/", None),
        ("/v1/sessions", None),
        ("/v1/sessions/a/b", None),
        ("/v2/sessions/a", None),
        ("", None),
    ],
)
def test_an_address_is_read(address: str, target: Target | None) -> None:
    assert read_target(address) == target


def test_pages_of_this_host_and_listed_ones_are_ours() -> None:
    allowed = allowed_origins(
        Config(
            push=Push(allowed_origins=("https://Shop.example/",)),
            http=Http(public_url="http://live.example:8080/x"),
        )
    )
    host = "live.example:8081"
    assert is_own_page([], host, allowed)
    for origin in ("http://live.example:8080", "https://LIVE.example", "https://shop.example"):
        assert is_own_page([origin], host, allowed), origin
    for origin in (
        "https://shop.example:444",
        "https://evil.example",
        "https://live.example.evil.example",
        "https://evil.example/live.example",
        "null",
        "",
        "http://[::1",
    ):
        assert not is_own_page([origin], host, allowed), origin
    assert not is_own_page(["https://shop.example", "https://evil.example"], host, allowed)
    assert not is_own_page(["https://evil.example"], "", allowed)
    assert is_own_page(["http://[::1]:8080"], "[::1]:8081", frozenset())
