"""The function that passes alarms on: what Slack and PagerDuty are sent, and when Lambda tries again."""

from __future__ import annotations

import importlib.util
import json
import urllib.error
from typing import TYPE_CHECKING, Any, Self

import pytest

from infragen.render.shipped import shipped_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

TOPIC = "arn:aws:sns:ap-northeast-1:444455556666:shop-prod-alerts-critical"
QUIET = "arn:aws:sns:ap-northeast-1:444455556666:shop-prod-alerts-medium"
ALARM = "arn:aws:cloudwatch:ap-northeast-1:444455556666:alarm:shop-prod-order cpu"
SLACK = "arn:aws:secretsmanager:ap-northeast-1:444455556666:secret:slack-a1b2c3"
PAGER = "arn:aws:secretsmanager:ap-northeast-3:444455556666:secret:pagerduty-a1b2c3"  # a replica
SECRETS = {SLACK: "https://hooks.slack.com/services/T0/B0/x\n", PAGER: "key-of-pagerduty"}


class Sent:
    """What was sent where, and the answers that stand ready: an error is raised."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, Any], float]] = []
        self.failing: dict[str, Exception] = {}
        self.readings: list[str] = []

    def open(self, request: Any, timeout: float) -> Any:
        for part, error in self.failing.items():
            if part in request.full_url:
                raise error
        self.posts.append((request.full_url, json.loads(request.data), timeout))
        return self

    def client(self, name: str, region_name: str) -> Any:
        assert name == "secretsmanager"
        self.region = region_name
        return self

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 -- as boto3 has it
        assert f":secretsmanager:{self.region}:" in SecretId  # Secrets Manager finds no ARN of another region
        self.readings.append(SecretId)
        return {"SecretString": SECRETS[SecretId]}

    def read(self) -> bytes:
        return b"ok"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def to(self, part: str) -> list[dict[str, Any]]:
        return [body for url, body, _ in self.posts if part in url]


@pytest.fixture
def module() -> ModuleType:
    path = shipped_templates() / "modules" / "alerts_function" / "alerts.py"
    spec = importlib.util.spec_from_file_location("alerts", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def sent(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Sent:
    found = Sent()
    deliveries = {
        TOPIC: {"level": "critical", "slack": SLACK, "pagerduty": PAGER},
        QUIET: {"level": "medium", "slack": SLACK},
    }
    monkeypatch.setenv("DELIVERIES", json.dumps(deliveries))
    monkeypatch.setenv("SYSTEM", "shop/prod")
    monkeypatch.setattr(module.urllib.request, "urlopen", found.open)
    monkeypatch.setattr(module.boto3, "client", found.client)
    return found


def alarm(state: str, topic: str = TOPIC) -> dict[str, Any]:
    said = {
        "AlarmName": "shop-prod-order cpu",
        "AlarmDescription": "shop-prod-order: CPU <of its tasks> is above 80 %.",
        "AlarmArn": ALARM,
        "NewStateValue": state,
        "NewStateReason": "Threshold crossed: 93 > 80",
    }
    return {"Records": [{"Sns": {"TopicArn": topic, "Subject": "ALARM", "Message": json.dumps(said)}}]}


def error(code: int) -> urllib.error.HTTPError:
    return urllib.error.HTTPError("https://hooks.slack.com/services/T0/B0/x", code, "no", {}, None)  # type: ignore[arg-type]


def test_an_alarm_opens_an_incident_and_is_posted(module: ModuleType, sent: Sent) -> None:
    module.handler(alarm("ALARM"), None)

    (event,) = sent.to("pagerduty.com")
    assert event["event_action"] == "trigger"
    assert event["routing_key"] == "key-of-pagerduty"
    assert event["dedup_key"] == ALARM
    assert event["payload"]["severity"] == "critical"
    assert event["payload"]["summary"] == "shop/prod: shop-prod-order: CPU <of its tasks> is above 80 %."
    (post,) = sent.to("hooks.slack.com")
    (shown,) = post["attachments"]
    assert shown["title"] == "CRITICAL: shop-prod-order: CPU &lt;of its tasks&gt; is above 80 %."
    assert shown["title_link"].endswith("region=ap-northeast-1#alarmsV2:alarm/shop-prod-order%20cpu")


def test_the_end_of_an_alarm_resolves_the_same_incident(module: ModuleType, sent: Sent) -> None:
    module.handler(alarm("ALARM"), None)
    module.handler(alarm("OK"), None)

    opened, resolved = sent.to("pagerduty.com")
    assert resolved == {"routing_key": "key-of-pagerduty", "event_action": "resolve", "dedup_key": opened["dedup_key"]}
    assert sent.to("hooks.slack.com")[1]["attachments"][0]["title"].startswith("OK again: ")


def test_a_level_without_pagerduty_wakes_nobody(module: ModuleType, sent: Sent) -> None:
    module.handler(alarm("ALARM", QUIET), None)

    assert len(sent.posts) == 1
    assert sent.to("hooks.slack.com")[0]["attachments"][0]["title"].startswith("MEDIUM: ")


def test_what_a_budget_says_is_passed_on_as_it_is(module: ModuleType, sent: Sent) -> None:
    message = {"TopicArn": TOPIC, "Subject": "AWS Budgets: shop-prod has exceeded", "Message": "3,600 of 3,500 USD"}

    module.handler({"Records": [{"Sns": message}]}, None)

    (event,) = sent.to("pagerduty.com")
    assert event["payload"]["custom_details"]["reason"] == "3,600 of 3,500 USD"
    assert event["dedup_key"] == f"{TOPIC}/AWS Budgets: shop-prod has exceeded"
    assert sent.to("hooks.slack.com")[0]["attachments"][0]["text"] == "3,600 of 3,500 USD"


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (lambda: error(500), "slack: answered 500"),
        (lambda: TimeoutError("timed out"), "slack: TimeoutError"),
        (lambda: urllib.error.URLError("no route"), "slack: URLError"),
    ],
)
def test_what_slack_does_not_take_raises_without_its_address_and_pagerduty_hears_it_all_the_same(
    module: ModuleType, sent: Sent, failing: Callable[[], Exception], said: str
) -> None:
    sent.failing["slack.com"] = failing()

    with pytest.raises(module.NotDeliveredError) as raised:
        module.handler(alarm("ALARM"), None)

    assert str(raised.value) == said
    assert "hooks" not in str(raised.value)
    assert len(sent.to("pagerduty.com")) == 1


def test_every_message_of_an_event_is_tried_and_all_that_failed_is_named(module: ModuleType, sent: Sent) -> None:
    sent.failing = {"slack.com": error(404), "pagerduty.com": error(429)}
    both = {"Records": [*alarm("ALARM")["Records"], *alarm("ALARM", QUIET)["Records"]]}

    with pytest.raises(module.NotDeliveredError, match="pagerduty: answered 429; slack: answered 404; slack: answered"):
        module.handler(both, None)


def test_nobody_waits_longer_for_an_answer_than_the_function_lives(module: ModuleType, sent: Sent) -> None:
    module.handler(alarm("ALARM"), None)

    main = (shipped_templates() / "modules" / "alerts_function" / "main.tf").read_text(encoding="utf-8")
    assert "timeout          = 30 " in main
    assert sum(timeout for _, _, timeout in sent.posts) < 30


def test_a_secret_is_read_once_and_again_after_it_was_refused(module: ModuleType, sent: Sent) -> None:
    module.handler(alarm("ALARM", QUIET), None)
    module.handler(alarm("OK", QUIET), None)
    assert sent.readings == [SLACK]

    sent.failing["slack.com"] = error(403)
    with pytest.raises(module.NotDeliveredError):
        module.handler(alarm("ALARM", QUIET), None)
    sent.failing.clear()
    module.handler(alarm("ALARM", QUIET), None)

    assert sent.readings == [SLACK, SLACK]


def test_a_secret_that_is_no_address_is_sent_nowhere(
    module: ModuleType, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SECRETS, SLACK, "file:///etc/passwd")

    with pytest.raises(module.NotDeliveredError, match="slack: the secret holds no https:// URL"):
        module.handler(alarm("ALARM", QUIET), None)

    assert sent.posts == []


DONE = """\
"Done: Nightly <export> (jobs/export)"
"System: shop/prod"
"Ended: 2026-11-25T20:00:31Z"
"Run: arn:aws:ecs:ap-northeast-1:444455556666:task/shop-prod/0123abcd"
"Log: https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/x"
"""
FAILED = DONE.replace("Done:", "Failed:").replace(
    '"Run:', '"Exit codes: app 3"\n"Reason: EssentialContainerExited, out"\n"Run:'
)


def ended(text: str, topic: str = TOPIC) -> dict[str, Any]:
    return {"Records": [{"Sns": {"TopicArn": topic, "Subject": None, "Message": text}}]}


def test_a_run_that_failed_opens_an_incident_and_is_posted_with_its_exit_code_and_log(
    module: ModuleType, sent: Sent
) -> None:
    module.handler(ended(FAILED), None)

    (event,) = sent.to("pagerduty.com")
    assert event["event_action"] == "trigger"
    assert event["payload"]["summary"] == "shop/prod: Nightly <export> (jobs/export) failed"
    assert event["payload"]["source"] == "jobs/export"
    assert event["payload"]["custom_details"]["reason"].splitlines()[:3] == [
        "Ended: 2026-11-25T20:00:31Z", "Exit codes: app 3", "Reason: EssentialContainerExited, out",
    ]  # fmt: skip
    assert event["links"][0]["href"].startswith("https://ap-northeast-1.console.aws.amazon.com/cloudwatch/")
    (post,) = sent.to("hooks.slack.com")
    (shown,) = post["attachments"]
    assert shown["title"] == "CRITICAL: Nightly &lt;export&gt; (jobs/export) failed"
    assert shown["color"] == module.COLOURS["critical"]
    assert shown["title_link"] == event["links"][0]["href"]
    assert shown["footer"] == "shop/prod | jobs/export"
    assert "Exit codes: app 3" in shown["text"]


def test_a_finding_opens_an_incident_with_its_severity_and_its_page_in_the_console(
    module: ModuleType, sent: Sent
) -> None:
    lines = (
        "Found: Credentials were used from outside. (GuardDuty)", "System: shop/prod", "Severity: 8",
        "Log: https://ap-northeast-1.console.aws.amazon.com/guardduty/home",
    )  # fmt: skip
    module.handler(ended("\n".join(f'"{line}"' for line in lines)), None)

    (event,) = sent.to("pagerduty.com")
    assert event["event_action"] == "trigger"
    assert event["payload"]["summary"] == "shop/prod: Credentials were used from outside. (GuardDuty)"
    assert (event["payload"]["source"], event["payload"]["custom_details"]["reason"]) == ("GuardDuty", "Severity: 8")
    (shown,) = sent.to("hooks.slack.com")[0]["attachments"]
    assert shown["title"] == "CRITICAL: Credentials were used from outside. (GuardDuty)"
    assert shown["title_link"] == "https://ap-northeast-1.console.aws.amazon.com/guardduty/home"


def test_a_run_that_went_well_is_posted_as_done_and_resolves_the_incident_of_the_one_before(
    module: ModuleType, sent: Sent
) -> None:
    module.handler(ended(FAILED), None)
    module.handler(ended(DONE), None)

    opened, resolved = sent.to("pagerduty.com")
    assert resolved == {"routing_key": "key-of-pagerduty", "event_action": "resolve", "dedup_key": opened["dedup_key"]}
    (shown,) = sent.to("hooks.slack.com")[1]["attachments"]
    assert shown["title"] == "Done: Nightly &lt;export&gt; (jobs/export)"
    assert shown["color"] == module.WELL


@pytest.mark.parametrize(
    "text", ['"Done: x', "Done: x (jobs/x)\nRun: 1", '"Hello"\n"Done: x (jobs/x)"', '"', ""], ids=range(5)
)
def test_a_text_that_is_like_the_end_of_a_run_is_a_text(module: ModuleType, sent: Sent, text: str) -> None:
    module.handler(ended(text), None)

    (event,) = sent.to("pagerduty.com")
    assert event["event_action"] == "trigger"
    assert event["payload"]["summary"] == "shop/prod: Notification"
