"""The configuration: one frozen tree; defaults, then config.toml, then LIVESELL_<TABLE>__<KEY>.

Every key stands in the repository's config.toml with its default and a comment; a test holds it
to that. Unknown keys are refused with "did you mean". Secrets have no default and never print.
"""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct, field
from msgspec.structs import fields

from livesell.errors import BadConfig
from livesell.wanted import split, wanted

ENV_PREFIX = "LIVESELL_"


class Service(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where this service keeps its data, and how it names itself."""

    data: str = "data"
    node: str = ""
    log: Literal["debug", "info", "warning", "error"] = "info"


class Http(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pages and the API."""

    listen: str = "127.0.0.1:8080"
    public_url: str = ""
    trust_forwarded: bool = False
    max_body_bytes: int = 1_048_576
    requests_per_minute: int = 6000
    logins_per_minute: int = 10


class Push(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sockets."""

    listen: str = "127.0.0.1:8081"
    public_url: str = ""
    workers: int = 0
    allowed_origins: tuple[str, ...] = ()
    tick_ms: int = 250
    like_ms: int = 1000
    max_connections: int = 0
    joins_per_second: int = 2000
    connections_per_address: int = 0
    connections_per_viewer: int = 8
    messages_per_second: int = 20
    max_message_bytes: int = 4096
    socket_send_buffer_bytes: int = 4096
    buffer_limit_bytes: int = 65_536
    behind_s: int = 15
    silent_s: int = 60
    handshake_s: int = 10


class StoreConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The store: empty `url` starts the embedded one in the data directory."""

    url: str = ""
    prefix: str = "ls"
    allow_weak: str = ""
    timeout_ms: int = 2000


class Sales(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How orders and likes are taken."""

    payment: Literal["on_delivery", "prepaid"] = "on_delivery"
    provider: Literal["", "sandbox", "stripe"] = ""
    hold_minutes: int = 15
    orders_per_minute: int = 30
    likes_per_second: int = 15
    offer_seconds: int = 120
    waitlist_most: int = 1000
    waitlist_units: int = 10

    @property
    def hold_ms(self) -> int:
        """How long an order waits for its payment; 0 when it is paid on delivery."""
        return self.hold_minutes * 60_000 if self.payment == "prepaid" else 0


class StripeConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The account at Stripe; empty `base_url` is Stripe itself."""

    secret_key: str = ""
    webhook_secret: str = ""
    base_url: str = ""


class FiguresConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sum is called gross: "auto" is what was paid when payment is in advance."""

    gross: Literal["auto", "ordered", "paid"] = "auto"


class Auth(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tokens and logins. An empty secret is made once and kept in the store."""

    secret: str = ""
    viewer_token_hours: int = 24
    crew_pass_minutes: int = 10
    login_hours: int = 12


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole tree."""

    service: Service = field(default_factory=Service)
    http: Http = field(default_factory=Http)
    push: Push = field(default_factory=Push)
    store: StoreConfig = field(default_factory=StoreConfig)
    sales: Sales = field(default_factory=Sales)
    stripe: StripeConfig = field(default_factory=StripeConfig)
    figures: FiguresConfig = field(default_factory=FiguresConfig)
    auth: Auth = field(default_factory=Auth)

    @property
    def gross_kind(self) -> Literal["ordered", "paid"]:
        """Which sum is called gross. On delivery the money comes after the show, if at all."""
        if self.figures.gross != "auto":
            return self.figures.gross
        return "paid" if self.sales.payment == "prepaid" else "ordered"

    def __rich_repr__(self) -> Any:
        yield from redacted(self).items()

    def __repr__(self) -> str:
        return f"Config({redacted(self)!r})"


SECRETS = frozenset({"auth.secret", "store.url", "stripe.secret_key", "stripe.webhook_secret"})


def redacted(config: Config) -> dict[str, dict[str, Any]]:
    """The tree as tables, secrets starred out."""
    tables: dict[str, dict[str, Any]] = msgspec.to_builtins(config)
    for path in SECRETS:
        table, key = path.split(".")
        if tables[table][key]:
            tables[table][key] = "***"
    return tables


# What msgspec does not check: each key's range, and why the bound is there.
_RANGES: dict[str, tuple[int, int]] = {
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
    "sales.hold_minutes": (1, 24 * 60),
    "sales.orders_per_minute": (1, 6000),
    "sales.likes_per_second": (1, 1000),
    "sales.offer_seconds": (30, 3600),
    "sales.waitlist_most": (0, 100_000),
    "sales.waitlist_units": (1, 999),
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


def load(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """Reads the configuration.

    Args:
        file: A config.toml; None reads `./config.toml` when it is there.
        environ: Defaults to the process's.
        overrides: "table.key" to value, from command-line options; they win.

    Raises:
        BadConfig: Names the file, the key, and what to write instead.
    """
    tables = _read_file(file)
    sources = _Sources(str(file or "config.toml"))
    _merge_environ(tables, os.environ if environ is None else environ, sources)
    for path, value in (overrides or {}).items():
        table, key = path.split(".")
        tables.setdefault(table, {})[key] = value
        sources.of_key[path] = "The command line"
    _refuse_unknown(tables, sources)
    try:
        config = msgspec.convert(tables, Config, strict=False)
    except msgspec.ValidationError as error:
        raise BadConfig("bad_config", _sentence(error, sources)) from error
    _check(config, sources)
    return config


class _Sources:
    """Where each key was set, so that a sentence names the place to correct."""

    def __init__(self, file: str) -> None:
        self.of_key: dict[str, str] = {}
        self._file = file

    def __getitem__(self, path: str) -> str:
        return self.of_key.get(path, self._file)


def _read_file(file: Path | None) -> dict[str, Any]:
    path = file or Path("config.toml")
    if file is None and not path.exists():
        return {}
    try:
        tables = msgspec.toml.decode(path.read_bytes())
    except FileNotFoundError as error:
        raise BadConfig("no_config", f"There is no file {path}. Check --config.") from error
    except OSError as error:
        raise BadConfig("bad_config", f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadConfig("bad_config", f"{path} is no text in UTF-8. Save it as UTF-8.") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadConfig("bad_config", f"{path} is not valid TOML: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise BadConfig("bad_config", f"{path}: {name} has to stand in a [table].")
    return dict(tables)


def _merge_environ(tables: dict[str, Any], environ: Mapping[str, str], sources: _Sources) -> None:
    for name, value in environ.items():
        if name.startswith(ENV_PREFIX) and "__" in name:
            table, _, key = name.removeprefix(ENV_PREFIX).lower().partition("__")
            kind = _type_of(table, key)
            parsed: Any = [part for part in value.split(",") if part] if kind is tuple else value
            tables.setdefault(table, {})[key] = parsed
            sources.of_key[f"{table}.{key}"] = name


def _type_of(table: str, key: str) -> type | None:
    struct = _TABLES.get(table)
    for one in fields(struct) if struct else ():
        if one.name == key:
            return tuple if get_origin(one.type) is tuple else type(one.default)
    return None


_TABLES: dict[str, type[Struct]] = {one.name: one.type for one in fields(Config)}


def _refuse_unknown(tables: dict[str, Any], sources: _Sources) -> None:
    for name, table in tables.items():
        if name not in _TABLES:
            source = sources[f"{name}.{next(iter(table), '')}"]
            raise BadConfig(
                "unknown_key", f"{source}: [{name}] is not known.{_near(name, _TABLES)}"
            )
        keys = {one.name: one for one in fields(_TABLES[name])}
        for key in table:
            if key not in keys:
                source = sources[f"{name}.{key}"]
                raise BadConfig(
                    "unknown_key", f"{source}: {name}.{key} is not known.{_near(key, keys)}"
                )


def _near(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else f" Known are: {', '.join(known)}."


def _sentence(error: msgspec.ValidationError, sources: _Sources) -> str:
    """Where it was set, the key, and what it has to be."""
    place, what = split(error)
    path = place.partition("[")[0]
    table, _, key = path.partition(".")
    choices = [
        choice or '""'
        for one in fields(_TABLES[table])
        if one.name == key and get_origin(one.type) is Literal
        for choice in get_args(one.type)
    ]
    needed = f"one of: {', '.join(choices)}" if choices else wanted(what)
    return f"{sources[path]}: {place} has to be {needed}."


def _check(config: Config, sources: _Sources) -> None:
    for path, (low, high) in _RANGES.items():
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


def _check_payment(config: Config, sources: _Sources) -> None:
    """Whoever sells against payment in advance needs someone who takes it."""
    if config.sales.payment == "prepaid" and not config.sales.provider:
        raise BadConfig(
            "no_provider",
            f"{sources['sales.payment']}: sales.payment is prepaid, so sales.provider has to be "
            "stripe, or sandbox for a rehearsal without money.",
        )
    _check_stripe(config, sources)


def _check_stripe(config: Config, sources: _Sources) -> None:
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
