"""The crew's part of the API's table."""

from livesell.web.api import logins
from livesell.web.api.people_shapes import LoginAnswer, LoginBody, MeAnswer, SetupBody
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
)  # fmt: skip
