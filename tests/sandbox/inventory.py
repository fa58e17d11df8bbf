"""What of a plan or a state is missing in the emulated AWS."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.terraform.sandbox import Existing

_RANDOM_IDS = ("aws_iam_role_policy_attachment", "aws_lb_target_group_attachment")
"""The provider invents these ids: `<role or target group>-<time and number>`."""

_NOWHERE = ("aws_acm_certificate_validation",)
"""Exists in the provider alone: it waits for something else."""


def missing_from(existing: Iterable[Existing], planned: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return those of `planned`, pairs of a resource's type and its `id` in the state, that do not exist, sorted.

    Where the provider invents the id, as many have to exist for the same role or target group.
    """
    there = Counter(_comparable(thing.type, thing.identifier, invented=False) for thing in existing)
    missing = []
    for kind, identifier in sorted(planned):
        name = _comparable(kind, identifier, invented=True)
        if there[name] > 0 and kind in _RANDOM_IDS:
            there[name] -= 1
        elif not there[name] and kind not in _NOWHERE:
            missing.append((kind, identifier))
    return tuple(missing)


def _comparable(kind: str, identifier: str, *, invented: bool) -> tuple[str, str]:
    if kind not in _RANDOM_IDS:
        return kind, identifier
    return kind, identifier.rsplit("-", 1)[0] if invented else identifier.split("|", 1)[0]
