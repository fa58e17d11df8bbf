"""Which ends of tasks and of functions people hear of: the patterns that terraform plans, held against events."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.event_patterns import matches, run_event, task_event
from tests.facts.planned import of_type, planned_resources
from tests.unit.stacks.systems import DEV, job, service, write
from tests.unit.stacks.test_kinds_functions import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.facts.planned import Resource

pytestmark = [pytest.mark.terraform, pytest.mark.usefixtures("kept_plans")]

NAME, LIMITED, MAIL = "demo-dev-job-report", "demo-dev-job-limited", "demo-dev-function-mail"
SIDECARS = """\
sidecars:
  one: {command: [bin/one], essential: false}
  two: {command: [bin/two], essential: false}
depends_on: {one: success, two: start}
notify: {success: low}
"""
TITLE = r'The "<best>" \ one'
SETTINGS = (
    DEV.replace("111122223333", "123456789012")
    + "alarms: true\ndomain_name: shop.com\nload_balancer: {mutual_tls: true}\n"
)
GIVEN = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1234abcd"
FRONT = f"""\
name: front
title: Front
reach: internet
certificate: {GIVEN}
hosts: [www.shop.com]
routes: {{all: {{service: web}}}}
"""
NIGHTLY = 'triggers: {schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}}\n'
STOPS = ("ServiceSchedulerInitiated", "SpotInterruption", "TaskFailedToStart", "TerminationNotice", "UserInitiated")
"""Amazon ECS API: Task, `stopCode`, but for the one of tasks that end by themselves."""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    function = FUNCTION + NIGHTLY + "notify: {success: low, failure: high}\ndead_letters: {}\nretries: {attempts: 0}\n"
    titled = {name: text.replace("title: Web", f"title: '{TITLE}'") for name, text in job("report", SIDECARS).items()}
    limited = job("limited", "time_limit: 4 h\nnotify: {success: low}\n")
    calling = service("side", "calls: {web: {access: read, why: it asks}}\n")
    files = {
        "balancers/front.yaml": FRONT,
        **calling,
        "dev.yaml": SETTINGS,
        "functions/mail.yaml": function,
        **titled,
        **limited,
    }
    root = write(tmp_path_factory.mktemp("outcomes"), files)
    plan = root / "plan.json"
    for arguments in (["render", "demo"], ["plan", "demo/dev", "--offline", "--json-out", str(plan)]):
        command = [sys.executable, "-m", "infragen", *arguments, "-C", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return planned_resources(plan)


@pytest.fixture
def told(planned: list[Resource]) -> Callable[[str, Any], set[str]]:
    """Which of an entry's rules an event is for."""

    def of(name: str, event: Any) -> set[str]:
        return {
            rule.values["name"].removeprefix(f"{name}-")
            for rule in of_type(planned, "aws_cloudwatch_event_rule")
            if rule.values["name"].startswith(name) and matches(json.loads(rule.values["event_pattern"]), event)
        }

    return of


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (task_event(NAME, 0, 0, 0), "success"),
        (task_event(NAME, 0, 0, 143), "success"),  # a sidecar that was stopped as the job had ended
        (task_event(NAME, 1, 0, 0), "failure"),
        (task_event(NAME, 137, 0, 0), "failure"),
        (task_event(NAME, None, 1, 143), "failure"),  # what prepares it failed
        (task_event(NAME, None, None, None), "failure"),
        *((task_event(NAME, 0, 0, 0, stop=stop), "failure") for stop in STOPS),
        *((task_event(NAME, None, None, None, stop=stop), "failure") for stop in STOPS),
    ],
)
def test_each_end_of_a_task_is_told_once(event: Any, outcome: str, told: Callable[[str, Any], set[str]]) -> None:
    assert told(NAME, event) == {outcome}


def limited_event(own: int, limit: int) -> Any:
    """Return what ECS says of a task with a time limit."""
    codes = {"app": own, "time-limit": limit}
    return task_event(LIMITED, containers=[{"name": name, "exitCode": code} for name, code in codes.items()])


@pytest.mark.parametrize(
    ("event", "outcomes"),
    [
        (limited_event(0, 137), {"success"}),
        (limited_event(1, 137), {"failure"}),
        (limited_event(143, 0), {"failure"}),
        (limited_event(0, 0), {"success", "failure"}),  # its code answers SIGTERM with 0: it says so itself
    ],
)
def test_a_run_that_took_too_long_is_told_as_a_failure(
    event: Any, outcomes: set[str], told: Callable[[str, Any], set[str]]
) -> None:
    assert told(LIMITED, event) == outcomes


@pytest.mark.parametrize(
    "event",
    [
        task_event(NAME, 0, 0, 0, lastStatus="RUNNING"),
        task_event(NAME, 1, 0, 0, lastStatus="DEPROVISIONING"),  # the same end, a moment before
        task_event(f"{NAME}-2", 1, 0, 0),
        task_event("demo-dev-web", 1, 0, 0),
        {**task_event(NAME, 1, 0, 0), "source": "aws.batch"},
        {**task_event(NAME, 1, 0, 0), "detail-type": "ECS Container Instance State Change"},
    ],
)
def test_nothing_else_is_told(event: Any, told: Callable[[str, Any], set[str]]) -> None:
    assert told(NAME, event) == set()


@pytest.mark.parametrize(
    ("event", "outcomes"),
    [
        (run_event(MAIL, "Success"), {"success"}),
        (run_event(MAIL, "RetriesExhausted"), {"failure"}),
        (run_event(MAIL, "EventAgeExceeded"), {"failure"}),
        (run_event(f"{MAIL}-2", "RetriesExhausted"), set()),
        ({**run_event(MAIL, "Success"), "source": "demo"}, set()),
    ],
)
def test_each_end_of_a_run_of_a_function_is_told_once(
    event: Any, outcomes: set[str], told: Callable[[str, Any], set[str]]
) -> None:
    assert told(MAIL, event) == outcomes


def service_event(name: str, *, cluster: str = "demo-dev", kind: str = "ECS Service Action") -> Any:
    """Return what ECS says of a service."""
    arn = f"arn:aws:ecs:ap-northeast-1:123456789012:service/{cluster}/demo-dev-web"
    return {"source": "aws.ecs", "detail-type": kind, "resources": [arn], "detail": {"eventName": name}}


@pytest.mark.parametrize(
    ("event", "rules"),
    [
        (service_event("SERVICE_TASK_START_IMPAIRED"), {"failed-starts"}),
        (service_event("SERVICE_TASK_PLACEMENT_FAILURE"), {"failed-starts"}),
        (service_event("SERVICE_TASK_START_IMPAIRED", cluster="demo-dev-2"), set()),
        (service_event("SERVICE_STEADY_STATE"), set()),
        (service_event("SERVICE_DEPLOYMENT_FAILED", kind="ECS Deployment State Change"), {"failed-deployments"}),
        (service_event("SERVICE_DEPLOYMENT_COMPLETED", kind="ECS Deployment State Change"), set()),
    ],
)
def test_deployments_that_fail_and_tasks_that_do_not_start_are_told(
    event: Any, rules: set[str], told: Callable[[str, Any], set[str]]
) -> None:
    assert told("demo-dev", event) == rules


def certificate_event(name: str, days: int | None = None, kind: str = "Approaching Expiration", arn: str = "") -> Any:
    """Return what ACM says of a certificate."""
    arn = arn or "arn:aws:acm:ap-northeast-1:123456789012:certificate/abcd1234"
    detail = {"CommonName": name, **({} if days is None else {"DaysToExpiry": days})}
    return {"source": "aws.acm", "detail-type": f"ACM Certificate {kind}", "resources": [arn], "detail": detail}


@pytest.mark.parametrize(
    ("event", "is_told"),
    [
        (certificate_event("web-tls.dev.demo.internal", 30), True),
        (certificate_event("web-tls.dev.demo.internal", 44), False),  # ACM still renews it
        (certificate_event("web-tls.dev.demo.internal", kind="Expired"), True),
        (certificate_event("web-tls.dev.demo.internal", 50, kind="Renewal Action Required"), True),
        (certificate_event("web-tls.dev.demo.internal", kind="Available"), False),
        (certificate_event("web-tls.prod.demo.internal", 30), False),
        (certificate_event("www.shop.com", 7, arn=GIVEN), True),
        (certificate_event("www.shop.com", 8, arn=GIVEN), False),
    ],
)
def test_certificates_that_end_are_told(event: Any, is_told: bool, told: Callable[[str, Any], set[str]]) -> None:
    assert told("demo-dev-certificates", event) == ({"demo-dev-certificates"} if is_told else set())


def test_each_variable_of_a_message_has_its_path(planned: list[Resource]) -> None:
    targets = of_type(planned, "aws_cloudwatch_event_target")
    assert len(targets) == 9
    for target in targets:
        [how] = target.values["input_transformer"]
        names = {part.partition(">")[0] for part in how["input_template"].split("<")[1:]}
        assert names == set(how["input_paths"]), target.values["rule"]
        assert all(line.count('"') == 2 for line in how["input_template"].splitlines())
        assert len(how["input_template"]) <= 8192, "Amazon EventBridge API: InputTransformer"


def test_a_title_becomes_text_that_event_bridge_takes_for_nothing_else(planned: list[Resource]) -> None:
    said = {
        target.values["rule"]: target.values["input_transformer"][0]["input_template"].splitlines()[0]
        for target in of_type(planned, "aws_cloudwatch_event_target")
    }
    assert said[f"{NAME}-success"] == "\"Done: The '(best)' / one (jobs/report)\""
    assert said[f"{NAME}-failure"] == "\"Failed: The '(best)' / one (jobs/report)\""


def test_lambda_tells_the_account_s_own_bus_what_people_hear_of(planned: list[Resource]) -> None:
    [how] = of_type(planned, "aws_lambda_function_event_invoke_config")
    [said] = how.values["destination_config"]
    bus = "arn:aws:events:ap-northeast-1:123456789012:event-bus/default"
    assert (said["on_success"], said["on_failure"]) == ([{"destination": bus}], [{"destination": bus}])
    assert (how.values["maximum_retry_attempts"], how.values["maximum_event_age_in_seconds"]) == (0, 21_600)


def test_what_a_function_could_not_handle_is_kept_beside_who_is_told_of_it(planned: list[Resource]) -> None:
    assert [one.values["name"] for one in of_type(planned, "aws_sqs_queue")] == [f"{MAIL}-dead-letters"]
    [function] = of_type(planned, "aws_lambda_function")
    assert len(function.values["dead_letter_config"]) == 1
