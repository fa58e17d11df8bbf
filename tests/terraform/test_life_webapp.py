"""Lives of webapp on the emulated AWS: its development, and its workflow, which the document has for later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .lives import Life, live

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]


def test_development_lives_and_leaves_nothing_it_should_not(life: Life) -> None:
    live(life, "webapp/dev")


SHORT = """environment: short
account: "222233334444"
domain_name: short.example.com
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
"""The network with its endpoints, AWS Config, the bucket of logs, repositories, and the workflow with its job."""


def test_what_its_document_has_for_later_lives_and_leaves_nothing(life: Life) -> None:
    path: Path = life.project / "environments/webapp/short.yaml"
    path.write_text(SHORT, encoding="utf-8")
    live(life, "webapp/short")
