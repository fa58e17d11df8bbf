from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from infragen.affected import Kind, Rendered, Sides, Status, affected_stacks
from infragen.affected.reasons import MOST_TRIALS, InputChange, Trials, changes, groups, reason_of
from infragen.catalog import Project, load
from infragen.diagnostics import Location
from infragen.environment import resolve
from infragen.render.draft import render_draft
from infragen.stacks.build import draft
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project, resolve_one
from tests.fixtures import FULL, SMALL
from tests.unit.catalog.rules.harness import Edit, good

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.catalog import Environment
    from infragen.render.templates import Templates

ROOTS = {"shop": SMALL, "depot": FULL}


def environment(name: str, system: str = "depot") -> Environment:
    return resolve_one(open_project(ROOTS[system]), f"{system}/{name}")[1]


@cache
def shipped() -> Templates:
    return templates_of(open_project(FULL))


def text_of(environment: Environment) -> Mapping[str, str]:
    return render_draft(shipped(), draft(environment))[1]


def rendered(system: str, name: str) -> Rendered:
    project = open_project(ROOTS[system])
    found = compose(project, environment(name, system), templates_of(project))
    return Rendered(found.environment, found.stacks, found.files)


def test_the_same_environment_has_no_differences() -> None:
    assert changes(environment("prod"), environment("prod")) == ()


def test_a_new_or_gone_entry_stands_in_its_own_file_whatever_else_is_said_of_it() -> None:
    whole = environment("prod")
    (owner, home) = next(
        (f"{kind}/{name}", whole.origins[f"{kind}/{name}"].home)
        for kind, named in whole.entries.items()
        for name in named
        if (said := whole.origins[f"{kind}/{name}"]).layers[-1].document.file != said.home.document.file
    )
    kind, _, name = owner.partition("/")
    left = {other: dict(named) for other, named in whole.entries.items()}
    del left[kind][name]
    without = replace(whole, entries=left, origins={key: one for key, one in whole.origins.items() if key != owner})
    for base, head in ((without, whole), (whole, without)):
        (one,) = changes(base, head)
        assert (one.owner, one.location.file) == (owner, home.document.file)


SYSTEM, DOMAIN = "catalog/shop/system.yaml", "catalog/shop/domains/sales.yaml"
STOCK, TEST = "catalog/shop/services/stock.yaml", "environments/shop/test.yaml"
GIVEN = Edit(STOCK, "database: stock\nport: 8003", "database: stock")
MOVED = Edit(STOCK, "# a line more\ndatabase: stock\nport: 8003", "database: stock")
BELOW = (
    Edit(SYSTEM, "    port: 8001\n    scaling", "    scaling"),
    Edit(DOMAIN, "title: Sales\ndefaults: {services: {port: 8002}}", "title: Sales"),
)


def edited(root: Path, *edits: Edit) -> Environment:
    good(root)
    for edit in edits:
        edit.apply(root)
    project = Project(root)
    return resolve(project, load(project, "shop"), "test").environment()


def overridden(port: int) -> Edit:
    return Edit(TEST, f"title: Test\nservices: {{stock: {{port: {port}}}}}", "title: Test")


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ((), (GIVEN,), f"new/{STOCK}", "port: 8003"),
        ((GIVEN,), (), f"old/{STOCK}", "port: 8003"),
        ((GIVEN,), (Edit(MOVED.file, MOVED.new.replace("8003", "8004"), MOVED.old),), f"new/{STOCK}", "port: 8004"),
        ((GIVEN,), (GIVEN, overridden(8005)), f"new/{TEST}", "port: 8005"),
        ((GIVEN, overridden(8005)), (GIVEN,), f"old/{TEST}", "port: 8005"),
        (BELOW, (*BELOW, overridden(8001)), f"new/{TEST}", "port: 8001"),
    ],
    ids=["given", "taken away", "changed", "overridden", "not overridden", "as a layer below"],
)
def test_a_difference_stands_where_somebody_edited_it(
    tmp_path: Path, old: tuple[Edit, ...], new: tuple[Edit, ...], place: str, said: str
) -> None:
    (one,) = changes(edited(tmp_path / "old", *old), edited(tmp_path / "new", *new))
    assert (one.owner, one.path, one.location.file) == ("services/stock", ("port",), place.partition("/")[2])
    line = (tmp_path / place).read_text(encoding="utf-8").splitlines()[one.location.line - 1]
    assert line[one.location.column - 1 :].startswith(said)


def test_a_difference_that_nobody_edited_stands_where_the_new_version_has_it(tmp_path: Path) -> None:
    """As where a later infragen reads the same lines otherwise."""
    base, head = edited(tmp_path / "old", GIVEN), edited(tmp_path / "new", MOVED)
    entries = {kind: dict(named) for kind, named in head.entries.items()}
    entries["services"]["stock"] = entries["services"]["stock"].model_copy(update={"port": 9000})
    (one,) = changes(base, replace(head, entries=entries))
    assert one.location == head.at("services/stock", "port") != base.at("services/stock", "port")


def test_every_difference_alone_then_one_entry_together_then_none() -> None:
    (one, *_) = changes(environment("dev"), environment("prod"))
    owned = [replace(one, owner=f"services/{number % 3}", path=("a", number)) for number in range(MOST_TRIALS)]
    setting = replace(one, owner="environment", path=("title",))
    half = owned[: MOST_TRIALS // 2]
    assert groups(half) == tuple((each,) for each in half)
    assert groups(owned[:5]) == tuple((each,) for each in owned[:5])
    assert [len(group) for group in groups([setting, *owned])] == [1, 40, 40, 40]
    assert groups([replace(each, owner=f"services/{number}") for number, each in enumerate(owned)]) == ()


def test_a_difference_that_means_nothing_alone_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    base, head = environment("test", "shop"), environment("prod", "shop")
    trials = Trials(base, head, text_of)
    (production,) = [one for one in changes(base, head) if one.path == ("production",)]
    assert trials.effects((production,))

    def fails(_: Environment) -> Mapping[str, str]:
        raise KeyError("no such service")

    monkeypatch.setattr(trials, "_renders", fails)
    assert trials.effects((production,)) is None


@pytest.mark.parametrize("shown_by", ["test", "prod"])
def test_a_difference_has_an_effect_where_it_shows_in_one_version_alone(shown_by: str) -> None:
    base, head = environment("test", "shop"), environment("prod", "shop")
    account = environment(shown_by, "shop").settings.account
    trials = Trials(
        base, head, lambda one: {"x": str(one.settings.production)} if one.settings.account == account else {}
    )
    (production,) = [one for one in changes(base, head) if one.path == ("production",)]
    assert trials.effects((production,)) == {"x"}


@pytest.mark.parametrize(
    ("system", "old", "new"),
    [
        ("shop", "prod", "test"),
        ("shop", "test", "prod"),
        pytest.param("depot", "prod", "dev", marks=pytest.mark.long),
        pytest.param("depot", "dev", "prod", marks=pytest.mark.long),
    ],
)
def test_versions_as_different_as_two_environments(system: str, old: str, new: str) -> None:
    """Every stack has reasons, and what no stack is made of is none."""
    before, after = rendered(system, old), rendered(system, new)
    found = affected_stacks(Sides(f"generated/{system}/{new}", before.files, before, after, after.files, text_of))
    there, before_that = ({stack.name for stack in one.stacks} for one in (after, before))
    assert sorted(one.name for one in found) == sorted(there | before_that)
    for stack in found:
        sides = (stack.name in before_that, stack.name in there)
        assert stack.status == {(True, True): Status.CHANGED, (False, True): Status.NEW}.get(sides, Status.REMOVED)
        if stack.status is not Status.CHANGED:
            continue
        own = [reason for reason in stack.reasons if reason.kind is not Kind.UPSTREAM]
        assert any(reason.field == "account" for reason in own), stack.name
        assert not [reason for reason in own if reason.field in ("title", "notes")], stack.name
        assert all(reason.location for reason in own)


@pytest.mark.parametrize("place", [0, 40, 80, 150])
def test_two_long_values_are_cut_around_where_they_differ(place: int) -> None:
    """Else both sides read the same."""
    long = " ".join(f"word{number}" for number in range(30))
    change = InputChange("queries/slow", ("query",), long, f"{long[:place]}X{long[place:]}", Location("a.yaml", 3))
    found = reason_of(change)
    assert found.before != found.after
    assert "X" in (found.after or "")
    assert len(found.text) < 170
