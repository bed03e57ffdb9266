"""What every part of the push side needs and none of them owns."""

from collections.abc import Callable

from msgspec import Struct

from livesell.clock import Clock
from livesell.config import Config
from livesell.push.metrics import Metrics
from livesell.push.pacing import stretched
from livesell.store import Store


class Setting(Struct, frozen=True, kw_only=True):
    """The parts around the policy.

    Attributes:
        clock: The time of day, epoch ms: what pages and the store are told.
        steady: Seconds that never jump: pacing, and how long something has been going on.
        sockets: How many connections this process carries now.
    """

    store: Store
    config: Config
    node: str
    clock: Clock
    steady: Callable[[], float]
    sockets: Callable[[], int]
    metrics: Metrics

    @property
    def tick_ms(self) -> int:
        return stretched(self.config.push.tick_ms, self.sockets())

    @property
    def like_ms(self) -> int:
        return stretched(self.config.push.like_ms, self.sockets())
