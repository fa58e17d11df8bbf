"""The pages beside the stacks of a small production with a standby: `make golden` writes them anew."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.unit.stacks.systems import INSTANCE, SERVICE, job, write

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import resolve
from infragen.workflow.rendering.composition import compose, templates_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.workflow.rendering.composition import Composed

GOLDEN = Path(__file__).with_name("golden")

PROD = """\
environment: prod
production: true
account: "111122223333"
region: ap-northeast-1
domain_name: demo.example.com
network: {cidr: 10.0.0.0/16, nat: per-zone}
recovery: {region: ap-northeast-3, rpo_hours: 1, rto_hours: 4, failover: manual}
"""
DR = """\
environment: dr
production: true
standby_of: prod
account: "111122223333"
region: ap-northeast-3
domain_name: demo.example.com
network: {cidr: 10.1.0.0/16}
zones: {main: {zone_id: Z0123456789ABCDEFGHIJ}}
functions: {resize: null}
buckets: {code: null}
balancers: null
"""
FILES = {
    "prod.yaml": PROD,
    "services/web.yaml": SERVICE.replace("max: 2", "max: 40")
    + "deploy: terraform\nport: 8080\n"
    + "uses: {secrets/stripe: {why: payments}}\ndatabase: main\n",
    "services/api.yaml": SERVICE.replace("name: web", "name: api"),
    "databases/main.yaml": INSTANCE,
    "functions/resize.yaml": (
        "name: resize\ntitle: Resizes\nruntime: python3.13\nhandler: app.handler\n"
        "code: {bucket: buckets/code, key: resize-1.zip}\n"
    ),
    "buckets/code.yaml": "name: code\ntitle: Code\n",
    "secrets/stripe.yaml": "name: stripe\ntitle: Stripe\nkeys: [api-key]\n",
    "zones/main.yaml": "name: main\ntitle: Demo\ndomain_name: demo.example.com\n",
    "balancers/public.yaml": (
        "name: public\ntitle: Public\nreach: internet\nzone: main\nroutes: {web: {service: web}}\n"
    ),
    **job("migrate", "uses: {databases/main: {access: migrate, why: tables}}\n"),
}


def composed(root: Path, files: Mapping[str, str], name: str) -> Composed:
    """Return an environment of the system, as it is rendered."""
    project = Project(write(root, files))
    return compose(project, resolve(project, load(project, "demo"), name).environment(), templates_of(project))


def pages(root: Path) -> Mapping[str, str]:
    """Return the pages of a primary by their names."""
    files = composed(root, {**FILES, "dr.yaml": DR}, "prod").files
    return {name: text for name, text in files.items() if name.endswith(".md")}


def readme(root: Path, files: Mapping[str, str] = FILES, name: str = "prod") -> str:
    """Return its README."""
    return composed(root, files, name).files["README.md"]


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        for name, text in pages(Path(folder)).items():
            GOLDEN.joinpath(name).write_text(text, encoding="utf-8")
    sys.exit(0)
