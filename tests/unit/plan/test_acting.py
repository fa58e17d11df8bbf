"""Plans that act in ways besides the usual ones: none of them is "no changes", a refusal, or left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.plan import Action, ChangeSet, Level, RiskKind, parse_plan
from infragen.report import github, html, junit, markdown, sarif, terminal
from infragen.report import json as json_report
from infragen.report.severity import risk_of
from infragen.workflow.ci.fail_on import parse_fail_on
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, Callable[[ChangeSet, str], str]] = {
    "terminal": lambda change_set, target: terminal.render(change_set, target, width=120),
    "markdown": markdown.render,
    "html": html.render,
    "json": json_report.render,
    "junit": junit.render,
    "sarif": sarif.render,
    "github": github.render,
}


def invocation(kind: str, **trigger: Any) -> dict[str, Any]:
    """Return an invoked action; it is invoked on request unless a resource triggers it."""
    how = {"lifecycle_action_trigger": trigger} if trigger else {"invoke_action_trigger": {}}
    return {
        "address": f"action.{kind}.x",
        "type": kind,
        "name": "x",
        "config_values": {},
        "config_sensitive": {},
        **how,
    }


def ephemeral(word: str, kind: str = "aws_secretsmanager_secret_version") -> dict[str, Any]:
    """Return an ephemeral resource as OpenTofu 1.11 lists it."""
    return {**resource(f"ephemeral.{kind}.master", [word]), "mode": "ephemeral"}


def failures(change_set: ChangeSet) -> tuple[str, ...]:
    return parse_fail_on(["change", "risk>=low", "destroy"]).failures(change_set)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("aws_ec2_stop_instance", "the machine is stopped"),
        ("aws_rds_cluster_instance_reboot", "the instance restarts"),
        ("aws_odb_stop_db_node", "the database's node is stopped"),
        ("aws_vpc_delete_default_vpc", "the region's default VPC is deleted"),
        ("aws_lambda_invoke", "what the action does is not judged"),
        ("aws_cloudfront_create_invalidation", "what the action does is not judged"),
        ("azurerm_virtual_machine_power", "what the action does is not judged"),
    ],
)
def test_an_invoked_action_is_counted_shown_and_gated(kind: str, reason: str) -> None:
    change_set = parse_plan(plan(action_invocations=[invocation(kind)]))
    assert not change_set.is_empty
    assert (risk_of(change_set).level, risk_of(change_set).reason) == (Level.MEDIUM, reason)
    assert failures(change_set) == ("change (1)", "risk>=low (1)")
    shown = {name: write(change_set, "x") for name, write in FORMATS.items()}
    assert not [name for name, text in shown.items() if kind not in text]
    assert not [name for name, text in shown.items() if "no changes" in text.lower() or "\u2705" in text]
    heads = [name for name, text in shown.items() if "Actions: 1 to invoke" in text]
    assert heads == ["terminal", "markdown", "html", "github"]
    assert json.loads(shown["json"])["summary"]["invoke"] == 1
    assert 'tests="1"' in shown["junit"]


@pytest.mark.parametrize(
    "kind",
    ["aws_s3_empty_bucket", "azurerm_managed_redis_databases_flush", "azurerm_managed_redis_flush_databases"],
)
def test_an_action_that_deletes_data_is_a_data_loss(kind: str) -> None:
    change_set = parse_plan(plan(action_invocations=[invocation(kind)]))
    assert (risk_of(change_set).level, risk_of(change_set).kind) == (Level.HIGH, RiskKind.DATA_LOSS)
    assert parse_fail_on(["risk>=high"]).failures(change_set) == ("risk>=high (1)",)


def test_an_action_beside_changes_gives_the_plan_its_grade_where_it_is_worse() -> None:
    trigger = {"triggering_resource_address": "aws_x.a", "action_trigger_event": "AfterCreate"}
    change_set = parse_plan(
        plan(resource("aws_x.a", ["create"], None, {}), action_invocations=[invocation("aws_lambda_invoke", **trigger)])
    )
    assert risk_of(change_set).kind is RiskKind.UNKNOWN
    text = FORMATS["terminal"](change_set, "x")
    assert "1 add, Actions: 1 to invoke" in text
    assert "after create of aws_x.a" in text
    assert failures(change_set) == ("change (2)", "risk>=low (2)")


@pytest.mark.parametrize("section", ["deferred_changes", "deferred_action_invocations"])
def test_what_waits_for_another_apply_is_in_the_heading_and_fails_every_gate_of_changes(section: str) -> None:
    waiting: dict[str, list[dict[str, Any]]] = {
        "deferred_changes": [{"reason": "x", "resource_change": resource("aws_x.a", ["create"], None, {})}],
        "deferred_action_invocations": [{"reason": "x", "action_invocation": invocation("aws_lambda_invoke")}],
    }
    change_set = parse_plan(plan(**{section: waiting[section]}))
    assert "1 deferred" in FORMATS["markdown"](change_set, "x").splitlines()[0]
    assert failures(change_set)
    assert all("cannot be told: incomplete plan" in one for one in failures(change_set))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("open", "aws_secretsmanager_secret_version"),
        ("open", "vault_kv_secret_v2"),
        ("renew", "vault_database_secret"),
        ("close", "aws_ssm_parameter"),
    ],
)
def test_an_ephemeral_resource_is_counted_and_shown_and_brings_no_risk(word: str, kind: str) -> None:
    change_set = parse_plan(plan(ephemeral(word, kind)))
    assert change_set.summary.open == 1
    assert change_set.only_looks
    assert failures(change_set) == ("change (1)",)
    assert "1 open" in FORMATS["markdown"](change_set, "x").splitlines()[0]
    assert f"{word} 1" in FORMATS["terminal"](change_set, "x")


@pytest.mark.parametrize("words", [["explode"], ["hibernate"], ["create", "audit"], ["update", "verify"]])
def test_an_action_that_no_one_knows_is_counted_shown_and_gated(words: list[str]) -> None:
    change_set = parse_plan(plan(resource("aws_x.a", words, {"a": 1}, {"a": 2})))
    (change,) = change_set.changes
    assert change.action is Action.UNKNOWN
    assert change.risks[0].level is Level.MEDIUM
    assert ", ".join(words) in change.risks[0].reason
    assert failures(change_set) == ("change (1)", "risk>=low (1)")
    assert all("no changes" not in write(change_set, "x").lower() for write in FORMATS.values())


@pytest.mark.parametrize(
    ("words", "action"),
    [
        (["update", "delete"], Action.DELETE),
        (["delete", "create", "verify"], Action.REPLACE_DELETE_FIRST),
        (["create", "verify", "delete"], Action.REPLACE_CREATE_FIRST),
        (["archive", "delete"], Action.DELETE),
    ],
)
def test_what_new_words_destroy_is_counted_as_destroyed(words: list[str], action: Action) -> None:
    change_set = parse_plan(plan(resource("aws_x.a", words, {"a": 1}, None)))
    assert change_set.changes[0].action is action
    assert change_set.summary.destroy == 1
    assert f"(terraform's words: {', '.join(words)})" in change_set.changes[0].risks[0].reason


@pytest.mark.parametrize(
    ("section", "items"), [("state_migrations", [{"a": 1}]), ("query_results", {"a": 1}), ("resource_evictions", ["x"])]
)
def test_a_section_of_a_newer_terraform_is_counted_shown_and_gated(section: str, items: Any) -> None:
    change_set = parse_plan(plan(**{section: items}))
    assert not change_set.is_empty
    assert failures(change_set) == ("change (1)", "risk>=low (1)")
    shown = {name: write(change_set, "x") for name, write in FORMATS.items()}
    assert not [name for name, text in shown.items() if section not in text]
    assert not [name for name, text in shown.items() if "no changes" in text.lower() or "Nothing changes" in text]


@pytest.mark.parametrize("value", [[], {}, None, "text", 3, True])
def test_a_section_without_items_says_nothing(value: Any) -> None:
    assert parse_plan(plan(generated_by=value)) == parse_plan(plan())


def test_what_an_unknown_section_holds_is_not_shown() -> None:
    change_set = parse_plan(plan(new_section=[{"password": "never-to-be-shown"}]))
    assert not [name for name, write in FORMATS.items() if "never-to-be-shown" in write(change_set, "x")]
