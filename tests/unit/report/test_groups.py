from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import (
    Action,
    AttributeChange,
    Change,
    ChangeSet,
    Entry,
    Level,
    Risk,
    RiskKind,
    parse_plan,
    read_plan,
)
from infragen.plan.model import ChosenNames, KnownBody
from infragen.report.change_details import details_of
from infragen.report.groups import Group, group_changes
from infragen.report.similar_changes import general_details, in_common
from tests.plans.corpus import CASES, Case
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import change as whole_environment
from tests.unit.report.sample import known, repetitive

EXPOSED = Risk(Level.HIGH, RiskKind.EXPOSURE, "0.0.0.0/0 reaches port 22")


def groups_of(*changes: Change) -> tuple[Group, ...]:
    return group_changes(ChangeSet(changes=changes))


def service(name: str, most: int, where: Location | None = None) -> Change:
    entry = Entry(f"services/{name}", location=where or Location(f"catalog/{name}.yaml"))
    attribute = AttributeChange("max", "15", str(most))
    return known(f"module.{name}_scaling.aws_appautoscaling_target.this", Action.UPDATE, attribute, entry=entry)


def revision(kind: str, name: str, zone: str = "Asia/Taipei", **more: str) -> Change:
    """Return a new revision of a task definition whose other variables are its own."""
    before = {"TZ": "Asia/Tokyo", "OWN": name, **more}
    sides = [
        json.dumps([{"name": "app", "image": name, "environment": [{"name": k, "value": v} for k, v in env.items()]}])
        for env in (before, {**before, "TZ": zone})
    ]
    item = resource(
        f"module.{kind}_{name}.aws_ecs_task_definition.this", ["create", "delete"],
        *({"container_definitions": side} for side in sides),
        replace_paths=[["container_definitions"]], module_address=f"module.{kind}_{name}",
    )  # fmt: skip
    return replace(parse_plan(plan(item)).changes[0], entry=Entry(f"{kind}s/{name}"))


def test_one_variable_of_many_containers_is_one_change_whatever_else_they_hold_and_whatever_kinds_they_are() -> None:
    same = [revision("service", "api"), revision("worker", "mailer", SIZE="3"), revision("job", "dump")]
    found = groups_of(*same, revision("job", "load", zone="UTC"))
    assert [(one.label, one.members, one.star) for one in found] == [
        ("3 entries", ("job dump", "service api", "worker mailer"), "module.*.aws_ecs_task_definition.this"),
        ("job load", (), None),
    ]


def test_two_places_are_told_one_by_one() -> None:
    found = groups_of(revision("service", "api"), revision("worker", "mailer"))
    assert [one.label for one in found] == ["service api", "worker mailer"]


def test_a_variable_with_the_name_of_each_is_the_same_but_for_the_names() -> None:
    names = ("auth", "mailer", "stock")
    (found,) = groups_of(*(revision("service", one, zone=f"zone/{one}", X="y" * len(one)) for one in names))
    assert (found.label, found.members, found.is_pattern) == ("3 services", names, True)


def test_changes_stand_with_their_entry_else_their_stack_else_their_module() -> None:
    found = groups_of(
        service("auth", 20),
        known("aws_x.a", stack="network"),
        known("module.m.aws_y.b"),
        known("aws_z.c"),
    )
    assert [(group.kind, group.label) for group in found] == [
        ("module", "module m"), ("module", "root module"), ("entry", "service auth"), ("stack", "stack network"),
    ]  # fmt: skip


def test_the_worst_comes_first_whatever_its_action() -> None:
    found = groups_of(
        known("module.a.aws_x.a", Action.DELETE),
        known("module.z.aws_rule.a", Action.CREATE, risks=(EXPOSED,)),
        known("module.b.aws_x.a", Action.CREATE),
    )
    assert [group.label for group in found] == ["module z", "module a", "module b"]
    assert found[0].risk is EXPOSED


def test_one_change_of_many_entries_is_one_group_with_its_exceptions() -> None:
    names = ("auth", "order", "pricing", "quality", "ticket")
    found = groups_of(*(service(name, 20) for name in names), service("field", 7))
    (group,) = found
    assert (group.kind, group.label) == ("same", "6 services")
    assert group.members == names
    assert group.exception_names == ("field",)
    assert group.address(group.shown[0]) == "module.*_scaling.aws_appautoscaling_target.this"
    assert len(group.changes) == 6


def test_only_the_change_is_shared_what_else_an_entry_changes_stays_with_it() -> None:
    other = known("module.auth.aws_x.a", Action.UPDATE, AttributeChange("b", "1", "2"), entry=Entry("services/auth"))
    found = groups_of(*(service(name, 20) for name in ("auth", "order", "ticket")), other)
    assert sorted((group.kind, len(group.changes)) for group in found) == [("entry", 1), ("same", 3)]


def logs(owner: str | None, label: str) -> Change:
    kept = AttributeChange("retention_in_days", "60", "90")
    entry = Entry(owner, location=Location(f"catalog/{owner}.yaml")) if owner else None
    return known(f"module.{label}.aws_cloudwatch_log_group.this", Action.UPDATE, kept, entry=entry)


def test_one_value_in_entries_of_several_kinds_is_one_change() -> None:
    owned = [logs(f"{kind}/x", f"{kind[:-1]}_x") for kind in ("services", "functions", "jobs")]
    (group,) = groups_of(*owned)
    assert (group.label, group.members) == ("3 entries", ("function x", "job x", "service x"))
    (group,) = groups_of(*owned, logs("databases/y", "y"), logs("databases/y", "proxy_y"), logs(None, "alerts"))
    assert group.label == "6 log groups"
    its = ("module.alerts.aws_cloudwatch_log_group.this", "function x", "job x")
    proxies = ("module.proxy_y.aws_cloudwatch_log_group.this", "service x", "module.y.aws_cloudwatch_log_group.this")
    assert group.members == (*its, *proxies)


def test_two_places_are_not_many() -> None:
    assert {group.kind for group in groups_of(service("auth", 20), service("order", 20))} == {"entry"}


def test_more_that_differ_than_are_the_same_are_no_exceptions() -> None:
    alike = [service(name, 20) for name in ("a", "b", "c")]
    found = groups_of(*alike, *(service(f"s{number}", number) for number in range(4)))
    assert sorted((group.kind, len(group.changes)) for group in found) == [("entry", 1)] * 4 + [("same", 3)]


def test_a_name_inside_a_value_does_not_make_it_another_change() -> None:
    items = [
        resource(f"module.{name}.aws_x.this", ["update"], {"image": f"r/{name}:1"}, {"image": f"r/{name}:2"})
        for name in ("auth", "order", "ticket")
    ]
    (group,) = group_changes(parse_plan(plan(*items)))
    assert group.is_pattern
    assert group.members == ("auth", "order", "ticket")


def test_the_same_tags_are_one_change_whatever_the_type() -> None:
    items = [
        resource(
            f"aws_{kind}.a", ["update"], {"tags": {"Name": kind, "Env": "a"}}, {"tags": {"Name": kind, "Env": "b"}}
        )
        for kind in ("x", "y", "z")
    ]
    (group,) = group_changes(parse_plan(plan(*items)))
    assert group.is_tags
    assert group.label == "3 resources"


def test_what_goes_alike_at_several_depths_is_called_by_its_type() -> None:
    addresses = ("aws_x.a[0]", "aws_x.a[1]", "module.m.aws_x.b")
    (group,) = groups_of(*(known(address, Action.DELETE) for address in addresses))
    assert group.star == "aws_x.*"
    assert group.members == addresses


def test_entries_that_only_create_the_same_are_one_group() -> None:
    created = [
        known(f"module.{name}.{kind}.this", Action.CREATE, entry=Entry(f"services/{name}"))
        for name in ("auth", "order", "ticket")
        for kind in ("aws_x", "aws_y")
    ]
    (group,) = groups_of(*created)
    assert group.label == "3 services"
    assert len(group.shown) == 2
    assert len(group.changes) == 6


def test_a_replacement_with_another_cause_is_another_change() -> None:
    def follower(number: int, key: str) -> dict[str, object]:
        return resource(
            f"aws_x.a[{number}]", ["delete", "create"], {"id": f"i-{number}", "a": 1}, {"a": 2, "b": 3},
            after_unknown={"id": True}, replace_paths=[[key]],
        )  # fmt: skip

    items = [follower(number, "a" if number < 3 else "b") for number in range(6)]
    assert [len(group.changes) for group in group_changes(parse_plan(plan(*items)))] == [3, 3]


def test_numbers_in_names_are_sorted_by_their_value() -> None:
    found = groups_of(*(known(f"module.m{number}.aws_x.a{number}") for number in (10, 9, 2)))
    assert [place for group in found for place in group.members] or [group.label for group in found] == [
        "module m2", "module m9", "module m10",
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_change_of_the_corpus_is_in_exactly_one_group(case: Case) -> None:
    check_partition(read_plan(case.path))


def test_every_change_of_an_environment_is_in_exactly_one_group() -> None:
    check_partition(whole_environment())


@settings(max_examples=60, deadline=None)
@given(repetitive())
def test_every_change_is_in_exactly_one_group_and_folded_with_its_like_only(document: dict[str, object]) -> None:
    check_partition(parse_plan(json.dumps(document).encode()))


@settings(max_examples=60, deadline=None)
@given(repetitive(), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_the_plan(document: dict[str, list[object]], random: object) -> None:
    before = group_changes(parse_plan(json.dumps(document).encode()))
    random.shuffle(document["resource_changes"])  # type: ignore[attr-defined]
    after = group_changes(parse_plan(json.dumps(document).encode()))
    assert [named(group) for group in before] == [named(group) for group in after]


def named(group: Group) -> tuple[object, ...]:
    return group.label, group.members, group.exception_names, [change.address for change in group.changes], group.star


def check_partition(change_set: ChangeSet) -> None:
    """Assert that no change is lost, and that what is folded would be told in the same words."""
    found = group_changes(change_set)
    assert sorted(id(change) for group in found for change in group.changes) == sorted(map(id, change_set.changes))
    for group in found:
        assert [one.risks[0] for one in group.changes] == list(group.risks)
        if group.kind == "same" and group.shown[0].action in {Action.UPDATE, Action.REPLACE_DELETE_FIRST}:
            assert len(group.members) == len(group.like)
            assert len({words(group, change) for change in group.like}) == 1


def words(group: Group, change: Change) -> tuple[object, ...]:
    details = general_details(in_common(details_of(change)), with_values=group.is_pattern)
    values = tuple((one.path, one.before, one.after, one.lines, one.note) for one in details.attributes)
    return values, details.risks if details.risk.level > Level.LOW else (), details.causes


def gone_and_come(*names: str) -> list[str]:
    """Return the advice for a database that goes while others come."""
    old = Entry("databases/main")
    types = ("aws_rds_cluster", "aws_rds_cluster_instance", "aws_db_subnet_group")
    changes = [known(f"module.database_main.{name}.this", Action.DELETE, entry=old) for name in types]
    for number, name in enumerate(names):
        new = Entry(f"databases/{name}", location=Location(f"catalog/shop/databases/{name}.yaml", 1))
        made = types if number == 0 else types[:2]
        changes += [known(f"module.database_{name}.{kind}.this", Action.CREATE, entry=new) for kind in made]
    return [group.advice for group in group_changes(ChangeSet(changes=tuple(changes))) if group.advice]


def test_an_entry_that_goes_while_its_like_comes_may_have_been_renamed() -> None:
    assert gone_and_come("orders") == [
        "if database orders is the same one, `renamed_from: main` in catalog/shop/databases/orders.yaml keeps it"
    ]
    assert gone_and_come("orders", "quality") == []
    assert gone_and_come() == []


def test_a_rename_that_is_taken_back_keeps_the_names_that_its_objects_have() -> None:
    place = Location("catalog/demo/services/api.yaml", 2)
    ends = (
        (Action.DELETE, Entry("services/backend"), ChosenNames("demo-prod-api", None)),
        (Action.CREATE, Entry("services/api", location=place), ChosenNames(None, "demo-prod-api")),
    )
    changes = [
        replace(
            known(f"module.{entry.id[9:]}.aws_ecr_repository.this", action, entry=entry),
            body=KnownBody(known_chosen_names=names),
        )
        for action, entry, names in ends
    ]
    (advice,) = [group.advice for group in group_changes(ChangeSet(changes=tuple(changes))) if group.advice]
    lines = "`renamed_from: backend` and `physical_name: api`"
    assert advice == f"if service api is the same one, {lines} in catalog/demo/services/api.yaml keep it"


def renamed(before: str, after: str, *, forces: bool = True) -> str:
    """Return the advice for an entry `site`, of which an object's name changes."""
    entry = Entry("services/site", location=Location("catalog/demo/services/site.yaml", 2))
    name = AttributeChange("name", f'"{before}"', f'"{after}"', forces_replacement=forces)
    other = AttributeChange("arn", None, "(known after apply)", forces_replacement=True)
    address = "module.service_site.aws_iam_role.task"
    changes = (known(address, Action.REPLACE_DELETE_FIRST, other, name, entry=entry),)
    return group_changes(ChangeSet(changes=changes))[0].advice


def test_an_entry_that_lost_its_former_name_is_told_how_to_keep_it() -> None:
    """`renamed_from` was applied, and then removed: AWS's names were from it."""
    assert renamed("demo-dev-web-task", "demo-dev-site-task") == (
        "its names in AWS change from web to site, so it is recreated: `physical_name: web` in "
        "catalog/demo/services/site.yaml keeps them"
    )
    assert "`physical_name: old-web`" in renamed("demo-dev-old-web", "demo-dev-site")
    for before, after in (
        ("demo-dev-site", "demo-prod-site"),  # another environment's
        ("demo-dev-website", "demo-dev-sites"),  # no name of its own
        ("demo-dev-", "demo-dev-site"),
        ("/demo/dev/Web 2", "/demo/dev/site"),
    ):
        assert renamed(before, after) == ""
    assert renamed("demo-dev-web", "demo-dev-site", forces=False) == ""


@pytest.mark.parametrize("path", ["container_definitions", "environment", "user_data", "policy"])
def test_a_text_in_which_a_name_stands_is_no_name(path: str) -> None:
    entry = Entry("services/checkout", location=Location("catalog/demo/services/checkout.yaml", 2))
    text = AttributeChange(path, '"https://x/api/carts"', '"https://x/api/checkout"', forces_replacement=True)
    change = known("module.service_checkout.aws_x.this", Action.REPLACE_DELETE_FIRST, text, entry=entry)
    assert group_changes(ChangeSet(changes=(change,)))[0].advice == ""


def test_of_several_that_go_and_come_each_may_be_the_one_whose_name_is_closest() -> None:
    changes = [
        known(f"module.service_{name}.aws_ecs_service.this", action, entry=Entry(f"services/{name}", location=place))
        for names, action, place in (
            (("orders", "stocks"), Action.DELETE, None),
            (("order", "stock"), Action.CREATE, Location("catalog/shop/services/x.yaml", 1)),
        )
        for name in names
    ]
    advised = {group.label: group.advice for group in group_changes(ChangeSet(changes=tuple(changes))) if group.advice}
    assert {label: advice.split(" in ")[0] for label, advice in advised.items()} == {
        "service orders": "if service order is the same one, `renamed_from: orders`",
        "service stocks": "if service stock is the same one, `renamed_from: stocks`",
    }


def test_the_same_in_many_places_is_called_by_what_it_is() -> None:
    changes = [known(f'aws_cloudwatch_log_group.this["{name}"]', Action.DELETE) for name in "abcd"]
    (group,) = group_changes(ChangeSet(changes=tuple(changes)))
    assert group.label == "4 log groups"
