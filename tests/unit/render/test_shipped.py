"""The templates in this repository, and the one that the documentation explains, keep what they promise."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from infragen.core.expressions import Reference
from infragen.render.languages import language_of
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(path.relative_to(shipped_templates()).as_posix() for path in shipped_templates().rglob("*.tf"))


def test_the_documented_template_renders_to_the_documented_text(repository: Path, tmp_path: Path) -> None:
    document = (repository / "docs" / "templates.md").read_text(encoding="utf-8")
    template, expected = re.findall(r"```hcl\n(.*?)```", document, re.DOTALL)
    [values] = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    (tmp_path / "service.tf").write_text(template, encoding="utf-8")

    context = eval(values, {"Reference": Reference})

    assert Templates([tmp_path]).render("service.tf", context) == expected


def test_every_code_of_these_floors_is_documented(repository: Path) -> None:
    document = (repository / "docs" / "templates.md").read_text(encoding="utf-8")
    sources = [path for floor in ("render", "workspace") for path in (repository / "src/infragen" / floor).glob("*.py")]
    used = {code for path in sources for code in re.findall(r'"([GW]\d{3})"', path.read_text(encoding="utf-8"))}

    assert used == set(re.findall(r"^\| ([GW]\d{3}) \|", document, re.MULTILINE))


def test_templates_are_in_the_final_layout_already() -> None:
    texts = {name: (shipped_templates() / name).read_text(encoding="utf-8") for name in SHIPPED}

    assert [name for name, text in texts.items() if language_of(name).layout(text) != text] == []


@pytest.mark.terraform
def test_templates_are_hcl_in_terraforms_layout() -> None:
    """Two things are HCL only once rendered: an argument that stands in two branches, and one whose name is a value."""
    outcome = subprocess.run(
        ["terraform", "fmt", "-no-color", "-check", *SHIPPED],
        cwd=shipped_templates(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.stdout == "", outcome.stderr
    said = set(re.findall(r"Error: (.*)", outcome.stderr))
    assert said == {"Attribute redefined", "Invalid argument name"}, outcome.stderr
