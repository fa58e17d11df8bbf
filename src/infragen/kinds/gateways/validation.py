"""What of a contract API Gateway checks requests against: paths, methods, required parameters, models of JSON bodies.

Sources: API Gateway Developer Guide, Request validation for REST APIs ("API Gateway only checks the existence of a
parameter"; "If no matching content type is found, request validation is not performed").
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from infragen.core.resolved_system import ResolvedSystem
from infragen.diagnostics import InfragenError
from infragen.kinds.gateways.models import Unchecked, model_of
from infragen.kinds.workloads.versions import served
from infragen.source import Document
from infragen.source.openapi import Part, Path, Problem, contract_in, problems

DEEPEST: Final = 8
"""Segments of a contract's path that the module has resources for (`api_gateway_route`)."""
LARGEST: Final = 400_000
"""Bytes of a model (Amazon API Gateway API: CreateModel, schema: 400 KB)."""
ANY_TYPE: Final = "$default"
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._:-]+|\{[A-Za-z0-9._-]+\}")
"""AWS's answer to CreateResource ("Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and
curly braces at the beginning and the end")."""
_PARAMETER: Final = re.compile(r"[A-Za-z0-9._$-]+")
"""API Gateway Developer Guide: Parameter mapping source reference for REST APIs."""
_WHERE: Final = {"query": "querystring", "header": "header"}
_NO_PARAMETERS: Final = ("accept", "authorization", "content-type")
"""Headers whose parameters count for nothing (OpenAPI Specification 3.1.1: Parameter Object, name)."""
_JSON: Final = re.compile(r"application/([a-z0-9!#$&^_.-]+\+)?json( *;.*)?", re.IGNORECASE)


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
        if where == "header" and name.lower() in _NO_PARAMETERS:
            continue
        if where in _WHERE and _PARAMETER.fullmatch(name):
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
        models = {ANY_TYPE: models.pop(next(iter(models))), **models}
    return models, unchecked
