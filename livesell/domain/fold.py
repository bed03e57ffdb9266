"""The ledger folded up, entry by entry, to all that the store counts.

It shares no code with `domain/settlement.py` on purpose: what that page adds, this one has to find
again from the facts alone, with a small state machine of its own for each order. A fact that does
not fit what came before it (a payment for no order, a refund beyond what was paid) is an oddity.
"""

from msgspec import Struct, field

from livesell.domain.card import Units
from livesell.domain.marks import Marks
from livesell.domain.truth import Bucket, Entry, Tally, bucket_of


class FoldedOrder(Struct, kw_only=True):
    """An order as the facts tell of it."""

    n: int
    viewer: str
    card: str
    units: int
    amount: int
    lines: list[tuple[str, int]]
    bucket: int
    state: str
    is_offline: bool
    is_in_window: bool
    donation: int
    flash: str
    paid: int = 0
    refunded: int = 0
    returned: int = 0
    payment: str = ""


class FoldedRefund(Struct, kw_only=True):
    """A refund as the facts tell of it; `told` is what the provider said last."""

    order: str
    amount: int
    told: str = ""


class _Flash(Struct, frozen=True):
    starts: int
    ends: int


class Oddity(Struct, frozen=True, kw_only=True):
    """An entry that does not fit what came before it."""

    entry: str
    kind: str
    what: str


class Folded(Struct, kw_only=True):
    """The counts so far; `oddities` are the entries that fit nothing."""

    tally: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Tally.__struct_fields__, 0))
    cards: dict[str, dict[str, int]] = field(default_factory=dict)
    timeline: dict[int, Bucket] = field(default_factory=dict)
    orders: dict[str, FoldedOrder] = field(default_factory=dict)
    refunds: dict[str, FoldedRefund] = field(default_factory=dict)
    buyers: dict[str, int] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    _viewers: set[str] = field(default_factory=set)
    _stocks: dict[str, str] = field(default_factory=dict)
    _flashes: dict[str, _Flash] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Counts one entry; kinds that count nothing are read over."""
        fold = getattr(self, f"_fold_{entry.kind}", None)
        if fold is None:
            return
        try:
            fold(entry)
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            self._odd(entry, "it lacks what such an entry says")

    # --- the shelf ---------------------------------------------------------------------------

    def card(self, card: str) -> dict[str, int]:
        return self.cards.setdefault(card, dict.fromkeys(Units.__struct_fields__, 0))

    def _fold_card_added(self, entry: Entry) -> None:
        data = entry.data
        self._stocks[data["card"]] = data.get("of") or data["card"]
        self.card(data["card"])["allocated"] += data["stock"]
        self.card(data["card"])["free"] += data["stock"]

    def _fold_card_removed(self, entry: Entry) -> None:
        counts = self.cards.pop(entry.data["card"])
        del self._stocks[entry.data["card"]]
        if any(number for name, number in counts.items() if name not in ("allocated", "free")):
            self._odd(entry, "the card had been sold or promised")

    def _fold_restocked(self, entry: Entry) -> None:
        data = entry.data
        self.card(data["card"])["allocated"] += data["units"]
        self.card(data["card"])["free"] += data["units"]

    def _fold_flash_started(self, entry: Entry) -> None:
        data = entry.data
        self._flashes[data["flash"]] = _Flash(data["starts"], data["ends"])
        self.card(data["stock"])["flash"] = data["pieces"]

    def _fold_flash_ended(self, entry: Entry) -> None:
        self._flashes.pop(entry.data["flash"], None)
        self.card(entry.data["stock"])["flash"] = 0

    def _fold_flash_recalled(self, entry: Entry) -> None:
        self._fold_flash_ended(entry)

    # --- the waitlist ------------------------------------------------------------------------

    def _fold_waited(self, entry: Entry) -> None:
        self._claimed(entry, waiting=1)

    def _fold_offered(self, entry: Entry) -> None:
        self._claimed(entry, waiting=-1, offered=1)

    def _fold_offer_taken(self, entry: Entry) -> None:
        self._claimed(entry, offered=-1)

    def _fold_offer_lapsed(self, entry: Entry) -> None:
        self._claimed(entry, offered=-1)

    def _fold_queue_left(self, entry: Entry) -> None:
        self._claimed(entry, waiting=-1)

    def _claimed(self, entry: Entry, **signs: int) -> None:
        card, pieces = entry.data["card"], entry.data["pieces"]
        stock = self.card(self._stocks.get(card, card))
        for name, sign in signs.items():
            stock[name] += sign * pieces

    # --- orders ------------------------------------------------------------------------------

    def _fold_ordered(self, entry: Entry) -> None:
        data = entry.data
        if data["id"] in self.orders:
            self._odd(entry, "the order was placed before")
        order = FoldedOrder(
            n=data["n"],
            viewer=data["viewer"],
            card=data["card"],
            units=data["units"],
            amount=data["amount"],
            lines=[(card, pieces) for card, pieces in data.get("lines") or ()]
            or [(data["card"], data["units"])],
            bucket=bucket_of(entry.at_ms),
            state="held" if data.get("state") == "held" else "placed",
            is_offline=data.get("way") == "offline",
            is_in_window=bool(data["window"]),
            donation=data["donation"],
            flash=data.get("flash") or "",
        )
        self.orders[data["id"]] = order
        self._stock(order, order.units, free=-1, **{"held" if order.state == "held" else "sold": 1})
        if order.flash:
            self.card(order.lines[0][0])["flash"] -= order.lines[0][1]
        self._stand(order, 1)
        if order.state == "held":
            self._wait(order, 1)
        else:
            self._donate(order, order.units)

    def _fold_order_paid(self, entry: Entry) -> None:
        order = self._order(entry, "held", "placed")
        if order is None:
            return
        if order.state == "held":
            self._wait(order, -1)
            self._stock(order, order.units, held=-1, sold=1)
            self._donate(order, order.units)
        order.state, order.payment = "paid", entry.data["ref"]
        self._capture(entry, order)

    def _fold_order_fulfilled(self, entry: Entry) -> None:
        order = self._order(entry, "placed", "paid")
        if order is None:
            return
        if order.state == "placed":
            self._capture(entry, order)
        order.state = "fulfilled"

    def _fold_order_cancelled(self, entry: Entry) -> None:
        self._take_back(entry, self._order(entry, "placed", "held"), "cancelled")

    def _fold_order_expired(self, entry: Entry) -> None:
        self._take_back(entry, self._order(entry, "held"), "expired")

    def _fold_order_paid_late(self, entry: Entry) -> None:
        data = entry.data
        if data["outcome"] == "refund":
            if self._order(entry, "expired", "cancelled"):
                self._owe(entry)
            return
        order = self._order(entry, "expired")
        if order is None:
            return
        self._stock(order, order.units, free=-1, sold=1)
        stock, pieces = order.lines[0]
        if self._runs(order, entry) and self.card(stock)["flash"] >= pieces:
            self.card(stock)["flash"] -= pieces
        self._stand(order, 1)
        self._donate(order, order.units)
        self._total(order, "expired_orders", -1)
        order.state, order.payment = "paid", data["ref"]
        self._capture(entry, order)

    def _fold_order_paid_twice(self, entry: Entry) -> None:
        if self._order(entry, "paid", "fulfilled", "refunded"):
            self._owe(entry)

    def _fold_order_refunded(self, entry: Entry) -> None:
        data = entry.data
        order = self._order(entry, "paid", "fulfilled")
        if order is None:
            return
        amount, units = data["amount"], data["units"]
        if order.refunded + amount > order.paid or order.returned + units > order.units:
            self._odd(entry, "more came back than there was")
        before = order.returned
        order.refunded += amount
        order.returned += units
        is_all_back = order.returned == order.units if order.paid == 0 else True
        if order.refunded == order.paid and is_all_back:
            order.state = "refunded"
        self._give_back(entry, order, amount, before)
        self._stock(order, units, sold=-1, **{"free" if data["restock"] else "written_off": 1})
        if data["restock"]:
            self._return_to_flash(entry, order, units)
        self._donate(order, -units)
        self._owe(entry)

    def _fold_refund_done(self, entry: Entry) -> None:
        self._tell(entry, "done")

    def _fold_refund_failed(self, entry: Entry) -> None:
        self._tell(entry, "failed")

    # --- what befalls an order, in parts -------------------------------------------------------

    def _order(self, entry: Entry, *states: str) -> FoldedOrder | None:
        order = self.orders.get(entry.data["id"])
        if order is None:
            self._odd(entry, "there is no such order")
        elif order.state not in states:
            self._odd(entry, f"the order was {order.state}")
            return None
        return order

    def _take_back(self, entry: Entry, order: FoldedOrder | None, state: str) -> None:
        if order is None:
            return
        if order.state == "held":
            self._wait(order, -1)
            self._stock(order, order.units, held=-1, free=1)
        else:
            self._donate(order, -order.units)
            self._stock(order, order.units, sold=-1, free=1)
        self._return_to_flash(entry, order, order.units)
        self._stand(order, -1)
        self._total(order, f"{state}_orders", 1)
        order.state = state

    def _stand(self, order: FoldedOrder, sign: int) -> None:
        if order.is_offline:
            self.tally["offline_orders"] += sign
            self.tally["offline_units"] += sign * order.units
            self.tally["offline_amount"] += sign * order.amount
            return
        card = self.card(order.card)
        bucket = self.timeline.setdefault(order.bucket, Bucket())
        for name, number in (("orders", 1), ("units", order.units), ("ordered", order.amount)):
            self.tally[name] += sign * number
            card[name] += sign * number
            setattr(bucket, name, getattr(bucket, name) + sign * number)
            if order.is_in_window:
                card[f"window_{name}"] += sign * number
        standing = self.buyers.pop(order.viewer, 0) + sign
        if standing:
            self.buyers[order.viewer] = standing
        self.tally["buyers"] = len(self.buyers)

    def _stock(self, order: FoldedOrder, units: int, **signs: int) -> None:
        for card, pieces in order.lines:
            for name, sign in signs.items():
                self.card(card)[name] += sign * (pieces * units // order.units)

    def _runs(self, order: FoldedOrder, entry: Entry) -> bool:
        flash = self._flashes.get(order.flash) if order.flash else None
        return flash is not None and flash.starts <= entry.at_ms < flash.ends

    def _return_to_flash(self, entry: Entry, order: FoldedOrder, units: int) -> None:
        if self._runs(order, entry):
            stock, pieces = order.lines[0]
            self.card(stock)["flash"] += pieces * units // order.units

    def _wait(self, order: FoldedOrder, sign: int) -> None:
        self._total(order, "held_orders", sign)
        self._total(order, "held_amount", sign * order.amount)

    def _donate(self, order: FoldedOrder, units: int) -> None:
        self._total(order, "donated", units * order.donation)

    def _capture(self, entry: Entry, order: FoldedOrder) -> None:
        amount = entry.data["amount"]
        if amount != order.amount:
            self._odd(entry, "the amount is not the order's")
        order.paid += amount
        self._total(order, "paid_orders", 1)
        self._money(entry, order, "paid", amount)

    def _give_back(self, entry: Entry, order: FoldedOrder, amount: int, returned: int) -> None:
        if not order.is_offline:
            self._money(entry, order, "refunded", amount)
            return
        is_whole = order.state == "refunded"
        units = order.units - returned if is_whole else order.returned - returned
        self.tally["offline_orders"] -= int(is_whole)
        self.tally["offline_units"] -= units
        self.tally["offline_amount"] -= amount

    def _money(self, entry: Entry, order: FoldedOrder, name: str, amount: int) -> None:
        if order.is_offline:
            return
        bucket = self._bucket(entry)
        setattr(bucket, name, getattr(bucket, name) + amount)
        self.card(order.card)[name] += amount
        self.tally[name] += amount

    def _total(self, order: FoldedOrder, name: str, number: int) -> None:
        if not order.is_offline:
            self.tally[name] += number

    def _owe(self, entry: Entry) -> None:
        data = entry.data
        if data["refund"] in self.refunds:
            self._odd(entry, "this refund was made before")
        self.refunds[data["refund"]] = FoldedRefund(order=data["id"], amount=data["amount"])

    def _tell(self, entry: Entry, told: str) -> None:
        refund = self.refunds.get(entry.data["refund"])
        if refund is None:
            self._odd(entry, "there is no such refund")
        else:
            refund.told = told

    # --- the audience --------------------------------------------------------------------------

    def _fold_liked(self, entry: Entry) -> None:
        data = entry.data
        self.tally["likes"] += data["n"]
        self.tally["likers"] += data["likers"]
        self._bucket(entry).likes += data["n"]

    def _fold_attended(self, entry: Entry) -> None:
        data = entry.data
        self._viewers.update(data["joined"])
        self.tally["viewers"] = len(self._viewers)
        self.tally["views"] += data["views"]
        self.tally["watch_ms"] += data["watch_ms"]
        self._bucket(entry).joins += data["views"]

    def _fold_sampled(self, entry: Entry) -> None:
        data = entry.data
        bucket = self._bucket(entry)
        bucket.concurrent = max(bucket.concurrent, data["concurrent"])
        self.tally["peak"] = max(self.tally["peak"], data["concurrent"])

    def _fold_muted(self, entry: Entry) -> None:
        odd = self.marks.note(entry.kind, entry.data["viewer"])
        if odd:
            self._odd(entry, odd)

    _fold_unmuted = _fold_banned = _fold_unbanned = _fold_muted

    def _bucket(self, entry: Entry) -> Bucket:
        return self.timeline.setdefault(bucket_of(entry.at_ms), Bucket())

    def _odd(self, entry: Entry, what: str) -> None:
        self.oddities.append(Oddity(entry=entry.id, kind=entry.kind, what=what))


def folded(ledger: list[Entry]) -> Folded:
    """All entries, oldest first, folded up."""
    counts = Folded()
    for entry in ledger:
        counts.add(entry)
    return counts
