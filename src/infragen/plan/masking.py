"""Texts that other programs made of a plan, with everything hidden that its own report would hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.decode import guarded
from infragen.plan.promised import facts_of
from infragen.plan.redact import Taints
from infragen.plan.remembered import learn
from infragen.plan.taint import tainted_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.plan.reader import OpenPlan

__all__ = ["masked", "remember"]


def masked(plan: OpenPlan, texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts without the values that a plan marks as sensitive."""
    taints = Taints(_values(plan))
    return tuple(map(taints.clean, texts))


def remember(plan: OpenPlan) -> None:
    """Keep what a plan marks as sensitive out of everything that this process logs from now on."""
    learn(_values(plan))


def _values(plan: OpenPlan) -> set[str]:
    with guarded(plan.name, "a value is nested too deeply to be read"):
        return tainted_values([(plan.document, facts_of(plan))])
