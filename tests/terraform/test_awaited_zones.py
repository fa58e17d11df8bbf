"""The first apply with a new zone: it stands, its name servers are told, and what needs its certificate comes later.

Without terraform: tests/unit/workflow/runs/test_delegated.py. The emulated AWS is taken for AWS here, since on the
emulated one nobody is asked about zones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.runs import awaited as delegated
from tests.unit.stacks.systems import DEV, write

from .lives import Life

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Outcome

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
BUCKET = "demo-dev-terraform-state-111122223333"
SYSTEM = {
    "dev.yaml": DEV + "domain_name: demo.com\nservices: {web: null}\n",
    "zones/main.yaml": "name: main\ntitle: Main\n",
    "buckets/pages.yaml": "name: pages\ntitle: Pages\n",
    "distributions/site.yaml": """\
name: site
title: Site
zone: main
hosts: [www]
origins: {pages: {bucket: pages}}
default: {origin: pages, index: index.html}
""",
}


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An AWS with a rendered project's state bucket, and nothing else."""
    life = Life(write(tmp_path, SYSTEM))
    life.run("render", "demo")
    sandbox = Sandbox.start(tmp_path, services={"cloudfront"})
    try:
        variables = sandbox.environment(ACCOUNT, REGION)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        found = Aws(variables)
        found.client("s3", REGION).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield found
    finally:
        life.run("sandbox", "stop")


def test_the_zone_stands_first_and_the_rest_follows_once_it_is_delegated(
    tmp_path: Path, aws: Aws, infragen: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    named: set[str] = set()
    monkeypatch.setattr(delegated, "name_servers_above", lambda _domain: frozenset(named))

    stopped = infragen("apply", "demo/dev", "--yes", "-C", tmp_path)
    assert stopped.code == 1, stopped.err
    assert "error T060 zones/main is not delegated yet: its parent zone does not name demo.com" in stopped.err
    assert "nothing of edge-us-east-1 was applied" in stopped.err
    assert "edge-us-east-1 needs certificates in zones/main, which is new: it is applied once" in stopped.err
    told = set(re.findall(r"demo\.com\. NS (\S+)\.\n", stopped.err))
    [zone] = aws.client("route53", REGION).list_hosted_zones()["HostedZones"]
    assert told == set(aws.client("route53", REGION).get_hosted_zone(Id=zone["Id"])["DelegationSet"]["NameServers"])
    assert aws.client("acm", "us-east-1").list_certificates()["CertificateSummaryList"] == []

    named |= told
    done = infragen("apply", "demo/dev", "--yes", "-C", tmp_path)
    assert done.code == 0, done.err
    [certificate] = aws.client("acm", "us-east-1").list_certificates()["CertificateSummaryList"]
    assert certificate["DomainName"] == "www.demo.com"
