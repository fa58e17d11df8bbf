"""What an event looks like, in JSON Schema: checked against the dialect that the file names."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from infragen.diagnostics.hints import did_you_mean
from infragen.source import Document, json_values
from infragen.source.openapi import OF_SCHEMAS, Problem, parts, references, referred_to, refused, validator_of

NEWEST: Final = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of a file that names none."""

_DIALECTS: Final = (
    NEWEST, "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-04/schema",
)  # fmt: skip
_KEYWORDS: Final = frozenset(
    {
        *OF_SCHEMAS, "$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref",
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
    root = json_values(text)
    said = root.get("$schema", NEWEST)
    dialect = said.removesuffix("#") if isinstance(said, str) else ""
    if dialect not in _DIALECTS:
        message = f"the schema is in {said!r}, a dialect of JSON Schema that infragen does not know"
        return (Problem(message, ("$schema",), f"write `$schema: {NEWEST}`"),)
    if found := tuple(references(root, "$defs")):
        return found
    validator, hint = validator_of(dialect), "follow JSON Schema there (json-schema.org)"
    places = {(): root} | {path: one for (_, path), one in referred_to(root, "schemas").items()}
    errors = (one for at, value in places.items() for one in refused(validator.iter_errors(value), value, at, hint))
    return tuple(dict.fromkeys(errors)) or tuple(_ignored(root))


def _ignored(root: Any) -> Iterator[Problem]:
    """Yield words that are no keywords: whoever validates passes over them, and over a slip of the pen."""
    for schema, path, kind in parts(root, kind="schemas"):
        is_own = kind != "schemas" or any(str(step).startswith("x-") for step in path)
        for key in () if is_own else schema:
            if key not in _KEYWORDS and not key.startswith("x-"):
                near = did_you_mean(key, sorted(_KEYWORDS))
                hint = near or "put quotes around a text with commas, or begin its name with `x-`"
                yield Problem(f"`{key}` is no keyword of JSON Schema, and is passed over", (*path, key), hint)
