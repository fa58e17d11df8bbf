"""What docs/templates.md says of modules that an environment holds, and of differences shown once, on TechNova."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT, blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

PAGE = (ROOT / "docs/templates.md").read_text(encoding="utf-8")


@pytest.fixture
def mended(rendered: Path) -> Callable[[str, str], None]:
    """TechNova rendered, and what changes one line of a module of its own."""

    def change(module: str, setting: str) -> None:
        name = f"templates/modules/{module}/main.tf"
        (rendered / name).parent.mkdir(parents=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        changed, count = re.subn(rf"({setting} *=) true", r"\1 false", text)
        assert count == 1
        (rendered / name).write_text(changed, encoding="utf-8")

    return change


def test_prod_holds_what_the_page_holds_and_is_told_so(
    project: Path, infragen: Infragen, mended: Callable[[str, str], None]
) -> None:
    (sample,) = (block.text for block in blocks("docs/templates.md") if "\nholds:" in block.text)
    name, _, holds = sample.removeprefix("# ").partition("\n")
    with (project / name).open("a", encoding="utf-8") as file:
        file.write(holds)
    before = shutil.copytree(project / "generated/technova/prod", project / "before")
    mended("vpc", "enable_dns_hostnames")

    outcome = infragen("render", "technova", "-C", project)

    (says,) = re.findall(r"^    (generated/technova/prod holds .*)$", PAGE, re.MULTILINE)
    assert outcome.code == 0
    assert f"{says}\n" in outcome.err
    for path in before.rglob("*.tf"):
        kept = project / "generated/technova/prod" / path.relative_to(before)
        assert kept.read_bytes() == path.read_bytes(), path
    assert "enable_dns_hostnames = false" in (project / "generated/technova/dev/modules/vpc/main.tf").read_text()


@pytest.mark.parametrize(
    ("module", "setting"), [("vpc", "enable_dns_hostnames"), ("ecs_service", "\n  enable_ecs_managed_tags")]
)
def test_a_mend_has_as_many_lines_as_the_page_counts(
    infragen: Infragen, project: Path, mended: Callable[[str, str], None], module: str, setting: str
) -> None:
    mended(module, setting)
    shown = infragen("render", "technova", "--diff", "-C", project).out
    (count,) = re.findall(rf"\| `modules/{module}`.*\| (\d+) lines \|$", PAGE, re.MULTILINE)
    assert len(shown.splitlines()) == int(count)
    if module == "vpc":
        for line in re.findall(r"^    ((?:#|---) .*)$", PAGE, re.MULTILINE):
            assert line in shown.splitlines()
