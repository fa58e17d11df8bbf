"""What differs between two plans of the same thing, as text, Markdown and JSON.

Every line is one line, safe to print and bounded in width; what a limit leaves out is counted.
"""

from __future__ import annotations

import json as json_module
import re
from typing import TYPE_CHECKING

from infragen.plan import Action, RiskKind
from infragen.report.labels import SYMBOLS, action_word, headline_counts
from infragen.report.markdown import DEFAULT_BUDGET
from infragen.report.severity import risk_of
from infragen.text import cells, shorten, sides, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.plan import AttributeChange, Change, ChangeSet, Comparison, OutputChange
    from infragen.plan.compare import OtherDifference

__all__ = ["DEFAULT_BUDGET", "VERSION", "json", "markdown", "terminal"]

VERSION = 1
_WIDTH = 118
_ATTRIBUTES = 12
_WHOLE = frozenset({Action.CREATE, Action.READ, Action.DELETE, Action.FORGET})
_BACKTICKS = re.compile(r"`+")


def terminal(comparison: Comparison, title: str, *, width: int = 80, details: bool = False) -> str:
    """Return the comparison as text of at most `width` columns."""
    limit = None if details else 40
    lines = (*_head(comparison, title, width), *_body(comparison, width, limit))
    return "".join(f"{shorten(line, width)}\n" for line in lines)


def markdown(comparison: Comparison, title: str, *, budget: int = DEFAULT_BUDGET) -> str:
    """Return the comparison as Markdown of at most `budget` bytes of UTF-8, as many of its lines as fit."""
    head, *rest = _head(comparison, title, _WIDTH)
    body = [*rest, *_body(comparison, _WIDTH, None)]
    low, high = 0, len(body)
    if _size(_fenced(head, body, 0)) <= budget:
        return _fenced(head, body, 0)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _size(_fenced(head, body[:middle], len(body) - middle)) <= budget
        low, high = (middle, high) if fits else (low, middle - 1)
    text = _fenced(head, body[:low], len(body) - low)
    if _size(text) <= budget:
        return text
    short = f"{_count(comparison)}\n"
    return short if _size(short) <= budget else ""


def json(comparison: Comparison, title: str) -> str:
    """Return the comparison as JSON: every difference, nothing shortened."""
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
                "attributes": [
                    {"path": _path(one, other), "old": _sides(one), "new": _sides(other)}
                    for one, other in different.attributes
                ],
            }
            for different in comparison.different
        ],
        "outputs": [
            {"name": _name(one, other), "old": _sides(one), "new": _sides(other)} for one, other in comparison.outputs
        ],
        "beside": [
            {"kind": one.what, "text": one.text, "in": "new" if one.is_new else "old"} for one in comparison.others
        ],
    }
    return json_module.dumps(document, indent=2) + "\n"


def _head(comparison: Comparison, title: str, width: int) -> Iterator[str]:
    name = shorten(visible(title), width // 2)
    said = "both plans make the same changes" if comparison.is_same else _count(comparison)
    yield f"{name}   {said}"
    for word, plan in (("old", comparison.old), ("new", comparison.new)):
        risk = risk_of(plan)
        kind = "" if risk.kind is RiskKind.HARMLESS else f"{risk.kind}: "
        counts, grade = headline_counts(plan.summary), f"risk {risk.level.name} ({kind}{visible(risk.reason)})"
        if cells(f"  {word}: {counts}, {grade}") <= width:
            yield f"  {word}: {counts}, {grade}"
        else:
            yield shorten(f"  {word}: {counts}", width)
            yield shorten(f"       {grade}", width)


def _count(comparison: Comparison) -> str:
    parts = (
        comparison.added,
        comparison.gone,
        comparison.moved,
        comparison.different,
        comparison.outputs,
        comparison.others,
    )
    count = sum(map(len, parts))
    return f"{count} difference{'' if count == 1 else 's'}"


def _body(comparison: Comparison, width: int, limit: int | None) -> Iterator[str]:
    """Yield what the new plan does first, because that is what will happen, then what it no longer does."""
    yield from _section("only in the new plan", [[_line(change, width)] for change in comparison.added], limit)
    blocks = [list(_different(one.old, one.new, one.attributes, width)) for one in comparison.different]
    yield from _section("different", blocks, limit)
    yield from _section("only in the old plan", [[_line(change, width)] for change in comparison.gone], limit)
    moved = [
        [_line(new, width), shorten(f"        in the old plan {_label(old)}", width)] for old, new in comparison.moved
    ]
    yield from _section("the same, at another address", moved, limit)
    yield from _section("besides", [[_other(one, width)] for one in comparison.others], limit)
    yield from _section("outputs", [_output(one, other, width) for one, other in comparison.outputs], limit)
    if comparison.same:
        yield ""
        yield f"  {comparison.same} {'change is' if comparison.same == 1 else 'changes are'} the same in both."


def _section(words: str, blocks: Sequence[Sequence[str]], limit: int | None) -> Iterator[str]:
    if not blocks:
        return
    yield ""
    yield f"  {words} ({len(blocks)}):"
    shown = blocks if limit is None or len(blocks) <= limit + 1 else blocks[:limit]
    for block in shown:
        yield from block
    if len(shown) < len(blocks):
        yield f"    not shown: {len(blocks) - len(shown)} more, to keep this short"


def _line(change: Change, width: int) -> str:
    return shorten(f"    {SYMBOLS[change.action]} {action_word(change.action)} {_label(change)}", width)


def _other(one: OtherDifference, width: int) -> str:
    return shorten(f"    {'+' if one.is_new else '-'} {one.what}  {visible(one.text)}", width)


def _label(change: Change) -> str:
    stack = f"{change.stack}: " if change.stack else ""
    deposed = f" (deposed object {change.deposed})" if change.deposed else ""
    return visible(f"{stack}{change.address}{deposed}")


def _different(
    old: Change, new: Change, attributes: Sequence[tuple[AttributeChange | None, AttributeChange | None]], width: int
) -> Iterator[str]:
    words = action_word(new.action)
    if old.action is not new.action:
        words = f"{action_word(old.action)} becomes {words}:"
    yield shorten(f"    {SYMBOLS[new.action]} {words} {_label(new)}", width)
    whole = [side.action in _WHOLE and old.action is not new.action for side in (old, new)]
    details = [pair for pair in attributes if any(map(_is_news, pair, whole))]
    for one, other in details[:_ATTRIBUTES]:
        yield shorten(f"        {visible(_path(one, other))}", width)
        yield from (f"          {word}: {_values(side, width - 15)}" for word, side in (("old", one), ("new", other)))
    if len(details) > _ATTRIBUTES:
        yield f"        not shown: {len(details) - _ATTRIBUTES} more attributes, to keep this short"
    if len(details) < len(attributes):
        yield f"        not shown: {len(attributes) - len(details)} more without new information"
    if not attributes and old.action is new.action:
        yield "        a value that is not shown differs"


def _is_news(side: AttributeChange | None, is_whole: bool) -> bool:
    """Whether a plan says something of an attribute that neither noise nor the list of a whole object is."""
    return side is not None and not is_whole and not side.noise


def _output(old: OutputChange | None, new: OutputChange | None, width: int) -> list[str]:
    return [
        shorten(f"    ~ {visible(_name(old, new))}", width),
        *(f"        {word}: {_values(side, width - 13)}" for word, side in (("old", old), ("new", new))),
    ]


def _values(side: AttributeChange | OutputChange | None, room: int) -> str:
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
    return {"summary": change_set.summary.as_dict(), "risk": {"level": risk.level.name, "reason": risk.reason}}


def _change(change: Change) -> dict[str, object]:
    return {
        "address": change.address,
        "stack": change.stack,
        "deposed": change.deposed,
        "type": change.type,
        "action": change.action.value,
    }


def _sides(side: AttributeChange | OutputChange | None) -> dict[str, object] | None:
    return {"before": side.before, "after": side.after} if side else None


def _fenced(head: str, lines: Sequence[str], hidden: int) -> str:
    rows = [head, *lines, *([f"  not shown: {hidden} more lines, to fit the size of a comment"] if hidden else [])]
    longest = max(len(run) for row in ("``", *rows) for run in _BACKTICKS.findall(row) or [""])
    fence = "`" * (longest + 1)
    return "\n".join([f"{fence}text", *rows, fence, ""])


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
