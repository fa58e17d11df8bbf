"""A catalogue of any number of services, for measuring how costs grow."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """\
name: s{number:05d}
title: Synthetic {number}
domain: {domain}
reason: measured
sizes:
  normal: {{cpu: 0.5 vCPU, memory: 1 GB, when: normal}}
tasks: {{min: 1, max: 1}}
calls: {{auth: null, master: null}}
scaling: {{schedules: null, response_time: null}}
"""
DOMAINS = ("manufacturing", "sales", "service", "iot", "common")


def make(folder: Path, services: int) -> Path:
    """Write a project with so many services and one environment; return its folder."""
    system = folder / "catalog" / "technova"
    (system / "domains").mkdir(parents=True)
    (folder / "environments" / "technova").mkdir(parents=True)
    shutil.copy(ROOT / "catalog/technova/system.yaml", system)
    for path in (ROOT / "catalog/technova/domains").glob("*.yaml"):
        shutil.copy(path, system / "domains")
    shutil.copytree(ROOT / "catalog/technova/gateways", system / "gateways")
    management = system / "gateways" / "management.yaml"  # its routes lead to services that are not here
    management.write_text(
        management.read_text(encoding="utf-8").replace("monitoring: alert, settings: master", ""), "utf-8"
    )
    text = (ROOT / "environments/technova/prod.yaml").read_text(encoding="utf-8").split("every:")[0]
    text = text.replace("10.3.16.0/20", "10.3.64.0/18").replace("10.3.32.0/20", "10.3.128.0/18")
    text = text.replace("10.3.48.0/20", "10.3.192.0/18")
    (folder / "environments/technova/prod.yaml").write_text(text, encoding="utf-8")
    for number in range(services):
        domain = DOMAINS[number % len(DOMAINS)]
        path = system / "services" / domain / f"s{number:05d}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SERVICE.format(number=number, domain=domain), encoding="utf-8")
    return folder
