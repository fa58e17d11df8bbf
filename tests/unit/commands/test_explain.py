"""`infragen explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


def test_a_value_names_the_line_that_sets_it(infragen: Infragen, project: Path) -> None:
    outcome = infragen("explain", "technova/prod", "services.planning.tasks.max", "-C", project)
    assert outcome.code == 0
    assert "services.planning.tasks.max = 8" in outcome.out
    assert "set by  catalog/technova/services/manufacturing/planning.yaml:9:22  8" in outcome.out


def test_an_override_comes_before_what_it_overrides(infragen: Infragen, project: Path) -> None:
    lines = infragen("explain", "technova/dev", "services.planning.tasks.max", "-C", project).out.splitlines()
    assert lines[0].endswith("= 2")
    assert lines[1].strip().startswith("set by  environments/technova/dev.yaml:")
    assert lines[2].strip().startswith("over    catalog/technova/services/manufacturing/planning.yaml:")


def test_an_assumption_is_told(infragen: Infragen, project: Path) -> None:
    assert "assumption: " in infragen("explain", "technova/prod", "network.nat", "-C", project).out


def test_every_assumption_is_listed_without_a_path(infragen: Infragen, project: Path) -> None:
    outcome = infragen("explain", "technova/prod", "-C", project)
    assert "values that no document gives" in outcome.out
    assert "environments/technova/prod.yaml" in outcome.out


def test_a_wrong_path_gets_a_suggestion(infragen: Infragen, project: Path) -> None:
    outcome = infragen("explain", "technova/prod", "services.plannin", "-C", project)
    assert outcome.code == 1
    assert "did you mean `planning`?" in outcome.err


def test_a_profile_from_the_command_line_is_in_force(infragen: Infragen, project: Path) -> None:
    path = "services.planning.active_profile"
    assert infragen("explain", "technova/prod", path, "--profile", "month-end", "-C", project).code == 1
    outcome = infragen("explain", "technova/prod", "services.planning.profile", "--profile", "month-end", "-C", project)
    assert "= month-end" in outcome.out
