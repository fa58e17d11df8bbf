"""What every test may use: the repository's root, scratch projects, and a way to run the command line in-process."""

from __future__ import annotations

import shutil
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.by_commit import waits
from tests.fixtures import FULL, SMALL
from tests.kept_plans import NAME, before_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent

pytest_plugins = ["tests.cost", "tests.finds"]

# What a shell starts in the background ignores Ctrl-C, and so would every program that a test strikes with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


_LONGEST = frozenset({"test_fields", "test_hostile_text", "test_places"})
"""Files that compute for minutes: at the end, one worker would, and the others have nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what mostly waits: the lives, then whatever else is applied; then the longest of what computes.

    Files that are another run's are `long`.
    """
    for item in items:
        if waits(item.path):
            item.add_marker("long")
    first = ("life", "sandbox", "terraform")
    items.sort(
        key=lambda item: (
            *(item.get_closest_marker(name) is None for name in first),
            item.path.stem not in _LONGEST,
        )
    )


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the tests' key apart from that of the user who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INFRAGEN_STATE_DIR", str(folder := tmp_path_factory.mktemp("state") / "infragen"))
        yield folder


@pytest.fixture(scope="session")
def terraform_once(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with a terraform that makes each offline plan once (tests/kept_plans.py)."""
    return before_path(tmp_path_factory.mktemp(NAME))


@pytest.fixture(scope="module")
def kept_plans(terraform_once: str) -> Iterator[None]:
    """Let the tests of a module find their offline plans where an earlier test or run has made them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", terraform_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def first_console() -> None:
    """Put a console in place for what a module's fixture does before its first test."""
    from infragen.commands.formats import Terminal
    from infragen.workflow.console import use_console

    use_console(Terminal())


@pytest.fixture(autouse=True)
def fresh_command() -> None:
    """Put a new console in place, and forget the project that an earlier test opened, and its hints."""
    from infragen.commands.formats import Terminal
    from infragen.diagnostics.hints import COMPARED
    from infragen.workflow.console import use_console
    from infragen.workflow.invocation import PROJECT

    use_console(Terminal())
    PROJECT.set(None)
    COMPARED.set(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did, as a user sees it."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def repository() -> Path:
    """The clone itself; tests do not write into it."""
    return ROOT


@pytest.fixture
def infragen(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run one command line in this process."""
    from infragen.cli.app import run

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


def scratch_copy(folder: Path) -> Path:
    """Copy the committed systems into a folder, and return it."""
    for one in ("catalog", "environments"):
        shutil.copytree(ROOT / one, folder / one)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A scratch copy of the committed systems."""
    return scratch_copy(tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A scratch copy of the small system: one or two entries of every kind."""
    return Path(shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def depot(tmp_path: Path) -> Path:
    """A scratch copy of the full system: every field of every kind."""
    return Path(shutil.copytree(FULL, tmp_path, dirs_exist_ok=True))
