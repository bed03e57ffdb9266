"""The pre-flight check of a session."""

from msgspec import convert, to_builtins

from livesell.domain.preflight import Grade
from livesell.web import client
from livesell.web.api.rehearsal_shapes import CheckShape, PreflightAnswer
from livesell.web.api.route import Call, Reply


async def get_preflight(call: Call[None]) -> Reply:
    services = call.services
    checks = await services.preflight.checks(
        call.session,
        by=call.caller.crew(),
        is_https=client.is_secure(call.request, services.config),
    )
    shapes = [convert(to_builtins(one), CheckShape) for one in checks]
    is_ready = all(one.state is not Grade.BAD for one in checks)
    return Reply(PreflightAnswer(ready=is_ready, checks=shapes))
