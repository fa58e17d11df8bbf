"""Adding one service: its own files, the stacks' outputs, those of whom it calls or has a key of, and no other byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.render.trees import render, tree

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """\
name: quality
title: 品質管理API
domain: manufacturing
reason: it checks what the line made
sizes:
  normal: {cpu: 0.5 vCPU, memory: 1 GB, when: 通常時}
tasks: {min: 2, max: 4}
database: quality
calls:
  inventory: {access: read, why: it looks up the batch}
"""
DATABASE = """\
name: quality
title: 品質管理
domain: manufacturing
data: 20 GB
connections: 20
readers: 1
"""
CALLED = {"inventory", "auth", "master"}
"""The service it calls itself, and the two that the system's defaults make every service call."""
CHANGED = {
    *(f"security/service-{name}.tf" for name in CALLED),
    "edge/gateway-internal.tf",
    "README.md",
}
"""Files of others: groups of those it calls, the gateway that counts by service and has a key for it, and the README,
which tells of its image."""

MODULE = ("main.tf", "outputs.tf", "variables.tf", "versions.tf")
RUNBOOKS = {"prod/failover.md", "prod/failback.md"}
"""By which the standby takes over from it, and gives back."""


def add_service(project: Path) -> None:
    (project / "catalog/technova/services/manufacturing/quality.yaml").write_text(SERVICE, encoding="utf-8")
    (project / "catalog/technova/databases/manufacturing/quality.yaml").write_text(DATABASE, encoding="utf-8")


def test_only_its_own_files_the_outputs_and_its_callees_change(project: Path) -> None:
    before = tree(render(project))
    add_service(project)
    after = tree(render(project))

    for environment in ("dev", "test", "staging", "prod"):
        created = {path for path in after.keys() - before.keys() if path.startswith(f"{environment}/")}
        changed = {
            path
            for path in after.keys() & before.keys()
            if path.startswith(f"{environment}/") and after[path] != before[path]
        }
        assert created == {
            f"{environment}/registry/images-service-quality.tf",
            f"{environment}/security/service-quality.tf",
            f"{environment}/edge/service-quality.tf",  # its certificate, as it calls others
            f"{environment}/security/database-quality.tf",
            f"{environment}/data-manufacturing/database-quality.tf",
            f"{environment}/data-manufacturing/sql/quality.sql",
            f"{environment}/services-manufacturing/service-quality.tf",
            f"{environment}/observability/service-quality.tf",
            f"{environment}/observability/database-quality.tf",
            *(f"{environment}/modules/ecs_service/{one}" for one in MODULE),  # nobody calls it yet
            *({"prod/image-replicas-ap-northeast-3/images-service-quality.tf"} if environment == "prod" else ()),
        }
        outputs = {path for path in changed if path.endswith("/outputs.tf")}
        copied = {"prod/registry/image-replication.tf", *RUNBOOKS} if environment == "prod" else set()
        assert changed - outputs == {f"{environment}/{path}" for path in CHANGED} | copied
        assert not before.keys() - after.keys()


def test_a_file_of_others_gains_lines_and_loses_none(project: Path) -> None:
    before = tree(render(project))
    add_service(project)
    after = tree(render(project))
    for path in (f"prod/{one}" for one in CHANGED - {"README.md"}):
        old, new = before[path].splitlines(), after[path].splitlines()
        assert len(new) > len(old)
        kept = iter(new)
        assert all(line in kept for line in old), f"{path} lost or reordered a line"
        assert any("quality" in line for line in new)
