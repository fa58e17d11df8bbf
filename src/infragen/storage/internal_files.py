"""Where infragen keeps what is its own in a project: `.infragen/`, which git ignores."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from infragen.storage.confined import Confined

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERNAL: Final = ".infragen"
_IGNORED: Final = b"*\n"


def internal_folder(project: Path) -> Confined:
    """Return the project's folder with `.infragen/` in it, made if it is not there; OSError where it cannot be."""
    files = Confined(project)
    if files.look(INTERNAL) is None:
        files.make_folder(INTERNAL, mode=0o700)
    ignore = f"{INTERNAL}/.gitignore"
    if files.look(ignore) is None or files.read(ignore) != _IGNORED:
        files.write(ignore, _IGNORED)
    return files


def confined_path(path: Path) -> tuple[Confined, PurePath]:
    """Return the project that a path below its `.infragen/` lies in, and the path from there.

    Any other path is told from the folder above it, which whoever named it chose.
    """
    whole = path.absolute()
    parts = whole.parts
    if INTERNAL not in parts[:-1]:
        above = next(folder for folder in whole.parents if folder.exists())
        return Confined(above), whole.relative_to(above)
    at = len(parts) - 1 - parts[::-1].index(INTERNAL)
    return Confined(Path(*parts[:at])), PurePath(*parts[at:])


def confined_user_path(path: Path, within: Path | None = None) -> tuple[Confined, PurePath]:
    """Return the folder that a path which the user named is told from: `within`, or where the user is.

    A path that leads elsewhere is told from its own folder.
    """
    top = within or Path.cwd()
    whole = path.absolute()
    if ".." in whole.parts or not whole.is_relative_to(top):
        return Confined(whole.parent), PurePath(whole.name)
    return Confined(top), whole.relative_to(top)


def read_internal(path: Path) -> bytes:
    """Return the content of a file of infragen's own; FileNotFoundError where there is none."""
    files, place = confined_path(path)
    return files.read(place)


def write_internal(path: Path, content: bytes, *, mode: int = 0o600, sync: bool = False) -> None:
    """Write a file of infragen's own as a whole, with the folders above it; only its owner reads it, as a rule."""
    files, place = confined_path(path)
    files.make_folder(place.parent)
    files.write(place, content, mode=mode, sync=sync)


def remove_internal(path: Path) -> None:
    """Remove a file of infragen's own, if it is there."""
    files, place = confined_path(path)
    files.remove(place)


def refuse_links(folder: Path, *, but: Mapping[str, str]) -> None:
    """Raise InTheWayError where a program that works in a folder could be led out of it.

    Looked at are the way to the folder, what lies in it, and what lies in its `.terraform/`; `but` are links that
    infragen itself made, by their paths in the folder, with what they lead to.
    """
    files, place = confined_path(folder)
    if INTERNAL not in place.parts:
        return
    with suppress(FileNotFoundError), files.hold(place) as held:
        for inside in ("", ".terraform", ".terraform/modules"):
            for name in held.names(inside):
                path = f"{inside}/{name}" if inside else name
                if name.endswith(".tf") or (path in but and files.leads_to(place / path) == but[path]):
                    continue
                held.refuse_special(path)
