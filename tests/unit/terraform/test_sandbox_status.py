"""What the commands on the emulated AWS print."""

from __future__ import annotations

import io
from email.message import Message
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl
from urllib.request import OpenerDirector

import pytest

from infragen.commands.sandbox.start import start
from infragen.commands.sandbox.status import status
from infragen.diagnostics import InfragenError
from infragen.terraform.sandbox import Sandbox, _Server
from tests.engine.small import small_project

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


@pytest.mark.parametrize(
    ("error", "code", "command", "other"),
    [
        (HTTPError("", 500, "", Message(), io.BytesIO(b"boom")), "E005", "reset", "start"),
        (URLError("refused"), "E006", "start", "reset"),
    ],
)
def test_the_hint_of_a_request_that_failed_names_a_command_that_helps(  # noqa: PLR0917
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str, command: str, other: str
) -> None:
    """`start` leaves one alone that runs, and `reset` needs one that does."""

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(OpenerDirector, "open", fails)
    with pytest.raises(InfragenError) as refused:
        Sandbox(tmp_path, _Server("moto", 1, 5000, "token", "now")).outage(())
    (found,) = refused.value.diagnostics
    assert found.code == code
    assert f"`infragen sandbox {command}`" in str(found.hint)
    assert f"`infragen sandbox {other}`" not in str(found.hint)


def test_the_keys_of_a_bucket_are_listed_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"": b"<Key>a/1</Key><Key>a/2</Key>", "a/2": b"<Key>a/3</Key>", "a/3": b"<KeyCount>0</KeyCount>"}

    def answers(_server: object, path: str, **_: object) -> bytes:
        asked = dict(parse_qsl(path.partition("?")[2], keep_blank_values=True))
        return pages[asked["start-after"]] if path.startswith("/states?") else b""

    monkeypatch.setattr("infragen.terraform.sandbox._request", answers)
    sandbox = Sandbox(tmp_path, _Server("moto", 1, 5000, "token", "now"))
    assert [*sandbox.keys("states", "a/", "111122223333", "us-west-2")] == ["a/1", "a/2", "a/3"]
