"""What an event looks like, in JSON Schema: checked against the dialect that the file names."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from infragen.diagnostics.hints import did_you_mean
from infragen.source import json_values
from infragen.source.openapi import Path, Problem, references, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.source import Document

NEWEST: Final = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of a file that names none."""

_OF_NAMES: Final = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
_OF_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_OF_ONE: Final = frozenset(
    {
        "additionalItems", "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
_KEYWORDS: Final = frozenset(
    {
        *_OF_NAMES, *_OF_SCHEMAS, *_OF_ONE, "$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref",
        "$schema", "$vocabulary", "const", "contentEncoding", "contentMediaType", "contentSchema", "default",
        "dependencies", "dependentRequired", "deprecated", "description", "enum", "examples", "exclusiveMaximum",
        "exclusiveMinimum", "format", "id", "maxContains", "maxItems", "maxLength", "maxProperties", "maximum",
        "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern", "readOnly",
        "required", "title", "type", "uniqueItems", "writeOnly",
    }
)  # fmt: skip
"""JSON Schema 2020-12, Core and Validation, and what drafts 4 to 2019-09 have besides."""


def problems(document: Document) -> tuple[Problem, ...]:
    """Return what makes a file no schema: references that lead nowhere, else what its dialect refuses, or ignores."""
    return _problems(document.text)


@lru_cache(maxsize=64)
def _problems(text: str) -> tuple[Problem, ...]:
    from jsonschema.validators import validator_for

    root = json_values(text)
    dialect = root.get("$schema", NEWEST)
    validator: Any = validator_for({"$schema": dialect}, default=cast("Any", None))
    if validator is None:
        message = f"the schema is in {dialect!r}, a dialect of JSON Schema that infragen does not know"
        return (Problem(message, ("$schema",), f"write `$schema: {NEWEST}`"),)
    errors = refused(validator(validator.META_SCHEMA).iter_errors(root), "follow JSON Schema there (json-schema.org)")
    return tuple(references(root, "$defs")) or tuple(errors) or tuple(_ignored(root, ()))


def _ignored(schema: Any, path: Path) -> Iterator[Problem]:
    """Yield words that are no keywords: whoever validates passes over them, and over a slip of the pen."""
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key in _OF_NAMES:
            for name, one in value.items():
                yield from _ignored(one, (*path, key, name))
        elif key in _OF_SCHEMAS or (key == "items" and isinstance(value, list)):
            for number, one in enumerate(value):
                yield from _ignored(one, (*path, key, number))
        elif key in _OF_ONE:
            yield from _ignored(value, (*path, key))
        elif key not in _KEYWORDS and not key.startswith("x-"):
            hint = (
                did_you_mean(key, sorted(_KEYWORDS))
                or "put quotes around a text with commas, or begin its name with `x-`"
            )
            yield Problem(f"`{key}` is no keyword of JSON Schema, and is passed over", (*path, key), hint)
