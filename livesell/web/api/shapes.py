"""Every body and answer of the API, as types; `openapi.py` describes the API from them.

Times are ISO 8601 in UTC, but for those inside a `document`, which is the same as on the socket
(epoch milliseconds). Money is integer minor units. Bodies refuse fields that they do not know.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from livesell.domain.card import Gift
from livesell.domain.command import (
    AddCard,
    Cancel,
    Close,
    Command,
    DropFlash,
    Edit,
    EditCard,
    End,
    EndFlash,
    Gifts,
    Hide,
    Limits,
    Notice,
    Open,
    Pause,
    PrepareFlash,
    Price,
    Release,
    RemoveCard,
    Reorder,
    Restock,
    Resume,
    SellOn,
    SellOut,
    Show,
    Start,
    StartFlash,
    Undo,
)
from livesell.domain.session import DEFAULT_GRACE_S
from livesell.web.api.times import Moment

# Beyond this, JavaScript and Lua cannot count exactly.
MAX_EXACT = 2**53 - 1


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends."""


class Answer(Struct, frozen=True, kw_only=True):
    """What a caller gets."""


# --- any error -------------------------------------------------------------------------------


class ErrorDetail(Answer, frozen=True, kw_only=True):
    """`fields` names each wrong input; other keys hold what a program may need (`left`, ...)."""

    code: str
    message: str
    fields: dict[str, str]


class ErrorAnswer(Answer, frozen=True, kw_only=True):
    """The one shape of every error."""

    error: ErrorDetail


class EmptyAnswer(Answer, frozen=True, kw_only=True):
    """Done; there is nothing to say."""


# --- sessions --------------------------------------------------------------------------------


class CardBody(Body, frozen=True, kw_only=True):
    """A card. Without `id` and `slot` the next free slot number is taken and names it.

    A pack names the card whose stock it draws on (`of`), has no stock of its own, and takes `pack`
    pieces a unit. `gifts` are pieces of other cards' stocks that come with each unit. `product`
    names what it was made from in the catalogue.
    """

    title: str
    price: int
    id: str | None = None
    slot: int | None = None
    was: int | None = None
    stock: int = 0
    limit: int | None = None
    per_order: int | None = None
    of: str = ""
    pack: int = 1
    gifts: tuple[Gift, ...] = ()
    safety: int = 0
    floor: int | None = None
    open: bool = False
    image: str = ""
    badges: tuple[str, ...] = ()
    story: str = ""
    donation: int = 0
    script: str = ""
    plan_s: int = 0
    product: str = ""


class SessionBody(Body, frozen=True, kw_only=True):
    """A new session: with planned times it is scheduled, without it is a draft.

    Times in which the same host has another session need `confirm`.
    """

    title: str
    host: str
    id: str | None = None
    planned_start: Moment | None = None
    planned_end: Moment | None = None
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    video: str = ""
    cover: str = ""
    replay: str = ""
    fund: str = ""
    campaign: str = ""
    grace_s: int = DEFAULT_GRACE_S
    public_gross: bool = False
    cards: Annotated[tuple[CardBody, ...], Meta(max_length=200)] = ()
    confirm: bool = False


class CreatedAnswer(Answer, frozen=True, kw_only=True):
    id: str
    version: int


class DocumentQuery(Body, frozen=True, kw_only=True):
    """Which of the two documents; the crew's needs a login."""

    audience: Literal["viewer", "crew"] = "viewer"


class DocumentAnswer(Answer, frozen=True, kw_only=True):
    """The session's document as on the socket, and the server's clock."""

    document: dict[str, Any]
    now: Moment


# --- commands --------------------------------------------------------------------------------


class ScheduleBody(Command, frozen=True, kw_only=True, tag="schedule"):
    """Set the planned times and make the session visible to viewers."""

    planned_start: Moment
    planned_end: Moment
    confirm: bool = False


class ExtendBody(Command, frozen=True, kw_only=True, tag="extend"):
    """Move the planned end of a session that is on air."""

    planned_end: Moment
    confirm: bool = False


AnyCommandBody = (
    ScheduleBody
    | Start
    | Pause
    | Resume
    | End
    | ExtendBody
    | Cancel
    | Show
    | Hide
    | Open
    | Close
    | Price
    | Restock
    | Release
    | Limits
    | SellOut
    | SellOn
    | Gifts
    | PrepareFlash
    | StartFlash
    | EndFlash
    | DropFlash
    | Notice
    | Reorder
    | AddCard
    | EditCard
    | RemoveCard
    | Edit
    | Undo
)


class CommandBody(Body, frozen=True, kw_only=True):
    """A command; with `id` it is carried out once, with `expected_version` on no newer state."""

    command: AnyCommandBody
    id: str | None = None
    expected_version: Annotated[int, Meta(ge=0, le=MAX_EXACT)] | None = None


class CommandAnswer(Answer, frozen=True, kw_only=True):
    """`dup` says that this is the answer given before, replayed."""

    version: int
    dup: bool


class CardsAnswer(Answer, frozen=True, kw_only=True):
    """The cards by id, as in the viewer document."""

    cards: dict[str, dict[str, Any]]


class CardAnswer(CommandAnswer, frozen=True, kw_only=True):
    id: str


# --- the sandbox for payments ----------------------------------------------------------------


class SandboxBody(Body, frozen=True, kw_only=True):
    """Which button was pressed."""

    do: Literal["pay", "decline"]


class SandboxAnswer(Answer, frozen=True, kw_only=True):
    """An order as the sandbox's page shows it. `hold_until` is null when it waits for no payment;
    `back` is the page to which a buyer goes on.
    """

    session: str
    show: str
    order: str
    n: int
    title: str
    units: int
    amount: int
    currency: str
    state: str
    hold_until: Moment | None
    now: Moment
    back: str


# --- viewers ---------------------------------------------------------------------------------


class ViewerBody(Body, frozen=True, kw_only=True):
    """A new visit. Send the old token as bearer to stay the same viewer.

    A rehearsal wants tokens for it alone; name its `session` to get one, if you were invited.
    """

    name: Annotated[str, Meta(max_length=200)] = ""
    session: Annotated[str, Meta(max_length=64)] = ""
    role: Literal["viewer", "overlay"] = field(default="viewer", name="as")


class PassAnswer(Answer, frozen=True, kw_only=True):
    """`push` is where the socket goes; append /v1/sessions/SESSION?token=TOKEN."""

    token: str
    expires: Moment
    push: str


class ViewerAnswer(PassAnswer, frozen=True, kw_only=True):
    """`session` is the only one that the token is good for; null when it is good for all."""

    viewer: str
    session: str | None = None
