"""In which order runs began, and which of them somebody may have to look at: two things that cost nothing to ask.

    .infragen/runs/sequence     the number of the latest run, given out under a lock
    .infragen/runs/open/<id>    an empty file for each run that is not done, or whose command nobody gave again since

Order is by number, because clocks jump. A run is marked as open before its journal begins, and the mark goes when the
run is done, or when a later one took its place: whoever is killed in between leaves it marked. So nothing unfinished is
ever forgotten, and two thousand finished runs are never read to find out.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["mark", "marked", "next_number", "unmark"]

_SEQUENCE: Final = "sequence"
_OPEN: Final = "open"
_DIGITS: Final = 20
"""A number is written with as many, so that the next one covers it in one write."""


def next_number(runs: Path, highest: Callable[[], int]) -> int:
    """Return the number of the next run; `highest` is asked for that of all runs where it was not kept.

    Raises OSError where nothing can be written.
    """
    descriptor = os.open(runs / _SEQUENCE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        kept = os.pread(descriptor, _DIGITS + 1, 0).strip()
        number = (int(kept) if kept.isdigit() else highest()) + 1
        os.pwrite(descriptor, f"{number:0{_DIGITS}}\n".encode(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return number


def mark(runs: Path, run: str) -> None:
    """Note that a run is open; raises OSError where that cannot be written."""
    (runs / _OPEN / run).touch(mode=0o600)


def unmark(runs: Path, run: str) -> None:
    """Note that nobody has to look at a run any more; where that cannot be written, somebody looks in vain."""
    with suppress(OSError):
        (runs / _OPEN / run).unlink()


def marked(runs: Path, every: Callable[[], Iterable[str]]) -> frozenset[str]:
    """Return the runs that are open; `every` names them where no marks were ever kept, and they are from then on."""
    found = _marks(runs)
    if found is not None:
        return found
    names = frozenset(every())
    new = runs / f"{_OPEN}-{secrets.token_hex(4)}"
    with suppress(OSError):
        new.mkdir(mode=0o700)
        for name in names:
            (new / name).touch(mode=0o600)
        new.rename(runs / _OPEN)  # as a whole, or not at all when another process was first
    shutil.rmtree(new, ignore_errors=True)
    return names if (found := _marks(runs)) is None else found


def _marks(runs: Path) -> frozenset[str] | None:
    try:
        return frozenset(path.name for path in (runs / _OPEN).iterdir())
    except OSError:
        return None
