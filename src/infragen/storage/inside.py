"""Files that people write in a project: links are followed, but not out of it."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError, Location

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_inside", "refuse_outside"]

_PLAIN: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_LINK: Final = {errno.ELOOP, errno.EMLINK}


def read_inside(project: Path, path: Path) -> bytes:
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
        if not stat.S_ISREG(found):  # a pipe would have nothing to say until somebody writes
            raise OSError(errno.EINVAL, "it is no file, but a pipe or a device", os.fspath(path))
        return file.read()


def refuse_outside(project: Path, path: Path) -> None:
    """Raise InfragenError S009 where a file or folder of the project is, by a link, one that lies elsewhere."""
    top, real = os.path.realpath(project), os.path.realpath(path)
    if real == top or real.startswith(f"{top}{os.sep}"):
        return
    shown = os.path.relpath(path, project).replace(os.sep, "/")
    raise InfragenError(
        Diagnostic(
            "S009",
            f"a link leads out of the project, to {real}, and is not followed",
            Location(shown),
            hint="put what it leads to into the project itself, or remove the link",
            is_secret=True,
        )
    )
