"""Every version, class and size that terraform plans is one that AWS has, in every region of the environment."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen import availability
from infragen.kinds.workloads.fargate import SIZES
from infragen.workflow.target import open_project, resolve_one
from tests.facts.planned import planned_resources, task_size
from tests.offline_plans import offline_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.facts.planned import Resource

pytestmark = pytest.mark.terraform

ROOT = Path(__file__).parents[2]
VERSIONS = {
    "aws_db_instance": "engine",
    "aws_elasticache_replication_group": "engine",
    "aws_rds_cluster": "engine",
    "aws_rds_cluster_instance": "engine",
    "aws_rds_global_cluster": "engine",
}
CLASSES = {"aws_db_instance": "instance_class", "aws_rds_cluster_instance": "instance_class"}
NODES = {"aws_elasticache_replication_group": "node_type"}
FAMILIES = {"aws_db_parameter_group", "aws_elasticache_parameter_group", "aws_rds_cluster_parameter_group"}


def unknown(resource: Resource, regions: set[str]) -> Iterator[str]:
    """Yield what a resource asks for that AWS's lists do not have."""
    values, engine = resource.values, resource.values.get("engine")
    asked = values.get("engine_version")
    if resource.type in VERSIONS and asked is not None:
        known = availability.versions(engine).current
        if not any(f"{one}.".startswith(f"{asked}.") for one in known):
            yield f"{engine} {asked}"
    classes = {**dict.fromkeys(CLASSES, engine), **dict.fromkeys(NODES, "cache")}
    if resource.type in classes:
        given = values[{**CLASSES, **NODES}[resource.type]]
        places = availability.classes(classes[resource.type]).get(given, frozenset())
        yield from (f"{given} in {region}" for region in sorted(regions - places))
    if resource.type in FAMILIES and values["family"] not in _families():
        yield f"the family {values['family']}"
    if resource.type == "aws_ecs_task_definition":
        cpu, memory = task_size(resource)
        if memory not in SIZES.get(cpu, ()):
            yield f"a task of {cpu} and {memory}"


def _families() -> set[str]:
    """Return the families of parameter groups, which are called like an engine and its major version."""
    postgresql = {
        f"{engine}{one.partition('.')[0]}"
        for engine in ("aurora-postgresql", "postgres", "valkey")
        for one in availability.versions(engine).current
    }
    mysql = {
        f"{engine}{'.'.join(one.split('.')[:2])}"
        for engine in ("aurora-mysql", "mysql")
        for one in availability.versions(engine).current
    }
    return postgresql | mysql | {"redis6.x", "redis7"}


@pytest.mark.parametrize(
    "target", ["shop/dev", "shop/prod", pytest.param("technova/dev", marks=pytest.mark.long), "technova/prod"]
)
def test_aws_has_what_is_planned(target: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = resolve_one(open_project(ROOT), target)[1].settings
    regions = {settings.region, *([settings.recovery.region] if settings.recovery else [])}
    looked_at: dict[str, int] = defaultdict(int)
    found = []
    for resource in planned_resources(offline_plan(tmp_path_factory, target)):
        looked_at[resource.type] += 1
        found += [f"{resource.address}: {one}" for one in unknown(resource, regions)]
    assert found == []
    assert looked_at["aws_ecs_task_definition"]
    assert any(looked_at[one] for one in CLASSES)
    assert any(looked_at[one] for one in FAMILIES)
