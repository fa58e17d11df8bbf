"""How a lens is measured: against what a reader would see without it, and against the facts that it must not lose.

*Generic* is what tells the attributes that a lens consumes without opening anything: attribute by attribute, a JSON
text as the text it is, blocks item by item, each item that has no equal on the other side told whole. Both are printed
as the terminal prints a difference (`path  before -> after  (note)`), nothing shortened, and compared in bytes.

A *fact* is a scalar of a consumed attribute, JSON texts opened, that stands on one side only: by its path, in which an
item of a list is called by its name where it has one. Each must be readable in what the lens says. Null and the empty
text are no facts. What a lens says in words of its own is listed in `WORDS`, which is the whole list.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from infragen.plan import parse_plan
from infragen.plan.differences.lists import pair_items, unmatched
from infragen.plan.display import literal
from infragen.plan.lenses import LENSES, Lens
from infragen.redaction.values import Number, Redacted, Unknown
from tests.unit.plan.lenses.words import OWN_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.plan import AttributeChange
    from infragen.plan.view import View
    from infragen.redaction.values import Value
    from tests.plans.corpus import Case

WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    **OWN_WORDS,
    # security groups
    ("protocol", "-1"): ("all", "-1"),
    ("ip_protocol", "-1"): ("all", "-1"),
    ("self", "true"): ("itself",),
    ("self", "false"): ("",),  # a rule that does not name itself
    ("from_port", "0"): ("all", "0"),  # `all` is every protocol and with it every port
    ("to_port", "0"): ("all", "0"),
    ("from_port", "-1"): ("all", "-1"),
    ("to_port", "-1"): ("all", "-1"),
    # WAF rules
    ("cloudwatch_metrics_enabled", "true"): ("metrics on", "metrics  on", "metrics  off -> on", "metrics  null -> on"),
    ("cloudwatch_metrics_enabled", "false"): (
        "metrics off",
        "metrics  off",
        "metrics  on -> off",
        "metrics  null -> off",
    ),
    ("sampled_requests_enabled", "true"): ("samples on", "samples  on", "samples  off -> on", "samples  null -> on"),
    ("sampled_requests_enabled", "false"): (
        "samples off",
        "samples  off",
        "samples  on -> off",
        "samples  null -> off",
    ),
}
"""What a lens says in its own words, by the attribute's name and its value; the empty text says: by saying nothing."""


@cache
def views(case: Case) -> dict[str, View]:
    """Return the view of every change of a plan that has a lens, by address, as its lens gets it."""
    return _views(case.path.read_bytes())


def view_of(content: bytes) -> View:
    """Return the view of the only change of a plan."""
    (view,) = _views(content).values()
    return view


def _views(content: bytes) -> dict[str, View]:
    seen: dict[str, View] = {}

    def record(view: View) -> Iterable[AttributeChange]:
        seen[view.address] = view
        return ()

    with patch.dict("infragen.plan.body.LENSES", {name: Lens(frozenset(), record) for name in LENSES}):
        for change in parse_plan(content).changes:
            if change.type in LENSES:
                change.attributes  # noqa: B018 - asking is what calls the lens
    return seen


def lens_text(view: View) -> str:
    """Return what the lens of a view's type says."""
    return "\n".join(map(printed, LENSES[view.type].read(view)))


def generic_text(view: View) -> str:
    """Return what a reader would see without the lens and without any document opened."""
    changed = view.names if view.is_whole else view.changed()
    names = [name for name in changed if name in LENSES[view.type].attributes]
    return "\n".join(line for name in names for line in _closed(name, view.before(name), view.after(name)))


def printed(change: AttributeChange) -> str:
    """Return one difference as the terminal prints it, nothing shortened."""
    values = "" if change.before is change.after is None else f"  {change.before or 'null'} -> {change.after or 'null'}"
    note = f"  ({change.note})" if change.note else ""
    return "\n".join((f"{change.path}{values}{note}", *change.lines))


def terraform_text(human: str, address: str) -> str:
    """Return what terraform itself prints of one object."""
    found = re.search(rf"^  # {re.escape(address)} .*?(?=^  # |^Plan:|\Z)", human, re.DOTALL | re.MULTILINE)
    return found.group() if found else ""


def lost_facts(view: View, text: str) -> list[str]:
    """Return the facts of the consumed attributes that a text does not say."""
    lost = []
    for name in sorted(LENSES[view.type].attributes & set(view.names)):
        before = Counter(facts((name,), view.before(name)))
        after = Counter(facts((name,), view.after(name)))
        for path, value in sorted(((before - after) + (after - before)).keys()):
            if not _is_told(path[-1], value, text) and not _is_plain(name, value, text):
                lost.append(f"{'.'.join(path)} = {value}")
    return lost


def _is_plain(name: str, value: str, text: str) -> bool:
    """Whether a line that is not in a lens's own words, since it begins with the attribute's name, says a value."""
    lines = [line for line in text.splitlines() if re.match(rf"{re.escape(name)}[\s.\[]", line)]
    return any(_is_said(way, line) for way in (value, json.dumps(value, ensure_ascii=False)[1:-1]) for line in lines)


def _is_told(name: str, value: str, text: str) -> bool:
    """Whether a fact is said: in the words of its lens, or as it is, also where a JSON text stayed closed.

    What has words of its own is not taken for said because its value stands somewhere, as `true` does: then its name
    must stand before it.
    """
    escaped = json.dumps(value, ensure_ascii=False)[1:-1]
    closed = json.dumps(escaped, ensure_ascii=False)[1:-1]
    words = WORDS.get((name, value))
    if any(_is_said(way, text) for way in words or (value, escaped, closed)):
        return True
    return re.search(rf"\b{re.escape(name)}\b.*(?<![\w.]){re.escape(escaped)}(?!\w)", text) is not None


def facts(path: tuple[str, ...], value: Value) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every scalar inside a value with its path."""
    opened = _opened(value)
    if isinstance(opened, dict):
        for key, part in opened.items():
            yield from facts((*path, key), part)
    elif isinstance(opened, list):
        for item in opened:
            name = () if path[-1] in _NOT_NAMES else _name_of(item)
            yield from facts((*path, *name), item)
    elif opened not in (None, ""):
        yield path, _text(opened)


def _closed(name: str, before: Value, after: Value) -> Iterator[str]:
    if not isinstance(before, list | None) or not isinstance(after, list | None) or (before is None and after is None):
        yield f"{name}  {literal(before)} -> {literal(after)}"
        return
    old, new = before or [], after or []
    removed, added = unmatched(old, new)
    for gone, come in pair_items(old, new, removed, added):
        place = come if come is not None else gone
        sides = (literal(None if gone is None else old[gone]), literal(None if come is None else new[come]))
        yield f"{name}[{place}]  {sides[0]} -> {sides[1]}"


def _opened(value: Value) -> Any:
    if isinstance(value, Redacted) and value.inside is not None:
        return value.inside
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            return json.loads(value, parse_int=Number, parse_float=Number)
        except ValueError:
            return value
    return value


_NAMES = ("name", "Sid", "id", "key", "Name", "containerName")
_NOT_NAMES = frozenset({"alias"})
"""Blocks of which there is one at most, and whose `name` is what they say."""


def _name_of(item: Value) -> tuple[str, ...]:
    opened = item if isinstance(item, dict) else {}
    return next(((name,) for key in _NAMES if isinstance(name := opened.get(key), str)), ())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, Number | Redacted | Unknown) else str(value)


def _is_said(words: str, text: str) -> bool:
    """Whether a text has some words as words, not as a part of longer ones."""
    return not words or re.search(rf"(?<![\w.]){re.escape(words)}(?![\w])", text) is not None
