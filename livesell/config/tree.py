"""The tree of the configuration: every key with its type and its default; secrets never print."""

from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from livesell.domain.undo import UNDO_MS


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


class PhotosConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Photos that the crew sends."""

    max_bytes: int = 15_000_000


class ImportsConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Spreadsheets of products that the crew sends."""

    max_bytes: int = 10_000_000


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


class Console(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The host's console."""

    undo_s: int = UNDO_MS // 1000


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
    photos: PhotosConfig = field(default_factory=PhotosConfig)
    imports: ImportsConfig = field(default_factory=ImportsConfig)
    sales: Sales = field(default_factory=Sales)
    console: Console = field(default_factory=Console)
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
