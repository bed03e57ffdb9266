"""The description of the socket lists every message of the wire, and every close code."""

import json
from typing import Any, get_args

import msgspec
import pytest

from livesell import wire
from livesell.web import asyncapi
from tests.web.site import PUSH_PORT, Site

KINDS = [*get_args(wire.AnyMessage), *get_args(wire.AnyFrame)]


def resolve(document: Any, ref: str) -> Any:
    for part in ref.removeprefix("#/").split("/"):
        document = document[part]
    return document


async def test_it_is_served_with_the_address_of_the_sockets(site: Site) -> None:
    document = (await site.api("GET", "/asyncapi.json")).json
    assert document["asyncapi"] == "3.0.0"
    server = document["servers"]["push"]
    assert (server["host"], server["protocol"]) == (f"127.0.0.1:{PUSH_PORT}", "ws")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_message_is_listed_with_its_fields(kind: type[msgspec.Struct]) -> None:
    document = asyncapi.describe("wss://push.example/base")
    name = asyncapi.tag(kind)
    message = resolve(document, document["channels"]["session"]["messages"][name]["$ref"])
    schema = resolve(document, message["payload"]["$ref"])
    expected = {field.encode_name for field in msgspec.structs.fields(kind)}
    assert set(schema["properties"]) == expected | {"t"}
    assert schema["properties"]["t"]["enum"] == [kind.__struct_config__.tag]
    operation = "fromPage" if issubclass(kind, wire.Message) else "toPage"
    refs = [one["$ref"] for one in document["operations"][operation]["messages"]]
    assert f"#/channels/session/messages/{name}" in refs


def test_nothing_else_is_listed_and_every_reference_leads_somewhere() -> None:
    document = asyncapi.describe("ws://localhost:8081")
    assert len(document["components"]["messages"]) == len(KINDS)
    text = json.dumps(document)
    for part in text.split('"$ref": "')[1:]:
        assert resolve(document, part.partition('"')[0])


def test_every_close_code_says_what_it_means() -> None:
    codes = asyncapi.describe("ws://x")["channels"]["session"]["x-close-codes"]
    defined = {
        value
        for name, value in vars(wire).items()
        if name.startswith("CLOSE_") and isinstance(value, int)
    }
    assert {int(code) for code in codes} == defined
    assert all(codes.values())
