"""Campaigns over HTTP."""

from msgspec.structs import asdict

from livesell.domain.campaign import Campaign
from livesell.domain.ids import check_slug, readable_id
from livesell.web.api.prepare_shapes import (
    CampaignAnswer,
    CampaignBody,
    CampaignEditBody,
    CampaignFiguresAnswer,
    CampaignsAnswer,
    CampaignShape,
    EventShape,
)
from livesell.web.api.route import Call, Reply
from livesell.web.api.sessions import crew_row
from livesell.web.api.shapes import EmptyAnswer
from livesell.web.api.times import moment


async def list_campaigns(call: Call[None]) -> Reply:
    sizes = await call.services.organiser.sizes()
    found = await call.services.store.campaigns.list()
    return Reply(CampaignsAnswer(campaigns=[_shape(one, sizes.get(one.id, 0)) for one in found]))


async def add_campaign(call: Call[CampaignBody]) -> Reply:
    body = call.body
    campaign = Campaign(
        id=readable_id(body.title, "campaign") if body.id is None else check_slug(body.id, "id"),
        title=body.title,
        note=body.note,
    )
    made = await call.services.organiser.add(campaign, by=call.caller.crew())
    headers = {"Location": f"/api/v1/campaigns/{made.id}"}
    return Reply(CampaignAnswer(campaign=_shape(made, 0)), 201, headers)


async def get_campaign(call: Call[None]) -> Reply:
    """The sums are of all its sessions, in whichever currency; those in the archive too."""
    organiser = call.services.organiser
    campaign = await call.services.store.campaigns.find(call.campaign)
    sessions = await organiser.sessions_of(campaign.id)
    figures = await organiser.figures(sessions, by=call.caller.crew())
    answer = CampaignFiguresAnswer(
        campaign=_shape(campaign, len(sessions)),
        rows=[crew_row(one) for one in sessions],
        figures=EventShape(**{**asdict(figures), "as_of": moment(figures.as_of)}),
    )
    return Reply(answer)


async def edit_campaign(call: Call[CampaignEditBody]) -> Reply:
    body, organiser = call.body, call.services.organiser
    after = await organiser.edit(
        call.campaign,
        title=body.title,
        note=body.note,
        expected_version=body.expected_version,
        by=call.caller.crew(),
    )
    sessions = await organiser.sessions_of(after.id)
    return Reply(CampaignAnswer(campaign=_shape(after, len(sessions))))


async def remove_campaign(call: Call[None]) -> Reply:
    await call.services.organiser.remove(call.campaign, by=call.caller.crew())
    return Reply(EmptyAnswer())


def _shape(campaign: Campaign, sessions: int) -> CampaignShape:
    return CampaignShape(
        id=campaign.id,
        title=campaign.title,
        note=campaign.note,
        created=moment(campaign.created_ms),
        version=campaign.version,
        sessions=sessions,
    )
