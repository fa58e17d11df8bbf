"""Templates are valid HCL, come from the user's folder first, and fail at their own lines."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from infragen.core.expressions import Reference
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SERVICE = """\
# {# The module of one service. #}
module "@{service.label}" {
  source = "../modules/ecs_service"

  name = "@{service.name}"
  # {% if service.secrets %}
  secret_arns = "@{service.secrets}"
  # {% endif %}
  subnets = local.network.app_subnet_ids
  tags    = merge(local.tags, "@{service.tags}")
}
# {% for reader in service.readers %}

output "@{reader}" {
  value = "@{service.output}"
}
# {% endfor %}
"""

OUTPUT = Reference("module.planning.id")


@dataclass(frozen=True, slots=True)
class Service:
    label: str = "planning"
    name: str = "technova-prod-planning"
    secrets: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    readers: tuple[str, ...] = ("a", "b")
    output: Reference = OUTPUT


def made(folder: Path, text: str, name: str = "stacks/services/service.tf") -> Templates:
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Templates([folder / "templates"], project=folder)


def failure(templates: Templates, context: dict[str, object], name: str = "stacks/services/service.tf") -> Diagnostic:
    with pytest.raises(InfragenError) as raised:
        templates.render(name, context)
    [diagnostic] = raised.value.diagnostics
    return diagnostic


def test_a_template_renders_to_hcl_in_terraforms_layout(tmp_path: Path) -> None:
    service = Service(secrets=("a", "b", "c"), tags={"owner": "生産", "a": "1"})

    assert made(tmp_path, SERVICE).render("stacks/services/service.tf", {"service": service}) == (
        'module "planning" {\n'
        '  source = "../modules/ecs_service"\n'
        "\n"
        '  name = "technova-prod-planning"\n'
        "  secret_arns = [\n"
        '    "a",\n'
        '    "b",\n'
        '    "c",\n'
        "  ]\n"
        "  subnets = local.network.app_subnet_ids\n"
        "  tags = merge(local.tags, {\n"
        '    a     = "1"\n'
        '    owner = "生産"\n'
        "  })\n"
        "}\n"
        "\n"
        'output "a" {\n'
        "  value = module.planning.id\n"
        "}\n"
        "\n"
        'output "b" {\n'
        "  value = module.planning.id\n"
        "}\n"
    )


def test_a_line_that_vanishes_leaves_its_neighbours_aligned(tmp_path: Path) -> None:
    text = made(tmp_path, SERVICE).render("stacks/services/service.tf", {"service": Service(tags={}, readers=())})

    assert "  name    = " in text
    assert "  subnets = local" in text
    assert "  tags    = merge(local.tags, {})" in text


@pytest.mark.parametrize(
    "text",
    ['"@{service.name}"', "# {% if x %}", "# {% endraw %}", "# {# x #}", "%}", "${local.x}", 'x"\n}\nmodule "y" {'],
)
def test_text_of_the_catalogue_is_text_whatever_it_looks_like(tmp_path: Path, text: str) -> None:
    templates = made(tmp_path, 'a = "@{text}"\n', "x.tf")

    rendered = templates.render("x.tf", {"text": text})

    assert rendered.count("\n") == 1
    assert rendered.replace("$${", "${").encode().decode("unicode_escape") == f'a = "{text}"\n'


@pytest.mark.terraform
def test_a_template_itself_is_clean_under_terraform_fmt() -> None:
    outcome = subprocess.run(["terraform", "fmt", "-check", "-"], input=SERVICE, text=True, check=False)

    assert outcome.returncode == 0


def test_the_users_template_overrides_the_shipped_one_file_by_file(tmp_path: Path) -> None:
    for folder, text in (("mine", "a = 1\n"), ("shipped", "a = 2\n")):
        (tmp_path / folder / "modules" / "vpc").mkdir(parents=True)
        (tmp_path / folder / "modules" / "vpc" / "main.tf").write_text(text)
    (tmp_path / "shipped" / "modules" / "vpc" / "outputs.tf").write_text("b = 3\n")

    templates = Templates([tmp_path / "mine", tmp_path / "shipped"])

    names = templates.names("modules/vpc", ".tf")
    assert names == ("modules/vpc/main.tf", "modules/vpc/outputs.tf")
    assert [templates.render(name, {}) for name in names] == ["a = 1\n", "b = 3\n"]


def test_the_default_templates_are_found_without_being_told() -> None:
    assert (shipped_templates() / "modules").is_dir()


def test_a_syntax_error_is_at_its_line(tmp_path: Path) -> None:
    found = failure(made(tmp_path, "a = 1\n# {% iff x %}\n"), {})

    assert (found.code, found.location) == ("G001", Location("templates/stacks/services/service.tf", 2))
    assert "iff" in found.message


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('name = "p-@{service.name}"', 'write "@{value}" directly in quotes'),
        ("#{% if x %}", "hash, one space, brace"),
        ("  {% if x %}", "hash, one space, brace"),
        ("#  {# no comment #}", "hash, one space, brace"),
    ],
)
def test_a_delimiter_that_would_stay_is_refused_at_its_line(tmp_path: Path, line: str, hint: str) -> None:
    for around in ("{}", "# {{% if a %}}\n{}\n# {{% endif %}}"):  # with and without other template code
        found = failure(made(tmp_path, "a = 1\n\n" + around.format(line) + "\n"), {"a": False})

        assert found.code == "G001"
        assert found.location == Location("templates/stacks/services/service.tf", 3 if around == "{}" else 4)
        assert hint in found.message


def test_an_undefined_variable_is_at_its_line_and_names_what_there_is(tmp_path: Path) -> None:
    found = failure(made(tmp_path, 'a = 1\nb = "@{regoin}"\n'), {"region": "x", "account": "y"})

    assert (found.code, found.location) == ("G003", Location("templates/stacks/services/service.tf", 2))
    assert "regoin" in found.message
    assert found.hint == "values of this template: account, region"


def test_an_undefined_attribute_is_at_its_line(tmp_path: Path) -> None:
    found = failure(
        made(tmp_path, '# {% for x in [1] %}\nb = "@{service.cpu}"\n# {% endfor %}\n'), {"service": Service()}
    )

    assert (found.code, found.location) == ("G003", Location("templates/stacks/services/service.tf", 2))
    assert "cpu" in found.message


def test_a_value_that_hcl_cannot_carry_is_at_its_line_with_a_hint(tmp_path: Path) -> None:
    found = failure(made(tmp_path, 'a = 1\n\nb = "@{service}"\n'), {"service": Service()})

    assert (found.code, found.location) == ("G004", Location("templates/stacks/services/service.tf", 3))
    assert "Service" in found.message
    assert found.hint


def test_an_exception_of_the_templates_code_is_at_its_line(tmp_path: Path) -> None:
    found = failure(made(tmp_path, 'a = 1\nb = "@{1 + x}"\n'), {"x": "2"})

    assert (found.code, found.location) == ("G005", Location("templates/stacks/services/service.tf", 2))
    assert "TypeError" in found.message


def test_an_error_in_an_included_template_is_at_that_ones_line(tmp_path: Path) -> None:
    made(tmp_path, 'a = 1\n\nb = "@{x}"\n', "stacks/part.tf")

    found = failure(made(tmp_path, '# {% include "stacks/part.tf" %}\n'), {})

    assert (found.code, found.location) == ("G003", Location("templates/stacks/part.tf", 3))


def test_a_missing_template_names_the_nearest(tmp_path: Path) -> None:
    found = failure(made(tmp_path, "a = 1\n"), {}, "stacks/services/servise.tf")

    assert found.code == "G002"
    assert found.hint == "did you mean stacks/services/service.tf?"


def test_a_version_without_templates_says_so() -> None:
    found = failure(Templates([]), {})
    assert (found.code, found.hint) == ("G002", None)
    assert found.message.endswith("in this version: it has no folder `templates`")


def test_a_missing_included_template_is_at_the_line_that_includes_it(tmp_path: Path) -> None:
    found = failure(made(tmp_path, 'a = 1\n# {% include "stacks/part.tf" %}\n'), {})

    assert (found.code, found.location) == ("G002", Location("templates/stacks/services/service.tf", 2))


def test_a_template_that_is_not_text_is_refused(tmp_path: Path) -> None:
    templates = made(tmp_path, "")
    (tmp_path / "templates" / "stacks" / "services" / "service.tf").write_bytes(b"\xff\xfe")

    assert failure(templates, {}).code == "G001"


def test_nothing_random_and_nothing_global_is_at_hand(tmp_path: Path) -> None:
    assert failure(made(tmp_path, 'a = "@{lipsum}"\n'), {}).code == "G003"
    assert failure(made(tmp_path, 'a = "@{[1, 2] | random}"\n'), {}).code == "G008"


def test_a_shipped_template_that_extends_one_of_the_project_is_the_projects_own_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, ours = tmp_path / "templates", tmp_path / "ours"
    monkeypatch.setattr("infragen.render.templates.shipped_templates", lambda: ours)
    for folder, name, text in (
        (own, "base.tf", 'a = "@{x}"\n'),
        (ours, "base.tf", ""),
        (ours, "middle.tf", '# {% extends "base.tf" %}\n'),
        (ours, "top.tf", '# {% include "middle.tf" %}\n'),
        (ours, "other.tf", 'b = "@{x}"\n'),
    ):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    templates = Templates((own, ours), tmp_path)
    for _ in range(2):
        assert [templates.render(name, {"x": 1}) for name in ("top.tf", "other.tf")] == ["a = 1\n", "b = 1\n"]
        assert [templates.own(name) for name in ("top.tf", "other.tf", "base.tf")] == [("base.tf",), (), ("base.tf",)]
