"""`infragen explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


def test_a_value_names_the_line_that_sets_it(infragen: Infragen, depot: Path) -> None:
    outcome = infragen("explain", "depot/prod", "services.stock.tasks.max", "-C", depot)
    assert outcome.code == 0
    assert "services.stock.tasks.max = 6" in outcome.out
    assert "set by  catalog/depot/services/goods/stock.yaml:12:22  6" in outcome.out


def test_an_override_comes_before_what_it_overrides(infragen: Infragen, depot: Path) -> None:
    lines = infragen("explain", "depot/dev", "services.stock.tasks.max", "-C", depot).out.splitlines()
    assert lines[0].endswith("= 2")
    assert lines[1].strip().startswith("set by  environments/depot/dev.yaml:")
    assert lines[2].strip().startswith("over    catalog/depot/services/goods/stock.yaml:")


def test_an_assumption_is_told(infragen: Infragen, depot: Path) -> None:
    assert "assumption: " in infragen("explain", "depot/prod", "log_retention", "-C", depot).out


def test_a_figure_has_the_row_of_the_document_or_the_reason_of_the_rest(infragen: Infragen, depot: Path) -> None:
    said = infragen("explain", "depot/prod", "databases.stock.readers", "-C", depot).out
    assert said.endswith("  of the document: TN-03\n")
    assert "assumption" not in said
    said = infragen("explain", "depot/prod", "databases.stock.connections", "-C", depot).out
    assert said.endswith("  assumption: a fixture of the tests gives no figures\n")
    assert "assumption" not in infragen("explain", "depot/prod", "databases.stock.title", "-C", depot).out


def test_a_figure_that_a_note_is_about_is_no_assumption_of_the_rest(infragen: Infragen, depot: Path) -> None:
    place = depot / "catalog/depot/databases/stock.yaml"
    note = "\nnotes:\n  - {id: TN-07, at: connections, says: 300, built: those}\n"
    place.write_text(place.read_text("utf-8").replace("\nnotes:\n", note), encoding="utf-8")
    said = infragen("explain", "depot/prod", "databases.stock.connections", "-C", depot).out
    assert "assumption" not in said
    assert said.endswith("  note TN-07: specified: 300; built: those\n")


def test_a_note_of_an_environment_is_told_of_the_entry_s_value(infragen: Infragen, depot: Path) -> None:
    place = depot / "environments/depot/prod.yaml"
    text = place.read_text("utf-8")
    note = "  - {id: TN-07, at: databases.stock.connections, says: 300, built: those}\n"
    assert "\nnotes:\n" in text
    place.write_text(text.replace("\nnotes:\n", f"\nnotes:\n{note}"), encoding="utf-8")
    said = infragen("explain", "depot/prod", "databases.stock.connections", "-C", depot).out
    assert said.endswith("  note TN-07: specified: 300; built: those\n")


def test_a_name_in_a_path_keeps_its_slash(infragen: Infragen, depot: Path) -> None:
    said = infragen("explain", "depot/prod", "services/stock.uses.buckets/papers", "-C", depot)
    assert said.code == 0, said.err


def test_every_assumption_is_listed_without_a_path(infragen: Infragen, depot: Path) -> None:
    outcome = infragen("explain", "depot/prod", "-C", depot)
    assert "assumed values" in outcome.out
    assert "environments/depot/prod.yaml" in outcome.out


def test_which_of_the_document_s_alternatives_is_built_is_listed_with_its_line(infragen: Infragen, depot: Path) -> None:
    said = infragen("explain", "depot/prod", "-C", depot).out
    assert "catalog/depot/system.yaml:14:3: labels: thermal printers, not stickers" in said
    place = depot / "catalog/depot/system.yaml"
    for wrong in ("[stickers]", "[]", "[stickers, stickers]"):
        text = place.read_text("utf-8")
        place.write_text(text.replace("[thermal printers, stickers]", wrong), encoding="utf-8")
        outcome = infragen("validate", "depot", "-C", depot)
        assert outcome.code == 1
        assert "catalog/depot/system.yaml:14:11: error C003" in outcome.out + outcome.err
        place.write_text(text, encoding="utf-8")


def test_a_listed_path_is_one_that_explain_takes(infragen: Infragen, depot: Path) -> None:
    _, _, listed = infragen("explain", "depot/prod", "-C", depot).out.partition(" assumed values\n")
    paths = [line.split(": ")[1] for line in listed.splitlines()]
    assert "system.*" not in paths
    assert "databases.stock.connections" in paths, "of what `*` is about, each figure"
    assert {"recovery.rto_hours", "services.stock.tasks"} <= set(paths)
    for path in ("recovery.rto_hours", "services.stock.tasks"):
        outcome = infragen("explain", "depot/prod", path, "-C", depot)
        assert outcome.code == 0
        assert "assumption: " in outcome.out


def test_a_whole_entry_has_a_line_for_each_key(infragen: Infragen, depot: Path) -> None:
    lines = infragen("explain", "depot/prod", "services.stock", "-C", depot).out.splitlines()
    assert lines[0] == "services.stock ="
    assert "  tasks: {min: 2, max: 6, desired: 3}" in lines
    assert lines[-1] == "  set by  catalog/depot/services/goods/stock.yaml:1:1"
    assert not [line for line in lines if line.startswith("  assumptions")]


def test_a_kind_alone_is_no_value(infragen: Infragen, depot: Path) -> None:
    outcome = infragen("explain", "depot/prod", "services", "-C", depot)
    assert outcome.code == 1
    assert "there is no value at `services`: the path is incomplete" in outcome.err


def test_a_wrong_path_gets_a_suggestion(infragen: Infragen, depot: Path) -> None:
    outcome = infragen("explain", "depot/prod", "services.stok", "-C", depot)
    assert outcome.code == 1
    assert "did you mean `stock`?" in outcome.err


def test_a_profile_from_the_command_line_is_in_force(infragen: Infragen, depot: Path) -> None:
    path = "services.stock.active_profile"
    assert infragen("explain", "depot/prod", path, "--profile", "inventory", "-C", depot).code == 1
    outcome = infragen("explain", "depot/prod", "services.stock.profile", "--profile", "inventory", "-C", depot)
    assert "= inventory" in outcome.out
