"""Closes the crew's sockets whose login has ended or whose role is another one now.

A wake says that something changed, and a new socket that there is one more to look at; what holds
is read from the store, so it does not matter how often this is asked, or on which node.
"""

import logging

from livesell.errors import LivesellError
from livesell.push.connection import Connection
from livesell.push.gateway import Gateway
from livesell.wire import CLOSE_TOKEN

logger = logging.getLogger(__name__)


class CrewWatch:
    """Runs beside the gateway until it is cancelled."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._people = gateway.setting.store.people

    async def run(self) -> None:
        """Looks whenever it is due. While the store is away the next gap asks for it again."""
        due = self._gateway.crew_due
        while True:
            await due.wait()
            due.clear()
            try:
                await self._look()
            except LivesellError as error:
                logger.warning("Whether the crew is still signed in: %s", error.message)
            except Exception:
                logger.exception("A look at the crew's logins failed.")

    async def _look(self) -> None:
        """Those of a token that a shop's own backend made have no login, and last as it says."""
        seats = [one for one in self._gateway.connections if one.has_crew_login]
        if not seats:
            return
        held = await self._people.roles({one.pass_.login for one in seats})
        for seat in seats:
            if held.get(seat.pass_.login) != seat.pass_.held_as:
                self._close(seat)

    def _close(self, seat: Connection) -> None:
        """A console whose person may still come gets itself a new pass and is back at once."""
        if seat.is_open:
            seat.close(CLOSE_TOKEN)
