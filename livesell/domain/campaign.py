"""A campaign: several sessions that are one event, such as a shopping festival.

A session names its campaign; the campaign does not list its sessions, so the two cannot disagree.
What a campaign sold is summed up in `domain/figures.py`.
"""

from msgspec import Struct
from msgspec.structs import replace

from livesell.domain.ids import check_slug
from livesell.domain.session import MAX_TITLE_CHARS
from livesell.domain.text import clean_block, clean_line
from livesell.errors import Conflict, NotFound

MAX_NOTE_CHARS = 1000


class Campaign(Struct, frozen=True, kw_only=True):
    """The record of a campaign; `note` is the crew's own, `version` counts its changes from 1."""

    id: str
    title: str
    note: str = ""
    created_ms: int = 0
    version: int = 1


def check_campaign(campaign: Campaign) -> Campaign:
    """The campaign with its texts cleaned.

    Raises:
        BadInput: Names the first wrong field.
    """
    check_slug(campaign.id, "campaign_id")
    return replace(
        campaign,
        title=clean_line(campaign.title, "title", max_chars=MAX_TITLE_CHARS, required=True),
        note=clean_block(campaign.note, "note", max_chars=MAX_NOTE_CHARS),
    )


def edited(campaign: Campaign, *, title: str, note: str, expected_version: int) -> Campaign:
    """The campaign as somebody wants it who saw `expected_version` of it.

    Raises:
        Conflict: `campaign_changed`, with what holds now.
    """
    if campaign.version != expected_version:
        raise campaign_changed(campaign)
    after = check_campaign(replace(campaign, title=title, note=note))
    return campaign if after == campaign else replace(after, version=campaign.version + 1)


def campaign_changed(campaign: Campaign) -> Conflict:
    return Conflict(
        "campaign_changed",
        "Someone else changed this campaign first. Look at it again, then repeat your change.",
        data={"version": campaign.version, "title": campaign.title, "note": campaign.note},
    )


def campaign_in_use(sessions: int) -> Conflict:
    return Conflict(
        "campaign_in_use",
        f"{sessions} sessions belong to this campaign. Take them out of it first.",
        data={"sessions": sessions},
    )


def no_such_campaign() -> NotFound:
    return NotFound("no_such_campaign", "There is no such campaign. Choose one from the list.")
