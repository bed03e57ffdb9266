"""`livesell serve`, `doctor` and what surrounds them."""

import json
import socket
from pathlib import Path

import aiohttp
import pytest

from livesell import __version__
from tests.support.process import livesell, serving, typed
from tests.support.wait import wait_until


async def test_serve_tells_where_to_look_and_how_to_begin(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with serving(data) as service:
        await wait_until(lambda: "/setup#" in service.log.read_text(), "it tells of the set-up")
        told = service.log.read_text()
        assert f"livesell {__version__} serves from {data}" in told
        assert f"{service.url}/console" in told
        (link,) = [line.split()[-1] for line in told.splitlines() if "/setup#" in line]
        await take_setup(service.url, link.partition("#")[2])
        ready = json.loads((data / "serve.json").read_text())
        assert ready == {
            "pid": service.pid, "http": service.running.http, "push": service.running.push
        }  # fmt: skip
    async with serving(data) as service:
        wanted = f"{service.url}/console"
        await wait_until(lambda: wanted in service.log.read_text(), "it tells where to look")
        assert service.log.read_text().count("/setup#") == 1


async def take_setup(url: str, code: str) -> None:
    body = {"code": code, "name": "miao", "password": "yak butter tea"}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{url}/api/v1/setup", json=body) as response,
    ):
        assert response.status == 200


async def test_other_commands_find_the_running_service(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as service:
        link = await livesell("setup-link", "--data", service.data)
        assert link.out.startswith(f"{service.url}/setup#")
        doctor = await livesell("doctor", "--json", "--data", service.data)
        assert doctor.status == 0, doctor.out
        says = {check["name"]: check["says"] for check in doctor.json["checks"]}
        assert says["http port"] == f"{service.running.http} is held by this livesell."
        assert says["push port"] == f"{service.running.push} is held by this livesell."


async def test_a_doctor_finds_all_well_on_a_fresh_machine(tmp_path: Path) -> None:
    config = free_ports(tmp_path)
    done = await livesell("doctor", "--data", tmp_path / "data", "--config", config)
    assert done.status == 0, done.out
    names = [line.split("\t")[1] for line in done.out.splitlines()[1:]]
    assert names == [
        "python", "open files", "data directory", "store", "version", "append-only file",
        "fsync", "eviction", "clock", "file", "fonts", "http port", "push port",
    ]  # fmt: skip


def free_ports(folder: Path) -> Path:
    file = folder / "config.toml"
    file.write_text('[http]\nlisten = "127.0.0.1:0"\n[push]\nlisten = "127.0.0.1:0"\n')
    return file


async def test_a_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = f"127.0.0.1:{holder.getsockname()[1]}"
        file = tmp_path / "config.toml"
        file.write_text(
            f'[http]\nlisten = "{taken}"\n[push]\nlisten = "127.0.0.1:0"\n'
            f'[store]\nurl = "unix://{tmp_path}/none.sock"\ntimeout_ms = 200\n'
        )
        done = await livesell("doctor", "--data", tmp_path / "data", "--config", file)
    assert done.status == 1
    assert f"✗\thttp port\tThe address {taken} is in use by another program." in done.out
    assert "✗ http port: Choose another one with --http" in done.out
    assert "✗ store: Start it, or correct [store] url." in done.out


async def test_the_version_is_told(tmp_path: Path) -> None:
    done = await livesell("version", "--json", cwd=tmp_path)
    assert done.json["livesell"] == __version__


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[push]\ntick_ms = 1\n", "push.tick_ms has to be from 20 to 10000."),
        ('[push]\ntick_ms = "fast"\n', "push.tick_ms has to be a whole number."),
        ('[http]\nlisten = "8080"\n', "http.listen has to be HOST:PORT, such as 127.0.0.1:8080."),
        ('[auth]\nsecret = "short"\n', "auth.secret needs at least 32 characters."),
        ("[push\n", "is not valid TOML"),
    ],
)
async def test_a_service_does_not_start_on_a_wrong_configuration(
    tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    done = await typed("serve", "--data", tmp_path / "data", "--config", file)
    assert (done.status, done.out) == (78, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "data").exists()


async def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    done = await typed("serve", "--data", tmp_path / "data", "--http", "somewhere")
    assert done.status == 78
    assert "http.listen has to be HOST:PORT" in done.err


async def test_a_scenario_that_does_not_exist_is_told() -> None:
    done = await livesell("replay", "nqu")
    assert (done.status, done.out) == (66, "")
    assert "There is no scenario 'nqu'." in done.err
