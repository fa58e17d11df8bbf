"""What can come of a change, and why: one file a kind of risk.

Each judge reads a `View` (safe values only) and yields the risks it sees; `harmless` speaks when nobody else does. To
add one: a file here and its line in the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.risks import data_loss, downtime, harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infragen.plan.model import Risk
    from infragen.plan.view import View

__all__ = ["JUDGES", "risks_of"]

JUDGES: tuple[Callable[[View], Iterable[Risk]], ...] = (data_loss.judge, downtime.judge)


def risks_of(view: View) -> tuple[Risk, ...]:
    """Return the risks of a change, worst first; never empty."""
    found = [risk for judge in JUDGES for risk in judge(view)] or [harmless.judge(view)]
    order = list(type(found[0].kind))
    return tuple(sorted(found, key=lambda risk: (-risk.level, order.index(risk.kind), risk.reason)))
