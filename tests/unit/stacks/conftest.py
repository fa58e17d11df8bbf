"""Environments of TechNova, resolved, and the text that a stack renders to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import resolve
from infragen.render.render import render_stacks
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infragen.core.resolved_system import Environment
    from infragen.stacks.model import Stack


def environment_of(root: Path, name: str) -> Environment:
    """Resolve an environment of the TechNova that lies in `root`."""
    project = Project(root)
    return resolve(project, load(project, "technova"), name).environment()


@pytest.fixture(params=["dev", "test", "staging", "prod"])
def each_environment(request: pytest.FixtureRequest, repository: Path) -> Environment:
    """Each of TechNova's environments in turn."""
    return environment_of(repository, request.param)


@pytest.fixture(scope="session")
def prod(repository: Path) -> Environment:
    """TechNova's production."""
    return environment_of(repository, "prod")


@pytest.fixture(scope="session")
def dev(repository: Path) -> Environment:
    """TechNova's development environment."""
    return environment_of(repository, "dev")


@pytest.fixture(scope="session")
def rendered() -> Callable[[Environment, Callable[[Environment], Iterator[Stack]]], dict[str, str]]:
    """Render what one kind of stack builds: path below the environment to text, modules included."""
    templates = Templates([shipped_templates()])

    def render(environment: Environment, build: Callable[[Environment], Iterator[Stack]]) -> dict[str, str]:
        return render_stacks(templates, tuple(build(environment)), {})

    return render
