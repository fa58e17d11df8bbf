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


FILES = (
    "engine/test_drift.py",
    "engine/test_early_removals.py",
    "engine/test_former_providers.py",
    "engine/test_imports.py",
    "engine/test_left_the_catalogue.py",
    "engine/test_own_deletions.py",
    "engine/test_proof.py",
    "engine/test_shrinking.py",
    "engine/test_unread_secrets.py",
    "terraform/test_awaited_zones.py",
    "terraform/test_metric_math.py",
    "terraform/test_permissions.py",
    "terraform/test_traffic.py",
    "terraform/test_viewers_hosts.py",
)
"""Files of a minute or more that apply something: a run has every second one."""


def waits(file: Path) -> bool:
    """Whether a file of tests is another run's: of `FILES`, and not of those that the commit chooses."""
    name = f"{file.parent.name}/{file.name}"
    return name in FILES and FILES.index(name) % 2 != chosen(2)
