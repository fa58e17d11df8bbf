from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plan.lenses.saying import changes, said

RULE = {
    "from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"], "ipv6_cidr_blocks": [],
    "prefix_list_ids": [], "security_groups": [], "self": False, "description": "",
}  # fmt: skip


def told(before: list[Any], after: list[Any]) -> list[tuple[str, str | None, str | None]]:
    return said("aws_security_group", {"ingress": before}, {"ingress": after})


@pytest.mark.parametrize(
    ("rule", "service", "source"),
    [
        ({}, "tcp 443", "10.0.0.0/8"),
        ({"description": 'the "web"'}, "tcp 443", r'10.0.0.0/8 "the \"web\""'),
        ({"to_port": 500}, "tcp 443-500", "10.0.0.0/8"),
        ({"protocol": "-1", "from_port": 0, "to_port": 0}, "all", "10.0.0.0/8"),
        ({"protocol": "-1", "from_port": 0, "to_port": 65535}, "all 0-65535", "10.0.0.0/8"),
        ({"protocol": "icmp", "from_port": 8, "to_port": 0}, "icmp type 8 code 0", "10.0.0.0/8"),
        ({"protocol": "icmp", "from_port": 3, "to_port": -1}, "icmp type 3 all codes", "10.0.0.0/8"),
        ({"protocol": "icmp", "from_port": -1, "to_port": -1}, "icmp all", "10.0.0.0/8"),
        ({"protocol": "50", "from_port": 0, "to_port": 0}, "protocol 50 0", "10.0.0.0/8"),
        ({"cidr_blocks": [], "self": True}, "tcp 443", "itself"),
        (
            {"cidr_blocks": ["::/0"], "security_groups": ["sg-1"], "prefix_list_ids": ["pl-1"]},
            "tcp 443",
            "::/0, pl-1, sg-1",
        ),
        ({"cidr_blocks": []}, "tcp 443", "nothing"),
        ({"odd": 1}, "tcp 443", "10.0.0.0/8 odd 1"),
    ],
)
def test_a_rule_reads_like_one_of_a_firewall(rule: dict[str, Any], service: str, source: str) -> None:
    assert told([], [{**RULE, **rule}]) == [(f"ingress {service}", None, source)]
    assert told([{**RULE, **rule}], []) == [(f"ingress {service}", source, None)]


def test_only_the_sources_that_differ_are_told() -> None:
    wider = {**RULE, "cidr_blocks": ["0.0.0.0/0", "10.0.0.0/8"]}
    (change,) = changes("aws_security_group", {"ingress": [RULE]}, {"ingress": [wider]})
    assert (change.path, change.before, change.after, change.note) == (
        "ingress tcp 443", None, "0.0.0.0/0", "1 other unchanged",
    )  # fmt: skip


def test_rules_that_are_only_divided_otherwise_are_told_as_the_provider_has_them() -> None:
    both = {**RULE, "cidr_blocks": ["10.0.0.0/8", "11.0.0.0/8"]}
    assert told([both], [RULE, {**RULE, "cidr_blocks": ["11.0.0.0/8"]}])


def test_a_description_that_changes_is_told_with_its_source() -> None:
    assert told([{**RULE, "description": "a"}], [{**RULE, "description": "b"}]) == [
        ("ingress tcp 443", '10.0.0.0/8 "a"', '10.0.0.0/8 "b"')
    ]


def test_a_rule_of_its_own_that_keeps_its_source_is_called_by_it() -> None:
    before = {"ip_protocol": "tcp", "from_port": 1, "to_port": 1, "cidr_ipv4": "10.0.0.0/8"}
    assert said("aws_vpc_security_group_ingress_rule", before, {**before, "to_port": 9}) == [
        ("rule for 10.0.0.0/8", "ingress tcp 1", "ingress tcp 1-9")
    ]


def test_a_replaced_rule_is_marked_by_what_forces_it() -> None:
    before = {"type": "ingress", "protocol": "tcp", "from_port": 1, "to_port": 1, "cidr_blocks": ["10.0.0.0/8"]}
    after = {**before, "cidr_blocks": ["0.0.0.0/0"]}
    (change,) = changes("aws_security_group_rule", before, after, replace_paths=[["cidr_blocks"]])
    assert (change.path, change.forces_replacement) == ("ingress tcp 1", True)


def test_a_source_that_is_not_known_yet_is_a_source() -> None:
    after = {"ip_protocol": "-1", "description": "x"}
    (change,) = changes(
        "aws_vpc_security_group_egress_rule", None, after, after_unknown={"referenced_security_group_id": True}
    )
    assert (change.path, change.after, change.unknown) == ("egress all", '(known after apply) "x"', True)


@pytest.mark.parametrize("value", ["x", 1, True, ["x"], [1], [None], {"a": 1}, [[RULE]]])
def test_what_is_no_rule_is_told_as_it_is(value: Any) -> None:
    assert said("aws_security_group", {"ingress": [RULE]}, {"ingress": value})
    assert said("aws_security_group", {"ingress": value}, {"ingress": [RULE]})
