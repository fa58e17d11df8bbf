from __future__ import annotations

from typing import Any

from infragen.plan import Cause, parse_plan
from infragen.plan.causes import REASONS
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource

_SWAP = ["delete", "create"]


def block(address: str, **expressions: Any) -> dict[str, Any]:
    """Return a resource of a configuration; each expression is a list of references or a constant."""
    return {
        "address": address,
        "expressions": {
            name: {"references": value} if isinstance(value, list) else {"constant_value": value}
            for name, value in expressions.items()
        },
    }


def causes(content: bytes, address: str) -> tuple[Cause, ...]:
    (change,) = [one for one in parse_plan(content).changes if one.address == address]
    return change.causes


def root(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"root_module": {"resources": list(resources), **more}}


def test_the_chain_goes_back_to_where_it_began() -> None:
    vpc = resource("aws_vpc.v", _SWAP, {"cidr": "a", "id": "1"}, {"cidr": "b"}, replace_paths=[["cidr"]])
    net = resource(
        "aws_subnet.s", _SWAP, {"vpc": "1"}, {}, after_unknown={"vpc": True, "id": True}, replace_paths=[["vpc"]]
    )
    host = resource("aws_instance.i", _SWAP, {"net": "2"}, {}, after_unknown={"net": True}, replace_paths=[["net"]])
    configuration = root(
        block("aws_vpc.v", cidr="b"),
        block("aws_subnet.s", vpc=["aws_vpc.v.id", "aws_vpc.v"]),
        block("aws_instance.i", net=["aws_subnet.s.id", "aws_subnet.s"]),
    )
    content = plan(vpc, net, host, configuration=configuration)
    assert causes(content, "aws_instance.i") == (
        Cause("net", "net cannot be changed in place", ("aws_subnet.s", "aws_vpc.v")),
    )
    assert causes(content, "aws_vpc.v") == (Cause("cidr", "cidr cannot be changed in place"),)


def test_a_circle_of_references_ends() -> None:
    items = [
        resource(f"aws_x.{one}", _SWAP, {"r": 1}, {}, after_unknown={"r": True}, replace_paths=[["r"]]) for one in "abc"
    ]
    blocks = [
        block(f"aws_x.{one}", r=[f"aws_x.{other}.id", f"aws_x.{other}"])
        for one, other in zip("abc", "bca", strict=True)
    ]
    (cause,) = causes(plan(*items, configuration=root(*blocks)), "aws_x.a")
    assert cause.chain == ("aws_x.b", "aws_x.c")


def test_an_object_that_stays_or_changes_elsewhere_is_no_cause() -> None:
    still = resource("aws_x.still", ["no-op"], {"id": 1}, {"id": 1})
    other = resource("aws_x.other", ["update"], {"id": 1, "t": 1}, {"id": 1, "t": 2})
    item = resource("aws_x.a", _SWAP, {"r": 1}, {"r": 2}, replace_paths=[["r"]])
    references = ["aws_x.still.id", "aws_x.still", "aws_x.other.id", "aws_x.other", "var.r"]
    content = plan(still, other, item, configuration=root(block("aws_x.a", r=references)))
    assert causes(content, "aws_x.a") == (Cause("r", "r cannot be changed in place"),)


def test_an_object_whose_attribute_changes_is_a_cause() -> None:
    other = resource("aws_x.other", ["update"], {"arn": 1}, {"arn": 2})
    item = resource("aws_x.a", _SWAP, {"r": 1}, {"r": 2}, replace_paths=[["r"]])
    content = plan(other, item, configuration=root(block("aws_x.a", r=["aws_x.other.arn", "aws_x.other"])))
    assert [cause.chain for cause in causes(content, "aws_x.a")] == [("aws_x.other",)]


def test_every_object_behind_an_attribute_is_named() -> None:
    new = [resource(f"aws_x.{one}", ["create"], None, {}) for one in "bc"]
    item = resource("aws_x.a", _SWAP, {"r": 1}, {}, after_unknown={"r": True}, replace_paths=[["r"]])
    content = plan(*new, item, configuration=root(block("aws_x.a", r=["aws_x.b.id", "aws_x.b", "aws_x.c"])))
    assert [cause.chain for cause in causes(content, "aws_x.a")] == [("aws_x.b",), ("aws_x.c",)]


def test_what_is_known_to_differ_stands_before_what_is_only_unknown() -> None:
    found = causes(case("047").path.read_bytes(), "aws_instance.web")
    assert [cause.attribute for cause in found] == ["user_data", "security_groups", "ipv6_addresses"]
    assert "known only after apply" in found[-1].words


def test_terraforms_own_reasons_are_told_in_words() -> None:
    (cause,) = causes(case("007").path.read_bytes(), "terraform_data.a")
    assert cause == Cause(None, "-replace was given")
    tainted = causes(case("008").path.read_bytes(), "terraform_data.a")
    assert "tainted" in tainted[0].words


def test_what_replace_triggered_by_names_is_the_chain() -> None:
    source = resource("aws_x.s", ["update"], {"v": 1}, {"v": 2})
    item = {**resource("aws_x.a", _SWAP, {"id": 1}, {}), "action_reason": "replace_by_triggers"}
    triggered = {**block("aws_x.a"), "replace_triggered_by": [{"references": ["aws_x.s"]}]}
    assert causes(plan(source, item, configuration=root(triggered)), "aws_x.a") == (
        Cause(None, "an object in its replace_triggered_by changes", ("aws_x.s",)),
    )


def reason(action_reason: str | None) -> str:
    item = resource("aws_x.a", _SWAP, {"a": 1}, {"a": 2}) | {"action_reason": action_reason}
    (cause,) = causes(plan(item), "aws_x.a")
    return cause.words


def test_a_reason_that_is_newer_than_the_table_is_told_as_it_stands() -> None:
    assert reason("replace_because_it_rained") == "replace because it rained"
    assert reason(None) == "terraform reports no reason"
    assert all(reason(name) == words for name, words in REASONS.items())


def test_what_is_not_replaced_has_no_cause() -> None:
    assert causes(plan(resource("aws_x.a", ["update"], {"a": 1}, {"a": 2})), "aws_x.a") == ()


def test_a_very_long_way_ends_with_a_mark() -> None:
    """Each of 2,500 objects in a row had such a way, and a plan of 1 MB took seconds."""
    names = [f"aws_x.n{number}" for number in range(100)]
    items = [
        resource(one, _SWAP, {"r": 1}, {}, after_unknown={"r": True, "id": True}, replace_paths=[["r"]])
        for one in names
    ]
    blocks = [block(one, r=[f"{after}.id", after]) for one, after in zip(names, [*names[1:], "aws_x.n0"], strict=True)]
    (cause,) = causes(plan(*items, configuration=root(*blocks)), "aws_x.n0")
    assert cause.chain == (*names[1:65], "…")
    (short,) = causes(plan(*items[-60:], configuration=root(*blocks[-60:-1], block(names[-1], r=1))), names[-60])
    assert short.chain == tuple(names[-59:])
