"""How runs of jobs and of functions ended: what is told to whom, and what may publish it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.kinds.alarms import told
from infragen.kinds.functions import KIND as FUNCTIONS
from infragen.kinds.jobs import JobOutcomesView
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import DEV, Rendered, environment, job, rendered, service
from tests.unit.stacks.test_kinds_blue_green import DELIVERED, FRONT
from tests.unit.stacks.test_kinds_functions import FUNCTION

if TYPE_CHECKING:
    from pathlib import Path

ALARMS = DEV + "alarms: true\n"
LEVELS = DEV + "alerts: {high: {slack: true}, low: {mail: [a@example.com]}}\n"
SLACK = {"secrets/slack.yaml": "name: slack\ntitle: Slack\nrotation: none\nrotation_why: Slack gives it\n"}
NOT_DEPLOYED = "every: {services: {tasks: {min: 0, max: 0}}}\n"
FILE = "app/job-report.tf"
CALL = "notifications_job_report"
NIGHTLY = 'schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}'


class LongView(JobOutcomesView):
    name = "report" * 10  # type: ignore[assignment]


def of(root: Path, more: str = "", settings: str = ALARMS) -> Rendered:
    return rendered(environment(root, {"dev.yaml": settings, **SLACK, **job("report", more)}))


def topics(found: Rendered, path: str = FILE, label: str = CALL) -> dict[str, str]:
    if label not in found.labels(path):
        return {}
    return {outcome: call["topic_arn"] for outcome, call in found.items(path, label, "outcomes").items()}


def function(root: Path, more: str, settings: str = LEVELS) -> Rendered:
    return rendered(environment(root, {"dev.yaml": settings, **SLACK, "functions/mail.yaml": FUNCTION + more}))


def test_a_job_that_fails_is_told_where_anything_is_watched(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert topics(found) == {"failure": "module.alerts.arn"}
    call = found.call(FILE, CALL)
    assert (call["title"], call["entry"], call["system"]) == ('"Web"', '"jobs/report"', '"demo/dev"')
    assert (call["name"], call["log_group_name"]) == ('"demo-dev-job-report"', '"/demo/dev/job/report"')
    assert found.items(FILE, CALL, "outcomes")["failure"]["rule_name"] == '"demo-dev-job-report-failure"'


@pytest.mark.parametrize("settings", [DEV, DEV + "alarms: false\n"])
def test_where_nothing_is_watched_nobody_hears_of_a_job_that_says_nothing(settings: str, tmp_path: Path) -> None:
    assert CALL not in of(tmp_path, settings=settings).labels(FILE)


def test_who_wants_to_hear_asks_for_a_topic_and_no_alarms_wins_over_it(tmp_path: Path) -> None:
    asked = of(tmp_path / "asked", "notify: {success: low}\n", DEV)
    assert topics(asked) == {"success": "module.alerts.arn", "failure": "module.alerts.arn"}
    assert CALL not in of(tmp_path / "off", "notify: {success: low}\n", DEV + "alarms: false\n").labels(FILE)


@pytest.mark.parametrize(
    ("notify", "told_to"),
    [
        ("{}", {"failure": "high"}),
        ("{success: low}", {"success": "low", "failure": "high"}),
        ("{success: low, failure: low}", {"success": "low", "failure": "low"}),
        ("{failure: none}", {}),
        ("{success: high, failure: none}", {"success": "high"}),
    ],
)
def test_each_outcome_goes_to_the_topic_of_its_level(notify: str, told_to: dict[str, str], tmp_path: Path) -> None:
    found = of(tmp_path, f"notify: {notify}\n", LEVELS + NOT_DEPLOYED)
    assert topics(found) == {outcome: f"module.alerts_{level}.arn" for outcome, level in told_to.items()}
    for level in ("high", "low"):
        publishers = found.call("app/alarms.tf", f"alerts_{level}").get("publishers", "")
        assert ("events.amazonaws.com" in publishers) == (level in told_to.values())
        assert not publishers or "cloudwatch.amazonaws.com" in publishers


def test_without_a_level_of_its_own_a_failure_goes_to_the_nearest_that_somebody_hears_of(tmp_path: Path) -> None:
    assert topics(of(tmp_path, settings=DEV + "alerts: {low: {mail: [a@example.com]}}\n")) == {
        "failure": "module.alerts_low.arn"
    }


def test_event_bridge_may_use_the_key_of_messages_for_topics_and_under_no_condition_on_itself(tmp_path: Path) -> None:
    keys = "customer_keys: true\n"
    grants = of(tmp_path / "told", settings=ALARMS + keys).items("network/keys.tf", "key_messages", "service_grants")
    assert grants["Events"]["principal"] == '"events.amazonaws.com"'
    assert "kms:EncryptionContext:aws:sns:topicArn" in grants["Events"]["condition"]
    assert "aws:Source" not in grants["Events"]["condition"]
    assert "aws:SourceAccount" in grants["CloudWatchAlarms"]["condition"]
    quiet = of(tmp_path / "quiet", "notify: {failure: none}\n", ALARMS + keys + NOT_DEPLOYED)
    assert "Events" not in quiet.items("network/keys.tf", "key_messages", "service_grants")


def test_a_sidecar_that_prepares_a_job_and_fails_is_a_failure_of_the_job(tmp_path: Path) -> None:
    sidecars = """\
sidecars:
  seed: {command: [bin/seed], essential: false}
  warm: {command: [bin/warm], essential: false, depends_on: {seed: success}}
depends_on: {warm: complete}
"""
    call = of(tmp_path, sidecars).call(FILE, CALL)
    assert call["containers"].split('"')[1::2] == ["app", "seed", "warm"]
    assert call["preparing"].split() == ["{", "seed", "=", '"success"', "}"]


def test_a_name_that_is_too_long_for_a_rule_is_shortened(tmp_path: Path) -> None:
    made = environment(tmp_path, {"dev.yaml": ALARMS, **job("report")})
    own = LongView(BuildContext(made, in_force(made), "jobs/report"))
    assert len(own.longest_rule_name) <= 64
    assert own.outcomes["failure"]["rule_name"] == own.longest_rule_name


def test_a_function_on_a_schedule_tells_event_bridge_and_has_no_alarm_that_says_it_again(tmp_path: Path) -> None:
    found = function(tmp_path, f"triggers: {{{NIGHTLY}}}\nnotify: {{success: low, failure: high}}\n")
    path = "app/function-mail.tf"
    assert topics(found, path, "notifications_function_mail") == {
        "success": "module.alerts_low.arn",
        "failure": "module.alerts_high.arn",
    }
    assert found.call(path, "function_mail")["outcomes"].split('"')[1::2] == ["success", "failure"]
    assert {name.rpartition("-")[2] for name in found.items(path, "alarms_function_mail", "alarms")} == {
        "started",
        "throttles",
    }


@pytest.mark.parametrize(
    ("more", "outcomes", "alarms"),
    [
        (f"triggers: {{{NIGHTLY}}}\n", set(), {"errors", "started", "throttles"}),
        (f"triggers: {{{NIGHTLY}}}\nnotify: {{success: low}}\n", {"success"}, {"errors", "started", "throttles"}),
        (f"triggers: {{{NIGHTLY}}}\nnotify: {{failure: none}}\n", set(), {"started", "throttles"}),
        (
            f"triggers: {{{NIGHTLY}}}\nnotify: {{failure: high}}\nalarms: {{errors: {{above: 2}}}}\n",
            {"failure"},
            {"errors", "started", "throttles"},
        ),
    ],
)
def test_of_a_function_what_nobody_says_is_its_alarm_s(
    more: str, outcomes: set[str], alarms: set[str], tmp_path: Path
) -> None:
    found, path = function(tmp_path, more), "app/function-mail.tf"
    assert set(topics(found, path, "notifications_function_mail") if outcomes else {}) == outcomes
    assert ("notifications_function_mail" in found.labels(path)) == bool(outcomes)
    assert ("outcomes" in found.call(path, "function_mail")) == bool(outcomes)
    assert {name.rpartition("-")[2] for name in found.items(path, "alarms_function_mail", "alarms")} == alarms


def test_failures_at_a_queue_keep_their_alarm(tmp_path: Path) -> None:
    queue = {"queues/letters.yaml": "name: letters\ntitle: Letters\n"}
    text = f"{FUNCTION}triggers: {{{NIGHTLY}, queues: {{letters: {{}}}}}}\nnotify: {{failure: high}}\n"
    found = rendered(environment(tmp_path, {"dev.yaml": LEVELS, **SLACK, **queue, "functions/mail.yaml": text}))
    alarms = found.items("app/function-mail.tf", "alarms_function_mail", "alarms")
    assert {name.rpartition("-")[2] for name in alarms} == {"errors", "started", "throttles"}


def test_a_function_that_only_messages_start_tells_nobody_how_it_ended(tmp_path: Path) -> None:
    made = environment(
        tmp_path, {"dev.yaml": LEVELS, **SLACK, "functions/mail.yaml": FUNCTION + "notify: {success: low}\n"}
    )
    assert not told(BuildContext(made, in_force(made), "functions/mail"))


def test_a_layout_by_domain_has_the_rules_in_the_stack_of_the_topics(tmp_path: Path) -> None:
    system = "schema: 1\nname: demo\ntitle: Demo\nlayout: domains\n"
    files = {"system.yaml": system, "dev.yaml": ALARMS + "services: {web: null}\n", **job("report", "domain: sales\n")}
    found = rendered(environment(tmp_path, files))
    assert topics(found, "observability/job-report.tf") == {"failure": "module.alerts.arn"}


def test_rules_cost_nothing_and_events_and_mails_do(tmp_path: Path) -> None:
    def priced(more: str) -> set[str]:
        files = {"dev.yaml": LEVELS, **SLACK, "functions/mail.yaml": FUNCTION + more}
        made = environment(tmp_path / (more[-6:-2] or "plain"), files)
        ctx = BuildContext(made, in_force(made), "functions/mail")
        return {str(cost.price) for cost in FUNCTIONS.cost.monthly(ctx.entry, ctx)}

    assert "events" in priced(f"triggers: {{{NIGHTLY}}}\nnotify: {{success: low}}\n")
    assert "events" not in priced("")


FAILED = "app/failed-deployments.tf"


def test_deployments_that_fail_are_told_of_each_cluster_by_ecs_and_of_each_service_that_codedeploy_delivers(
    tmp_path: Path,
) -> None:
    sales = {"domains/sales.yaml": "name: sales\ntitle: Sales\nown_cluster: true\n"}
    door = {"services/web.yaml": DELIVERED, "balancers/front.yaml": FRONT, **service("side")}
    files = {**service("shop", "domain: sales\n"), **sales, **door, "dev.yaml": LEVELS, **SLACK}
    found = rendered(environment(tmp_path, files))
    assert found.call(FAILED, "deployment_failures")["topic_arn"] == "module.alerts_high.arn"
    told = found.items(FAILED, "deployment_failures", "deployers")
    assert {who: (one["rule_name"], one["names"]) for who, one in told.items()} == {
        "ecs": ('"demo-dev-failed-deployments"', '["demo-dev", "demo-dev-sales"]'),
        "codedeploy": ('"demo-dev-failed-codedeploy"', '["demo-dev-web"]'),
        "starts": ('"demo-dev-failed-starts"', '["demo-dev", "demo-dev-sales"]'),
    }
    assert "AllowEvents" in found.files["app/alarms.tf"]


def test_nobody_is_told_of_deployments_where_nothing_is_watched_or_deployed(tmp_path: Path) -> None:
    assert FAILED not in rendered(environment(tmp_path / "quiet", {"dev.yaml": DEV})).files
    assert FAILED not in rendered(environment(tmp_path / "waits", {"dev.yaml": ALARMS + NOT_DEPLOYED})).files


def test_what_waits_to_take_over_tells_of_its_first_tasks_that_do_not_start(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"dev.yaml": ALARMS + "waits: true\n", **service("shop")}))
    assert {who: one["names"] for who, one in found.items(FAILED, "deployment_failures", "deployers").items()} == {
        "ecs": '["demo-dev"]',
        "starts": '["demo-dev"]',
    }
    assert "AllowEvents" in found.files["app/alarms.tf"]
