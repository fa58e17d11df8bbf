"""Promises kept for every plan of the corpus, and for every input that is none."""

from __future__ import annotations

import json
import random

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan import parse_plan, read_plan
from tests.plans.corpus import CASES, NEGATIVE_CASES, Case, Negative
from tests.plans.counter import counted
from tests.unit.plan.plans import all_of, shuffled

CODES = {
    "empty.json": ("P201", "empty"),
    "blank.json": ("P201", "empty"),
    "truncated.json": ("P207", "truncated"),
    "trailing-garbage.json": ("P206", "more text after the JSON"),
    "log-line-first.json": ("P208", "not JSON"),
    "raw-state.json": ("P210", "terraform.tfstate"),
    "state-show.json": ("P210", "of a state"),
    "plan-stream.json": ("P205", "message stream"),
    "plan.bin": ("P203", "saved plan file"),
    "gzip.json.gz": ("P203", "gzip"),
    "top-level-array.json": ("P209", "an array"),
    "duplicate-keys.json": ("P220", "the same key twice"),
    "top-level-null.json": ("P209", "null"),
    "top-level-empty-object.json": ("P212", "no format_version"),
    "format-2.0.json": ("P213", "2.0"),
    "format-missing.json": ("P212", "no format_version"),
    "object-resource-changes.json": ("P215", "resource_changes"),
    "odd-resource-changes.json": ("P215", "resource_changes[0]"),
    "no-change-member.json": ("P216", "no `change`"),
    "actions-empty.json": ("P218", "[]"),
    "actions-string.json": ("P218", "resource_changes[0].change.actions"),
    "deep-unclosed.json": ("P202", "nested too deeply"),
    "nan.json": ("P208", "NaN"),
    "invalid-utf8.json": ("P204", "not utf-8"),
    "nul-byte.json": ("P208", "control character"),
    "comment.json": ("P208", "not JSON"),
    "single-quotes.json": ("P208", "not JSON"),
    # Ten thousand levels are no plan, whoever would read them: an error is kinder than a report without that value.
    "deep-object.json": ("P202", "nested too deeply"),
    "deep-array-in-value.json": ("P202", "nested too deeply"),
}
"""Every input that is refused, with what the error says; all others are read and counted."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_counts_are_those_of_terraform(case: Case) -> None:
    assert read_plan(case.path).summary.as_dict() == case.counts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_counter_of_the_fuzz_test_agrees_with_terraform(case: Case) -> None:
    found = counted(case.path.read_bytes())
    assert {**case.counts, **found} == {**found, **case.counts}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_secret_reaches_the_change_set(case: Case) -> None:
    shown = all_of(read_plan(case.path))
    assert not [secret for secret in case.secrets if secret in shown]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_order_of_maps_and_of_resources_does_not_matter(case: Case) -> None:
    mixed = shuffled(case.plan, random.Random(7))
    for members in ("resource_changes", "resource_drift"):
        random.Random(8).shuffle(mixed.get(members, []))
    one, other = (parse_plan(json.dumps(plan).encode()) for plan in (mixed, case.plan))
    assert one == other
    assert all_of(one) == all_of(other)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_change_is_there_or_counted_as_unchanged(case: Case) -> None:
    change_set = read_plan(case.path)
    assert len(change_set.changes) + change_set.unchanged == len(case.plan.get("resource_changes", []))


@pytest.mark.parametrize("negative", NEGATIVE_CASES, ids=str)
def test_an_unsound_input_is_refused_by_its_name_or_counted_right(negative: Negative) -> None:
    if negative.name in CODES:
        assert negative.expect != "accept"
        code, words = CODES[negative.name]
        with pytest.raises(InfragenError) as caught:
            parse_plan(negative.content, negative.name)
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == code
        assert words in diagnostic.message
        assert diagnostic.hint
    else:
        assert negative.expect != "reject"
        change_set = parse_plan(negative.content, negative.name)
        content = (
            json.loads(negative.content).encode() if negative.name == "top-level-string.json" else negative.content
        )
        shown, found = change_set.summary.as_dict(), counted(content)
        assert {key: shown[key] for key in found if key in shown} == {key: found[key] for key in found if key in shown}
        assert "FAKE-SECRET" not in all_of(change_set)


def test_every_unsound_input_has_its_file() -> None:
    assert len(NEGATIVE_CASES) == 48
    assert set(CODES) <= {negative.name for negative in NEGATIVE_CASES}
