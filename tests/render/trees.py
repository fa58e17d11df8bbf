"""A project rendered by the command line, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path


def render(project: Path, *arguments: str) -> Path:
    """Render a project's TechNova and return the folder of its environments."""
    assert run(["render", "technova", "-C", str(project), *arguments]) == 0
    return project / "generated/technova"


def tree(folder: Path) -> dict[str, str]:
    """Return the text of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
