"""Which creations failed though AWS may have carried them out."""

from __future__ import annotations

import pytest

from infragen.terraform.findings import finding, from_stderr, perhaps_made

AT = "aws_iam_role.reader"


@pytest.mark.parametrize(
    ("message", "open_"),
    [
        ("creating IAM Role (x): EntityAlreadyExists: Role with name x already exists.", True),
        ("creating SSM Parameter (x): ParameterAlreadyExists: The parameter already exists.", True),
        ("creating ELBv2 target group: DuplicateTargetGroupName: A target group with the same name", True),
        ("creating Security Group (x): InvalidGroup.Duplicate: The security group 'x' is there", True),
        ("creating Lambda Function (x): ResourceConflictException: Function already exist: x", True),
        ("creating DynamoDB Table (x): ResourceInUseException: Table already exists: x", True),
        ("creating IAM Role (x): request send failed, Post ...: EOF", True),
        ("creating IAM Role (x): operation error IAM: context canceled", True),
        ("creating IAM Role (x): https response error StatusCode: 500, RequestID: 1", True),
        ("creating IAM Role (x): api error InternalFailure: try again", True),
        ("Plugin did not respond: The plugin encountered an error, and failed to respond to the plugin", True),
        ("creating IAM Role (x): https response error StatusCode: 403, AccessDenied", False),
        ("creating IAM Role (x): https response error StatusCode: 503, api error SlowDown", False),
        ("Duplicate local value definition", False),
    ],
)
def test_what_was_answered_is_told_from_what_was_not(message: str, open_: bool) -> None:
    found = finding({"severity": "error", "summary": message, "address": AT}, "network")
    assert perhaps_made([AT], [(AT, found.code, found.message)]) == ((AT,) if open_ else ())


@pytest.mark.parametrize(
    "summary", ["Plugin did not respond", "Failed to load plugin schemas", "rpc error: transport is closing"]
)
def test_a_provider_that_ended_is_no_fault_of_the_line_it_was_at(summary: str) -> None:
    place = {"filename": "main.tf", "start": {"line": 3, "column": 1}}
    found = finding({"severity": "error", "summary": summary, "address": AT, "range": place}, "network")
    assert (found.code, found.location) == ("T048", None)
    assert "--jobs 1" in (found.hint or "")
    assert (found.hint or "").startswith("`infragen resume` after an apply")  # as docs/operating.md says


@pytest.mark.parametrize(
    "said",
    [
        "Unsupported state file format: The state file could not be parsed as JSON: syntax error at byte offset 5000.",
        'Invalid state file format: The state file field "resources.instances" has invalid value string',
        "Duplicate resource instance in state: Instance aws_x.a appears multiple times in the state file.",
        'Invalid resource mode in state: State contains a resource with mode "weird" ("a" "b")',
        'Invalid resource instance metadata in state: Instance aws_x.a has invalid status "odd".',
        'Invalid output value type in state: The state file has an invalid type specification for output "a"',
        'Invalid Terraform version string: State file claims to have been written by Terraform version "nonsense"',
    ],
)
def test_a_state_that_terraform_cannot_read_names_the_way_on(said: str) -> None:
    found = from_stderr(1, f"Error: {said}", "state pull", "generated/small/dev/network")
    assert (found.code, found.message) == ("T041", f"the state of generated/small/dev/network cannot be read: {said}")
    assert "a version of the state's object in the bucket may be intact" in (found.hint or "")


def test_of_what_nothing_was_said_nothing_is_known() -> None:
    assert perhaps_made([AT, "aws_sns_topic.a"], [("aws_sns_topic.a", "T020", "denied"), (None, "T037", "x")]) == (AT,)
