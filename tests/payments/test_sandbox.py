"""The sandbox: references that cannot be guessed, events that are signed, and no money."""

import pytest

from livesell.errors import BadInput, NotFound, NotSignedIn
from livesell.payments import PaymentEvent
from livesell.payments.sandbox import HEADER, Sandbox, Till
from livesell.payments.signature import sign
from tests.payments.conftest import ORDER, RETURN_URL, an_order
from tests.payments.test_stripe import a_refund
from tests.support.build import NOW_MS, a_card, a_session


async def test_a_page_on_this_service_for_one_order(sandbox: Sandbox) -> None:
    page = await sandbox.open(
        an_order(), a_session(), a_card(), return_url=RETURN_URL, expires_ms=NOW_MS + 1000
    )
    assert page.url.startswith(f"https://live.example.org/pay/sandbox/{page.ref}?back=%2Fpay%2F")
    assert sandbox.till(page.ref) == Till(session="naqu", order=ORDER)
    again = await sandbox.open(
        an_order(), a_session(), a_card(), return_url=RETURN_URL, expires_ms=NOW_MS + 1000
    )
    assert again == page


def test_a_reference_cannot_be_made_up(sandbox: Sandbox) -> None:
    ref = sandbox.ref_of("naqu", ORDER)
    other = ORDER.replace("1", "2")
    for forged in (
        "", "sandbox", ref[:-1], ref + "A", ref.replace("naqu", "other"), ref.replace(ORDER, other),
        f"sandbox.naqu.{ORDER}.{'A' * 22}", ref.upper(), ref + "\n", "x" * 10_000,
        Sandbox("another secret").ref_of("naqu", ORDER),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            sandbox.till(forged)


async def test_an_event_is_read_as_it_was_sent(sandbox: Sandbox) -> None:
    ref = sandbox.ref_of("naqu", ORDER)
    signed = sandbox.event(ref, "paid", 1000, "CNY", NOW_MS)
    told = sandbox.read_event(*signed, NOW_MS + 1000)
    assert told == PaymentEvent(
        id=told.id, provider="sandbox", kind="paid", session="naqu", order=ORDER, amount=1000,
        currency="CNY", ref=ref,
    )  # fmt: skip
    other = sandbox.read_event(*sandbox.event(ref, "failed", 1000, "CNY", NOW_MS), NOW_MS)
    assert (other.kind, other.ref) == ("failed", ref)
    assert other.id != told.id
    assert Sandbox("a secret that only the tests have, long enough").read_event(*signed, NOW_MS)


def test_an_event_that_is_forged_changed_or_old(sandbox: Sandbox) -> None:
    ref = sandbox.ref_of("naqu", ORDER)
    headers, body = sandbox.event(ref, "paid", 1000, "CNY", NOW_MS)
    forgeries: list[tuple[dict[str, str], bytes]] = [
        ({}, body), ({HEADER: ""}, body), ({HEADER: "t=1,v1=2"}, body),
        (headers, body.replace(b"1000", b"9000")), ({HEADER: sign("guess", body, NOW_MS)}, body),
        (Sandbox("another secret").event(ref, "paid", 1000, "CNY", NOW_MS)[0], body),
    ]  # fmt: skip
    for forged in forgeries:
        with pytest.raises(NotSignedIn):
            sandbox.read_event(*forged, NOW_MS)
    for late_ms in (301_000, -301_000):
        with pytest.raises(NotSignedIn):
            sandbox.read_event(headers, body, NOW_MS + late_ms)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b'{"id":"1"}',
             b'{"id":"1","kind":"paid","ref":"sandbox.x","amount":1,"currency":"CNY"}'],
)  # fmt: skip
def test_what_is_signed_and_no_event(sandbox: Sandbox, body: bytes) -> None:
    headers = {HEADER: sign(sandbox._event_key, body, NOW_MS)}
    with pytest.raises(BadInput):
        sandbox.read_event(headers, body, NOW_MS)


async def test_there_is_nothing_to_give_back_or_to_close(sandbox: Sandbox) -> None:
    assert await sandbox.refund(a_refund(sandbox.ref_of("naqu", ORDER)), "CNY") == "done"
    await sandbox.abandon("anything")
    await sandbox.close()
