"""The crew's part of the API's table: logins, accounts, invitations, the audit."""

from livesell.web.api import account, logins, people
from livesell.web.api.people_shapes import (
    AccountAnswer,
    AuditAnswer,
    AuditExportQuery,
    AuditQuery,
    CodeBody,
    ConfirmBody,
    InvitationsAnswer,
    JoinBody,
    LinkAnswer,
    LoginAnswer,
    LoginBody,
    MeAnswer,
    OfferAnswer,
    OwnPasswordBody,
    PasswordBody,
    PeopleAnswer,
    PersonAnswer,
    RecoveryAnswer,
    ResetBody,
    RoleBody,
    SecretAnswer,
    SetupBody,
    TurnOffBody,
)
from livesell.web.api.route import Route
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.caller import Who

ROUTES: tuple[Route, ...] = (
    Route(
        "POST", "/login", logins.log_in, "Sign in", Who.ANYONE,
        body=LoginBody, answers={200: LoginAnswer}, refusals=(401,),
    ),
    Route(
        "POST", "/logout", logins.log_out, "Sign out", Who.CREW,
        answers={200: EmptyAnswer},
    ),
    Route(
        "GET", "/me", logins.who_am_i, "Who is signed in", Who.CREW,
        answers={200: MeAnswer},
    ),
    Route(
        "POST", "/setup", logins.set_up, "Make the first administrator", Who.ANYONE,
        body=SetupBody, answers={200: LoginAnswer}, refusals=(401, 409),
    ),
    Route(
        "POST", "/links/look", logins.look_at_link, "Read what a link is for", Who.ANYONE,
        body=CodeBody, answers={200: LinkAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/links/join", logins.join_crew, "Join the crew by a link", Who.ANYONE,
        body=JoinBody, answers={200: LoginAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "POST", "/links/reset", logins.reset_password, "Set a new password by a link",
        Who.ANYONE,
        body=ResetBody, answers={200: EmptyAnswer}, refusals=(404, 504),
    ),
    Route(
        "GET", "/account", account.get_account, "Read one's own account", Who.CREW,
        answers={200: AccountAnswer},
    ),
    Route(
        "POST", "/account/password", account.change_own_password, "Change one's own password",
        Who.CREW,
        body=OwnPasswordBody, answers={200: EmptyAnswer}, refusals=(504,),
    ),
    Route(
        "POST", "/account/totp", account.offer_second_step, "Begin the second step", Who.CREW,
        body=PasswordBody, answers={201: SecretAnswer}, refusals=(409, 504),
    ),
    Route(
        "GET", "/account/totp/picture", account.draw_second_step,
        "Get the QR code of the second step", Who.CREW,
        answers={200: bytes}, refusals=(404,), media="image/png",
    ),
    Route(
        "POST", "/account/totp/confirm", account.confirm_second_step,
        "Switch the second step on", Who.CREW,
        body=ConfirmBody, answers={200: RecoveryAnswer}, refusals=(404, 504),
    ),
    Route(
        "POST", "/account/totp/off", account.turn_off_second_step,
        "Switch the second step off", Who.CREW,
        body=TurnOffBody, answers={200: EmptyAnswer}, refusals=(401, 404, 504),
    ),
    Route(
        "DELETE", "/account/logins", account.end_other_logins, "Sign out everywhere else",
        Who.CREW,
        answers={200: EmptyAnswer}, refusals=(504,),
    ),
    Route(
        "DELETE", "/account/logins/{login}", account.end_own_login, "End one login", Who.CREW,
        answers={200: EmptyAnswer}, refusals=(404, 504),
    ),
    Route(
        "GET", "/people", people.list_people, "List the crew", Who.ADMIN,
        answers={200: PeopleAnswer},
    ),
    Route(
        "PUT", "/people/{person}/role", people.change_role, "Give another role", Who.ADMIN,
        body=RoleBody, answers={200: PersonAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/people/{person}", people.remove_person, "Remove somebody", Who.ADMIN,
        answers={200: EmptyAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/people/{person}/logins", people.end_logins_of_person,
        "Sign somebody out everywhere", Who.ADMIN,
        answers={200: EmptyAnswer}, refusals=(404, 504),
    ),
    Route(
        "DELETE", "/people/{person}/totp", people.forget_second_step,
        "Switch somebody's second step off", Who.ADMIN,
        answers={200: EmptyAnswer}, refusals=(404, 504),
    ),
    Route(
        "POST", "/people/{person}/reset", people.offer_reset, "Make a link for a new password",
        Who.ADMIN,
        answers={201: OfferAnswer}, refusals=(404, 504),
    ),
    Route(
        "GET", "/invitations", people.list_invitations, "List open links", Who.ADMIN,
        answers={200: InvitationsAnswer},
    ),
    Route(
        "POST", "/invitations", people.invite, "Make a link to join the crew", Who.ADMIN,
        body=RoleBody, answers={201: OfferAnswer}, refusals=(504,),
    ),
    Route(
        "DELETE", "/invitations/{invitation}", people.withdraw_invitation, "Withdraw a link",
        Who.ADMIN,
        answers={200: EmptyAnswer}, refusals=(404, 504),
    ),
    Route(
        "GET", "/audit", people.read_audit, "Read who did what", Who.ADMIN,
        query=AuditQuery, answers={200: AuditAnswer}, refusals=(404,),
    ),
    Route(
        "GET", "/audit.csv", people.export_audit, "Export who did what", Who.ADMIN,
        query=AuditExportQuery, answers={200: bytes}, refusals=(404,), media="text/csv",
    ),
)  # fmt: skip
