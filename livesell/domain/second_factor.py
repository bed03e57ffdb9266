"""The second step of signing in: codes of an authenticator app (TOTP), and recovery codes.

Pure: which code is right is told by `auth.py`, this decides what a right or a wrong one does.
A code counts once; wrong ones are counted with the account and not with the address, because
only someone who knows the password gets this far, so no stranger can use them up.
"""

from msgspec import Struct
from msgspec.structs import replace

from livesell.errors import TooMany

# Ten wrong codes in half an hour: guessing one of a million then takes years.
MAX_MISSES = 10
MISSES_MS = 30 * 60_000

# The secret is shown for a few minutes only, then it has to be asked for again.
CONFIRM_MS = 15 * 60_000


class SecondFactor(Struct, frozen=True, kw_only=True):
    """What is kept of somebody's second step.

    Attributes:
        secret: Shared with the authenticator app, base32.
        at_ms: When it was made, and later when it was switched on.
        last_step: The newest 30-second step whose code was used; it and older ones are used up.
        recovery: Digests of the recovery codes that are left.
        misses: When the newest wrong codes came, epoch ms.
    """

    secret: str
    at_ms: int
    is_on: bool = False
    last_step: int = 0
    recovery: tuple[str, ...] = ()
    misses: tuple[int, ...] = ()


def check_misses(factor: SecondFactor, now_ms: int) -> None:
    """Raises `TooMany` (`too_many_codes`) after too many wrong codes."""
    recent = [at for at in factor.misses if now_ms - at < MISSES_MS]
    if len(recent) >= MAX_MISSES:
        wait_s = (recent[-MAX_MISSES] + MISSES_MS - now_ms) // 1000 + 1
        raise TooMany(
            "too_many_codes",
            f"Too many wrong codes came for this account. Wait {wait_s} s, then try again.",
            data={"retry_s": wait_s},
        )


def missed(factor: SecondFactor, now_ms: int) -> SecondFactor:
    return replace(factor, misses=(*factor.misses, now_ms)[-MAX_MISSES:])


def stepped(factor: SecondFactor, step: int) -> SecondFactor:
    """After a right code of this step."""
    return replace(factor, last_step=step, misses=())


def recovered(factor: SecondFactor, digest: str) -> SecondFactor:
    """After a recovery code was used."""
    left = tuple(one for one in factor.recovery if one != digest)
    return replace(factor, recovery=left, misses=())
