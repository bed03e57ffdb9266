"""What is shown of where somebody signed in: enough to know it again, and no more."""

import pytest

from livesell.domain.login import browser_of, coarse, is_id

CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"
WECHAT = CHROME + " MicroMessenger/8.0.50"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.77", "203.0.113.x"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_its_network(address: str, shown: str) -> None:
    assert coarse(address) == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (CHROME, "Chrome, Android"),
        (SAFARI, "Safari, iPhone"),
        (WECHAT, "WeChat, Android"),
        ("curl/8.0", ""),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_our_own_words(sent: str, shown: str) -> None:
    assert browser_of(sent) == shown


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "g" * 16, "0" * 16 + "\n"])
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)
    assert is_id("0123456789abcdef")
