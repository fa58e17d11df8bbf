"""Files that people write in a project: links are followed, but not out of it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_LINK: Final = {errno.ELOOP, errno.EMLINK}


def read_project_file(project: Path, path: Path) -> bytes:
    """Return the content of a regular file; InfragenError S009 for a link that leads out of the project."""
    try:
        descriptor = os.open(path, _PLAIN | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno not in _LINK:
            raise
        refuse_outside(project, path)
        descriptor = os.open(path, _PLAIN)
    with os.fdopen(descriptor, "rb", buffering=0, closefd=True) as file:
        found = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(found):  # a pipe would have nothing to say until someone writes
            raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", os.fspath(path))
        return file.read()


def entries(folder: Path, shown: str) -> list[os.DirEntry[str]]:
    """Return what lies in a folder, sorted by name; nothing where there is none.

    InfragenError S006 where that cannot be known: no one may take what is not seen for what is not there.
    """
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise InfragenError(Diagnostic("S006", message, Location(shown), hint="check its permissions")) from None


def files_below(
    folder: Path, shown: str, suffix: str | tuple[str, ...] = "", *, refuse_links: bool = False
) -> Iterator[Path]:
    """Yield what ends in `suffix` below a folder, whatever it is, sorted; raises as `entries`, and follows no link.

    With `refuse_links`, InfragenError S010 for a link to a folder: what lies in it would be taken for not there.
    """
    for entry in entries(folder, shown):
        if entry.name.endswith(suffix):
            yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(Path(entry.path), f"{shown}/{entry.name}", suffix, refuse_links=refuse_links)
        elif refuse_links and entry.is_symlink() and Path(entry.path).is_dir():
            hint = "move the folder here, or link the files in it"
            message = "a link to a folder is not followed: what lies in it would count as not there"
            raise InfragenError(Diagnostic("S010", message, Location(f"{shown}/{entry.name}"), hint=hint))


def may_exist(path: Path) -> bool:
    """Whether anything lies at a path, a link that leads nowhere too; so it may where no one can look."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:  # whoever reads it hears why
        return True
    return True


def refuse_outside(project: Path, path: Path) -> None:
    """Raise InfragenError S009 where a file or folder of the project is, by a link, one that lies elsewhere."""
    top, real = os.path.realpath(project), os.path.realpath(path)
    if real == top or real.startswith(f"{top}{os.sep}"):
        return
    shown = os.path.relpath(path, project).replace(os.sep, "/")
    message = f"a link points outside the project, to {real}, and is not followed"
    hint = "copy its target into the project, or remove the link"
    raise InfragenError(Diagnostic("S009", message, Location(shown), hint=hint, is_secret=True))
