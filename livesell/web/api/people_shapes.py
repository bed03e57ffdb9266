"""Bodies and answers about the crew: logins, accounts, invitations, the audit."""

from typing import Annotated

from msgspec import Meta

from livesell.web.api.shapes import Answer, Body


class LoginBody(Body, frozen=True, kw_only=True):
    """With `want_token` the login comes in the answer too, for programs without cookies."""

    name: Annotated[str, Meta(max_length=64)]
    password: Annotated[str, Meta(max_length=256)]
    want_token: bool = False


class SetupBody(Body, frozen=True, kw_only=True):
    """`code` is from the link that the service printed at its first start."""

    code: Annotated[str, Meta(max_length=128)]
    name: Annotated[str, Meta(max_length=64)]
    password: Annotated[str, Meta(max_length=256)]


class MeAnswer(Answer, frozen=True, kw_only=True):
    """Who is signed in. `rights` are words such as run, settle, read; pages ask for these."""

    name: str
    role: str
    rights: list[str]


class LoginAnswer(MeAnswer, frozen=True, kw_only=True, omit_defaults=True):
    token: str | None = None
