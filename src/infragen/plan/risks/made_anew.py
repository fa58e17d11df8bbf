"""What is made anew, told without a state: arguments that the provider answers with a replacement.

A plan from a state says itself what is replaced; between two plans from nothing it is a table that says so.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from infragen.plan.risk import Action, Risk
from infragen.plan.risks import data_loss, downtime
from infragen.plan.risks.types import MADE_ANEW
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN
from infragen.text import first_of


def without_state(view: View) -> Iterator[Risk]:
    names = [name for name in MADE_ANEW.get(view.type, ()) if _differs(view, name)] if view.without_state else []
    if not names:
        return
    is_certain = any(view.before(name) is not None for name in names)
    unless = "" if is_certain else ", unless AWS chose the same before"
    anew = replace(view, action=Action.REPLACE_DELETE_FIRST)
    for judge in (*data_loss.JUDGES.get(view.type, ()), downtime.destroyed):
        for risk in judge(anew):
            yield risk._replace(reason=f"it is made anew by {first_of(names)}{unless}: {risk.reason}")


def _differs(view: View, name: str) -> bool:
    """Whether an argument asks for something else; what is no longer said stays as it is, except for a switch."""
    before, after = view.before(name), view.after(name)
    if after == UNKNOWN:
        return bool(view.comes_from((name,)))
    return before != after and bool(after or before is True)
