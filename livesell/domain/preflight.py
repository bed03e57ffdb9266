"""The pre-flight check: what to look at before going live, and what stands in the way. Pure.

A point is `bad` only when going live would sell nothing or sell it wrongly; such a point has to be
overruled in words. Everything else that a host may want to mend is a warning. What the truth does
not say arrives as `Surroundings`, gathered in `actions/preflight.py`; the rules about cards are
`preflight_cards.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from livesell.domain import preflight_cards
from livesell.domain.text import clean_line
from livesell.domain.truth import Truth
from livesell.errors import BadInput, Conflict

MIN_OVERRULE_CHARS = 3
MAX_OVERRULE_CHARS = 200

# One round trip to the store on one machine or in one data centre.
MAX_STORE_MS = 50

# A session of 100,000 orders takes some 200 MB with its rewrites; this leaves room for several.
MIN_FREE_BYTES = 1_000_000_000


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Check(Struct, frozen=True, kw_only=True):
    """One thing looked at.

    Attributes:
        area: What it is about: "stock", "prices", ...
        cards: The ids of the cards that it is about; empty when it is about none.
        data: What its sentence tells: numbers and names.
        says: The sentence in English; pages have their own by `code`.
        do: What to do about it; empty when it is good.
    """

    area: str
    code: str
    state: Grade
    cards: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    says: str = ""
    do: str = ""


class Surroundings(Struct, frozen=True, kw_only=True):
    """What the check has to know beside the session itself.

    Attributes:
        weak: Sentences on how the store is weaker than promised, in ways that nobody accepted.
        store_ms: One round trip to the store; None when it was not measured.
        free_bytes: What the disk of the data directory has left; None when it is not known.
        theme: What is wrong with the overlay's theme; empty when it can be drawn.
        fonts: What is wrong with the font of pictures; empty when nothing is.
        missing: By card id ("" for the session's own texts), the characters without a glyph.
        photos: Cards ("" for the cover) whose photo should be on this service and is not.
        catalogue: By card id, what the catalogue says its product costs, minor units.
        payment: How it is paid: "on_delivery", the provider's name, or "" when there is none.
        is_https: Whether viewers come by https.
    """

    weak: tuple[str, ...] = ()
    store_ms: float | None = None
    free_bytes: int | None = None
    theme: str = ""
    fonts: str = ""
    missing: dict[str, str] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    catalogue: dict[str, int] = field(default_factory=dict)
    payment: str = "on_delivery"
    is_https: bool = False


Rule = Callable[[Truth, Surroundings], Iterable[preflight_cards.Found]]


def inspect(truth: Truth, around: Surroundings) -> list[Check]:
    """Every point, area by area, those in the way first; a good area is one point of its own."""
    checks: list[Check] = []
    for area, rule in AREAS.items():
        found = [_check(area, *one) for one in rule(truth, around)]
        checks += found or [_check(area, f"{area}_ok")]
    return sorted(checks, key=lambda one: _ORDER.index(one.state))


def standing_in_the_way(truth: Truth, around: Surroundings) -> list[Check]:
    """The points that a start by a person has to overrule in words; none for a rehearsal."""
    if truth.session.rehearsal_of:
        return []
    return [one for one in inspect(truth, around) if one.state is Grade.BAD]


def check_overruled(bad: Sequence[Check], overrule: str) -> str:
    """The words that overrule what is bad, cleaned; empty when nothing is and none were given.

    Raises:
        Conflict: `not_ready_to_start`, with the `points`.
        BadInput: The words are too short, too long, or no plain text.
    """
    words = clean_line(overrule, "overrule", max_chars=MAX_OVERRULE_CHARS)
    if words and len(words) < MIN_OVERRULE_CHARS:
        raise BadInput.field(
            "overrule",
            f"Say in {MIN_OVERRULE_CHARS} characters or more why you start all the same.",
        )
    if bad and not words:
        sentences = " ".join(one.says for one in bad)
        raise Conflict(
            "not_ready_to_start",
            f"This session is not ready: {sentences} Mend that, or say in words why you start all "
            "the same.",
            data={"points": [{"code": one.code, "cards": list(one.cards)} for one in bad]},
        )
    return words


def _stock(truth: Truth, _: Surroundings) -> Iterable[preflight_cards.Found]:
    yield from preflight_cards.stock(truth)


def _prices(truth: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    yield from preflight_cards.prices(truth, around.catalogue)


def _photos(truth: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    yield from preflight_cards.photos(truth, around.photos)


def _labels(truth: Truth, _: Surroundings) -> Iterable[preflight_cards.Found]:
    yield from preflight_cards.labels(truth)


def _plan(truth: Truth, _: Surroundings) -> Iterable[preflight_cards.Found]:
    yield from preflight_cards.plan(truth)


def _video(truth: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    """As `video-kind.js` plays it; whether it can be reached, only a browser may try."""
    address = truth.session.video
    path = address.partition("?")[0].partition("#")[0].lower()
    if not address:
        yield "video_none", (), {}
    elif address.startswith("http://") and around.is_https:
        yield "video_insecure", (), {}
    elif path.endswith(".m3u8"):
        yield "video_playlist", (), {}
    elif not path.endswith(_VIDEO_FILES) and not address.startswith("https://"):
        yield "video_link", (), {}


_VIDEO_FILES = (".mp4", ".m4v", ".webm", ".ogv", ".mov")


def _overlay(truth: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    if around.theme:
        yield "overlay_unreadable", (), {"why": around.theme}
    if not sum(node.overlays for node in truth.nodes.values()):
        yield "overlay_absent", (), {}


def _fonts(_: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    if around.fonts:
        yield "fonts_broken", (), {"why": around.fonts}
    if around.missing:
        chars = "".join(dict.fromkeys("".join(around.missing.values())))
        cards = tuple(card for card in around.missing if card)
        yield "glyphs_missing", cards, {"chars": " ".join(chars)}


def _store(_: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    if around.weak:
        yield "store_weak", (), {"why": " ".join(around.weak)}
    if around.store_ms is not None and around.store_ms > MAX_STORE_MS:
        yield "store_slow", (), {"ms": round(around.store_ms)}
    if around.free_bytes is not None and around.free_bytes < MIN_FREE_BYTES:
        yield "store_full", (), {"mb": around.free_bytes // 1_000_000}


def _payment(_: Truth, around: Surroundings) -> Iterable[preflight_cards.Found]:
    if not around.payment:
        yield "no_provider", (), {}
    elif around.payment == "sandbox":
        yield "payment_sandbox", (), {}


AREAS: dict[str, Rule] = {
    "stock": _stock,
    "prices": _prices,
    "payment": _payment,
    "labels": _labels,
    "photos": _photos,
    "plan": _plan,
    "video": _video,
    "overlay": _overlay,
    "fonts": _fonts,
    "store": _store,
}

# Going live with one of these sells nothing, or sells it wrongly.
IN_THE_WAY = frozenset(
    {
        "no_cards",
        "nothing_to_order",
        "price_zero",
        "price_far",
        "slots_twice",
        "no_provider",
        "store_weak",
    }
)

_ORDER = (Grade.BAD, Grade.WARN, Grade.OK)

# What each point says in English, and what to do about it.
SENTENCES: dict[str, tuple[str, str]] = {
    "stock_ok": ("Every card can be ordered.", ""),
    "no_cards": ("There is no card in this session.", "Add the products."),
    "nothing_to_order": ("Not one card can be ordered.", "Give the cards stock."),
    "no_stock": ("Without stock: {cards}.", "Restock, or take them out of the rundown."),
    "sold_out_by_hand": ("Marked as sold out by hand: {cards}.", "Sell them again, or leave it."),
    "all_kept": (
        "All that is there is kept back, as safety stock or for the waitlist: {cards}.",
        "Release some of the safety stock.",
    ),
    "part_short": ("A part or a gift has run out: {cards}.", "Restock the part, or take it away."),
    "flash_short": ("A flash sale has more pieces than are free: {cards}.", "Restock first."),
    "prices_ok": ("Every price is set.", ""),
    "price_zero": ("These cost nothing: {cards}.", "Set the price."),
    "price_far": (
        "Ten times too high or too low against the catalogue: {cards}.",
        "Correct the price here or there.",
    ),
    "below_floor": ("Below the floor price: {cards}.", "Raise the price, or leave it if meant."),
    "was_far": (
        "The price struck through is more than five times the price: {cards}.",
        "Check both prices.",
    ),
    "pack_dearer": ("A pack costs more than its pieces: {cards}.", "Check the price of the pack."),
    "flash_dearer": ("A flash sale is no cheaper than the card: {cards}.", "Lower its price."),
    "payment_ok": ("Buyers can pay.", ""),
    "no_provider": (
        "Payment in advance is set, and nobody takes the money.",
        "Set up a payment provider, or payment on delivery.",
    ),
    "payment_sandbox": (
        "Payments go to the sandbox, which moves no money.",
        "Set up the payment provider before you sell.",
    ),
    "labels_ok": ("Titles, badges and numbers fit.", ""),
    "slots_twice": ("Two cards have the same number: {cards}.", "Renumber one of them."),
    "slots_gap": ("The numbers have gaps: {numbers} are missing.", "Renumber, or leave it."),
    "titles_same": ("Several cards have the same title: {cards}.", "Tell them apart."),
    "title_long": ("Too long for the overlay and phones: {cards}.", "Shorten the title."),
    "badge_long": ("A badge is too long for a phone: {cards}.", "Shorten the badge."),
    "badges_none": ("No card has a badge.", "Add one such as the origin, or leave it."),
    "photos_ok": ("Every card has a photo.", ""),
    "photo_none": ("Without a photo: {cards}.", "Add a photo."),
    "photo_missing": ("The photo is not on this service any more: {cards}.", "Upload it again."),
    "cover_none": ("There is no cover.", "Add one: it is seen before the show and without video."),
    "cover_missing": ("The cover is not on this service any more.", "Upload it again."),
    "plan_ok": ("The times and the rundown are set.", ""),
    "no_times": ("There are no planned times.", "Set the start and the end."),
    "start_passed": ("The planned start has passed.", "Start now, or set a new time."),
    "plan_long": (
        "The rundown takes {minutes} minutes longer than the session.",
        "Shorten it, or move the end.",
    ),
    "rundown_gap": ("Not in the rundown: {cards}.", "Put them into the rundown."),
    "video_ok": ("The video's address is one that pages can show.", ""),
    "video_none": ("There is no video.", "Give its address; without it the cover is shown."),
    "video_insecure": (
        "The video is http, which browsers block on an https page.",
        "Use an https address.",
    ),
    "video_playlist": (
        "The video is HLS, which only some browsers show inside the page.",
        "Use an embedded player or an MP4, or leave it.",
    ),
    "video_link": ("The video can only be opened as a link.", "Use an https address."),
    "overlay_ok": ("The overlay is connected.", ""),
    "overlay_unreadable": ("The overlay cannot be drawn: {why}", "Install the themes again."),
    "overlay_absent": (
        "No overlay is connected.",
        "Add it as a browser source in OBS, or go without.",
    ),
    "fonts_ok": ("Pictures can write every character.", ""),
    "fonts_broken": ("{why}", "Install it again: pip install --force-reinstall manimgx-fonts-cjk"),
    "glyphs_missing": (
        "Pictures leave out these characters: {chars}",
        "Write them in another way.",
    ),
    "store_ok": ("Orders are on disk before they are confirmed.", ""),
    "store_weak": ("The store may lose orders. {why}", "Mend the store's settings."),
    "store_slow": ("The store answers in {ms} ms.", "Run it nearer: every order waits for it."),
    "store_full": ("The disk has {mb} MB left.", "Make room: a full disk stops the sale."),
}


def _check(
    area: str, code: str, cards: tuple[str, ...] = (), data: dict[str, Any] | None = None
) -> Check:
    says, do = SENTENCES[code]
    facts = data or {}
    state = Grade.OK if not do else Grade.BAD if code in IN_THE_WAY else Grade.WARN
    return Check(
        area=area,
        code=code,
        state=state,
        cards=cards,
        data=facts,
        says=says.format(cards=", ".join(cards), **facts),
        do=do,
    )
