"""What a plan promises, and which later plans keep it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infragen.plan_contract.contract import Contract, contract_of, contract_of_each
from infragen.plan_contract.deviations import DeviationKind, deviations_by_stack, find_deviations
from infragen.redaction.decode import OpenPlan, decode_plan
from tests.plans.corpus import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from infragen.plan_contract.deviations import Deviation

Plan = dict[str, Any]
UPDATE, CREATE, DELETE, REPLACE = ["update"], ["create"], ["delete"], ["delete", "create"]


def item(address: str = "aws_thing.a", actions: list[str] | None = None, **change: Any) -> dict[str, Any]:
    """Return one resource change; what begins with `item_` goes beside `change`."""
    beside = {name.removeprefix("item_"): change.pop(name) for name in list(change) if name.startswith("item_")}
    kind = address.split("[", maxsplit=1)[0].split(".")[-2]
    side = {"before": {"id": "i", "size": 1}, "after": {"id": "i", "size": 2}, "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": kind, "name": "a", **beside,
            "change": {"actions": actions or UPDATE, **side, **change}}  # fmt: skip


def plan(*items: dict[str, Any], **members: Any) -> OpenPlan:
    content = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(items), **members}
    return OpenPlan(decode_plan(json.dumps(content).encode(), "plan.json"), "plan.json")


def deviations(expected: OpenPlan, found: OpenPlan, *, partly_applied: bool = False) -> tuple[Deviation, ...]:
    contract = Contract.from_json(contract_of(expected, stack="s").to_json())
    return find_deviations(contract, found, "s", partly_applied=partly_applied)


def kinds(expected: OpenPlan, found: OpenPlan, *, partly_applied: bool = False) -> list[tuple[str, str | None]]:
    return [(one.kind.value, one.path) for one in deviations(expected, found, partly_applied=partly_applied)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_plan_of_the_corpus_refines_itself(case: Case) -> None:
    own = OpenPlan(decode_plan(case.path.read_bytes(), "plan.json"), "plan.json")
    assert deviations(own, own) == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_contract_holds_no_secret_of_the_corpus(case: Case) -> None:
    own = OpenPlan(decode_plan(case.path.read_bytes(), "plan.json"), "plan.json")
    kept = contract_of(own, stack="s").to_json().decode()
    hidden = [secret for secret in case.secrets if len(secret) > 7 and not any(secret in i for i in _code(case.plan))]
    assert [secret for secret in hidden if secret in kept] == []


def _code(plan: Plan) -> list[str]:
    """Addresses are no values; they stand in a contract, and what holds one is for its owner only."""
    return [str(one.get("address")) for one in plan.get("resource_changes") or []]


def test_the_addresses_of_a_combined_root_are_those_of_its_stacks() -> None:
    combined = plan(
        item(
            'module.data_sales.module.order["x.y"].aws_thing.a',
            item_previous_address="module.data_sales.aws_thing.old",
        ),
        item("module.network.aws_thing.a"),
    )  # fmt: skip
    contract = contract_of(combined, labels={"data_sales": "data-sales", "network": "network", "edge": "edge"})
    own = item('module.order["x.y"].aws_thing.a', item_previous_address="aws_thing.old")
    assert find_deviations(contract, plan(own), "data-sales") == ()
    assert find_deviations(contract, plan(item("aws_thing.a")), "network") == ()
    assert find_deviations(contract, plan(), "edge") == ()
    assert set(contract.stacks) == {"data-sales", "network", "edge"}
    (new,) = find_deviations(contract, plan(item("aws_thing.a")), "edge")
    assert (new.kind, new.stack, new.found) == (DeviationKind.NEW, "edge", "update")


LABELS = {"data_sales": "data-sales", "network": "network"}


def test_what_only_a_state_keeps_is_left_to_people_when_it_changes() -> None:
    users = "module.users_main.terraform_data.user"
    items = [
        item(f'{users}["a.b"]', ["update"], before={"input": "read"}, after={"input": "owner"}),
        item(f'{users}["new"]', ["create"], before=None, after={"input": "read"}),
        item("module.web.aws_thing.a", ["update"], before={"p": "1"}, after={"p": "2"}),
    ]
    assert contract_of(plan(*items), stack="data").left_to_people == {"data": (f'{users}["a.b"]',)}


def made(address: str, **change: Any) -> dict[str, Any]:
    return item(address, CREATE, before=None, after={"name": "x"}, after_unknown={"id": True}, **change)


def as_made(address: str) -> dict[str, Any]:
    stands = {"name": "x", "id": "i"}
    return item(address, ["no-op"], before=stands, after=stands)


def test_a_combined_plan_refines_one_of_which_a_part_is_done() -> None:
    expected = contract_of(
        plan(made("module.network.aws_thing.a"), made("module.data_sales.aws_thing.a")), labels=LABELS
    )
    left = plan(as_made("module.network.aws_thing.a"), made("module.data_sales.aws_thing.a"))
    assert deviations_by_stack(expected, left, LABELS, LABELS.values()) == {}
    done = plan(as_made("module.network.aws_thing.a"), as_made("module.data_sales.aws_thing.a"))
    assert deviations_by_stack(expected, done, LABELS, LABELS.values()) == {}


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ((made("module.network.aws_thing.a"), item("module.network.aws_db.main", DELETE, after=None)), "new"),
        ((made("module.network.aws_thing.a"), made("module.network.aws_thing.b")), "new"),
        ((item("module.network.aws_thing.a", DELETE, after=None),), "action"),
        ((item("module.network.aws_thing.a", CREATE, before=None, after={"name": "y"}),), "value"),
        ((), "gone"),
    ],
)
def test_what_a_combined_plan_had_not_shown_is_told_by_its_stack(found: tuple[dict[str, Any], ...], kind: str) -> None:
    expected = contract_of(
        plan(made("module.network.aws_thing.a"), made("module.data_sales.aws_thing.a")), labels=LABELS
    )
    new = plan(*found, made("module.data_sales.aws_thing.a"))
    ((stack, some),) = deviations_by_stack(expected, new, LABELS, LABELS.values()).items()
    assert (stack, [one.kind.value for one in some]) == ("network", [kind])


def test_what_is_destroyed_in_parts_keeps_one_contract_of_all_stacks() -> None:
    gone = {"actions": DELETE, "before": {"id": "i"}, "after": None}
    plans = {name: plan(item("aws_thing.a", **gone), item("aws_thing.b", **gone)) for name in ("network", "security")}
    contract = Contract.from_json(contract_of_each(plans).to_json())
    assert find_deviations(contract, plan(item("aws_thing.b", **gone)), "network", partly_applied=True) == ()
    (other,) = find_deviations(contract, plan(item("aws_thing.c", **gone)), "security", partly_applied=True)
    assert (other.kind, other.address) == (DeviationKind.NEW, "aws_thing.c")


def test_what_a_combined_plan_cannot_know_of_outputs_is_not_asked() -> None:
    contract = contract_of(plan(item("module.n.aws_thing.a")), labels={"n": "n"})
    outputs = {"arn": {"actions": CREATE, "before": None, "after": "x"}}
    assert find_deviations(contract, plan(item("aws_thing.a"), output_changes=outputs), "n") == ()


@pytest.mark.parametrize(
    ("reviewed", "found", "expected"),
    [
        (item(), item(after={"id": "i", "size": 3}), [("value", "size")]),
        (item(), item(after={"id": "i", "size": "2"}), [("value", "size")]),
        (item(), item(after={"id": "i"}), [("value", "size")]),
        (item(), item(after={"id": "i", "size": 2, "more": 1}), [("value", "more")]),
        (item(), item(after={"id": "i", "size": None}), [("value", "size")]),
        (item(), item(after={"id": "i"}, after_unknown={"size": True}), [("unknown", "size")]),
        (item(), item(actions=REPLACE), [("action", None)]),
        (item(), item(actions=["no-op"]), [("gone", None)]),
        (item(), item("aws_thing.b"), [("gone", None), ("new", None)]),
        (item(actions=CREATE), item(actions=["create", "delete"]), [("action", None)]),
        (item(actions=REPLACE), item(actions=["create", "delete"]), [("action", None)]),
        (item(actions=DELETE, after=None), item(actions=["forget"], after=None), [("action", None)]),
        (item(), item(item_deposed="d1"), [("gone", None), ("new", None)]),
        (item(), item(item_previous_address="aws_thing.old"), [("moves", None)]),
        (item(), item(importing={"id": "i-1"}), [("imports", None)]),
        (item(importing={"id": "i-1"}), item(importing={"id": "i-2"}), [("imports", None)]),
        (item(importing={"id": "i-1"}), item(importing={"unknown": True}), [("imports", None)]),
        (item(importing={"id": "i-1"}), item(), [("imports", None)]),
        (item(importing={"unknown": True}), item(importing={"id": "i-2"}), []),
        (item(importing={"unknown": True}), item(), [("imports", None)]),
        (
            item(actions=REPLACE, replace_paths=[["size"]]),
            item(actions=REPLACE, replace_paths=[["size"], ["rule", 0, "name"]]),
            [("replaces", "rule.name")],
        ),
        (
            item(actions=REPLACE, replace_paths=[["rule", 0, "name"]]),
            item(actions=REPLACE, replace_paths=[["rule"]]),
            [("replaces", "rule")],
        ),
        (item(), item(after={"id": "i", "size": 2.0}), [("value", "size")]),
        (item(after={"n": 2**70}), item(after={"n": 2**70 + 1}), [("value", "n")]),
        (item(after={"n": True}), item(after={"n": 1}), [("value", "n")]),
        (item(after={"n": "true"}), item(after={"n": True}), [("value", "n")]),
        (item(after={"n": ""}), item(after={"n": None}), [("value", "n")]),
        (item(after={"n": []}), item(after={"n": {}}), [("value", "n")]),
        (item(after={"n": ["a", "b"]}), item(after={"n": ["a,b"]}), [("value", "n")]),
        (item(after={"n": {"a": 1}}), item(after={"n": {"b": 1}}), [("value", "n.b"), ("value", "n.a")]),
        (item(after={"n": {"!a": 1}}), item(after={"n": {"!b": 1}}), [("value", "n"), ("value", "n")]),
        (item(after={"l": [1, 2]}), item(after={"l": [2, 1]}), [("value", "l[0]"), ("value", "l[1]")]),
        (item(after={"l": [1]}), item(after={"l": [1, 2]}), [("value", "l")]),
    ],
)
def test_what_is_not_as_promised_is_named(
    reviewed: dict[str, Any], found: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    assert kinds(plan(reviewed), plan(found)) == expected


@pytest.mark.parametrize("value", [None, "x", 7, [], [{"a": 1}], {"a": "b"}])
def test_an_unknown_value_may_be_anything(value: object) -> None:
    expected = item(after={"id": "i"}, after_unknown={"size": True})
    assert kinds(plan(expected), plan(item(after={"id": "i", "size": value}))) == []
    assert kinds(plan(expected), plan(expected)) == []


def test_an_unknown_value_may_not_force_a_replacement() -> None:
    expected = item(after={"id": "i"}, after_unknown={"size": True})
    found = item(actions=REPLACE, after={"id": "i", "size": 9}, replace_paths=[["size"]])
    (deviation,) = deviations(plan(expected), plan(found))
    assert (deviation.kind, deviation.path) == (DeviationKind.ACTION, "size")
    assert (deviation.expected, deviation.found) == ("update", "replace")


def test_a_part_of_what_was_reviewed_may_force_the_replacement() -> None:
    """A block that was unknown as a whole forces it as a whole; the one attribute of it that does is known later."""
    whole = item(actions=REPLACE, after={"id": "i"}, after_unknown={"rule": True}, replace_paths=[["rule"]])
    part = item(actions=REPLACE, after={"id": "i", "rule": [{"name": "a"}]}, replace_paths=[["rule", 0, "name"]])
    assert kinds(plan(whole), plan(part)) == []
    other = item(actions=REPLACE, after={"id": "i", "rule": []}, replace_paths=[["rules"]])
    assert kinds(plan(whole), plan(other)) == [("replaces", "rules")]


def update(before: dict[str, Any], after: dict[str, Any], **change: Any) -> dict[str, Any]:
    """Return an update of `size`, and of whatever else differs."""
    return item(before={"id": "i", "size": 1, **before}, after={"id": "i", "size": 2, **after}, **change)


def test_an_update_may_not_undo_what_somebody_did_since() -> None:
    """The end is what was reviewed, but nobody was told that the hand-made change is lost."""
    reviewed = plan(update({"tags": {"o": "a"}, "rule": [1]}, {"tags": {"o": "a"}, "rule": [1]}))
    since = plan(update({"tags": {"o": "b", "x": "y"}, "rule": [1, 2]}, {"tags": {"o": "a"}, "rule": [1]}))
    told = deviations(reviewed, since)
    assert [(one.kind.value, one.path, one.found) for one in told] == [
        ("changes", "rule", "[1, 2]"),
        ("changes", "tags.o", '"b"'),
        ("changes", "tags.x", '"y"'),
    ]


def test_what_an_update_leaves_alone_may_be_something_else_by_now() -> None:
    """As `desired_count` of an ECS service that is scaled, and of which terraform ignores changes."""
    reviewed = plan(update({"desired_count": 3}, {"desired_count": 3}))
    assert kinds(reviewed, plan(update({"desired_count": 5}, {"desired_count": 5}))) == []
    assert kinds(reviewed, plan(update({"desired_count": 5}, {"desired_count": 3}))) == [("changes", "desired_count")]
    assert kinds(reviewed, plan(update({"desired_count": 3}, {"desired_count": 5}))) == [("value", "desired_count")]
    assert kinds(reviewed, plan(update({"id": "j"}, {"id": "j"}))) == [("value", "id")]
    moved = item(actions=["no-op"], before={"n": 1}, after={"n": 1}, item_previous_address="aws_thing.old")
    since = item(actions=["no-op"], before={"n": 2}, after={"n": 2}, item_previous_address="aws_thing.old")
    assert kinds(plan(moved), plan(since)) == []


@pytest.mark.parametrize("actions", [CREATE, REPLACE, ["create", "delete"]])
def test_what_is_made_anew_is_as_reviewed_in_everything(actions: list[str]) -> None:
    reviewed = plan(update({"desired_count": 3}, {"desired_count": 3}, actions=actions))
    since = plan(update({"desired_count": 5}, {"desired_count": 5}, actions=actions))
    assert kinds(reviewed, since) == [("value", "desired_count")]


@pytest.mark.parametrize("actions", [DELETE, ["forget"], REPLACE, ["create", "delete"]])
def test_what_goes_is_the_object_that_was_reviewed(actions: list[str]) -> None:
    after = None if len(actions) == 1 else {"size": 2}
    reviewed = plan(item(actions=actions, before={"id": "i-1"}, after=after, after_unknown={"id": True}))
    other = plan(item(actions=actions, before={"id": "i-2"}, after=after, after_unknown={"id": True}))
    assert kinds(reviewed, other) == [("object", None)]
    assert kinds(reviewed, reviewed) == []


def test_an_update_that_hung_on_an_unknown_value_may_come_out_as_nothing() -> None:
    expected = item(before={"id": "i", "size": 1}, after={"id": "i"}, after_unknown={"size": True})
    nothing = item(actions=["no-op"], before={"id": "i", "size": 1}, after={"id": "i", "size": 1})
    assert kinds(plan(expected), plan(nothing)) == []
    other = item(actions=["no-op"], before={"id": "j", "size": 1}, after={"id": "j", "size": 1})
    assert kinds(plan(expected), plan(other)) == [("value", "id")]


@pytest.mark.parametrize("empty", ["", 0, False, [], {}])
def test_what_was_empty_before_a_replacement_is_no_change_that_is_certain(empty: object) -> None:
    """A task definition that is replaced for an address has no `pid_mode` in the plan, and "" in the state."""
    before = {"id": "i", "size": 1, "mode": empty}
    replaced = item(
        actions=REPLACE, before=before, after={"mode": None}, after_unknown={"id": True, "size": True},
        replace_paths=[["size"]],
    )  # fmt: skip
    same = item(actions=["no-op"], before=before, after=before)
    assert kinds(plan(replaced), plan(same)) == []
    other = item(
        actions=REPLACE, before={**before, "mode": "host"}, after={"mode": None}, replace_paths=[["size"]],
        after_unknown={"id": True, "size": True},
    )  # fmt: skip
    still = item(actions=["no-op"], before={**before, "mode": "host"}, after={**before, "mode": "host"})
    assert kinds(plan(other), plan(still)) != []


def test_a_replacement_that_hung_on_an_unknown_value_may_come_out_as_nothing_and_as_nothing_else() -> None:
    """A role that is made anew under its old name has its old ARN."""
    expected = item(
        actions=REPLACE, before={"id": "i", "role": "r"}, after={}, after_unknown={"id": True, "role": True},
        replace_paths=[["role"]],
    )  # fmt: skip
    nothing = item(actions=["no-op"], before={"id": "i", "role": "r"}, after={"id": "i", "role": "r"})
    assert kinds(plan(expected), plan(nothing)) == []
    assert kinds(plan(expected), plan(item(before={"id": "i", "role": "r"}, after={"id": "i", "role": "x"}))) == [
        ("action", None)
    ]
    known = item(actions=REPLACE, before={"id": "i", "size": 1}, after={"size": 2}, after_unknown={"id": True})
    assert kinds(plan(known), plan(item(actions=["no-op"], after={"id": "i", "size": 2}))) == [("gone", None)]


def test_an_update_of_a_known_value_may_not_vanish() -> None:
    expected = item(before={"n": 1, "size": 1}, after={"n": 2}, after_unknown={"size": True})
    nothing = item(actions=["no-op"], before={"n": 2, "size": 1}, after={"n": 2, "size": 1})
    assert kinds(plan(expected), plan(nothing)) == [("gone", None)]
    assert kinds(plan(expected), plan()) == [("gone", None)]


def test_the_members_of_a_set_have_no_order_once_they_are_known() -> None:
    """`aws_security_group.ingress` is a set: terraform sorts it by what is known of it."""
    rules = [{"from_port": 1, "self": False}, {"from_port": 2, "self": False}]
    expected = item(
        "aws_security_group.a", after={"ingress": rules}, after_unknown={"ingress": [{"cidr": True}, {"cidr": True}]}
    )
    known = [{"from_port": 2, "self": False, "cidr": "b"}, {"from_port": 1, "self": False, "cidr": "a"}]
    assert kinds(plan(expected), plan(item("aws_security_group.a", after={"ingress": known}))) == []
    other = [*known[:1], {"from_port": 3, "self": False, "cidr": "a"}]
    assert kinds(plan(expected), plan(item("aws_security_group.a", after={"ingress": other}))) != []
    one = known[:1]
    assert kinds(plan(expected), plan(item("aws_security_group.a", after={"ingress": one}))) == [("value", "ingress")]


def test_members_of_a_set_that_were_unknown_may_be_one_and_the_same() -> None:
    unknown = {"ingress": [{"cidr": True}, {"cidr": True}]}
    expected = item("aws_security_group.a", after={"ingress": [{"port": 1}, {"port": 1}]}, after_unknown=unknown)
    known = item("aws_security_group.a", after={"ingress": [{"port": 1, "cidr": "a"}]})
    assert kinds(plan(expected), plan(known)) == []


def test_a_member_of_a_set_may_turn_out_to_be_one_that_was_known() -> None:
    for known in (0, 1):
        members = [{"port": 1}, {"port": 1}]
        members[known]["cidr"] = "a"  # type: ignore[assignment]
        unknown = {"ingress": [{}, {}]}
        unknown["ingress"][1 - known]["cidr"] = True
        expected = item("aws_security_group.a", after={"ingress": members}, after_unknown=unknown)
        found = item("aws_security_group.a", after={"ingress": [{"port": 1, "cidr": "a"}]})
        assert kinds(plan(expected), plan(found)) == []
        other = item("aws_security_group.a", after={"ingress": [{"port": 1, "cidr": "b"}]})
        assert kinds(plan(expected), plan(other)) == [("value", "ingress")]


rules = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from("abc"), st.booleans()),
    min_size=1, max_size=6, unique_by=lambda one: one[:2] if not one[2] else (one[0], object()),
)  # fmt: skip


@settings(deadline=None)
@given(rules, st.randoms(use_true_random=False))
def test_a_set_is_kept_whatever_its_unknown_parts_turn_out_to_be(
    drawn: list[tuple[int, str, bool]], random: Random
) -> None:
    members = [{"port": port} if is_unknown else {"port": port, "cidr": cidr} for port, cidr, is_unknown in drawn]
    unknown = [{"cidr": True} if is_unknown else {} for *_, is_unknown in drawn]
    found = sorted({(port, cidr) for port, cidr, _ in drawn})
    random.shuffle(found)
    expected = plan(item("aws_security_group.a", after={"ingress": members}, after_unknown={"ingress": unknown}))

    def with_rules(rules: list[tuple[int, str]]) -> OpenPlan:
        known = [{"port": port, "cidr": cidr} for port, cidr in rules]
        return plan(item("aws_security_group.a", after={"ingress": known}))

    assert kinds(expected, with_rules(found)) == []
    assert kinds(expected, with_rules([*found, (9, "a")])) != []
    assert kinds(expected, with_rules([(9, cidr) for _, cidr in found])) != []
    assert kinds(expected, with_rules([*found, *((found[0][0], f"z{number}") for number in range(len(drawn)))])) != []


def test_reading_data_is_no_promise() -> None:
    read = {"address": "data.aws_x.a", "mode": "data", "type": "aws_x", "name": "a",
            "change": {"actions": ["read"], "before": None, "after": {}, "after_unknown": {"id": True}}}  # fmt: skip
    assert kinds(plan(item(), read), plan(item())) == []
    assert kinds(plan(item()), plan(item(), read)) == []


def test_an_invoked_action_is_a_promise() -> None:
    trigger = {"triggering_resource_address": "aws_thing.a", "action_trigger_event": "AfterUpdate"}
    invoked = {"address": "action.aws_lambda_invoke.warm", "lifecycle_action_trigger": trigger}
    assert kinds(plan(action_invocations=[invoked]), plan(action_invocations=[invoked])) == []
    assert kinds(plan(), plan(action_invocations=[invoked])) == [("new", None)]


def test_an_action_is_invoked_with_the_settings_that_were_reviewed() -> None:
    def invoking(values: dict[str, Any], **more: Any) -> OpenPlan:
        invoked = {"address": "action.aws_lambda_invoke.warm", "config_values": values, **more}
        return plan(action_invocations=[invoked])

    reviewed = invoking({"payload": "a"})
    assert kinds(reviewed, reviewed) == []
    (other,) = deviations(reviewed, invoking({"payload": "b"}))
    assert (other.kind, other.path, other.found) == (DeviationKind.VALUE, "payload", '"b"')
    unknown = invoking({}, config_unknown={"payload": True})
    assert kinds(unknown, invoking({"payload": "b"})) == []
    assert kinds(reviewed, unknown) == [("unknown", "payload")]
    secret = {"config_sensitive": {"payload": True}}
    (hidden,) = deviations(invoking({"payload": "a"}, **secret), invoking({"payload": "Q7-geheim-Z"}, **secret))
    assert hidden.found == "(sensitive)"
    assert b"geheim" not in contract_of(invoking({"payload": "Q7-geheim-Z"}, **secret), stack="s").to_json()


LABELS = {"network": "network", "data_sales": "data-sales"}
_MIGRATION = {"address": "aws_thing.a", "after": {"by": "aws_thing.b", "secret": "Q7-geheim-Z"}}


@pytest.mark.parametrize(
    ("reviewed", "found", "kind"),
    [
        (None, [_MIGRATION], "new"),
        ([], [_MIGRATION], "new"),
        ([_MIGRATION], [_MIGRATION], None),
        ([_MIGRATION], [], None),
        ([_MIGRATION], [{**_MIGRATION, "after": {"by": "aws_thing.c"}}], "value"),
        ([_MIGRATION], [_MIGRATION, _MIGRATION], "value"),
        ([_MIGRATION], [{**_MIGRATION, "address": "aws_thing.z"}], "new"),
        ({"aws_thing.a": "migrate"}, {"aws_thing.a": "migrate"}, None),
        ({"aws_thing.a": "migrate"}, {"aws_thing.b": "migrate"}, "value"),
        (["aws_thing.a"], ["aws_thing.a", "aws_thing.b"], "value"),
        (["aws_thing.a"], [], None),
        (True, [], None),
    ],
)
def test_what_a_newer_terraform_says_in_a_section_of_its_own_is_a_promise(
    reviewed: Any, found: Any, kind: str | None
) -> None:
    own = plan() if reviewed is None else plan(migrations=reviewed)
    assert [one.kind.value for one in deviations(own, plan(migrations=found))][:1] == ([kind] if kind else [])
    assert not any("geheim" in str(one) for one in deviations(own, plan(migrations=found)))
    assert b"geheim" not in contract_of(own, stack="s").to_json()


def test_a_section_of_a_plan_of_all_stacks_is_that_of_each_stack_as_far_as_it_has_addresses() -> None:
    whole = [
        {"address": "module.network.aws_thing.a", "by": "module.network.aws_thing.b"},
        {"address": "module.data_sales.aws_thing.a"},
    ]
    combined = contract_of(plan(migrations=whole, others={"a": 1}), labels=LABELS)
    own = plan(migrations=[{"address": "aws_thing.a", "by": "aws_thing.b"}], others={"a": 1})
    assert find_deviations(combined, own, "network") == ()
    assert [one.address for one in find_deviations(combined, own, "data-sales")] == ["migrations: aws_thing.a"]
    (other,) = find_deviations(combined, plan(others={"a": 2}), "network")
    assert other.address == "others"
    assert deviations_by_stack(combined, plan(migrations=whole, others={"a": 1}), LABELS, ["network"]) == {}
    assert deviations_by_stack(combined, plan(others={"a": 2}), LABELS, ["network"])


class TestAfterAnApplyThatDidNotComeToItsEnd:
    created = item(actions=["no-op"], before={"id": "i", "size": 2})

    @pytest.mark.parametrize(
        ("expected", "left"),
        [
            (item(actions=CREATE, before=None), created),
            (item(), created),
            (item(actions=REPLACE), created),
            (item(actions=REPLACE), item(actions=CREATE, before=None)),
            (item(actions=CREATE, before=None), item(actions=REPLACE, item_action_reason="replace_because_tainted")),
            (item(actions=CREATE, before=None), item(before={"id": "i", "size": 1})),  # half-made: its size is lacking
            (item(item_previous_address="aws_thing.old"), item()),
            (item(importing={"id": "i"}), item()),
        ],
    )
    def test_what_is_done_need_not_be_done_again(self, expected: dict[str, Any], left: dict[str, Any]) -> None:
        assert kinds(plan(expected), plan(left)) != []
        assert kinds(plan(expected), plan(left), partly_applied=True) == []

    def test_what_somebody_set_since_is_not_undone(self) -> None:
        """A saved plan found the stack locked: a colleague's apply ran, and changed what this one is about."""
        was, becomes = {"id": "i", "size": 90, "tags": {"a": "1"}}, {"id": "i", "size": 120, "tags": {"a": "2"}}
        expected = plan(update(was, becomes))
        for meanwhile, said in (
            ({"size": 150}, [("found", "size")]),
            ({"tags": {"a": "3"}}, [("found", "tags.a")]),
            ({"size": 120}, []),  # done already
            ({}, []),
        ):
            assert kinds(expected, plan(update({**was, **meanwhile}, becomes)), partly_applied=True) == said
        (told,) = deviations(expected, plan(update({**was, "size": 150}, becomes)), partly_applied=True)
        assert told.found == "150"

    def test_what_follows_from_a_change_may_have_followed_from_a_part_of_it(self) -> None:
        """The version of a launch template, which nobody knows before it is applied."""
        was, becomes = {"id": "i", "size": 90, "version": 1}, {"id": "i", "size": 120}
        expected = plan(update(was, becomes, after_unknown={"version": True}))
        left = plan(update({**was, "version": 2}, becomes, after_unknown={"version": True}))
        assert kinds(expected, left, partly_applied=True) == []

    def test_a_block_that_an_import_writes_empty_is_nothing(self) -> None:
        """A balancer that is taken in has `connection_logs` with no bucket, no prefix and `enabled` false."""
        expected = plan(item(actions=CREATE, before=None, after={"id": "i", "size": 2, "logs": []}))
        for block, found in (({"bucket": "", "enabled": False}, False), ({"bucket": "b", "enabled": False}, True)):
            stands = {"id": "i", "size": 1, "logs": [block]}
            left = plan(item(before=stands, after={**stands, "size": 2}))
            assert bool(kinds(expected, left, partly_applied=True)) is found

    @pytest.mark.parametrize(
        ("left_to_others", "left", "done"),
        [
            ({"stages"}, {}, True),
            ({"all"}, {}, True),
            ({"size"}, {}, False),
            (set(), {}, False),
            ({"stages"}, {"actions": UPDATE, "after": {"id": "i", "size": 2, "stages": ["old"]}}, True),
            ({"stages"}, {"actions": UPDATE, "after": {"id": "i", "size": 3, "stages": ["old"]}}, False),
            ({"stages"}, {"actions": UPDATE, "after": {"id": "i", "size": 2, "stages": ["third"]}}, False),
            ({"stages"}, {"actions": REPLACE, "item_action_reason": "replace_because_tainted"}, False),
        ],
    )
    def test_what_is_left_to_others_they_may_have_changed_since(
        self, left_to_others: set[str], left: dict[str, Any], *, done: bool
    ) -> None:
        """A secret is rotated, a service scaled or released, after it was made and before the run is resumed."""
        made = {"before": None, "after": {"size": 2, "stages": ["new", "tf"]}, "after_unknown": {"id": True}}
        stands = {"id": "i", "size": 2, "stages": ["old"]}
        before = {**stands, "size": 1} if left.get("actions") == UPDATE else stands
        given = {"actions": ["no-op"], "after": stands, "before": before, **left}
        asked = []

        def ignored(stack: str, address: str) -> set[str]:
            asked.append((stack, address))
            return left_to_others

        alone, now = contract_of(plan(item(actions=CREATE, **made)), stack="n"), plan(item(**given))
        assert (find_deviations(alone, now, "n", partly_applied=True, ignored=ignored) == ()) is done
        assert find_deviations(alone, now, "n", ignored=ignored)  # no apply of it began
        combined = contract_of(plan(item("module.n.aws_thing.a", CREATE, **made)), labels={"n": "n"})
        now = plan(item("module.n.aws_thing.a", **given))
        assert (deviations_by_stack(combined, now, {"n": "n"}, ["n"], ignored) == {}) is done
        assert {*asked} <= {("n", "aws_thing.a")}

    def test_a_revision_that_was_made_need_not_stand_as_it_was_written(self) -> None:
        """AWS gives a task definition back with what it leaves out; terraform says that there is nothing to do."""
        reviewed, told = '[{"image":"shop:2","name":"web"}]', '[{"mountPoints":[],"name":"web","image":"shop:2"}]'
        before = {"id": "web", "containers": '[{"image":"shop:1","name":"web"}]'}
        new: dict[str, Any] = {"actions": ["create", "delete"], "after_unknown": {"id": True}}
        expected = plan(item(**new, before=before, after={"containers": reviewed}))
        stands = {"id": "web", "containers": told}
        made = item(actions=["no-op"], before=stands, after=stands)
        assert kinds(expected, plan(made), partly_applied=True) == []
        assert kinds(expected, plan(made)) == [("gone", None)]
        again = item(**new, before=stands, after={"containers": '[{"image":"shop:3"}]'})
        assert kinds(expected, plan(again), partly_applied=True) == [("value", "containers")]
        for other in ("shop:2", '["shop'):
            stands = {"id": "web", "containers": other}
            made = item(actions=["no-op"], before=stands, after=stands)
            assert kinds(expected, plan(made), partly_applied=True) == [("gone", None)]

    @pytest.mark.parametrize(
        ("address", "url", "done"),
        [
            ("aws_iam_openid_connect_provider.a", "issuer.example.com", True),
            ("aws_iam_openid_connect_provider.a", "other.example.com", False),
            ("aws_thing.a", "issuer.example.com", False),
        ],
    )
    def test_iam_gives_the_url_of_an_issuer_back_without_its_scheme(
        self, address: str, url: str, *, done: bool
    ) -> None:
        expected = item(
            address, CREATE, before=None, after={"url": "https://issuer.example.com"}, after_unknown={"id": True}
        )
        stands = {"id": "arn", "url": url}
        left = plan(item(address, ["no-op"], before=stands, after=stands))
        assert (kinds(plan(expected), left, partly_applied=True) == []) is done

    @pytest.mark.parametrize(("planned", "read", "done"), [(0, 300, True), (0, 60, False), (60, 300, False)])
    def test_a_queue_with_the_key_of_sqs_reads_300_seconds_where_0_were_planned(
        self, planned: int, read: int, *, done: bool
    ) -> None:
        field, address = "kms_data_key_reuse_period_seconds", "aws_sqs_queue.a"
        expected = item(address, CREATE, before=None, after={field: planned}, after_unknown={"id": True})
        stands = {"id": "url", field: read}
        left = plan(item(address, ["no-op"], before=stands, after=stands))
        assert (kinds(plan(expected), left, partly_applied=True) == []) is done

    def test_what_is_gone_need_not_go_again(self) -> None:
        assert kinds(plan(item(actions=DELETE, after=None)), plan(), partly_applied=True) == []
        assert kinds(plan(item()), plan(), partly_applied=True) == [("gone", None)]

    def test_a_pass_about_some_objects_need_not_have_the_others_and_has_nothing_else(self) -> None:
        expected = contract_of(plan(item("aws_thing.a"), item("aws_thing.b", actions=DELETE, after=None)), stack="s")
        gone = item("aws_thing.b", actions=DELETE, after=None)
        assert find_deviations(expected, plan(gone), "s", partly_applied=True, is_part=True) == ()
        assert find_deviations(expected, plan(gone, item("aws_thing.c")), "s", partly_applied=True, is_part=True)
        assert find_deviations(expected, plan(gone), "s", partly_applied=True)

    def test_the_old_one_of_a_replacement_may_still_have_to_go(self) -> None:
        expected = plan(item(actions=["create", "delete"]))
        left = plan(self.created, item(actions=DELETE, after=None, item_deposed="d1"))
        assert kinds(expected, left, partly_applied=True) == []
        assert kinds(expected, left) != []

    def test_what_moves_comes_from_where_was_promised_or_has_moved_already(self) -> None:
        expected = plan(item(item_previous_address="aws_thing.old"))
        assert kinds(expected, plan(item()), partly_applied=True) == []
        assert kinds(expected, plan(item(item_previous_address="aws_thing.other")), partly_applied=True) == [
            ("moves", None)
        ]

    @pytest.mark.parametrize("expected", [item(), item(actions=REPLACE), item(actions=CREATE, before=None)])
    def test_what_is_done_was_neither_moved_nor_imported_on_the_way(self, expected: dict[str, Any]) -> None:
        for more in ({"item_previous_address": "aws_thing.old"}, {"importing": {"id": "i"}}):
            left = item(actions=["no-op"], before={"id": "i", "size": 2}, **more)
            assert kinds(plan(expected), plan(left), partly_applied=True) != []

    @pytest.mark.parametrize("actions", [UPDATE, REPLACE, ["create", "delete"], DELETE, ["forget"], CREATE])
    def test_nothing_is_done_that_was_not_promised_at_all(self, actions: list[str]) -> None:
        more = item("aws_thing.more", actions)
        assert kinds(plan(item()), plan(item(), more), partly_applied=True) == [("new", None)]
        deposed = item(actions=DELETE, after=None, item_deposed="d1")
        assert kinds(plan(item()), plan(item(), deposed), partly_applied=True) == [("new", None)]

    @pytest.mark.parametrize(
        "more",
        [
            {"importing": {"id": "i"}},
            {"item_previous_address": "aws_thing.old"},
            {"after": {"id": "i", "size": 9}},
            {"after": {"id": "i", "size": None}},
        ],
    )
    def test_what_a_half_made_object_becomes_is_what_was_promised(self, more: dict[str, Any]) -> None:
        expected = plan(item(actions=CREATE, before=None))
        assert kinds(expected, plan(item(**more)), partly_applied=True) != []

    def test_something_else_is_a_deviation_all_the_same(self) -> None:
        other = item(actions=["no-op"], after={"id": "i", "size": 9})
        assert kinds(plan(item(actions=CREATE)), plan(other), partly_applied=True) != []
        assert kinds(plan(item(actions=CREATE)), plan(item(actions=REPLACE)), partly_applied=True) != []


class TestSecrets:
    SECRET = "Q7-geheim-Z"

    def test_a_secret_that_is_another_one_is_a_deviation_without_a_value(self) -> None:
        expected = item(after={"p": "one"}, after_sensitive={"p": True})
        found = item(after={"p": self.SECRET, "q": f"x={self.SECRET}"}, after_sensitive={"p": True})
        told = deviations(plan(expected), plan(found))
        assert [(one.path, one.found) for one in told] == [("p", "(sensitive)"), ("q", '"x=(sensitive)"')]

    def test_what_the_reviewed_plan_marked_is_hidden_where_a_stack_of_its_own_does_not_mark_it(self) -> None:
        expected = item(after={"p": "one", "q": "b"}, after_sensitive={"p": True})
        found = item(after={"p": self.SECRET, "q": self.SECRET})
        told = deviations(plan(expected), plan(found))
        assert [(one.path, one.found) for one in told] == [("p", "(sensitive)"), ("q", "(sensitive)")]

    def test_a_sensitive_map_shows_neither_shape_nor_keys(self) -> None:
        secret = item(after={"p": {"inner": {"deep": 1}}}, after_sensitive={"p": True})
        partly = item(
            "aws_thing.b", after={"p": {"inner": 1}}, after_sensitive={"p": True}, after_unknown={"p": {"x": True}}
        )
        contract = contract_of(plan(secret, partly), stack="s")
        assert b"inner" not in contract.to_json()
        known = item("aws_thing.b", after={"p": {"inner": 1, "x": 5}}, after_sensitive={"p": True})
        assert find_deviations(contract, plan(secret, known), "s") == ()
        wrong = item("aws_thing.b", after={"p": {"inner": 2, "x": 5}}, after_sensitive={"p": True})
        assert [one.kind.value for one in find_deviations(contract, plan(secret, wrong), "s")] == ["value"]

    def test_the_keys_of_a_sensitive_map_are_no_places_that_change(self) -> None:
        for marks in ({"before_sensitive": {"p": True}}, {"after_sensitive": {"p": True}}):
            secret = item(before={"p": {"inner": 1}}, after={"p": {"inner": 2}}, **marks)
            (promise,) = contract_of(plan(secret), stack="s").of("s").changes
            assert promise.changes == (("p",),)

    def test_what_is_undone_is_not_told_where_it_is_sensitive(self) -> None:
        marks = {"before_sensitive": {"p": True}, "after_sensitive": {"p": True}}
        reviewed = plan(update({"p": "one"}, {"p": "one"}, **marks))
        (told,) = deviations(reviewed, plan(update({"p": self.SECRET}, {"p": "one"}, **marks)))
        assert (told.kind, told.path, told.found) == (DeviationKind.CHANGES, "p", "(sensitive)")

    def test_what_is_undone_is_not_told_where_it_was_sensitive_in_the_review(self) -> None:
        reviewed = plan(update({"p": "one", "m": {"a": 7}}, {"p": "one", "m": {"a": 7}},
                               after_sensitive={"p": True, "m": True}))  # fmt: skip
        told = deviations(reviewed, plan(update({"p": self.SECRET, "m": {"a": 8}}, {"p": "one", "m": {"a": 7}})))
        assert [(one.kind.value, one.path, one.found) for one in told] == [
            ("changes", "m.a", "(sensitive)"),
            ("changes", "p", "(sensitive)"),
        ]

    def test_the_same_secret_has_another_digest_in_another_contract(self) -> None:
        one, other = (contract_of(plan(item()), stack="s") for _ in range(2))
        assert one.of("s").changes[0].after != other.of("s").changes[0].after


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"key":"","stacks":{}}', b'{"key":"AAAA","stacks":{}}'])
def test_something_else_is_no_contract(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Contract.from_json(content)


leaves = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(min_size=1, max_size=4), values, min_size=1, max_size=4)
action_lists = st.sampled_from([CREATE, UPDATE, REPLACE, ["create", "delete"]])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan with some parts unknown and some marked."""
    items = []
    for number in range(draw(st.integers(1, 4))):
        after = draw(objects)
        marks = {name: True for name in after if draw(st.booleans())}
        hidden = [name for name in after if draw(st.booleans())]
        unknown = dict.fromkeys(hidden, True)
        known = {name: value for name, value in after.items() if name not in unknown}
        items.append(
            item(f"aws_thing.n[{number}]", draw(action_lists), before=draw(objects), after=known,
                 after_sensitive=marks, after_unknown=unknown)
        )  # fmt: skip
    return {"resource_changes": items}


def opened(content: Plan) -> OpenPlan:
    return plan(*content["resource_changes"])


@given(plans())
def test_a_plan_refines_itself(content: Plan) -> None:
    assert deviations(opened(content), opened(content)) == ()


@given(plans(), st.data())
def test_whatever_was_unknown_may_be_anything(content: Plan, data: st.DataObject) -> None:
    known = copy.deepcopy(content)
    for one in known["resource_changes"]:
        change = one["change"]
        change["after"] |= {name: data.draw(values) for name in change["after_unknown"]}
        change["after_unknown"] = {}
    assert deviations(opened(content), opened(known)) == ()


def _other_leaf(content: Plan, data: st.DataObject) -> None:
    """Change one known leaf, wherever it stands."""
    places = [
        (holder, key) for one in content["resource_changes"] for holder, key in _leaf_places(one["change"]["after"])
    ]
    if places:
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = "another" if holder[key] != "another" else 1


def _leaf_places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key in value if isinstance(value, dict) else range(len(value)):
        inner = value[key]
        found += _leaf_places(inner) if isinstance(inner, dict | list) and inner else [(value, key)]
    return found


def _other_action(content: Plan, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(content["resource_changes"]))
    others = [CREATE, UPDATE, REPLACE, ["create", "delete"], DELETE, ["forget"]]
    one["change"]["actions"] = data.draw(st.sampled_from([a for a in others if a != one["change"]["actions"]]))


def _other_address(content: Plan, data: st.DataObject) -> None:
    data.draw(st.sampled_from(content["resource_changes"]))["address"] = "aws_thing.elsewhere"


def _one_more(content: Plan, data: st.DataObject) -> None:
    content["resource_changes"].append(item("aws_thing.more", data.draw(action_lists)))


def _one_less(content: Plan, data: st.DataObject) -> None:
    content["resource_changes"].remove(data.draw(st.sampled_from(content["resource_changes"])))


def _less_known(content: Plan, data: st.DataObject) -> None:
    places = [(one["change"], name) for one in content["resource_changes"] for name in one["change"]["after"]]
    if places:
        change, name = data.draw(st.sampled_from(places))
        del change["after"][name]
        change["after_unknown"][name] = True


@pytest.mark.parametrize("change", [_other_leaf, _other_action, _other_address, _one_more, _one_less, _less_known])
@settings(deadline=None)
@given(content=plans(), data=st.data())
def test_any_other_difference_is_a_deviation(
    change: Callable[[Plan, st.DataObject], None], content: Plan, data: st.DataObject
) -> None:
    other = copy.deepcopy(content)
    change(other, data)
    same = other == content and json.dumps(other) == json.dumps(content)
    assert bool(deviations(opened(content), opened(other))) is not same


@st.composite
def two_values(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw two values that are not the same."""
    one, other = draw(values), draw(values)
    assume(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    return one, other


def _with_more(content: Plan, before: object, after: object) -> Plan:
    """Return a plan whose first object is updated, and has one attribute more."""
    more = copy.deepcopy(content)
    change = more["resource_changes"][0]["change"]
    change["actions"] = UPDATE
    change["before"]["quiet"], change["after"]["quiet"] = before, after
    return more


@settings(max_examples=60, deadline=None)
@given(plans(), two_values())
def test_an_update_changes_nothing_more_than_was_reviewed(content: Plan, pair: tuple[Any, Any]) -> None:
    was, by_now = pair
    reviewed = opened(_with_more(content, was, was))
    assert deviations(reviewed, opened(_with_more(content, was, was))) == ()
    assert deviations(reviewed, opened(_with_more(content, by_now, by_now))) == ()
    for before, after in ((by_now, was), (was, by_now)):
        told = deviations(reviewed, opened(_with_more(content, before, after)))
        assert told
        assert all((one.path or "").startswith("quiet") for one in told)


@settings(max_examples=60, deadline=None)
@given(plans(), two_values(), values)
def test_what_was_to_change_changes_to_what_was_reviewed(content: Plan, pair: tuple[Any, Any], other: Any) -> None:
    was, becomes = pair
    reviewed = opened(_with_more(content, was, becomes))
    if not isinstance(was, dict) or not isinstance(other, dict):  # else another part of it may be what changes
        assert deviations(reviewed, opened(_with_more(content, other, becomes))) == ()
    assume(json.dumps(other, sort_keys=True) != json.dumps(becomes, sort_keys=True))
    for before in (was, becomes):
        assert deviations(reviewed, opened(_with_more(content, before, other)))


@given(plans())
def test_a_contract_survives_being_kept(content: Plan) -> None:
    contract = contract_of(opened(content), stack="s")
    assert Contract.from_json(contract.to_json()) == contract
