"""Files in a project: what people write, by links too but not out of it; what infragen keeps in `.infragen/`."""

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePath
from typing import Final

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.storage.confined import Confined

PLAIN: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_LARGEST: Final = 64 << 20
_LEFTOVER: Final = re.compile(
    r"\.#.*|\._.*|#.*#|.*~|4913|.*\.(?:sw[a-p]|crswap|orig|rej)|.*___jb_(?:tmp|old)___"  # Emacs, Vim, IDEs, patch
    r"|.*_(?:BACKUP|BASE|LOCAL|REMOTE)_[0-9]+(?:\.\w+)?"  # git mergetool
    r"|\.ipynb_checkpoints|__pycache__|\.DS_Store|__MACOSX|Icon\r|Thumbs\.db|desktop\.ini",
    re.DOTALL,
)


def is_leftover(name: str) -> bool:
    return _LEFTOVER.fullmatch(name) is not None


def is_leftover_at(path: str) -> bool:
    *folders, name = path.split("/")
    return any(map(is_leftover, folders)) or (
        is_leftover(name) and (name[0] in ".#" or not name.endswith(_OF_TERRAFORM))
    )


_OF_TERRAFORM: Final = (".tf", ".tofu", ".json", ".tfvars")


def text_of(content: bytes) -> str:
    """Lines end as git keeps them, whatever the checkout. UnicodeDecodeError for no UTF-8."""
    return content.decode().replace("\r\n", "\n")


def read_project_file(project: Path, path: Path) -> bytes:
    """InfragenError S009 for a link out of the project, OSError for more than 64 MiB, far above any input."""
    try:
        descriptor = os.open(path, PLAIN | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno not in {errno.ELOOP, errno.EMLINK}:
            raise
        refuse_outside(project, path)
        descriptor = os.open(path, PLAIN)
    refuse_opened_outside(project, path, descriptor)
    return read_regular(descriptor, path)


def refuse_opened_outside(project: Path | str, path: Path | str, descriptor: int) -> None:
    """Close an open file and raise InfragenError S009 where a link that led there has been exchanged since (Linux)."""
    try:
        real = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:  # another system
        return
    try:
        _refuse_real(project, path, real)
    except InfragenError:
        os.close(descriptor)
        raise


def read_regular(descriptor: int, path: Path, most: int = _LARGEST) -> bytes:
    with os.fdopen(descriptor, "rb", buffering=0, closefd=True) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):  # a pipe would have nothing to say until someone writes
            raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", os.fspath(path))
        if found.st_size > most:
            raise OSError(errno.EFBIG, "too large to be read", os.fspath(path))
        return file.read()


def entries(folder: Path, shown: str, *, every: bool = False) -> list[os.DirEntry[str]]:
    """No hidden names and editors' leavings, unless `every` counts. InfragenError S006 where it cannot be known."""
    try:
        with os.scandir(folder) as found:
            written = (one for one in found if every or not (one.name.startswith(".") or is_leftover(one.name)))
            return sorted(written, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise InfragenError(Diagnostic("S006", message, Location(shown), hint="check its permissions")) from None


def files_below(
    folder: Path, shown: str, suffix: str | tuple[str, ...] = "", *, refuse_links: bool = False, every: bool = False
) -> Iterator[Path]:
    """With `refuse_links`, InfragenError S010 for a link to a folder: what lies in it would be taken for not there."""
    for entry in entries(folder, shown, every=every):
        if entry.name.endswith(suffix):
            yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            below, name = Path(entry.path), f"{shown}/{entry.name}"
            yield from files_below(below, name, suffix, refuse_links=refuse_links, every=every)
        elif refuse_links and entry.is_symlink() and Path(entry.path).is_dir():
            hint = "move the folder here, or link the files in it"
            message = "a link to a folder is not followed: its contents would count as missing"
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
    _refuse_real(project, path, os.path.realpath(path))


_real_folder: Final = cache(os.path.realpath)


def _refuse_real(project: Path | str, path: Path | str, real: str) -> None:
    top = _real_folder(project)
    if real == top or real.startswith(f"{top.rstrip(os.sep)}{os.sep}"):
        return
    shown = os.path.relpath(path, project).replace(os.sep, "/")
    message = f"a link points outside the project, to {real}, and is not followed"
    hint = "copy its target into the project, or remove the link"
    raise InfragenError(Diagnostic("S009", message, Location(shown), hint=hint, is_secret=True))


INTERNAL: Final = ".infragen"
_IGNORED: Final = b"*\n"


def internal_folder(project: Path) -> Confined:
    files = Confined(project)
    if files.look(INTERNAL) is None:
        files.make_folder(INTERNAL, mode=0o700)
    ignore = f"{INTERNAL}/.gitignore"
    if files.look(ignore) is None or files.read(ignore) != _IGNORED:
        files.write(ignore, _IGNORED)
    return files


def confined_path(path: Path) -> tuple[Confined, PurePath]:
    """From the folder with `.infragen/`; otherwise from the folder above the path, which whoever named it chose."""
    whole = path.absolute()
    parts = whole.parts
    if INTERNAL not in parts[:-1]:
        above = next(folder for folder in whole.parents if folder.exists())
        return Confined(above), whole.relative_to(above)
    at = len(parts) - 1 - parts[::-1].index(INTERNAL)
    return Confined(Path(*parts[:at])), PurePath(*parts[at:])


def confined_user_path(path: Path, within: Path | None = None) -> tuple[Confined, PurePath]:
    """Told from `within`, or where the user is; a path that leads elsewhere from its own folder."""
    top = within or Path.cwd()
    whole = path.absolute()
    if ".." in whole.parts or not whole.is_relative_to(top):
        return Confined(whole.parent), PurePath(whole.name)
    return Confined(top), whole.relative_to(top)


def read_internal(path: Path) -> bytes:
    files, place = confined_path(path)
    return files.read(place)


def write_internal(path: Path, content: bytes, *, sync: bool = False) -> None:
    files, place = confined_path(path)
    files.make_folder(place.parent)
    files.write(place, content, mode=0o600, sync=sync)


def remove_internal(path: Path) -> None:
    files, place = confined_path(path)
    files.remove(place)


def refuse_links(folder: Path, *, but: Mapping[str, str]) -> None:
    """Raise InTheWayError where a program that works in a folder could be led out; `but` are infragen's own links."""
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
