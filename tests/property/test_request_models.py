"""Property: a model of API Gateway takes every body that the contract does, and no other where nothing is unchecked."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator

from infragen.kinds.gateways.validation import model_of
from infragen.source.openapi import Part

NUMBERS = st.integers(-3, 3)
WORDS = st.sampled_from(["a", "b", "ab", ""])
NAMES = st.sampled_from(["a", "b"])
TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")

VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from([-1.5, 0.5, 2.5]) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=6,
)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
            "minimum": NUMBERS, "maximum": NUMBERS, "exclusiveMinimum": NUMBERS, "exclusiveMaximum": NUMBERS,
            "minLength": st.integers(0, 2), "maxLength": st.integers(0, 2), "maxItems": st.integers(0, 2),
            "const": st.none() | NUMBERS | WORDS, "enum": st.lists(NUMBERS | WORDS, min_size=1, unique=True),
            "required": st.lists(NAMES, unique=True), "properties": st.dictionaries(NAMES, inner, max_size=2),
            "additionalProperties": inner, "items": inner, "allOf": several, "anyOf": several, "oneOf": several,
            "not": inner, "if": inner, "description": WORDS,
        },
    )  # fmt: skip


def _referring(*names: str) -> st.SearchStrategy[Any]:
    leaves = st.booleans() | st.sampled_from([{"$ref": f"#/$defs/{name}"} for name in names] or [{}])
    return _schemas(st.recursive(leaves, _schemas, max_leaves=6))


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({"A": _referring("B"), "B": _referring()}), _referring("A", "B"), st.lists(VALUES))
def test_a_model_takes_what_the_contract_does(defined: Any, schema: Any, values: list[Any]) -> None:
    root = {"openapi": "3.1.0", "$defs": defined, **schema}
    model, unchecked = model_of(Part(schema, (), root))
    Draft4Validator.check_schema(model)
    for value in values:
        is_taken = Draft202012Validator(root).is_valid(value)
        assert Draft4Validator(model).is_valid(value) or not is_taken
        assert is_taken or unchecked or not Draft4Validator(model).is_valid(value)
