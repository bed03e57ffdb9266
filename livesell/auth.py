"""Signed tokens for sockets and viewers; passwords, login secrets and codes for the crew.

A viewer's token is a JWT (HS256) that a shop's own backend can mint with the shared secret. A
login is an opaque secret in a cookie; the store keeps only its digest, so it can be ended.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from typing import Any

import argon2
import jwt
import pyotp
from msgspec import Struct

from livesell.domain.ids import check_session_id, check_token_id
from livesell.domain.role import Role
from livesell.domain.text import clean_line
from livesell.errors import BadInput, LivesellError, NotFound, NotSignedIn

ALGORITHM = "HS256"
AUDIENCE = "livesell"

# Those of invitations are another, so that none is ever taken for a token.
INVITATIONS = "livesell-rehearsal"

# Source: NIST SP 800-63B, 5.1.1.2: at least 8 characters, long ones allowed, no composition rules.
MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 256

# Source: RFC 6238, 5.2: 30-second steps, and one step back or ahead for clocks that differ.
TOTP_STEP_MS = 30_000
TOTP_WINDOW = 1

# Read off paper: no letter that looks like a digit. 10 of 32 signs are 50 bits, and each is
# behind the password and the limit on wrong codes.
RECOVERY_CODES = 10
_RECOVERY_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_CHARS = 10

# The roles that a token may carry; crew tokens are short-lived passes for one socket.
TOKEN_ROLES = frozenset({Role.VIEWER, Role.OVERLAY, Role.STAFF})


# Header, payload and signature as the usual libraries write them: {"alg":"HS256","typ":"JWT"},
# no padding, 32 bytes of digest.
_PLAIN_TOKEN = re.compile(
    r"(eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.([A-Za-z0-9_-]+))\.([A-Za-z0-9_-]{43})"
)


class Pass(Struct, frozen=True, kw_only=True):
    """What a valid token says.

    Attributes:
        viewer: The viewer's id, or the login name of a member of the crew.
        visit: One opening of the page; likes are cumulative within it.
        role: VIEWER, OVERLAY, or STAFF for any member of the crew (reads the crew document).
        session: The only session it is good for; None for any.
        name: What the viewer is called, may be empty.
        login: The digest of the login by which a member of the crew got it; its socket ends with
            that login. Empty for all others.
        held_as: The role that this person held then.
    """

    viewer: str
    visit: str
    role: Role
    session: str | None
    name: str
    expires_s: int
    login: str = ""
    held_as: str = ""


def mint(
    secret: str,
    *,
    viewer: str,
    visit: str,
    role: Role,
    now_ms: int,
    lifetime_s: int,
    session: str | None = None,
    name: str = "",
    login: str = "",
    held_as: str = "",
) -> str:
    """A signed token. `lifetime_s` counts from `now_ms`."""
    claims = {
        "aud": AUDIENCE,
        "sub": viewer,
        "jti": visit,
        "role": str(role),
        "iat": now_ms // 1000,
        "exp": now_ms // 1000 + lifetime_s,
    }
    if session is not None:
        claims["sid"] = session
    if name:
        claims["name"] = name
    if login:
        claims |= {"login": login, "as": held_as}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def invite(secret: str, rehearsal: str, *, expires_ms: int) -> str:
    """An invitation to a rehearsal: whoever has it may come in, under an identity of its own."""
    claims = {"aud": INVITATIONS, "sid": rehearsal, "exp": expires_ms // 1000}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def read_invitation(secret: str, invitation: str, now_ms: int) -> str:
    """The id of the rehearsal that it invites to.

    Raises:
        NotFound: `invitation_over`, also when it has expired: then there is nothing behind it.
    """
    try:
        claims = jwt.decode(
            invitation,
            secret,
            algorithms=[ALGORITHM],
            audience=INVITATIONS,
            options={"require": ["exp", "sid"], "verify_exp": False, "verify_iat": False},
        )
        is_good = type(claims["exp"]) is int and claims["exp"] * 1000 > now_ms
    except (jwt.PyJWTError, ValueError, TypeError):
        is_good = False
    if not is_good:
        raise NotFound(
            "invitation_over",
            "This invitation is not good any more. Ask the host for a new link.",
        )
    return check_session_id(str(claims["sid"]))


def read(secret: str, token: str, now_ms: int) -> Pass:
    """Checks signature, audience, expiry and shape.

    Raises:
        NotSignedIn: `no_token`, `bad_token` or `expired_token`.
    """
    if not token:
        raise NotSignedIn("no_token", "A token is needed here. Open the page again to get one.")
    try:
        found = _pass(_plain_claims(secret, token) or _claims(secret, token))
    except (jwt.PyJWTError, LivesellError, ValueError, TypeError) as error:
        raise NotSignedIn(
            "bad_token", "This token is not valid. Open the page again to get a new one."
        ) from error
    if found.expires_s * 1000 <= now_ms:
        raise NotSignedIn(
            "expired_token", "This token has expired. Open the page again to get a new one."
        )
    return found


def _claims(secret: str, token: str) -> dict[str, Any]:
    return jwt.decode(
        token,
        secret,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        options={"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False},
    )


def _plain_claims(secret: str, token: str) -> dict[str, Any] | None:
    """The claims of a token as nearly everyone writes it, in a tenth of the library's time.

    None says nothing about the token: whatever is not plain and right, the library judges.
    """
    parts = _PLAIN_TOKEN.fullmatch(token)
    if parts is None:
        return None
    signed, payload, signature = parts.groups()
    right = hmac.digest(secret.encode(), signed.encode(), "sha256")
    if not hmac.compare_digest(base64.urlsafe_b64encode(right)[:-1], signature.encode()):
        return None
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        claims = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_plain = _is_plain(claims) and base64.urlsafe_b64encode(text).rstrip(b"=").decode() == payload
    return claims if is_plain else None


def _is_plain(claims: Any) -> bool:
    """Whether the claims have no condition beside ours, and the library would take them."""
    return (
        isinstance(claims, dict)
        and claims.get("aud") == AUDIENCE
        and isinstance(claims.get("sub"), str)
        and isinstance(claims.get("jti", ""), str)
        and claims.get("exp") is not None
        and claims.keys().isdisjoint(("nbf", "iss", "crit"))
    )


def _pass(claims: dict[str, object]) -> Pass:
    viewer = check_token_id(str(claims["sub"]), "sub")
    role = Role(str(claims.get("role", Role.VIEWER)))
    expires_s = claims["exp"]
    if role not in TOKEN_ROLES or type(expires_s) is not int:
        raise ValueError("role or exp")
    session = claims.get("sid")
    return Pass(
        viewer=viewer,
        # A shop that mints one token per viewer may leave out `jti`: then all its tabs count
        # likes as one visit.
        visit=check_token_id(str(claims.get("jti", viewer)), "jti"),
        role=role,
        session=None if session is None else str(session),
        name=clean_line(str(claims.get("name", "")), "name", max_chars=40),
        expires_s=expires_s,
        login=str(claims.get("login", "")),
        held_as=str(claims.get("as", "")),
    )


def new_secret() -> str:
    """256 random bits, for signing tokens and for logins."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What the store keeps of a login or a set-up code: useless to whoever reads the store."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def check_password(password: str) -> str:
    """Raises `BadInput` when the password is too short or too long."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise BadInput.field(
            "password",
            f"A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.",
            "bad_password",
        )
    return password


def hash_password(password: str) -> str:
    """An argon2id hash. Takes about 50 ms of CPU: call it in a thread."""
    return argon2.PasswordHasher().hash(check_password(password))


def verify_password(hashed: str, password: str) -> bool:
    """Whether the password fits. Takes about 50 ms of CPU: call it in a thread."""
    try:
        return argon2.PasswordHasher().verify(hashed, password)
    except argon2.exceptions.VerificationError:
        return False
    except argon2.exceptions.InvalidHashError:
        return False


def new_totp_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()


def totp_address(secret: str, name: str) -> str:
    """What the QR code for an authenticator app says. It holds the secret: never log it."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=AUDIENCE)


def totp_step(secret: str, code: str, now_ms: int, last_step: int) -> int | None:
    """The step whose code this is, newer than `last_step`; None when the code is not right now."""
    now = now_ms // TOTP_STEP_MS
    totp = pyotp.TOTP(secret)
    right = [
        step
        for step in range(now - TOTP_WINDOW, now + TOTP_WINDOW + 1)
        if same(totp.at(step * TOTP_STEP_MS // 1000), code)
    ]
    return next((step for step in right if step > last_step), None)


def new_recovery_codes() -> list[str]:
    """Ten codes such as "k7m2p-x9q4t", to be shown once."""
    signs = [
        "".join(secrets.choice(_RECOVERY_SIGNS) for _ in range(_RECOVERY_CHARS))
        for _ in range(RECOVERY_CODES)
    ]
    return [f"{one[:5]}-{one[5:]}" for one in signs]


def recovery_digest(code: str) -> str:
    """The digest of a recovery code, however it was spaced and whatever its case."""
    return digest(re.sub(r"[\s-]", "", code).lower())


# Tells a mark from every other text that this secret signs.
_MARKED = b"livesell.device:"


def mint_mark(secret: str, name: str, expires_s: int) -> str:
    """A signed mark of a device on which `name` has signed in; it lets nobody in."""
    text = f"{name}:{secrets.token_hex(8)}:{expires_s}"
    return f"{text}:{_mark_of(secret, text)}"


def read_mark(secret: str, mark: str, name: str, now_ms: int) -> str:
    """The mark's own random word; empty when it is not right, not for `name`, or too old."""
    text, _, signature = mark.rpartition(":")
    parts = text.split(":")
    if len(parts) != 3 or not same(_mark_of(secret, text), signature):
        return ""
    marked, word, expires_s = parts
    return word if marked == name and int(expires_s) * 1000 > now_ms else ""


def _mark_of(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), _MARKED + text.encode(), "sha256").hexdigest()
