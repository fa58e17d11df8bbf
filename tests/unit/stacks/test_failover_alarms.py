"""Who is told that a region does not answer, and that nothing of it is needed for that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.kinds.failover_alarms import CAPABILITY
from infragen.stacks.signals import signals_of
from tests.unit.stacks.systems import DEV, SERVICE, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

FRONT = """\
name: front
title: Front
reach: internet
zone: main
hosts: [www]
failover: {role: primary, healthy_tasks: 1}
routes: {all: {service: web}}
"""
ZONE = "name: main\ntitle: Main\n"
SLACK = "name: slack\ntitle: Slack\nrotation: none\nrotation_why: Slack gives it\n"
REPLICA = SLACK + "replication: {region: ap-northeast-3}\n"
LEVELS = "alerts: {critical: {slack: true}, high: {mail: [night@shop.com, day@shop.com]}}\n"
TOPIC = "demo-dev-failover-alerts in us-east-1"
PATH = "edge-us-east-1/failover-alarms.tf"


def files(settings: str, secret: str = REPLICA, front: str = FRONT) -> dict[str, str]:
    named = {"zones/main.yaml": ZONE, "balancers/front.yaml": front, "services/web.yaml": SERVICE}
    return {**named, "secrets/slack.yaml": secret, "dev.yaml": DEV + "domain_name: shop.com\n" + settings}


def made(root: Path, settings: str, secret: str = REPLICA) -> Rendered:
    return rendered(environment(root, files(settings, secret)))


def hears(root: Path, settings: str, secret: str = REPLICA, front: str = FRONT) -> dict[str, tuple[str, ...]]:
    told = signals_of(environment(root, files(settings, secret, front))).told
    return {one.signal.what: one.signal.hears for one in told if one.signal.through == TOPIC}


@pytest.mark.parametrize("keys", ["", "customer_keys: true\n"])
def test_nothing_that_tells_of_a_region_is_in_it(tmp_path: Path, keys: str) -> None:
    text = made(tmp_path, LEVELS + keys).files[PATH]
    elsewhere = re.sub(r'description *= ".*"', "", text)
    assert "ap-northeast-1" not in elsewhere
    assert set(re.findall(r"local\.\w+\.\w+", elsewhere)) == {
        "local.edge.health_front_id", "local.data.secret_slack_replica_arn",
    }  # fmt: skip
    assert ("kms_key_arn = module.key_failover_alerts.arn" in text) == bool(keys)
    assert "infragen runbook demo/dev failover" in text


def test_people_with_mail_are_told_where_the_most_urgent_level_has_none(tmp_path: Path) -> None:
    people = ("day@shop.com", "night@shop.com", "Slack")
    assert hears(tmp_path, LEVELS) == {
        "demo-dev-front fails over": people, "messages about failover that were not delivered": people,
    }  # fmt: skip


def test_a_secret_that_is_lost_with_the_region_tells_nobody(tmp_path: Path) -> None:
    assert hears(tmp_path, LEVELS, SLACK) == {"demo-dev-front fails over": ("day@shop.com", "night@shop.com")}
    assert hears(tmp_path / "alone", "alerts: {critical: {slack: true}}\n", SLACK) == {"demo-dev-front fails over": ()}


def test_an_environment_without_levels_tells_its_address(tmp_path: Path) -> None:
    assert hears(tmp_path, "alarm_email: night@shop.com\n") == {"demo-dev-front fails over": ("night@shop.com",)}


@pytest.mark.parametrize(
    ("settings", "front"),
    [
        ("", FRONT),
        ("alarms: false\nalarm_email: night@shop.com\n", FRONT),
        ("alarm_email: night@shop.com\n", FRONT.replace("primary, healthy_tasks: 1", "secondary")),
        ("alarm_email: night@shop.com\n", FRONT.replace("failover", "# failover")),
    ],
)
def test_nobody_is_told_where_nothing_fails_over_or_nobody_is_to_hear(
    tmp_path: Path, settings: str, front: str
) -> None:
    assert hears(tmp_path, settings, front=front) == {}


SITE = "name: site\ntitle: Site\norigins: {web: {balancer: front}}\ndefault: {origin: web}\n"


def test_a_distribution_s_5xx_are_told_where_cloudfront_has_its_figures(tmp_path: Path) -> None:
    """Amazon CloudFront Developer Guide: Types of metrics for CloudFront, US East (N. Virginia)."""
    said = {**files(LEVELS), "distributions/site.yaml": SITE}
    alarms = rendered(environment(tmp_path, said)).items(
        "edge-us-east-1/distribution-site-alarms.tf", "alarms_distribution_site", "alarms"
    )
    alarm = alarms["demo-dev-distribution-site-errors"]
    assert (alarm["metric"], alarm["threshold"]) == ('"5xxErrorRate"', "1")
    assert alarm["dimensions"].split() == [
        "{", "DistributionId", "=", "module.distribution_site.id", "Region", "=", '"Global"', "}",
    ]  # fmt: skip
    told = signals_of(environment(tmp_path / "told", said)).told
    [one] = [one.signal for one in told if one.owner == "distributions/site"]
    assert (one.what, one.through, one.hears) == ("errors", TOPIC, ("day@shop.com", "night@shop.com", "Slack"))


def test_a_distribution_that_is_not_to_be_watched_is_silent_by_choice(tmp_path: Path) -> None:
    said = {**files(LEVELS), "distributions/site.yaml": SITE + "alarms: {errors: none}\n"}
    found = signals_of(environment(tmp_path, said))
    [silence] = [one for one in found.silent if one.owner == "distributions/site"]
    assert silence.is_chosen
    assert silence.failure.hint == "remove `errors: none`"


CHECK = "check: {path: /health, every: 10 s, failures: 2, contains: ok}\n"
PLAIN = FRONT.replace("failover: {role: primary, healthy_tasks: 1}\n", CHECK)


def test_an_address_is_asked_from_outside_and_its_alarm_stands_where_route_53_has_its_figures(tmp_path: Path) -> None:
    """Amazon Route 53 Developer Guide: Monitoring health checks using CloudWatch, US East (N. Virginia)."""
    made_of = rendered(environment(tmp_path, files("alarm_email: night@shop.com\n", front=PLAIN)))
    text = re.sub(r" +=", " =", made_of.files[PATH])
    for line in (
        'domain_name = "www.shop.com"', 'protocol = "HTTPS"', 'path = "/health"', "request_interval = 10",
        "failure_threshold = 2", 'search_string = "ok"', "HealthCheckId = module.endpoint_check_balancer_front.id",
    ):  # fmt: skip
        assert line in text, line
    assert hears(tmp_path / "again", "alarm_email: night@shop.com\n", front=PLAIN) == {
        "https://www.shop.com/health does not answer": ("night@shop.com",)
    }


@pytest.mark.parametrize(
    ("front", "settings", "zone"),
    [
        pytest.param(PLAIN, "", ZONE, id="nobody is told"),
        pytest.param(PLAIN, "alarm_email: night@shop.com\n", f"{ZONE}delegated: false\n", id="nobody asks its zone"),
        pytest.param(
            PLAIN.replace("[www]", "['*.lists']"), "alarm_email: night@shop.com\n", ZONE, id="no name that can be asked"
        ),
    ],
)
def test_what_nobody_finds_or_hears_of_is_not_asked(front: str, settings: str, zone: str, tmp_path: Path) -> None:
    made_of = rendered(environment(tmp_path, {**files(settings, front=front), "zones/main.yaml": zone}))
    assert PATH not in made_of.files


@pytest.mark.parametrize(("check", "options"), [("{path: /}", 1), ("{path: /, every: 10 s, contains: ok}", 3)])
def test_a_check_costs_what_route_53_bills_for_it(check: str, options: int, tmp_path: Path) -> None:
    front = PLAIN.replace(CHECK, f"check: {check}\n")
    found = environment(tmp_path, files("alarm_email: night@shop.com\n", front=front))
    costs = {one.price: one.units for one in CAPABILITY.monthly_costs(BuildContext(found, {}))}
    assert (costs["health-check"], costs["health-check-option"]) == (1, options)
