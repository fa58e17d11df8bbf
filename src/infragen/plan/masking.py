"""Texts that other programs made of a plan, with everything hidden that its own report would hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.document import opened
from infragen.plan.facts import known_facts
from infragen.plan.redact import Taints
from infragen.plan.taint import tainted_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.plan.reader import OpenPlan

__all__ = ["masked"]


def masked(plan: OpenPlan, texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts without the values that a plan marks as sensitive."""
    facts = known_facts().with_schemas(opened(plan.document.provider_schemas))
    taints = Taints(tainted_values([(plan.document, facts)]))
    return tuple(map(taints.clean, texts))
