"""What no judge has looked at: that nothing is lost is said only of what one compared, and else that nobody did.

A judge compares an attribute when it asks for both of its sides. Of what it then says nothing, it knows that nothing is
lost: not of nested blocks, of which it may have read a part, nor of what is hidden, removed or not known yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Level, Risk, RiskKind
from infragen.plan.noise import TIMESTAMP_NAMES
from infragen.plan.risks.types import HARMLESS_ARGUMENTS, HARMLESS_ATTRIBUTES, HARMLESS_UPDATES, READ_WHOLE
from infragen.redaction.values import UNKNOWN, Number, holds_unknown
from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.plan.risks.types import Judge
    from infragen.plan.view import View

_MOST = 3


def unjudged(view: View, judges: Iterable[Judge]) -> Iterator[Risk]:
    """Yield a risk when an update changes what none of the judges compares, and what is not known as harmless."""
    if view.type in HARMLESS_UPDATES:
        return
    changed = view.changed()
    left = [name for name in changed if _matters(view, name)]
    for judge in judges if left else ():
        asked = view.afresh()
        speaks = any([*judge(asked)])  # a judge that says that it is harmless has read what it says so of
        left = [name for name in left if name not in asked.compared or not (speaks or _is_read(asked, name))]
    if not changed:
        left = ["what the plan does not show"]
    if left:
        yield Risk(Level.LOW, RiskKind.UNKNOWN, f"not judged: {first_of(left, _MOST)}")


def _matters(view: View, name: str) -> bool:
    """Whether an attribute says something that it did not say: not only a mark, nor what a provider fills in."""
    if (
        name in HARMLESS_ATTRIBUTES
        or name in HARMLESS_ARGUMENTS.get(view.type, ())
        or TIMESTAMP_NAMES.match(name)
        or view.mark_change(name)
    ):
        return False
    before, after = view.before(name), view.after(name)
    return bool(view.comes_from((name,))) if after == UNKNOWN else bool(before or after)


def _is_read(view: View, name: str) -> bool:
    """Whether a judge that compared an attribute has read all of it."""
    before, after = view.before(name), view.after(name)
    if name in READ_WHOLE:
        return not holds_unknown(after)
    if isinstance(before, list) and isinstance(after, list):
        return all(isinstance(part, str) for part in (*before, *after))
    return isinstance(after, bool) or all(isinstance(side, str | Number) for side in (before, after))
