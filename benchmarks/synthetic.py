"""A catalogue of any number of services and databases, for measuring how costs grow."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """\
title: Synthetic {number}
domain: {domain}
reason: measured
sizes:
  normal: {{cpu: 0.5 vCPU, memory: 1 GB, when: normal}}
tasks: {{min: 1, max: 1}}
calls:
  auth: null
  master: null
"""
CALL = "  s{callee:05d}: {{access: read, why: it looks something up}}\n"
OWNER = "database: s{number:05d}\n"
DATABASE = """\
title: Synthetic {number}
domain: {domain}
data: 10 GB
connections: 10
readers: 0
capacity: {{max: 2 ACU}}
"""
DOMAINS = ("manufacturing", "sales", "service", "iot", "common")
SUBNETS = """\
    public: {ap-northeast-1a: 10.3.0.0/24, ap-northeast-1c: 10.3.1.0/24, ap-northeast-1d: 10.3.2.0/24}
    app: {ap-northeast-1a: 10.3.16.0/20, ap-northeast-1c: 10.3.32.0/20, ap-northeast-1d: 10.3.48.0/20}
    data: {ap-northeast-1a: 10.3.128.0/19, ap-northeast-1c: 10.3.160.0/19, ap-northeast-1d: 10.3.192.0/19}
"""
ENTRIES = 5
"""Of so many entries one is a database, the rest are services; each of those calls the next of its domain."""


def make(folder: Path, services: int) -> Path:
    """Write a project with one environment, so many services, and a database for every fourth; return its folder."""
    system = folder / "catalog" / "technova"
    shutil.copytree(ROOT / "catalog/technova/domains", system / "domains")
    shutil.copytree(ROOT / "catalog/technova/gateways", system / "gateways")
    shutil.copy(ROOT / "catalog/technova/system.yaml", system)
    _without(system / "gateways/management.yaml", "routes:")  # they lead to services that are not here
    for name in ("external", "management"):
        with (system / f"gateways/{name}.yaml").open("a", encoding="utf-8") as file:
            file.write("routes: {s00000: s00000}\n")
    _environment(folder / "environments/technova/prod.yaml")
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


def _environment(path: Path) -> None:
    """Write prod with its own addresses widened and nothing said about entries that are not here."""
    text = (ROOT / "environments/technova/prod.yaml").read_text(encoding="utf-8").split("every:")[0]
    head, rest = text.split("  subnets:\n")
    after = rest.split("\n", maxsplit=3)[3]
    _write(path, f"{head}  subnets:\n{SUBNETS}{after}assumptions: {{alarm_email: nobody is called}}\n")


def _without(path: Path, word: str) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.strip().startswith(word)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
