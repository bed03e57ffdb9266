"""Which payment ports a service has, from its configuration.

The sandbox is there only when it was chosen: nobody may "pay" with it in a shop that sells.
Stripe is there whenever it has keys, so that orders paid with it can still be refunded after the
shop has gone over to something else.
"""

from livesell.config import Config
from livesell.payments import Payments
from livesell.payments.sandbox import Sandbox


async def open_payments(config: Config, secret: str) -> dict[str, Payments]:
    """The ports by name; close each when the service stops.

    Args:
        secret: The service's own, for what the sandbox signs.
    """
    opened: dict[str, Payments] = {}
    if config.sales.provider == "sandbox":
        opened["sandbox"] = Sandbox(secret)
    if config.stripe.secret_key:
        # Its library is large and only for shops that use it.
        from livesell.payments.stripe import open_stripe

        opened["stripe"] = await open_stripe(config.stripe)
    return opened
