"""The secret of this user on this machine: with it infragen tells what it wrote itself from what came with a checkout.

$INFRAGEN_STATE_DIR/key, else $XDG_STATE_HOME/infragen/key, else ~/.local/state/infragen/key;
where none of them can be written: infragen-<uid>/key in the system's temporary folder

Where others may write $INFRAGEN_STATE_DIR, or it belongs to another user (a volume of CI): infragen-<uid>/key below it
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

_NAME: Final = "key"
_SIZE: Final = 32
_FILE: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Key(Struct, frozen=True):
    """The secret and the folder that it lies in, or why there is none."""

    secret: bytes = b""
    place: str = ""
    trouble: str | None = None


def user_key() -> Key:
    """Return this user's secret, made once; without one, nothing that lies in a checkout is believed."""
    return _found(*(os.environ.get(name, "") for name in ("INFRAGEN_STATE_DIR", "XDG_STATE_HOME", "HOME")))


@cache
def _found(named: str, states: str, home: str) -> Key:
    troubles = []
    for use in (_read, _make):
        for place in _places(named, states, home):
            try:
                return Key(use(place), str(place))
            except (OSError, ValueError) as error:
                if use is _read and isinstance(error, FileNotFoundError):
                    continue
                troubles.append(f"{place}: {getattr(error, 'strerror', None) or error}")
    return Key(trouble="; ".join(dict.fromkeys(troubles)) or "no folder is available for it")


def _places(named: str, states: str, home: str) -> Iterator[Path]:
    own = f"infragen-{os.geteuid()}"
    if named:
        folder = Path(named).absolute()
        below = folder / own
        if is_safe := _is_safe(folder):
            yield folder
        if not is_safe or below.is_dir():  # it was not always safe
            yield below
        return
    if os.path.isabs(states):
        yield Path(states, "infragen")
    home = home or _home()
    if os.path.isabs(home):
        yield Path(home, ".local", "state", "infragen")
    import tempfile

    yield Path(tempfile.gettempdir(), own)


def _is_safe(folder: Path) -> bool:
    try:
        found = os.lstat(folder)
    except OSError:
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022  # a link is everyone's


def _home() -> str:
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(os.geteuid()).pw_dir
    return ""


def _read(place: Path) -> bytes:
    with _folder(place) as folder:
        descriptor = os.open(_NAME, os.O_RDONLY | _FILE, dir_fd=folder)
        try:
            _refuse_foreign(descriptor, "file")
            secret = os.read(descriptor, _SIZE + 1)
        finally:
            os.close(descriptor)
    if len(secret) != _SIZE:
        raise ValueError("it contains no key: remove it, and infragen creates another")
    return secret


def _make(place: Path) -> bytes:
    """Make a secret, whole or not at all; the first of several that try at once has made it for all."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = os.urandom(_SIZE)
    new = f".{_NAME}.{os.urandom(6).hex()}"
    with _folder(place) as folder:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o600, dir_fd=folder)
        try:
            os.write(descriptor, secret)
            os.fsync(descriptor)
            os.link(new, _NAME, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError:
            return _read(place)
        finally:
            os.close(descriptor)
            os.unlink(new, dir_fd=folder)
    return secret


@contextmanager
def _folder(place: Path) -> Iterator[int]:
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        _refuse_foreign(descriptor, "folder")
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_foreign(descriptor: int, what: str) -> None:
    found = os.fstat(descriptor)
    if what == "file" and not stat.S_ISREG(found.st_mode):
        raise ValueError("it is not a regular file")
    if found.st_uid != os.geteuid():
        raise ValueError(f"the {what} belongs to another user")
    if found.st_mode & 0o022:
        raise ValueError(f"the {what} is writable by other users: chmod go-w")
