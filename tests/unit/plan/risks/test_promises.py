"""What every judge promises, whatever stands in a plan."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infragen.plan import Action, Level, parse_plan
from infragen.plan.risk import REVISIONS
from infragen.plan.risks import JUDGES, risks_of, types
from infragen.plan.risks.types import LEAVES_NO_GAP, NEVER_OLDER, NEVER_SMALLER, PROTECTIONS, WITHOUT, considered
from infragen.plan.view import RawObjects, View
from infragen.redaction.provider_schemas import TypeSchema
from infragen.redaction.redactor import Redactor
from infragen.tables import own_table
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import ACTIONS, judged

if TYPE_CHECKING:
    from collections.abc import Collection

PROVIDER = considered()

_words = st.sampled_from(
    [
        "*", "NONE", "0.0.0.0/0", "::/0", "ingress", "tcp", "-1", "ENABLED", "db.r6g.large", "{}", "all", "", "Asia",
        "198.51.0.0/16", "sun:00:00-sun:01:00", "00:00-01:00",
    ]
)  # fmt: skip
_leaves = st.none() | st.booleans() | st.integers(-1, 70_000) | _words | st.text(max_size=8)
_values = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3), max_leaves=8
)
# Names that judges ask for, so that strange values meet them.
_names = st.sampled_from(
    [
        "policy", "ingress", "cidr_ipv4", "cidr_blocks", "from_port", "to_port", "ip_protocol", "skip_final_snapshot",
        "final_snapshot_identifier", "deletion_protection", "backup_retention_period", "assume_role_policy", "ttl",
        "instance_class", "engine_version", "desired_count", "publicly_accessible", "internal", "state", "acl",
        "default_action", "rule", "scaling_config", "vpc_config", "access_policies", "inline_policy", "policy_arn",
        "root_block_device", "versioning_configuration", "retention_in_days", "point_in_time_recovery", "group",
        "managed_policy_arns", "permissions_boundary", "arn", "allow", "source_ranges", "security_rule", "member",
        "authorization", "http_method", "shared_accounts", "ssl_policy", "protocol", "type", "role", "threshold",
        "alarm_actions", "comparison_operator", "container_definitions", "network_configuration", "kms_key_id",
        "environment", "failover_routing_policy", "num_node_groups", "timezone", "maintenance_window", "condition",
        "action", "recovery_window_in_days", "message_retention_seconds", "schedule_expression_timezone",
        "metric_query", "replicate_source_db", "enable_deletion_protection", "disable_api_termination",
    ]
)  # fmt: skip
_objects = st.dictionaries(_names, _values, max_size=6)
_sides = st.tuples(st.none() | _objects, st.none() | _objects)
_policies = st.fixed_dictionaries(
    {
        "Statement": _values
        | st.lists(
            st.dictionaries(
                st.sampled_from(
                    ["Effect", "Action", "NotAction", "Principal", "NotPrincipal", "Resource", "Condition"]
                ),
                _values | st.just("Allow"),
                max_size=5,
            ),
            max_size=2,
        )
    }
).map(json.dumps)


@pytest.mark.parametrize("names", [JUDGES, REVISIONS, LEAVES_NO_GAP, WITHOUT, PROTECTIONS, NEVER_OLDER, NEVER_SMALLER])
def test_every_type_in_a_table_is_one_of_the_provider(names: Collection[str]) -> None:
    assert {name for name in names if name.startswith("aws_")} <= PROVIDER


def test_every_row_of_the_table_has_a_way_to_judge() -> None:
    folder = Path(types.__file__).parent
    calls = [call for path in folder.glob("*.py") for call in ast.walk(ast.parse(path.read_text()))]
    found = {
        (ast.literal_eval(call.args[0]), way.arg)
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "rows"
        for way in call.keywords
    }
    assert found == {(part, way) for part, ways in own_table(types.__file__, "judges.toml").items() for way in ways}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(JUDGES)), st.sampled_from(sorted(ACTIONS)), _sides, st.tuples(_values, _values))
def test_no_shape_makes_a_judge_fail(name: str, action: str, sides: tuple[Any, Any], marks: tuple[Any, Any]) -> None:
    unknown, mark = marks
    risks = judged(name, action, *sides, after_unknown=unknown, before_sensitive=mark, after_sensitive=mark)
    assert risks
    assert list(risks) == sorted(risks, key=lambda risk: -risk.level)
    assert all(risk.reason and "\n" not in risk.reason and len(risk.reason) <= 240 for risk in risks)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["aws_iam_policy", "aws_s3_bucket_policy", "aws_iam_role", "aws_kms_key"]), _policies, _policies)
def test_no_policy_makes_a_judge_fail(name: str, before: str, after: str) -> None:
    sides = [{"policy": text, "assume_role_policy": text} for text in (before, after)]
    assert judged(name, "update", *sides)


SECRET = "FAKE-SECRET-0123"
_DOCUMENT = json.dumps(
    {"Statement": [{"Effect": "Allow", "Action": SECRET, "Resource": "*", "Principal": {"AWS": ["*", SECRET]}}]}
)
_SHOWN = (
    "acl", "cidr_ipv4", "db_cluster_instance_class", "engine_version", "final_snapshot_identifier",
    "final_snapshot_name", "group", "instance_class", "instance_type", "node_type", "role", "ssl_policy", "version",
)  # fmt: skip


def _with_secret(name: str, action: str) -> dict[str, Any]:
    old = dict.fromkeys(_SHOWN, f"{SECRET}-old") | {"policy": "{}", "assume_role_policy": "{}", "master": SECRET}
    new = dict.fromkeys(_SHOWN, SECRET) | {"policy": _DOCUMENT, "assume_role_policy": _DOCUMENT, "master": SECRET}
    before, after = (None if action == "create" else old), (None if action == "delete" else new)
    marks = {"before_sensitive": {"master": True}, "after_sensitive": {"master": True}}
    return resource(f"{name}.{action.replace(' ', '_')}", ACTIONS[action], before, after, **marks)


def test_a_secret_stands_in_no_reason() -> None:
    items = [_with_secret(name, action) for name in JUDGES for action in ("delete", "update", "replace", "create")]
    risks = [risk for change in parse_plan(plan(*items)).changes for risk in change.risks]
    assert len(risks) >= len(items)
    assert not [risk for risk in risks if SECRET in risk.reason]
    assert [risk for risk in risks if "(sensitive)" in risk.reason]


def _closed(name: str, action: Action) -> View:
    """Return a view that fails when anything inside it is looked at."""
    return View("x", name, action, TypeSchema(), (), RawObjects(_Closed(), _Closed(), None, None, None), Redactor(()))


class _Closed(dict[str, object]):
    def get(self, *_: object) -> object:
        raise AssertionError("a judge opened an object of a type that nobody knows")


@pytest.mark.parametrize("action", [one for one in Action if one is not Action.UPDATE])
def test_an_object_of_an_unknown_type_is_judged_unopened(action: Action) -> None:
    assert risks_of(_closed("acme_thing", action))


def test_what_only_moves_is_judged_unopened() -> None:
    for action in (Action.MOVE, Action.IMPORT, Action.NO_OP, Action.READ, Action.FORGET):
        assert risks_of(_closed("aws_db_instance", action))[0].level <= Level.MEDIUM
