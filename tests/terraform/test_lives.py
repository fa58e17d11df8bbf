"""The whole lives of all committed environments on the emulated AWS, one test each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from infragen.terraform.sandbox import Sandbox
from tests.conftest import ROOT

from .lives import Edit, Life, live

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]

_NAMES = """planning inventory tracking material order customer shipping billing equipment maintenance appointment parts
connectivity telemetry analytics alert auth notification master reporting"""
DATABASES = frozenset(f"databases/{name}" for name in re.findall(r"\w+", _NAMES))
VERIFIED = frozenset(f"services/{name}" for name in re.findall(r"\w+", _NAMES)) - {
    "services/connectivity",
    "services/telemetry",
}
"""Services with a load balancer of their own that verifies its callers, and is protected like the databases."""
_CLUSTER: Final = "aws_db_cluster_snapshot"
_INSTANCE: Final = "aws_db_snapshot"


def _planning() -> Edit:
    """Return a smaller size of one of TechNova's services."""
    file = "catalog/technova/services/manufacturing/planning.yaml"
    return Edit(file, "2.0 vCPU, memory: 4 GB", "1.0 vCPU, memory: 2 GB", frozenset({"services/planning"}))


def _technova(environment: str) -> Edit:
    """Return what `_unprotected` does, where a line of TechNova's production protects its databases."""
    line = "every:\n  databases: {deletion_protection: "
    new = f"deletion_protection: false\n{line}false"
    entries = DATABASES | VERIFIED | {"balancers/devices"}
    return Edit(f"environments/technova/{environment}.yaml", f"{line}true", new, entries, (_CLUSTER,) * 20)


def _unprotected(target: str, line: str, *entries: str, snapshots: tuple[str, ...] = ()) -> Edit:
    """Return the first of two steps in which production is taken down: its databases and load balancers are protected.

    `line` is one of the environment's file, behind which the new ones go.
    """
    kinds = ("databases", "document-databases")
    every = ", ".join(
        f"{kind}: {{deletion_protection: false}}" for kind in kinds if any(one.startswith(kind) for one in entries)
    )
    added = f"deletion_protection: false\nevery: {{{every}}}\n"
    return Edit(f"environments/{target}.yaml", line, line + added, frozenset(entries), snapshots)


_OF_DELIVERY = ("balancers/internal", "balancers/public", "databases/main", "document-databases/history")
EDITS: Final = {
    "dandori-portal/dev": Edit(
        "catalog/dandori-portal/workers/background.yaml",
        "per_task: 10",
        "per_task: 12",
        frozenset({"workers/background"}),
    ),
    "dandori-portal/prod": _unprotected(
        "dandori-portal/prod", "production: true\n", "balancers/public", "databases/main", snapshots=(_CLUSTER,)
    ),
    "delivery-tracking/dr": _unprotected(
        "delivery-tracking/dr", "production: true\n", *_OF_DELIVERY, snapshots=(_CLUSTER,)
    ),
    "delivery-tracking/prod": _unprotected(
        "delivery-tracking/prod", "production: true\n", *_OF_DELIVERY, snapshots=(_CLUSTER, _INSTANCE)
    ),
    "delivery-tracking/stg": Edit(
        "environments/delivery-tracking/stg.yaml",
        "tasks: {min: 1, max: 4, desired: 2}",
        "tasks: {min: 1, max: 5, desired: 2}",
        frozenset({"services/backend-api"}),
    ),
    "multicloud/dr": _unprotected("multicloud/dr", "region: ap-northeast-3\n", "databases/main"),
    "multicloud/prod": _unprotected(
        "multicloud/prod", "region: ap-northeast-1\n", "balancers/public", "databases/main", snapshots=(_INSTANCE,)
    ),
    "shop/dev": Edit(
        "catalog/shop/queues/orders.yaml",
        "title: New orders\n",
        "title: New orders\nretention: 10 days\n",
        frozenset({"queues/orders"}),
    ),
    "shop/prod": Edit(
        "environments/shop/prod.yaml",
        "every:\n",
        "deletion_protection: false\nevery:\n  databases: {deletion_protection: false}\n",
        frozenset({"balancers/public", "databases/orders", "databases/reports"}),
        snapshots=(_CLUSTER, _INSTANCE),
    ),
    "technova/dev": _planning(),
    "technova/osaka": _technova("osaka"),
    "technova/prod": _technova("prod"),
    "technova/staging": _planning(),
    "technova/test": _planning(),
    "webapp/dev": Edit(
        "catalog/webapp/services/backend.yaml",
        "tasks: {min: 2, max: 10}",
        "tasks: {min: 2, max: 12}",
        frozenset({"services/backend"}),
    ),
    "webapp/prod": _unprotected(
        "webapp/prod", "production: true\n", "balancers/public", "databases/main", snapshots=(_CLUSTER,)
    ),
}
_OF_TECHNOVA: Final = "data-common data-iot data-manufacturing data-sales data-service"
PRIMARIES: Final = {
    "delivery-tracking/dr": (
        "delivery-tracking/prod",
        "image-replicas-ap-northeast-3 network bucket-replicas-ap-northeast-3 data edge",
    ),
    "multicloud/dr": ("multicloud/prod", "network bucket-replicas-ap-northeast-3 data"),
    "technova/osaka": (
        "technova/prod",
        f"image-replicas-ap-northeast-3 network security bucket-replicas-ap-northeast-3 {_OF_TECHNOVA} edge",
    ),
}
"""What of another environment has to be there: images, databases, buckets and secrets that are copied, and the zone."""
SEARCHES_NOT = """bastions: {main: {uses: {search-domains/main: null}}}
functions: {operations: {uses: {search-domains/main: null}}}
jobs: {export: {uses: {search-domains/main: null}}}
search-domains: {main: null}
services: {app: {uses: {search-domains/main: null}}}
workers: {background: {uses: {search-domains/main: null}}}
"""
"""A primary without its search domain, of which no standby has a copy: the provider looks at one after ten minutes."""
LATER = """environment: later
account: "222233334444"
domain_name: later.example.com
log_retention: 7 days
network: {cidr: 10.9.0.0/16, nat: none, endpoints: [ecr.api, ecr.dkr, logs], flow_log_retention: 7 days}
alerts: {medium: {mail: [operations@example.com]}}
account_settings: {guardduty: null}
balancers: {public: null, internal: null}
databases: {main: null}
metrics: {errors: null}
services: {backend: null}
jobs: {batch: {enabled: true, image: {repository: null, tag: v1}, uses: {databases/main: null}}}
workflows: {batch: {enabled: true}}
workgroups: {logs: null}
zones: {main: {delegated: true}}
"""
"""The workflow with its job that webapp's document has for later, beside AWS Config, endpoints and repositories."""


def test_every_environment_that_is_terraform_has_a_life() -> None:
    rendered = {path.parents[1] for path in (ROOT / "generated").glob("*/*/*/backend.tf")}
    assert {f"{path.parent.name}/{path.name}" for path in rendered} == EDITS.keys()


@pytest.mark.parametrize("target", EDITS)
def test_an_environment_lives_and_leaves_nothing_it_should_not(life: Life, target: str) -> None:
    if target == "multicloud/dr":
        life.edit("catalog/multicloud/system.yaml", ", search_domain: main", "")
        life.edit(
            "environments/multicloud/prod.yaml", "region: ap-northeast-1\n", f"region: ap-northeast-1\n{SEARCHES_NOT}"
        )
    if target in PRIMARIES:
        _begin(life, *PRIMARIES[target])
    if target in ("delivery-tracking/dr", "technova/osaka"):
        file = f"environments/{target}.yaml"
        account = re.findall(r'^account: "(\d{12})"', (life.project / file).read_text("utf-8"), re.MULTILINE)[0]
        life.edit(file, "Z0123456789ABCDEFGHIJ", _zone(life, account))
    live(life, target, EDITS[target])


def test_what_webapp_has_for_later_lives_and_leaves_nothing(life: Life) -> None:
    (life.project / "environments/webapp/later.yaml").write_text(LATER, encoding="utf-8")
    shorter = ("TimeoutSeconds: 7200", "TimeoutSeconds: 3600")
    live(life, "webapp/later", Edit("catalog/webapp/workflows/batch.yaml", *shorter, frozenset({"workflows/batch"})))


def _begin(life: Life, primary: str, stacks: str) -> None:
    life.run("render", primary)
    for stack in stacks.split():
        life.run("apply", f"{primary}/{stack}", "--sandbox", "--yes")


def _zone(life: Life, account: str) -> str:
    """Return the id of the one zone that the internet sees."""
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    variables = {**os.environ, **sandbox.environment(account, "us-east-1")}
    command = [str(Path(sys.executable).parent / "aws"), "route53", "list-hosted-zones", "--output", "json"]
    said = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    [zone] = [one for one in json.loads(said)["HostedZones"] if not one["Config"]["PrivateZone"]]
    return str(zone["Id"].rpartition("/")[2])
