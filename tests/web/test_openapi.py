"""The description of the API is the table, and the server keeps to it."""

import asyncio
import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from livesell.domain.role import Role
from livesell.web import openapi
from livesell.web.api.route import BASE
from livesell.web.api.routes import ROUTES
from tests.support.build import a_card, given_live
from tests.web.site import Site

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 20


def document() -> Any:
    return json.loads(json.dumps(openapi.describe(ROUTES)))


def test_every_route_is_described_and_nothing_else() -> None:
    described = {
        (method.upper(), path) for path, item in document()["paths"].items() for method in item
    }
    assert described == {(route.method, route.path) for route in ROUTES}


async def test_every_described_route_is_served_and_nothing_else(site: Site) -> None:
    [runner] = [vars(site.server)["_runner"]]
    served = {
        (route.method, route.resource.canonical)
        for route in runner.app.router.routes()
        if route.resource.canonical.startswith(f"{BASE}/") and route.method != "HEAD"
    }
    described = {(route.method, BASE + route.path) for route in ROUTES}
    documents = {("GET", f"{BASE}/openapi.json"), ("GET", f"{BASE}/asyncapi.json")}
    assert served == described | documents


def test_operations_have_names_of_their_own_and_words_for_people() -> None:
    operations = [one for item in document()["paths"].values() for one in item.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["summary"] and one["description"] for one in operations)


def test_every_reference_leads_somewhere() -> None:
    described = document()
    for ref in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described)):
        found = described
        for part in ref.split("/"):
            found = found[part]
        assert found


async def test_a_browser_that_has_it_is_not_sent_it_again(site: Site) -> None:
    first = await site.api("GET", "/openapi.json")
    assert first.json == document()
    again = await site.api("GET", "/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


@pytest.mark.filterwarnings("ignore")
async def test_whatever_is_sent_the_answers_are_as_described(site: Site) -> None:
    """Made-up requests for every route, half of them to a session that is really there."""
    await given_live(site.store, a_card(), a_card(id="yak", slot=2, limit=3))
    schema = schemathesis.openapi.from_dict(document())
    schema.config.update(base_url=f"http://{site.host}{BASE}")
    tokens = {"viewer": site.minted(Role.VIEWER), "crew": site.tokens["admin"]}
    results: list[Any] = list(schema.get_all_operations())
    for result in results:
        await asyncio.to_thread(try_out, result.ok(), tokens)


def try_out(operation: Any, tokens: dict[str, str]) -> None:
    needs = str(operation.definition.raw.get("security"))
    token = tokens["viewer"] if needs == "[{'viewerToken': []}]" else tokens["crew"]
    # A login that is thrown away would end the others' tests.
    token = "none" if operation.path.endswith("/logout") else token

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_known=st.booleans())
    def send(case: Any, is_known: bool) -> None:
        if is_known and "session" in (case.path_parameters or {}):
            case.path_parameters["session"] = "naqu"
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)

    send()
