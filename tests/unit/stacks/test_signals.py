"""Signals: who is told of what, what reaches nobody, and what fails without anybody being told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project
from infragen.environment import environments
from infragen.report import signals as report
from infragen.stacks.signals import signals_of
from infragen.workflow.target import resolve_one
from tests.conftest import ROOT
from tests.unit.stacks.systems import DEV, SERVICE, environment, job, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.stacks.signals import Signals

PROJECT = Project.find(ROOT)
ALARMS = DEV + "alarms: true\n"
QUEUE = "name: mails\ntitle: Mails\n"
WORKER = SERVICE.replace("name: web", "name: mailer")
HEALTH = "what AWS Health tells of the account: a host that is to be replaced, an end of support"
SCANNED = "what ECR finds in an image that is pushed"
SLACK = {"secrets/slack.yaml": "name: slack\ntitle: Slack\nrotation: none\nrotation_why: Slack gives it\n"}
EVERYTHING = {
    "queues/mails.yaml": QUEUE,
    "workers/mailer.yaml": WORKER + "uses: {queues/mails: {access: receive}}\n",
    **job("report", 'schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}\n'),
    **SLACK,
}


def of(root: Path, settings: str, **files: str) -> Signals:
    return signals_of(environment(root, {"dev.yaml": settings, **EVERYTHING, **files}))


def hearers(found: Signals, owner: str) -> dict[str, tuple[str, ...]]:
    return {one.signal.what: one.signal.hears for one in found.told if one.owner == owner}


@pytest.mark.parametrize(
    "target", [f"{system}/{name}" for system in PROJECT.systems() for name in environments(PROJECT, system)]
)
def test_every_signal_of_a_committed_production_environment_reaches_somebody(target: str) -> None:
    _, found = resolve_one(PROJECT, target)
    signals = signals_of(found)
    if found.settings.production:
        assert signals.told
        assert signals.lost == ()
        assert [one.owner for one in signals.silent if not one.is_chosen] == []


def test_each_level_is_heard_by_those_whom_it_names(tmp_path: Path) -> None:
    levels = "alerts: {critical: {slack: true, mail: [b@example.com, a@example.com]}, high: {slack: true}, low: {}}\n"
    found = of(tmp_path, DEV + levels)
    assert hearers(found, "workers/mailer") == {
        "cpu": ("Slack",),  # medium: the next more urgent one
        "memory": ("Slack",),
        "running-tasks": ("a@example.com", "b@example.com", "Slack"),
    }
    assert hearers(found, "queues/mails") == {"dead-letters": ("Slack",), "message-age": ("Slack",)}
    assert hearers(found, "jobs/report") == {"failure": ("Slack",), "not-started": ("Slack",)}
    assert hearers(found, "alarms") == {
        "failed deployments": ("Slack",),
        "tasks that do not start": ("Slack",),
        "messages that were not delivered": ("a@example.com", "b@example.com", "Slack"),
    }
    assert {one.signal.through for one in found.told} == {"demo-dev-alerts-critical", "demo-dev-alerts-high"}


def test_without_an_address_everything_ends_at_the_topic(tmp_path: Path) -> None:
    lost = of(tmp_path / "none", ALARMS)
    assert lost.lost == lost.told != ()
    assert {one.signal.through for one in lost.lost} == {"demo-dev-alerts"}
    assert of(tmp_path / "one", ALARMS + "alarm_email: a@example.com\n").lost == ()


def test_findings_are_told_by_their_severity_and_wait_where_nothing_is(tmp_path: Path) -> None:
    owned = DEV + "account_settings: {guardduty: {}}\n"
    mail = "mail: [a@example.com]"
    found = of(tmp_path / "told", f"{owned}alerts: {{critical: {{{mail}}}, high: {{slack: true}}}}\n")
    assert hearers(found, "guardduty") == {
        "findings of severity 9 and above": ("a@example.com",),
        "findings of severity 4 to below 9": ("Slack",),
    }
    silent = of(tmp_path / "silent", owned + "alarms: false\n")
    assert [(one.owner, one.signal.through) for one in silent.lost] == [("guardduty", "GuardDuty itself")]


def test_what_has_no_dead_letters_is_shown_with_what_is_lost_and_why(tmp_path: Path) -> None:
    found = of(tmp_path, ALARMS + "alarm_email: a@example.com\n")
    assert {(one.owner, one.ending.what) for one in found.ends} == {
        ("account", HEALTH),
        ("alarms", "failed deployments and starts, if the topic refuses them"),
        ("alarms", "mail that an address does not take"),
        ("jobs/report", "how a run ended, where the topic refuses it"),
        *((owner, SCANNED) for owner in ("jobs/report", "services/web", "workers/mailer")),
    }
    text = " ".join(report.text(found).split())
    assert "mail that an address does not take: alarms SNS tries again" in text
    assert "| alarms | mail that an address does not take | ends here: SNS tries again for six" in report.markdown(
        found
    )
    assert {one["owner"] for one in json.loads(report.as_json(found))["ends"]} >= {"alarms", "jobs/report"}
    assert {one.ending.what for one in of(tmp_path / "none", DEV).ends} == {HEALTH, SCANNED}


def test_a_function_that_is_due_and_does_not_start_is_told(tmp_path: Path) -> None:
    nightly = (
        "name: sweep\ntitle: Sweep\ncode: {bucket: releases, key: sweep-1.zip}\nruntime: python3.13\n"
        'handler: app.handler\ntriggers: {schedules: {nightly: {cron: "0 3 * * ? *", why: night}}}\n'
        "dead_letters: {}\n"
    )
    found = of(tmp_path / "told", ALARMS, **{"functions/sweep.yaml": nightly})
    assert {"not-started", "dead-letters"} <= hearers(found, "functions/sweep").keys()
    deaf = of(tmp_path / "deaf", ALARMS, **{"functions/sweep.yaml": nightly + "alarms: {not-started: none}\n"})
    assert silent(deaf) == {"functions/sweep": ("it is due and does not start", True)}


def test_a_budget_tells_addresses_itself_and_levels_through_their_topic(tmp_path: Path) -> None:
    budget = "budget: {monthly: 100 USD, alerts: {80 %: [a@example.com], 100 %: high, 120 %: []}}\n"
    found = of(tmp_path, DEV + "alerts: {high: {mail: [b@example.com]}}\n" + budget)
    assert hearers(found, "budget") == {
        "80 % of it": ("a@example.com",),
        "100 % of it": ("b@example.com",),
        "120 % of it": (),
    }
    assert [one.signal.what for one in found.lost] == ["120 % of it"]


def test_a_budget_tells_what_aws_expects_as_well(tmp_path: Path) -> None:
    budget = "budget: {monthly: 100 USD, alerts: {100 %: [a@example.com]}, forecast: {100 %: [a@example.com]}}\n"
    found = of(tmp_path, DEV + budget)
    assert hearers(found, "budget").keys() == {"100 % of it", "100 % of it, as AWS expects"}


def test_a_budget_by_a_tag_tells_nobody_until_somebody_says_that_the_tag_is_active(tmp_path: Path) -> None:
    def budget(more: str) -> str:
        return f"budget: {{monthly: 100 USD, alerts: {{80 %: [a@example.com], 100 %: high}}{more}}}\n"

    levels = DEV + "alerts: {high: {mail: [b@example.com]}}\n"
    blind = of(tmp_path / "blind", levels + budget(", of: environment"))
    assert {(one.owner, one.signal.what) for one in blind.lost} == {("budget", "80 % of it"), ("budget", "100 % of it")}
    assert "nobody (through a budget that counts nothing until the tag Environment is active)" in report.text(blind)
    active = of(tmp_path / "active", levels + budget(", of: environment, tag_is_active: true"))
    assert active.lost == of(tmp_path / "account", levels + budget("")).lost == ()


def silent(found: Signals) -> dict[str, tuple[str, bool]]:
    return {one.owner: (one.failure.how, one.is_chosen) for one in found.silent}


def test_what_stops_is_told_without_container_insights_too(tmp_path: Path) -> None:
    assert silent(of(tmp_path / "usual", ALARMS)) == {}
    two = {"workers/mailer.yaml": WORKER + "alarms: {running-tasks: {below: 2}}\n"}
    assert silent(of(tmp_path / "two", ALARMS, **two)) == {"workers/mailer": ("none of its tasks runs", False)}
    assert silent(of(tmp_path / "counted", ALARMS + "container_insights: true\n", **two)) == {}


def test_a_worker_that_a_queue_starts_is_missed_at_that_queue(tmp_path: Path) -> None:
    woken = WORKER.replace("min: 1", "min: 0") + "uses: {queues/mails: {access: receive}}\n"
    found = of(tmp_path / "woken", ALARMS, **{"workers/mailer.yaml": woken})
    assert "running-tasks" not in hearers(found, "workers/mailer")
    assert silent(found) == {}
    deaf = {"workers/mailer.yaml": woken, "queues/mails.yaml": QUEUE + "alarms: {message-age: none}\n"}
    assert silent(of(tmp_path / "deaf", ALARMS, **deaf)) == {
        "queues/mails": ("messages wait, and nothing takes them", True),
        "workers/mailer": ("none of its tasks runs", True),
    }


def test_what_nobody_watches_is_named_and_chosen_where_alarms_are_off(tmp_path: Path) -> None:
    unwatched = of(tmp_path / "unwatched", DEV)
    assert unwatched.told == ()
    assert {one.owner for one in unwatched.silent} == {
        "jobs/report", "queues/mails", "services/web", "workers/mailer",
    }  # fmt: skip
    assert {(one.is_chosen, one.failure.hint) for one in unwatched.silent} == {
        (False, "add `alarms: true` to environments/demo/dev.yaml")
    }
    off = of(tmp_path / "off", DEV + "alarms: false\n")
    assert {one.is_chosen for one in off.silent} == {True}


def test_an_event_that_a_function_loses_is_a_silence_and_one_that_it_keeps_is_told(tmp_path: Path) -> None:
    function = (
        "name: shrink\ntitle: Shrink\ncode: {bucket: releases, key: shrink-1.zip}\nruntime: python3.13\n"
        "handler: app.handler\ntriggers: {objects: {photos: {}}}\nuses: {buckets/photos: {access: read}}\n"
    )
    photos = {"buckets/photos.yaml": "name: photos\ntitle: Photos\n"}
    lost = of(tmp_path / "lost", ALARMS, **photos, **{"functions/shrink.yaml": function})
    assert silent(lost) == {"functions/shrink": ("an event is lost after the last attempt", False)}
    chosen = function + "dead_letters: none\n"
    assert silent(of(tmp_path / "chosen", ALARMS, **photos, **{"functions/shrink.yaml": chosen})) == {
        "functions/shrink": ("an event is lost after the last attempt", True)
    }
    kept = of(tmp_path / "kept", ALARMS + "production: true\n", **photos, **{"functions/shrink.yaml": function})
    assert silent(kept) == {}
    assert "dead-letters" in hearers(kept, "functions/shrink")


@pytest.mark.parametrize(
    ("more", "seconds"), [("", "3600"), ("visibility_timeout: 2 h\n", "14400"), ("handled_within: 5 min\n", "300")]
)
def test_messages_that_nothing_takes_are_told_after_their_time(more: str, seconds: str, tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"dev.yaml": ALARMS, "queues/mails.yaml": QUEUE + more}))
    alarms = found.items("app/queue-mails.tf", "alarms_queue_mails", "alarms")
    assert alarms["demo-dev-queue-mails-message-age"]["threshold"] == seconds


def test_people_read_who_is_told_and_programs_each_signal(tmp_path: Path) -> None:
    two = {"workers/mailer.yaml": WORKER + "alarms: {running-tasks: {below: 2}}\n"}
    found = of(tmp_path, ALARMS, **two)
    text = report.text(found)
    assert text.startswith("demo/dev: 11 signals, 11 of them to nobody; 1 entry without one\n\nNo signal when\n")
    hint = "remove its `running-tasks`, or add `container_insights: true` to the environment"
    assert f" workers/mailer: none of its tasks runs {hint} " in " ".join(text.split())
    assert (
        "nobody (through demo-dev-alerts)\n  alarms\n      failed deployments, tasks that do not start\n  jobs/report\n"
        in text
    )
    assert "  jobs/report\n      failure, not-started\n" in text
    assert f"| workers/mailer | none of its tasks runs | **no one**: {hint} |" in report.markdown(found)
    document = json.loads(report.as_json(found))
    assert (len(document["signals"]), document["silent"][0]["owner"]) == (11, "workers/mailer")
    assert document["signals"][0] == {
        "owner": "alarms", "what": "failed deployments", "hears": [], "through": "demo-dev-alerts",
    }  # fmt: skip


def test_an_entrance_that_route_53_cannot_ask_is_named(tmp_path: Path) -> None:
    gateway = (
        "name: api\ntitle: API\nreach: internet\npurpose: people\nlimit: 60 req/min\nper: api-key\nburst: 5\n"
        "clients: {web: the shop}\n"
    )
    for settings, named in ((DEV + "production: true\n", ["gateways/api"]), (DEV, [])):
        found = of(tmp_path / str(len(named)), settings, **{"gateways/api.yaml": gateway})
        assert [one.owner for one in found.ends if "nobody gets in" in one.ending.what] == named
