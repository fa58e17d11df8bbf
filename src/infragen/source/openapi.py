"""What an API promises, in OpenAPI: read with the places of its values, and checked against the specification."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path as File
from typing import Any, Final
from urllib.parse import unquote

from msgspec import Struct

from infragen.source.yaml12 import MAX_VALUES, Document, holds, json_values

Path = tuple[str | int, ...]

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KNOWN: Final = re.compile(r"3\.[01]\.[0-9]+")
_LONGEST: Final = 200
"""Characters of what the specification's schema says that a message shows."""

OF_SCHEMAS: Final = (
    "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties",
    "additionalItems", "additionalProperties", "allOf", "anyOf", "contains", "contentSchema", "else", "if", "items",
    "not", "oneOf", "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
"""Keywords of JSON Schema that hold schemas, the first six by name."""
_SAMPLES: Final = ("const", "default", "enum", "example", "examples")
"""Keywords whose value is data: nothing in it is a reference."""
_SECTIONS: Final = (
    "callbacks", "headers", "links", "parameters", "requestBodies", "responses", "schemas", "securitySchemes", "paths",
)  # fmt: skip
_NAMED: Final = frozenset((*OF_SCHEMAS[:6], *_SECTIONS, "content", "encoding", "pathItems", "variables", "webhooks"))
"""Keywords whose value is a map by name: a name is no keyword, whatever it is."""
_KINDS: Final = {
    **dict.fromkeys(("schema", *OF_SCHEMAS), "schemas"), **dict.fromkeys(("pathItems", "webhooks"), "paths"),
    **dict(zip(_SECTIONS, _SECTIONS, strict=True)), "requestBody": "requestBodies",
}  # fmt: skip
"""What the value of a keyword is, or holds: `paths`, or a section of `components`."""
_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")


class Part(Struct, frozen=True):
    """A part of a contract: its value, and the path at which it stands, behind all references."""

    value: Any
    path: Path
    root: Any

    def get(self, *keys: str | int) -> Part | None:
        part = self
        for key in keys:
            if not holds(part.value, (key,)):
                return None
            part = _behind(Part(part.value[key], (*part.path, key), part.root))
        return part

    def items(self, *keys: str) -> Iterator[tuple[Any, Part]]:
        part = self.get(*keys)
        if part is not None and isinstance(part.value, dict | list):
            for key in part.value if isinstance(part.value, dict) else range(len(part.value)):
                if (found := part.get(key)) is not None:
                    yield key, found

    def operations(self) -> Iterator[tuple[str, str, Part]]:
        for path, item in self.items("paths"):
            for method in METHODS:
                if (operation := item.get(method)) is not None:
                    yield path, method, operation


class Problem(Struct, frozen=True):
    """What is wrong with a contract, where, and what mends it."""

    message: str
    path: Path
    hint: str


def contract_of(document: Document) -> Part:
    return contract_in(document.text)


def contract_in(text: str) -> Part:
    return Part(json_values(text), (), json_values(text))


def _behind(part: Part) -> Part:
    for _ in range(20):
        reference = part.value.get("$ref") if isinstance(part.value, dict) else None
        found = target(part.root, reference) if isinstance(reference, str) else None
        if found is None:
            return part
        part = found
    return part


def target(root: Any, reference: str) -> Part | None:
    if reference == "#":
        return Part(root, (), root)
    if not reference.startswith("#/"):
        return None
    value: Any = root
    path: Path = ()
    for step in reference[2:].split("/"):
        key: str | int = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            key = int(step)
        elif not isinstance(value, dict) or key not in value:
            return None
        value, path = value[key], (*path, key)
    return Part(value, path, root)


@lru_cache(maxsize=64)
def _problems(text: str) -> tuple[Problem, ...]:
    root = json_values(text)
    version = root.get("openapi")
    if not isinstance(version, str) or not _KNOWN.fullmatch(version):
        said = "says no version of OpenAPI" if version is None else f"is in OpenAPI {version!r}"
        path = ("openapi",) if version is not None else ()
        return (Problem(f"the contract {said}: infragen reads 3.0 and 3.1", path, "write `openapi: 3.0.3`"),)
    hint = f"follow OpenAPI {version[:3]} there (spec.openapis.org)"
    return (
        tuple(references(root, "components"))
        or tuple(refused(validator_of(version[:3]).iter_errors(root), root, (), hint))
        or tuple(_mistaken(root, version[:3], hint))
        or tuple(_beyond_the_schema(root, hint))
    )


def problems(document: Document) -> tuple[Problem, ...]:
    return _problems(document.text)


@lru_cache
def validator_of(dialect: str) -> Any:
    """Return what validates contracts in a version of OpenAPI, or schemas in a dialect; it fetches nothing."""
    import jsonschema_rs as rs

    known, own = (
        json.loads(File(__file__).with_name(f"openapi-{name}.json").read_text(encoding="utf-8"))
        for name in ("3.1-parts", dialect if dialect in ("3.0", "3.1") else "3.1")
    )
    schema = own if dialect in ("3.0", "3.1") else {"$schema": dialect, "allOf": [{"$ref": dialect}]}
    registry = rs.Registry([(known["$id"], known)])
    return rs.validator_for(schema, registry=registry, validate_formats=False, offline=True)


def parts(value: Any, path: Path = (), kind: str = "", *, is_names: bool = False) -> Iterator[tuple[Any, Path, str]]:
    """Yield each map of a document that may be a reference, where it is, and what kind of part it is."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from parts(item, (*path, index), kind)
    elif isinstance(value, dict):
        if not is_names:
            yield value, path, kind
        for key, item in value.items():
            if is_names:
                yield from parts(item, (*path, key), kind)
            elif key not in _SAMPLES:
                yield from parts(item, (*path, key), _KINDS.get(key, ""), is_names=key in _NAMED)


def references(root: Any, home: str) -> Iterator[Problem]:
    """Yield references that lead out of a file (nothing is fetched), to nothing, or in a circle."""
    sample = "#/components/schemas/NAME" if home == "components" else f"#/{home}/NAME"
    for value, path, kind in parts(root, kind="" if home == "components" else "schemas"):
        reference, at = value.get("$ref"), (*path, "$ref")
        for other in ("$dynamicRef", "$recursiveRef", *(("$id",) if path else ())):
            if kind == "schemas" and other in value:
                message = f"`{other}` changes where references lead, and infragen follows plain ones only"
                yield Problem(message, (*path, other), f"remove it, and write `$ref: '{sample}'`")
        if not isinstance(reference, str):
            continue
        if not reference.startswith("#"):
            message = f"`{_short(reference)}` leads out of the contract, and nothing is fetched"
            yield Problem(message, at, f"write it into `{home}`, and `$ref: '{sample}'`")
        elif target(root, reference) is None:
            yield Problem(f"`{_short(reference)}` leads nowhere", at, f"write the name of what is in `{home}`")
        elif "$ref" in _behind(Part(value, path, root)).value:
            yield Problem(f"`{_short(reference)}` leads back to itself", at, "refer to what holds no reference")


def referred_to(root: Any, kind: str = "") -> dict[tuple[str, Path], Any]:
    every = ((kind, value.get("$ref")) for value, _, kind in parts(root, kind=kind))
    found = ((kind, target(root, leads)) for kind, leads in every if kind and isinstance(leads, str))
    return {(kind, to.path): to.value for kind, to in found if to is not None}


def _mistaken(root: Any, version: str, hint: str) -> Iterator[Problem]:
    """Yield what is refused of a part as what it is taken for, where its place says that it is something else."""
    for (kind, path), value in referred_to(root).items():
        if path[:-1] in (("components", kind), (kind,)):
            continue
        own = {"paths": {"/": value}} if kind == "paths" else {"paths": {}, "components": {kind: {"part": value}}}
        whole = {"openapi": root["openapi"], "info": root["info"], **own}
        for one in refused(validator_of(version).iter_errors(whole), whole, (), hint):
            below = one.path[2 if kind == "paths" else 3 :]
            yield Problem(_short(f"it is referred to as one of `{kind}`: {one.message}"), (*path, *below), hint)


def _beyond_the_schema(root: Any, hint: str) -> Iterator[Problem]:
    """Defaults and examples are not checked: they are not used, and a pattern could take for ever."""
    import jsonschema_rs as rs

    contract = Part(root, (), root)
    left = MAX_VALUES
    for path, _, operation in contract.operations():
        shared, seen = contract.get("paths", path), set[str]()
        waiting = [operation.value, shared.value.get("parameters") if shared is not None else None]
        while waiting and left >= 0:
            value = waiting.pop()
            left -= 1
            reference = value.get("$ref") if isinstance(value, dict) else None
            if isinstance(reference, str) and reference not in seen and (to := target(contract.root, reference)):
                seen.add(reference)
                waiting.append(to.value)
            waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if left < 0:
        message = f"the operations come to more than {MAX_VALUES:,} values, references followed"
        yield Problem(message, ("paths",), "split the contract, or refer to less")
        return
    operations = tuple(contract.operations())
    ids = (one.get("operationId") for *_, one in operations)
    yield from _twice("the operation id", ((one.value, one.path) for one in ids if one is not None))
    yield from _twice("the tag", ((one.value["name"], one.path) for _, one in contract.items("tags")))
    for path, method, operation in operations:
        named: set[str] = set()
        for holder in filter(None, (contract.get("paths", path), operation)):
            given = [(one.value["name"], one.value["in"]) for _, one in holder.items("parameters")]
            yield from _twice("the parameter", ((f"{name}` in `{kind}", holder.path) for name, kind in given))
            named |= {name for name, kind in given if kind == "path"}
        variables = {*_VARIABLE.findall(path)}
        for name in sorted(named ^ variables):
            said = "has no such parameter" if name in variables else f"has a parameter for it, and {path} does not"
            yield Problem(f"`{{{name}}}`: {method.upper()} {path} {said}", operation.path, hint)
    regex = rs.Draft202012Validator({"format": "regex"}, validate_formats=True)
    for value, at, kind in parts(root):
        if kind == "schemas" and not regex.is_valid(value.get("pattern")):
            yield Problem(f"`{_short(value['pattern'])}` is no regular expression", (*at, "pattern"), hint)


def _twice(what: str, named: Iterable[tuple[str, Path]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield Problem(f"{what} `{name}` is there twice", path, "keep one of them, or rename it")
        seen.add(name)


def refused(errors: Iterable[Any], value: Any, path: Path, hint: str) -> Iterator[Problem]:
    seen: set[Path] = set()
    for error in errors:
        deepest: Any = error
        while inner := [one for form in getattr(deepest.kind, "context", ()) for one in form]:
            deepest = max(inner, key=lambda one: (len(one.instance_path), one.kind.name != "required"))
        at = (*path, *_place(value, deepest.instance_path))
        if at not in seen:
            seen.add(at)
            options = getattr(deepest.kind, "options", None)  # the message names a few of them
            said = f"{json.dumps(deepest.instance)} is not one of {json.dumps(options)}" if options else deepest.message
            yield Problem(_short(said), at, hint)


def _place(value: Any, steps: Sequence[str | int]) -> Iterator[str | int]:
    """Yield the steps of a path in a document: there, a number in a map is a name."""
    for step in steps:
        key = step if isinstance(value, list) else str(step)
        if not holds(value, (key,)):
            return
        value = value[key]
        yield key


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
