"""`livesell user`, `livesell token` and `livesell setup-link`: who may come in."""

import sys
from typing import Annotated

import typer

from livesell import datadir
from livesell.actions.people import Crew
from livesell.actions.viewer import Viewers
from livesell.auth import Pass
from livesell.cli import output
from livesell.cli.addresses import pages_address
from livesell.cli.opened import with_store
from livesell.cli.options import AsJson, ConfigFile, Data, SessionId, Settings, settings
from livesell.clock import system_clock
from livesell.domain.ids import check_session_id
from livesell.errors import BadInput
from livesell.store import Store

users = typer.Typer(no_args_is_help=True, help="The crew's accounts.")
tokens = typer.Typer(no_args_is_help=True, help="Tokens for those without an account.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The login name.")]
RoleOption = Annotated[
    str, typer.Option("--role", help="admin, host, operator, moderator or staff.")
]
PasswordStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from the first line of input."),
]


def _crew(store: Store, chosen: Settings) -> Crew:
    return Crew(store, system_clock, chosen.config.auth)


def _password(*, from_stdin: bool) -> str:
    """Never from an argument: those show in process lists and shell histories."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("no_password", "Pipe the password in and add --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


@users.command("add")
def add(
    name: Name,
    role: RoleOption,
    password_stdin: PasswordStdin = False,
    data: Data = None,
    config: ConfigFile = None,
) -> None:
    """Add an account."""
    chosen = settings(config, data)
    password = _password(from_stdin=password_stdin)
    person = with_store(chosen, lambda store: _crew(store, chosen).add(name, role, password))
    output.say(f"{person.name} is now {person.role}.")


@users.command("list")
def list_(data: Data = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the accounts."""
    chosen = settings(config, data)
    people = with_store(chosen, lambda store: _crew(store, chosen).list())
    rows = [(one.name, str(one.role), output.iso_time(one.created_ms)) for one in people]
    if as_json:
        columns = ("name", "role", "created")
        output.say_json({"people": [dict(zip(columns, row, strict=True)) for row in rows]})
    else:
        output.table(("name", "role", "created"), rows)


@users.command("remove")
def remove(name: Name, data: Data = None, config: ConfigFile = None) -> None:
    """Take an account away and end its logins."""
    chosen = settings(config, data)
    with_store(chosen, lambda store: _crew(store, chosen).remove(name))
    output.say(f"{name} is removed and signed out everywhere.")


@users.command("role")
def role(
    name: Name,
    new_role: Annotated[
        str, typer.Argument(metavar="ROLE", help="admin, host, operator, moderator or staff.")
    ],
    data: Data = None,
    config: ConfigFile = None,
) -> None:
    """Give an account another role."""
    chosen = settings(config, data)
    person = with_store(chosen, lambda store: _crew(store, chosen).change_role(name, new_role))
    output.say(f"{person.name} is now {person.role}.")


@users.command("password")
def password(
    name: Name,
    password_stdin: PasswordStdin = False,
    data: Data = None,
    config: ConfigFile = None,
) -> None:
    """Set another password and end the account's logins."""
    chosen = settings(config, data)
    fresh = _password(from_stdin=password_stdin)
    with_store(chosen, lambda store: _crew(store, chosen).change_password(name, fresh))
    output.say(f"{name} has a new password and is signed out everywhere.")


@tokens.command("viewer")
def viewer(
    session: SessionId,
    name: Annotated[str, typer.Option(help="What the viewer is called.")] = "",
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Print a viewer's token for one session."""
    chosen = settings(config, data)
    token, pass_ = with_store(chosen, lambda store: _welcome(store, chosen, session, name))
    if as_json:
        expires = output.iso_time(pass_.expires_s * 1000)
        output.say_json({"viewer": pass_.viewer, "token": token, "expires": expires})
    else:
        output.say(token)


async def _welcome(store: Store, chosen: Settings, session: str, name: str) -> tuple[str, Pass]:
    await store.sessions.pull(check_session_id(session), system_clock())
    secret = chosen.config.auth.secret or await store.people.token_secret()
    viewers = Viewers(store, secret, system_clock, chosen.config.auth)
    return viewers.welcome(known=None, name=name, session=session)


def setup_link(data: Data = None, config: ConfigFile = None) -> None:
    """Print a new one-time link that makes the first administrator."""
    chosen = settings(config, data)
    code = with_store(chosen, lambda store: _crew(store, chosen).offer_setup())
    found = datadir.running(chosen.data)
    output.say(f"{pages_address(chosen.config, found)}/setup#{code}")
