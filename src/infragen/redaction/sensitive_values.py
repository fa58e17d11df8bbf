"""Which values must not be seen, found anywhere in a plan.

A mark in a plan says that *a place* is sensitive, but the same value often stands in other places without a mark
(`terraform_data.output`, `tags_all`, an address, a message). So a mark taints the *value*. Marks come from changes,
drift, outputs, planned and prior state, invoked actions, the configuration's variables and outputs, and the provider's
schema; what the configuration hands to a place that the schema calls secret is one too (a write-only argument has its
value nowhere else, and an ephemeral variable has no mark at all).
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from msgspec import UNSET, Raw

from infragen.redaction.document import (
    ChangeBody,
    Lazy,
    PlanDocument,
    marks_anything,
    members_of,
    opened,
    opened_mark,
    opened_quickly,
    resources_of,
)
from infragen.redaction.encodings import decoded_text
from infragen.redaction.exact_json import json_inside, object_members, object_or_empty, objects_in
from infragen.redaction.marks import is_marked
from infragen.redaction.plain_secrets import PlainSecrets
from infragen.redaction.provider_schemas import ProviderSchemas
from infragen.redaction.values import Number

_SECRET_KEY = re.compile(r"passw|secret|token|credential|private|(api|access)_?key|connection_?string", re.IGNORECASE)
_USER_NAME = re.compile(r"(\w+_)?user(_?name)?")
"""Variables that a secret is composed of and that are none themselves: who somebody is stands in every log."""
_PROVIDER_KEY = re.compile(r"passw|secret|(^|_)token$|credentials|private_?key|(api|access)_?key", re.IGNORECASE)
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=_-]{16,}\Z")
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[^\s:/.,;{}<>]{16,}\Z")
_IN_URL = re.compile(r"://[^/\s:@]{0,200}:([^@\s]{1,500})@")
_ASSIGNED = re.compile(
    r"(?:passw\w{0,20}|pwd|secret\w{0,20}|token|(?:api|access|account|shared)_?key)"
    r"[\"']?\s{0,3}[=:]\s{0,3}[\"']?([^\s;\"'&,]{4,500})",
    re.IGNORECASE,
)
_CONSTANT = "constant_value"


def find_sensitive_values(
    documents: Sequence[tuple[PlanDocument, ProviderSchemas]], plain: PlainSecrets | None = None
) -> set[str]:
    """`plain` has the unmarked secrets, where they were looked for already."""
    unmarked = PlainSecrets(document for document, _ in documents) if plain is None else plain  # an empty one is false
    marked = {value for document, schemas in documents for value in _marked_values(document, schemas)}
    opened_texts = {inside for value in marked if (inside := decoded_text(value)) is not None}
    whole = marked | opened_texts
    return whole.union(unmarked.parts, *map(_parts, whole))


def _marked_values(document: PlanDocument, schemas: ProviderSchemas) -> Iterator[str]:
    seen: set[int] = set()
    for item in document.items:
        change, by_schema = item.change, schemas.of(item.type).sensitive
        # Most objects hold no secret: asked here, that costs no call.
        if by_schema or marks_anything(change.before_sensitive) or marks_anything(change.after_sensitive):
            yield from _of_change(change, by_schema, seen)
    for change in (document.output_changes or {}).values():
        yield from _of_change(change, (), seen)
    for values in (document.planned_values or None, document.prior):
        if values:
            for output in (values.outputs or {}).values():
                yield from leaves(opened_quickly(output.value)) if output.sensitive else ()
            for resource in resources_of(values):
                by_schema = schemas.of(resource.type).sensitive
                if by_schema or marks_anything(resource.sensitive_values):
                    yield from _of_object(resource.values, _marking(resource.sensitive_values), by_schema, seen)
    waiting = objects_in(opened(document.deferred_action_invocations))
    invoked = objects_in(opened(document.action_invocations))
    for invocation in (*invoked, *(object_or_empty(one.get("action_invocation")) for one in waiting)):
        yield from _marked_leaves(invocation.get("config_values"), invocation.get("config_sensitive"))
    yield from _of_configuration(document, schemas)


def with_schema_marks(mark: object, value: object, paths: Iterable[tuple[str, ...]]) -> object:
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
        marks = [*(mark if isinstance(mark, list) else ()), *[False] * len(value)]
        return [_marked_at(one, item, path) for one, item in zip(marks, value, strict=False)]
    if not isinstance(value, dict) or value.get(path[0]) is None:
        return mark
    members = mark if isinstance(mark, dict) else {}
    return {**members, path[0]: _marked_at(members.get(path[0], False), value[path[0]], path[1:])}


def _of_change(change: ChangeBody, by_schema: tuple[tuple[str, ...], ...], seen: set[int]) -> Iterator[str]:
    # The value of a side whose marks were left out is judged by the marks of the other.
    marks = _marking(change.before_sensitive, change.after_sensitive)
    yield from _of_object(change.before, marks, by_schema, seen)
    yield from _of_object(change.after, marks, by_schema, seen)


def _marking(*marks: Lazy) -> list[Raw]:
    return [mark for mark in marks if isinstance(mark, Raw) and marks_anything(mark)]


def _of_object(
    value: Lazy, marks: Sequence[Raw], by_schema: tuple[tuple[str, ...], ...], seen: set[int]
) -> Iterator[str]:
    """Most objects are in a plan twice, as a side of a change and in a state: none is opened a second time."""
    if not isinstance(value, Raw):
        return
    content = bytes(value)
    new = [mark for mark in marks if _is_new((content, bytes(mark)), seen)]
    asked = by_schema if by_schema and _is_new((content, by_schema), seen) else ()
    paths = [path for path in asked if path[-1].encode() in content or b"\\u" in content]
    if not new and not paths:
        return
    is_object = content[:1] == b"{"
    members = members_of(value) if is_object else {}
    for mark in map(opened_mark, new):
        if is_object and isinstance(mark, dict):
            for name, part in mark.items():
                yield from _marked_leaves(opened_quickly(members.get(name, UNSET)), part)
        else:
            yield from _marked_leaves(opened_quickly(value), mark)
    for path in paths:
        for item in _at(opened_quickly(members.get(path[0], UNSET)), path[1:]):
            yield from leaves(item)


def _is_new(what: Hashable, seen: set[int]) -> bool:
    number = hash(what)
    if number in seen:
        return False
    seen.add(number)
    return True


def _at(value: object, path: Iterable[str]) -> list[object]:
    found = [value]
    for step in path:
        members = (member for item in found for member in (item if isinstance(item, list) else (item,)))
        found = [member[step] for member in members if isinstance(member, dict) and member.get(step) is not None]
    return found


def _of_configuration(document: PlanDocument, schemas: ProviderSchemas) -> Iterator[str]:
    """Followed through variables, not through locals: a plan does not show those."""
    configuration = members_of(document.configuration)
    known = {name: [one.get("value")] for name, one in object_members(opened_quickly(document.variables))}
    for _, provider in object_members(opened_quickly(configuration.get("provider_config", UNSET))):
        for name, expression in object_members(provider.get("expressions")):
            if _PROVIDER_KEY.search(name):
                yield from _given(expression, known)
    # Modules are opened one at a time: all of them together would cost as much memory as the rest of the plan.
    todo: list[tuple[Lazy, dict[str, list[object]]]] = [(configuration.get("root_module", UNSET), known)]
    while todo:
        content, known = todo.pop()
        module = members_of(content)
        yield from _of_module(module, known, schemas)
        for call in members_of(module.get("module_calls", UNSET)).values():
            parts = members_of(call)
            expressions = object_members(opened_quickly(parts.get("expressions", UNSET)))
            todo.append((parts.get("module", UNSET), {name: list(_handed(one, known)) for name, one in expressions}))


def _of_module(module: Mapping[str, Raw], known: dict[str, list[object]], schemas: ProviderSchemas) -> Iterator[str]:
    for name, variable in object_members(opened_quickly(module.get("variables", UNSET))):
        known.setdefault(name, []).append(variable.get("default"))
        if variable.get("sensitive"):
            yield from (leaf for value in known[name] for leaf in leaves(value))
    for _, output in object_members(opened_quickly(module.get("outputs", UNSET))):
        if output.get("sensitive"):
            yield from _given(output.get("expression"), known)
    for resource in objects_in(opened_quickly(module.get("resources", UNSET))):
        kind = resource.get("type")
        for path in schemas.of(kind if isinstance(kind, str) else None).sensitive:
            for expression in _at(resource.get("expressions"), path):
                yield from _given(expression, {name: known[name] for name in known if not _USER_NAME.fullmatch(name)})


def _given(expression: object, known: Mapping[str, list[object]]) -> Iterator[str]:
    for value in _handed(expression, known):
        yield from leaves(value)


def _handed(expression: object, known: Mapping[str, list[object]]) -> Iterator[object]:
    if not isinstance(expression, dict):
        return
    yield expression.get(_CONSTANT)
    references = expression.get("references")
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, str) and reference.startswith("var."):
            yield from known.get(reference.removeprefix("var.").partition(".")[0].partition("[")[0], ())


def _marked_leaves(value: object, mark: object) -> Iterator[str]:
    todo = [(value, mark)]
    while todo:
        item, its_mark = todo.pop()
        if isinstance(its_mark, dict) and isinstance(item, dict):
            todo += [(item[key], part) for key, part in its_mark.items() if part is not False and key in item]
        elif isinstance(its_mark, list) and isinstance(item, list):
            todo += [(part, one) for part, one in zip(item, its_mark, strict=False) if one is not False]
        elif is_marked(its_mark):
            yield from leaves(item)


def leaves(value: object) -> Iterator[str]:
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Number):
            yield item.text
        elif isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, int) and not isinstance(item, bool):
            yield str(item)


def _parts(text: str) -> Iterator[str]:
    if "\n" in text:
        yield from (line.strip() for line in text.splitlines() if _KEY_LINE.match(line.strip()))
    if "://" in text:
        for found in _IN_URL.findall(text):
            yield from {found, unquote(found)}
    if "=" in text or ":" in text:
        yield from _ASSIGNED.findall(text)
    todo: list[tuple[str, object]] = [("", json_inside(text))]
    while todo:
        key, item = todo.pop()
        if isinstance(item, dict):
            # What a `{name, value}` pair of an environment is called stands beside it.
            name = item.get("name")
            beside = name if isinstance(name, str) else "value"
            todo.extend((beside if one == "value" else str(one), part) for one, part in item.items())
        elif isinstance(item, list):
            todo.extend((key, part) for part in item)
        elif isinstance(item, str | Number):
            shown = item if isinstance(item, str) else item.text
            if _SECRET_KEY.search(key) or _RANDOM.match(shown):
                yield shown
