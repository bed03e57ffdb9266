"""One store for all command-line tests; each test has sessions of its own."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from livesell.store.embedded import Embedded

SHEET = """
[session]
id = "{id}"
title = "那曲专场"
host = "{id}"
start_in = "1h"
minutes = 30

[[cards]]
id = "tea"
title = "清风度西藏凉茶"
price_major = "5.00"
stock = 100
open = true

[[cards]]
id = "yak"
title = "娘亚牦牛肉"
price = 12800
stock = 10
"""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory whose store stays up, so that no command has to start one."""
    data = tmp_path_factory.mktemp("cli") / "data"
    server = Embedded(data)
    server.open()
    yield data
    server.close()


@pytest.fixture
def session_id() -> str:
    return f"s-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def sheet(tmp_path: Path, session_id: str) -> Path:
    file = tmp_path / "sheet.toml"
    file.write_text(SHEET.format(id=session_id), "utf-8")
    return file
