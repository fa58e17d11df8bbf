"""In which order runs began, which of them someone may have to look at, and what each keeps beside its journal.

    .infragen/runs/sequence     the number of the latest run, given out under a lock
    .infragen/runs/open/<id>    an empty file for each run that is not done, or whose command no one gave again since
    .infragen/runs/<id>/tree.z  the environment's files as terraform ran them, and which stack reads which
    .infragen/runs/<id>/shown.z what was shown of it and agreed to (`plan_contract.contract`)

Order is by number, because clocks jump. A run is marked as open before its journal begins, and the mark goes when the
run is done, or when a later one took its place: whoever is killed in between leaves it marked. So nothing unfinished is
ever forgotten, and two thousand finished runs are never read to find out. What a run keeps is compressed, its owner's
alone, and there until it is done; the journal has the digest of each: what is not what it wrote is as good as nothing.
"""

import fcntl
import hashlib
import os
import secrets
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import PurePath
from typing import Final

from msgspec import Struct

from infragen.stacks.model import Stack
from infragen.storage import INTERNAL, Confined, InTheWayError

RUNS: Final = PurePath(INTERNAL, "runs")
_SEQUENCE: Final = RUNS / "sequence"
_OPEN: Final = RUNS / "open"
_DIGITS: Final = 20  # a number is written with as many, so that the next one covers it in one write


def next_number(project: Confined, highest: Callable[[], int], at_least: int) -> int:
    """`highest` is asked where the number was not kept. Raises OSError where nothing can be written."""
    descriptor = project.open(_SEQUENCE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        kept = os.pread(descriptor, _DIGITS + 1, 0).strip()
        number = max(int(kept) if kept.isdigit() else highest(), at_least) + 1
        os.pwrite(descriptor, f"{number:0{_DIGITS}}\n".encode(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return number


def mark(project: Confined, run: str) -> None:
    _touch(project, _OPEN / run)


def unmark(project: Confined, run: str) -> None:
    with suppress(OSError):
        project.remove(_OPEN / run)


def marked(project: Confined, every: Callable[[], Iterable[str]]) -> frozenset[str]:
    """Return the runs that are open; `every` names them where no marks were ever kept, and they are from then on."""
    if project.look(RUNS) is None:
        return frozenset()
    if project.look(_OPEN) is None:
        names = frozenset(every())
        try:
            new = RUNS / f"open-{secrets.token_hex(4)}"
            project.make_folder(new, mode=0o700)
            try:
                for name in names:
                    _touch(project, new / name)
                project.rename(new, _OPEN)
            finally:
                project.remove_tree(new)
        except OSError:  # nothing can be written here, or another process was first
            return names
    return frozenset(project.names(_OPEN))


def _touch(project: Confined, path: PurePath) -> None:
    os.close(project.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


TREE: Final = "tree"
SHOWN: Final = "shown"
_SUFFIX: Final = ".z"
_FAST: Final = 1


class SavedTree(Struct, frozen=True):
    """An environment as it was rendered then: each stack's upstreams, upstreams first, and texts by path."""

    upstreams: dict[str, tuple[str, ...]]
    texts: dict[str, str]

    @property
    def stacks(self) -> tuple[Stack, ...]:
        return tuple(Stack(name, (), before, ()) for name, before in self.upstreams.items())


def save_run_file(project: Confined, run: PurePath, name: str, content: bytes) -> str:
    packed = zlib.compress(content, _FAST)
    project.write(run / f"{name}{_SUFFIX}", packed, mode=0o600, sync=True)
    return hashlib.sha256(packed).hexdigest()


def load_run_file(project: Confined, run: PurePath, name: str, digest: str | None) -> bytes | None:
    if digest is None:
        return None
    with suppress(OSError, InTheWayError, zlib.error):
        packed = project.read(run / f"{name}{_SUFFIX}")
        return zlib.decompress(packed) if hashlib.sha256(packed).hexdigest() == digest else None
    return None


def delete_run_files(project: Confined, run: PurePath) -> None:
    for name in (TREE, SHOWN):
        with suppress(OSError, InTheWayError):
            project.remove(run / f"{name}{_SUFFIX}")
