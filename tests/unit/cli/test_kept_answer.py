"""An answer is given again only where every single input is as it was: each is changed once here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.fixtures import SMALL

from infragen.cli import kept_answer
from infragen.cli.kept_answer import KeptAnswer
from infragen.storage import signing_key

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ["validate", "shop"]
TIMED = """
import sys
from infragen.cli import main
try:
    main()
finally:
    print("pydantic" in sys.modules, file=sys.stderr)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that is the working folder, in a repository, with a state of its own; all of it has settled."""
    project = Path(shutil.copytree(SMALL, tmp_path / "project"))
    for path in (".git/index", ".git/config", ".git/HEAD", ".github/workflows/a.yml", ".infragen/work/a", "README.md"):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text("one\n")
    (project / "templates").mkdir()
    (project / "templates/a.tf").write_text("one\n")
    monkeypatch.chdir(project)
    monkeypatch.setenv("INFRAGEN_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(kept_answer, "_SETTLED", -(10**15))
    return project


def keep(text: str = "0 errors\n", words: list[str] = WORDS) -> None:
    kept = KeptAnswer(words)
    if (note := kept.noting(1)) is not None:
        note(text)
    kept.keep(0)


def given(words: list[str] = WORDS) -> object:
    return KeptAnswer(words).answer()


def rewritten(path: Path) -> None:
    """Change a text in its place, with the size and the time that it had."""
    before = path.stat()
    path.write_text("two\n" if path.read_text() == "one\n" else path.read_text().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_each_file_of_a_project_is_an_input(place: Path) -> None:
    files = [one for one in place.rglob("*") if one.is_file() and ".infragen" not in one.parts]
    assert len(files) > 20
    for one in files:
        keep()
        assert given() == ([[1, "0 errors\n"]], 0)
        rewritten(one)
        assert given() is None, one
        keep()
        assert given() is not None
        one.rename(one.with_name(f"{one.name}.old"))
        assert given() is None, one


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "a file more": lambda place, _: (place / "catalog/shop/services/new.yaml").write_text(""),
    "a folder more": lambda place, _: (place / "catalog/shop/more").mkdir(),
    "a file's mode": lambda place, _: (place / "catalog/shop/system.yaml").chmod(0o600),
    "a folder's mode": lambda place, _: (place / "catalog/shop").chmod(0o700),
    "the project's mode": lambda place, _: place.chmod(0o700),
    "a catalogue around it": lambda place, _: (place.parent / "catalog").mkdir(),
    "a repository around it": lambda place, _: (place.parent / ".git").mkdir(),
    "whose infragen's own is": lambda place, _: (place / ".infragen").chmod(0o777),
    "whose a part of it is": lambda place, _: (place / ".infragen/work").chmod(0o777),
    "a variable": lambda _, patch: patch.setenv("GITHUB_TOKEN", "x"),
    "the columns": lambda _, patch: patch.setenv("COLUMNS", "40"),
    "a terminal": lambda _, patch: patch.setattr(sys.stdout, "isatty", lambda: True),
    "its size": lambda _, patch: patch.setattr(kept_answer, "_size", lambda _stream: (40, 20)),
    "the day": lambda _, patch: patch.setattr(time, "strftime", lambda *_: "tomorrow"),
    "the user": lambda _, patch: patch.setattr(os, "geteuid", lambda: 4242),
    "a package": lambda place, patch: patch.setattr(sys, "path", [*sys.path, str(place.parent)]),
    "the folder": lambda place, patch: patch.chdir(place / "catalog"),
    "git's settings": lambda place, patch: patch.setattr(kept_answer, "_OF_USER", (str(place / "README.md"),)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_other_input_is_one(place: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    keep()
    assert given() is not None
    signing_key._found.cache_clear()
    CHANGES[change](place, monkeypatch)
    assert given() is None
    monkeypatch.undo()


def test_the_words_are_an_input(place: Path) -> None:
    keep()
    assert given(["validate"]) is None
    assert given(["validate", "shop", "-q"]) is None


def test_infragen_itself_is_an_input(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = place.parent / "src/infragen"
    (package / "cli").mkdir(parents=True)
    for path in (package / "new.py", place.parent / "templates/a.tf"):
        monkeypatch.setattr(kept_answer, "__file__", str(package / "cli/kept_answer.py"))
        keep()
        assert given() is not None
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
        assert given() is None


def test_compiled_modules_are_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes write them at any time."""
    package = place.parent / "src/infragen"
    (package / "cli/__pycache__").mkdir(parents=True)
    monkeypatch.setattr(kept_answer, "__file__", str(package / "cli/kept_answer.py"))
    keep()
    (package / "cli/__pycache__/app.pyc").write_text("")
    assert given() is not None


@pytest.mark.parametrize("name", ["_", "OLDPWD", "SHLVL"])
def test_what_a_shell_counts_is_none(place: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    keep()
    monkeypatch.setenv(name, "another")
    (place / ".venv").mkdir()
    assert given() is not None


def test_what_has_just_changed_is_not_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second change within the clock's step leaves no trace in a file's times."""
    monkeypatch.setattr(kept_answer, "_SETTLED", 10**15)
    keep()
    assert given() is None


def test_what_changes_meanwhile_is_not_kept(place: Path) -> None:
    kept = KeptAnswer(WORDS)
    rewritten(place / "README.md")
    kept.keep(0)
    assert given() is None


@pytest.mark.parametrize("way", ["a link", "a worktree", "too many files", "a long answer", "no key"])
def test_where_not_everything_is_known_nothing_is_kept(place: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    text = "x"
    if way == "a link":
        (place / "catalog/link.yaml").symlink_to(place / "README.md")
    elif way == "a worktree":
        shutil.rmtree(place / ".git")
        (place / ".git").write_text("gitdir: /elsewhere\n")
    elif way == "too many files":
        monkeypatch.setattr(kept_answer, "_MOST_FILES", 100)
    elif way == "a long answer":
        text = "x" * 4_000_001
    else:
        monkeypatch.setattr(signing_key, "user_key", signing_key.Key)
    keep(text)
    assert given() is None


def test_other_commands_have_none(place: Path) -> None:
    for words in (["render"], ["render", "shop"], ["validate", "-C", "."], ["validate", "--project", "."]):
        keep(words=words)
        assert given(words) is None
    keep(words=["render", "--check"])
    assert given(["render", "--check"]) is not None


def test_what_another_wrote_is_not_believed(place: Path) -> None:
    keep()
    (file,) = (place.parent / "state/answers").iterdir()
    sound = file.read_bytes()
    for forged in (b"", sound[:40], sound.replace(b"0 errors", b"9 errors"), b"0" * 64 + sound[64:], b"\xff\n{}"):
        file.write_bytes(forged)
        assert given() is None
    keep(words=["validate"])
    (other,) = {*(place.parent / "state/answers").iterdir()} - {file}
    file.write_bytes(other.read_bytes())  # sealed, and of another command
    assert given() is None
    file.write_bytes(sound)
    assert given() is not None


def test_a_few_are_kept(place: Path) -> None:
    for number in range(40):
        keep(words=["validate", str(number)])
    assert len([*(place.parent / "state/answers").iterdir()]) == 33
    assert given(["validate", "39"]) is not None


def run(place: Path, *words: str) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-c", TIMED, *words], cwd=place, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize("words", [("validate", "shop"), ("validate", "shop", "--format", "json"), ("validate", "nix")])
def test_a_second_run_says_the_same_and_imports_next_to_nothing(place: Path, words: tuple[str, ...]) -> None:
    shutil.rmtree(place / ".git")
    shutil.rmtree(place / "templates")
    shutil.rmtree(place / ".infragen")
    time.sleep(2.1)
    first, second = run(place, *words), run(place, *words)
    assert first[2].endswith("True\n")
    if words[1] == "nix":  # what ends with an error of the command line is worked out again
        assert second == first
    else:
        assert second == (first[0], first[1], first[2].removesuffix("True\n") + "False\n")


def test_a_reader_that_has_gone_is_told_as_ever(place: Path) -> None:
    shutil.rmtree(place / ".git")
    time.sleep(2.1)
    words = ("validate", "shop", "--format", "json")
    run(place, *words)
    read, write = os.pipe()
    os.close(read)
    line = [sys.executable, "-c", TIMED, *words]
    ended = subprocess.run(line, cwd=place, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"False\n")
