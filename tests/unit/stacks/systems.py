"""Small systems, written as a person writes them, and what they are rendered to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import resolve
from infragen.hcl.index import Index
from infragen.render.draft import render_draft
from infragen.render.origins import Origins
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.build import draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.core.resolved_system import Environment
    from infragen.hcl.index import Argument
    from infragen.stacks.build import Draft
    from infragen.stacks.model import Stack

__all__ = [
    "BFF",
    "DATABASE",
    "DEV",
    "GATEWAY",
    "SERVICE",
    "SYSTEM",
    "Rendered",
    "call_of",
    "environment",
    "job",
    "rendered",
    "service",
    "write",
]

SYSTEM = "schema: 1\nname: demo\ntitle: Demo\n"
DEV = """\
environment: dev
account: "111122223333"
region: ap-northeast-1
network: {cidr: 10.0.0.0/16}
"""
SERVICE = """\
name: web
title: Web
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
tasks: {min: 1, max: 2}
image: {tag: v1}
"""
DATABASE = """\
name: main
title: Main
engine: aurora-mysql
version: "8.0"
release: 8.0.mysql_aurora.3.10.1
capacity: {min: 0.5 ACU, max: 4 ACU}
"""
INSTANCE = """\
name: main
title: Main
engine: postgresql
version: "17"
size: db.t4g.micro
storage: {size: 20 GB}
"""
GATEWAY = """\
name: public
title: Public
reach: internet
purpose: for partners
limit: 100 req/min
per: api-key
burst: 5
"""
BFF = SERVICE.replace("name: web", "name: shop") + "gateway: public\npath: shop\n"


def service(name: str, more: str = "") -> dict[str, str]:
    """Return the file of another service."""
    return {f"services/{name}.yaml": SERVICE.replace("name: web", f"name: {name}") + more}


def job(name: str, more: str = "") -> dict[str, str]:
    """Return the file of a job."""
    text = SERVICE.replace("name: web", f"name: {name}").replace("tasks: {min: 1, max: 2}\n", "")
    return {f"jobs/{name}.yaml": text + more}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an environment is rendered to."""

    environment: Environment
    draft: Draft
    stacks: tuple[Stack, ...]
    files: Mapping[str, str]
    origins: Origins

    def call(self, path: str, label: str) -> Mapping[str, str]:
        """Return the arguments of a module call in a file, as text."""
        return {name: argument.value for name, argument in call_of(self.files[path], label).items()}

    def items(self, path: str, label: str, argument: str) -> dict[str, dict[str, str]]:
        """Return a map of objects that is an argument of a module call; none where it is not given."""
        found = call_of(self.files[path], label).get(argument)
        return {
            key.strip('"'): {name: inner.value for name, inner in (item.items or {}).items()}
            for key, item in ((found.items or {}) if found else {}).items()
        }

    def labels(self, path: str) -> set[str]:
        """Return the labels of the module calls in a file."""
        return {call.labels[0] for call in Index(self.files[path]).calls}

    def bodies(self) -> dict[str, str]:
        """Return the files that are no modules."""
        return {path: text for path, text in self.files.items() if not path.startswith("modules/")}

    def stack(self, name: str) -> Stack:
        """Return a stack by its name."""
        return next(stack for stack in self.stacks if stack.name == name)


def call_of(text: str, label: str) -> Mapping[str, Argument]:
    """Return the arguments of a module call in a text."""
    [block] = [one for one in Index(text).blocks if one.address == f"module.{label}"]
    return block.arguments


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write the smallest system, with other files in their places: `services/web.yaml`, `dev.yaml`, `system.yaml`."""
    usual = {"system.yaml": SYSTEM, "dev.yaml": DEV, "services/web.yaml": SERVICE}
    for name, text in {**usual, **files}.items():
        folder = "environments/demo" if name.count("/") == 0 and name != "system.yaml" else "catalog/demo"
        path = root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def environment(root: Path, files: Mapping[str, str] | None = None, name: str = "dev") -> Environment:
    """Return an environment of the system."""
    project = Project(write(root, files or {}))
    return resolve(project, load(project, "demo"), name).environment()


def rendered(of: Environment) -> Rendered:
    """Render an environment."""
    templates = Templates([shipped_templates()])
    made = draft(of)
    stacks, files = render_draft(templates, made)
    return Rendered(of, made, stacks, files, Origins(of, templates, made.wiring))
