"""Which share of the dear cases a run tries: chosen by the commit, so that a run can be repeated, and all come in turn.

What is not chosen is marked `long`: `make lives` runs all of it.
"""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Case = TypeVar("Case")

ROOT = Path(__file__).parent.parent


@cache
def chosen(shares: int, root: Path = ROOT) -> int:
    """Return which of some shares the commit chooses; the first where there is no commit."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(hashlib.sha256(head.strip()).hexdigest(), 16) % shares


def in_turn(cases: Iterable[Case], shares: int, name: Callable[[Case], str] = str) -> Iterator[object]:
    """Yield the parameters of a test, those that are in another share marked as long."""
    for number, case in enumerate(cases):
        is_chosen = number % shares == chosen(shares)
        yield pytest.param(case, id=name(case), marks=() if is_chosen else pytest.mark.long)
