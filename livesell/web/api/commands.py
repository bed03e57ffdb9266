"""The host's commands over HTTP: the same ones as everywhere, with times as the API writes them."""

from livesell.domain.command import AnyCommand, Extend, Schedule
from livesell.web.api.route import Call, Reply
from livesell.web.api.shapes import (
    AnyCommandBody,
    CommandAnswer,
    CommandBody,
    ExtendBody,
    ScheduleBody,
)
from livesell.web.api.times import epoch_ms


async def run_command(call: Call[CommandBody]) -> Reply:
    """Carried out at most once per `id`; on a newer state than `expected_version` it is a
    conflict, and the error says which version holds.
    """
    body = call.body
    committed = await call.services.host.run(
        call.session,
        _inside(body.command),
        by=call.caller.crew(),
        command_id=body.id,
        expected_version=body.expected_version,
    )
    return Reply(CommandAnswer(version=committed.version, dup=committed.dup))


def _inside(command: AnyCommandBody) -> AnyCommand:
    match command:
        case ScheduleBody(planned_start=start, planned_end=end, confirm=confirm):
            start_ms, end_ms = epoch_ms(start), epoch_ms(end)
            return Schedule(planned_start_ms=start_ms, planned_end_ms=end_ms, confirm=confirm)
        case ExtendBody(planned_end=end, confirm=confirm):
            return Extend(planned_end_ms=epoch_ms(end), confirm=confirm)
        case _:
            return command
