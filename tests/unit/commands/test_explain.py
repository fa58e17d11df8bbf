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


def test_a_listed_path_is_one_that_explain_takes(infragen: Infragen, project: Path) -> None:
    listed = infragen("explain", "technova/prod", "-C", project).out.splitlines()[1:]
    paths = [line.split(": ")[1] for line in listed]
    assert {"network.cidr", "services.alert.image.tag"} <= set(paths)
    for path in ("network.cidr", "services.alert.image.tag"):
        outcome = infragen("explain", "technova/prod", path, "-C", project)
        assert outcome.code == 0
        assert "assumption: " in outcome.out


def test_a_whole_entry_has_a_line_for_each_key(infragen: Infragen, project: Path) -> None:
    lines = infragen("explain", "technova/prod", "services.planning", "-C", project).out.splitlines()
    assert lines[0] == "services.planning ="
    assert "  tasks: {min: 2, max: 8}" in lines
    assert lines[-1] == "  set by  catalog/technova/services/manufacturing/planning.yaml:2:1"
    assert not [line for line in lines if line.startswith("  assumptions")]


def test_a_kind_alone_is_no_value(infragen: Infragen, project: Path) -> None:
    outcome = infragen("explain", "technova/prod", "services", "-C", project)
    assert outcome.code == 1
    assert "there is no value at `services`: the path is incomplete" in outcome.err


def test_a_wrong_path_gets_a_suggestion(infragen: Infragen, project: Path) -> None:
    outcome = infragen("explain", "technova/prod", "services.plannin", "-C", project)
    assert outcome.code == 1
    assert "did you mean `planning`?" in outcome.err


def test_a_profile_from_the_command_line_is_in_force(infragen: Infragen, project: Path) -> None:
    path = "services.planning.active_profile"
    assert infragen("explain", "technova/prod", path, "--profile", "month-end", "-C", project).code == 1
    outcome = infragen("explain", "technova/prod", "services.planning.profile", "--profile", "month-end", "-C", project)
    assert "= month-end" in outcome.out
