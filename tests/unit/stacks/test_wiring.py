"""What holds for all stacks together: nobody reads what nobody publishes, and each names the modules it calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.render.render import render_stacks
from infragen.render.templates import Templates, shipped_templates
from infragen.stacks.build import build
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.core.landscape import Environment
    from infragen.stacks.model import Stack

_READ = re.compile(r"\blocal\.([a-z0-9_]+)\.([a-z0-9_]+)")
_PUBLISHED = re.compile(r'^output "([^"]+)"', re.MULTILINE)
_CALLED = re.compile(r'^  source = "\.\./modules/([^"]+)"', re.MULTILINE)
_DECLARED = re.compile(r'^variable "([^"]+)"', re.MULTILINE)
_MODULE = re.compile(r'^module "[^"]+" \{\n  source = "\.\./modules/([^"]+)"\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_LABEL = re.compile(r'^module "([^"]+)"', re.MULTILINE)
_ARGUMENT = re.compile(r"^  ([a-z_0-9]+) += ", re.MULTILINE)


def texts_of(stack: Stack, files: Mapping[str, str]) -> list[str]:
    return [files[f"{stack.name}/{file.path}"] for file in stack.files if file.path.endswith(".tf")]


def everything(environment: Environment) -> tuple[tuple[Stack, ...], dict[str, str]]:
    stacks = build(environment)
    return stacks, render_stacks(Templates([shipped_templates()]), stacks, {})


def test_every_value_that_a_stack_reads_is_published_by_an_upstream(each_environment: Environment) -> None:
    stacks, files = everything(each_environment)
    published = {stack.identifier: set(_PUBLISHED.findall(files[f"{stack.name}/outputs.tf"])) for stack in stacks}

    for stack in stacks:
        upstreams = {name.replace("-", "_") for name in stack.upstreams}
        for text in texts_of(stack, files):
            for source, output in _READ.findall(text):
                assert source in upstreams, f"{stack.name} reads {source} and does not say so"
                assert output in published[source], f"{stack.name} reads {source}.{output}, which does not exist"


def test_every_upstream_is_read(each_environment: Environment) -> None:
    stacks, files = everything(each_environment)

    for stack in stacks:
        read = {source for text in texts_of(stack, files) for source, _ in _READ.findall(text)}
        assert read == {name.replace("-", "_") for name in stack.upstreams}, stack.name


def test_a_stack_names_exactly_the_modules_that_it_calls(each_environment: Environment) -> None:
    stacks, files = everything(each_environment)

    for stack in stacks:
        called = {module for text in texts_of(stack, files) for module in _CALLED.findall(text)}
        assert called == set(stack.modules), stack.name


def test_every_call_gives_a_module_exactly_its_variables(each_environment: Environment) -> None:
    stacks, files = everything(each_environment)
    declared = {
        path.split("/")[1]: set(_DECLARED.findall(text))
        for path, text in files.items()
        if path.startswith("modules/") and path.endswith("variables.tf")
    }

    for stack in stacks:
        for text in texts_of(stack, files):
            for module, body in _MODULE.findall(text):
                given = set(_ARGUMENT.findall(body)) - {"depends_on", "source"}
                assert given == declared[module], f"{stack.name}: {module}"


def test_no_label_occurs_twice_in_a_stack(each_environment: Environment) -> None:
    stacks, files = everything(each_environment)

    for stack in stacks:
        labels = [
            label for text in texts_of(stack, files) for label in re.findall(r'^module "([^"]+)"', text, re.MULTILINE)
        ]
        assert len(labels) == len(set(labels)), stack.name


def test_a_new_service_adds_its_files_and_outputs_and_changes_only_whom_it_calls(project: Path) -> None:
    _, before = everything(environment_of(project, "prod"))
    material = project / "catalog/technova/services/manufacturing/material.yaml"
    text = material.read_text(encoding="utf-8").replace("name: material", "name: quality")
    text = re.sub(r"^database: .*\n", "", text, flags=re.MULTILINE)
    material.with_name("quality.yaml").write_text(text, encoding="utf-8")
    _, after = everything(environment_of(project, "prod"))

    assert set(before) <= set(after)
    assert {path for path in after if before.get(path) != after[path]} == {
        "edge/outputs.tf",
        "edge/service-quality.tf",
        "observability/service-quality.tf",
        "security/outputs.tf",
        "security/service-auth.tf",
        "security/service-master.tf",
        "security/service-quality.tf",
        "services-manufacturing/outputs.tf",
        "services-manufacturing/quality.tf",
    }


@pytest.mark.parametrize("path", ["edge/outputs.tf", "services-manufacturing/outputs.tf", "security/outputs.tf"])
def test_a_new_service_only_adds_to_the_outputs(project: Path, path: str) -> None:
    _, before = everything(environment_of(project, "prod"))
    material = project / "catalog/technova/services/manufacturing/material.yaml"
    text = material.read_text(encoding="utf-8").replace("name: material", "name: quality")
    material.with_name("quality.yaml").write_text(
        re.sub(r"^database: .*\n", "", text, flags=re.MULTILINE), encoding="utf-8"
    )
    _, after = everything(environment_of(project, "prod"))

    blocks = set(after[path].split("\n\n"))
    assert set(before[path].split("\n\n")) <= blocks
    assert all("quality" in block for block in blocks - set(before[path].split("\n\n")))
