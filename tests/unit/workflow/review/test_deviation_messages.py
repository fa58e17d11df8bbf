"""What differs from what was reviewed, said at the catalogue's lines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.diagnostics import Location
from infragen.plan import Action, AttributeChange, Change, ChangeSet, Entry, KnownBody
from infragen.plan_contract import Deviation, DeviationKind
from infragen.workflow.attribution.change_sets import Attribution
from infragen.workflow.review import reviewed_plan as module
from infragen.workflow.review.reviewed_plan import deviation_messages

if TYPE_CHECKING:
    from infragen.workflow.review.bundle import Bundle
    from infragen.workflow.session import Session

PLACE = Location("catalog/technova/services/order.yaml", 4, 1)
ADDRESS = "module.order.aws_ecs_service.this"


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("services-sales", "module.order"): Entry("services/order", "受注", PLACE)}
    monkeypatch.setattr(module, "attribute_to_catalogue", lambda _composed: Attribution(entries))


def session(*, sandbox: bool = False) -> Session:
    stacks = (SimpleNamespace(name="services-sales", identifier="services_sales"),)
    about = {"target": "technova/dev", "on_sandbox": sandbox, "composed": SimpleNamespace(stacks=stacks)}
    return cast("Session", SimpleNamespace(**about))


def bundle(*attributes: AttributeChange) -> Bundle:
    change = Change(
        address=f"module.services_sales.{ADDRESS}", module_address="", type="aws_ecs_service", name="this", index=None,
        provider="aws", mode="managed", action=Action.UPDATE, stack="services-sales", body=KnownBody(attributes),
    )  # fmt: skip
    return cast("Bundle", SimpleNamespace(change_set=ChangeSet(changes=(change,))))


def deviation(kind: DeviationKind, **more: Any) -> Deviation:
    return Deviation("services-sales", more.pop("address", ADDRESS), kind, **more)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (deviation(DeviationKind.NEW, found="delete"), "delete, which was not in the reviewed plan"),
        (deviation(DeviationKind.GONE, expected="update"), "update was reviewed, but now there is nothing to do"),
        (
            deviation(DeviationKind.ACTION, path="cluster", expected="update", found="replace"),
            "update was reviewed, but now it is replace, forced by `cluster`",
        ),
        (deviation(DeviationKind.VALUE, path="count", found="3"), "`count` is 3, reviewed as 2"),
        (deviation(DeviationKind.VALUE, path="other", found="3"), "`other` is 3, reviewed as another value"),
        (deviation(DeviationKind.UNKNOWN, path="count"), "`count` was known, but is now (known after apply)"),
        (deviation(DeviationKind.REPLACES, path="count"), "`count` also forces the replacement"),
        (
            deviation(DeviationKind.CHANGES, path="tags.Owner", found='"x"'),
            '`tags.Owner` also changes: it is now "x"',
        ),
        (
            deviation(DeviationKind.OBJECT, expected="delete"),
            "delete was reviewed, but for another object at this address",
        ),
        (deviation(DeviationKind.MOVES, found="a.b"), "it moves from a.b; reviewed: nowhere"),
        (deviation(DeviationKind.IMPORTS), "it imports something other than what was reviewed"),
    ],
)
def test_each_difference_has_words(found: Deviation, said: str) -> None:
    head, one = deviation_messages(session(), bundle(AttributeChange("count", "1", "2")), "services-sales", (found,))
    assert head.message == "services-sales differs from the reviewed plan: 1 object differs; nothing in it was applied"
    assert head.hint is not None
    assert "infragen plan technova/dev --out FILE" in head.hint
    assert one.message == f"services/order: {ADDRESS}: {said}"
    assert one.location == PLACE


def test_one_object_is_one_finding_and_many_are_counted() -> None:
    two = tuple(deviation(DeviationKind.VALUE, path=path, found="1") for path in ("a", "b"))
    assert len(deviation_messages(session(), bundle(), "services-sales", two)) == 2
    many = tuple(deviation(DeviationKind.NEW, address=f"aws_x.n[{n}]", found="create") for n in range(50))
    found = deviation_messages(session(sandbox=True), bundle(), "services-sales", many)
    assert len(found) == 22
    assert found[-1].message == "services-sales: 30 more objects differ"
    assert found[1].message.startswith("services-sales: aws_x.n[0]: create")
    places = tuple(deviation(DeviationKind.VALUE, path=f"p{n}", found="1") for n in range(20))
    assert deviation_messages(session(), bundle(), "services-sales", places)[1].message.endswith(
        "; 12 more differences"
    )


def test_what_is_long_is_one_line() -> None:
    found = deviation(DeviationKind.VALUE, path="policy", found='"' + "x" * 5000 + '"')
    assert len(deviation_messages(session(), bundle(), "services-sales", (found,))[1].message) < 300
