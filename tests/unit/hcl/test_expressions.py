"""Expressions come to what Terraform makes of them; what is known only after apply stays recognizable in texts."""

from __future__ import annotations

import json

import pytest

from infragen.hcl.expressions import evaluated
from infragen.hcl.later import Known, Later, UnevaluatedError, marked

ARN = Later("aws_sqs_queue.this", "arn")
NAMES = {
    "var": {"name": "orders", "list": ["b", "a"], "map": {"x": {"n": 1}, "y": {"n": 2}}, "none": None, "yes": True},
    "aws_sqs_queue": {"this": {"arn": ARN}},
}


def scope(name: str) -> object:
    if name not in NAMES:
        raise UnevaluatedError(name)
    return NAMES[name]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("-(1 + 2)", -3),
        ("7 % 4 == 3 && !false", True),
        ("var.yes ? \"a\" : \"b\"", "a"),
        ("var.none == null", True),
        ("var.list[0]", "b"),
        ("var.map[\"x\"].n", 1),
        ("var.map.x[\"n\"]", 1),
        ("\"${var.name}-${1 + 1}-$${x}\\n\"", "orders-2-${x}\n"),
        ("\"${var.list}\"", ["b", "a"]),
        ("[for one in var.list : \"${one}!\" if one != \"a\"]", ["b!"]),
        ("{ for key, one in var.map : key => one.n }", {"x": 1, "y": 2}),
        ("{ for one in [1, 2, 3] : one % 2 => one... }", {"1": [1, 3], "0": [2]}),
        ("[for one in [{ a = 1 }, { a = 2 }] : one.a]", [1, 2]),
        ("values(var.map)[*].n", [1, 2]),
        ("var.none[*]", []),
        ("{\n  a = 1 # one\n  \"b c\" : 2, (var.name) = [\n    3,\n  ]\n}", {"a": 1, "b c": 2, "orders": [3]}),
        ("try(var.none.x, var.map.z, \"else\")", "else"),
        ("can(var.map.z)", False),
        ("max([1, 5]...)", 5),
        ("sum([1, 2, 0.5])", 3.5),
        ('substr(sha256("a"), 0, 8)', "ca978112"),
        ("merge({ a = 1 }, null, { a = 2, b = 3 })", {"a": 2, "b": 3}),
        ("toset([\"b\", \"a\", \"b\"])", ["a", "b"]),
        ("toset([[1], [2], [1]])", [[1], [2]]),
        ("setsubtract([\"a\", \"b\", \"c\"], [\"b\"])", ["a", "c"]),
        ("setintersection([{ a = 1 }, { a = 2 }], [{ a = 2 }])", [{"a": 2}]),
        ("join(\",\", sort(var.list))", "a,b"),
        ("lookup(var.map, \"z\", 5)", 5),
        ("jsonencode({ b = [1, true, null], a = \"é\" })", '{"a":"é","b":[1,true,null]}'),
        ("<<-EOT\n    {\n      \"x\": \"${var.name}\"\n    }\n  EOT\n", '{\n  "x": "orders"\n}\n'),
        ("split(\":\", \"a:b\")[1]", "b"),
        ("replace(\"a-b\", \"/[a-z]/\", \"x\")", "x-x"),
    ],
)  # fmt: skip
def test_an_expression_comes_to(text: str, value: object) -> None:
    assert evaluated(text, scope) == value


@pytest.mark.parametrize(
    "text", ["nobody.x", "var.missing", "unknown(1)", "1 +", "[1", "\"%{ if true }x%{ endif }\"", "1 2", "var.name.x"]
)  # fmt: skip
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    with pytest.raises(UnevaluatedError):
        evaluated(text, scope)


def test_what_is_known_later_is_found_again_in_a_text() -> None:
    text = evaluated('jsonencode({ Resource = "${aws_sqs_queue.this.arn}/*" })', scope)
    assert list(marked(json.loads(str(text))["Resource"])) == [Known("aws_sqs_queue.this", "arn"), "/*"]


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("aws_sqs_queue.this.arn.x[0]", "arn.x[0]"),
        ("split(\":\", aws_sqs_queue.this.arn)[5]", "split(arn)[5]"),
        ("join(\":\", slice(split(\":\", \"${aws_sqs_queue.this.arn}:key::\"), 0, 7))", "join(slice(split(arn)))"),
        ("coalesce(var.none, aws_sqs_queue.this.arn)", "arn"),
    ],
)  # fmt: skip
def test_what_is_made_of_it_is_still_about_it(text: str, attribute: str) -> None:
    assert list(marked(str(evaluated(text, scope)))) == [Known("aws_sqs_queue.this", attribute)]


@pytest.mark.parametrize(
    "text",
    [
        "aws_sqs_queue.this.arn == \"x\"",
        "startswith(aws_sqs_queue.this.arn, \"arn\")",
        "length(aws_sqs_queue.this.arn)",
        "[for one in aws_sqs_queue.this.arn : one]",
        "contains([aws_sqs_queue.this.arn], \"x\")",
    ],
)  # fmt: skip
def test_what_is_known_later_decides_nothing(text: str) -> None:
    with pytest.raises(UnevaluatedError):
        evaluated(text, scope)


def test_what_is_known_later_is_there() -> None:
    assert evaluated("aws_sqs_queue.this.arn == null", scope) is False
    assert evaluated("aws_sqs_queue.this.arn == aws_sqs_queue.this.arn", scope) is True


def test_loops_in_loops_end() -> None:
    """Each costs time, and a plan has as many expressions as somebody likes."""
    loops = "length([for a in range(1000) : length([for b in range(1000) : a])])"
    with pytest.raises(UnevaluatedError, match="its loops take too long"):
        evaluated(loops, lambda _: 0)
    with pytest.raises(UnevaluatedError, match="its loops take too long"):
        evaluated("[for a in range(1000) : length(range(1001)[*])]", lambda _: 0)
    assert evaluated("length([for a in range(1000) : length([for b in range(400) : a])])", lambda _: 0) == 1_000
