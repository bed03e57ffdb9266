"""`livesell replay` and `livesell demo`: a whole broadcast with its audience, on real sockets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from livesell.cli import output
from livesell.cli.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from livesell.replay.result import ReplayResult

Speed = Annotated[float, typer.Option(min=0.1, help="Minutes of the session in one.")]
Viewers = Annotated[
    int | None, typer.Option(min=1, help="How many watch.", show_default="the scenario's")
]


def replay(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario, or the path of a .toml file.")
    ] = "naqu",
    speed: Speed = 60.0,
    viewers: Viewers = None,
    processes: Annotated[
        int | None, typer.Option(help="Load processes.", show_default="what fits")
    ] = None,
    scale_totals: Annotated[
        bool, typer.Option("--scale-totals", help="Scale likes and orders to the viewers.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the data directory that was made for it.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed is another crowd.")] = 1,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="A running service's directory, or one to start it in.",
            show_default="a temporary one",
        ),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Play a scenario and compare every count; exit status 1 when any differs."""
    from livesell.replay.interrupt import run
    from livesell.replay.play import ReplayOptions
    from livesell.replay.play import replay as played

    options = ReplayOptions(
        scenario=scenario,
        speed=speed,
        viewers=viewers,
        data=data,
        processes=processes,
        keep=keep,
        scale_totals=scale_totals,
        seed=seed,
        config_file=config,
    )
    result = run(lambda: played(options))
    _report(result, as_json=as_json)
    if not result.is_exact:
        raise typer.Exit(1)


def _report(result: "ReplayResult", *, as_json: bool) -> None:
    if as_json:
        output.say_json(result)
        return
    from rich.console import Console

    from livesell.replay.report import print_result

    print_result(result, Console())


def demo(
    exit_after: Annotated[
        bool, typer.Option("--exit", help="Stop after the review of the first session.")
    ] = False,
    speed: Speed = 60.0,
    viewers: Viewers = None,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Where the demo keeps its data.")
    ] = Path(".demo"),
    config: ConfigFile = None,
) -> None:
    """Play a broadcast fast, print its review, then keep a second one live to look at."""
    from livesell.replay.demo import DemoOptions
    from livesell.replay.demo import demo as played
    from livesell.replay.interrupt import run

    options = DemoOptions(
        is_short=exit_after, data=data, speed=speed, viewers=viewers, config_file=config
    )
    raise typer.Exit(run(lambda: played(options)))
