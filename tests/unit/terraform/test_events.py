"""Terraform's JSON stream as events, and its diagnostics in infragen's words."""

from __future__ import annotations

import json

import pytest

from infragen.diagnostics import Location, Severity
from infragen.terraform.events import Counts, Event, EventKind, parse_event
from infragen.terraform.findings import finding, from_stderr

SHOWN = "generated/technova/dev/network"


def parse(**message):
    return parse_event(json.dumps(message).encode(), SHOWN)


def hook(kind, **more):
    return parse(type=kind, **{"@message": "m"}, hook={"resource": {"addr": "a.b"}, **more})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("apply_start", EventKind.STARTED),
        ("apply_progress", EventKind.PROGRESS),
        ("apply_complete", EventKind.DONE),
        ("apply_errored", EventKind.FAILED),
        ("refresh_start", EventKind.READING),
        ("refresh_complete", EventKind.READ),
    ],
)
def test_a_hook_names_resource_action_and_seconds(kind, expected):
    assert hook(kind, action="create", elapsed_seconds=12) == Event(expected, "m", "a.b", "create", 12.0)


def test_planned_changes_and_drift_are_told_apart():
    change = {"resource": {"addr": "a.b"}, "action": "update"}
    assert parse(type="planned_change", change=change).kind is EventKind.PLANNED
    assert parse(type="resource_drift", change=change).kind is EventKind.DRIFT


def test_the_summary_counts():
    event = parse(type="change_summary", changes={"add": 1, "change": 2, "import": 3, "remove": 4, "operation": "plan"})
    assert event.counts == Counts(add=1, change=2, remove=4, imported=3)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "outputs", "outputs": {"password": {"value": "secret"}}},
        {"type": "provision_progress", "hook": {"output": "secret"}},
        {"type": "version"},
        {"type": "something_of_next_year"},
        {},
    ],
)
def test_values_and_unknown_messages_do_not_come_through(message):
    assert parse(**message) is None


@pytest.mark.parametrize("line", [b"", b"   ", b"[1]", b'"text"', b"7"])
def test_empty_and_strange_lines_are_nothing(line):
    assert parse_event(line, SHOWN) is None


def test_a_line_that_is_not_json_is_a_note():
    assert parse_event(b"panic: \xff oh", SHOWN) == Event(EventKind.NOTE, "panic: \ufffd oh")


@pytest.mark.parametrize("wrong", [{"hook": None}, {"hook": {"resource": None}}, {"hook": {"elapsed_seconds": "x"}}])
def test_a_hook_of_another_shape_is_not_fatal(wrong):
    assert parse(type="apply_start", **wrong).address is None


def diagnostic(**reported):
    return parse(type="diagnostic", diagnostic={"severity": "error", **reported}).diagnostic


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("main.tf", "generated/technova/dev/network/main.tf"),
        ("../modules/vpc/main.tf", "generated/technova/dev/modules/vpc/main.tf"),
    ],
)
def test_a_diagnostic_stands_where_a_person_opens_the_file(file, shown):
    found = diagnostic(summary="Bad", detail="Because.", range={"filename": file, "start": {"line": 3, "column": 5}})
    assert (found.message, found.location) == ("Bad: Because.", Location(shown, 3, 5))


def test_a_warning_stays_a_warning():
    assert diagnostic(severity="warning", summary="Error acquiring the state lock").severity is Severity.WARNING


@pytest.mark.parametrize(
    ("summary", "detail", "code"),
    [
        ("Anything else", "", "T020"),
        ("Failed to query available provider packages", "Could not retrieve the list of\navailable versions", "T021"),
        ("Error acquiring the state lock", "Lock Info: ...", "T022"),
        ("Saved plan is stale", "The given plan file can no longer be applied", "T023"),
        ("Retrieving caller identity", "dial tcp: lookup sts.amazonaws.com on 127.0.0.53: no such host", "T024"),
        ("Module not installed", "Run terraform init", "T025"),
        ("Inconsistent dependency lock file", "", "T025"),
        (
            "Missing required provider",
            "This state requires provider registry.terraform.io/hashicorp/random, but",
            "T025",
        ),
        ("Missing required provider", "This state requires provider registry.terraform.io/some/thing, but", "T059"),
        ("Provider configuration not present", "To work with aws_x.y (orphan) its original provider", "T059"),
        ("Unable to find remote state", "No stored state was found for the given workspace", "T026"),
        ("Failed to get existing workspaces", 'S3 bucket "x" does not exist.', "T027"),
        ("No valid credential sources found", "", "T028"),
        ("AWS account ID not allowed: 1", "", "T029"),
        ("reading Thing", "StatusCode: 501, api error EmulatorFailure: GET /x: KeyError: 'a'", "T050"),
        ("creating Thing", "api error NotImplemented: X: NotImplementedError: The x action has not", "T050"),
    ],
)
def test_known_errors_have_a_code_and_a_way_out(summary, detail, code):
    found = diagnostic(summary=summary, detail=detail)
    assert found.code == code
    assert (found.hint is not None) == (code != "T020")


@pytest.mark.parametrize(
    "message",
    [
        "reading Service Discovery Instance (ns/srv): operation error ServiceDiscovery: GetInstance, ServiceNotFound: ",
        "reading ELBv2 Listener Certificates (arn): api error ListenerNotFound: One or more listeners not found",
    ],
)
def test_what_cannot_be_read_any_more_has_a_way_out(message: str) -> None:
    assert "`terraform state rm ADDRESS`" in (diagnostic(summary=message, detail="").hint or "")
    assert diagnostic(summary=message.replace("reading", "creating"), detail="").hint is None


def test_a_terraform_that_says_nothing_in_json_is_quoted_without_its_box():
    stderr = "╷\n│ Error: Failed to parse command-line flags\n│ \n│ flag provided but not defined\n╵\n"
    assert from_stderr(1, stderr, "plan", "generated/a/b/c").message == (
        "`terraform plan` of generated/a/b/c failed with exit code 1: "
        "Error: Failed to parse command-line flags\nflag provided but not defined"
    )


def test_a_lock_that_is_none_is_not_told_as_one_that_is_held():
    reported = {
        "severity": "error",
        "summary": "Error acquiring the state lock",
        "detail": "operation error S3: PutObject, StatusCode: 412, PreconditionFailed\n"
        "failed to unmarshal JSON data into LockInfo struct: invalid character 'x'",
    }
    found = finding(reported, "generated/a/b/c")
    assert found.code == "T047"
    assert "generated/a/b/c/backend.tf" in (found.hint or "")


def test_a_command_that_knows_no_colour_switch_is_quoted_without_its_colours():
    stderr = (
        "\x1b[31m\x1b[31m╷\x1b[0m\x1b[0m\n"
        "\x1b[31m│\x1b[0m \x1b[0m\x1b[1m\x1b[31mError: \x1b[0m\x1b[0m\x1b[1mNo valid credential sources found\x1b[0m\n"
        "\x1b[31m│\x1b[0m \x1b[0m\n\x1b[31m╵\x1b[0m\x1b[0m\n\x1b[0m\x1b[0m\n"
    )
    found = from_stderr(1, stderr, "state pull", "generated/a/b/c")
    assert (found.code, found.message) == ("T028", "No valid credential sources found")


def test_a_profile_that_is_not_there_is_said_once_for_all_stacks():
    stderr = "Error: failed to get shared config profile, nosuch\n"
    [found] = {from_stderr(1, stderr, "state pull", f"generated/a/b/{stack}") for stack in ("network", "data")}
    assert (found.code, found.message) == ("T028", "failed to get shared config profile, nosuch")
    assert "AWS_PROFILE" in (found.hint or "")


def test_a_clock_that_is_wrong_is_no_reason_to_log_in():
    found = diagnostic(
        summary="x", detail="api error SignatureDoesNotMatch: Signature expired: 1 is now earlier than 2"
    )
    assert (found.code, "clock" in (found.hint or "")) == ("T028", True)


def test_a_killed_terraform_is_called_so():
    found = from_stderr(-9, "", "plan", "generated/a/b/c")
    assert "was killed by signal 9" in found.message
    assert "30 minutes of a processor" in str(found.hint)
