"""What hand-written files publish is a value of entries: an output elsewhere, the value itself in the same stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.hcl.index import Index
from infragen.render.draft import render_draft
from infragen.render.extra_files import read_extras
from infragen.render.origins import Origins
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.build import draft
from tests.unit.stacks.systems import SERVICE, call_of, environment, service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEARCH = """\
resource "aws_opensearch_domain" "search" {
  domain_name = "search"
}

output "host" {
  value = aws_opensearch_domain.search.endpoint
}

output "settings" {
  value = jsonencode({
    host = aws_opensearch_domain.search.endpoint # where it is
  })
}
"""


BY_DOMAIN = """\
schema: 1
name: demo
title: Demo
layout: {security: network, compute: "services-{domain}"}
"""


def web(*variables: str) -> str:
    """Return the service with variables that are outputs."""
    return SERVICE + "environment:\n" + "".join(f"  {one}\n" for one in variables)


def two_domains(search: str) -> dict[str, str]:
    """Return two services in stacks of their own, of which one reads an output beside the other."""
    return {
        "system.yaml": BY_DOMAIN,
        "services/web.yaml": web("HOST: {output: services-b.host}") + "domain: a\n",
        **{name: f"{text}domain: b\n" for name, text in service("api").items()},
        "domains/a.yaml": "name: a\ntitle: A\n",
        "domains/b.yaml": "name: b\ntitle: B\n",
        "extra/services-b/search.tf": search,
    }


def render(root: Path, files: Mapping[str, str]) -> Mapping[str, str]:
    of = environment(root, files)
    templates = Templates([shipped_templates()], root)
    extras = read_extras(root / "catalog/demo/extra", "catalog/demo/extra")
    return render_draft(templates, draft(of), extras)[1]


def variables(files: Mapping[str, str]) -> dict[str, str]:
    found = call_of(files["app/service-web.tf"], "service_web")["environment"].items or {}
    return {name: item.value for name, item in found.items()}


def test_an_output_of_another_stack_is_read_of_its_state(tmp_path: Path) -> None:
    files = render(
        tmp_path, {"extra/network/search.tf": SEARCH, "services/web.yaml": web("HOST: {output: network.host}")}
    )

    assert variables(files)["HOST"] == "local.network.host"
    assert "network = data.terraform_remote_state.network.outputs" in files["app/upstream.tf"]


def test_an_output_of_the_same_stack_is_its_value(tmp_path: Path) -> None:
    written = web("HOST: {output: app.host}", "SETTINGS: {output: app.settings}")
    files = render(tmp_path, {"extra/app/search.tf": SEARCH, "services/web.yaml": written})

    assert variables(files)["HOST"] == "aws_opensearch_domain.search.endpoint"
    assert variables(files)["SETTINGS"].startswith("jsonencode({\n")
    assert Index(files["app/service-web.tf"]).problem is None


def test_what_reads_nothing_else_of_a_stack_comes_after_it(tmp_path: Path) -> None:
    of = environment(tmp_path, two_domains(SEARCH))
    extras = read_extras(tmp_path / "catalog/demo/extra", "catalog/demo/extra")

    stacks, _ = render_draft(Templates([shipped_templates()], tmp_path), draft(of), extras)

    names = [stack.name for stack in stacks]
    assert names.index("services-b") < names.index("services-a")


def test_a_circle_through_an_output_is_an_error_at_the_hand_written_line(tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as raised:
        render(tmp_path, two_domains('output "host" {\n  value = local.services_a.service_web_name\n}\n'))

    [problem] = raised.value.diagnostics
    assert (problem.code, str(problem.location)) == ("L203", "catalog/demo/extra/services-b/search.tf:2:11")
    assert problem.message == (
        "stacks that depend on each other: catalog/demo/extra/services-b/search.tf (in services-b) reads "
        "service_web_name (in services-a), services/web (in services-a) reads the output host (in services-b)"
    )
    assert problem.hint == (
        "move catalog/demo/extra/services-b/search.tf into services-a, whose outputs it reads, "
        "or remove one of these references"
    )


def test_the_line_of_the_field_is_the_origin_of_the_variable(tmp_path: Path) -> None:
    of = environment(
        tmp_path, {"extra/app/search.tf": SEARCH, "services/web.yaml": web("HOST: {output: app.host}", "B: b")}
    )
    made = draft(of)
    templates = Templates([shipped_templates()], tmp_path)
    render_draft(templates, made, read_extras(tmp_path / "catalog/demo/extra", "catalog/demo/extra"))

    origin = Origins(of, templates, made.wiring).of("app", "service-web.tf", "service_web", [("environment", "HOST")])

    assert origin is not None
    assert (origin.field, str(origin.location)) == ("environment.HOST.output", "catalog/demo/services/web.yaml:7:18")


def test_a_file_that_cannot_be_read_hides_no_other_problem(tmp_path: Path) -> None:
    written = {
        "extra/app/broken.tf": 'output "host" {\n  value = = 1\n}\n',
        "services/web.yaml": web("HOST: {output: app.host}", "OTHER: {output: network.nothing}"),
    }
    with pytest.raises(InfragenError) as raised:
        render(tmp_path, written)

    assert [(one.code, str(one.location)) for one in raised.value.diagnostics] == [
        ("G010", "catalog/demo/extra/app/broken.tf:2:11"),
        ("G017", "catalog/demo/services/web.yaml:8:19"),
    ]


def test_a_secret_is_an_output_too_and_a_grant_follows(tmp_path: Path) -> None:
    written = SERVICE + "secrets:\n  TOKEN: {output: network.host}\n"
    files = render(tmp_path, {"extra/network/search.tf": SEARCH, "services/web.yaml": written})

    found = call_of(files["app/service-web.tf"], "service_web")
    assert str(found["source"].plain).startswith("../modules/ecs_service_extended")
    assert {name: item.value for name, item in (found["secrets"].items or {}).items()} == {
        "TOKEN": "local.network.host"
    }
