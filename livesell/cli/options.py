"""Options that every command shares, and the configuration they amount to."""

from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import Struct

from livesell import config as configuration
from livesell.config import Config
from livesell.domain.person import SHELL, Actor
from livesell.domain.role import Role

Data = Annotated[
    Path | None,
    # Not checked by typer: what is wrong with a directory is said in one place, `datadir`.
    typer.Option(
        "--data", metavar="DIR", help="The data directory.", show_default="data", readable=False
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="The configuration.", show_default="./config.toml, if any"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
SessionId = Annotated[str, typer.Argument(metavar="SESSION", help="The session's id.")]

# Whoever can read the data directory is trusted like an administrator; the ledger says "cli".
CLI = Actor(name=SHELL, role=Role.ADMIN)


class Settings(Struct, frozen=True, kw_only=True):
    """The configuration, where it was read, and the data directory that follows from it."""

    config: Config
    file: Path | None
    data: Path


def settings(file: Path | None, data: Path | None, **overrides: Any) -> Settings:
    """Reads the configuration; options that were given win over the file and the environment.

    Args:
        overrides: `http_listen="..."` stands for `http.listen`; None means not given.

    Raises:
        BadConfig: Names the file, the key, and what to write instead.
    """
    given = {name.replace("_", ".", 1): value for name, value in overrides.items()}
    given["service.data"] = None if data is None else str(data)
    config = configuration.load(
        file, overrides={key: value for key, value in given.items() if value is not None}
    )
    return Settings(config=config, file=file, data=Path(config.service.data))
