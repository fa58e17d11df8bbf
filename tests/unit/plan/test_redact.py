from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infragen.plan import parse_plan
from infragen.plan.redact import COMMON_WORDS, MASK, Taints
from tests.unit.plan.plans import all_of, plan, resource, update

SECRET = 'p"ä<s>\\s&w/0rd'


def elsewhere(secret: Any, shown: str) -> str:
    """Return what a plan shows of `shown`, when `secret` is marked at another place."""
    content = update({"s": 1, "open": 1}, {"s": secret, "open": shown}, after_sensitive={"s": True})
    return all_of(parse_plan(content))


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        f"postgres://admin:{SECRET}@db/app",
        json.dumps({"password": SECRET}),
        json.dumps({"password": SECRET}, ensure_ascii=False),
        json.dumps(json.dumps({"password": SECRET})),
        "https://x.test/?token=" + quote(SECRET, safe=""),
        *(base64.b64encode(b"x" * shift + SECRET.encode() + b"tail").decode() for shift in range(4)),
    ],
)
def test_a_marked_value_is_found_in_any_other_text(form: str) -> None:
    shown = elsewhere(SECRET, form)
    assert SECRET not in shown
    assert "0rd" not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("drift", {"resource_drift": [resource("a.b", ["update"], {"x": SECRET}, {}, before_sensitive={"x": True})]}),
        ("output", {"output_changes": {"o": {"actions": ["create"], "after": [SECRET], "after_sensitive": True}}}),
        ("planned output", {"planned_values": {"outputs": {"o": {"sensitive": True, "value": SECRET}}}}),
        (
            "prior state",
            {
                "prior_state": {
                    "values": {
                        "root_module": {
                            "child_modules": [
                                {"resources": [{"values": {"a": SECRET}, "sensitive_values": {"a": True}}]}
                            ]
                        }
                    }
                }
            },
        ),
        (
            "variable",
            {
                "variables": {"v": {"value": {"a": SECRET}}},
                "configuration": {"root_module": {"variables": {"v": {"sensitive": True}}}},
            },
        ),
        (
            "default in a module",
            {
                "configuration": {
                    "root_module": {
                        "module_calls": {"m": {"module": {"variables": {"v": {"default": SECRET, "sensitive": True}}}}}
                    }
                }
            },
        ),
    ],
)
def test_a_mark_anywhere_in_the_plan_hides_the_value_everywhere(place: str, more: dict[str, Any]) -> None:
    content = plan(resource("aws_x.a", ["update"], {"a": 1}, {"a": f"x {SECRET}"}), **more)
    assert "0rd" not in all_of(parse_plan(content)), place


def test_secrets_are_hidden_in_keys_addresses_ids_and_messages() -> None:
    secret = "s3cr3t-value"
    item = resource(
        f'aws_x.a["{secret}"]',
        ["update"],
        {"m": {secret: 1}},
        {"m": {secret: 2}, "s": secret},
        after_sensitive={"s": True},
        importing={"id": f"id/{secret}"},
        index=secret,
        previous_address=f'aws_x.b["{secret}"]',
    )
    problems = [{"message": f"bad {secret}"}]
    checks = [{"instances": [{"address": {"to_display": "x"}, "problems": problems}]}]
    assert secret not in all_of(parse_plan(plan(item, checks=checks)))


@pytest.mark.parametrize("secret", ["abc", "1", 12, 999, True, None, "true", "default", *sorted(COMMON_WORDS)])
def test_short_and_common_values_are_hidden_only_where_they_are_marked(secret: Any) -> None:
    text = "abc 1 12 999 true default null None"
    content = update({"s": 0, "open": 1}, {"s": secret, "open": text}, after_sensitive={"s": True})
    attributes = {a.path: a.after for a in parse_plan(content).changes[0].attributes}
    assert attributes["open"] == f'"{text}"'
    assert attributes.get("s") in {MASK, None}


def test_names_that_the_code_gives_stay() -> None:
    content = plan(
        resource("module.planning.aws_x.planning", ["update"], {"planning": 1}, {"planning": "planning"},
                 after_sensitive={"planning": True}),
    )  # fmt: skip
    (change,) = parse_plan(content).changes
    assert change.address == "module.planning.aws_x.planning"
    assert [(a.path, a.after) for a in change.attributes] == [("planning", MASK)]


@pytest.mark.parametrize("mark", [["x"], "yes", 1, {"s": "odd"}, [True]])
def test_a_mark_of_a_shape_that_does_not_fit_hides_the_whole_value(mark: Any) -> None:
    content = update({"s": {"k": "old-value"}}, {"s": {"k": "new-value"}}, after_sensitive=mark, before_sensitive=mark)
    assert "-value" not in all_of(parse_plan(content))


@given(
    secret=st.text(min_size=4, max_size=30).filter(lambda s: len(s.strip()) >= 4 and s not in COMMON_WORDS),
    around=st.tuples(st.text(max_size=10), st.text(max_size=10)),
)
def test_a_tainted_value_never_survives_cleaning(secret: str, around: tuple[str, str]) -> None:
    cleaned = Taints([secret]).clean(around[0] + secret + around[1])
    assert secret not in cleaned or secret in MASK


@given(st.lists(st.text(alphabet="abc", min_size=4, max_size=8), min_size=1, max_size=4))
def test_values_that_overlap_leave_no_rest(secrets: list[str]) -> None:
    cleaned = Taints(secrets).clean("".join(secrets))
    assert cleaned.replace(MASK, "") == ""
