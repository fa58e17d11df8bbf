"""What `resume` does with a state that terraform could not store, and with a file that is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.locks import Lock
from infragen.terraform.runner import Folder
from infragen.workflow.recovery import repair
from infragen.workflow.recovery.orphans import Recovered

if TYPE_CHECKING:
    from pathlib import Path

STATE = json.dumps({"version": 4, "serial": 3, "lineage": "l", "outputs": {}, "resources": []}).encode()


class Runner:
    """A terraform without a lock that takes states, and has one stored."""

    def __init__(self) -> None:
        self.pushed: list[bytes] = []

    def lock_of(self, _folder: Folder) -> None:
        return None

    def unlock(self, _folder: Folder, _lock: Lock) -> None:
        pass

    def state_pull(self, _folder: Folder) -> bytes:
        return STATE

    def state_push(self, _folder: Folder, content: bytes) -> None:
        self.pushed.append(content)


@pytest.fixture
def runner() -> Runner:
    return Runner()


@pytest.fixture
def session(runner: Runner) -> Any:
    return SimpleNamespace(runner=runner)


def test_a_state_that_was_left_is_stored(session: Any, runner: Runner, tmp_path: Path) -> None:
    left, found = tmp_path / "errored.tfstate", Recovered()
    left.write_bytes(STATE)
    repair.release_own_lock(session, "app", Folder(tmp_path, "generated/demo/prod/app"), (), found)
    assert (runner.pushed, found.states, left.exists()) == ([STATE], 1, False)


@pytest.mark.parametrize("content", [b"", STATE[:40], b"{}", b"\xff"])
def test_a_file_that_is_no_state_is_set_aside_and_not_in_the_way(
    session: Any, runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    left, found = tmp_path / "errored.tfstate", Recovered()
    left.write_bytes(content)
    folder = Folder(tmp_path, "generated/demo/prod/app")
    for _ in range(2):
        repair.release_own_lock(session, "app", folder, (), found)
    assert (runner.pushed, found.states, left.exists()) == ([], 0, False)
    assert (tmp_path / "errored.unusable").read_bytes() == content
    assert capsys.readouterr().err.count("is empty or cut off, so it is errored.unusable now") == 1


@pytest.mark.parametrize(("content", "told"), [(STATE, False), (b"", True), (None, True)])
def test_a_stored_state_is_told_what_was_deleted_unless_the_one_that_was_left_knows(
    session: Any, runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, *, told: bool
) -> None:
    if content is not None:
        (tmp_path / "errored.tfstate").write_bytes(content)
    monkeypatch.setattr(repair, "_deleted_under", lambda *_: frozenset())
    lock = Lock("id", "me@here", "apply", datetime.now(UTC), "1.11.4")
    repair._unlock(session, "app", Folder(tmp_path, "generated/demo/prod/app"), lock)
    assert bool(runner.pushed) is told
