"""What breaks callers of a contract, and what does not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from infragen.catalog.breaking_changes import breaking_changes
from infragen.source import Document
from infragen.source.openapi import contract_of, problems
from tests.waiting import calls

USUAL = """\
openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      parameters:
        - {name: lang, in: query, schema: {type: string, maxLength: 5}}
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Asked"}}
      responses:
        "200":
          description: the order
          headers: {X-Number: {required: true, schema: {type: string}}}
          content:
            application/json: {schema: {$ref: "#/components/schemas/Order"}}
        "404": {description: none}
  /orders/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: it is there}}
components:
  schemas:
    Asked:
      {type: object, required: [item],
       properties: {item: {type: string, minLength: 1}, gift: {type: [boolean, "null"]}}}
    Order:
      allOf: [{type: object, properties: {id: {type: string}}}]
      required: [id, state]
      properties:
        state: {type: string, enum: [open, paid]}
        parent: {$ref: "#/components/schemas/Order"}
        paid: {oneOf: [{type: number, minimum: 0}, {type: "null"}]}
  securitySchemes:
    key: {type: apiKey, in: header, name: x-api-key}
    token: {type: http, scheme: bearer}
"""


def contract(text: str) -> Any:
    document = Document("v.yaml", yaml.safe_load(text), text)
    assert problems(document) == ()
    return contract_of(document)


def found(old: str, new: str) -> list[str]:
    return [f"{one.subject} {one.said}" for one in breaking_changes(contract(old), contract(new))]


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


BODY, ANSWER = "POST /orders: the request's body", "POST /orders: the answer 200"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  /orders/{id}:\n    get", "  /orders/{id}:\n    put", ["GET /orders/{id} is gone"]),
        ("  /orders/{id}:", "  /order/{id}:", ["GET /orders/{id} is gone"]),
        (
            "in: query, schema",
            "in: query, required: true, schema",
            ["POST /orders: the query parameter `lang` is required now"],
        ),
        (
            "- {name: lang, in: query",
            "- {name: tongue, in: query",
            ["POST /orders: the query parameter `lang` is gone"],
        ),
        (
            "maxLength: 5",
            "maxLength: 4",
            ["POST /orders: the query parameter `lang` has another `maxLength`: `4`, not `5`"],
        ),
        ("      requestBody:\n", "      requestBody:\n        required: true\n", [f"{BODY} is required now"]),
        (
            'application/json: {schema: {$ref: "#/components/schemas/Asked"}}',
            "text/csv: {}",
            [f"{BODY} is no longer application/json"],
        ),
        ("required: [item]", "required: [item, gift]", [f"{BODY}, `gift` is required now"]),
        ('gift: {type: [boolean, "null"]}', "gift: {type: boolean}", [f"{BODY}, `gift` takes no null any more"]),
        ("minLength: 1", "minLength: 2", [f"{BODY}, `item` has another `minLength`: `2`, not `1`"]),
        (
            "item: {type: string, minLength: 1}",
            "item: {type: string, minLength: 1, enum: [a]}",
            [f"{BODY}, `item` takes certain values only now"],
        ),
        (
            "{type: object, required: [item]",
            "{type: object, required: [item], additionalProperties: false",
            [f"{BODY} takes no other fields any more"],
        ),
        ('"200":', '"201":', [f"{ANSWER} is gone"]),
        ("X-Number: {required: true,", "X-Number: {", [f"{ANSWER} may lack the header `X-Number` now"]),
        ("properties: {id: {type: string}}", "properties: {}", [f"{ANSWER}, `id` is gone"]),
        ("required: [id, state]", "required: [id]", [f"{ANSWER}, `state` may be missing now"]),
        ("[open, paid]", "[open, paid, sent]", [f"{ANSWER}, `state` may be `sent` now"]),
        (
            "{type: string, enum: [open, paid]}",
            "{type: string}",
            [f"{ANSWER}, `state` is no longer one of certain values"],
        ),
        (
            "properties: {id: {type: string}}",
            "properties: {id: {type: [string, integer]}}",
            [f"{ANSWER}, `id` may be integer now"],
        ),
        ("{type: number, minimum: 0}", "{type: number}", [f"{ANSWER}, `paid` may have another form now"]),
        ('{type: "null"}]', '{type: "null"}, {type: boolean}]', [f"{ANSWER}, `paid` may have another form now"]),
        (
            "allOf: [",
            "not: {type: string}\n      allOf: [",
            [f"{ANSWER} has another `not`, which infragen cannot compare"],
        ),
        (
            "paths:",
            "security: [{token: []}]\npaths:",
            [
                "POST /orders: who shows nothing is no longer let in",
                "GET /orders/{id}: who shows nothing is no longer let in",
            ],
        ),
    ],
)
def test_what_callers_would_notice_breaks(old: str, new: str, said: list[str]) -> None:
    assert found(USUAL, edited(USUAL, old, new)) == said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/orders/{id}:", "/orders/{number}:"),
        ("maxLength: 5", "maxLength: 6"),
        (
            "- {name: lang, in: query",
            "- {name: page, in: query, schema: {type: integer}}\n        - {name: lang, in: query",
        ),
        ("minLength: 1", "minLength: 0"),
        ("required: [item]", "required: []"),
        ("gift: {", "note: {type: string}, gift: {"),
        ("[open, paid]", "[open]"),
        ("required: [id, state]", "required: [id, state, paid]"),
        ("properties: {id: {type: string}}", "properties: {id: {type: string}, more: {type: string}}"),
        ('        "404": {description: none}\n', '        "409": {description: another}\n'),
        ("{type: number, minimum: 0}", "{type: integer, minimum: 1}"),
        ("info: {title: Orders", "info: {title: Everything"),
    ],
)
def test_more_that_is_taken_and_less_that_is_answered_breaks_nothing(old: str, new: str) -> None:
    after = edited(USUAL, old, new)
    assert found(USUAL, re.sub("name: id,", "name: number,", after) if "{number}" in after else after) == []


def test_one_of_several_ways_in_is_enough() -> None:
    both = edited(USUAL, "paths:", "security: [{token: []}, {key: []}]\npaths:")
    one = edited(USUAL, "paths:", "security: [{key: []}]\npaths:")
    assert found(one, both) == []
    lost = "who shows token is no longer let in"
    assert found(both, one) == [f"POST /orders: {lost}", f"GET /orders/{{id}}: {lost}"]


def test_a_change_stands_where_the_new_contract_has_it() -> None:
    new = edited(USUAL, "[open, paid]", "[open, paid, sent]")
    document = Document("v.yaml", {}, new)
    (change,) = breaking_changes(contract(USUAL), contract(new))
    location = document.locate(change.path, key=True)
    assert new.splitlines()[location.line - 1][location.column - 1 :].startswith("state: ")


def test_figures_are_numbers_and_texts_in_quotes_are_not() -> None:
    text = 'a: 1.5\nb: "1.5"\nc: -2e3\nd: 1.2.3\n'
    assert contract_of(Document("v.yaml", {}, text)).value == {"a": 1.5, "b": "1.5", "c": -2000.0, "d": "1.2.3"}


def test_what_many_schemas_hold_is_compared_once() -> None:
    """Each holds the next one twice, and one of two forms of it: 2**40 ways lead to the last."""
    holders = (
        f"    N{one}: {{allOf: [true, {{type: object}}], oneOf: [{ref}, {{type: 'null'}}],"
        f" properties: {{a: {ref}, b: {ref}}}}}"
        for one in range(40)
        for ref in [f"{{$ref: '#/components/schemas/N{one + 1}'}}"]
    )
    last = "    N40: {type: object, properties: {name: {type: string}, first: {$ref: '#/components/schemas/N0'}}}"
    old = edited(USUAL, "    Order:\n", "\n".join((*holders, last, "    Order:\n")))
    old = edited(old, '{schema: {$ref: "#/components/schemas/Order"}}', "{schema: {$ref: '#/components/schemas/N0'}}")
    new = edited(old, "{name: {type: string},", "{name: {type: integer},")
    said = found(old, new)
    assert any(one.endswith(".name` may be integer now") for one in said), said


def secured(*ways: str) -> Any:
    return contract(USUAL.replace("components:", f"security: [{', '.join(ways)}]\ncomponents:", 1))


def test_ways_in_are_looked_up_not_compared_each_with_each() -> None:
    def read(number: int) -> int:
        old, new = (secured(*(f"{{{name}{at}: []}}" for at in range(number))) for name in ("key", "token"))
        return calls(lambda: [*breaking_changes(old, new)])

    assert read(400) < 5 * read(100)


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (["{key: []}", "{token: []}"], ["{token: []}", "{key: []}"], []),
        (["{key: [], token: []}"], ["{token: []}"], []),
        (["{key: []}"], ["{key: [], token: []}"], ["key"]),
        (["{key: []}", "{}"], ["{token: []}"], ["key", "nothing"]),
        (["{key: []}"], ["{token: []}", "{}"], []),
    ],
)
def test_a_way_in_stays_where_no_more_is_asked_for(old: list[str], new: list[str], gone: list[str]) -> None:
    found = {change.subject.rpartition(" shows ")[2] for change in breaking_changes(secured(*old), secured(*new))}
    assert found == {*gone}


def test_ways_in_of_many_operations_have_an_end() -> None:
    paths = "".join(f"  /a{number}: {{get: {{responses: {{'204': {{description: x}}}}}}}}\n" for number in range(600))
    old, new = (
        contract(
            USUAL.replace(
                "paths:\n", f"security: [{', '.join(f'{{{name}{at}: []}}' for at in range(100))}]\npaths:\n{paths}"
            )
        )
        for name in ("key", "token")
    )
    assert [*breaking_changes(old, new)][-1].said == "is too large, or too deep, for infragen to compare all of it"
