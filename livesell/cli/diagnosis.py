"""`livesell doctor` and `livesell version`: is everything here fit to go live?"""

import asyncio
import platform
import sys

import typer
from msgspec import to_builtins

from livesell import __version__
from livesell.cli import output
from livesell.cli.options import AsJson, ConfigFile, Data, settings
from livesell.store import Check

# Something is wrong: a failure that is not a usage error.
EXIT_UNWELL = 1


def doctor(data: Data = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Check everything a broadcast needs; exit status 1 when something is wrong."""
    from livesell.doctor import examine

    chosen = settings(config, data)
    checks = asyncio.run(examine(chosen.config, chosen.data))
    is_well = all(check.is_good for check in checks)
    if as_json:
        output.say_json({"is_good": is_well, "checks": [to_builtins(check) for check in checks]})
    else:
        _say(checks)
    if not is_well:
        raise typer.Exit(EXIT_UNWELL)


def _say(checks: list[Check]) -> None:
    marks = [("✓" if check.is_good else "✗", check) for check in checks]
    output.table(("", "check", "found"), [(mark, one.name, one.says) for mark, one in marks])
    for mark, check in marks:
        if not check.is_good:
            output.say(f"{mark} {check.name}: {check.do}")


def version(as_json: AsJson = False) -> None:
    """Print the version."""
    if as_json:
        output.say_json({"livesell": __version__, "python": platform.python_version()})
    else:
        output.say(f"livesell {__version__} on Python {platform.python_version()}, {sys.platform}")
