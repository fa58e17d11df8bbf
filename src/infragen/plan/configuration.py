"""What a plan's configuration says of where values come from.

A plan carries each expression as the references in it (`aws_vpc.main.id`, `var.name`, `module.a.id`); the expressions
of locals are not in it, so that `local.z` ends the way. It is decoded once, when the first question is asked, and each
block's expressions stay bytes until that block is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from infragen.hcl.addresses import without_keys
from infragen.plan.address import split_address
from infragen.redaction.document import Lazy, members_of, opened
from infragen.redaction.paths import value_at

_OWN = frozenset({"self", "path", "terraform", "each", "count"})
_MADE_OF = ("expression", "expressions", "count_expression", "for_each_expression")
_DEEPEST = 32
"""Variables and outputs that a value is handed through; terraform has no limit, people do."""


class Source(NamedTuple):
    """What a value comes from: a resource of a module instance, a local, or a whole module.

    `module` is the module's address with its keys, `block` the address inside it without (`aws_vpc.main`, `local.z`),
    `key` what the reference writes in brackets, `attribute` what it reads. `keyed` says that the expression also asks
    for its own key: then the instance of that key is meant. `exact` is False when the module's instance is not known.
    """

    module: str
    block: str
    key: str = ""
    attribute: str = ""
    keyed: bool = False
    exact: bool = True


class _Provisioner(Struct, frozen=True):
    type: str = ""
    expressions: Raw | UnsetType = UNSET


class _Resource(Struct, frozen=True):
    address: str = ""
    provider_config_key: str = ""
    provisioners: list[_Provisioner] | None = None
    expressions: Raw | UnsetType = UNSET
    count_expression: Raw | UnsetType = UNSET
    for_each_expression: Raw | UnsetType = UNSET
    depends_on: list[str] | None = None
    replace_triggered_by: Raw | UnsetType = UNSET


class _Output(Struct, frozen=True):
    expression: Raw | UnsetType = UNSET


class _Call(Struct, frozen=True):
    module: _Module | None = None
    expressions: dict[str, Raw] | None = None
    count_expression: Raw | UnsetType = UNSET
    for_each_expression: Raw | UnsetType = UNSET


class _Module(Struct, frozen=True):
    resources: list[_Resource] | None = None
    module_calls: dict[str, _Call] | None = None
    outputs: dict[str, _Output] | None = None


class _Root(Struct, frozen=True):
    root_module: _Module | None = None


class _Place(NamedTuple):
    """Where an expression stands: the module's instance, and the block whose `each` and `count` it may use."""

    module: str
    block: _Resource | _Call | None = None
    exact: bool = True


class Configuration:
    """The references of a plan's configuration, by block."""

    def __init__(self, member: Lazy) -> None:
        self._member = member
        self._resources: dict[str, dict[str, _Resource]] = {}
        self._references: dict[tuple[str, str], Mapping[str, object]] = {}

    @cached_property
    def accounts(self) -> frozenset[str]:
        said = (opened(one.get("allowed_account_ids", UNSET)) for _, one in _aws_providers(self._member))
        listed = (one.get("constant_value") for one in said if isinstance(one, dict))
        return frozenset(str(account) for one in listed if isinstance(one, list) for account in one)

    def sources(self, module: str, block: str, path: Sequence[str] = ()) -> tuple[Source, ...]:
        # `module` is the address of the module's instance, `block` the resource's own (`aws_vpc.main`), `path` names of
        # attributes; an empty one asks for all of the block.
        resource = self._resource(module, block)
        if resource is None:
            return ()
        references = _references_in(_at(self._tree(module, resource), path))
        return tuple(dict.fromkeys(self._follow(references, _Place(module, resource))))

    def made_of(self, module: str, block: str, *, keys: bool = False) -> tuple[Source, ...] | None:
        """Return where all of a block comes from, or its keys; also of a root's `output.x`, and of ``, the call."""
        call, resource = None if block else self._call(_labels(module)), self._resource(module, block)
        one = call or resource or (self._root.outputs or {}).get(block.removeprefix("output."))
        listed = [each for name in _MADE_OF[2 * keys :] for each in _listed(opened(getattr(one, name, UNSET)))]
        place = _Place(".".join(split_address(module)[:-2]), call) if call else _Place(module, resource)
        return None if one is None else tuple(self._follow(listed, place))

    def provider(self, module: str, block: str) -> str | None:
        resource = self._resource(module, block)
        return resource.provider_config_key if resource is not None else None

    def ends(self, module: str, block: str, path: Sequence[str]) -> tuple[Source, ...]:
        # As often as written: behind `each.value` those are the ends of all elements of its map, one after another, so
        # that ends tell the elements apart where a value is not known.
        resource = self._resource(module, block)
        if resource is None:
            return ()
        listed = _listed(_at(_referring(opened(resource.expressions)), path))
        return tuple(self._ends(listed, _Place(module, resource), "", 0))

    def given(self, module: str) -> tuple[Source, ...]:
        call = self._call(_labels(module))
        if call is None:
            return ()
        listed = [one for raw in (call.expressions or {}).values() for one in _listed(opened(raw))]
        return tuple(dict.fromkeys(self._ends(listed, _Place(".".join(split_address(module)[:-2]), call), "", 0)))

    def sets(self, module: str, block: str, attribute: str) -> bool:
        resource = self._resource(module, block)
        return resource is not None and attribute in self._tree(module, resource)

    def waits_for(self, module: str, block: str) -> tuple[Source, ...]:
        resource = self._resource(module, block)
        return self._named(module, resource, resource.depends_on or ()) if resource else ()

    def triggers(self, module: str, block: str) -> tuple[Source, ...]:
        resource = self._resource(module, block)
        value = opened(resource.replace_triggered_by) if resource else None
        texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
        return self._named(module, resource, texts or _references_in(value)) if resource else ()

    @cached_property
    def _has_programs(self) -> bool:
        """Whether any block has a provisioner; asked of the bytes, because hardly any plan has one."""
        return isinstance(self._member, Raw) and b'"provisioners"' in bytes(self._member)

    def programs(self, module: str, block: str) -> tuple[tuple[str, str], ...]:
        resource = self._resource(module, block) if self._has_programs else None
        found = (resource.provisioners if resource else None) or ()
        commands = ((one.type, value_at(opened(one.expressions), ("command", "constant_value"))) for one in found)
        return tuple((kind, command if isinstance(command, str) else "") for kind, command in commands)

    def arguments(self, module: str, block: str, attribute: str, depth: int = 0) -> tuple[str, ...]:
        """Count calls from the root module: 0 is a call of it, `depth` is how many modules lead to the call."""
        resource, labels = self._resource(module, block), _labels(module)
        if resource is None or len(labels) <= depth:
            return ()
        references = set(_references_in(self._tree(module, resource).get(attribute)))
        holder: _Resource | _Call = resource
        for level in range(len(labels), depth, -1):
            call = self._call(labels[:level])
            if any(reference.startswith("each.") for reference in references):
                references.update(_references_in(opened(holder.for_each_expression)))
            names = sorted({_name(split_address(one)[1]) for one in references if one.startswith("var.")})
            if call is None or level == depth + 1:
                return tuple(names)
            given = call.expressions or {}
            references = {found for name in names if name in given for found in _references_in(opened(given[name]))}
            holder = call
        return ()

    def _named(self, module: str, resource: _Resource, names: Iterable[str]) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(self._follow(tuple(names), _Place(module, resource))))

    def _follow(self, references: Iterable[str], place: _Place) -> Iterator[Source]:
        todo = [(reference, place, _is_keyed(references)) for reference in _longest(references)][::-1]
        seen: set[tuple[str, str]] = set()
        while todo:
            reference, where, keyed = todo.pop()
            if (reference, where.module) in seen:
                continue
            seen.add((reference, where.module))
            parts = split_address(reference)
            step = self._step(parts, where)
            if step is None:
                yield from _resource_source(parts, where, keyed=keyed)
                continue
            onward, there = step
            todo.extend([(one, there, _is_keyed(onward)) for one in _longest(onward)][::-1])

    def _ends(self, listed: Sequence[str], place: _Place, key: str, depth: int) -> Iterator[Source]:
        """Yield what references lead to; `key` is what stands in the last brackets on the way there."""
        if depth > _DEEPEST:
            return
        for reference in _as_written(listed):
            parts = split_address(reference)
            step = self._step(parts, place)
            own = next((f"[{part.partition('[')[2]}" for part in reversed(parts) if part.endswith('"]')), key)
            if step is not None:
                yield from self._ends(step[0], step[1], own, depth + 1)
                continue
            for source in _resource_source(parts, place, keyed=False):
                yield source if source.key else source._replace(key=own, keyed=True)

    def _step(self, parts: tuple[str, ...], place: _Place) -> tuple[tuple[str, ...], _Place] | None:
        head = parts[0]
        if head == "var" and len(parts) > 1:
            name = _name(parts[1])
            call = self._call(_labels(place.module))
            outside = _Place(".".join(split_address(place.module)[:-2]), call, place.exact)
            if call is None or not call.expressions or name not in call.expressions:
                return (), outside
            return tuple(_listed(opened(call.expressions[name]))), outside
        if head == "module" and len(parts) > 2:
            return self._behind_output(parts[1], _name(parts[2]), place)
        if parts[:2] == ("each", "value") and place.block is not None:
            return tuple(_listed(opened(place.block.for_each_expression))), place._replace(block=None)
        return ((), place) if head in _OWN else None

    def _behind_output(self, label: str, name: str, place: _Place) -> tuple[tuple[str, ...], _Place]:
        call = self._call((*_labels(place.module), _name(label)))
        repeated = call is not None and not (call.count_expression is UNSET and call.for_each_expression is UNSET)
        inside = _Place(
            f"{place.module}.module.{label}".lstrip("."), None, place.exact and ("[" in label or not repeated)
        )
        output = ((call.module.outputs if call and call.module else None) or {}).get(name)
        return tuple(_listed(opened(output.expression)) if output else ()), inside

    def _tree(self, module: str, resource: _Resource) -> Mapping[str, object]:
        key = (without_keys(module), resource.address)
        if key not in self._references:
            kept = _referring(opened(resource.expressions))
            self._references[key] = kept if isinstance(kept, dict) else {}
        return self._references[key]

    def _resource(self, module: str, block: str) -> _Resource | None:
        key = without_keys(module)
        if key not in self._resources:
            labels = _labels(module)
            call = self._call(labels)
            found = call.module if call else None if labels else self._root
            self._resources[key] = {one.address: one for one in (found.resources if found else None) or ()}
        return self._resources[key].get(block)

    def _call(self, labels: Sequence[str]) -> _Call | None:
        module, call = self._root, None
        for label in labels:
            call = (module.module_calls or {}).get(label)
            if call is None or call.module is None:
                return None
            module = call.module
        return call

    @cached_property
    def _root(self) -> _Module:
        if isinstance(self._member, Raw):
            with suppress(msgspec.MsgspecError, RecursionError):
                return msgspec.json.decode(self._member, type=_Root).root_module or _Module()
        return _Module()


def _resource_source(parts: Sequence[str], place: _Place, *, keyed: bool) -> Iterator[Source]:
    length = 3 if parts[0] in {"data", "ephemeral"} else 2
    if len(parts) < length or parts[0] == "var":
        return
    block = ".".join(_name(part) for part in parts[:length])
    key = parts[length - 1].removeprefix(_name(parts[length - 1]))
    attribute = _name(parts[length]) if len(parts) > length else ""
    yield Source(place.module, block, key, attribute, keyed and not key, place.exact)


def _is_keyed(references: Iterable[str]) -> bool:
    return any(reference.partition(".")[0] in {"each", "count"} for reference in references)


def _longest(references: Iterable[str]) -> tuple[str, ...]:
    """Return references without those that another one begins with: plans list `a.b.id` and then `a.b` too."""
    found = tuple(dict.fromkeys(references))
    shorter: set[str] = set()
    for reference in found:
        parts = split_address(reference)
        for length in range(1, len(parts) + 1):
            start = ".".join(parts[:length])
            shorter.add(start if length < len(parts) else "")
            if start.endswith("]"):
                shorter.add(start[: start.rindex(parts[length - 1]) + len(_name(parts[length - 1]))])
    return tuple(reference for reference in found if reference not in shorter)


def _referring(value: object) -> object:
    """None where it refers to nothing, unless functions alone decide it: a plan has `{}` for `timestamp()`."""
    if isinstance(value, list):
        return [kept for part in value if (kept := _referring(part)) is not None] or None
    if not isinstance(value, dict):
        return None
    references = value.get("references")
    if isinstance(references, list) and all(isinstance(one, str) for one in references):
        return {"references": references}
    if "constant_value" in value:
        return None
    if not value:
        return {"references": []}
    return {key: kept for key, part in value.items() if (kept := _referring(part)) is not None} or None


def _references_in(tree: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_listed(tree)))


def _listed(tree: object) -> list[str]:
    found: list[str] = []
    todo = [tree]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            todo.extend(reversed(part))
        elif isinstance(part, dict):
            references = part.get("references")
            if isinstance(references, list):
                found += (one for one in references if isinstance(one, str))
            else:
                todo.extend(reversed(part.values()))
    return found


def _as_written(listed: Sequence[str]) -> Iterator[str]:
    """Yield references as the configuration has them: a plan lists what each begins with behind it."""
    before = ""
    for reference in listed:
        if not (before.startswith(reference) and before[len(reference) : len(reference) + 1] in {".", "["}):
            yield reference
        before = reference


def _at(tree: object, path: Sequence[str]) -> object:
    for name in path:
        if isinstance(tree, list):
            tree = [part[name] for part in tree if isinstance(part, dict) and name in part]
        elif isinstance(tree, dict) and "references" not in tree:
            tree = tree.get(name)
    return tree


def _labels(module: str) -> tuple[str, ...]:
    return split_address(without_keys(module))[1::2] if module else ()


def _name(part: str) -> str:
    return part.partition("[")[0]


def provider_regions(configuration: Lazy) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, expressions in _aws_providers(configuration):
        value = opened(members_of(expressions.get("region", UNSET)).get("constant_value", UNSET))
        found[name] = value if isinstance(value, str) else ""
    return found


def _aws_providers(configuration: Lazy) -> Iterator[tuple[str, Mapping[str, Raw]]]:
    for name, provider in members_of(members_of(configuration).get("provider_config", UNSET)).items():
        members = members_of(provider)
        if opened(members.get("name", UNSET)) == "aws" or name == "aws":
            yield name, members_of(members.get("expressions", UNSET))
