"""The orders of a session as files for a spreadsheet."""

from livesell.web.api.route import Call, Reply

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def export_orders(call: Call[None]) -> Reply:
    """The orders as a spreadsheet: CSV in UTF-8 with a byte order mark, one row an order."""
    await _allowed(call, "csv")
    return Reply(chunks=call.services.staff.orders_csv(call.session), headers=_named(call, "csv"))


async def export_workbook(call: Call[None]) -> Reply:
    """The same rows as an Excel workbook: numbers and times are cells of their own kind."""
    await _allowed(call, "xlsx")
    return Reply(chunks=call.services.staff.orders_xlsx(call.session), headers=_named(call, "xlsx"))


def _named(call: Call[None], kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="orders-{call.session}.{kind}"'}


async def _allowed(call: Call[None], kind: str) -> None:
    """Checks who it is, and notes it: with the file the buyers' names and addresses leave."""
    actor, services = call.caller.crew(), call.services
    await services.check_settles(call.session, actor)
    await services.check_known(call.session, is_crew=True)
    await services.crew.note(actor.name, "orders_exported", call.session, format=kind)
