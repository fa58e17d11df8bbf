"""Certificates that end, or that are not renewed, reach people, in whatever region they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project
from infragen.environment import environments
from infragen.stacks.signals import signals_of
from infragen.workflow.target import resolve_one
from tests.conftest import ROOT
from tests.unit.stacks.systems import DEV, environment, rendered, service
from tests.unit.stacks.test_failover_alarms import FRONT, ZONE

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = Project.find(ROOT)
MAIL = DEV + "domain_name: shop.com\nalarm_email: a@example.com\n"
SITE = """\
name: site
title: Site
zone: main
hosts: [site]
origins: {pages: {bucket: pages}}
default: {origin: pages, index: index.html}
"""
PLAIN = FRONT.replace("failover: {role: primary, healthy_tasks: 1}\n", "")
GIVEN = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd"
FILES = {
    "zones/main.yaml": ZONE,
    "balancers/front.yaml": PLAIN,
    "buckets/pages.yaml": "name: pages\ntitle: Pages\n",
    "distributions/site.yaml": SITE,
}
TOLD, SENT = "app/certificate-alarms.tf", "edge-us-east-1/certificate-events.tf"


def test_certificates_are_told_of_by_their_names_and_those_of_cloudfront_from_their_region(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"dev.yaml": MAIL, **FILES}))
    assert found.call(TOLD, "certificate_events")["names"] == '["site.shop.com", "www.shop.com"]'
    sent = found.call(SENT, "certificate_events_forwarding")
    assert " ".join(sent["only"].split()) == '{ detail = { CommonName = ["site.shop.com"] } }'
    assert sent["to_region"] == '"ap-northeast-1"'
    assert "AllowEvents" in found.files["app/alarms.tf"]


def test_a_certificate_that_somebody_brought_is_told_of_by_its_arn(tmp_path: Path) -> None:
    brought = {"distributions/site.yaml": SITE + f"certificate: {GIVEN}\n"}
    found = rendered(environment(tmp_path, {"dev.yaml": MAIL, **FILES, **brought}))
    assert found.call(TOLD, "certificate_events")["arns"] == f'["{GIVEN}"]'
    assert (
        " ".join(found.call(SENT, "certificate_events_forwarding")["only"].split()) == f'{{ resources = ["{GIVEN}"] }}'
    )


def test_those_of_mutual_tls_are_all_that_the_private_domain_has(tmp_path: Path) -> None:
    mutual = MAIL + "load_balancer: {mutual_tls: true}\n"
    found = rendered(
        environment(tmp_path, {"dev.yaml": mutual, **service("side", "calls: {web: {access: read, why: asks}}\n")})
    )
    assert found.call(TOLD, "certificate_events") == {
        "source": '"../modules/certificate_events"',
        "system": '"demo/dev"',
        "rule_name": '"demo-dev-certificates"',
        "topic_arn": "module.alerts.arn",
        "domain": '"dev.demo.internal"',
    }


def test_nobody_is_told_where_nothing_is_watched_or_nothing_has_a_certificate(tmp_path: Path) -> None:
    quiet = DEV + "domain_name: shop.com\n"
    assert TOLD not in rendered(environment(tmp_path / "quiet", {"dev.yaml": quiet, **FILES})).files
    assert TOLD not in rendered(environment(tmp_path / "none", {"dev.yaml": MAIL})).files


@pytest.mark.parametrize(
    "target", [f"{system}/{name}" for system in PROJECT.systems() for name in environments(PROJECT, system)]
)
def test_every_certificate_of_a_committed_production_environment_is_told_of_in_its_region(target: str) -> None:
    """Whatever module makes it: what makes another one is found here."""
    _, found = resolve_one(PROJECT, target)
    tree = ROOT / "generated" / target
    modules = {path.parent.name: path.read_text("utf-8") for path in tree.glob("modules/*/main.tf")}
    making = {
        name for name, text in modules.items() if re.search(r'^resource "aws_acm_certificate" ', text, re.MULTILINE)
    }
    called = {
        path.parent.name
        for path in tree.glob("*/*.tf")
        for name in re.findall(r'source += "../modules/(\w+)"', path.read_text("utf-8"))
        if name in making
    }
    if found.settings.production and called:
        assert any(one.signal.what == "certificates that end or are not renewed" for one in signals_of(found).told)
        assert all((tree / stack / "certificate-events.tf").is_file() for stack in called if "us-east-1" in stack)
