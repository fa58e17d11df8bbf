"""Workflows: what a state is told of what it starts, what the role may do with that, and how a definition is read."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from infragen.kinds.workflows import language
from tests.unit.stacks.systems import DEV, SERVICE, environment, job, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

FILE = "orchestration/workflow-night.tf"
QUEUE = {"queues/failures.yaml": "name: failures\ntitle: Failures\n"}
FUNCTION = {
    "functions/check.yaml": "name: check\ntitle: Check\ncode: {bucket: codes, key: check-1.zip}\n"
    "runtime: python3.13\nhandler: app.handler\n"
}


def of(path: Path, state: str, more: str = "", files: dict[str, str] | None = None, dev: str = DEV) -> Rendered:
    lines = "".join(f"      {line}\n" for line in state.splitlines())
    definition = f"definition: |\n  StartAt: Do\n  States:\n    Do:\n{lines}      End: true\n"
    found = {"workflows/night.yaml": f"name: night\ntitle: Night\n{more}{definition}", "dev.yaml": dev, **(files or {})}
    return rendered(environment(path, found))


def test_a_job_runs_as_its_schedules_run_it_and_the_role_may_do_just_that(tmp_path: Path) -> None:
    text = of(tmp_path, "Type: Task\nResource: jobs/tidy", files=job("tidy")).files[FILE]
    for line in (
        'Resource = "arn:aws:states:::ecs:runTask.sync"', "Cluster        = local.app.cluster_arn",
        "TaskDefinition = local.app.job_tidy_task_definition_arn", 'CapacityProvider = "FARGATE"',
        "SecurityGroups = [local.network.security_group_job_tidy_id]", 'AssignPublicIp = "ENABLED"',
        'resources = ["arn:aws:ecs:ap-northeast-1:111122223333:task-definition/demo-dev-job-tidy:*"]',
        'resources = ["arn:aws:ecs:ap-northeast-1:111122223333:task/demo-dev/*"]',
        'resources = ["arn:aws:events:ap-northeast-1:111122223333:rule/StepFunctionsGetEventsForECSTaskRule"]',
        "resources = [local.app.job_tidy_execution_role_arn, local.app.job_tidy_task_role_arn]",
    ):  # fmt: skip
        assert line in text, line
    assert '"*"' not in text


@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        ("Type: Task\nResource: queues/failures", '"MessageBody.$" = "$"', "Arguments"),
        ("Type: Task\nResource: queues/failures\nParameters: {MessageBody: it failed}", '= "it failed"', '"$"'),
        ('Type: Task\nResource: queues/failures\nParameters: {"MessageBody.$": $.why}', '= "$.why"', '"$"'),
        (
            "Type: Task\nQueryLanguage: JSONata\nResource: queues/failures",
            'MessageBody = "{% $states.input %}"',
            "Parameters",
        ),
    ],
)
def test_a_message_is_the_state_s_input_unless_the_state_says_another(
    state: str, said: str, unsaid: str, tmp_path: Path
) -> None:
    definition = of(tmp_path, state, files=QUEUE).call(FILE, "workflow_night")["definition"]
    assert said in definition
    assert unsaid not in definition


def test_what_json_means_is_what_step_functions_gets(tmp_path: Path) -> None:
    state = "Type: Pass\nResult: {price: 1.5, version: '1.5', none: null, yes: true, many: 3}\nResultPath: null"
    definition = of(tmp_path, state).call(FILE, "workflow_night")["definition"]
    for line in ("price   = 1.5", 'version = "1.5"', "none    = null", "yes     = true", "many    = 3"):
        assert line in definition
    assert "ResultPath = null" in definition


def test_who_uses_it_may_start_it_and_is_told_its_arn_without_waiting_for_its_stack(tmp_path: Path) -> None:
    files = {**QUEUE, "services/web.yaml": f"{SERVICE}uses: {{workflows/night: {{access: start, why: it asks}}}}\n"}
    found = of(tmp_path, "Type: Task\nResource: queues/failures", files=files)
    text = found.files["app/service-web.tf"]
    arn = "arn:aws:states:ap-northeast-1:111122223333:stateMachine:demo-dev-workflow-night"
    assert f'NIGHT_ARN   = "{arn}"' in text
    assert 'actions   = ["states:StartExecution"]' in text
    assert "orchestration" not in text


def test_its_log_is_kept_as_long_as_the_environment_says_and_holds_no_data(tmp_path: Path) -> None:
    for days in (7, 30):
        found = of(tmp_path / str(days), "Type: Pass", dev=f"{DEV}log_retention: {days} days\n")
        call = found.call(FILE, "workflow_night")
        assert (call["log_retention_in_days"], call["log_level"]) == (str(days), '"ERROR"')
        assert "log_data" not in call


@pytest.mark.parametrize("kind", ["choice", "fail", "map", "parallel", "pass", "succeed", "task", "wait"])
def test_every_field_that_cfn_lint_knows_of_a_state_is_known(kind: str) -> None:
    """Of cfn-lint's lists, some have fields that the specification gives to other types alone."""
    path = resources.files("cfnlint") / "data/schemas/other/step_functions/statemachine.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["definitions"][kind]
    elsewhere = {"choice": {"End", "Next", "Arguments"}, "map": {"Arguments"}}
    elsewhere |= {name: {"Arguments"} for name in ("pass", "wait")}
    elsewhere["fail"] = {"Arguments", "InputPath", "OutputPath", "Output"}
    known = language._FIELDS[kind.capitalize()]
    assert schema["properties"].keys() - elsewhere.get(kind, set()) <= known


def test_a_machine_with_everything_in_it_has_nothing_wrong() -> None:
    inner = {"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}
    machine = {
        "StartAt": "Each",
        "States": {
            "Each": {"Type": "Map", "ItemProcessor": inner, "Next": "Which"},
            "Which": {"Type": "Choice", "Choices": [{"Condition": True, "Next": "Bad"}], "Default": "Ok"},
            "Bad": {"Type": "Fail", "Error": "Bad"},
            "Ok": {"Type": "Wait", "Seconds": 1, "End": True},
        },
    }  # fmt: skip
    assert language.read(json.dumps(machine)).problems == ()


def test_a_definition_whose_reads_are_noted_is_read_as_any_other() -> None:
    """A report asks which line drives an argument, of values that are no plain texts; PyYAML takes those for files."""

    class Noted(str):
        __slots__ = ()

    text = "Comment: only here\nStartAt: Do\nStates: {Do: {Type: Pass, End: true}}\n"
    assert language.read(Noted(text)).data["StartAt"] == "Do"
