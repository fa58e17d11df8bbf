"""`infragen.toml`: what a project says about itself that is no infrastructure: its repository, platforms, policies.

The file may be missing, and so may everything in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from infragen.catalog.check import Words, build
from infragen.catalog.models.base import Model, Text
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.source.toml import TomlDocument, read_toml

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FILE", "REPOSITORY", "Ci", "GitHub", "Policy", "ProjectSettings", "Providers", "load_settings"]

FILE: Final = "infragen.toml"
"""Its name, beside `catalog/`."""

_WORDS: Final = Words("add `{} = ...`", "write a table: `[name]`, or `name = {{key = value}}`")


def _inside(text: str) -> str:
    if text.startswith(("/", "~")) or "\\" in text or ".." in text.split("/"):
        raise ValueError("write a path below the project's folder, with slashes")
    return text


def _once(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) < len(items):
        raise ValueError("name each one once")
    return items


def _no_wildcard(text: str) -> str:
    if not text.isprintable() or any(letter in text for letter in " *?[\\^~:"):
        raise ValueError("git's names of branches have no spaces and none of * ? [ \\ ^ ~ :")
    return text


REPOSITORY: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}$"
"""The form of a repository's name."""

Repository = Annotated[str, StringConstraints(pattern=REPOSITORY)]
"""A repository of GitHub, as OWNER/NAME."""
Number = Annotated[int, Field(strict=True, ge=1)]
Service = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{2,40}$")]
Branch = Annotated[str, StringConstraints(min_length=1, max_length=244), AfterValidator(_no_wildcard)]
Platform = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+_[a-z0-9]+$")]
"""An operating system and a processor in Terraform's words: `linux_amd64`."""


LocalPath = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_inside)]


class GitHub(Model):
    """Where the project is kept and changed."""

    repository: Repository | None = None
    """OWNER/NAME; the roles that `infragen bootstrap` makes for CI trust it and nothing else."""
    owner_id: Number | None = None
    """The owner's number at GitHub. With `repository_id` it makes the subjects of jobs immutable ones
    (`repo:OWNER@123/NAME@456:...`), which repositories have that were made, renamed or moved since July 15, 2026, or
    whose settings ask for it. Without, a job's subject is the name alone."""
    repository_id: Number | None = None
    """The repository's number at GitHub; see `owner_id`."""
    branch: Branch = "main"
    """The branch that is applied."""
    oidc_provider: Literal["create", "existing"] = "create"
    """Whether `infragen bootstrap` makes GitHub an identity provider of each account. An account has only one: write
    `existing` where somebody else has made it."""
    services: Annotated[tuple[Service, ...], AfterValidator(_once), Field(json_schema_extra={"uniqueItems": True})] = ()
    """AWS services that the roles of CI may also use, by the prefix of their actions (`kafka`); those that the stacks'
    resources show need not be named."""

    @model_validator(mode="after")
    def _both_numbers(self) -> GitHub:
        if (self.owner_id is None) != (self.repository_id is None):
            raise ValueError("give both `owner_id` and `repository_id`, or neither")
        return self

    def immutable(self, repository: str) -> str:
        """Return a repository as it stands in the subjects of its jobs: with its numbers where they are known."""
        owner, _, name = repository.partition("/")
        return repository if self.owner_id is None else f"{owner}@{self.owner_id}/{name}@{self.repository_id}"


class Providers(Model):
    """Terraform's providers."""

    platforms: Annotated[
        tuple[Platform, ...], AfterValidator(_once), Field(json_schema_extra={"uniqueItems": True})
    ] = ()
    """Platforms that the lock files hold checksums for: those of everybody's machines and of CI. When left out, this
    machine's and linux_amd64."""


Pin = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}( # [A-Za-z0-9_.-]+)?$")]
"""A commit of an action, and what it is called: `3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1`."""
Dotted = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){1,2}$")]


class Ci(Model):
    """What the workflows that `infragen ci` writes run with."""

    runner: Text = "ubuntu-latest"
    """Label of the machines that run jobs."""
    python: Dotted = "3.13"
    """Version of Python."""
    terraform: Dotted = "1.11.4"
    """Version of terraform; a saved plan can only be applied by the version that made it."""
    install: Text | None = None
    """Command that installs infragen; `pip install` of this version when left out."""
    plan_expires: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,4}[mhd]$")] = "7d"
    """How long a reviewed plan may be applied."""
    pins: dict[str, Pin] = {}  # noqa: RUF012 -- Pydantic copies it
    """Actions by the commit to use instead of the one that infragen knows: `"actions/checkout" = "<SHA> # v7.0.1"`."""


class Policy(Model):
    """A check of every plan by a program of its own, where that program is installed."""

    tool: Literal["conftest", "opa", "checkov"]
    """The program."""
    paths: Annotated[tuple[LocalPath, ...], AfterValidator(_once)] = ()
    """Folders or files with the policies, below the project's folder; checkov has checks of its own besides."""
    query: Text | None = None
    """What OPA is asked, such as `data.terraform.deny`; for `opa` alone."""
    arguments: tuple[Text, ...] = ()
    """More arguments for the program."""
    required: bool = False
    """Whether it is an error that the program is not installed; a notice otherwise."""
    enforce: bool = True
    """Whether a finding fails the plan (exit code 1); shown as a warning otherwise."""

    @model_validator(mode="after")
    def _query_fits(self) -> Policy:
        if not self.paths and self.tool != "checkov":
            raise ValueError(f"name the folders of the policies: `paths = [...]`; {self.tool} has none of its own")
        if (self.query is None) == (self.tool == "opa"):
            raise ValueError("`query` is what `opa` is asked, and only `opa` is asked something")
        return self


class ProjectSettings(Model):
    """Everything in the file."""

    github: GitHub = GitHub()
    providers: Providers = Providers()
    ci: Ci = Ci()
    policy: tuple[Policy, ...] = ()
    """Checks of every plan, in this order."""


def load_settings(root: Path) -> ProjectSettings:
    """Return the settings of the project in the folder `root`; the defaults when it has no file.

    InfragenError: S005, S006 or S008 for a file that cannot be read, C001 to C003 at the line that is wrong.
    """
    path = root / FILE
    if not path.exists():
        return ProjectSettings()
    return _settings(read_toml(path, FILE))


def _settings(document: TomlDocument) -> ProjectSettings:
    problems: list[Diagnostic] = []
    data: dict[str, Any] = document.data
    found = build(ProjectSettings, document, data, problems, _WORDS)
    if found is None:
        raise InfragenError(*problems)
    return found
