"""An import brings an object into a plan that a pull request alone chose: nothing of its content is in a comment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import change_sets
from infragen.plan.objects import PlannedObjects
from infragen.plan.reader import parse_plan
from infragen.redaction.decode import OpenPlan, decode_plan
from tests.unit.plan.plans import all_of, plan, resource

ARN = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/billing:7"
SHOWN = "xK9-vv2m"
MODE = {"name": "MODE", "type": "PLAINTEXT", "value": SHOWN}
CONTAINERS = json.dumps([{"name": "web", "environment": [{"name": "DB_PASSWORD", "value": "Zq7+hunter"}, MODE]}])
SCRIPT = "A=t1-script\nexport B=t2-script\n"
TASK = {"arn": ARN, "family": "billing", "container_definitions": CONTAINERS, "user_data": SCRIPT}
FUNCTION = {"function_name": "f-name", "environment": [{"variables": {"MODE": SHOWN}}]}
BUILD = {"name": "b-name", "environment": [{"environment_variable": [MODE]}]}
ADDRESS = "aws_ecs_task_definition.x"
CONTENT = [{"resource": ADDRESS, "attribute": ["container_definitions"]}]


CALL = {
    "expressions": {"a": {"references": [f"{ADDRESS}.family", ADDRESS]}},
    "module": {"outputs": {"o": {"expression": {"references": ["var.a"]}}}},
}


def imported(kind: str = "aws_ecs_task_definition", value: Any = TASK, actions: str = "no-op") -> dict[str, Any]:
    return resource(f"{kind}.x", [actions], value, value, importing={"id": "billing"})


def configuration(output: list[str] | None = None, **resources: Any) -> dict[str, Any]:
    blocks = [{"address": address, **content} for address, content in resources.pop("blocks", {}).items()]
    root: dict[str, Any] = {"resources": blocks, **resources}
    if output is not None:
        root["outputs"] = {"o": {"expression": {"references": output}}}
    return {"root_module": root}


def shown(value: Any, *objects: dict[str, Any], **more: Any) -> str:
    """Return what a report says of an output of this value, in a plan that imports."""
    change = {"actions": ["create"], "before": None, "after": value, "after_unknown": False}
    return all_of(parse_plan(plan(*objects, output_changes={"o": change}, **more)))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("aws_ecs_task_definition", TASK), ("aws_lambda_function", FUNCTION), ("aws_codebuild_project", BUILD)],
)
@pytest.mark.parametrize("actions", ["no-op", "update"])
def test_variables_of_an_imported_object_are_hidden_whatever_their_names(kind: str, value: Any, actions: str) -> None:
    made = configuration(["aws_vpc.a.id", "aws_vpc.a"])
    said = shown(["MODE", "PLAINTEXT", SHOWN, f"x={SHOWN}&y"], imported(kind, value, actions), configuration=made)
    assert SHOWN not in said
    assert ("MODE" in said, "PLAINTEXT" in said) == (True, True)


def test_what_the_catalogue_gives_an_imported_object_is_shown() -> None:
    wanted = {**FUNCTION, "environment": [{"variables": {"MODE": "from-the-catalogue"}}]}
    change = resource("aws_lambda_function.x", ["update"], FUNCTION, wanted, importing={"id": "f-name"})
    said = all_of(parse_plan(plan(change)))
    assert (SHOWN in said, "from-the-catalogue" in said) == (False, True)


def test_variables_that_a_script_sets_are_hidden_too() -> None:
    made = configuration(["aws_vpc.a.id", "aws_vpc.a"])
    assert "t2-script" not in shown("t2-script", imported(), configuration=made)
    assert "t2-script" in shown("t2-script", resource("aws_ecs_task_definition.x", ["no-op"], TASK, TASK))


def test_secrets_of_objects_that_do_not_change_are_hidden() -> None:
    """An output can have what no change shows."""
    unchanged = resource("aws_ecs_task_definition.x", ["no-op"], TASK, TASK)
    said = shown(["Zq7+hunter", SHOWN], unchanged)
    assert ("Zq7+hunter" in said, SHOWN in said) == (False, True)
    read = {"mode": "data", "type": "aws_ecs_task_definition", "address": f"data.{ADDRESS}", "values": TASK}
    state = {"values": {"root_module": {"resources": [read]}}}
    assert "Zq7+hunter" not in shown("Zq7+hunter", prior_state=state)


@pytest.mark.parametrize(
    ("output", "more", "is_hidden"),
    [
        ([f"{ADDRESS}.container_definitions", ADDRESS], {}, True),
        ([f"{ADDRESS}.arn", ADDRESS], {}, True),
        (["local.a"], {}, True),
        (["module.m.o", "module.m"], {"module_calls": {"m": CALL}}, True),
        (["module.m"], {}, True),
        (["data.aws_arn.a.resource", "data.aws_arn.a"], {"blocks": {"data.aws_arn.a": {
            "expressions": {"arn": {"references": [f"{ADDRESS}.family", ADDRESS]}}}}}, True),
        (["terraform_data.t"], {"blocks": {"terraform_data.t": {
            "for_each_expression": {"references": [f"{ADDRESS}.family", ADDRESS]}}}}, True),
        (["terraform_data.t"], {"blocks": {"terraform_data.t": {
            "expressions": {"input": {"references": ["terraform_data.t"]}}}}}, False),
        (["aws_vpc.a.id", "aws_vpc.a"], {}, False),
        ([], {}, False),
        (None, {}, True),
    ],
)  # fmt: skip
def test_an_output_of_an_imported_object_is_hidden_until_it_is_imported(
    output: list[str] | None, more: dict[str, Any], *, is_hidden: bool
) -> None:
    made = configuration(output, **more)
    assert ("sterces" not in shown("sterces", imported(), configuration=made)) is is_hidden
    done = resource(ADDRESS, ["no-op"], TASK, TASK)
    assert "sterces" in shown("sterces", done, configuration=made)


@pytest.mark.parametrize(
    ("sources", "relevant", "is_hidden"),
    [
        ([f"{ADDRESS}.container_definitions", ADDRESS], CONTENT, True),
        (["local.a"], CONTENT, True),
        (["local.a"], [{"resource": ADDRESS, "attribute": []}], True),
        (["local.a"], [{"resource": ADDRESS, "attribute": ["arn"]}], False),
        ([f"{ADDRESS}.arn", ADDRESS], [{"resource": ADDRESS, "attribute": ["arn"]}], False),
        (["local.a"], [], False),
        (["aws_vpc.a.id", "aws_vpc.a"], CONTENT, False),
    ],
)
def test_what_another_object_makes_of_the_content_is_hidden_and_ids_are_not(
    sources: list[str], relevant: list[Any], *, is_hidden: bool
) -> None:
    made = resource("terraform_data.t", ["create"], None, {"input": ["m2vv-9Kx", ARN]})
    blocks = {"terraform_data.t": {"expressions": {"input": {"references": sources}}}}
    content = plan(imported(), made, configuration=configuration(blocks=blocks), relevant_attributes=relevant)
    said = all_of(parse_plan(content))
    redact = PlannedObjects(OpenPlan(decode_plan(content, "plan.json"), "plan.json"), ()).redact
    assert ("m2vv-9Kx" not in said, ARN in said) == (is_hidden, True)
    assert ("m2vv-9Kx" not in redact("m2vv-9Kx")) is is_hidden


@pytest.mark.parametrize("references", [["local.a"], [f"{ADDRESS}.container_definitions", ADDRESS]])
def test_a_key_that_is_made_of_the_content_is_hidden(references: list[str]) -> None:
    repeated = {"for_each_expression": {"references": references}}
    made = resource('terraform_data.t["m2vv-9Kx"]', ["create"], None, {"input": 1}, index="m2vv-9Kx")
    blocks = {"terraform_data.t": repeated}
    said = all_of(parse_plan(plan(imported(), made, configuration=configuration(blocks=blocks))))
    assert "m2vv-9Kx" not in said
    module = 'module.m["m2vv-9Kx.module.n"].module.n'
    made = resource(f"{module}.terraform_data.t", ["create"], None, {"input": 1}, module_address=module)
    inner = {"module": {"resources": [{"address": "terraform_data.t"}]}}
    calls = {"m": {**repeated, "module": {"module_calls": {"n": inner}}}}
    said = all_of(parse_plan(plan(imported(), made, configuration=configuration(module_calls=calls))))
    assert "m2vv-9Kx" not in said


def test_keys_that_are_made_of_something_else_are_shown() -> None:
    made = resource('terraform_data.t["thumbnails"]', ["create"], None, {"input": 1}, index="thumbnails")
    own = {"for_each_expression": {"references": ["var.a"]}, "expressions": {"input": {"references": ["local.a"]}}}
    said = all_of(parse_plan(plan(imported(), made, configuration=configuration(blocks={"terraform_data.t": own}))))
    assert "thumbnails" in said


def test_what_files_say_of_a_text_that_is_not_known_yet_shows_no_content() -> None:
    files = {
        "main.tf": """
resource "aws_ssm_parameter" "x" {
}

resource "aws_sqs_queue" "a" {
}

resource "aws_iam_policy" "t" {
  policy = jsonencode({ Statement = [{ Sid = upper(aws_ssm_parameter.x.insecure_value), Effect = "Allow",
    Resource = [aws_sqs_queue.a.arn, aws_ssm_parameter.x.arn], Action = "sqs:SendMessage" }] })
}
"""
    }
    unknown = {"after_unknown": {"policy": True}}
    value = {"insecure_value": "m2vv-9kx", "arn": ARN}
    objects = [
        imported("aws_ssm_parameter", value),
        resource("aws_sqs_queue.a", ["create"], None, {}, after_unknown={"arn": True}),
        resource("aws_iam_policy.t", ["create"], None, {}, **unknown),
    ]
    said = all_of(change_sets([OpenPlan(decode_plan(plan(*objects), "plan.json"), "plan.json", files)])[0])
    assert ("M2VV" in said, ARN in said, "sqs:SendMessage" in said) == (False, True, True)
