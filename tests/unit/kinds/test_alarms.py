"""What entries say of what is watched of them, and where it goes."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog import Project
from infragen.core.measures import LEVELS, Threshold
from infragen.kinds import kinds
from infragen.kinds.alarms import AlarmsView
from infragen.stacks.build import parts
from infragen.workflow.target import resolve_one
from tests.fixtures import FULL
from tests.unit.catalog.rules.harness import good

if TYPE_CHECKING:
    from infragen.kinds.alarms import Alarm

DOCS = Path(__file__).parents[3] / "docs" / "alerts.md"
PROD = "environments/shop/prod.yaml"


def watched(root: Path, target: str, owner: str) -> dict[str, tuple[Alarm, str]]:
    """Return the alarms of an entry by name, each with the label of the module of its topic."""
    _, environment = resolve_one(Project(root), target)
    found = {}
    for part in parts(environment):
        if isinstance(part.own, AlarmsView) and part.owner == owner:
            every = {**part.own.alarms, **part.own.expressions}
            for name, alarm in part.own.watched.items():
                topic: Any = every[name].get("topic_arn", part.own.topic)
                found[name] = alarm, str(topic.module.label)
    return found


def say(root: Path, file: str, text: str) -> None:
    path = root / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_what_an_entry_says_takes_the_place_of_the_houses_own_alarm_and_all_others_stay(tmp_path: Path) -> None:
    root = good(tmp_path)
    before = watched(root, "shop/prod", "services/order")
    say(root, "catalog/shop/services/order.yaml", "alarms: {cpu: {above: 80 %, for: 3 min}, memory: none}\n")

    after = watched(root, "shop/prod", "services/order")

    alarm, _ = after["shop-prod-order-cpu"]
    assert (alarm.threshold, alarm.comparison, alarm.periods, alarm.datapoints, alarm.seconds) == (
        Decimal(80), "GreaterThanThreshold", 3, 3, 60,
    )  # fmt: skip
    assert alarm.description == "shop-prod-order: CPU of its tasks (Average) is above 80 % for 3 min."
    assert before.keys() - after.keys() == {"shop-prod-order-memory"}
    rest = after.keys() - {"shop-prod-order-cpu"}
    assert {name: after[name] for name in rest} == {name: before[name] for name in rest}


def test_figures_are_in_the_metrics_own_unit(tmp_path: Path) -> None:
    root = good(tmp_path)
    say(
        root, "catalog/shop/databases/order.yaml", "alarms: {free-memory: {below: 2 GB}, replica-lag: {above: 0.5 s}}\n"
    )

    found = watched(root, "shop/prod", "databases/order")

    memory, lag = (found[name][0] for name in sorted(found) if name.endswith(("free-memory", "replica-lag")))
    assert (memory.threshold, memory.comparison, memory.statistic) == (2 * 1024**3, "LessThanThreshold", "Minimum")
    assert lag.threshold == 500  # milliseconds, as Aurora counts


def test_a_balancers_share_of_errors_is_one_alarm_in_place_of_the_counts_of_each_service(tmp_path: Path) -> None:
    root = good(tmp_path)
    assert {"shop-prod-balancer-front-errors", "shop-prod-balancer-front-order-errors"} <= watched(
        root, "shop/prod", "balancers/front"
    ).keys()
    say(root, "catalog/shop/balancers/front.yaml", "alarms: {errors: {above: 5 %}}\n")

    found = watched(root, "shop/prod", "balancers/front")

    assert [name for name in found if name.endswith("errors")] == ["shop-prod-balancer-front-errors"]
    alarm, _ = found["shop-prod-balancer-front-errors"]
    assert alarm.threshold == 5
    assert set(alarm.terms.values()) == {"RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"}


@pytest.mark.parametrize(
    ("failed", "asked", "share"), [(0, 0, 0), (0, 100, 0), (5, 100, 5), (7, 100, 7), (12, 0, 100), (12, 3, 100)]
)
def test_the_share_of_errors_is_what_it_says(failed: int, asked: int, share: int, tmp_path: Path) -> None:
    """The expression, read as Python; requests without a task are not counted as requests."""
    root = good(tmp_path)
    say(root, "catalog/shop/balancers/front.yaml", "alarms: {errors: {above: 5 %}}\n")
    alarm, _ = watched(root, "shop/prod", "balancers/front")["shop-prod-balancer-front-errors"]
    values = {"answered": failed, "refused": 0, "asked": asked}
    values["failed"] = worked_out(alarm.expressions["failed"], **values)
    assert worked_out(alarm.expressions["result"], **values) == share


@pytest.mark.parametrize(("wrong", "asked", "share"), [(0, 0, 0), (0, 100, 0), (3, 200, 1.5)])
def test_the_share_of_callers_mistakes_is_an_alarm_only_where_it_is_asked_for(
    wrong: int, asked: int, share: float, tmp_path: Path
) -> None:
    root = good(tmp_path)
    name = "shop-prod-balancer-front-client-errors"
    assert name not in watched(root, "shop/prod", "balancers/front")
    say(root, "catalog/shop/balancers/front.yaml", "alarms: {client-errors: {above: 1 %}}\n")
    alarm, _ = watched(root, "shop/prod", "balancers/front")[name]
    assert set(alarm.terms.values()) == {"RequestCount", "HTTPCode_Target_4XX_Count"}
    assert worked_out(alarm.expressions["result"], answered=wrong, asked=asked) == share


def worked_out(text: str, **values: int) -> Any:
    """Return what an expression is, read as Python."""
    text = text.replace("IF(", "pick(").replace(" / asked", " / max(asked, 1)")
    return eval(
        text, {"pick": lambda when, yes, no: yes if when else no, "FILL": lambda one, _: one, "max": max, **values}
    )


def test_without_levels_all_alarms_go_to_one_topic(tmp_path: Path) -> None:
    root = good(tmp_path)
    say(root, "catalog/shop/services/order.yaml", "alarms: {cpu: {above: 80 %, level: critical}}\n")

    found = watched(root, "shop/prod", "services/order")

    assert {topic for _, topic in found.values()} == {"alerts"}


def test_an_alarm_goes_to_its_level_or_to_the_next_more_urgent_one_that_somebody_hears_of(tmp_path: Path) -> None:
    root = good(tmp_path)
    mail = "{mail: [night@shop.com]}"
    say(root, PROD, f"alarm_email: null\nalerts: {{critical: {mail}, high: {mail}, low: {mail}}}\n")
    say(root, "catalog/shop/services/order.yaml", "alarms: {cpu: {above: 80 %, level: low}}\n")
    say(root, "catalog/shop/balancers/front.yaml", "alarms: {unhealthy-targets: {above: 0}}\n")

    of_order = watched(root, "shop/prod", "services/order")

    assert of_order["shop-prod-order-cpu"][1] == "alerts_low"
    assert of_order["shop-prod-order-memory"][1] == "alerts_high"  # medium, which nobody hears of
    of_front = watched(root, "shop/prod", "balancers/front")
    assert of_front["shop-prod-balancer-front-order-unhealthy"][1] == "alerts_critical"


def test_what_is_less_urgent_than_any_level_goes_up_and_what_is_more_urgent_down(tmp_path: Path) -> None:
    root = good(tmp_path)
    say(root, PROD, "alarm_email: null\nalerts: {low: {mail: [night@shop.com]}}\n")

    found = watched(root, "shop/prod", "balancers/front")

    assert {topic for _, topic in found.values()} == {"alerts_low"}


@pytest.mark.parametrize("written", [{}, {"above": "5", "below": "3"}, {"above": "five"}, {"level": "high"}])
def test_a_threshold_has_one_figure_on_one_side(written: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"above|figure"):
        Threshold.model_validate(written)


def test_the_page_has_every_word_of_every_kind() -> None:
    rows = re.findall(r"^\| ([a-z, -]+) \| (`.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    shown: dict[str, set[str]] = {}
    for some, text in rows:
        words = set(re.findall(r"`([a-z-]+)`", re.sub(r"\([^)]*\)", "", text)))
        shown |= dict.fromkeys(some.split(", "), words)
    _, environment = resolve_one(Project(FULL), "depot/prod")
    known: dict[str, set[str]] = {}
    for _, entry in environment.every():
        words = {measure.word for measure in kinds()[entry.KIND].operations.metrics(entry)}
        if words and entry.KIND != "metrics":  # which have names of their own
            known.setdefault(entry.KIND, set()).update(words)

    assert shown == known


def test_every_measure_has_a_level_and_reads_its_own_example() -> None:
    _, environment = resolve_one(Project(FULL), "depot/prod")
    for _, entry in environment.every():
        for measure in kinds()[entry.KIND].operations.metrics(entry):
            assert measure.level in LEVELS
            assert measure.unit.read(measure.unit.example) > 0


def test_every_word_of_every_kind_watches_something(tmp_path: Path) -> None:
    """Somewhere in the fixture of every field there is something to measure by each word."""
    _, environment = resolve_one(Project(FULL), "depot/prod")
    made = {(part.own._ctx.entry.KIND, part.own) for part in parts(environment) if isinstance(part.own, AlarmsView)}
    found = {
        (kind, alarm.measure.word) for kind, own in made for _, alarm in own._watched() if alarm.measure is not None
    }
    known = {
        (entry.KIND, measure.word)
        for _, entry in environment.every()
        for measure in kinds()[entry.KIND].operations.metrics(entry)
    }

    assert known - found == {("databases", "global-lag")}, "which a standby's copy alone has"
