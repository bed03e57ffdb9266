"""A viewer's document over HTTP is a tick old at most, and the crew's is always fresh."""

from tests.support.build import given_live
from tests.web.site import Site

PATH = "/sessions/naqu"


async def test_viewers_share_a_document_for_a_tick(site: Site) -> None:
    await given_live(site.store)
    first = (await site.api("GET", PATH)).json["document"]
    await site.command("notice", text="加油")
    site.clock.advance(249)
    assert (await site.api("GET", PATH)).json["document"] == first
    site.clock.advance(1)
    assert (await site.api("GET", PATH)).json["document"]["notice"] == "加油"
    site.clock.advance(-3_600_000)
    await site.command("notice")
    assert "notice" not in (await site.api("GET", PATH)).json["document"]


async def test_the_crew_reads_what_it_has_just_written(site: Site) -> None:
    await given_live(site.store)
    await site.api("GET", PATH)
    await site.command("notice", text="加油")
    assert (await site.as_admin("GET", PATH)).json["document"]["notice"] == "加油"
    crew = await site.as_admin("GET", f"{PATH}?audience=crew")
    assert crew.json["document"]["notice"] == "加油"
