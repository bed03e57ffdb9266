"""Cards: those of a session, one more, and what the API's card means inside."""

from collections.abc import Sequence

from livesell.domain.card import Card, check_card, check_stock
from livesell.domain.command import AddCard
from livesell.domain.document import viewer_document
from livesell.errors import BadInput
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import CardAnswer, CardBody, CardsAnswer

# What a rule calls a field, and what the body called it.
_OUTSIDE = {"card_id": "id", "badge": "badges"}


async def list_cards(call: Call[None]) -> Reply:
    truth = await call.services.truth(call.session, is_crew=call.caller.is_crew)
    return Reply(CardsAnswer(cards=viewer_document(truth)["cards"]))


async def add_card(call: Call[CardBody]) -> Reply:
    """The host command `add_card`; without a slot number the next free one is taken."""
    truth = await call.services.truth(call.session, is_crew=True)
    card = _numbered(call.body, {known.slot for known in truth.cards.values()})
    command = AddCard(card=card, stock=call.body.stock)
    committed = await call.services.host.run(call.session, command, by=call.caller.crew())
    return Reply(CardAnswer(id=card.id, version=committed.version, dup=committed.dup), 201)


def cards_of(bodies: Sequence[CardBody]) -> tuple[list[Card], dict[str, int]]:
    """The cards of a new session and their stock by card id.

    Raises:
        BadInput: Names the field with the card's place in the list, such as `cards[2].price`.
    """
    taken = {body.slot for body in bodies if body.slot is not None}
    cards: list[Card] = []
    for place, body in enumerate(bodies):
        cards.append(_checked(_numbered(body, taken), body.stock, place))
        taken.add(cards[-1].slot)
    return cards, {card.id: body.stock for card, body in zip(cards, bodies, strict=True)}


def _numbered(body: CardBody, taken: set[int]) -> Card:
    slot = body.slot if body.slot is not None else max(taken, default=0) + 1
    return Card(
        id=body.id if body.id is not None else f"card-{slot}",
        slot=slot,
        title=body.title,
        price=body.price,
        was=body.was,
        limit=body.limit,
        per_order=body.per_order,
        of=body.of,
        pack=body.pack,
        gifts=body.gifts,
        safety=body.safety,
        floor=body.floor,
        open=body.open,
        image=body.image,
        badges=body.badges,
        story=body.story,
        donation=body.donation,
        script=body.script,
        plan_s=body.plan_s,
        product=body.product,
    )


def _checked(card: Card, stock: int, place: int) -> Card:
    try:
        check_stock(stock, card)
        return check_card(card)
    except BadInput as error:
        fields = {
            f"cards[{place}].{_OUTSIDE.get(name, name)}": sentence
            for name, sentence in error.fields.items()
        }
        raise BadInput(error.code, f"Card {place + 1}: {error.message}", fields=fields) from error
