"""A made-up change of a whole environment, and a first apply, for tests of how a report reads."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from infragen.diagnostics import Location
from infragen.plan import (
    Action,
    AttributeChange,
    Change,
    ChangeSet,
    Entry,
    KnownBody,
    Level,
    Risk,
    RiskKind,
    assign_entries,
    parse_plan,
)
from tests.unit.plan.plans import plan, resource

SERVICES = {
    "manufacturing": ("inventory", "planning", "quality", "tracking"),
    "sales": ("campaign", "customer", "order", "pricing"),
    "service": ("contract", "field", "parts", "ticket"),
    "common": ("auth", "master"),
}
ACTIONS = (["create"], ["update"], ["update"], ["delete"], ["delete", "create"], ["create", "delete"], ["forget"])
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


def known(address: str, action: Action = Action.UPDATE, *attributes: AttributeChange, **more: Any) -> Change:
    """Return a change whose inside is known: `risks`, `causes`, `entry` and other members by name."""
    parts = address.split(".")
    risks = more.pop("risks", (Risk(Level.LOW, RiskKind.HARMLESS, "nothing is lost"),))
    body = KnownBody(attributes, risks, more.pop("causes", ()))
    facts: dict[str, Any] = {"module_address": ".".join(parts[:-2]), "index": None, "provider": "p", "mode": "managed"}
    return Change(address, type=parts[-2], name=parts[-1].split("[")[0], action=action, body=body, **(facts | more))


@st.composite
def repetitive(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a plan in which much is the same: modules and instances with few values, names inside values, tags."""
    items = []
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(("aws_x", "aws_rds_cluster", "aws_ecs_task_definition", "aws_iam_policy")))
        actions = draw(st.sampled_from(ACTIONS))
        value = draw(st.sampled_from(("same", "of <n>", "tags", "own")))
        for place in range(draw(st.integers(1, 6))):
            module = f"module.m{place}" if draw(st.booleans()) else ""
            key = draw(st.sampled_from(("", f"[{place}]", f'["k{place}"]')))
            address = ".".join(filter(None, (module, kind, f"r{number}{key}")))
            after = _after(value, place, draw(st.sampled_from((20, 20, 20, 25))))
            items.append(resource(address, actions, _after(value, place, 15), after, module_address=module or None))
    addresses = [item["address"] for item in items]
    return {"format_version": "1.2", "resource_changes": [i for i in items if addresses.count(i["address"]) == 1]}


def _after(value: str, place: int, number: int) -> dict[str, Any]:
    if value == "tags":
        return {"id": f"i-{place}", "tags": {"Name": f"m{place}", "Size": str(number)}}
    text = {"same": "a", "of <n>": f"x/m{place}:{number}", "own": f"{place * 7919}"}[value]
    return {"id": "i", "size": number, "text": text}
