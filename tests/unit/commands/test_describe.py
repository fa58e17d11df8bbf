"""`infragen describe`: the page says what the catalogue says, and nothing that it does not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.fixtures import FULL
from tests.terraform.test_runbook import SITE

from infragen.catalog import Project
from infragen.catalog.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

ROOT = Path(__file__).parents[3]


@pytest.fixture
def page(infragen: Infragen, depot: Path) -> str:
    outcome = infragen("describe", "depot", "-C", depot)
    assert outcome.code == 0
    return outcome.out


def section(page: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one."""
    _, _, below = page.partition(f"\n{heading}\n")
    return re.split(r"\n##+ ", below)[0]


def test_every_environment_and_every_entry_has_a_section_with_its_file(page: str) -> None:
    catalogue = load(Project(FULL), "depot")
    for kind, named in catalogue.entries.items():
        assert f"\n## {kind}\n" in page
        for name, document in named.items():
            of_kind = page.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
            [heading] = re.findall(rf"(?m)^### {name}: .+$", of_kind)
            assert f"({document.file})" in section(of_kind, heading)
    assert {"dev", "prod"} <= set(re.findall(r"(?m)^## (\w+): ", page))


def test_a_field_stands_with_what_environments_say_of_it(page: str) -> None:
    services = page.partition("\n## services\n")[2]
    stock = section(services, next(line for line in services.splitlines() if line.startswith("### stock: ")))
    assert "\n| `tasks` | {min: 2, max: 6, desired: 3} | dev: {min: 1, max: 2, desired: null} |\n" in stock


def test_a_text_that_would_read_as_something_else_stands_in_quotation_marks(page: str) -> None:
    prod = section(page, next(line for line in page.splitlines() if line.startswith("## prod: ")))
    assert re.search(r'(?m)^\| `account` \| "[0-9]{12}" \|$', prod)
    balancers = page.partition("\n## balancers\n")[2]
    door = section(balancers, next(line for line in balancers.splitlines() if line.startswith("### door: ")))
    assert "\n| `idle_timeout` | 120 |" in door
    assert "\n| `zone` | main |" in door


def test_notes_and_assumptions_lead_to_their_lines(page: str) -> None:
    notes = section(page, "## Where the specification contradicts itself or AWS")
    rows = [line for line in notes.splitlines() if line.startswith("| TN-")]
    assert rows
    for row in rows:
        [(file, line)] = re.findall(r"\]\(([^)#]+)#L(\d+)\)", row)
        assert 0 < int(line) <= len((FULL / file).read_text("utf-8").splitlines())
    assert len(set(rows)) == len(rows)
    assert "|" in section(page, "## Assumed values")


def test_alternatives_stand_with_the_one_that_is_built(page: str) -> None:
    assert "| labels | thermal printers | stickers | [system.yaml:14](catalog/depot/system.yaml#L14) |" in page


def test_operations_stand_with_their_commands_and_with_what_meets_each_requirement(page: str) -> None:
    assert "| P0 | no truck leaves | at once | the stock is not reached |" in section(page, "### Incidents")
    assert "| prod | critical | after 15 min | whoever leads the depot |" in section(page, "### Escalation")
    tasks = section(page, "### Recurring tasks")
    assert "| daily | look at what failed | `infragen signals depot/prod` |" in tasks
    assert "| monthly | restore the stock | `infragen runbook depot/prod restore` |" in tasks
    figures = section(page, "### Figures that code keeps")
    assert "| how many labels fit on a sheet | 8080, 9000 | `services.*.port` |" in figures
    assert "a migration replaces | removed 7 days after the release without them | a later migration |" in figures
    met = section(page, "### Compliance")
    assert "| the law | what is written is encrypted | `customer_keys`, `databases.*.audit` |" in met
    assert "| the law | people are forgotten | the application's code, a manual process |" in met


def test_what_means_something_in_markdown_is_only_text(infragen: Infragen, depot: Path) -> None:
    path = depot / "catalog/depot/services/goods/labels.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"(?m)^title: .*$", 'title: "a|b *c* <d> `e`"', text), encoding="utf-8")
    page = infragen("describe", "depot", "-C", depot).out
    assert r"### labels: a\|b \*c\* \<d\> \`e\`" in page


def test_a_standby_s_section_says_what_it_holds_of_each_entry(infragen: Infragen, tmp_path: Path) -> None:
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "infragen.toml").touch()
    page = infragen("describe", "site", "-C", tmp_path).out
    held = section(page, "## dr: dr").partition("What it holds of prod:")[2]
    assert "\n| data | `databases/main` | a read replica of site-prod-database-main |\n" in held
    assert "What it holds" not in section(page, "## prod: prod")


def test_a_page_is_written_with_links_from_where_it_stands_and_compared(
    infragen: Infragen, depot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(depot)
    (depot / "docs").mkdir()
    page = depot / "docs/depot.md"
    assert infragen("describe", "depot", "--file", page, "--check").code == 2
    assert infragen("describe", "depot", "--file", page).code == 0
    assert "(../catalog/depot/" in page.read_text("utf-8")
    assert infragen("describe", "depot", "--file", page, "--check").code == 0
    for other in (b"old", b"\xff no UTF-8", page.read_bytes().replace(b"\n", b"\r\n")):
        page.write_bytes(other)
        outcome = infragen("describe", "depot", "--file", page, "--check")
        assert (outcome.code, outcome.out.startswith("not up to date: ")) == (2, True)
    assert infragen("describe", "depot", "--file", page).code == 0
    page.write_text("Written by somebody.\n", encoding="utf-8")
    said = infragen("describe", "depot", "--file", page)
    assert (said.code, "error X011 " in said.err, page.read_text("utf-8")) == (1, True, "Written by somebody.\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("depot/prod",), "X062"),
        (("depot", "--check"), "X063"),
        (("dpot",), "P002"),
        (("depot", "--file", "nowhere/at/all.md"), "X011"),
    ],
)
def test_what_cannot_be_described_is_said(
    infragen: Infragen, depot: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(depot)
    outcome = infragen("describe", *arguments, "-C", depot)
    assert (outcome.code, f"error {code} " in outcome.err) == (1, True)


def test_a_broken_catalogue_is_not_described(infragen: Infragen, depot: Path) -> None:
    (depot / "catalog/depot/services/goods/labels.yaml").write_text("name: labels\nport: many\n", encoding="utf-8")
    outcome = infragen("describe", "depot", "-C", depot)
    assert (outcome.code, outcome.out) == (1, "")
    assert "labels.yaml:2:7: error" in outcome.err


@pytest.mark.parametrize("system", ["dandori-portal", "delivery-tracking", "multicloud", "webapp"])
def test_the_page_of_a_system_is_what_its_catalogue_says(system: str, infragen: Infragen) -> None:
    outcome = infragen("describe", system, "--file", ROOT / f"docs/{system}.md", "--check", "-C", ROOT)
    assert (outcome.code, outcome.out) == (0, "")
