import uuid

import pytest

from livesell.actions.viewer import Viewers
from livesell.config import Auth
from livesell.domain.person import Actor
from livesell.domain.role import Role
from livesell.errors import BadInput, NotAllowed, NotFound, NotSignedIn, Refused
from livesell.store import Store
from tests.support.build import FakeClock, a_request, given_live

SECRET = "a-secret-of-thirty-two-characters"


@pytest.fixture
def viewers(store: Store, clock: FakeClock) -> Viewers:
    return Viewers(store, SECRET, clock, Auth())


async def test_a_returning_viewer_keeps_the_id_and_gets_a_new_visit(viewers: Viewers) -> None:
    token, first = viewers.welcome(known=None, name="扎西")
    _, again = viewers.welcome(known=token)
    assert (again.viewer, again.name) == (first.viewer, "扎西")
    assert again.visit != first.visit


@pytest.mark.parametrize("known", [None, "", "nonsense", "a.b.c"])
async def test_without_a_valid_token_the_viewer_is_new(viewers: Viewers, known: str | None) -> None:
    _, one = viewers.welcome(known=known)
    _, other = viewers.welcome(known=known)
    assert one.viewer != other.viewer


async def test_an_expired_token_makes_a_new_viewer(viewers: Viewers, clock: FakeClock) -> None:
    token, first = viewers.welcome(known=None)
    clock.advance(s=24 * 3600)
    with pytest.raises(NotSignedIn):
        viewers.read(token)
    assert viewers.welcome(known=token)[1].viewer != first.viewer


async def test_a_crew_pass_is_for_one_session_and_never_a_viewer(viewers: Viewers) -> None:
    token, pass_ = viewers.crew_pass(Actor(name="lhamo", role=Role.STAFF), "naqu")
    assert (pass_.viewer, pass_.role, pass_.session) == ("lhamo", Role.STAFF, "naqu")
    assert viewers.welcome(known=token)[1].viewer != "lhamo"


async def test_nobody_becomes_crew_by_asking(viewers: Viewers) -> None:
    with pytest.raises(NotAllowed):
        viewers.welcome(known=None, role=Role.STAFF)
    with pytest.raises(NotAllowed):
        viewers.crew_pass(Actor(name="v1", role=Role.VIEWER), "naqu")


async def test_a_name_with_markup_is_refused(viewers: Viewers) -> None:
    with pytest.raises(BadInput):
        viewers.welcome(known=None, name="<script>")


async def test_a_token_can_be_for_one_session(viewers: Viewers) -> None:
    _, pass_ = viewers.welcome(known=None, session="naqu")
    assert pass_.session == "naqu"


async def test_an_order_is_placed_once(viewers: Viewers, store: Store) -> None:
    await given_live(store)
    request = a_request(viewer="v1", units=2)
    first = await viewers.place("naqu", request)
    again = await viewers.place("naqu", request)
    assert (first.dup, again.dup) == (False, True)
    assert again.order == first.order
    assert await viewers.orders("naqu", "v1") == [first.order]


async def test_a_refusal_is_raised_with_what_is_left(viewers: Viewers, store: Store) -> None:
    await given_live(store, stock=3)
    with pytest.raises(Refused) as refused:
        await viewers.place("naqu", a_request(units=4))
    assert (refused.value.code, refused.value.data["left"]) == ("sold_out", 3)


async def test_only_the_buyer_and_the_crew_see_an_order(viewers: Viewers, store: Store) -> None:
    await given_live(store)
    _, buyer = viewers.welcome(known=None)
    _, stranger = viewers.welcome(known=None)
    _, crew = viewers.crew_pass(Actor(name="lhamo", role=Role.STAFF), "naqu")
    order = (await viewers.place("naqu", a_request(viewer=buyer.viewer))).order
    assert await viewers.ask("naqu", buyer, order.id) == order
    assert await viewers.ask("naqu", crew, order.id.upper()) == order
    for pass_, order_id in ((stranger, order.id), (buyer, str(uuid.uuid4()))):
        with pytest.raises(NotFound) as refused:
            await viewers.ask("naqu", pass_, order_id)
        assert refused.value.code == "no_such_order"
