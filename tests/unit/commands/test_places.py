"""Whatever lies where infragen reads what people write: it is ignored, or named in one line with exit code 1.

Every cell runs whole command lines: none crashes, hangs, or leaves a reader to guess which file it is about.
"""

from __future__ import annotations

import ctypes
import io
import os
import re
import shutil
import signal
import socket
import struct
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.by_commit import in_turn
from tests.engine import small
from tests.waiting import PATIENCE

from infragen.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SYSTEM = "catalog/small"
STACK = "generated/small/dev/network"
_ERROR = re.compile(r"\berror ([A-Z]\d{3})\b")
PLACES = (
    f"{SYSTEM}/system.yaml",
    f"{SYSTEM}/domains/sales.yaml",
    f"{SYSTEM}/databases/sales",
    f"{SYSTEM}/databases/sales/order.yaml",
    f"{SYSTEM}/databases/sales/new.yaml",
    f"{SYSTEM}/nonsense",
    f"{SYSTEM}/extra/network",
    f"{SYSTEM}/extra/network/x.tf",
    f"{SYSTEM}/imports",
    f"{SYSTEM}/imports/dev.yaml",
    "catalog/other",
    "environments/small",
    "environments/small/dev.yaml",
    "environments/small/new.yaml",
    "templates/stacks/network",
    "templates/kinds/network/main.tf",
    "templates/stacks/network/new.tf",
    "templates/modules/new/main.tf",
    "infragen.toml",
    "policy",
    "policy/x.rego",
    "generated",
    f"{STACK}/main.tf",
    f"{STACK}/new.tf",
    f"{STACK}/new.bin",
    f"{STACK}/.terraform.lock.hcl",
    "generated/small/dev/new",
    "generated/small/dev/bootstrap/main.tf",
    "generated/small/dev/bootstrap/.terraform.lock.hcl",
)
"""Each is a place where people put files, or could."""


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        folder = os.open(path.parent, os.O_RDONLY)
        one.bind(f"/proc/self/fd/{folder}/{path.name}")
        os.close(folder)


def unreadable(path: Path) -> None:
    path.write_bytes(b"# text\n")
    path.chmod(0)


def unreadable_folder(path: Path) -> None:
    path.mkdir(mode=0)


THINGS: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": pipe,
    "a socket": listening,
    "an unreadable file": unreadable,
    "an unreadable folder": unreadable_folder,
    "bytes": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a dangling link": lambda path: path.symlink_to("nowhere"),
    "a loop": lambda path: path.symlink_to(path.name),
}
COMMANDS = (
    ("validate", "small"),
    ("render", "small", "--check", "--diff"),
    ("plan", small.TARGET, "--offline"),
    ("bootstrap", small.TARGET, "--check"),
    ("unlock", f"{small.TARGET}/bootstrap"),
    ("providers", "lock", "--check"),
    ("import", small.TARGET, "databases/order", "aws_sns_topic.this=x", "--no-plan"),
    ("new", "service", "quality", "--domain", "sales"),
)
CHANGING = {"import", "new"}
LEADS_ON = {"P007", "V006", "X003"}
"""Codes of a tree that is not what it should be, or not there, or of one system too many: that is named instead."""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A rendered project with a bootstrap; terraform can do nothing."""
    root = small.rendered_project(tmp_path_factory.mktemp("places"), aws=small.STACKS)
    assert told(root, ("bootstrap", small.TARGET, "--no-github")) == (0, [])
    (root / "policy").mkdir()
    with (root / "infragen.toml").open("a") as settings:
        settings.write('[[policy]]\ntool = "conftest"\npaths = ["policy"]\n')
    program = root.parent / "terraform"
    program.write_text("""#!/bin/sh\n[ "$1" = version ] && echo '{"terraform_version": "1.11.4"}' && exit\nexit 1\n""")
    program.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INFRAGEN_TERRAFORM", str(program))
        patch.setattr("infragen.workflow.recovery.repair.all_processes", list)  # other tests run terraform, too
        yield root


@pytest.fixture(scope="module")
def usual(rendered: Path) -> dict[tuple[str, ...], list[str]]:
    """What commands that change nothing say of the project as it is."""
    return {command: told(rendered, command)[1] for command in COMMANDS if command[0] not in CHANGING}


@pytest.fixture
def project(rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of the test's own; whoever runs the tests may not read everything there."""
    crashes = tmp_path / "crashes"
    crashes.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(crashes))
    root = Path(shutil.copytree(rendered, tmp_path / "project", ignore=shutil.ignore_patterns(".infragen")))
    with as_anybody():
        yield root
    assert not [path.read_text() for path in crashes.glob("infragen-crash-*")]


@contextmanager
def as_anybody() -> Iterator[None]:
    """Have the system's permissions hold, though root runs the tests: without two of root's capabilities."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    before = ctypes.create_string_buffer(24)
    assert libc.capget(header, before) == 0
    words = list(struct.unpack("6I", before.raw))
    words[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, struct.pack("6I", *words)) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before.raw) == 0


@contextmanager
def in_time() -> Iterator[None]:
    """Fail what waits for a pipe, which takes forever: a command takes two seconds."""

    def late(*_: Any) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(int(PATIENCE))
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def told(project: Path, command: tuple[str, ...]) -> tuple[int, list[str]]:
    """Return how a command ends, and the lines that say what is wrong."""
    said = io.StringIO()
    with in_time(), redirect_stdout(said), redirect_stderr(said):
        code = run([*command, "-C", str(project)])
    return code, [line for line in said.getvalue().replace(f"{project}/", "").splitlines() if _ERROR.search(line)]


def put(project: Path, place: str, thing: str) -> None:
    path = project / place
    if path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    THINGS[thing](path)


@pytest.mark.parametrize("place", [*in_turn(PLACES, 3)])
@pytest.mark.parametrize("thing", THINGS)
def test_it_is_ignored_or_named(project: Path, usual: dict[tuple[str, ...], list[str]], place: str, thing: str) -> None:
    put(project, place, thing)
    for command in COMMANDS:
        code, errors = told(project, command)
        assert not [line for line in errors if "B001" in line], command
        if errors != usual.get(command, []):
            assert code == 1
            codes = {found for line in errors for found in _ERROR.findall(line)}
            assert [line for line in errors if place in line] or codes <= LEADS_ON, (command, errors)


@pytest.mark.parametrize(
    "place",
    [
        f"{SYSTEM}/databases/sales/a\nb.yaml",
        f"{SYSTEM}/extra/network/a\nb.tf",
        f"{SYSTEM}/imports/a\nb.yaml",
        "environments/small/a\nb.yaml",
        f"{STACK}/a\nb.tf",
        "generated/small/dev/bootstrap/a\nb.tf",
    ],
)
def test_a_name_of_two_lines_is_told_in_one(project: Path, place: str) -> None:
    put(project, place, "bytes")
    shown = place.replace("\n", "\\n")
    found = {command: told(project, command) for command in COMMANDS}
    assert not [line for _, errors in found.values() for line in errors if "B001" in line]
    named = [errors for _, errors in found.values() if any(shown in line for line in errors)]
    assert named, found
