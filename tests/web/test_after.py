"""After the end: where the recording is."""

from tests.support.build import given_live
from tests.web.site import Site

REPLAY = "https://video.example/naqu"


async def test_the_recording_is_told_after_the_end_and_can_be_taken_back(site: Site) -> None:
    await given_live(site.store)
    await site.command("end")
    for address in ("/naqu.mp4", "javascript:alert(1)", "https://", "https://a b"):
        refused = await site.command("edit", replay=address)
        assert (refused.status, refused.code) == (400, "bad_input"), address
    assert (await site.command("edit", title="other")).code == "wrong_state"
    told = await site.command("edit", replay=REPLAY)
    assert told.status == 200
    document = (await site.api("GET", "/sessions/naqu")).json["document"]
    assert document["session"]["replay"] == REPLAY
    undone = await site.command("undo", version=told.json["version"])
    assert undone.status == 200
    site.clock.advance(250)
    document = (await site.api("GET", "/sessions/naqu")).json["document"]
    assert "replay" not in document["session"]
    assert (await site.command("undo", version=undone.json["version"])).status == 200
