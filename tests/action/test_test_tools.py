"""`make test-tools`, on machines that are made up: which programs they have, and who runs it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci/test-tools"
ALL = ("git", "docker-compose", "chromium", "fc-list")
LINES = {
    "fc-list": "echo 'Noto Sans CJK JP'",
    "id": "echo $WHO",
    "apt-cache": '[ -e "$HOME/lists" ]',
    "apt-get": 'echo "apt-get $*" >> "$HOME/log"; [ "$1" = update ] && touch "$HOME/lists"; [ -e "$HOME/lists" ]',
}


def run(folder: Path, *programs: str, who: int = 0) -> tuple[int, str, list[str]]:
    """Return the code, what was said, and what apt was told, on a machine that has only these programs."""
    home, path = folder / "home", folder / "bin"
    for made in (home, path):
        made.mkdir()
    for name in ("bash", "grep", "touch"):
        (path / name).symlink_to(next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists()))
    for name in (*programs, "id"):
        (path / name).write_text(f"#!/bin/bash\n{LINES.get(name, ':')}\n", encoding="utf-8")
        (path / name).chmod(0o755)
    environment = {"PATH": str(path), "HOME": str(home), "WHO": str(who)}
    done = subprocess.run(("/bin/bash", SCRIPT), env=environment, capture_output=True, text=True, check=False)
    log = home / "log"
    return done.returncode, done.stderr, log.read_text().splitlines() if log.exists() else []


def test_a_machine_that_has_everything_is_left_alone(tmp_path: Path) -> None:
    assert run(tmp_path, *ALL, "apt-get") == (0, "", [])


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        (("docker-compose", "chromium", "fc-list"), "git"),
        (("git", "chromium", "fc-list"), "docker-compose"),
        (("git", "docker-compose", "fc-list"), "chromium"),
        (("git", "docker-compose", "google-chrome"), "fontconfig fonts-noto-cjk"),
        ((), "git docker-compose chromium fontconfig fonts-noto-cjk"),
    ],
)
def test_what_is_missing_is_installed_after_the_lists_are_fetched(
    tmp_path: Path, has: tuple[str, ...], wanted: str
) -> None:
    code, _, told = run(tmp_path, *has, "apt-get", "apt-cache")
    assert (code, told) == (0, ["apt-get update -q", f"apt-get install -y -q --no-install-recommends {wanted}"])


def test_without_root_it_says_what_to_run(tmp_path: Path) -> None:
    code, said, told = run(tmp_path, "git", "docker-compose", "fc-list", "apt-get", who=1000)
    assert (code, told) == (1, [])
    assert "sudo apt-get install -y chromium" in said


def test_without_apt_it_says_what_is_needed(tmp_path: Path) -> None:
    code, said, _ = run(tmp_path, "fc-list", "docker-compose", "chromium")
    assert code == 1
    assert "the tests also need git" in said
