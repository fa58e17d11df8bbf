"""A short life of delivery-tracking on the emulated AWS, of what waits for no database; `make lives` has whole ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .lives import Life, live

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

SHORT = """environment: short
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


def test_what_waits_for_no_database_lives_and_leaves_nothing(life: Life) -> None:
    path: Path = life.project / "environments/delivery-tracking/short.yaml"
    path.write_text(SHORT, encoding="utf-8")
    live(life, "delivery-tracking/short")
