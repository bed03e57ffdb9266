"""The shapes of the pre-flight check and of rehearsals."""

from typing import Any, Literal

from livesell.web.api.shapes import Answer


class CheckShape(Answer, frozen=True, kw_only=True):
    """One point of the check. `cards` are the ids of those that it is about, `data` what its
    sentence tells; `says` and `do` are that sentence, and what to do about it, in English.
    """

    area: str
    code: str
    state: Literal["ok", "warn", "bad"]
    cards: tuple[str, ...]
    data: dict[str, Any]
    says: str
    do: str


class PreflightAnswer(Answer, frozen=True, kw_only=True):
    """`ready` says that nothing has to be overruled; what is in the way comes first."""

    ready: bool
    checks: list[CheckShape]
