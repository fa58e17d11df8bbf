"""A catalogue of any number of services and databases, for measuring how costs grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """\
title: Synthetic {number}
domain: {domain}
reason: measured
sizes:
  normal: {{cpu: 0.5 vCPU, memory: 1 GB, when: normal}}
tasks: {{min: 2, max: 4}}
"""
CALL = "calls: {{s{callee:05d}: {{access: read, why: it looks something up}}}}\n"
OWNER = "database: s{number:05d}\n"
DATABASE = """\
title: Synthetic {number}
domain: {domain}
data: 10 GB
connections: 10
readers: 1
capacity: {{max: 4 ACU}}
"""
DOMAINS = ("manufacturing", "sales", "service", "iot", "common")
SYSTEM = """\
schema: 1
title: Made up
time_zone: Asia/Tokyo
layout: domains
defaults:
  domains: {own_cluster: true}
  services:
    port: 8080
    verified_port: 8081
    deploy: terraform
    image: {tag: v1.0.0}
    scaling:
      cpu: 70 %
      memory: 80 %
      response_time: {target: 200 ms}
      steps: [{above: 15 %, change: 50}, {above: 25 %, change: 100}]
      schedules:
        business-hours: {cron: "30 7 ? * MON-FRI *", min_factor: 2, why: staff start work at eight}
        evening: {cron: "0 20 ? * MON-FRI *", min_factor: 1, why: staff have left}
  databases:
    engine: aurora-mysql
    version: "8.0"
    release: 8.0.mysql_aurora.3.10.6
    capacity: {min: 2 ACU, max: 4 ACU}
    backup: {retention: 7 days, window: 03:00-04:00}
    audit: {retention: 365 days}
    proxy: {max_connections: 90 %}
    data_api: true
assumptions: {"*": made up}
"""
ENVIRONMENT = """\
account: "529384756120"
region: ap-northeast-1
production: true
deletion_protection: true
domain_name: made-up.com
internal_domain: prod.made-up.internal
log_retention: 30 days
availability: 99.95 %
customer_keys: true
mesh: {encrypted: true}
load_balancer: {mutual_tls: true}
private_ca: {subordinate: true}
container_insights: true
alarms: true
alarm_email: operations@made-up.com
network:
  cidr: 10.3.0.0/16
  nat: per-zone
  flow_log_retention: 30 days
  subnets:
    public: {ap-northeast-1a: 10.3.0.0/24, ap-northeast-1c: 10.3.1.0/24, ap-northeast-1d: 10.3.2.0/24}
    app: {ap-northeast-1a: 10.3.16.0/20, ap-northeast-1c: 10.3.32.0/20, ap-northeast-1d: 10.3.48.0/20}
    data: {ap-northeast-1a: 10.3.128.0/19, ap-northeast-1c: 10.3.160.0/19, ap-northeast-1d: 10.3.192.0/19}
every:
  databases: {final_snapshot: true, master_password: write-only}
"""
GATEWAY = """\
title: Internal API
purpose: calls among services
reach: vpc
limit: 10000 req/min
per: service
burst: 334
authentication: iam
latency_p90: 200 ms
routes: {s00000: s00000}
"""
ENTRIES = 5
"""Of so many entries one is a database, the rest are services; each of those calls the next of its domain."""


def make(folder: Path, services: int) -> Path:
    """Write a project with one environment, so many services, and a database for every fourth; return its folder."""
    system = folder / "catalog" / "technova"
    _write(system / "system.yaml", SYSTEM)
    _write(system / "gateways/internal.yaml", GATEWAY)
    _write(folder / "environments/technova/prod.yaml", ENVIRONMENT)
    for domain in DOMAINS[:services]:
        _write(system / f"domains/{domain}.yaml", f"title: {domain.capitalize()}\n")
    for number in range(services):
        domain = DOMAINS[number % len(DOMAINS)]
        next_of_domain = number + len(DOMAINS)
        owns = number % (ENTRIES - 1) == 0
        text = SERVICE.format(number=number, domain=domain)
        text += CALL.format(callee=next_of_domain) if next_of_domain < services else ""
        text += OWNER.format(number=number) if owns else ""
        _write(system / "services" / domain / f"s{number:05d}.yaml", text)
        if owns:
            _write(system / "databases" / domain / f"s{number:05d}.yaml", DATABASE.format(number=number, domain=domain))
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
