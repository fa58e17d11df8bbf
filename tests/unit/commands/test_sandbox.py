"""What the commands on the emulated AWS print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.engine.small import small_project

from infragen.commands.sandbox.start import start
from infragen.commands.sandbox.status import status
from infragen.terraform.sandbox import Sandbox, _Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("command", [status, start])
def test_a_project_that_was_moved_reads_in_two_lines_where_its_sandbox_was_started(
    command: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = small_project(tmp_path)
    server = _Server("moto", 1, 5000, "token", "now", folder="/former/.infragen/sandbox")
    monkeypatch.setattr(Sandbox, "start", lambda *_, **__: None)
    monkeypatch.setattr("infragen.terraform.sandbox._known", lambda *_: server)
    monkeypatch.setattr("infragen.terraform.sandbox._answers", lambda _: True)
    assert command(folder=project) == 0
    said = capsys.readouterr()
    first, second = (said.out + said.err).splitlines()
    assert first == "running on http://127.0.0.1:5000 since now (pid 1, lenient)"
    assert second.startswith("it was started in /former/.infragen/sandbox, and is used here now")
