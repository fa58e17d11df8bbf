"""Short lives on one emulated AWS, of what waits for little; `make lives` has those of all committed environments.

Each is an environment of the system's own catalogue, without what takes minutes, in one stack: a provider that starts
is what a life costs, and five of them plan and apply a stack.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import scratch_copy

from .lives import Edit, live_shortly, stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lives import Life

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

_ROLES = "network dns security registry data edge compute monitoring"
_LAYOUT = "layout: {" + ", ".join(f"{role}: all" for role in _ROLES.split()) + "}\n"
_OWN = re.compile(rf"^(  (?:{'|'.join([*_ROLES.split(), 'orchestration'])}): )[a-z]+$", re.MULTILINE)
"""A line of webapp's layout, the one system that has its own."""

DELIVERY_TRACKING = """environment: short
account: "222233334444"
domain_name: short.example.com
network: {cidr: 10.9.0.0/16, nat: single}
alarms: false
account_settings: {cloudtrail: null, guardduty: null}
every: {buckets: {replication: null}}
balancers: {public: null, internal: null}
bastions: {main: null}
caches: {main: null}
databases: {main: null}
distributions: {site: null}
document-databases: {history: null}
functions: {daily-report-generator: null, data-archiver: null, email-sender: {log_route: {bucket: logs}}}
jobs: {database-dump: null, db-migrate: null}
metrics: {database-errors: null, delivery-count: null}
services: {backend-api: null, route-optimizer: null}
workers: {tracking-worker: null}
workgroups: {logs: {tables: {calls: null, requests: null}}}
zones: {main: {delegated: true}}
"""
"""Buckets, queues, functions with their triggers, secrets with rotation, a zone, a workgroup, keys and a network."""

WEBAPP = """environment: short
account: "222233334444"
domain_name: short.example.com
log_retention: 7 days
network: {cidr: 10.9.0.0/16, nat: none}
alerts: {medium: {mail: [operations@example.com]}}
account_settings: {guardduty: null, config: null}
balancers: {public: null, internal: null}
databases: {main: null}
document_costs: null
jobs: {batch: null}
metrics: {errors: null}
services: {backend: null}
workflows: {batch: {enabled: true, definition: "{StartAt: Wait, States: {Wait: {Type: Wait, Seconds: 5, End: true}}}"}}
workgroups: {logs: {tables: {requests: null, application: {of: buckets/logs, columns: {path: string}}}}}
zones: {main: {delegated: true}, private: null}
"""
"""The bucket of logs with its tables and their dashboard, a repository, a zone, and a workflow with its schedule.

Nothing is in its VPC: so the private zone, which the catalogue has off, would be asked nowhere.
"""

MULTICLOUD = """environment: short
account: "333344445555"
region: ap-northeast-1
production: false
network: {cidr: 10.9.0.0/16, nat: none}
alarms: false
every: {buckets: {replication: null}, secrets: {replication: null}}
balancers: {public: null}
bastions: {main: null}
caches: {main: null}
databases: {main: null}
distributions: {site: null}
functions: {operations: {uses: {search-domains/main: null}}}
google-projects: {google: null}
jobs: {export: null, migrate: null}
search-domains: {main: null}
services: {app: null}
workers: {background: null}
zones: {main: null}
"""
"""Keys, buckets, secrets, a queue, and a function from an image, by the clock, which has the key of no cluster."""

DANDORI_PORTAL = """environment: short
account: "444455556666"
domain_name: short.example.com
network: {cidr: 10.9.0.0/16}
balancers: {public: null}
caches: {main: null}
databases: {main: null}
distributions: {site: null}
gateways: {api: null}
jobs: {migrate: null}
load-tests: {peak: null}
services: {auth: null, business: null, web: null}
workers: {background: null}
zones: {main: {delegated: true}}
"""
"""Buckets, a queue, a metric with its alarm, a zone, and a secret of fifty keys."""

_LIVES = {
    "delivery-tracking": (
        DELIVERY_TRACKING,
        Edit(
            "catalog/delivery-tracking/queues/delivery-emails.yaml",
            "visibility_timeout: 180 s",
            "visibility_timeout: 240 s",
            frozenset({"queues/delivery-emails"}),
        ),
    ),
    "webapp": (
        WEBAPP,
        Edit(
            "catalog/webapp/buckets/logs.yaml",
            "transitions: {GLACIER: 90 days}",
            "transitions: {GLACIER: 120 days}",
            frozenset({"buckets/logs"}),
        ),
    ),
    "multicloud": (
        MULTICLOUD,
        Edit(
            "catalog/multicloud/functions/operations.yaml",
            "timeout: 5 min",
            "timeout: 10 min",
            frozenset({"functions/operations"}),
        ),
    ),
    "dandori-portal": (
        DANDORI_PORTAL,
        Edit(
            "catalog/dandori-portal/metrics/response-time.yaml",
            "above: 500 ms",
            "above: 400 ms",
            frozenset({"metrics/response-time"}),
        ),
    ),
}


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """A scratch project with all systems, whose stacks are one, and one sandbox."""
    project = scratch_copy(tmp_path_factory.mktemp("short"))
    for system, (environment, _) in _LIVES.items():
        (project / f"environments/{system}/short.yaml").write_text(environment, encoding="utf-8")
        path = project / f"catalog/{system}/system.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(_OWN.sub(r"\1all", text) if _OWN.search(text) else text + _LAYOUT, encoding="utf-8")
    (project / "infragen.toml").write_text("[apply]\nrefresh_after = false  # a plan less\n", encoding="utf-8")
    with stopped_afterwards(project) as life:
        yield life


@pytest.mark.parametrize("system", _LIVES)
def test_what_waits_for_little_lives_and_leaves_nothing(life: Life, system: str) -> None:
    live_shortly(life, f"{system}/short", _LIVES[system][1])
