"""What API Gateway is told of a contract: models of bodies, required parameters, paths, and what it cannot check."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator

from infragen.kinds.gateways.validation import Validation, model_of, validation_of
from infragen.source import Document
from infragen.source.openapi import Part

NODE = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "next": {"$ref": "#/$defs/Node"}}}


def model(schema: dict[str, Any] | bool, version: str = "3.1.0", **named: Any) -> tuple[dict[str, Any], list[str]]:
    """Return a model without its `$schema`, and what it does not check."""
    root = {"openapi": version, "$defs": named, "it": schema}
    found, unchecked = model_of(Part(schema, ("it",), root))
    Draft4Validator.check_schema(found)
    assert found.pop("$schema") == "http://json-schema.org/draft-04/schema#"
    return found, [one.what for one in unchecked]


@pytest.mark.parametrize(
    ("version", "schema", "expected"),
    [
        ("3.0.3", {"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        (
            "3.0.3",
            {"type": "string", "nullable": True, "enum": ["a", "b"]},
            {"type": ["string", "null"], "enum": ["a", "b", None]},
        ),
        ("3.0.3", {"type": "integer", "minimum": 2, "exclusiveMinimum": True}, {"type": "integer", "minimum": 3}),
        ("3.0.3", {"maximum": 2, "exclusiveMaximum": True}, {"maximum": 2, "exclusiveMaximum": True}),
        ("3.0.3", {"maximum": 2, "exclusiveMaximum": False}, {"maximum": 2}),
        ("3.1.0", {"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ("3.1.0", {"type": ["integer"], "exclusiveMinimum": 2.5}, {"type": "integer", "minimum": 3}),
        ("3.1.0", {"type": "integer", "exclusiveMaximum": 2}, {"type": "integer", "maximum": 1}),
        ("3.1.0", {"type": "integer", "minimum": 5, "exclusiveMinimum": 2}, {"type": "integer", "minimum": 5}),
        ("3.1.0", {"exclusiveMaximum": 2.5, "maximum": 9}, {"maximum": 2.5, "exclusiveMaximum": True}),
        ("3.1.0", {"const": "a"}, {"enum": ["a"]}),
        ("3.1.0", {"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        ("3.1.0", {"oneOf": [{"const": "a"}, {"type": "null"}]}, {"enum": ["a", None]}),
        ("3.1.0", {"allOf": [{"type": "string"}, {"maxLength": 3}]}, {"allOf": [{"type": "string"}, {"maxLength": 3}]}),
        ("3.1.0", {"not": {"type": "string"}}, {"not": {"type": "string"}}),
        ("3.1.0", {"items": {"type": "string"}, "minItems": 1}, {"items": {"type": "string"}, "minItems": 1}),
        ("3.1.0", {"patternProperties": {"^x": {"minimum": 1}}}, {"patternProperties": {"^x": {"minimum": 1}}}),
        ("3.1.0", {"title": "A", "example": 1, "default": 2, "x-own": {"a": 1}, "deprecated": True}, {}),
        ("3.1.0", {"additionalProperties": True, "type": "object", "required": []}, {"type": "object"}),
        ("3.1.0", {"type": "string", "format": "email"}, {"type": "string", "format": "email"}),
        ("3.1.0", {"properties": {"a": True, "b": False}}, {"properties": {"a": {}, "b": {"not": {}}}}),
    ],
)
def test_a_schema_is_said_in_draft_4(version: str, schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert model(schema, version) == (expected, [])


@pytest.mark.parametrize(
    ("schema", "left", "what"),
    [
        ({"type": "object", "additionalProperties": False}, {"type": "object"}, "`additionalProperties`"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {}, "`oneOf`"),
        ({"anyOf": [{"minimum": 1}, {"maximum": 0}]}, {}, "`anyOf`"),
        ({"exclusiveMinimum": 1}, {"minimum": 1}, "`exclusiveMinimum` (only `minimum`)"),
        ({"type": "string", "format": "uuid"}, {"type": "string"}, "the format `uuid`"),
        ({"if": {"minimum": 1}}, {}, "`if`"),
        ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, {}, "`prefixItems`"),
        ({"not": {"type": "object", "additionalProperties": False}}, {}, "`not`"),
        ({"propertyNames": {"maxLength": 3}}, {}, "`propertyNames`"),
    ],
)  # fmt: skip
def test_what_a_model_has_no_word_for_is_left_out_and_said(schema: Any, left: dict[str, Any], what: str) -> None:
    assert model(schema) == (left, [what])


def test_references_become_definitions_and_one_at_the_top_is_written_out() -> None:
    price = {"type": "number", "minimum": 0}
    asked = {"type": "object", "properties": {"net": {"$ref": "#/$defs/Price"}, "tax": {"$ref": "#/$defs/Price"}}}
    found, unchecked = model({"$ref": "#/$defs/Asked"}, Price=price, Asked=asked)
    refers = {"$ref": "#/definitions/Price"}
    assert found == {"type": "object", "properties": {"net": refers, "tax": refers}, "definitions": {"Price": price}}
    assert unchecked == []


def test_a_reference_that_may_be_null_is_another_definition() -> None:
    either = {"anyOf": [{"$ref": "#/$defs/Price"}, {"type": "null"}]}
    found, _ = model({"properties": {"a": either, "b": {"$ref": "#/$defs/Price"}}}, Price={"type": "number"})
    assert found["definitions"] == {"Price": {"type": "number"}, "Price_or_null": {"type": ["number", "null"]}}
    assert found["properties"]["a"] == {"$ref": "#/definitions/Price_or_null"}


def test_what_stands_beside_a_reference_counts_since_3_1() -> None:
    schema = {"items": {"$ref": "#/$defs/Word", "maxLength": 3}}
    both = {"allOf": [{"$ref": "#/definitions/Word"}, {"maxLength": 3}]}
    assert model(schema, Word={"type": "string"})[0]["items"] == both
    assert model(schema, "3.0.3", Word={"type": "string"})[0]["items"] == {"$ref": "#/definitions/Word"}


def test_a_schema_within_itself_is_checked_once() -> None:
    found, unchecked = model({"$ref": "#/$defs/Node"}, Node=NODE)
    assert found == {**NODE, "properties": {"n": {"type": "integer"}, "next": {}}}
    assert unchecked == ["what a schema holds of itself"]


def test_what_only_answers_have_is_required_of_no_request() -> None:
    base = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}
    found, unchecked = model({"allOf": [{"$ref": "#/$defs/Base"}, {"required": ["id", "name"]}]}, Base=base)
    assert found["allOf"][1] == {"required": ["name"]}
    assert unchecked == []


def validated(operations: str) -> Validation:
    text = f"openapi: 3.1.0\ninfo: {{title: A, version: 1.0.0}}\npaths:\n{operations}"
    found = validation_of(Document("v.yaml", yaml.safe_load(text), text))
    assert found is not None
    return found


def body(content: str, required: str = "true") -> Validation:
    return validated(
        f"  /items:\n    post:\n      requestBody: {{required: {required}, content: {content}}}\n"
        "      responses: {'204': {description: done}}\n"
    )


def test_a_body_of_json_alone_is_checked_whatever_its_type_is_said_to_be() -> None:
    found = body("{application/json: {schema: {type: object}}, application/merge-patch+json: {schema: {type: array}}}")
    assert {name: model["type"] for name, model in found.methods[0].models.items()} == {
        "$default": "object", "application/merge-patch+json": "array",
    }  # fmt: skip
    assert found.unchecked == ()


def test_a_body_that_may_be_something_else_is_checked_as_json_only_where_it_says_so() -> None:
    found = body("{application/json; charset=utf-8: {schema: {type: object}}, text/csv: {}}")
    assert [*found.methods[0].models] == ["application/json; charset=utf-8"]
    assert [one.what for one in found.unchecked] == ["bodies in `text/csv`, nor in any other type"]


def test_a_body_that_may_be_left_out_is_not_checked() -> None:
    found = body("{application/json: {schema: {type: object}}}", "false")
    assert found.methods[0].models == {}
    assert len(found.unchecked) == 1


def test_parameters_are_required_by_their_operation_or_its_path() -> None:
    found = validated(
        "  /items/{id}:\n    parameters:\n"
        "      - {name: id, in: path, required: true, schema: {type: string}}\n"
        "      - {name: day, in: query, required: true, schema: {type: string}}\n"
        "      - {name: X-Shop, in: header, required: true, schema: {type: string}}\n"
        "      - {name: Authorization, in: header, required: true, schema: {type: string}}\n"
        "    get:\n      parameters: [{name: day, in: query, schema: {type: string}}]\n"
        "      responses: {'204': {description: it is there}}\n"
        "    delete: {responses: {'204': {description: done}}}\n"
    )
    assert {one.name: one.parameters for one in found.methods} == {
        "GET": ("header.X-Shop",), "DELETE": ("querystring.day", "header.X-Shop"),
    }  # fmt: skip
    assert found.segments == {("items",), ("items", "{id}")}


def test_a_model_that_is_too_large_is_an_error() -> None:
    words = ", ".join(f"word{number:06}" for number in range(40_000))
    found = body(f"{{application/json: {{schema: {{enum: [{words}]}}}}}}")
    assert [one.path for one in found.problems] == [("paths", "/items", "post", "requestBody")]
    assert "API Gateway takes 400,000" in found.problems[0].message


def test_a_contract_that_is_none_has_no_requests_checked() -> None:
    assert validation_of(Document("v.yaml", {}, "openapi: 3.1.0\n")) is None
