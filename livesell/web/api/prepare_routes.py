"""The routes for preparing: whole sessions, and campaigns."""

from livesell.web.api import campaigns, preparing
from livesell.web.api.prepare_shapes import (
    CampaignAnswer,
    CampaignBody,
    CampaignEditBody,
    CampaignFiguresAnswer,
    CampaignsAnswer,
    DuplicateBody,
)
from livesell.web.api.route import Route
from livesell.web.api.shapes import CreatedAnswer, EmptyAnswer
from livesell.web.caller import Who

ROUTES: tuple[Route, ...] = (
    Route(
        "POST", "/sessions/{session}/duplicate", preparing.duplicate_session,
        "Copy a session as a new draft", Who.CREATES,
        body=DuplicateBody, answers={201: CreatedAnswer}, refusals=(404, 409),
    ),
    Route(
        "DELETE", "/sessions/{session}", preparing.remove_session, "Remove a draft",
        Who.CREATES,
        answers={200: EmptyAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "GET", "/campaigns", campaigns.list_campaigns, "List campaigns", Who.CREW,
        answers={200: CampaignsAnswer},
    ),
    Route(
        "POST", "/campaigns", campaigns.add_campaign, "Make a campaign", Who.PREPARES,
        body=CampaignBody, answers={201: CampaignAnswer}, refusals=(409, 504),
    ),
    Route(
        "GET", "/campaigns/{campaign}", campaigns.get_campaign,
        "Read a campaign with its figures", Who.CREW,
        answers={200: CampaignFiguresAnswer}, refusals=(404,),
    ),
    Route(
        "PUT", "/campaigns/{campaign}", campaigns.edit_campaign, "Change a campaign",
        Who.PREPARES,
        body=CampaignEditBody, answers={200: CampaignAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "DELETE", "/campaigns/{campaign}", campaigns.remove_campaign,
        "Remove a campaign that has no sessions", Who.PREPARES,
        answers={200: EmptyAnswer}, refusals=(404, 409, 504),
    ),
)  # fmt: skip
