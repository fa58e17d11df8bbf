"""What a change costs is said first, in each format, by whose it is."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from infragen.plan import Action, Change, ChangeSet, CostChange, Entry, KnownBody
from infragen.prices import Amount
from infragen.report import html, markdown, terminal
from infragen.report import json as json_report
from infragen.report.cost_difference import cost_difference


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
        "cost: -13.00 to +32.00 USD a month at list prices, before usage: database main +5.00 to +50.00 USD, "
        "stack network -30.00 USD, service web +12.00 USD"
    )


def test_what_is_in_no_sum_is_named_behind_it() -> None:
    body = KnownBody(known_cost=CostChange(flat(0), flat(3), ("db.m8g.large",)))
    found = cost_difference(ChangeSet(changes=(replace(changed("a", flat(0), flat(3)), body=body),)))
    assert found is not None
    assert found.words == (
        "cost: +3.00 USD a month at list prices, before usage: stack network +3.00 USD; "
        "not counted: db.m8g.large (stack network)"
    )
    several = tuple(replace(changed("a", flat(0), flat(3), f"databases/{name}"), body=body) for name in ("one", "two"))
    all_of_them = cost_difference(ChangeSet(changes=several))
    assert all_of_them is not None
    assert all_of_them.words.endswith("; not counted: db.m8g.large (database one and 1 more)")


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
