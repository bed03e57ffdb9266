"""The configuration: one tree, said where it was wrong and what to write instead."""

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import fields

from livesell.config import SECRETS, Config, load, redacted
from livesell.config.rules import MIN_SECRET_CHARS, RANGES, address
from livesell.errors import BadConfig

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "config.toml"


TABLES = [
    "service", "http", "push", "store", "photos", "imports", "sales", "console", "stripe",
    "figures", "auth",
]  # fmt: skip
LEVELS = ["debug", "info", "warning", "error"]
PUSH_URL = "like wss://live.example.org or wss://live.example.org/push."
ORIGINS = 'a list of origins, such as ["https://shop.example.org"].'
BASE_URL = "like https://api.stripe.com, without a path or a final slash."
NO_PROVIDER = (
    "sales.payment is prepaid, so sales.provider has to be stripe, or sandbox for a rehearsal "
    "without money."
)
NO_KEY = (
    "Stripe needs stripe.{0}. Copy it from Stripe's dashboard (it begins with {1}) and set it as "
    "LIVESELL_STRIPE__{2}."
)
TOO_SHORT = "needs at least 32 characters. Leave it out to have one made."


def from_text(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    return load(file, environ or {})


def refused(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(BadConfig) as raised:
        from_text(tmp_path, text, environ)
    assert raised.value.exit_status == 78
    return raised.value.message.replace(str(tmp_path / "mine.toml"), "mine.toml")


def keys() -> set[str]:
    return {f"{table.name}.{key.name}" for table in fields(Config) for key in fields(table.type)}


def test_nothing_set_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}) == Config()


def test_the_shipped_file_has_every_key_with_its_default() -> None:
    tables = msgspec.toml.decode(SHIPPED.read_bytes())
    assert {f"{table}.{key}" for table, held in tables.items() for key in held} == keys()
    assert load(SHIPPED, {}) == Config()


def test_every_key_of_the_shipped_file_stands_below_a_comment() -> None:
    lines = SHIPPED.read_text().splitlines()
    bare = [
        line for before, line in pairwise(lines)
        if " = " in line and not line.startswith("#") and not before.startswith("#")
    ]  # fmt: skip
    assert bare == []


def test_the_file_beside_the_caller_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text("[push]\ntick_ms = 300\n")
    assert load(None, {}).push.tick_ms == 300


def test_the_environment_goes_before_the_file_and_options_before_both(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[push]\ntick_ms = 300\nlike_ms = 2000\nworkers = 3\n")
    environ = {"LIVESELL_PUSH__TICK_MS": "400", "LIVESELL_PUSH__WORKERS": "4", "OTHER": "x"}
    push = load(file, environ, {"push.workers": 5}).push
    assert (push.like_ms, push.tick_ms, push.workers) == (2000, 400, 5)


def test_each_type_comes_from_the_environment(tmp_path: Path) -> None:
    config = from_text(
        tmp_path,
        "",
        {
            "LIVESELL_HTTP__TRUST_FORWARDED": "true",
            "LIVESELL_HTTP__LISTEN": "0.0.0.0:9000",
            "LIVESELL_PUSH__ALLOWED_ORIGINS": "https://a.example,https://b.example",
            "LIVESELL_SALES__LIKES_PER_SECOND": "7",
            "LIVESELL_SERVICE__LOG": "debug",
        },
    )
    assert config.http.trust_forwarded is True
    assert config.http.listen == "0.0.0.0:9000"
    assert config.push.allowed_origins == ("https://a.example", "https://b.example")
    assert (config.sales.likes_per_second, config.service.log) == (7, "debug")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[push]\ntick = 1", "mine.toml: push.tick is not known. Did you mean tick_ms?"),
        ("[pushh]\ntick_ms = 1", "mine.toml: [pushh] is not known. Did you mean push?"),
        ("[qqqqq]\n", "mine.toml: [qqqqq] is not known. Known are: " + ", ".join(TABLES) + "."),
        ("tick_ms = 1", "mine.toml: tick_ms has to stand in a [table]."),
        ("[push]\ntick_ms = 'fast'", "mine.toml: push.tick_ms has to be a whole number."),
        ("[push]\ntick_ms = 1.5", "mine.toml: push.tick_ms has to be a whole number."),
        ("[push]\nallowed_origins = 'x'",
         "mine.toml: push.allowed_origins has to be a list."),
        ("[push]\nallowed_origins = [1]",
         "mine.toml: push.allowed_origins[0] has to be text."),
        ("[service]\nlog = 'loud'",
         f"mine.toml: service.log has to be one of: {', '.join(LEVELS)}."),
        ("[push]\ntick_ms = 1", "mine.toml: push.tick_ms has to be from 20 to 10000."),
        ("[http]\nlisten = '8080'",
         "mine.toml: http.listen has to be HOST:PORT, such as 127.0.0.1:8080."),
        ("[auth]\nsecret = 'short'", f"mine.toml: auth.secret {TOO_SHORT}"),
        ("[http]\npublic_url = 'live.example.org'",
         "mine.toml: http.public_url has to be like https://live.example.org, without a path."),
        ("[http]\npublic_url = 'https://live.example.org/shop'",
         "mine.toml: http.public_url has to be like https://live.example.org, without a path."),
        ("[push]\npublic_url = 'https://live.example.org'",
         f"mine.toml: push.public_url has to be {PUSH_URL}"),
        ("[push]\npublic_url = 'wss://x; script-src *'",
         f"mine.toml: push.public_url has to be {PUSH_URL}"),
        ("[push]\nallowed_origins = ['https://a.example', 'b.example']",
         f"mine.toml: push.allowed_origins has to be {ORIGINS}"),
        ("[service]\nnode = 'a b'",
         "mine.toml: service.node has to be letters, digits and _.- only, 64 at most."),
        ("[sales]\npayment = 'prepaid'", f"mine.toml: {NO_PROVIDER}"),
        ("[sales]\npayment = 'prepaid'\nprovider = 'stripe'",
         f"mine.toml: {NO_KEY.format('secret_key', 'sk_', 'SECRET_KEY')}"),
        ("[sales]\nprovider = 'stripe'\n[stripe]\nsecret_key = 'sk_test_1'",
         f"mine.toml: {NO_KEY.format('webhook_secret', 'whsec_', 'WEBHOOK_SECRET')}"),
        ("[stripe]\nwebhook_secret = 'whsec_1'",
         f"mine.toml: {NO_KEY.format('secret_key', 'sk_', 'SECRET_KEY')}"),
        ("[stripe]\nbase_url = 'https://api.stripe.com/'",
         f"mine.toml: stripe.base_url has to be {BASE_URL}"),
        ("[sales]\nprovider = 'paypal'",
         "mine.toml: sales.provider has to be one of: \"\", sandbox, stripe."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file(tmp_path: Path, text: str, sentence: str) -> None:
    assert refused(tmp_path, text) == sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVESELL_PUSH__TICK", "1"), ("LIVESELL_PUSHH__TICK_MS", "1"),
        ("LIVESELL_PUSH__TICK_MS", "fast"), ("LIVESELL_PUSH__TICK_MS", "1"),
        ("LIVESELL_AUTH__SECRET", "short"), ("LIVESELL_HTTP__LISTEN", "x"),
        ("LIVESELL_SERVICE__LOG", "loud"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_environment_names_the_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    sentence = refused(tmp_path, "", {name: value})
    assert sentence.startswith(f"{name}: ")
    assert "short" not in sentence


def test_what_is_wrong_in_an_option_names_the_command_line() -> None:
    with pytest.raises(BadConfig, match=r"The command line: http\.listen has to be HOST:PORT"):
        load(SHIPPED, {}, {"http.listen": "nowhere"})


def test_a_file_that_is_gone_broken_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"There is no file .*gone\.toml"):
        load(tmp_path / "gone.toml", {})
    assert "is not valid TOML" in refused(tmp_path, "[push")
    (tmp_path / "bytes.toml").write_bytes(b"[push]\nx = '\xff'")
    with pytest.raises(BadConfig, match=r"bytes\.toml"):
        load(tmp_path / "bytes.toml", {})
    with pytest.raises(BadConfig, match="cannot be read"):
        load(tmp_path, {})


@pytest.mark.parametrize(("path", "bounds"), RANGES.items(), ids=list(RANGES))
def test_every_bound_is_inclusive_and_holds_its_default(
    tmp_path: Path, path: str, bounds: tuple[int, int]
) -> None:
    table, key = path.split(".")
    assert path in keys()
    assert bounds[0] <= getattr(getattr(Config(), table), key) <= bounds[1]
    for value in bounds:
        config = from_text(tmp_path, f"[{table}]\n{key} = {value}\n")
        assert getattr(getattr(config, table), key) == value
    for value in (bounds[0] - 1, bounds[1] + 1):
        assert f"{path} has to be from" in refused(tmp_path, f"[{table}]\n{key} = {value}\n")


def test_every_number_has_a_bound() -> None:
    numbers = {
        f"{table.name}.{key.name}"
        for table in fields(Config)
        for key in fields(table.type)
        if key.type is int
    }
    assert numbers == set(RANGES)


def test_secrets_never_print() -> None:
    secret, url = "s" * MIN_SECRET_CHARS, "redis://:hunter2@store:6379"
    keys = {"secret_key": "sk_live_hunter3", "webhook_secret": "whsec_hunter4"}
    environ = {f"LIVESELL_STRIPE__{name.upper()}": value for name, value in keys.items()}
    environ |= {"LIVESELL_AUTH__SECRET": secret, "LIVESELL_STORE__URL": url}
    config = load(SHIPPED, environ)
    assert (config.auth.secret, config.store.url) == (secret, url)
    assert {name: getattr(config.stripe, name) for name in keys} == keys
    shown = f"{config!r}{config}{redacted(config)}{dict(config.__rich_repr__())}"
    assert secret not in shown
    assert "hunter" not in shown
    paid_with = {f"stripe.{name}" for name in keys}
    assert paid_with | {"auth.secret", "store.url"} == SECRETS


def test_a_rehearsal_and_stripe_are_set_in_a_few_words(tmp_path: Path) -> None:
    text = "[sales]\npayment = 'prepaid'\nprovider = '{}'\nhold_minutes = 30\n"
    assert from_text(tmp_path, text.format("sandbox")).sales.hold_minutes == 30
    environ = {
        "LIVESELL_STRIPE__SECRET_KEY": "sk_test_1",
        "LIVESELL_STRIPE__WEBHOOK_SECRET": "whsec_1",
    }
    assert from_text(tmp_path, text.format("stripe"), environ).sales.provider == "stripe"
    long = text.format("stripe").replace("30", "1401")
    assert "with Stripe, sales.hold_minutes has to be from 1 to 1400" in refused(
        tmp_path, long, environ
    )


@pytest.mark.parametrize(
    ("listen", "pair"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("[::1]:0", ("::1", 0)),
        ("live.example.org:65535", ("live.example.org", 65_535)),
    ],
)
def test_addresses(listen: str, pair: tuple[str, int]) -> None:
    assert address(listen, "http.listen") == pair


@pytest.mark.parametrize("listen", ["", "x", ":80", "x:", "x:y", "x:65536", "x:-1", "x:8 0"])
def test_what_is_no_address(listen: str) -> None:
    with pytest.raises(BadConfig, match=r"^http\.listen has to be HOST:PORT"):
        address(listen, "http.listen")


@pytest.mark.parametrize(
    ("payment", "gross", "kind"),
    [
        ("on_delivery", "auto", "ordered"), ("prepaid", "auto", "paid"),
        ("on_delivery", "paid", "paid"), ("prepaid", "ordered", "ordered"),
    ],
)  # fmt: skip
def test_gross_is_what_was_paid_when_payment_is_in_advance(
    tmp_path: Path, payment: str, gross: str, kind: str
) -> None:
    text = f"[sales]\npayment = '{payment}'\nprovider = 'sandbox'\n[figures]\ngross = '{gross}'\n"
    assert from_text(tmp_path, text).gross_kind == kind
