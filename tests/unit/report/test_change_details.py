from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan import Action, AttributeChange, Cause, ChangeSet, Level, Noise, Risk, RiskKind, Summary, parse_plan
from infragen.report import change_lines, terminal
from infragen.report.change_details import details_of
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import known

if TYPE_CHECKING:
    import pytest

LOSS = Risk(Level.HIGH, RiskKind.DATA_LOSS, "gone")
COST = Risk(Level.LOW, RiskKind.COST, "dear")


def test_what_forces_a_replacement_comes_first_and_noise_is_counted_by_its_kind() -> None:
    attributes = (
        AttributeChange("a", "1", "2"),
        AttributeChange("arn", '"x"', "(known after apply)", unknown=True, noise=Noise.COMPUTED),
        AttributeChange("id", '"x"', "(known after apply)", unknown=True, noise=Noise.COMPUTED),
        AttributeChange("tags_all.a", "1", "2", noise=Noise.ECHO),
        AttributeChange("z", "1", "2", forces_replacement=True),
    )
    details = details_of(known("aws_x.a", Action.REPLACE_DELETE_FIRST, *attributes))
    assert [attribute.path for attribute in details.attributes] == ["z", "a"]
    assert details.folded == (("known after apply", 2), ("same in tags and tags_all", 1))


def test_the_worst_risk_and_every_cause_are_told() -> None:
    cause = Cause("z", "z cannot be changed in place", ("aws_y.b",))
    details = details_of(known("aws_x.a", Action.REPLACE_DELETE_FIRST, risks=(LOSS, COST), causes=(cause,)))
    assert details.risk is LOSS
    assert details.risks == (LOSS, COST)
    assert details.causes == (cause,)


def test_attributes_told_and_folded_are_all_there_are() -> None:
    item = resource(
        "aws_x.a",
        ["delete", "create"],
        {"arn": "a", "a": 1, "b": None},
        {"a": 2, "b": ""},
        after_unknown={"arn": True},
        replace_paths=[["a"]],
    )
    (change,) = parse_plan(plan(item)).changes
    details = details_of(change)
    assert len(details.attributes) + sum(count for _, count in details.folded) == len(change.attributes)


def test_what_forces_a_replacement_is_looked_up_once_for_each_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task of 30 containers with 400 variables each took minutes: each was compared with all the others."""
    asked: list[str] = []
    known_as = change_lines.first_name

    def counted(path: str) -> str:
        asked.append(path)
        return known_as(path)

    monkeypatch.setattr(change_lines, "first_name", counted)
    causes = [Cause("containers", "it cannot be changed in place", ()), Cause("family", "nor can that", ())]
    attributes = [AttributeChange(f"V{number}", "1", "2", forces_replacement=True) for number in range(300)]
    change = known("aws_ecs_task_definition.web", Action.REPLACE_DELETE_FIRST, *attributes, causes=tuple(causes))
    text = terminal.render(ChangeSet((change,), summary=Summary(replace=1)), "shop/dev")
    assert "V0" in text
    assert len(asked) < 10 * len(attributes)
