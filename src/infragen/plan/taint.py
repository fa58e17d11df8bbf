"""Which values must not be seen, found anywhere in a plan.

A mark in a plan says that *a place* is sensitive, but the same value often stands in other places without a mark
(`terraform_data.output`, `tags_all`, an address, a message). So a mark taints the *value*. Marks come from changes,
drift, outputs, planned and prior state, the configuration's variables and outputs, and the provider's schema.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec import Raw

from infragen.plan.document import decode_value, marks_anything, opened
from infragen.plan.marks import is_marked
from infragen.plan.values import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.plan.document import ChangeBody, Lazy, ModuleValues, PlanDocument, StateValues
    from infragen.plan.facts import Facts

__all__ = ["tainted_values", "with_schema_marks"]

_LONG_LINE = 16
_SECRET_KEY = re.compile(r"passw|secret|token|credential|private|(api|access)_?key|connection_?string", re.IGNORECASE)


def tainted_values(document: PlanDocument, facts: Facts) -> Iterator[str]:
    """Yield every value that is marked anywhere; the caller makes them a set."""
    deferred = (item.resource_change for item in document.deferred_changes or ())
    for item in (*(document.resource_changes or ()), *(document.resource_drift or ()), *deferred):
        yield from _of_change(item.change, facts.of(item.type).sensitive)
    for change in (document.output_changes or {}).values():
        yield from _of_change(change, ())
    prior = document.prior_state.values if document.prior_state else None
    for values in (document.planned_values or None, prior):
        if values:
            yield from _of_values(values, facts)
    yield from _of_invocations(document)
    yield from _of_configuration(document)


def with_schema_marks(mark: object, value: object, paths: Iterable[tuple[str, ...]]) -> object:
    """Return a tree of marks that also marks what the provider's schema calls sensitive."""
    for path in paths:
        mark = _marked_at(mark, value, path)
    return mark


def _marked_at(mark: object, value: object, path: tuple[str, ...]) -> object:
    if value is None:
        return mark
    if not path:
        return True
    if mark is not False and mark is not None and not isinstance(mark, dict | list):
        return mark
    if isinstance(value, list):
        marks = mark if isinstance(mark, list) else []
        return [
            _marked_at(marks[index] if index < len(marks) else False, item, path) for index, item in enumerate(value)
        ]
    if not isinstance(value, dict) or value.get(path[0]) is None:
        return mark
    members = mark if isinstance(mark, dict) else {}
    return {**members, path[0]: _marked_at(members.get(path[0], False), value[path[0]], path[1:])}


def _of_change(change: ChangeBody, by_schema: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    marked = {side: marks_anything(getattr(change, f"{side}_sensitive")) for side in ("before", "after")}
    if not by_schema and not any(marked.values()):
        return
    for side, other in (("before", "after"), ("after", "before")):
        value = opened(getattr(change, side))
        if value is None:
            continue
        # The value of a side whose marks were left out is judged by the marks of the other.
        for mark_of in (side, other):
            if marked[mark_of]:
                yield from _marked_leaves(value, opened(getattr(change, f"{mark_of}_sensitive")))
        if by_schema:
            yield from _marked_leaves(value, with_schema_marks(False, value, by_schema))


def _of_values(values: StateValues, facts: Facts) -> Iterator[str]:
    for output in (values.outputs or {}).values():
        if output.sensitive:
            yield from _leaves(opened(output.value))
    modules: list[ModuleValues | None] = [values.root_module]
    while modules:
        module = modules.pop()
        if module is None:
            continue
        for resource in module.resources or ():
            yield from _of_resource(resource.values, resource.sensitive_values, facts.of(resource.type).sensitive)
        modules.extend(module.child_modules or ())


def _of_resource(values: Lazy, marks: Lazy, by_schema: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    is_marked_here = marks_anything(marks)
    if not is_marked_here and not by_schema:
        return
    value = opened(values)
    mark = opened(marks) if is_marked_here else False
    yield from _marked_leaves(value, with_schema_marks(mark, value, by_schema))


def _of_invocations(document: PlanDocument) -> Iterator[str]:
    """Yield the marked values of the configuration of invoked actions."""
    waiting = _objects(opened(document.deferred_action_invocations))
    invoked = _objects(opened(document.action_invocations))
    for invocation in (*invoked, *(_object(one.get("action_invocation")) for one in waiting)):
        yield from _marked_leaves(invocation.get("config_values"), invocation.get("config_sensitive"))


def _of_configuration(document: PlanDocument) -> Iterator[str]:
    """Yield sensitive variables' values and defaults, and the constants of sensitive outputs, of every module."""
    if not isinstance(document.configuration, Raw) or b'"sensitive"' not in bytes(document.configuration):
        return
    root = _object(_object(opened(document.configuration)).get("root_module"))
    given = dict(_items(opened(document.variables)))
    for name, variable in _items(root.get("variables")):
        if variable.get("sensitive"):
            yield from _leaves(given.get(name, {}).get("value"))
    modules: list[Mapping[str, object]] = [root]
    while modules:
        module = modules.pop()
        for kind, where in (("variables", "default"), ("outputs", "expression")):
            for _, item in _items(module.get(kind)):
                if item.get("sensitive"):
                    yield from _leaves(item.get(where))
        for _, call in _items(module.get("module_calls")):
            child = _object(call.get("module"))
            yield from _given_to(child, _object(call.get("expressions")))
            modules.append(child)


def _given_to(child: Mapping[str, object], expressions: Mapping[str, object]) -> Iterator[str]:
    """Yield the constants that a call hands to sensitive variables of its module."""
    for name, variable in _items(child.get("variables")):
        if variable.get("sensitive"):
            yield from _leaves(_object(expressions.get(name)).get("constant_value"))


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
            yield from _parts(item)
        elif isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)


def _parts(text: str) -> Iterator[str]:
    """Yield what of a secret text is a secret alone: long lines of a key, and the secrets inside JSON."""
    if "\n" in text:
        yield from (line.strip() for line in text.splitlines() if len(line.strip()) >= _LONG_LINE)
    if text.lstrip().startswith(("{", "[")):
        try:
            yield from _secrets_inside(decode_value(text))
        except (json.JSONDecodeError, RecursionError):
            return


def _secrets_inside(value: object, key: str = "") -> Iterator[str]:
    """Yield the texts of a JSON document whose keys say that they are secret; the others may be plain names."""
    todo: list[tuple[str, object]] = [(key, value)]
    while todo:
        key, item = todo.pop()
        if isinstance(item, dict):
            # What a `{name, value}` pair of an environment is called stands beside it.
            name = item.get("name")
            beside = name if isinstance(name, str) else "value"
            todo.extend((beside if one == "value" else str(one), part) for one, part in item.items())
        elif isinstance(item, list):
            todo.extend((key, part) for part in item)
        elif isinstance(item, str | Number) and _SECRET_KEY.search(key):
            yield item if isinstance(item, str) else item.text


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(value, dict):
        yield from ((key, item) for key, item in value.items() if isinstance(item, dict))
