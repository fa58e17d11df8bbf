"""A made-up change of a whole environment, and a first apply, for tests of how a report reads."""

from __future__ import annotations

from infragen.diagnostics import Location
from infragen.plan import ChangeSet, Entry, assign_entries, parse_plan
from tests.unit.plan.plans import plan, resource

SERVICES = {
    "manufacturing": ("inventory", "planning", "quality", "tracking"),
    "sales": ("campaign", "customer", "order", "pricing"),
    "service": ("contract", "field", "parts", "ticket"),
    "common": ("auth", "master"),
}
TYPES = ("aws_ecr_repository", "aws_ecs_service", "aws_ecs_task_definition", "aws_iam_role", "aws_lb_target_group")


def entries() -> dict[tuple[str, str], Entry]:
    """Return the map of a system with 14 services and one database."""
    found = {}
    for domain, names in SERVICES.items():
        for name in names:
            place = Location(f"catalog/technova/services/{domain}/{name}.yaml", 2, 1)
            entry = Entry(f"services/{name}", f"{name} API 生産計画管理", place)
            for label in (name, f"{name}_scaling"):
                found[f"services-{domain}", f"module.{label}"] = entry
    place = Location("catalog/technova/databases/sales/order.yaml", 2, 1)
    found["data-sales", "module.order"] = Entry("databases/sales-order", "受注", place)
    return found


def change() -> ChangeSet:
    """Return a change that replaces a database, scales 14 services, one of them also otherwise, and adds two."""
    cluster = "module.data_sales.module.order.aws_rds_cluster.this"
    items = [
        resource(
            cluster,
            ["delete", "create"],
            {"cluster_identifier": "aurora-prod-sales-order", "arn": "a", "port": 3306},
            {"cluster_identifier": "aurora-prod-sales-orders", "port": 3306},
            after_unknown={"arn": True},
            replace_paths=[["cluster_identifier"]],
        )
    ]
    for domain, names in SERVICES.items():
        for name in names:
            stack = f"module.services_{domain}"
            target = f"{stack}.module.{name}_scaling.aws_appautoscaling_target.this"
            items.append(resource(target, ["update"], {"max_capacity": 15}, {"max_capacity": 20}))
    items.append(
        resource("module.services_sales.module.order.aws_ecs_service.this", ["update"], {"desired": 2}, {"desired": 3})
    )
    items += [resource(f"module.observability.aws_sns_topic.{name}", ["create"], None, {}) for name in ("a", "b")]
    return assign_entries(parse_plan(plan(*items)), entries())


def first_apply(each: int = 3) -> ChangeSet:
    """Return the creation of everything: `each` resources of five types for each of 14 services."""
    items = [
        resource(f"module.services_{domain}.module.{name}.{kind}.n{number}", ["create"], None, {"name": name})
        for domain, names in SERVICES.items()
        for name in names
        for kind in TYPES
        for number in range(each)
    ]
    return assign_entries(parse_plan(plan(*items)), entries())
