from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan import Action, Level, merge, parse_plan, read_plan
from infragen.report.severity import risk_of
from infragen.workflow.ci.fail_on import parse_fail_on
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource, update

if TYPE_CHECKING:
    from pathlib import Path

SOUND = update({"a": 1}, {"a": 2})


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "P201", "empty"),
        (b" \n ", "P201", "empty"),
        (b"[" * 100_000, "P202", "nested too deeply"),
        (b"PK\x03\x04rest", "P203", "saved plan file"),
        (gzip.compress(SOUND), "P203", "gzip"),
        (gzip.compress(SOUND, mtime=0)[:12] + b"cut", "P203", "gzip"),
        (gzip.compress(b"manifest.json\0" + SOUND, mtime=0), "P203", "`plan --out` saved"),
        (b"age-encryption.org/v1\n-> X25519 a", "P203", "encrypted with age"),
        (b'{"a": "\xff\xfe"}', "P204", "byte 7 is not utf-8"),
        (b'{"@level":"info","@message":"x"}\n{"@level":"info"}\n', "P205", "message stream"),
        (b'{"@level":"info","@message":"x"}\n', "P205", "message"),
        (SOUND + b"\n{}", "P206", "more text"),
        (SOUND[:-40], "P207", "truncated"),
        (b"terraform: plan\n" + SOUND, "P208", "not JSON"),
        (
            b"[command]/bin/terraform-bin show -json p\n" + SOUND,
            "P208",
            "line 1 is not JSON: what ran terraform printed it",
        ),
        (b"\nUsing 1.11.4\n" + SOUND, "P208", "line 2 is not JSON"),
        (b"$ " + SOUND, "P208", "the first line has 2 characters before the first brace"),
        (SOUND + b"\n\n::debug::Terraform exited with code 0.\n", "P206", "printed it (`::debug`)"),
        (SOUND + b'\n::set-output name=stdout::{"a": "hunter2"}\n', "P206", "printed it (`::set-output`)"),
        (b"{'a': 1}", "P208", "not JSON"),
        (b'{"format_version": NaN}', "P208", "NaN"),
        (b'["x"]', "P209", "an array"),
        (b'"x"', "P209", "a string"),
        (b"null", "P209", "null"),
        (b'{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x"}', "P210", "state file"),
        (b'{"format_version":"1.0","values":{}}', "P210", "of a state"),
        (b'{"format_version":"1.0","provider_schemas":{}}', "P211", "providers schema"),
        (b"{}", "P212", "no format_version"),
        (b'{"format_version":"2.0"}', "P213", "'2.0'"),
        (b'{"format_version":["1"]}', "P213", "of another type"),
        (b'{"format_version":"1.2","resource_changes":{}}', "P215", "resource_changes is not"),
        (b'{"format_version":"1.2","resource_changes":[1]}', "P215", "resource_changes[0]"),
        (b'{"format_version":"1.2","output_changes":[]}', "P215", "output_changes"),
        (b'{"format_version":"1.2","output_changes":{"o":1}}', "P215", "output_changes[...]"),
        (
            b'{"format_version":"1.2","resource_changes":[{"address":"a.b"}]}',
            "P216",
            "resource_changes[0] has no `change`",
        ),
        (b'{"format_version":"1.2","resource_changes":[{"change":{"actions":["read"]}}]}', "P217", "address"),
        (plan(resource("a.b", [])), "P218", "a.b: unknown actions []"),
        (SOUND.replace(b'["update"]', b'"update"'), "P218", "expected `array`"),
    ],
)
def test_what_is_not_a_plan_is_called_by_its_name(content: bytes, code: str, words: str) -> None:
    with pytest.raises(InfragenError) as caught:
        parse_plan(content, "given.json")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    assert words in diagnostic.message
    assert diagnostic.location
    assert diagnostic.location.file == "given.json"
    assert diagnostic.hint


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_plan_that_powershell_wrote_is_read(encoding: str) -> None:
    assert parse_plan(SOUND.decode().replace("\n", "\r\n").encode(encoding)) == parse_plan(SOUND)


def test_a_newer_minor_format_is_read_with_a_notice() -> None:
    newer = parse_plan(SOUND.replace(b'"1.2"', b'"1.99"'))
    assert newer.changes == parse_plan(SOUND).changes
    assert "1.99" in newer.notices[0]


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InfragenError, match=r"none\.json.*P214"):
        read_plan(tmp_path / "none.json")


def test_a_stream_is_read_like_a_file() -> None:
    assert read_plan(io.BytesIO(SOUND)) == parse_plan(SOUND)


def test_a_change_in_the_last_digit_of_a_long_number_is_seen() -> None:
    before, after = '{"n": 9007199254740992}', '{"n": 9007199254740993}'
    content = update(1, 2).replace(b'"before": 1', f'"before": {before}'.encode())
    content = content.replace(b'"after": 2', f'"after": {after}'.encode())
    (change,) = parse_plan(content).changes
    assert [(a.before, a.after) for a in change.attributes] == [("9007199254740992", "9007199254740993")]


def test_a_number_of_five_thousand_digits_is_no_trouble() -> None:
    (change,) = parse_plan(update({"n": 0}, {"n": 1}).replace(b'"n": 1', b'"n": ' + b"7" * 5000)).changes
    assert change.attributes[0].after == "7" * 5000


def test_deposed_objects_are_changes_of_their_own() -> None:
    change_set = read_plan(case("041").path)
    deposed = [change for change in change_set.changes if change.deposed]
    assert [(change.address, change.action) for change in deposed] == [
        ("terraform_data.a", Action.DELETE),
        ("terraform_data.b", Action.DELETE),
    ]
    assert change_set.unchanged == 1


def test_moves_and_imports_without_a_change_are_changes_of_their_own_kind() -> None:
    assert {change.action for change in read_plan(case("009").path).changes} == {Action.MOVE}
    imported = {change.address: change for change in read_plan(case("011").path).changes}
    assert imported["terraform_data.plain"].action is Action.IMPORT
    assert all(change.importing for change in imported.values())


def test_both_ways_to_replace_are_told_apart() -> None:
    (first,) = read_plan(case("004").path).changes
    (second,) = read_plan(case("005").path).changes
    assert (first.action, second.action) == (Action.REPLACE_DELETE_FIRST, Action.REPLACE_CREATE_FIRST)
    assert [a.path for a in first.attributes if a.forces_replacement] == ["triggers_replace.image"]


def test_an_address_that_is_missing_is_put_together() -> None:
    item = resource("module.m.aws_x.a", ["update"], {"a": 1}, {"a": 2}, module_address="module.m")
    del item["address"]
    assert parse_plan(plan(item)).changes[0].address == "module.m.aws_x.a"


def test_drift_that_does_not_matter_is_counted_not_shown() -> None:
    change_set = read_plan(case("017").path)
    assert [change.address for change in change_set.drift] == ["aws_ssm_parameter.a"]
    assert change_set.hidden_drift == 1


def test_failed_checks_and_failed_planning_are_notices() -> None:
    assert any("always fails" in notice for notice in read_plan(case("048").path).notices)
    failed = read_plan(case("053").path)
    assert failed.errored
    assert any("planning failed" in notice for notice in failed.notices)


@pytest.mark.parametrize(
    ("said", "passed", "failed"),
    [
        ({"condition_type": "ResourcePrecondition", "result": True, "unknown": False}, 1, []),
        ({"condition_type": "ResourcePostcondition", "result": False, "unknown": True}, 0, [("resource", "unknown")]),
        ({"condition_type": "OutputPrecondition", "result": False, "unknown": False}, 0, [("output_value", "fail")]),
    ],
)
def test_conditions_of_terraform_1_2_are_checks(said: dict[str, Any], passed: int, failed: list[Any]) -> None:
    conditions = [{"address": "aws_x.a", "error_message": "Too small." if failed else "", **said}]
    change_set = parse_plan(plan(condition_results=conditions))
    assert (change_set.passed_checks, change_set.unread) == (passed, ())
    assert [(one.kind, one.status) for one in change_set.checks] == failed
    assert [one.problems for one in change_set.checks] == [("Too small.",) for _ in failed]


def test_conditions_that_are_checks_as_well_are_told_once() -> None:
    instance = {"address": {"to_display": "aws_x.a"}, "status": "fail", "problems": [{"message": "Too small."}]}
    conditions = [{"//": "deprecated", "address": "aws_x.a", "result": False, "unknown": False}]
    checks = [{"address": {"kind": "resource"}, "status": "fail", "instances": [instance]}]
    change_set = parse_plan(plan(condition_results=conditions, checks=checks))
    assert [(one.address, one.status) for one in change_set.checks] == [("aws_x.a", "fail")]
    assert change_set.unread == ()


def test_deferred_changes_and_actions_are_read_and_not_counted() -> None:
    waiting = {"reason": "resource_config_unknown", "resource_change": resource("a.b", ["create"], None, {"x": 1})}
    invoked = {
        "address": "action.aws_lambda_invoke.warm",
        "type": "aws_lambda_invoke",
        "lifecycle_action_trigger": {"triggering_resource_address": "a.c", "action_trigger_event": "AfterCreate"},
    }
    change_set = parse_plan(plan(deferred_changes=[waiting], action_invocations=[invoked]))
    (deferred,) = change_set.deferred
    assert (deferred.reason, deferred.change.address, deferred.change.action) == (
        "resource config unknown",
        "a.b",
        Action.CREATE,
    )
    assert [one.address for one in change_set.invocations] == ["action.aws_lambda_invoke.warm"]
    assert change_set.summary.add == 0
    assert not change_set.is_empty


@pytest.mark.parametrize(
    ("actions", "add", "forget"), [(["create", "forget"], 1, 1), (["forget", "create"], 1, 1), (["forget"], 0, 1)]
)
def test_forgetting_is_neither_destroying_nor_nothing(actions: list[str], add: int, forget: int) -> None:
    summary = parse_plan(plan(resource("a.b", actions, {"x": 1}, None))).summary
    assert (summary.add, summary.forget, summary.destroy) == (add, forget, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"\x1b[0m\x1b[1m" + SOUND + b"\x1b[0m\n",
        b"\x1b]0;terraform\x07" + SOUND,
        json.dumps(SOUND.decode()).encode() + b"\n",
        b'"' + SOUND + b'"',
        b"'" + SOUND + b"'\n",
        f'\ufeff"{SOUND.decode()}"\r\n'.encode("utf-16-le"),
    ],
    ids=["colours", "title", "a string", "quotes", "single quotes", "PowerShell"],
)
def test_a_plan_is_read_without_what_a_shell_or_terminal_put_around_it(content: bytes) -> None:
    assert parse_plan(content).changes == parse_plan(SOUND).changes


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        (b'"actions": ["update"]', b'"actions": ["no-op"], "actions": ["update"]'),
        (b'"actions": ["update"]', b'"actions":["update"],"actions":["no-op"]'),
        (b'"format_version"', b'"resource_changes": [], "format_version"'),
        (b'"change": {', b'"change": {"actions": ["no-op"]}, "change": {'),
        (b'"before": {', b'"before": {"size": 2, "size": 1, '),
        (b'"before": {', b'"before": {"deep": [{"size": 2, "size": 1}], '),
    ],
)
def test_a_plan_with_a_key_twice_is_refused(once: bytes, twice: bytes) -> None:
    """Programs take the first, or the last: nobody can tell which plan it is."""
    content = SOUND.replace(once, twice, 1)
    assert content != SOUND
    with pytest.raises(InfragenError) as found:
        _ = [(one.risks, one.attributes) for one in parse_plan(content).changes]
    assert found.value.diagnostics[0].code == "P220"


@pytest.mark.parametrize("indent", [None, 1])
def test_a_key_twice_in_different_objects_is_no_mistake(indent: int | None) -> None:
    values = {"a": {"size": 1, "sizes": [{"size": 1}, {"size": 2}], "caf\u00e9": 1, "\ud83d": '"size": 1'}}
    whole = json.loads(plan(resource("aws_x.a", ["update"], values, {**values, "b": 1})))
    assert parse_plan(json.dumps(whole, indent=indent).encode()).summary.change == 1


@pytest.mark.parametrize(
    "said",
    [
        {"errored": True},
        {"errored": "true"},
        {"complete": False},
        {
            "complete": None,
            "deferred_changes": [{"reason": "unknown", "resource_change": resource("aws_x.a", ["create"])}],
        },
        {"deferred_action_invocations": [{"reason": "unknown", "action_invocation": {"address": "action.a"}}]},
        {"applyable": True},
        {"applyable": False, "output_changes": {"o": {"actions": ["create"], "after": 1}}},
    ],
    ids=", ".join,
)
def test_a_plan_that_is_not_the_whole_plan_has_changes_and_a_risk_for_every_reader(said: dict[str, object]) -> None:
    found = parse_plan(json.dumps(json.loads(plan()) | said).encode())
    assert found.partial
    assert not found.is_empty
    assert not found.only_looks
    assert risk_of(found).level > Level.LOW
    assert parse_fail_on(["destroy", "risk>=high"]).failures(found)
    whole = parse_plan(plan())
    assert not whole.partial
    assert merge([whole, found]).partial
    assert not merge([whole, whole]).partial


def test_what_is_gone_already_leaves_something_to_apply_and_nothing_to_show() -> None:
    """A destruction of what somebody removed before: only the state is yet to be told."""
    whole = json.loads(plan()) | {"applyable": True}
    gone = json.loads(plan(resource("aws_sns_topic.a", ["delete"], before={"id": "a"}, after=None)))
    assert any("lists no change" in said for said in parse_plan(json.dumps(whole).encode()).notices)
    told = whole | {"resource_drift": gone["resource_changes"]}
    assert not any("lists no change" in said for said in parse_plan(json.dumps(told).encode()).notices)
