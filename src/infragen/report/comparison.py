"""What differs between two plans of the same thing, as text, Markdown and JSON.

Every line is one line, safe to print and bounded in width; what a limit leaves out is counted.
"""

import json as json_module
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec import Struct

from infragen.markdown import fenced
from infragen.plan import WITHOUT_STATE, AttributeChange, Change, ChangeSet, Comparison, Level, OutputChange, Risk
from infragen.plan.compare import Different
from infragen.report.change_lines import WHOLE, first
from infragen.report.groups import natural, relative_address, verdict_of
from infragen.report.headlines import graded
from infragen.report.labels import entry_label, headline_counts, symbol_of, word_of
from infragen.report.markdown import DEFAULT_BUDGET, size
from infragen.report.severity import NOT_JUDGED, grade, risk_of, urgency
from infragen.report.tables import fields
from infragen.text import broken, cells, shorten, sides, visible, wrap_items

_Side = AttributeChange | OutputChange | None
__all__ = ["DEFAULT_BUDGET", "VERSION", "json", "markdown", "terminal"]
VERSION = 1
_WIDTH = 118
_ATTRIBUTES = 12


def terminal(comparison: Comparison, title: str, *, width: int = 80, details: bool = False) -> str:
    limits = _Limits(width) if details else _Limits(width, sections=40, values=True)
    lines = (*_head(comparison, title, width), *_body(comparison, limits))
    return "".join(f"{shorten(line, width)}\n" for line in lines)


def markdown(comparison: Comparison, title: str, *, budget: int = DEFAULT_BUDGET) -> str:
    """Return the comparison as Markdown of at most `budget` bytes of UTF-8, as many of its lines as fit."""
    head, *rest = _head(comparison, title, _WIDTH)
    body = [*rest, *_body(comparison, _Limits(_WIDTH, values=True))]

    def beginning(count: int) -> str:
        hidden = len(body) - count
        more = [f"  not shown: {hidden} more lines, to fit the size of a comment"] if hidden else []
        return fenced("text", [head, *body[:count], *more])

    text = beginning(len(body))
    if size(text) > budget:
        text = beginning(bisect_right(range(1, len(body)), budget, key=lambda count: size(beginning(count))))
    if size(text) > budget:
        text = f"{_count(comparison)}\n"
    return text if size(text) <= budget else ""


def json(comparison: Comparison, title: str) -> str:
    document = {
        "kind": "infragen-comparison",
        "version": VERSION,
        "target": title,
        "same": comparison.same,
        "old": _plan(comparison.old),
        "new": _plan(comparison.new),
        "gone": [_change(change) for change in comparison.gone],
        "added": [_change(change) for change in comparison.added],
        "moved": [{"old": _change(old), "new": _change(new)} for old, new in comparison.moved],
        "different": [
            {
                "old": _change(different.old),
                "new": _change(different.new),
                "attributes": [{"path": _path(*pair)} | _sides(*pair) for pair in different.attributes],
            }
            for different in comparison.different
        ],
        "outputs": [{"name": _name(*pair)} | _sides(*pair) for pair in comparison.outputs],
        "beside": [
            {"kind": one.what, "text": one.text, "in": "new" if one.is_new else "old"} for one in comparison.others
        ],
    }
    return json_module.dumps(document, indent=2) + "\n"


def _head(comparison: Comparison, title: str, width: int) -> Iterator[str]:
    name = shorten(visible(title), width // 2)
    verb = "list" if comparison.old.partial or comparison.new.partial else "make"
    said = f"both plans {verb} the same changes" if comparison.is_same else _count(comparison)
    yield f"{name}   {said}"
    for word, plan in (("old", comparison.old), ("new", comparison.new)):
        counts, risk = headline_counts(plan.summary), f"risk {graded(verdict_of(plan))}"
        if cells(f"  {word}: {counts}, {risk}") <= width:
            yield f"  {word}: {counts}, {risk}"
        else:
            yield shorten(f"  {word}: {counts}", width)
            yield shorten(f"       {risk}", width)


def _count(found: Comparison) -> str:
    parts = (found.added, found.gone, found.moved, found.different, found.outputs, found.others)
    count = sum(map(len, parts))
    return f"{count} difference{'' if count == 1 else 's'}"


class _Limits(Struct, frozen=True):
    width: int
    sections: int = sys.maxsize - 1
    values: bool = False


def _body(comparison: Comparison, limits: _Limits) -> Iterator[str]:
    """Yield what the new plan does first, because that is what will happen, then what it no longer does."""
    added, gone = (sorted(found, key=_urgency) for found in (comparison.added, comparison.gone))
    different = sorted(comparison.different, key=lambda one: _urgency(one.new))
    yield from _section("only in the new plan", [[*_lines(change, limits)] for change in added], limits)
    yield from _section("different", [[*_different(one, limits)] for one in different], limits)
    yield from _section("only in the old plan", [[*_lines(change, limits)] for change in gone], limits)
    moved = [
        [*_heading(new, limits), *_wrapped(f"in the old plan {_label(old)}", 8, limits.width)]
        for old, new in comparison.moved
    ]
    yield from _section("the same, at another address", moved, limits)
    others = (f"{'+' if one.is_new else '-'} {one.what}  {visible(one.text)}" for one in comparison.others)
    yield from _section("other differences", [[*_wrapped(said, 4, limits.width)] for said in others], limits)
    outputs = [
        [*_wrapped(f"~ {visible(_name(*pair))}", 4, limits.width), *_both(*pair, 8, limits)]
        for pair in comparison.outputs
    ]
    yield from _section("outputs", outputs, limits)
    if comparison.same:
        yield ""
        yield f"  {comparison.same} {'change is' if comparison.same == 1 else 'changes are'} the same in both."


def _urgency(change: Change) -> tuple[object, ...]:
    return urgency(change.type, change.risks[0]), change.action.rank, change.stack or "", natural(change.address)


def _section(words: str, blocks: Sequence[Sequence[str]], limits: _Limits) -> Iterator[str]:
    if not blocks:
        return
    yield ""
    yield f"  {words} ({len(blocks)}):"
    shown = first(blocks, limits.sections)
    yield from chain.from_iterable(shown)
    if len(shown) < len(blocks):
        yield f"    not shown: {len(blocks) - len(shown)} more, to keep this short"


def _wrapped(text: str, depth: int, width: int) -> Iterator[str]:
    """Yield a text below an indentation, over as many lines as it takes: two addresses must not look alike."""
    room = max(width - depth - 4, 20)
    words = [piece for word in text.split(" ") for piece in broken(word, room)]
    for number, line in enumerate(wrap_items(words, room, " ")):
        yield f"{' ' * (depth + 4 * (number > 0))}{line}"


def _heading(change: Change, limits: _Limits, words: str = "") -> Iterator[str]:
    words = words or word_of(change)
    return _wrapped(f"{symbol_of(change)} {words} {_label(change)}", 4, limits.width)


def _lines(change: Change, limits: _Limits, words: str = "", known: Sequence[Risk] = ()) -> Iterator[str]:
    yield from _heading(change, limits, words)
    for risk in change.risks:
        if risk.level > Level.LOW and risk not in known:
            yield from _wrapped(visible(f"{risk.level.name} {risk.kind}: {risk.reason}"), 8, limits.width)


def _label(change: Change) -> str:
    deposed = f" (deposed object {change.deposed})" if change.deposed else ""
    if change.entry is not None:
        return visible(f"{entry_label(change.entry.id)}: {relative_address(change)}{deposed}")
    stack = f"{change.stack}: " if change.stack else ""
    return visible(f"{stack}{change.address}{deposed}")


def _different(found: Different, limits: _Limits) -> Iterator[str]:
    old, new, attributes = found.old, found.new, found.attributes
    becomes = old.action is not new.action
    words = f"{word_of(old)} becomes {word_of(new)}:" if becomes else ""
    yield from _lines(new, limits, words, old.risks)
    whole = [side.action in WHOLE and becomes for side in (old, new)]
    details = [
        pair
        for pair in attributes
        if any(side and not side.noise and not is_whole for side, is_whole in zip(pair, whole, strict=True))
    ]
    shown = details[:_ATTRIBUTES] if limits.values else details
    for one, other in shown:
        yield from _wrapped(visible(_named(one, other)), 8, limits.width)
        yield from _both(one, other, 10, limits)
    if len(details) > len(shown):
        yield f"        not shown: {len(details) - len(shown)} more attributes, to keep this short"
    if len(details) < len(attributes):
        yield f"        not shown: {len(attributes) - len(details)} more without new information"
    if not attributes and not becomes:
        yield "        a hidden value differs"


def _named(one: AttributeChange | None, other: AttributeChange | None) -> str:
    origin = next((side.origin for side in (other, one) if side and side.origin), None)
    path = _path(one, other)
    if origin is None or origin.field is None or origin.field == path:
        return path
    return f"{origin.field}  ({path})" if origin.is_own else f"{path}  (from `{origin.field}`)"


def _both(old: _Side, new: _Side, depth: int, limits: _Limits) -> Iterator[str]:
    for word, side in (("old", old), ("new", new)):
        if limits.values:
            yield f"{' ' * depth}{word}: {_values(side, limits.width - depth - 5)}"
        else:
            yield from _wrapped(f"{word}: {_values(side, sys.maxsize)}", depth, limits.width)


def _values(side: _Side, room: int) -> str:
    if side is None:
        return "no change"
    forces = " (forces replacement)" if getattr(side, "forces_replacement", False) else ""
    note = visible(getattr(side, "note", None) or "")
    is_note = bool(note) and side.before is None and side.after is None
    text = note if is_note else sides(visible(side.before or ""), visible(side.after or ""))
    return shorten(text, room - cells(forces)) + forces


def _path(one: AttributeChange | None, other: AttributeChange | None) -> str:
    known = other or one
    return known.path if known else ""


def _name(one: OutputChange | None, other: OutputChange | None) -> str:
    known = other or one
    if known is None:
        return ""
    return f"{known.stack}: {known.name}" if known.stack else known.name


def _plan(change_set: ChangeSet) -> dict[str, object]:
    risk = risk_of(change_set)
    is_judged = grade(change_set, risk) != NOT_JUDGED
    level, reason = (risk.level.name, risk.reason) if is_judged else ("UNKNOWN", WITHOUT_STATE)
    return {"summary": change_set.summary.as_dict(), "risk": {"level": level, "reason": reason}}


def _change(change: Change) -> dict[str, object]:
    return fields(change, "address", "stack", "deposed", "type", "action")


def _sides(old: _Side, new: _Side) -> dict[str, object]:
    return {word: side and fields(side, "before", "after") for word, side in (("old", old), ("new", new))}
