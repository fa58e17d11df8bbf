"""Zip files of folders: the same bytes for the same files, on whatever machine, by whichever version of Python."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.storage.project_files import files_below, read_project_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEFT_OUT: Final = frozenset(
    {".DS_Store", ".git", ".gitignore", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"}
)
"""What editors, git and Python leave in a folder, and code does not need; nor `.env`, in which secrets lie."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The first second that a zip file knows."""
_UNIX: Final = 3
_DIGITS: Final = 12
"""Of the digest, in a name: nobody meets two alike."""


@dataclass(frozen=True, slots=True)
class Zipped:
    """A folder as a zip file: its bytes, their digest, how many files there are, and how large they are together."""

    content: bytes
    files: int
    size: int

    @property
    def digest(self) -> str:
        """What names it: the beginning of SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()[:_DIGITS]


def zipped(folder: Path) -> Zipped:
    """Return a folder's files, by their paths in it, as they are: zlib's versions compress otherwise.

    A file that may be run stays so, all are readable by everybody (AWS Lambda Developer Guide: Permissions of files in
    a deployment package); times are not kept. Links lead to files within the folder or are an error (S009, S010).
    OSError for what cannot be read.
    """
    buffer, size, count = io.BytesIO(), 0, 0
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(_files(folder)):
            content = read_project_file(folder, path)
            may_run = path.stat().st_mode & stat.S_IXUSR
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if may_run else 0o644)) << 16
            archive.writestr(entry, content)
            size, count = size + len(content), count + 1
    return Zipped(buffer.getvalue(), count, size)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in files_below(folder, folder.name, refuse_links=True):
        parts = path.relative_to(folder).parts
        if _LEFT_OUT & {*parts} or parts[-1].startswith(".env") or path.is_dir():
            continue
        if not path.exists():
            message = f"a link leads to {os.readlink(path)}, which is not there"
            raise InfragenError(
                Diagnostic("S010", message, Location(f"{folder.name}/{'/'.join(parts)}"), hint="remove it")
            )
        yield "/".join(parts), path
