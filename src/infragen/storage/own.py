"""Where infragen keeps what is its own in a project: `.infragen/`, which git ignores."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Final

from infragen.storage.confined import Confined

__all__ = ["OWN", "own_folder", "place_of"]

OWN: Final = ".infragen"
_IGNORED: Final = b"*\n"


def own_folder(project: Path) -> Confined:
    """Return the project's folder with `.infragen/` in it, made if it is not there; OSError where it cannot be."""
    files = Confined(project)
    if files.look(OWN) is None:
        files.make_folder(OWN, mode=0o700)
    ignore = f"{OWN}/.gitignore"
    if files.look(ignore) is None or files.read(ignore) != _IGNORED:
        files.write(ignore, _IGNORED)
    return files


def place_of(path: Path) -> tuple[Confined, PurePath]:
    """Return the project that a path below its `.infragen/` lies in, and the path from there."""
    parts = path.absolute().parts
    at = len(parts) - 1 - parts[::-1].index(OWN)
    return Confined(Path(*parts[:at])), PurePath(*parts[at:])
