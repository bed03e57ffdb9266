"""Tokens, login secrets and passwords."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livesell import auth
from livesell.domain.role import Role
from livesell.errors import BadInput, NotSignedIn
from tests.support.build import NOW_MS

SECRET = "s" * 40


def minted(**fields: Any) -> str:
    given: dict[str, Any] = {
        "viewer": "v1", "visit": "t1", "role": Role.VIEWER, "now_ms": NOW_MS, "lifetime_s": 60,
    }  # fmt: skip
    return auth.mint(SECRET, **{**given, **fields})


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    """A token as a shop's own backend would mint it."""
    usual: dict[str, Any] = {"aud": "livesell", "sub": "v1", "exp": NOW_MS // 1000 + 60}
    kept = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


def refused(token: str, now_ms: int = NOW_MS) -> str:
    with pytest.raises(NotSignedIn) as raised:
        auth.read(SECRET, token, now_ms)
    assert token == "" or token not in raised.value.message
    return raised.value.code


def test_what_is_minted_is_read() -> None:
    token = minted(session="naqu", name="苗伟伦", role=Role.OVERLAY)
    assert auth.read(SECRET, token, NOW_MS) == auth.Pass(
        viewer="v1", visit="t1", role=Role.OVERLAY, session="naqu", name="苗伟伦",
        expires_s=NOW_MS // 1000 + 60,
    )  # fmt: skip


def test_a_shops_token_may_hold_as_little_as_a_viewer_and_an_expiry() -> None:
    found = auth.read(SECRET, signed(), NOW_MS)
    assert (found.viewer, found.visit, found.role) == ("v1", "v1", Role.VIEWER)
    assert (found.session, found.name) == (None, "")


def test_it_expires_to_the_second() -> None:
    token = minted()
    auth.read(SECRET, token, NOW_MS + 59_999)
    assert refused(token, NOW_MS + 60_000) == "expired_token"


def test_no_token() -> None:
    assert refused("") == "no_token"


@pytest.mark.parametrize(
    "token",
    [
        "x", "a.b.c", "é.é.é", "\udc80.a.b", "." * 10,
        minted()[:-2], minted() + "x",
        signed(secret="t" * 40),
        signed(aud="other"), signed(aud=None), signed(sub=None), signed(sub=""), signed(exp=None),
        signed(sub="a b"), signed(sub="x" * 65), signed(jti="a/b"), signed(role="admin"),
        signed(role="host"), signed(role="timer"), signed(role="nobody"), signed(role=5),
        signed(name="x" * 41), signed(name="<b>x"), signed(name="a\x00"),
        signed(exp=NOW_MS / 1000 + 60.5), signed(exp="9999999999"),
        signed(secret="t" * 64, algorithm="HS512"),
        jwt.encode({"aud": "livesell", "sub": "v1", "exp": 9_999_999_999}, None, algorithm="none"),
    ],
)  # fmt: skip
def test_tokens_that_are_wrong(token: str) -> None:
    assert refused(token) == "bad_token"


def test_logins_are_kept_as_digests() -> None:
    one, other = auth.new_secret(), auth.new_secret()
    assert one != other
    assert len(one) >= 43
    assert auth.digest(one) == auth.digest(one) != auth.digest(other)
    assert one not in auth.digest(one)
    assert auth.same(auth.digest(one), auth.digest(one))
    assert not auth.same("é", "e")


def test_passwords() -> None:
    hashed = auth.hash_password("高原上的牦牛很多很多头")
    assert hashed.startswith("$argon2id$")
    assert auth.verify_password(hashed, "高原上的牦牛很多很多头")
    assert not auth.verify_password(hashed, "高原上的牦牛很多很多头 ")
    assert not auth.verify_password(hashed, "")
    assert not auth.verify_password("no hash", "x")


@pytest.mark.parametrize("password", ["", "x" * 9, "x" * 257])
def test_passwords_too_short_or_too_long(password: str) -> None:
    with pytest.raises(BadInput, match="10 to 256 characters"):
        auth.hash_password(password)


def _verdict(claims: Callable[[str, str], dict[str, Any] | None], token: str) -> Any:
    try:
        return claims(SECRET, token)
    except jwt.PyJWTError:
        return None


_VALUES = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.lists(st.text(max_size=3)))
_NAMES = st.sampled_from(["aud", "sub", "jti", "exp", "nbf", "iss", "iat", "role", "name"])


@given(
    st.dictionaries(_NAMES, _VALUES),
    st.sampled_from([{}, {"kid": "1"}, {"typ": None}, {"cty": "x"}]),
    st.sampled_from([SECRET, "o" * 40]),
    st.integers(-1, 300),
    st.sampled_from("A_-=.+é"),
)
def test_the_quick_look_at_a_token_takes_nothing_that_the_library_does_not(
    more: dict[str, Any], headers: dict[str, Any], secret: str, at: int, wrong: str
) -> None:
    usual = {"aud": "livesell", "sub": "v1", "exp": NOW_MS // 1000 + 60}
    payload = json.dumps({**usual, **more}).encode()
    token = jwt.PyJWS().encode(payload, secret, headers=headers, algorithm="HS256")
    if at >= 0:
        token = token[:at] + wrong + token[at + 1 :]
    quick = _verdict(auth._plain_claims, token)
    assert quick is None or quick == _verdict(auth._claims, token)


def test_the_quick_look_suffices_for_our_own_tokens() -> None:
    assert auth._plain_claims(SECRET, minted(session="naqu", name="苗伟伦")) is not None
    assert auth._plain_claims(SECRET, signed()) is not None
    assert auth._plain_claims("o" * 40, minted()) is None


def test_a_code_of_the_app_counts_within_one_step_and_once() -> None:
    secret = auth.new_totp_secret()
    step = NOW_MS // auth.TOTP_STEP_MS
    codes = {ahead: pyotp.TOTP(secret).at((step + ahead) * 30) for ahead in range(-2, 3)}
    for ahead in (-1, 0, 1):
        assert auth.totp_step(secret, codes[ahead], NOW_MS, 0) == step + ahead
    for ahead in (-2, 2):
        assert auth.totp_step(secret, codes[ahead], NOW_MS, 0) is None
    assert auth.totp_step(secret, codes[0], NOW_MS, step) is None
    assert auth.totp_step(secret, codes[1], NOW_MS, step) == step + 1
    for wrong in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert auth.totp_step(secret, wrong, NOW_MS, 0) is None


def test_recovery_codes_are_read_however_they_are_typed() -> None:
    codes = auth.new_recovery_codes()
    assert len(set(codes)) == auth.RECOVERY_CODES
    kept = auth.recovery_digest(codes[0])
    assert auth.recovery_digest(f" {codes[0].upper().replace('-', ' ')} ") == kept
    assert codes[0] not in kept


def test_a_mark_is_for_its_account_and_its_time_alone() -> None:
    mark = auth.mint_mark("secret", "suyun", NOW_MS // 1000 + 60)
    word = auth.read_mark("secret", mark, "suyun", NOW_MS)
    assert word
    assert auth.read_mark("secret", mark, "miao", NOW_MS) == ""
    assert auth.read_mark("other", mark, "suyun", NOW_MS) == ""
    assert auth.read_mark("secret", mark, "suyun", NOW_MS + 60_000) == ""
    for forged in ("", ":::", mark[:-1], mark.replace("suyun", "miao", 1), "a:b:c:d"):
        assert auth.read_mark("secret", forged, "suyun", NOW_MS) == ""
