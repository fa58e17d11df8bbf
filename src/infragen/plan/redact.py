"""Which values must not be seen, found anywhere in a plan and kept out of every text.

A mark in a plan says that *a place* is sensitive, but the same value often stands in other places without a mark
(`terraform_data.output`, `tags_all`, an address, a message). So a mark taints the *value*.

The rule:

- Whatever stands at a marked place is never shown there, whatever it is.
- A tainted string or number is also replaced wherever else it occurs, inside longer strings too, and in its
  JSON-escaped, URL-encoded and base64 forms (at each of the three alignments).
- Values that are too short or too common are masked only where they are marked: fewer than 4 characters,
  numbers of fewer than 4 digits, booleans, null, and the words of `COMMON_WORDS`. Replacing each `1` or `true` of
  a report would hide the report and protect nothing.
- The names that the code gives (resource types, names, modules, top-level attributes) are not values and stay.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from infragen.plan.decode import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["COMMON_WORDS", "MASK", "Taints", "find_taints", "is_marked", "mark_at"]

MASK = "(sensitive)"
COMMON_WORDS = frozenset({"true", "false", "null", "none", "None", "True", "False", "default", "enabled", "disabled"})
_SHORTEST = 4


class Taints:
    """The tainted values of one plan; `clean` keeps them out of a text.

    Each form of each value is found by its first 4 characters, so the cost is linear in the length of the text and
    does not grow with the number of values.
    """

    __slots__ = ("_forms",)

    def __init__(self, values: Iterable[str]) -> None:
        forms = {
            form for value in values if _is_worth_tainting(value) for form in _forms(value) if len(form) >= _SHORTEST
        }
        index: dict[str, list[str]] = {}
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            index.setdefault(form[:_SHORTEST], []).append(form)
        self._forms = {start: tuple(group) for start, group in index.items()}

    def clean(self, text: str) -> str:
        """Return the text with every tainted part replaced by `(sensitive)`."""
        if not self._forms or len(text) < _SHORTEST:
            return text
        spans = self._spans(text)
        if not spans:
            return text
        pieces: list[str] = []
        position = 0
        for start, end in spans:
            pieces += (text[position:start], MASK)
            position = end
        return "".join([*pieces, text[position:]])

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Find the tainted parts; parts that overlap or touch are one, so that no rest of a value stays."""
        spans: list[tuple[int, int]] = []
        forms = self._forms
        for start in range(len(text) - _SHORTEST + 1):
            group = forms.get(text[start : start + _SHORTEST])
            if group is None:
                continue
            end = next((start + len(form) for form in group if text.startswith(form, start)), None)
            if end is None:
                continue
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans


def find_taints(plan: Mapping[str, object]) -> Taints:
    """Collect every value marked sensitive in changes, drift, outputs, planned and prior values and variables."""
    return Taints(set(_tainted_values(plan)))


def is_marked(mark: object) -> bool:
    """Whether a tree of marks marks anything; a mark of an unknown shape counts."""
    if isinstance(mark, dict):
        return any(map(is_marked, mark.values()))
    if isinstance(mark, list):
        return any(map(is_marked, mark))
    return mark is not False and mark is not None


def mark_at(mark: object, value: object, key: object) -> object:
    """Return the mark of one member of a value.

    A mark whose shape is not that of its value marks the whole value: better to hide too much.
    """
    if isinstance(value, dict) and isinstance(mark, dict):
        return mark.get(key, False)
    if isinstance(value, list) and isinstance(mark, list) and isinstance(key, int):
        return mark[key] if key < len(mark) else False
    return is_marked(mark)


def _is_worth_tainting(value: str) -> bool:
    return len(value) >= _SHORTEST and value not in COMMON_WORDS and not value.isspace()


def _forms(value: str) -> Iterator[str]:
    yield value
    yield value.strip()
    for ascii_only in (True, False):
        yield from _json_forms(value, ascii_only=ascii_only)
    data = value.encode("utf-8", "surrogatepass")
    yield quote(data, safe="")
    yield quote(data)
    yield quote_plus(data)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _base64_forms(data, encode)


def _json_forms(value: str, *, ascii_only: bool) -> Iterator[str]:
    """Yield the value as it stands in JSON, and in JSON inside JSON; terraform also escapes what HTML reads."""
    once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
    html = once.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    for form in (once, html):
        yield form
        yield json.dumps(form, ensure_ascii=ascii_only)[1:-1]


def _base64_forms(data: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Yield the part of the base64 text that depends on nothing but the value, for each alignment of its start."""
    for shift in range(3):
        text = encode(b"\0" * shift + data).decode()
        first = (shift * 8 + 5) // 6
        whole = (shift + len(data)) * 8 // 6
        yield text[first:whole]


def _tainted_values(plan: Mapping[str, object]) -> Iterator[str]:
    for key in ("resource_changes", "resource_drift"):
        for item in _objects(plan.get(key)):
            yield from _of_change(item.get("change"))
    for change in _members(plan.get("output_changes")):
        yield from _of_change(change)
    prior = plan.get("prior_state")
    for values in (plan.get("planned_values"), prior.get("values") if isinstance(prior, dict) else None):
        if isinstance(values, dict):
            yield from _of_values(values)
    yield from _of_configuration(plan)


def _of_change(change: object) -> Iterator[str]:
    if not isinstance(change, dict):
        return
    for side in ("before", "after"):
        yield from _marked_leaves(change.get(side), change.get(f"{side}_sensitive"))


def _of_values(values: dict[str, object]) -> Iterator[str]:
    for output in _members(values.get("outputs")):
        if isinstance(output, dict):
            yield from _marked_leaves(output.get("value"), output.get("sensitive"))
    modules = [values.get("root_module")]
    while modules:
        module = modules.pop()
        if not isinstance(module, dict):
            continue
        for resource in _objects(module.get("resources")):
            yield from _marked_leaves(resource.get("values"), resource.get("sensitive_values"))
        modules.extend(_objects(module.get("child_modules")))


def _of_configuration(plan: Mapping[str, object]) -> Iterator[str]:
    """Yield sensitive variables' values and defaults, and the constants of sensitive outputs, of every module."""
    configuration = plan.get("configuration")
    root = configuration.get("root_module") if isinstance(configuration, dict) else None
    if not isinstance(root, dict):
        return
    given = dict(_items(plan.get("variables")))
    for name, variable in _items(root.get("variables")):
        if variable.get("sensitive"):
            yield from _leaves(given.get(name, {}).get("value"))
    modules: list[object] = [root]
    while modules:
        module = modules.pop()
        if not isinstance(module, dict):
            continue
        for kind, where in (("variables", "default"), ("outputs", "expression")):
            for _, item in _items(module.get(kind)):
                if item.get("sensitive"):
                    yield from _leaves(item.get(where))
        modules.extend(call.get("module") for _, call in _items(module.get("module_calls")))


def _marked_leaves(value: object, mark: object) -> Iterator[str]:
    if not is_marked(mark):
        return
    if isinstance(value, dict) and isinstance(mark, dict):
        for key, member in value.items():
            yield from _marked_leaves(member, mark.get(key))
    elif isinstance(value, list) and isinstance(mark, list):
        for index, member in enumerate(value):
            yield from _marked_leaves(member, mark[index] if index < len(mark) else None)
    else:
        yield from _leaves(value)


def _leaves(value: object) -> Iterator[str]:
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, Number):
            yield item.text
        elif isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _items(value: object) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(value, dict):
        yield from ((key, item) for key, item in value.items() if isinstance(item, dict))


def _members(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else ()
