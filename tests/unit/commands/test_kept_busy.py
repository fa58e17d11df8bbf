"""A catalogue made to keep infragen busy: what is done grows with the size of a file, not with its square."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.fixtures import SMALL
from tests.waiting import calls

from infragen.catalog.check import deeper
from infragen.diagnostics.hints import COMPARED, close_to
from infragen.kinds import kinds
from infragen.stacks import costs

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


def test_behaviours_are_looked_at_once(infragen: Infragen, project: Path) -> None:
    def spent(more: int) -> int:
        file = project / "catalog/shop/distributions/pages.yaml"
        lines = [f"  /a{number}/*: {{origin: pictures, cache: {number + 1} min}}\n" for number in range(more)]
        before = file.read_text().partition("behaviours:")[0]
        file.write_text(f"{before}behaviours:\n{''.join(lines)}")
        return calls(lambda: infragen("validate", "shop", "-C", project))

    assert spent(100) < 2 * spent(25)


def test_what_idle_proxies_cost_is_estimated_once_for_all(
    infragen: Infragen, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = project / SYSTEM
    system.write_text(system.read_text().replace("databases.*.proxy", "databases.order.proxy"))
    for number in range(22):
        text = f"name: d{number}\ntitle: D\ndomain: sales\ndata: 15 GB\nconnections: 20\nreaders: 1\n"
        (project / f"catalog/shop/databases/d{number}.yaml").write_text(text)
    estimates: list[object] = []
    of = costs._estimate
    monkeypatch.setattr(costs, "_estimate", lambda *asked: (estimates.append(asked), of(*asked))[1])
    said = infragen("validate", "shop", "-C", project).out
    told = [line for line in said.splitlines() if " D176 databases/" in line]
    assert (len(told), sum("USD a month" in line for line in told)) == (23, 23)
    assert len(estimates) < 8  # of each environment, with its proxies and without


def test_what_is_compared_with_every_entry_or_line_has_an_end(infragen: Infragen, project: Path) -> None:
    rows = ", ".join(f"r{number}: {{monthly: 1 USD, entries: ['z/*']}}" for number in range(51))
    add(project, TEST, f"document_costs: {{title: T, rows: {{{rows}}}}}\n")
    assert "`document_costs.rows`: there are 51, more than 50" in infragen("validate", "shop", "-C", project).out


def test_a_hint_of_many_short_names_is_not_free() -> None:
    """A pair of names of a letter or two is compared about as fast as one of a hundred pairs of letters."""
    names = [f"{one}{other}" for one in "abcdefghij" for other in "klmnopqrst"]
    close_to("k", names)
    assert COMPARED.get() > 10_000
    COMPARED.set(20_000_001)
    assert close_to("ak", names) == []
