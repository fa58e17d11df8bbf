"""What a change costs is said first, in each format, by whose it is."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from infragen.plan import Action, Change, ChangeSet, CostChange, Entry, KnownBody, Summary
from infragen.prices import Amount
from infragen.report import html, markdown, terminal
from infragen.report import json as json_report
from infragen.report.cost_difference import cost_difference

MONTH = "USD a month at list prices, before usage"


def flat(amount: int) -> Amount:
    return Amount(Decimal(amount), Decimal(amount))


def changed(name: str, before: Amount, after: Amount, entry: str | None = None) -> Change:
    return Change(
        address=f"aws_nat_gateway.{name}", module_address="", type="aws_nat_gateway", name=name, index=None,
        provider="aws", mode="managed", action=Action.UPDATE, stack="network",
        entry=Entry(entry) if entry else None, body=KnownBody(known_cost=CostChange(before, after)),
    )  # fmt: skip


COSTLY = ChangeSet(
    changes=(
        changed("a", flat(0), flat(10), "services/web"),
        changed("b", flat(0), Amount(Decimal(5), Decimal(50)), "databases/main"),
        changed("c", flat(30), flat(0)),
        changed("d", flat(0), flat(2), "services/web"),
    )
)


def test_the_difference_is_by_owner_the_largest_first() -> None:
    found = cost_difference(COSTLY)
    assert found is not None
    assert (found.before, found.after) == (flat(30), Amount(Decimal(17), Decimal(62)))
    assert list(found.owners) == ["database main", "stack network", "service web"]
    assert found.words == (
        "cost: -13.00 to +32.00 USD a month at list prices, before usage (30.00 USD -> 17.00 to 62.00 USD, "
        "0.6 to 2.1 times): database main +5.00 to +50.00 USD, stack network -30.00 USD, service web +12.00 USD"
    )


def test_what_is_in_no_sum_is_named_first_and_makes_the_sum_a_least() -> None:
    body = KnownBody(known_cost=CostChange(flat(0), flat(3), ("db.m8g.large",)))
    found = cost_difference(ChangeSet(changes=(replace(changed("a", flat(0), flat(3)), body=body),)))
    assert found is not None
    assert found.words == (
        "cost: at least +3.00 USD a month at list prices, before usage (0.00 USD -> 3.00 USD): "
        "not counted: db.m8g.large (stack network); stack network +3.00 USD"
    )
    missing = ("aws_eks_cluster", "aws_eks_node_group t3.large", "aws_msk_cluster", "aws_vpn_connection")
    body = KnownBody(known_cost=CostChange(left_out=missing))
    alone = replace(changed("c", flat(0), flat(0)), address="aws_eks_cluster.main", stack=None)
    changes = (replace(changed("b", flat(0), flat(0)), body=body), changed("a", flat(0), flat(3)),
               replace(alone, body=KnownBody(known_cost=CostChange(left_out=("aws_eks_cluster",)))))  # fmt: skip
    grouped = cost_difference(ChangeSet(changes=changes[:2]))
    assert grouped is not None
    assert "aws_eks_cluster, aws_eks_node_group t3.large, aws_msk_cluster and 1 more (stack network)" in grouped.words
    by_address = cost_difference(ChangeSet(changes=changes[2:]))
    assert by_address is not None
    assert by_address.words == "cost: not known; there is no known price for aws_eks_cluster.main"
    body = KnownBody(known_cost=CostChange(flat(0), flat(3), ("db.m8g.large",)))
    several = tuple(replace(changed("a", flat(0), flat(3), f"databases/{name}"), body=body) for name in ("one", "two"))
    all_of_them = cost_difference(ChangeSet(changes=several))
    assert all_of_them is not None
    assert "): not counted: db.m8g.large (database one and 1 more); " in all_of_them.words


@pytest.mark.parametrize("found", [ChangeSet(), ChangeSet(changes=(changed("a", flat(3), flat(3)),))])
def test_what_costs_the_same_has_no_difference(found: ChangeSet) -> None:
    assert cost_difference(found) is None


def test_a_change_without_a_known_price_is_passed_over() -> None:
    unknown = replace(changed("e", flat(0), flat(1)), body=KnownBody())
    assert cost_difference(ChangeSet(changes=(unknown,))) is None


def test_each_format_says_it() -> None:
    words = "cost: -13.00 to +32.00 USD a month"
    assert words in terminal.render(COSTLY, "demo/dev", width=200).splitlines()[1]
    assert words in markdown.render(COSTLY, "demo/dev")
    assert words in html.render(COSTLY, "demo/dev")
    document = json.loads(json_report.render(COSTLY, "demo/dev"))
    assert document["cost"]["after"] == {"least": "17.00", "most": "62.00"}
    assert document["cost"]["owners"][0] == {
        "owner": "database main", "difference": {"least": "5.00", "most": "50.00"},
    }  # fmt: skip
    assert json.loads(json_report.render(ChangeSet(), "demo/dev"))["cost"] is None


@pytest.mark.parametrize(
    ("may_fall", "without_state", "words"),
    [
        (False, False, f"cost: at least +30.00 {MONTH} (20.00 USD -> 50.00 USD): "),
        (
            True,
            False,
            f"cost: cannot tell whether it rises or falls; what is counted: +30.00 {MONTH} (20.00 USD -> 50.00 USD): ",
        ),
        (False, True, f"cost: at least 30.00 {MONTH}, for what is in the configuration: "),
    ],
)
def test_the_sum_is_a_least_only_where_what_has_no_price_grows(may_fall: bool, without_state: bool, words: str) -> None:
    body = KnownBody(known_cost=CostChange(flat(20), flat(50), ("db.m8g.16xlarge",), may_fall))
    change = replace(changed("a", flat(0), flat(0), "databases/main"), body=body)
    found = cost_difference(ChangeSet(changes=(change,), summary=Summary(without_state=without_state)))
    assert found is not None
    assert found.words.startswith(words)
    assert "not counted: db.m8g.16xlarge (database main); database main " in found.words
