"""The templates in this repository, and the one that the documentation explains, keep what they promise."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from infragen.core.expressions import Reference
from infragen.render.languages import language_of
from infragen.render.templates import Templates, shipped_templates

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(path.relative_to(shipped_templates()).as_posix() for path in shipped_templates().rglob("*.tf"))
CONSTANT = [name for name in SHIPPED if not re.search(r'"@\{|# \{%', (shipped_templates() / name).read_text())]


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


def test_a_template_without_code_is_in_the_final_layout_already() -> None:
    texts = {name: (shipped_templates() / name).read_text(encoding="utf-8") for name in CONSTANT}

    assert [name for name, text in texts.items() if language_of(name).layout(text) != text] == []


@pytest.mark.terraform
def test_templates_are_hcl_in_terraforms_layout() -> None:
    """Two kinds are HCL only once rendered: lines for another's blocks, and an argument whose name is a value."""
    by_themselves = [name for name in SHIPPED if not only_once_rendered(shipped_templates() / name)]

    outcome = subprocess.run(
        ["terraform", "fmt", "-check", *by_themselves],
        cwd=shipped_templates(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (outcome.returncode, outcome.stdout) == (0, ""), outcome.stderr


def only_once_rendered(path: Path) -> bool:
    return bool(re.search(r'^# \{% extends |^ *"@\{[^}]*\}" +=', path.read_text(encoding="utf-8"), re.MULTILINE))
