"""What a pull brings, as the truth that documents are built from."""

from collections.abc import Iterable
from typing import Any

import msgspec

from livesell.domain.card import Card, Units
from livesell.domain.session import Session
from livesell.domain.truth import NodeHealth, Tally, TickerEntry, Truth
from livesell.domain.waitlist import Offer, units_of
from livesell.errors import NotFound
from livesell.store.connect import Command, Link
from livesell.store.scripts import script

_session_decoder = msgspec.json.Decoder(Session)
_card_decoder = msgspec.json.Decoder(Card)
_ticker_decoder = msgspec.json.Decoder(TickerEntry)
_health_decoder = msgspec.json.Decoder(NodeHealth)


def pull_command(link: Link, session_id: str, last: Truth | None) -> Command:
    known = (0, -1, -1) if last is None else (last.version, last.queue, last.bans)
    return link.call(script("pull"), session_id, *known)


def truth_of(answer: list[Any], now_ms: int, last: Truth | None) -> Truth:
    """The truth that `pull.lua` answered with; `last` has the records when they were left out."""
    if answer[0] == 0:
        raise no_such_session()
    version, units, tally, ticker, leases, hold, lapse, record, cards, queue, offers, *bans = answer
    nodes = _alive(leases, now_ms)
    if record:
        session, shelf = _session_decoder.decode(record), _shelf(cards)
    elif last is not None:
        session, shelf = last.session, last.cards
    return Truth(
        version=version,
        session=session,
        cards=shelf,
        units=_units(units, shelf),
        tally=Tally(**{name.decode(): int(value) for name, value in pairs(tally)}),
        concurrent=sum(node.viewers for node in nodes.values()),
        nodes=nodes,
        ticker=tuple(_ticker_decoder.decode(entry) for entry in ticker),
        next_hold_ms=_score(hold),
        next_offer_ms=_score(lapse),
        as_of_ms=now_ms,
        queue=queue,
        offers=last.offers if last is not None and last.queue == queue else _offers(offers, shelf),
        bans=bans[0],
        banned=last.banned
        if last is not None and last.bans == bans[0]
        else frozenset(viewer.decode() for viewer in bans[1]),
    )


def pairs(flat: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    """A hash as the server sends it: name, value, name, value."""
    return zip(flat[::2], flat[1::2], strict=True)


def _score(first: list[bytes]) -> int | None:
    """The time of the first member of a sorted set, epoch ms."""
    return int(float(first[1])) if first else None


def no_such_session() -> NotFound:
    return NotFound("no_such_session", "There is no such session. Check the address.")


def _shelf(cards: list[bytes]) -> dict[str, Card]:
    found = [_card_decoder.decode(record) for _, record in pairs(cards)]
    return {card.id: card for card in sorted(found, key=lambda card: card.slot)}


def _units(flat: list[bytes], cards: dict[str, Card]) -> dict[str, Units]:
    counts: dict[str, dict[str, int]] = {card_id: {} for card_id in cards}
    for field, value in pairs(flat):
        card_id, _, name = field.decode().partition(":")
        counts[card_id][name] = int(value)
    return {card_id: Units(**fields) for card_id, fields in counts.items()}


def _offers(flat: list[bytes], cards: dict[str, Card]) -> tuple[Offer, ...]:
    found = []
    for name, entry in pairs(flat):
        card_id, _, viewer = name.decode().partition("/")
        if entry.startswith(b"offered "):
            _, pieces, until_ms = entry.split()
            units = units_of(cards[card_id], int(pieces))
            found.append(Offer(card_id, viewer, units, int(until_ms)))
    return tuple(found)


def _alive(leases: list[bytes], now_ms: int) -> dict[str, NodeHealth]:
    nodes: dict[str, NodeHealth] = {}
    for node, lease in pairs(leases):
        until_ms, _, health = lease.split(b" ", 2)
        if int(until_ms) > now_ms:
            nodes[node.decode()] = _health_decoder.decode(health)
    return dict(sorted(nodes.items()))
