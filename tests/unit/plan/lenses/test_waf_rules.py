from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plan.lenses.saying import said

FIELD = [{"uri_path": [{}], "method": []}]
LOWER = [{"priority": 0, "type": "LOWERCASE"}]
GEO = {"geo_match_statement": [{"country_codes": ["JP", "US"], "forwarded_ip_config": []}]}


def rule(statement: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": "r",
        "priority": 1,
        "statement": [{**statement, "xss_match_statement": []}],
        "rule_label": [],
        **more,
    }


def told(before: list[Any], after: list[Any]) -> list[tuple[str, str | None, str | None]]:
    return said("aws_wafv2_web_acl", {"rule": before}, {"rule": after})


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (GEO, "if country is JP, US"),
        ({"asn_match_statement": [{"asn_list": [1, 2]}]}, "if ASN is 1, 2"),
        ({"ip_set_reference_statement": [{"arn": "arn:x"}]}, "if IP is in arn:x"),
        ({"label_match_statement": [{"scope": "LABEL", "key": "a:b"}]}, "if LABEL is a:b"),
        (
            {
                "byte_match_statement": [
                    {
                        "search_string": "/a b",
                        "positional_constraint": "EXACTLY",
                        "field_to_match": FIELD,
                        "text_transformation": LOWER,
                    }
                ]
            },
            'if uri_path EXACTLY "/a b" after 0 LOWERCASE',
        ),
        (
            {"regex_match_statement": [{"regex_string": "^a", "field_to_match": [{"single_header": [{"name": "h"}]}]}]},
            'if header h matches "^a"',
        ),
        (
            {
                "size_constraint_statement": [
                    {"comparison_operator": "GT", "size": 9, "field_to_match": [{"body": [{}]}]}
                ]
            },
            "if body size GT 9",
        ),
        ({"not_statement": [{"statement": [GEO]}]}, "if not (country is JP, US)"),
        (
            {"or_statement": [{"statement": [GEO, {"asn_match_statement": [{"asn_list": [3]}]}]}]},
            "if (country is JP, US or ASN is 3)",
        ),
        (
            {"rate_based_statement": [{"limit": 9, "aggregate_key_type": "IP", "scope_down_statement": [GEO]}]},
            "limit 9 requests, counted by IP, only if country is JP, US",
        ),
        (
            {
                "managed_rule_group_statement": [
                    {
                        "vendor_name": "AWS",
                        "name": "N",
                        "rule_action_override": [{"name": "O", "action_to_use": [{"count": [{}]}]}],
                    }
                ]
            },
            "managed rules AWS N, override O count",
        ),
        ({"rule_group_reference_statement": [{"arn": "arn:g"}]}, "rule group arn:g"),
        ({"new_statement": [{"a": 1, "b": []}]}, "if new_statement {a 1}"),
        ({"geo_match_statement": [{"country_codes": ["JP"], "new": "x"}]}, 'if country is JP with {new "x"}'),
    ],
)
def test_a_statement_reads_in_words(statement: dict[str, Any], words: str) -> None:
    assert told([], [rule(statement)]) == [("rule r", None, f"priority 1, {words}")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"priority": 1}, {"priority": 2}, ("priority", "1", "2")),
        (
            {"action": [{"block": [{}], "count": []}]},
            {"action": [{"block": [], "count": [{}]}]},
            ("action", "block", "count"),
        ),
        (
            {"override_action": [{"none": [{}]}]},
            {"override_action": [{"count": [{}]}]},
            ("override_action", "as its rules say", "count"),
        ),
        ({}, {"rule_label": [{"name": "x"}]}, ("label", None, "x")),
        (
            {"visibility_config": [{"sampled_requests_enabled": True}]},
            {"visibility_config": [{"sampled_requests_enabled": False}]},
            ("samples", "on", "off"),
        ),
        (
            {},
            {"captcha_config": [{"immunity_time_property": [{"immunity_time": 9}]}]},
            ("captcha_config", None, "immunity_time_property {immunity_time 9}"),
        ),
    ],
)
def test_a_rule_that_changes_is_told_part_by_part(before: Any, after: Any, expected: tuple[str, ...]) -> None:
    part, *sides = expected
    assert told([rule(GEO, **before)], [rule(GEO, **after)]) == [(f"rule r: {part}", *sides)]


def test_a_change_inside_a_long_statement_is_told_alone() -> None:
    group = {"vendor_name": "AWS", "name": "N", "scope_down_statement": [GEO]}
    limits = [
        {"rate_based_statement": [{"limit": limit, "evaluation_window_sec": 60, "aggregate_key_type": "IP"}]}
        for limit in (1, 2)
    ]
    assert told([rule(limits[0])], [rule(limits[1])]) == [("rule r: limit", "1 requests in 60 s", "2 requests in 60 s")]
    versions = [{"managed_rule_group_statement": [{**group, "version": version}]} for version in ("1", "2")]
    assert told([rule(versions[0])], [rule(versions[1])]) == [("rule r: version", '"1"', '"2"')]


def test_the_default_action_is_told_in_a_word() -> None:
    before, after = (
        {"default_action": [{"allow": allow, "block": block}]} for allow, block in (([{}], []), ([], [{}]))
    )
    assert said("aws_wafv2_web_acl", before, after) == [("default_action", "allow", "block")]


@pytest.mark.parametrize("value", ["x", 1, ["x"], [{"priority": 1}], [rule(GEO), rule(GEO)], {"name": "r"}])
def test_what_are_no_rules_with_names_is_told_as_it_is(value: Any) -> None:
    assert said("aws_wafv2_web_acl", {"rule": [rule(GEO)]}, {"rule": value})
    assert said("aws_wafv2_web_acl", {"rule": value}, {"rule": [rule(GEO)]})
