"""After the end: where the recording is, and which show is next."""

from datetime import UTC, datetime

from tests.support.build import given_live, given_session
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


async def test_the_next_show_is_told_to_anyone_and_only_what_is_announced(site: Site) -> None:
    await given_live(site.store)
    await site.command("end")
    nothing = await site.api("GET", "/sessions/naqu/next")
    assert (nothing.status, nothing.json) == (200, {"next": None})
    assert nothing.headers["Cache-Control"] == "private, max-age=15"
    start = datetime.fromtimestamp(site.clock() // 1000 + 3600, UTC).isoformat()
    end = datetime.fromtimestamp(site.clock() // 1000 + 7200, UTC).isoformat()
    await given_session(site.store, id="draft")
    await given_session(site.store, id="second", cover="/photos/x")
    planned = {"planned_start": start, "planned_end": end, "confirm": True}
    done = await site.command("schedule", "second", **planned)
    assert done.status == 200
    # Answers are shared for a few seconds, so that a whole audience may ask at once.
    assert (await site.api("GET", "/sessions/naqu/next")).json == {"next": None}
    site.clock.advance(s=15)
    found = (await site.api("GET", "/sessions/naqu/next")).json["next"]
    assert (found["id"], found["state"], found["cover"]) == ("second", "scheduled", "/photos/x")
    assert found["owner"] == found["campaign"] == ""
    for hidden in ("draft", "nobody"):
        assert (await site.api("GET", f"/sessions/{hidden}/next")).status == 404
