"""One shared look at all connections, instead of a timer each: slow handshakes, peers that do not
finish closing, those who fell silent, and the crew's whose pass is over. It also measures how late
the loop is.
"""

import asyncio
import logging

from livesell.push.connection import Connection
from livesell.push.gateway import Gateway
from livesell.wire import CLOSE_SILENT, CLOSE_TOKEN

logger = logging.getLogger(__name__)

PERIOD_S = 0.25

# How long a peer may take to answer a close frame, or to read what is before it.
CLOSE_WAIT_S = 5.0

# Silence is noticed this part of `silent_s` late at most.
_SILENCE_PARTS = 12

_TIDY_EVERY_S = 30.0

# Connections looked at before the loop may do something else: about 0.1 ms.
_SLICE = 1024


class Sweep:
    """Runs beside the gateway until it is cancelled."""

    def __init__(self, gateway: Gateway) -> None:
        push = gateway.setting.config.push
        self._gateway = gateway
        self._steady = gateway.setting.steady
        self._silent_s = push.silent_s
        self._handshake_s = push.handshake_s
        self._every_s = max(1.0, push.silent_s / _SILENCE_PARTS)
        self._silence_due = self._tidy_due = self._steady()

    async def run(self) -> None:
        metrics = self._gateway.metrics
        while True:
            began = self._steady()
            await asyncio.sleep(PERIOD_S)
            lag_s = self._steady() - began - PERIOD_S
            # The worst of the last seconds, fading.
            metrics.lag_s = max(lag_s, metrics.lag_s * 0.9)
            try:
                await self.once()
            except Exception:
                logger.exception("A sweep over the connections failed.")

    async def once(self) -> None:
        """Everything that is due now."""
        gateway, now = self._gateway, self._steady()
        gateway.second = int(now)
        gateway.metrics.refusals["slow_handshake"] += _abort_older(
            gateway.shaking, now - self._handshake_s
        )
        _abort_older(gateway.closing, now - CLOSE_WAIT_S)
        for keeper in list(gateway.hub.rooms.values()):
            await keeper.freshness.tell_age()
        if now >= self._tidy_due:
            self._tidy_due = now + _TIDY_EVERY_S
            gateway.hub.tidy()
        if now >= self._silence_due:
            self._silence_due = now + self._every_s
            await self._close_those_over()

    async def _close_those_over(self) -> None:
        """The silent, and the crew's with a pass whose time is over.

        A console gets itself a new pass and is back within a second; somebody whose login was
        ended does not. A viewer's token is for coming in, and holds no more than anybody may see.
        """
        now_s = self._gateway.setting.clock() // 1000
        connections = list(self._gateway.connections)
        for start in range(0, len(connections), _SLICE):
            latest = self._gateway.second - self._silent_s
            for connection in connections[start : start + _SLICE]:
                if connection.heard < latest:
                    connection.close(CLOSE_SILENT)
                elif connection.is_crew_over(now_s):
                    connection.close(CLOSE_TOKEN)
            await asyncio.sleep(0)


def _abort_older(since: dict[Connection, float], limit: float) -> int:
    """Ends the connections that entered `since` before `limit`; the oldest come first."""
    late = []
    for connection, entered in since.items():
        if entered > limit:
            break
        late.append(connection)
    for connection in late:
        del since[connection]
        connection.pipe.abort()
    return len(late)
