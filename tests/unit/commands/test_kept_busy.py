"""A catalogue made to keep infragen busy: what is done grows with the size of a file, not with its square."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.fixtures import SMALL
from tests.waiting import calls

from infragen.catalog.check import deeper
from infragen.kinds import kinds

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Infragen

ORDER = "catalog/shop/services/order.yaml"
SYSTEM = "catalog/shop/system.yaml"
TEST = "environments/shop/test.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "project")
    return tmp_path / "project"


def add(project: Path, place: str, text: str) -> None:
    with (project / place).open("a") as file:
        file.write(text)


def test_the_first_errors_of_an_entry_are_shown_and_the_others_counted(infragen: Infragen, project: Path) -> None:
    lines = (project / ORDER).read_text().count("\n")
    add(project, ORDER, "".join(f"unknown{number}: 1\n" for number in range(700)))
    outcome = infragen("validate", "shop", "-C", project)
    assert outcome.code == 1
    assert outcome.out.count("error C001 unknown key") == 500
    assert f"{ORDER}:{lines + 501}:1: error C003 200 more errors in these values are not shown" in outcome.out


def test_hints_are_made_only_for_the_errors_that_are_shown(infragen: Infragen, project: Path) -> None:
    def spent(more: int) -> int:
        file = project / SYSTEM
        file.write_text((SMALL / "catalog/shop/system.yaml").read_text().replace("}}", "}, ", 1))
        add(project, SYSTEM, f"  {', '.join(f'X-{number}: {{says: a, built: [a]}}' for number in range(more))}}}\n")
        return calls(lambda: infragen("validate", "shop", "-C", project))

    assert spent(2000) < 2 * spent(500)


def test_an_environment_has_as_many_patterns_of_tags_as_can_be_compared_with_every_entry(
    infragen: Infragen, project: Path
) -> None:
    add(project, TEST, f"entry_tags: {{{', '.join(f'services/x{number}: {{a: b}}' for number in range(501))}}}\n")
    outcome = infragen("validate", "shop", "-C", project)
    assert "error C003 `entry_tags`: there are 501, more than 500" in outcome.out
    assert "A158" not in outcome.out


def test_which_keys_a_map_has_is_read_once_for_all_unknown_ones() -> None:
    model = kinds()["services"].model
    deeper(model, "one")
    assert calls(lambda: deeper(model, "other")) < 10 * len(model.model_fields)
