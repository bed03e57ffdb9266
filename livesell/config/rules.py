"""What each value of the configuration has to be, beside its type.

Every refusal names where the key was set and what to write instead.
"""

import re

from livesell.config.tree import Config
from livesell.errors import BadConfig


class Sources:
    """Where each key was set, so that a sentence names the place to correct."""

    def __init__(self, file: str) -> None:
        self.of_key: dict[str, str] = {}
        self._file = file

    def __getitem__(self, path: str) -> str:
        return self.of_key.get(path, self._file)


# What msgspec does not check: each key's range, and why the bound is there.
RANGES: dict[str, tuple[int, int]] = {
    "http.max_body_bytes": (1024, 104_857_600),
    "http.requests_per_minute": (1, 1_000_000),
    "http.logins_per_minute": (1, 10_000),
    "push.workers": (0, 256),
    "push.tick_ms": (20, 10_000),
    "push.like_ms": (100, 60_000),
    "push.max_connections": (0, 1_000_000),
    "push.joins_per_second": (1, 1_000_000),
    "push.connections_per_address": (0, 1_000_000),
    "push.connections_per_viewer": (1, 1000),
    "push.messages_per_second": (1, 1000),
    "push.max_message_bytes": (512, 1_048_576),
    "push.socket_send_buffer_bytes": (0, 4_194_304),
    "push.buffer_limit_bytes": (16_384, 16_777_216),
    "push.behind_s": (1, 600),
    "push.silent_s": (5, 3600),
    "push.handshake_s": (1, 120),
    "store.timeout_ms": (50, 60_000),
    "photos.max_bytes": (100_000, 100_000_000),
    "imports.max_bytes": (10_000, 50_000_000),
    "sales.hold_minutes": (1, 24 * 60),
    "sales.orders_per_minute": (1, 6000),
    "sales.likes_per_second": (1, 1000),
    "sales.offer_seconds": (30, 3600),
    "sales.waitlist_most": (0, 100_000),
    "sales.waitlist_units": (1, 999),
    # Later than this, viewers and orders have built on it.
    "console.undo_s": (0, 300),
    "auth.viewer_token_hours": (1, 24 * 366),
    "auth.crew_pass_minutes": (1, 24 * 60),
    "auth.login_hours": (1, 24 * 31),
}

_HOST = r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"

# Texts that have a form: they travel in headers, in printed addresses and in keys of the store.
_SHAPES: dict[str, tuple[str, str]] = {
    "service.node": (r"[A-Za-z0-9_.-]{1,64}", "letters, digits and _.- only, 64 at most"),
    "http.public_url": (
        rf"https?://{_HOST}/?",
        "like https://live.example.org, without a path",
    ),
    "push.public_url": (
        rf"wss?://{_HOST}(?:/[A-Za-z0-9_.~/-]*)?",
        "like wss://live.example.org or wss://live.example.org/push",
    ),
    "stripe.base_url": (
        rf"https?://{_HOST}",
        "like https://api.stripe.com, without a path or a final slash",
    ),
    "push.allowed_origins": (
        rf"https?://{_HOST}",
        'a list of origins, such as ["https://shop.example.org"]',
    ),
}

# Stripe's pages live for 24 hours at most, half an hour of which comes after the hold.
MAX_STRIPE_HOLD_MINUTES = 1400

# Source: RFC 7518, 3.2: an HS256 key has at least 256 bits.
MIN_SECRET_CHARS = 32


def check(config: Config, sources: Sources) -> None:
    for path, (low, high) in RANGES.items():
        table, key = path.split(".")
        value = getattr(getattr(config, table), key)
        if not low <= value <= high:
            raise BadConfig(
                "out_of_range", f"{sources[path]}: {path} has to be from {low} to {high}."
            )
    if config.auth.secret and len(config.auth.secret) < MIN_SECRET_CHARS:
        raise BadConfig(
            "weak_secret",
            f"{sources['auth.secret']}: auth.secret needs at least {MIN_SECRET_CHARS} characters. "
            "Leave it out to have one made.",
        )
    _check_payment(config, sources)
    for path, (shape, example) in _SHAPES.items():
        table, key = path.split(".")
        value = getattr(getattr(config, table), key)
        for one in (value,) if isinstance(value, str) else value:
            if one and not re.fullmatch(shape, one):
                raise BadConfig("bad_value", f"{sources[path]}: {path} has to be {example}.")
    for table in ("http", "push"):
        path = f"{table}.listen"
        address(getattr(config, table).listen, f"{sources[path]}: {path}")


def _check_payment(config: Config, sources: Sources) -> None:
    """Whoever sells against payment in advance needs someone who takes it."""
    if config.sales.payment == "prepaid" and not config.sales.provider:
        raise BadConfig(
            "no_provider",
            f"{sources['sales.payment']}: sales.payment is prepaid, so sales.provider has to be "
            "stripe, or sandbox for a rehearsal without money.",
        )
    _check_stripe(config, sources)


def _check_stripe(config: Config, sources: Sources) -> None:
    keys = {"secret_key": "sk_", "webhook_secret": "whsec_"}
    missing = [key for key in keys if not getattr(config.stripe, key)]
    is_used = config.sales.provider == "stripe" or len(missing) < len(keys)
    for key in missing if is_used else ():
        raise BadConfig(
            "no_stripe_key",
            f"{sources[f'stripe.{key}']}: Stripe needs stripe.{key}. Copy it from Stripe's "
            f"dashboard (it begins with {keys[key]}) and set it as "
            f"LIVESELL_STRIPE__{key.upper()}.",
        )

    if config.sales.provider == "stripe" and config.sales.hold_minutes > MAX_STRIPE_HOLD_MINUTES:
        raise BadConfig(
            "out_of_range",
            f"{sources['sales.hold_minutes']}: with Stripe, sales.hold_minutes has to be from 1 to "
            f"{MAX_STRIPE_HOLD_MINUTES}, because its pages end after a day.",
        )


def address(listen: str, key: str) -> tuple[str, int]:
    """A "HOST:PORT" as a pair; an IPv6 host stands in brackets; port 0 takes any free one."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise BadConfig("bad_address", f"{key} has to be HOST:PORT, such as 127.0.0.1:8080.")
    return host.removeprefix("[").removesuffix("]"), int(port)
