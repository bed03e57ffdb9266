"""Bodies and answers about the crew: logins, accounts, invitations, the audit."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from livesell.actions.auditing import MAX_PAGE
from livesell.web.api.shapes import Answer, Body
from livesell.web.api.times import Moment

Name = Annotated[str, Meta(max_length=64)]
Password = Annotated[str, Meta(max_length=256)]
Secret = Annotated[str, Meta(max_length=128)]
# A code of the app, or a recovery code, with the spaces that people type.
Code = Annotated[str, Meta(max_length=32)]


class LoginBody(Body, frozen=True, kw_only=True):
    """With `want_token` the login comes in the answer too, for programs without cookies.

    `code` is for whoever has switched on the second step; without it the answer is `code_needed`.
    """

    name: Name
    password: Password
    code: Code = ""
    want_token: bool = False


class SetupBody(Body, frozen=True, kw_only=True):
    """`code` is from the link that the service printed at its first start."""

    code: Secret
    name: Name
    password: Password


class MeAnswer(Answer, frozen=True, kw_only=True):
    """Who is signed in. `rights` are words such as run, settle, read; pages ask for these."""

    name: str
    role: str
    rights: list[str]


class LoginAnswer(MeAnswer, frozen=True, kw_only=True, omit_defaults=True):
    token: str | None = None


class RoleBody(Body, frozen=True, kw_only=True):
    """admin, host, operator, moderator or staff."""

    role: Annotated[str, Meta(max_length=32)]


class PersonRow(Answer, frozen=True, kw_only=True):
    """A member of the crew. `logins` is how many are open now."""

    name: str
    role: str
    created: Moment
    last_login: Moment | None
    totp: bool
    logins: int


class PeopleAnswer(Answer, frozen=True, kw_only=True):
    people: list[PersonRow]


class PersonAnswer(Answer, frozen=True, kw_only=True):
    name: str
    role: str


class InvitationRow(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A link that still works. A `reset` is for the account `name`, a `join` for a new one."""

    id: str
    kind: Literal["join", "reset"]
    role: str
    by: str
    at: Moment
    until: Moment
    name: str = ""


class InvitationsAnswer(Answer, frozen=True, kw_only=True):
    invitations: list[InvitationRow]


class OfferAnswer(Answer, frozen=True, kw_only=True):
    """A new link, told this once; its code is behind the `#`, which no server is sent."""

    invitation: InvitationRow
    link: str


class CodeBody(Body, frozen=True, kw_only=True):
    """The code of a link."""

    code: Secret


class LinkAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What a link is for."""

    kind: Literal["join", "reset"]
    role: str
    until: Moment
    name: str = ""


class JoinBody(Body, frozen=True, kw_only=True):
    code: Secret
    name: Name
    password: Password


class ResetBody(Body, frozen=True, kw_only=True):
    code: Secret
    password: Password


class LoginRow(Answer, frozen=True, kw_only=True):
    """One of one's logins; `address` is its network, `seen` a minute exact."""

    id: str
    since: Moment
    seen: Moment
    until: Moment
    address: str
    browser: str
    is_this: bool


class AccountAnswer(Answer, frozen=True, kw_only=True):
    """One's own account. `recovery_left` counts the recovery codes that were not used."""

    name: str
    role: str
    created: Moment
    totp: bool
    recovery_left: int
    logins: list[LoginRow]


class OwnPasswordBody(Body, frozen=True, kw_only=True):
    """`password` is the one that holds now."""

    password: Password
    new_password: Password


class PasswordBody(Body, frozen=True, kw_only=True):
    password: Password


class SecretAnswer(Answer, frozen=True, kw_only=True):
    """What the authenticator app needs, for typing; the picture is at `/account/totp/picture`."""

    secret: str


class ConfirmBody(Body, frozen=True, kw_only=True):
    code: Code


class RecoveryAnswer(Answer, frozen=True, kw_only=True):
    """Codes for the day on which the phone is gone, told this once."""

    recovery: list[str]


class TurnOffBody(Body, frozen=True, kw_only=True):
    password: Password
    code: Code


class AuditQuery(Body, frozen=True, kw_only=True):
    """What is looked for; empty is anything. `before` is the `next` of the page before."""

    by: Name = ""
    did: Name = ""
    session: Name = ""
    before: Annotated[str, Meta(max_length=40)] = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50


class AuditExportQuery(Body, frozen=True, kw_only=True):
    by: Name = ""
    did: Name = ""
    session: Name = ""


class AuditRow(Answer, frozen=True, kw_only=True):
    """Something that `by` did about somebody or a session; `by` is empty when nobody knows who."""

    at: Moment
    by: str
    did: str
    about: str
    data: dict[str, Any]


class AuditAnswer(Answer, frozen=True, kw_only=True):
    """Newest first; `next` is empty at the end."""

    deeds: list[AuditRow]
    next: str
