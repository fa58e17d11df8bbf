"""A made-up change of a whole environment, and a first apply, for tests of how a report reads."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from infragen.diagnostics import Location
from infragen.plan import (
    Action,
    AttributeChange,
    Cause,
    Change,
    ChangeSet,
    Check,
    Deferred,
    Entry,
    Invocation,
    KnownBody,
    Level,
    Origin,
    OutputChange,
    Risk,
    RiskKind,
    Summary,
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
PLANNING_FAILED = "planning failed: this is only a part of the changes"
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
    risks = more.pop("risks", (Risk(Level.LOW, RiskKind.HARMLESS, "nothing will be lost"),))
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


class Elsewhere:
    """Sources in which every value has a line of its own already."""

    def place(self, _change: Change) -> Location | None:
        return None

    def is_by_hand(self, _change: Change) -> bool:
        return False

    def origin(self, _change: Change, _attribute: str, _arguments: object, _sides: object = None) -> Origin | None:
        return None


def scaled(name: str, most: int, where: Location) -> Change:
    """Return the change of a service's scaling target, whose number is written down at a place."""
    entry = Entry(f"services/{name}", location=Location(f"catalog/t/services/{name}.yaml", 2))
    attribute = AttributeChange("max_capacity", "15", str(most), origin=Origin("tasks.max", where))
    address = f"module.{name}_scaling.aws_appautoscaling_target.this"
    return known(address, Action.UPDATE, attribute, entry=entry, sources=Elsewhere(), stack="services-sales")


def of_every_kind() -> ChangeSet:
    """Return a change set with something in each of its members."""
    environment = Location("environments/t/prod.yaml", 31)
    changes = [scaled(name, 20, environment) for name in ("auth", "order", "pricing", "ticket")]
    changes.append(scaled("field", 6, Location("catalog/t/services/field.yaml", 9)))
    vpc = AttributeChange(
        "vpc_id", '"vpc-1"', "(known after apply)", unknown=True, forces_replacement=True, comes_from=("aws_vpc.this",)
    )
    changes.append(
        known(
            "module.order.aws_lb_target_group.this",
            Action.REPLACE_DELETE_FIRST,
            vpc,
            entry=Entry("services/order", "order API", Location("catalog/t/services/order.yaml", 2)),
            risks=(Risk(Level.MEDIUM, RiskKind.DOWNTIME, "nothing answers meanwhile"),),
            causes=(Cause("vpc_id", "vpc_id comes from what is replaced", ("aws_vpc.this", "aws_vpc_ipam.main")),),
        )
    )
    exposed = Risk(Level.HIGH, RiskKind.EXPOSURE, "0.0.0.0/0 reaches port 22")
    changes.append(known("aws_vpc_security_group_ingress_rule.a", Action.CREATE, risks=(exposed,)))
    changes.append(known("aws_sns_topic.a", Action.CREATE))
    return ChangeSet(
        changes=tuple(changes),
        summary=Summary(add=3, change=5, destroy=1, replace=1, outputs_changed=1, errored=True),
        outputs=(OutputChange("url", Action.UPDATE, '"a"', '"b"'),),
        drift=(known("aws_x.drifted", Action.UPDATE, AttributeChange("a", "1", "2")),),
        hidden_drift=3,
        deferred=(Deferred("resource config unknown", known("aws_x.later", Action.CREATE)),),
        invocations=(Invocation("action.aws_lambda_invoke.x", "aws_lambda_invoke", "after create of aws_x.d"),),
        checks=(Check("check.dns", "check", "fail", ("the name does not resolve",)),),
        passed_checks=4,
        notices=(
            "planning failed: this is only a part of the changes",
            "another plan is needed after it",
        ),
    )
