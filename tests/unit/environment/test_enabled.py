"""Entries that are not built yet: checked as if they were, and turned on by one line."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Environment, Project, load
from infragen.diagnostics import InfragenError
from infragen.environment import explain, resolve
from infragen.kinds.workers import Worker
from infragen.stacks.build import draft
from infragen.stacks.costs import estimate
from infragen.workflow.rendering.composition import sound_environments
from tests.unit.catalog.rules.harness import Edit, findings, good, text

if TYPE_CHECKING:
    from pathlib import Path

MAILER = "catalog/shop/workers/mailer.yaml"
TEST = "environments/shop/test.yaml"
OFF = Edit(MAILER, "name: mailer\nenabled: false\n", "name: mailer\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    good(tmp_path)
    OFF.apply(tmp_path)
    return tmp_path


def resolved(root: Path) -> Environment:
    project = Project(root)
    return resolve(project, load(project, "shop"), "test").environment()


def owners(environment: Environment) -> set[str]:
    return {part.owner for parts in draft(environment).stacks.values() for part in parts}


def test_nothing_of_it_is_built_until_one_line_turns_it_on(root: Path) -> None:
    environment = resolved(root)
    assert "workers/mailer" not in owners(environment)
    assert "mailer" in environment.complete().all(Worker)
    Edit(TEST, "title: Test\nworkers: {mailer: {enabled: true}}", "title: Test").apply(root)
    enabled = resolved(root)
    assert "workers/mailer" in owners(enabled)
    assert "workers" not in enabled.disabled


def test_it_is_built_with_another_entry(root: Path) -> None:
    Edit(MAILER, "enabled: caches/sessions\n", "enabled: false\n").apply(root)
    assert "workers/mailer" in owners(resolved(root))
    Edit(TEST, "title: Test\ncaches: {sessions: {enabled: false}}", "title: Test").apply(root)
    assert not {"caches/sessions", "workers/mailer"} & owners(resolved(root))


def test_a_figure_is_that_of_what_is_built_and_what_is_wrong_later_is_told_as_later(root: Path) -> None:
    Edit(MAILER, "tasks: {min: 1, max: 1}", "tasks: {min: 0, max: 0}").apply(root)
    costs = estimate(resolved(root))
    most = ceil(costs.total.most)
    title = "title: Test\n"
    for amount, ends in ((1, ""), (most, "(once everything is `enabled`)")):
        budget = f"{title}budget: {{monthly: {amount} USD, alerts: {{80 %: [clerk@shop.com]}}}}\n"
        Edit(TEST, budget, title).apply(root)
        (said,) = (one.message for one in findings(root) if one.code == "L143")
        assert said.endswith(ends)
        assert ends or "enabled" not in said
        Edit(TEST, title, budget).apply(root)


def test_it_is_checked_as_if_it_were_built(root: Path) -> None:
    assert not [one for one in findings(root) if one.severity == "error"]
    Edit(TEST, "title: Test\nworkers: {mailer: {tasks: {min: 2, max: 1}}}", "title: Test").apply(root)
    assert "F105" in text(findings(root))
    project = Project(root)
    with pytest.raises(InfragenError) as refused:
        sound_environments(project, load(project, "shop"), ("test",))
    assert "F105" in [one.code for one in refused.value.diagnostics], "what `validate` refuses is not rendered"


def test_a_value_of_it_is_explained_like_any_other(root: Path) -> None:
    assert explain(resolved(root), "workers.mailer.enabled").value is False
    assert explain(resolved(root), "workers.mailer.tasks.max").value == 0
