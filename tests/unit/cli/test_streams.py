"""What becomes of a command whose output nobody can take."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.fixtures import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

FULL = Path("/dev/full")
SAYING = """
import sys
from infragen.cli import app, main

def work(_arguments, _kept):
    for number in range(3):
        sys.stderr.write("x" * 100_000)
    print("done")
    return 0

app.run_once = work
main()
"""
NARROW = """
import io, sys
from infragen.cli import main

class Narrow(io.TextIOBase):
    def write(self, text):
        raise UnicodeEncodeError("ascii", text, 0, len(text), "ordinal not in range(128)")

sys.stdout = Narrow()
main()
"""


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "infragen", *words, "-C", str(SMALL)]


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words",
    [("validate", "shop"), ("schema", "service"), ("explain", "shop/prod", "services.order.tasks.max")],
)
def test_a_full_disk_behind_the_output_is_an_error(words: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run(command(*words), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, "error X041 the output cannot be written: No space left" in ended.stderr) == (1, True)
    assert "Traceback" not in ended.stderr
    assert "B001" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("word", ["--version", "--help"])
def test_the_version_of_a_full_disk_too(word: str) -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "infragen", word], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ended.returncode, "X041" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(command("schema", "service"), stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.parametrize("words", [("schema", "service"), ("--version",), ("--help",)])
@pytest.mark.parametrize("closed", [">&-", "<&- >&-"])
def test_a_result_for_a_closed_stream_is_an_error(closed: str, words: tuple[str, ...]) -> None:
    line = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "infragen", *words]
    ended = subprocess.run(line, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "error X041 the output cannot be written: Bad file descriptor\n")


def test_what_has_nothing_to_say_needs_no_stream() -> None:
    line = ["sh", "-c", 'exec "$@" >&-', "sh", *command("validate", "shop", "--quiet")]
    assert subprocess.run(line, stderr=subprocess.PIPE, text=True, check=False).returncode == 0


def test_what_a_terminal_cannot_show_is_written_as_an_escape(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shutil.copytree(SMALL, project := tmp_path / "small")
    prod = project / "environments/shop/prod.yaml"
    text = prod.read_text(encoding="utf-8").replace("title: Production", "title: 本番")
    prod.write_text(text, encoding="utf-8")
    line = [sys.executable, "-m", "infragen", "explain", "shop/prod", "title", "-C", str(project)]
    ended = subprocess.run(line, env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert rb"\u672c\u756a" in ended.stdout


def test_what_an_encoding_refuses_is_not_said_again() -> None:
    line = [sys.executable, "-c", NARROW, "schema", "service"]
    ended = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (ended.returncode, len(ended.stderr.splitlines()), "X041" in ended.stderr) == (1, 1, True), ended.stderr


@pytest.mark.parametrize("how", ["pipe", "full", "closed"])
def test_nobody_who_listens_to_stderr_changes_no_exit_code(how: str) -> None:
    """A run that is done is done, whether the terminal is still there or not."""
    if how == "closed":
        words = ["sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, SAYING]
        ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    else:
        reading, writing = os.pipe() if how == "pipe" else (os.open(FULL, os.O_RDONLY), os.open(FULL, os.O_WRONLY))
        os.close(reading)
        ended = subprocess.run(
            [sys.executable, "-c", SAYING], stdout=subprocess.PIPE, stderr=writing, text=True, check=False
        )
        os.close(writing)
    assert (ended.returncode, ended.stdout) == (0, "done\n")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "error T034 the operating system refused: No space left on device: generated/x"),
        (errno.EROFS, "error T034 the operating system refused: Read-only file system: generated/x"),
        (errno.ENOENT, "error B001 infragen itself failed: FileNotFoundError"),
    ],
)
def test_what_the_system_refuses_is_no_bug(
    infragen: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refuse(*_arguments: object, **_options: object) -> int:
        raise OSError(number, os.strerror(number), "generated/x")

    monkeypatch.setattr("infragen.commands.render.open_project", refuse)
    ended = infragen("render", "shop", "-C", SMALL)
    assert (ended.code, said in ended.err) == (1, True), ended.err
