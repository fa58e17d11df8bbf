"""What a state machine's role is used for is what its definition says: of every task, in every branch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.permissions.plans import ACCOUNT, REGION, TRUST, found, role, task
from tests.unit.permissions.test_uses import KEY, QUEUES, needs

MACHINE = f"""
resource "aws_iam_role" "flow" {{
  name               = "flow"
  assume_role_policy = jsonencode({{ Statement = [{{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "states.amazonaws.com" }}
    Condition = {{ ArnEquals = {{ "aws:SourceArn" = "arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:NAMED" }} }}
  }}] }})
}}
resource "aws_sfn_state_machine" "flow" {{
  name       = "flow"
  role_arn   = aws_iam_role.flow.arn
  definition = jsonencode(DEFINITION)
}}
resource "aws_ecs_cluster" "main" {{
  name = "main"
}}
resource "aws_sns_topic" "told" {{
  kms_master_key_id = aws_kms_key.key.arn
}}
resource "aws_lambda_function" "check" {{
  function_name = "check"
  role          = aws_iam_role.check.arn
}}
resource "aws_iam_role" "check" {{
  name               = "check"
  assume_role_policy = {TRUST}
}}
"""
OTHER = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:b"
OPTIMIZED = "arn:aws:states:::"
RUN = {"Cluster": "${aws_ecs_cluster.main.arn}", "TaskDefinition": "${aws_ecs_task_definition.api.arn}"}


def planned(*states: dict[str, Any], name: str = "flow", more: str = "") -> str:
    """Return a machine with states one after another."""
    definition = {"StartAt": "0", "States": {str(number): state for number, state in enumerate(states)}}
    text = MACHINE.replace("DEFINITION", json.dumps(definition)).replace("NAMED", name)
    own = "  role_arn   = aws_iam_role.flow.arn\n"
    return task() + KEY + QUEUES + text.replace(own, own + more)


def does(resource: str, **given: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": given, "End": True}


START = {
    "ecs:RunTask on [api ecs task definition]:*",
    "iam:PassRole on [api role]",
    "iam:PassRole on [start role]",
}
END = {
    *(f"ecs:{action} on arn:aws:ecs:{REGION}:{ACCOUNT}:task/main/*" for action in ("DescribeTasks", "StopTask")),
    *(
        f"events:{action} on arn:aws:events:{REGION}:{ACCOUNT}:rule/StepFunctionsGetEventsForECSTaskRule"
        for action in ("DescribeRule", "PutRule", "PutTargets")
    ),
}


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        pytest.param(does(f"{OPTIMIZED}ecs:runTask", **RUN), START, id="a task that nobody awaits"),
        pytest.param(does(f"{OPTIMIZED}ecs:runTask.sync", **RUN), START | END, id="a task to its end"),
        pytest.param(
            does(f"{OPTIMIZED}ecs:runTask", **RUN, PropagateTags="TASK_DEFINITION"),
            START | {f"ecs:TagResource on arn:aws:ecs:{REGION}:{ACCOUNT}:task/*"},
            id="a task with tags",
        ),
        pytest.param(
            does(f"{OPTIMIZED}lambda:invoke", FunctionName="${aws_lambda_function.check.arn}"),
            {"lambda:InvokeFunction on [check lambda function]"},
            id="a function",
        ),
        pytest.param(
            does("${aws_lambda_function.check.arn}"),
            {"lambda:InvokeFunction on [check lambda function]"},
            id="a function by its own ARN",
        ),
        pytest.param(
            does(f"{OPTIMIZED}sqs:sendMessage", QueueUrl="${aws_sqs_queue.orders.url}"),
            {
                "sqs:SendMessage on [orders sqs queue]",
                "kms:Decrypt on [key kms key]",
                "kms:GenerateDataKey on [key kms key]",
            },
            id="a queue with a key",
        ),
        pytest.param(
            does(f"{OPTIMIZED}sns:publish", TopicArn="${aws_sns_topic.told.arn}"),
            {
                "sns:Publish on [told sns topic]",
                "kms:Decrypt on [key kms key]",
                "kms:GenerateDataKey on [key kms key]",
            },
            id="a topic with a key",
        ),
        pytest.param(
            does(f"{OPTIMIZED}states:startExecution.sync:2", StateMachineArn=OTHER),
            {
                f"states:StartExecution on {OTHER}",
                *(
                    f"states:{action} on arn:aws:states:{REGION}:{ACCOUNT}:execution:b:*"
                    for action in ("DescribeExecution", "StopExecution")
                ),
                *(
                    f"events:{action} on arn:aws:events:{REGION}:{ACCOUNT}:rule/"
                    "StepFunctionsGetEventsForStepFunctionsExecutionRule"
                    for action in ("DescribeRule", "PutRule", "PutTargets")
                ),
            },
            id="another workflow to its end",
        ),
        pytest.param(
            does(f"{OPTIMIZED}events:putEvents", Entries=[{"Source": "shop"}]),
            {f"events:PutEvents on arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"},
            id="events of the default bus",
        ),
        pytest.param(
            {"Type": "Task", "Resource": f"{OPTIMIZED}lambda:invoke", "Arguments": {"FunctionName": "{% $f %}"}},
            set(),
            id="what an expression names",
        ),
        pytest.param({"Type": "Pass", "End": True}, set(), id="nothing"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("depth", ["alone", "in a branch", "for each item"])
def test_a_task_needs_what_it_calls_wherever_it_stands(state: dict[str, Any], wanted: set[str], depth: str) -> None:
    inner = {"StartAt": "Do", "States": {"Do": state}}
    around = {
        "alone": state,
        "in a branch": {"Type": "Parallel", "Branches": [inner], "End": True},
        "for each item": {"Type": "Map", "ItemProcessor": inner, "End": True},
    }
    assert needs(planned(around[depth]), name="flow role") == wanted


def test_a_machine_needs_to_log_to_trace_and_to_be_trusted_for_itself_alone() -> None:
    more = """
  logging_configuration {
    level = "LEVEL"
  }
  tracing_configuration {
    enabled = true
  }
"""
    on, off = (
        needs(planned(name="flow", more=more.replace("LEVEL", word)), name="flow role") for word in ("ERROR", "OFF")
    )
    assert off == {"xray:PutTelemetryRecords on *", "xray:PutTraceSegments on *"}
    assert {"logs:CreateLogDelivery on *", "logs:DescribeResourcePolicies on *"} <= on
    assert needs(planned(name="other"), name="flow role") == {"sts:AssumeRole on the role"}


def test_a_schedule_starts_its_machine_and_no_other() -> None:
    clock = f"""
resource "aws_iam_role" "clock" {{
  name               = "clock"
  assume_role_policy = {TRUST.replace("ecs-tasks", "scheduler")}
}}
resource "aws_scheduler_schedule" "nightly" {{
  name = "nightly"
  target {{
    arn      = aws_sfn_state_machine.flow.arn
    role_arn = aws_iam_role.clock.arn
  }}
}}
"""
    assert needs(planned() + clock, name="clock role") == {"states:StartExecution on [flow sfn state machine]"}
    assert role(planned() + clock, name="clock role").uses == ("starts a workflow by the clock",)


def test_a_state_whose_needs_nobody_wrote_down_is_told_as_not_looked_at() -> None:
    seen = found(planned(does(f"{OPTIMIZED}aws-sdk:s3:putObject"), does(f"{OPTIMIZED}glue:startJobRun.sync"))).unread
    [line] = (one for one in seen if one.startswith("states of workflows"))
    assert line.endswith(": aws-sdk:s3:putObject, glue:startJobRun.sync")
    assert not any(one.startswith("states of workflows") for one in found(planned()).unread)
