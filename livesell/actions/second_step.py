"""The second step of signing in: switched on by its owner, asked at each login, used once a code.

What a code does is `domain/second_factor.py`, whether it is right `auth.py`. Each use is written
down only if nobody else has changed the record since it was read, so that a code that is sent
twice at once counts once.
"""

from collections.abc import Callable

from msgspec.structs import replace

from livesell.auth import (
    new_recovery_codes,
    new_totp_secret,
    recovery_digest,
    totp_address,
    totp_step,
)
from livesell.clock import Clock
from livesell.domain.second_factor import (
    CONFIRM_MS,
    SecondFactor,
    check_misses,
    missed,
    recovered,
    stepped,
)
from livesell.errors import BadInput, Busy, Conflict, NotFound, NotSignedIn
from livesell.store import Store

ATTEMPTS = 8

Judge = Callable[[SecondFactor], SecondFactor | None]


class SecondSteps:
    """Everybody's second steps."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._factors = store.factors
        self._clock = clock

    async def find(self, name: str) -> SecondFactor | None:
        """What is switched on for this name; None when nothing is."""
        factor = await self._factors.find(name)
        return factor if factor is not None and factor.is_on else None

    async def offer(self, name: str) -> str:
        """A new secret for the authenticator app, not asked for before `confirm`.

        Raises:
            Conflict: `second_step_on`.
        """
        known = await self._factors.find(name)
        if known is not None and known.is_on:
            raise Conflict(
                "second_step_on", "The second step is on already. Turn it off to change the app."
            )
        factor = SecondFactor(secret=new_totp_secret(), at_ms=self._clock())
        if not await self._factors.swap(name, known, factor):
            raise _busy()
        return factor.secret

    async def address(self, name: str) -> str:
        """What the QR code of the secret on offer says. Raises `NotFound`: `no_second_step`."""
        return totp_address((await self._offered(name)).secret, name)

    async def confirm(self, name: str, code: str) -> list[str]:
        """Switches it on when the app shows the right code.

        Returns:
            The recovery codes, which are kept nowhere.

        Raises:
            NotFound: `no_second_step`: none is on offer, or not any more.
            BadInput: `bad_code`.
            TooMany: `too_many_codes`.
        """
        codes = new_recovery_codes()
        on = {"is_on": True, "recovery": tuple(recovery_digest(one) for one in codes)}
        await self._offered(name)
        await self._use(name, lambda factor: _replaced(self._stepped(factor, code), **on))
        return codes

    async def check(self, name: str, code: str) -> str:
        """Uses a code up at a login.

        Returns:
            "app", "recovery", or nothing when there is no second step.

        Raises:
            NotSignedIn: `code_needed`: there is one, and no code came.
            BadInput: `bad_code`.
            TooMany: `too_many_codes`.
        """
        if await self.find(name) is None:
            return ""
        if not code.strip():
            raise NotSignedIn("code_needed", "Type the code that your authenticator app shows.")
        is_of_app = _is_of_app(code)
        await self._use(
            name,
            lambda factor: self._stepped(factor, code) if is_of_app else _recovered(factor, code),
        )
        return "app" if is_of_app else "recovery"

    async def turn_off(self, name: str, code: str) -> None:
        """The same, and then there is no second step any more."""
        if not await self.check(name, code):
            raise _none()
        await self._factors.forget(name)

    async def forget(self, name: str) -> None:
        """Takes it away without a code, for somebody whose phone is gone.

        Raises:
            NotFound: `no_second_step`.
        """
        if not await self._factors.forget(name):
            raise _none()

    async def _offered(self, name: str) -> SecondFactor:
        factor = await self._factors.find(name)
        if factor is None or factor.is_on or self._clock() - factor.at_ms > CONFIRM_MS:
            raise _none()
        return factor

    def _stepped(self, factor: SecondFactor, code: str) -> SecondFactor | None:
        step = totp_step(factor.secret, _digits(code), self._clock(), factor.last_step)
        return None if step is None else stepped(factor, step)

    async def _use(self, name: str, judge: Judge) -> None:
        """Writes down what a code does: a right one is used up, a wrong one counts as a miss."""
        for _ in range(ATTEMPTS):
            factor = await self._factors.find(name)
            if factor is None:
                raise _none()
            check_misses(factor, self._clock())
            judged = judge(factor)
            if await self._factors.swap(name, factor, judged or missed(factor, self._clock())):
                if judged is None:
                    raise BadInput.field(
                        "code",
                        "This code is wrong, or it was used already. Type the newest one.",
                        "bad_code",
                    )
                return
        raise _busy()


def _digits(code: str) -> str:
    return "".join(code.split())


def _is_of_app(code: str) -> bool:
    digits = _digits(code)
    return len(digits) == 6 and digits.isascii() and digits.isdigit()


def _recovered(factor: SecondFactor, code: str) -> SecondFactor | None:
    used = recovery_digest(code)
    return recovered(factor, used) if used in factor.recovery else None


def _replaced(factor: SecondFactor | None, **changes: object) -> SecondFactor | None:
    return None if factor is None else replace(factor, **changes)


def _none() -> NotFound:
    return NotFound("no_second_step", "No second step is waiting here. Begin again.")


def _busy() -> Busy:
    return Busy("busy", "Somebody else is at this account just now. Try again.")
