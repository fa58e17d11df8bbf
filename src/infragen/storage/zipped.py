"""Zip files of folders: the same bytes for the same files, on whatever machine, by whichever version of Python."""

import hashlib
import io
import os
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.storage.project_files import files_below, is_leftover, read_project_file

_LEFT_OUT: Final = frozenset({".git", ".gitignore", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
"""What git and Python leave in a folder, and code does not need; nor `.env`, in which secrets lie."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the first second that a zip file knows
_UNIX: Final = 3
_DIGITS: Final = 12  # of the digest, in a name: nobody meets two alike
_MADE: Final = re.compile(rf".*-([0-9a-f]{{{_DIGITS}}})\.zip", re.DOTALL)


class Member(Struct, frozen=True):
    """A file that goes into a zip file: its path there, where it lies, and its size in bytes."""

    name: str
    path: Path
    size: int


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def members(folder: Path, into: Path) -> list[Member]:
    """Return a folder's files by their paths in it, unread, without those that `zip` wrote `into` a folder of them.

    Links lead to files within the folder or are an error (S009, S010, X088); X087 for a name that no zip file can have.
    OSError for what cannot be read. No link leads to the folder from where both it and the user are (X089).
    """
    full = Path(os.path.normpath(Path.cwd() / folder))
    above = Path(os.path.commonpath((Path.cwd(), full)))
    above = full.parent if above == above.parent else above
    way = (one for one in (full, *full.parents) if one != above and one.is_relative_to(above))
    if link := next((one for one in way if one.is_symlink()), None):
        message = f"{os.path.relpath(link)} is a link, to {os.readlink(link)}, and is not followed"
        raise InfragenError(Diagnostic("X089", message, hint="name the folder that has the code"))
    found = sorted(_files(folder))
    return [Member(name, path, path.stat().st_size) for name, path in found if not _is_made(path, into)]


def zipped(folder: Path, found: Sequence[Member]) -> bytes:
    """Store uncompressed: zlib's versions differ. All may read (AWS Lambda: Permissions of files), without times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for one in found:
            content = read_project_file(folder, one.path)
            may_run = one.path.stat().st_mode & stat.S_IXUSR
            entry = zipfile.ZipInfo(one.name, _FIRST_DAY)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if may_run else 0o644)) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in files_below(folder, folder.name, refuse_links=True, every=True):
        parts = path.relative_to(folder).parts
        if _LEFT_OUT & {*parts} or any(one.startswith(".env") or is_leftover(one) for one in parts) or path.is_dir():
            continue
        if not path.exists():
            message = f"a link leads to {os.readlink(path)}, which does not exist"
            place = Location(f"{folder.name}/{'/'.join(parts)}")
            raise InfragenError(Diagnostic("X088", message, place, hint="remove it"))
        name = "/".join(parts)
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(name).decode(errors="backslashreplace")
            text = f"the name of {shown} is not UTF-8, which zip files require"
            raise InfragenError(Diagnostic("X087", text, hint="rename it, or remove it")) from None
        yield name, path


def _is_made(path: Path, into: Path) -> bool:
    named = _MADE.fullmatch(path.name)
    if named is None or path.parent.resolve() != into.resolve() or not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(named[1])
