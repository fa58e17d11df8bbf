"""A maintenance window may begin when the backup window ends, and the other way round.

AWS: the two must not conflict (RDS API Reference, CreateDBInstance, PreferredBackupWindow and
PreferredMaintenanceWindow); RDS takes 03:00-04:00 beside sun:04:00-sun:05:00. moto counts the moment that two windows
share as an overlap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds import utils

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _overlap(original: Callable[..., int], *ranges: Any) -> int:
    return original(*ranges) or -1


def apply() -> None:
    """Install the correction."""
    around(utils, "get_overlap_between_two_date_ranges", _overlap)
