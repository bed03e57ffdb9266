"""What a viewer does: come in, order, ask what became of an order."""

from livesell import auth
from livesell.auth import Pass
from livesell.clock import Clock
from livesell.config import Auth
from livesell.domain.ids import check_order_id, check_session_id, new_viewer_id, new_visit_id
from livesell.domain.order import REFUSALS, Order, OrderRequest, Placed
from livesell.domain.person import Actor
from livesell.domain.role import Role, require_figures
from livesell.domain.text import clean_line
from livesell.errors import LivesellError, NotAllowed, NotFound, NotSignedIn
from livesell.store import Store


class Viewers:
    """Tokens for viewers, overlays and the crew's sockets; orders over the API.

    Args:
        hold_ms: How long an order waits for its payment; 0 when it is paid on delivery.
    """

    def __init__(
        self, store: Store, secret: str, clock: Clock, auth: Auth, hold_ms: int = 0
    ) -> None:
        self._hold_ms = hold_ms
        self._store = store
        self._secret = secret
        self._clock = clock
        self._auth = auth

    def welcome(
        self,
        *,
        known: str | None,
        name: str = "",
        role: Role = Role.VIEWER,
        session: str | None = None,
        until_ms: int | None = None,
    ) -> tuple[str, Pass]:
        """A token for a new visit; the viewer stays the same when `known` is a valid token.

        Args:
            session: The only session that the token is for; None for any.
            until_ms: When it ends at the latest, epoch ms; None for as the configuration says.

        Raises:
            NotAllowed: The role needs a login.
            BadInput: The name has what no name should.
        """
        if role not in (Role.VIEWER, Role.OVERLAY):
            raise NotAllowed("not_allowed", "Tokens are for viewers and overlays; sign in instead.")
        before = self._known(known)
        return self._mint(
            viewer=before.viewer if before else new_viewer_id(),
            role=role,
            name=clean_line(name, "name", max_chars=40) or (before.name if before else ""),
            lifetime_s=self._lifetime_s(until_ms),
            session=session,
        )

    def crew_pass(self, actor: Actor, session_id: str, login: str = "") -> tuple[str, Pass]:
        """A short pass with which a signed-in member of the crew opens one session's socket.

        Args:
            login: The digest of the login that it ends with.
        """
        require_figures(actor.role)
        return self._mint(
            viewer=actor.name,
            role=Role.STAFF,
            name=actor.name,
            lifetime_s=self._auth.crew_pass_minutes * 60,
            session=check_session_id(session_id),
            login=login,
            held_as=str(actor.role),
        )

    def read(self, token: str) -> Pass:
        """What the token says. Raises `NotSignedIn` when it is not valid any more."""
        return auth.read(self._secret, token, self._clock())

    async def place(self, session_id: str, request: OrderRequest) -> Placed:
        """Places the order, once per id.

        Raises:
            Refused: A rule of selling says no.
            Busy: Not executed.
            OutcomeUnknown: Perhaps executed; ask.
        """
        check_session_id(session_id)
        [answer] = await self._store.orders.place(
            session_id, [request], self._clock(), self._hold_ms
        )
        if isinstance(answer, LivesellError):
            raise answer
        return answer

    async def ask(self, session_id: str, pass_: Pass, order_id: str) -> Order:
        """The viewer's own order; any order of the session for the crew.

        Raises:
            NotFound: `no_such_order`, also when it is another viewer's.
        """
        check_session_id(session_id)
        known_id = check_order_id(order_id)
        order = await self._store.orders.find(session_id, known_id)
        if order is None:
            order = await (await self._store.holding(session_id)).orders.find(session_id, known_id)
        is_own = order is not None and (pass_.role is Role.STAFF or order.viewer == pass_.viewer)
        if order is None or not is_own:
            raise NotFound("no_such_order", REFUSALS["no_such_order"])
        return order

    async def orders(self, session_id: str, viewer: str) -> list[Order]:
        """One viewer's orders, the newest first."""
        own = await self._store.orders.of_viewer(check_session_id(session_id), viewer)
        if own:
            return own
        return await (await self._store.holding(session_id)).orders.of_viewer(session_id, viewer)

    def _lifetime_s(self, until_ms: int | None) -> int:
        usual_s = self._auth.viewer_token_hours * 3600
        if until_ms is None:
            return usual_s
        return min(usual_s, max(1, (until_ms - self._clock()) // 1000))

    def _known(self, token: str | None) -> Pass | None:
        """A crew pass is no viewer's: its id is a login name."""
        try:
            found = self.read(token or "")
        except NotSignedIn:
            return None
        return None if found.role is Role.STAFF else found

    def _mint(
        self,
        *,
        viewer: str,
        role: Role,
        name: str,
        lifetime_s: int,
        session: str | None = None,
        login: str = "",
        held_as: str = "",
    ) -> tuple[str, Pass]:
        now_ms = self._clock()
        token = auth.mint(
            self._secret,
            viewer=viewer,
            visit=new_visit_id(),
            role=role,
            now_ms=now_ms,
            lifetime_s=lifetime_s,
            session=session,
            name=name,
            login=login,
            held_as=held_as,
        )
        return token, auth.read(self._secret, token, now_ms)
