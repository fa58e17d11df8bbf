"""What no judge has looked at: that nothing is lost is said only of what one compared, and else that nobody did.

A judge compares an attribute when it asks for both of its sides. Of what it then says nothing, it knows that nothing is
lost: not of nested blocks, of which it may have read a part, nor of what is hidden, removed or not known yet.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from infragen.effort import EFFORT, TooMuch
from infragen.plan.differences.documents import open_documents
from infragen.plan.noise import TIMESTAMP_NAMES
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks import types
from infragen.plan.risks.lookups import blocks, parameters
from infragen.plan.risks.safeguards import is_compared
from infragen.plan.risks.types import Judge
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN, Number, Value, holds_unknown
from infragen.text import first_of

_EMPTY: Value = "{}"
_NOTHING: Mapping[str, Value] = {}
_TOO_MUCH = RiskKind.UNKNOWN.risk(Level.HIGH, "not judged: this plan has too much to compare")


class Heard(NamedTuple):
    """What a judge says of a view, and the view as it asked it."""

    risks: tuple[Risk, ...]
    asked: View


def hear(judge: Judge, view: View) -> Heard:
    """Ask a judge, and take note of what it reads; what it would compare for too long, it does not judge."""
    asked = view.afresh()
    found: list[Risk] = []
    counting = EFFORT.set(view.effort)
    try:
        found.extend(judge(asked))  # what it found before it had to give up stays found
    except TooMuch:
        found.append(_TOO_MUCH)
    finally:
        EFFORT.reset(counting)
    return Heard(tuple(found), asked)


def unjudged(view: View, judges: Iterable[Heard]) -> Iterator[Risk]:
    if view.type in types.HARMLESS_UPDATES:
        return
    changed = view.changed()
    left = [name for name in changed if _matters(view, name)]
    for risks, asked in judges if left else ():
        # A judge that says that it is harmless has read what it says so of.
        read = {name for name in asked.compared if risks or _is_read(asked, name)}
        left = [name for name in left if name not in read or _has_parameters(view, name)]
    if not changed and view.action is Action.UPDATE:
        left = ["what the plan does not show"]
    left = [part for name in left for part in _said_of(view, name)]
    if left:
        yield Risk(Level.LOW, RiskKind.UNKNOWN, f"not judged: {first_of(left)}")


def _said_of(view: View, name: str) -> list[str]:
    if not _has_parameters(view, name):
        return [name]
    before, after = parameters(view)
    differing = sorted(one for one in {*before, *after} if before.get(one) != after.get(one))
    known = types.KNOWN_PARAMETERS.get(view.type, {})
    sides = ((one, known.get(one, ()), before.get(one, ""), after.get(one, "")) for one in differing)
    left = [f"parameter {one}" for one, values, old, new in sides if not is_compared(values, old, new)]
    return left if differing else [name]


def _has_parameters(view: View, name: str) -> bool:
    return name == "parameter" or (name in {"server_properties", "value"} and view.type in types.KNOWN_PARAMETERS)


def _matters(view: View, name: str) -> bool:
    is_harmless = name in types.HARMLESS_ATTRIBUTES or name in types.HARMLESS_ARGUMENTS.get(view.type, ())
    if is_harmless or TIMESTAMP_NAMES.match(name) or view.mark_change(name):
        return False
    before, after = view.before(name), view.after(name)
    if after == UNKNOWN:
        return bool(view.comes_from((name,)))
    documents = open_documents(before, after) if isinstance(before, str) and isinstance(after, str) else None
    if documents:
        return documents.before != documents.after
    # Kubernetes tells `ingress: []`, which lets nobody in, from `ingress: [{}]`, which lets in everybody.
    return before != after if view.type.startswith("kubernetes_") else said(before) != said(after)


def said(value: Value) -> Value:
    # Providers do not tell empty parts apart; a block without arguments says something by being there (`block {}`,
    # `count {}`), and is kept.
    if isinstance(value, dict):
        return {name: part for name, each in value.items() if (part := said(each)) is not None} or None
    if isinstance(value, list):
        return [part for each in value if (part := _EMPTY if each == {} else said(each)) is not None] or None
    return None if value is False or value == "" else value


def _is_read(view: View, name: str) -> bool:
    """Whether a judge that compared an attribute has read all of it: of a nested block, all parts that differ."""
    before, after = view.before(name), view.after(name)
    if read := types.READ_PARTS.get(name):
        pairs = zip_longest(blocks(before), blocks(after), fillvalue=_NOTHING)
        parts = ((part, old, new) for old, new in pairs for part in {*old, *new} - read)
        is_whole = "*" in read or all(said(old.get(part)) == said(new.get(part)) for part, old, new in parts)
        return is_whole and not holds_unknown(after)
    if isinstance(before, list) and isinstance(after, list):
        return all(isinstance(part, str) for part in (*before, *after))
    return isinstance(after, bool) or all(isinstance(side, str | Number) for side in (before, after))
