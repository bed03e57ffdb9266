"""What an id may look like. Ids travel in addresses, keys and tags, so they are strict ASCII."""

import re
import secrets
import unicodedata
import uuid

from livesell.errors import BadInput, NotFound

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_TOKEN = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

# With a hyphen and six random digits after it, well within a slug.
_READABLE_CHARS = 32


def check_session_id(value: str) -> str:
    """A session's id.

    Raises:
        NotFound: It cannot be any session's id, so there is no such session.
    """
    if not _SLUG.fullmatch(value):
        raise NotFound("no_such_session", "There is no such session. Check the address.")
    return value


def check_slug(value: str, field: str) -> str:
    """An id chosen by a person: 1 to 48 of a-z, 0-9 and inner hyphens."""
    if not _SLUG.fullmatch(value):
        raise BadInput.field(
            field,
            f"The {field.replace('_', ' ')} may use a-z, 0-9 and hyphens inside, "
            "48 characters at most.",
            "bad_id",
        )
    return value


def check_token_id(value: str, field: str) -> str:
    """An id made by a program: a viewer, a visit, a command; 1 to 64 of A-Z a-z 0-9 _ . : -"""
    if not _TOKEN.fullmatch(value):
        raise BadInput.field(
            field,
            f"The {field.replace('_', ' ')} may use letters, digits and _.:- only, "
            "64 characters at most.",
            "bad_id",
        )
    return value


def check_order_id(value: object) -> str:
    """A UUID in any usual spelling; returned in its canonical one."""
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) and len(value) <= 45 else _no_uuid()
    except ValueError:
        return _no_uuid()


def _no_uuid() -> str:
    raise BadInput.field("id", "The order id has to be a UUID. Make a new one per tap.", "bad_id")


def order_id_for(session: str, viewer: str, key: str) -> str:
    """The order id for an `Idempotency-Key`: the key itself when it is a UUID, else derived.

    The derivation names session and viewer, so two shops that count their keys 1, 2, 3 do not
    collide.
    """
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"livesell:{session}:{viewer}:{key}"))


def new_session_id() -> str:
    """For a session that nobody named: 40 random bits, short enough to say aloud."""
    return "s-" + secrets.token_hex(5)


def readable_id(title: str, kind: str) -> str:
    """An id that says what the title says, if that has Latin letters, and that nobody has yet."""
    latin = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = _NO_SLUG.sub("-", latin)[:_READABLE_CHARS].strip("-")
    return f"{slug or kind}-{secrets.token_hex(3)}"


def new_viewer_id() -> str:
    """96 random bits: cannot be guessed, and short enough for a hash of 100,000 of them."""
    return "v" + secrets.token_hex(12)


def new_visit_id() -> str:
    return secrets.token_hex(8)


def new_command_id() -> str:
    return str(uuid.uuid4())
