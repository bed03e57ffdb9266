"""The command line: `livesell serve | session | user | stats | doctor | ...`, a file a group.

Each command works on a running service's data directory or on the store that config.toml names.
An error is one sentence on standard error and the exit status of `errors.SURFACES`.
"""

import os
import sys

import typer

from livesell.cli import archive, diagnosis, people, play, recounted, review, serve, session
from livesell.errors import LivesellError

# Source: the shell's convention for a process that a signal ended: 128 + SIGINT.
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="livesell",
    help="Schedule livestream sales, sell live, and trust the figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve.serve)
app.command()(serve.push)
app.add_typer(session.app, name="session")
app.add_typer(people.users, name="user")
app.add_typer(people.tokens, name="token")
app.command("setup-link")(people.setup_link)
app.command()(review.stats)
app.command()(recounted.recount)
app.command()(review.orders)
app.command()(review.export)
app.command()(archive.archive)
app.command()(play.replay)
app.command()(play.demo)
app.command()(diagnosis.doctor)
app.command()(diagnosis.version)


def main() -> None:
    """The entry point: runs a command and turns its errors into a sentence and a status."""
    try:
        app(prog_name="livesell")
    except LivesellError as error:
        typer.echo(f"livesell: {error.message}", err=True)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output (`| head`) has seen enough; Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
