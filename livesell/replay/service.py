"""The service that a replay plays against: one that runs already, or one of its own."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from livesell import auth, datadir
from livesell.clock import Clock, system_clock
from livesell.config import Config
from livesell.datadir import Running
from livesell.domain.person import Actor, Person
from livesell.domain.role import Role
from livesell.errors import CannotStart
from livesell.replay.usage import children_of, working_in
from livesell.store import Store, open_store

# Python, the libraries, and a store with a long file to read.
READY_WITHIN_S = 60
# Longer than a drain; after that it is killed.
STOP_WITHIN_S = 25

_LOG = "serve.log"
_LOG_TAIL_BYTES = 2000


@dataclass(frozen=True)
class Service:
    """A service that runs, with its store open beside it.

    `is_own` says that it was started here, and so is stopped here.
    """

    config: Config
    data: Path
    running: Running
    store: Store
    secret: str
    is_own: bool

    def processes(self) -> dict[str, int]:
        """The numbers of the processes that do the work, by what they are."""
        found = {"service": self.running.pid}
        workers = [pid for pid, name in children_of(self.running.pid) if name.startswith("python")]
        for number, pid in enumerate(workers, start=1):
            found[f"push worker {number}"] = pid
        if self.store.info.is_embedded:
            store = working_in(self.data / "store", "valkey-server")
            if store is not None:
                found["store"] = store
        return found


@contextlib.asynccontextmanager
async def opened_service(
    config: Config,
    data: Path,
    *,
    config_file: Path | None = None,
    http: str = "127.0.0.1:0",
    push: str = "127.0.0.1:0",
) -> AsyncIterator[Service]:
    """The service of a data directory, started when none runs; its store is opened as well.

    Raises:
        CannotStart: It cannot be started; the sentence is the service's own.
    """
    async with contextlib.AsyncExitStack() as stack:
        found = datadir.running(data)
        is_own = found is None
        if found is None:
            process = await _start(data, config_file, http, push)
            stack.push_async_callback(_stop, process)
            found = await _until_ready(process, data)
        store = await open_store(config.store, data)
        stack.push_async_callback(store.close)
        secret = config.auth.secret or await store.people.token_secret()
        yield Service(
            config=config, data=data, running=found, store=store, secret=secret, is_own=is_own
        )


@contextlib.asynccontextmanager
async def temporary_host(
    store: Store, lifetime_s: int, clock: Clock = system_clock
) -> AsyncIterator[tuple[Actor, str]]:
    """A host of our own with a login, for the moves; both are gone afterwards.

    Its password is random and told to nobody.
    """
    actor = Actor(name=f"replay-{os.urandom(4).hex()}", role=Role.HOST)
    hashed = await asyncio.to_thread(auth.hash_password, auth.new_secret())
    person = Person(name=actor.name, role=actor.role, password_hash=hashed, created_ms=clock())
    await store.people.add(person)
    try:
        token = auth.new_secret()
        await store.people.start_login(auth.digest(token), actor.name, lifetime_s)
        yield actor, token
    finally:
        await store.people.end_logins_of(actor.name)
        await store.people.remove(actor.name)


async def _start(data: Path, config_file: Path | None, http: str, push: str) -> Process:
    datadir.prepare(data)
    command = ["-m", "livesell", "serve", "--data", str(data), "--http", http, "--push", push]
    if config_file is not None:
        command += ["--config", str(config_file)]
    with (data / _LOG).open("wb") as log:
        # What it prints may hold a set-up code, which belongs into no file. A session of its own:
        # Ctrl-C is for the replay, which stops the service in order.
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=log,
            start_new_session=True,
        )


async def _until_ready(process: Process, data: Path) -> Running:
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            while True:
                found = datadir.running(data)
                if found is not None:
                    return found
                if process.returncode is not None:
                    raise CannotStart("no_service", f"The service ended: {_last_words(data)}")
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise CannotStart(
            "no_service",
            f"The service was not ready within {READY_WITHIN_S} s. Look into {data / _LOG}.",
        ) from error


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _last_words(data: Path) -> str:
    text = (data / _LOG).read_bytes()[-_LOG_TAIL_BYTES:].decode(errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("livesell: ") if lines else "it said nothing."
