"""What of a contract API Gateway checks requests against: paths, methods, required parameters, models of JSON bodies.

Sources: API Gateway Developer Guide, Request validation for REST APIs ("API Gateway only checks the existence of a
parameter"; "If no matching content type is found, request validation is not performed").
"""

import json
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache
from itertools import count
from math import ceil, floor
from typing import Any, Final

from msgspec import Struct

from infragen.core.resolved_system import ResolvedSystem
from infragen.diagnostics import InfragenError
from infragen.kinds.workloads.versions import served
from infragen.source import Document
from infragen.source.openapi import Part, Path, Problem, contract_in, problems, target

DEEPEST: Final = 8
"""Segments of a contract's path that the module has resources for (`api_gateway_route`)."""
LARGEST: Final = 400_000
"""Bytes of a model (Amazon API Gateway API: CreateModel, schema: 400 KB)."""
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._:-]+|\{[A-Za-z0-9._-]+\}")
"""AWS's answer to CreateResource ("Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and
curly braces at the beginning and the end")."""
_WHERE: Final = {"query": "querystring", "header": "header"}
_JSON: Final = re.compile(r"application/([a-z0-9!#$&^_.-]+\+)?json( *;.*)?", re.IGNORECASE)


class Unchecked(Struct, frozen=True):
    """What a contract demands of requests and API Gateway does not look at, and where it says so."""

    what: str
    path: Path


class Method(Struct, frozen=True):
    """A method of a path: parameters that a request has to have, and the model of its body by content type."""

    name: str
    path: str
    parameters: tuple[str, ...]
    models: dict[str, dict[str, Any]]

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.path.removeprefix("/").split("/")) if self.path != "/" else ()


class Validation(Struct, frozen=True):
    """What API Gateway checks requests of a version against, what it does not, and what it cannot have at all."""

    methods: tuple[Method, ...]
    unchecked: tuple[Unchecked, ...]
    problems: tuple[Problem, ...]

    @property
    def segments(self) -> frozenset[tuple[str, ...]]:
        return frozenset(one.segments[: at + 1] for one in self.methods for at in range(len(one.segments)))


def validation_at(resolved: ResolvedSystem, entry: Any, segment: str) -> Validation | None:
    """None if it is not asked for, or the contract is unsound."""
    version = served(getattr(entry, "versions", {})).get(segment)
    if version is None or not entry.versions[version].request_validation:
        return None
    read = resolved.contracts.get(f"{entry.name}/v{version}")
    with suppress(InfragenError):
        return validation_of(read()) if read is not None else None
    return None


def validation_of(document: Document) -> Validation | None:
    """None of an unsound contract."""
    return None if problems(document) else _validation(document.text)


@lru_cache(maxsize=64)
def _validation(text: str) -> Validation:
    contract = contract_in(text)
    methods, unchecked, found = list[Method](), list[Unchecked](), list(_of_paths(contract))
    for path, name, operation in contract.operations():
        if name == "trace":
            message = f"API Gateway has no method TRACE, as {path} does"
            found.append(Problem(message, operation.path, "remove the operation from the contract"))
            continue
        parameters = tuple(_parameters(contract, path, operation, unchecked))
        try:
            models, lacks = _models(operation)
        except RecursionError:
            message = f"the schemas of the body of {name.upper()} {path} refer to each other too deeply"
            found.append(Problem(message, operation.path, "refer to less"))
            continue
        unchecked += lacks
        methods.append(Method(name.upper(), path, parameters, models))
        for content_type, model in models.items():
            size = len(json.dumps(model))
            if size > LARGEST:
                of = f"the model of the body of {name.upper()} {path} ({content_type})"
                message = f"{of} has {size:,} bytes, and API Gateway takes {LARGEST:,}"
                found.append(Problem(message, (*operation.path, "requestBody"), "describe less of the body"))
    if not methods:
        hint = "describe an operation, or remove `request_validation`"
        found.append(Problem("the contract has no operation, so no request would be passed on", ("paths",), hint))
    return Validation(tuple(methods), tuple(unchecked), tuple(found))


def _of_paths(contract: Part) -> Iterator[Problem]:
    variables: dict[tuple[str, ...], str] = {}
    for path in dict.fromkeys(path for path, _, _ in contract.operations()):
        segments, place = (tuple(path.removeprefix("/").split("/")) if path != "/" else ()), ("paths", path)
        if (wrong := next((one for one in segments if not _SEGMENT.fullmatch(one)), None)) is not None:
            message = f"API Gateway has no resource `{wrong}` of {path}"
            hint = "a segment has letters, digits and `._:-` only, or is a variable as a whole: `/items/{id}`"
            yield Problem(message, place, hint)
        if len(segments) > DEEPEST:
            message = f"{path} has {len(segments)} segments, and a validated path at most {DEEPEST}"
            yield Problem(message, place, "shorten the path, or remove `request_validation`")
        for at, segment in enumerate(segments):
            is_variable = segment.startswith("{") and segment.endswith("}")
            first = variables.setdefault(segments[:at], segment) if is_variable else segment
            if first != segment:
                above = "/".join(segments[:at])
                message = f"API Gateway takes one variable below /{above}, and there are two: `{first}` and `{segment}`"
                yield Problem(message, place, f"call it `{first}` here, too")
            if is_variable and segment in segments[:at]:
                yield Problem(f"`{segment}` stands twice in {path}", place, "give each variable a name of its own")


def _parameters(contract: Part, path: str, operation: Part, unchecked: list[Unchecked]) -> Iterator[str]:
    """Those of the operation count before the path's."""
    item = contract.get("paths", path)
    every = [one for part in (item, operation) if part is not None for _, one in part.items("parameters")]
    for part in {(one.value.get("name"), one.value.get("in")): one for one in every}.values():
        name, where = str(part.value.get("name")), part.value.get("in")
        if where == "path" or part.value.get("required") is not True:
            continue
        if where == "header" and name.lower() in ("accept", "authorization", "content-type"):
            continue  # parameters of that name count for nothing (OpenAPI Specification 3.1.1: Parameter Object)
        # API Gateway Developer Guide: Parameter mapping source reference for REST APIs
        if where in _WHERE and re.fullmatch(r"[A-Za-z0-9._$-]+", name):
            yield f"{_WHERE[where]}.{name}"
        else:
            unchecked.append(Unchecked(f"whether there is a {where} parameter `{name}`", part.path))


def _models(operation: Part) -> tuple[dict[str, dict[str, Any]], list[Unchecked]]:
    if (body := operation.get("requestBody")) is None:
        return {}, []
    if body.value.get("required") is not True:
        return {}, [Unchecked("bodies that may be left out (`required: true` has them checked)", body.path)]
    models: dict[str, dict[str, Any]] = {}
    unchecked: list[Unchecked] = []
    others: list[tuple[str, Path]] = []
    for content_type, media in body.items("content"):
        if not _JSON.fullmatch(content_type):
            others.append((content_type, media.path))
            continue
        schema = Part(media.value["schema"], (*media.path, "schema"), media.root) if "schema" in media.value else None
        models[content_type], lacks = model_of(schema)
        unchecked += lacks
    for content_type, place in others:
        unchecked.append(Unchecked(f"bodies in `{content_type}`, nor in any other type", place))
    if models and not others:  # a body of any other type is none that the contract has
        models = {"$default": models.pop(next(iter(models))), **models}
    return models, unchecked


_SAME: Final = (
    "multipleOf", "maximum", "minimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "minProperties",
)  # fmt: skip
"""What is said alike. (That AWS drops `minItems` and `maxItems` is of imports of OpenAPI: these models are created.)"""
_HANDLED: Final = (
    "$ref", "type", "nullable", "enum", "const", "required", "properties", "patternProperties", "items", "allOf",
    "anyOf", "oneOf", "not", "format", "exclusiveMaximum", "exclusiveMinimum",
)  # fmt: skip
_SAYS_NOTHING: Final = (
    "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "xml",
    "externalDocs", "discriminator", "contentMediaType", "contentEncoding", "contentSchema", "$comment", "$schema",
    "$id", "$anchor", "$defs", "definitions",
)  # fmt: skip
_KNOWN: Final = frozenset((*_SAME, *_HANDLED, *_SAYS_NOTHING))
_FORMATS: Final = ("date-time", "email", "hostname", "ipv4", "ipv6", "uri")
"""JSON Schema draft 4, Validation: section 7.3."""
_MOST: Final = 20_000
"""Schemas that a model is made of; those below `not` are looked at twice, and twice again in each other."""


def model_of(schema: Part | None) -> tuple[dict[str, Any], tuple[Unchecked, ...]]:
    made = _Model()
    found = made.schema(schema) if schema is not None else {}
    while found.keys() == {"$ref"}:
        found = made.definitions.pop(found["$ref"].rpartition("/")[2])
    named = {"definitions": dict(sorted(made.definitions.items()))} if made.definitions else {}
    return {"$schema": "http://json-schema.org/draft-04/schema#", **found, **named}, tuple(made.unchecked)


class _Model:
    """A body's model: JSON Schema draft 4 out of OpenAPI's schemas, in the words that API Gateway knows.

    A word is left out where API Gateway has none for it, so that a model takes whatever the contract does; what is no
    longer looked at is said: `unchecked`. Sources: API Gateway Developer Guide, Data models for REST APIs (draft 4,
    `$ref` to `definitions`); Amazon API Gateway important notes (`additionalProperties`, `anyOf`, `oneOf`,
    `exclusiveMinimum`).
    """

    def __init__(
        self, within: AbstractSet[tuple[Path, bool]] = frozenset(), steps: Iterator[int] | None = None
    ) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self.unchecked: list[Unchecked] = []
        self._names: dict[tuple[Path, bool], str] = {}
        self._within = {*within}
        self._steps = steps or count()

    def schema(self, part: Part, *, or_null: bool = False, read_only: frozenset[str] = frozenset()) -> dict[str, Any]:
        """In draft 4; no request need have `read_only` properties, whatever it requires."""
        value = part.value
        if not isinstance(value, dict):
            return {"not": {}} if value is False else {}
        if next(self._steps) > _MOST:
            self._lacks(f"what is beyond {_MOST:,} schemas of a body", part.path)
            return {}
        if isinstance(value.get("$ref"), str):
            return self._referred(part, value["$ref"], or_null=or_null)
        or_null = or_null or value.get("nullable") is True
        read_only |= frozenset(_read_only(part))
        found = {word: value[word] for word in _SAME if word in value}
        found |= self._values(value, or_null=or_null)
        found |= self._limits(part)
        required = sorted({name for name in value.get("required", ()) if name not in read_only})
        found |= {"required": required} if required else {}
        for word in ("properties", "patternProperties"):
            if isinstance(value.get(word), dict) and value[word]:
                found[word] = {name: self.schema(one) for name, one in sorted(_named(part, word))}
        if "items" in value and "prefixItems" not in value:
            found["items"] = self.schema(_below(part, "items"))
        found |= self._negated(part, or_null=or_null)
        self._leave_out(part)
        every = [self.schema(one, or_null=or_null, read_only=read_only) for _, one in _named(part, "allOf")]
        every += self._alternatives(part, or_null=or_null)
        if not found and len(every) == 1:
            return every[0]
        return found | ({"allOf": every} if every else {})

    def _lacks(self, what: str, path: Path) -> None:
        self.unchecked.append(Unchecked(what, path))

    def _referred(self, part: Part, reference: str, *, or_null: bool) -> dict[str, Any]:
        if (to := target(part.root, reference)) is None:  # G154 says so
            return {}
        wanted = (to.path, or_null)
        if wanted in self._within:
            self._lacks("what a schema holds of itself", (*part.path, "$ref"))
            found: dict[str, Any] = {}
        else:
            if wanted not in self._names:
                self._names[wanted] = name = self._name(*wanted)
                self._within.add(wanted)
                self.definitions[name] = self.schema(to, or_null=or_null)
                self._within.remove(wanted)
            found = {"$ref": f"#/definitions/{self._names[wanted]}"}
        beside = {word: one for word, one in part.value.items() if word not in ("$ref", *_SAYS_NOTHING)}
        if not beside or str(part.root.get("openapi", "")).startswith("3.0"):  # where nothing beside a reference counts
            return found
        return {"allOf": [found, self.schema(Part(beside, part.path, part.root), or_null=or_null)]}

    def _name(self, path: Path, or_null: bool) -> str:  # a pair that is a key
        named = re.sub("[^A-Za-z0-9]+", "_", str(path[-1] if path else "schema")) + ("_or_null" if or_null else "")
        every = (named, *(f"{named}_{number}" for number in range(2, len(self._names) + 2)))
        return next(one for one in every if one not in self._names.values())

    def _values(self, value: dict[str, Any], *, or_null: bool) -> Iterator[tuple[str, Any]]:
        said = value.get("type")
        types = [said] if isinstance(said, str) else list(said or ())
        if types and or_null and "null" not in types:
            types.append("null")
        if types:
            yield "type", types[0] if len(types) == 1 else types
        if "const" in value or "enum" in value:
            words = [value["const"]] if "const" in value else list(value["enum"])
            yield "enum", [*words, None] if or_null and None not in words else words
        if value.get("format") in _FORMATS:
            yield "format", value["format"]

    def _limits(self, part: Part) -> Iterator[tuple[str, Any]]:
        """Exclusive limits of whole numbers are the next number."""
        value = part.value
        said = value.get("type")
        is_whole = {said} if isinstance(said, str) else {*(said or ("number",))}
        for limit, word, further in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
            bound = value.get(limit) if value.get(word) is True else value.get(word)
            if bound is None or bound is False or (limit in value and further(bound, value[limit]) != bound):
                continue
            if is_whole <= {"integer", "null"}:
                yield limit, floor(bound) + 1 if limit == "minimum" else ceil(bound) - 1
                continue
            yield limit, bound
            if word == "exclusiveMaximum":
                yield word, True
            else:
                self._lacks(f"`{word}` (only `minimum`)", (*part.path, word))

    def _negated(self, part: Part, *, or_null: bool) -> dict[str, Any]:
        # What a model lacks is left out: it would exclude more
        if "not" not in part.value:
            return {}
        inner, before, alone = _below(part, "not"), len(self.unchecked), _Model(self._within, self._steps)
        alone.schema(inner)
        found = self.schema(inner)
        if not or_null and not alone.unchecked and len(self.unchecked) == before:
            return {"not": found}
        del self.unchecked[before:]
        self._lacks("`not`", inner.path)
        return {}

    def _alternatives(self, part: Part, *, or_null: bool) -> Iterator[dict[str, Any]]:
        for word in ("anyOf", "oneOf"):
            forms = [one for _, one in _named(part, word)]
            others = [one for one in forms if not (isinstance(one.value, dict) and one.value.get("type") == "null")]
            if len(others) == 1:
                yield self.schema(others[0], or_null=or_null or len(forms) > 1)
            elif forms:
                self._lacks(f"`{word}`", (*part.path, word))

    def _leave_out(self, part: Part) -> None:
        for word, one in part.value.items():
            if word == "format" and one not in (*_FORMATS, "password", "float", "double"):  # these exclude no value
                self._lacks(f"the format `{one}`", (*part.path, word))
            if word not in _KNOWN and not word.startswith("x-") and one is not True and one != {}:
                self._lacks(f"`{word}`", (*part.path, word))


def _below(part: Part, *keys: str | int) -> Part:
    value = part.value
    for key in keys:
        value = value[key]
    return Part(value, (*part.path, *keys), part.root)


def _named(part: Part, word: str) -> Iterator[tuple[Any, Part]]:
    held = part.value.get(word, ())
    for key in held if isinstance(held, dict) else range(len(held)):
        yield key, _below(part, word, key)


def _read_only(part: Part, seen: set[Path] | None = None) -> Iterator[str]:
    """Yield properties that only answers have to have, whatever is required (OpenAPI Specification 3.0.4: readOnly)."""
    seen = set() if seen is None else seen
    for name, one in part.items("properties"):
        written = part.value["properties"][name] if "properties" in part.value else one.value
        if any(isinstance(said, dict) and said.get("readOnly") is True for said in (one.value, written)):
            yield name
    for _, one in part.items("allOf"):
        if isinstance(one.value, dict) and one.path not in seen:
            seen.add(one.path)
            yield from _read_only(one, seen)
