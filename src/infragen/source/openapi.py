"""What an API promises, in OpenAPI: read with the places of its values, and checked against the specification."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from msgspec import Struct

from infragen.source.json_values import json_values
from infragen.source.yaml12 import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.source.yaml12 import Document

Path = tuple[str | int, ...]

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KNOWN: Final = re.compile(r"3\.[01]\.[0-9]+")
_LONGEST: Final = 200
"""Characters of what the specification's schema says that a message shows."""
_CHAIN: Final = 20
"""References that lead to references, one after the other."""


class Part(Struct, frozen=True):
    """A part of a contract: its value, and the path at which it stands, behind all references."""

    value: Any
    path: Path
    root: Any

    def get(self, *keys: str | int) -> Part | None:
        """Return what stands below it, or None."""
        part = self
        for key in keys:
            if not holds(part.value, (key,)):
                return None
            part = _behind(Part(part.value[key], (*part.path, key), part.root))
        return part

    def items(self, *keys: str) -> Iterator[tuple[Any, Part]]:
        """Yield what a map or a list below it holds, by its keys."""
        part = self.get(*keys)
        if part is not None and isinstance(part.value, dict | list):
            for key in part.value if isinstance(part.value, dict) else range(len(part.value)):
                found = part.get(key)
                if found is not None:
                    yield key, found

    def operations(self) -> Iterator[tuple[str, str, Part]]:
        """Yield path, method and operation of each of a contract's operations."""
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
    """Return the whole of a contract; figures are numbers in it, as JSON's are."""
    return contract_in(document.text)


def contract_in(text: str) -> Part:
    """Return the same of a file's text."""
    return Part(json_values(text), (), json_values(text))


def _behind(part: Part) -> Part:
    """Return what a part refers to; itself where it refers to nothing, or to what is not there."""
    for _ in range(_CHAIN):
        reference = part.value.get("$ref") if isinstance(part.value, dict) else None
        found = target(part.root, reference) if isinstance(reference, str) else None
        if found is None:
            return part
        part = found
    return part


def target(root: Any, reference: str) -> Part | None:
    """Return what a reference within a contract leads to, or None."""
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
    return tuple(references(root, "components")) or tuple(_by_specification(root, version))


def problems(document: Document) -> tuple[Problem, ...]:
    """Return what makes a file no contract: references that lead nowhere, else what OpenAPI's own schema refuses."""
    return _problems(document.text)


def references(root: Any, home: str) -> Iterator[Problem]:
    """Yield references that lead out of a file (nothing is fetched), to nothing, or in a circle."""
    sample = "#/components/schemas/NAME" if home == "components" else f"#/{home}/NAME"
    yield from _references(root, root, (), (home, sample))


def _references(root: Any, value: Any, path: Path, home: tuple[str, str]) -> Iterator[Problem]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(root, item, (*path, index), home)
    if not isinstance(value, dict):
        return
    reference = value.get("$ref")
    if isinstance(reference, str):
        at = (*path, "$ref")
        if not reference.startswith("#"):
            message = f"`{_short(reference)}` leads out of the contract, and nothing is fetched"
            yield Problem(message, at, f"write it into `{home[0]}`, and `$ref: '{home[1]}'`")
        elif target(root, reference) is None:
            yield Problem(f"`{_short(reference)}` leads nowhere", at, f"write the name of what is in `{home[0]}`")
        elif "$ref" in _behind(Part(value, path, root)).value:
            yield Problem(f"`{_short(reference)}` leads back to itself", at, "refer to what holds no reference")
    for key, item in value.items():
        if key not in ("example", "examples", "default", "enum", "const"):
            yield from _references(root, item, (*path, key), home)


def _by_specification(root: Any, version: str) -> Iterator[Problem]:
    """Yield what OpenAPI's schema refuses, else what its rules beyond that do, such as a path's variables."""
    from jsonschema.validators import validator_for
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
    from openapi_spec_validator.schemas import schema_v30, schema_v31
    from openapi_spec_validator.validation.exceptions import ExtraParametersError

    is_3_1 = version.startswith("3.1")
    schema, rules = (schema_v31, OpenAPIV31SpecValidator) if is_3_1 else (schema_v30, OpenAPIV30SpecValidator)
    hint = f"follow OpenAPI {version[:3]} there (spec.openapis.org)"
    # Not by the validator's own run: that words errors otherwise, without their places, where `jsonschema-rs` is there.
    found = tuple(refused(validator_for(dict(schema))(dict(schema)).iter_errors(root), hint))
    yield from found
    for error in () if found else rules(root).iter_errors():
        if isinstance(error, ExtraParametersError):  # `required` may name what `properties` does not describe
            continue
        said = str(error.message).splitlines()[0]
        named = next((path for path in root.get("paths", ()) if f"'{path}'" in said), None)
        yield Problem(_short(said), ("paths",) if named is None else ("paths", named), hint)


def refused(errors: Iterable[Any], hint: str) -> Iterator[Problem]:
    """Yield what a schema of JSON Schema refuses, each place once: of alternatives what comes closest."""
    seen: set[Path] = set()
    for error in errors:
        deepest: Any = error
        while deepest.context:
            deepest = max(deepest.context, key=lambda one: (len(one.absolute_path), one.validator != "required"))
        path = tuple(deepest.absolute_path)
        if path not in seen:
            seen.add(path)
            yield Problem(_short(deepest.message), path, hint)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
