"""Signed messages from a provider: the header's form is Stripe's, which many others copied.

"t=1700000000,v1=HEX": the seconds at which it was signed, and an HMAC-SHA256 of "t.body".
Source: Stripe's documentation, "Verify webhook signatures manually".
"""

import hmac
import re
from collections.abc import Mapping

from livesell.errors import NotSignedIn

# Older messages may be recordings that somebody plays again. Source: Stripe's default.
TOLERANCE_S = 300

_TIME = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")
_SIGNATURE = re.compile(r"(?:^|,)v1=([0-9a-f]{64})(?=,|$)")


def sign(secret: str, body: bytes, now_ms: int) -> str:
    """The header's value for a body."""
    at_s = now_ms // 1000
    return f"t={at_s},v1={_digest(secret, at_s, body)}"


def check(secret: str, header: str, body: bytes, now_ms: int) -> None:
    """Raises `NotSignedIn` (`bad_signature`) unless the body was signed with the secret, lately."""
    at_s = _time_of(header)
    right = _digest(secret, at_s, body)
    if not any(hmac.compare_digest(right, given) for given in _SIGNATURE.findall(header)):
        raise bad_signature()
    check_age(header, now_ms)


def check_age(header: str, now_ms: int) -> None:
    """Raises `NotSignedIn` when the message was signed too long ago, or in the future."""
    if abs(now_ms / 1000 - _time_of(header)) > TOLERANCE_S:
        raise bad_signature()


def header_of(headers: Mapping[str, str], name: str) -> str:
    """A header by its name, whatever its capitals; "" when there is none."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def bad_signature() -> NotSignedIn:
    """One sentence for all cases: a forger learns nothing from it."""
    return NotSignedIn(
        "bad_signature",
        "This message is not signed by the payment provider, or too old. Compare the signing "
        "secret in the configuration with the provider's, and this machine's clock.",
    )


def _time_of(header: str) -> int:
    found = _TIME.search(header)
    if found is None:
        raise bad_signature()
    return int(found.group(1))


def _digest(secret: str, at_s: int, body: bytes) -> str:
    return hmac.digest(secret.encode(), b"%d." % at_s + body, "sha256").hex()
