"""Promises kept for every plan of the corpus."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from infragen.plan import parse_plan, read_plan
from tests.plans.corpus import CASES, Case
from tests.unit.plan.plans import all_of


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_counts_are_those_of_terraform(case: Case) -> None:
    assert read_plan(case.path).summary.as_dict() == case.counts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_secret_reaches_the_change_set(case: Case) -> None:
    shown = all_of(read_plan(case.path))
    assert not [secret for secret in case.secrets if secret in shown]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_order_of_maps_and_of_resources_does_not_matter(case: Case) -> None:
    shuffled = _shuffled(case.plan, random.Random(7))
    random.Random(8).shuffle(shuffled.get("resource_changes", []))
    assert parse_plan(json.dumps(shuffled).encode()) == parse_plan(json.dumps(case.plan).encode())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_change_is_there_or_counted_as_unchanged(case: Case) -> None:
    change_set = read_plan(case.path)
    assert len(change_set.changes) + change_set.unchanged == len(case.plan.get("resource_changes", []))


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return [_shuffled(item, chance) for item in value] if isinstance(value, list) else value
