"""What a plan says that a new environment costs is what `infragen cost` says of its catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DATABASE, DEV, GATEWAY, SERVICE, service, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

RDS = 'title: Books\nengine: postgresql\nversion: "17"\nsize: db.t4g.micro\n'
BOOKS = f"name: books\n{RDS}multi_az: true\nreaders: 1\nmaster_password: write-only\n"
GROWS = "storage: {size: 20 GB, grow_to: 50 GB}\n"
STEPS = "scaling: {cpu: 70 %, steps: [{above: 10 %, change: 50}]}\n"
ARRIVALS = "queues/arrivals: {access: send, prefix: ARRIVALS, why: people are told}"
FILES = {
    "dev.yaml": DEV.replace("0.0/16}", "0.0/16, nat: single}") + "alarms: true\ncustomer_keys: true\n",
    "services/web.yaml": SERVICE
    + f"database: main\n{STEPS}calls: {{shop: {{access: api, why: it asks}}}}\n"
    + f'environment: {{MINUTES: "15"}}\nuses: {{{ARRIVALS}}}\n',
    "queues/arrivals.yaml": "name: arrivals\ntitle: Arrivals\nvisibility_timeout: 60 s\n",
    **service("shop", "architecture: arm64\nspot: true\n"),
    "databases/main.yaml": DATABASE + "readers: 1\nproxy: {}\n",
    "balancers/front.yaml": "name: front\ntitle: Front\nreach: internet\nroutes: {shop: {service: shop}}\n",
    "databases/books.yaml": BOOKS + GROWS,
    "databases/notes.yaml": f"name: notes\n{RDS}proxy: {{}}\n",
    **service("clerk", "database: notes\n"),
    **service("desk", "database: books\n"),
    "gateways/public.yaml": GATEWAY + "firewall: {managed: [core], rate_limit: 500}\nroutes: {shop: shop}\n",
}
"""Planned here and in test_documents_known_in_part.py, so once."""


@pytest.mark.terraform
@pytest.mark.usefixtures("kept_plans")
def test_a_first_plan_costs_what_the_catalogue_costs(tmp_path: Path, infragen: Callable[..., Outcome]) -> None:
    write(tmp_path, FILES)
    assert infragen("render", "-C", tmp_path).code == 0
    planned = infragen("plan", "demo/dev", "--offline", "--format", "json", "-C", tmp_path)
    assert planned.code == 0, planned.err
    told = json.loads(infragen("cost", "demo/dev", "--format", "json", "-C", tmp_path).out)
    cost = json.loads(planned.out)["cost"]
    assert cost["before"] == {"least": "0.00", "most": "0.00"}
    assert cost["left_out"] == ["aws_db_proxy_endpoint", "aws_service_discovery_instance"], "no table has their prices"
    assert cost["after"] == told["environments"][0]["total"]
