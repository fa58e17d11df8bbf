"""What an environment adopts: resources that exist already, written down until Terraform has taken them over.

    # catalog/technova/imports/prod.yaml
    services/planning:
      aws_ecr_repository.this: technova-prod-planning
      module.service_planning.aws_ecs_service.this: technova-prod-manufacturing/technova-prod-planning
    stacks/network:
      module.vpc.aws_vpc.this: vpc-0a1b2c3d

An entry, the address of a resource within it, and the id that the provider imports that type by. An address may leave
out the modules above the resource, and name the stack before a slash, as long as it means one resource.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from infragen.catalog.project import SUFFIXES, Project, yaml_file
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.diagnostics.hints import did_you_mean
from infragen.source import Document, read
from infragen.storage import files_below, may_exist, refuse_outside

FOLDER: Final = "imports"
"""The folder below a system that holds one file for each environment that adopts something."""

STACKS: Final = "stacks"
"""`stacks/network` stands where an entry would, for what belongs to a stack as a whole."""

_KEY: Final = r'\["(?:[^"\\\x00-\x1f$%]|\\["\\]|[$%](?!\{))*"\]|\[[0-9]+\]'
"""An instance's key: a quoted string in which nothing is evaluated, or a number."""
_STEP: Final = rf"[A-Za-z_][\w-]*(?:{_KEY})?"
_STACK: Final = r"(?:[a-z][a-z0-9-]*/)?"
_ADDRESS: Final = rf"^{_STACK}(?:module\.{_STEP}\.)*(?!module\.|data\.)[a-z][a-z0-9_]*\.{_STEP}$"
_LONGEST: Final = 2000


class Import(Struct, frozen=True):
    """One resource to adopt: whose it is, which of its addresses, the id it exists under, and where that is written."""

    owner: str
    address: str
    id: str
    location: Location


def imports_file(project: Project, system: str, environment: str) -> Path:
    return yaml_file(project, project.root / "catalog" / system / FOLDER, environment)


def read_imports(project: Project, environment: Environment) -> tuple[Import, ...]:
    """InfragenError with every wrong line: I001 for its form, I002 for an unknown entry."""
    path = imports_file(project, environment.system.name, environment.name)
    refuse_outside(project.root, path.parent)
    return imports_of(read(path, project.relative(path)), environment) if may_exist(path) else ()


def imports_of(document: Document, environment: Environment) -> tuple[Import, ...]:
    problems: list[Diagnostic] = []
    found: list[Import] = []
    known = [owner for owner, _ in environment.every()]
    for owner, resources in document.data.items():
        if not owner.startswith(f"{STACKS}/") and owner not in known:
            hint = did_you_mean(owner, known) or "write KIND/NAME of an entry, or stacks/NAME"
            message = f"{environment.target} has no entry {owner}"
            problems.append(Diagnostic("I002", message, document.locate([owner], key=True), hint=hint))
        elif isinstance(resources, dict):
            found += _of_owner(document, owner, resources, problems)
        elif resources is not None:
            hint = "write `ADDRESS: ID` below it"
            problems.append(Diagnostic("I001", f"`{owner}` is not a map", document.locate([owner]), hint=hint))
    if problems:
        raise InfragenError(*problems)
    return tuple(found)


def import_problems(
    project: Project, system: str, known: Collection[str], environments: Iterable[Environment]
) -> Iterator[Diagnostic]:
    folder = project.root / "catalog" / system / FOLDER
    for path in files_below(folder, project.relative(folder), SUFFIXES):
        if path.parent.name != FOLDER or path.stem not in known:
            hint = did_you_mean(path.stem, known) or f"environments of {system}: {', '.join(known) or 'none'}"
            message = f"{system} has no environment {path.stem!r} to import into"
            yield Diagnostic("I008", message, Location(project.relative(path)), hint=hint)
    for environment in environments:
        try:
            read_imports(project, environment)
        except InfragenError as error:
            yield from error.diagnostics


def problem_of_address(address: str) -> str | None:
    if re.match(_ADDRESS, address):
        return None
    return f"`{address[:100]}` is not the address of a managed resource, like `aws_ecr_repository.this`"


def json_schema() -> dict[str, Any]:
    name = {"type": ["string", "integer"], "minLength": 1, "maxLength": _LONGEST}
    resources = {
        "description": "Addresses within the entry, each with the id that the provider imports the type by.",
        "type": ["object", "null"],
        "patternProperties": {_ADDRESS: {**name, "description": "The id of what exists."}},
        "additionalProperties": False,
    }
    return {
        "description": "Existing resources to adopt, by entry (`services/planning`) or stack (`stacks/network`).",
        "type": "object",
        "patternProperties": {r"^[a-z][a-z-]*/[a-z][a-z0-9]*(-[a-z0-9]+)*$": resources},
        "additionalProperties": False,
    }


def _of_owner(
    document: Document, owner: str, resources: dict[str, Any], problems: list[Diagnostic]
) -> Iterator[Import]:
    for address, given in resources.items():
        place = document.locate([owner, address], key=True)
        if (wrong := problem_of_address(address)) is not None:
            hint = 'write TYPE.NAME, with `["KEY"]` where there are more'
            problems.append(Diagnostic("I001", wrong, place, hint=hint))
        elif isinstance(given, bool) or not isinstance(given, str | int) or not 0 < len(str(given)) <= _LONGEST:
            hint = "write the id that the provider's page of this type shows below `Import`"
            problems.append(Diagnostic("I001", f"`{address}` has no id", document.locate([owner, address]), hint=hint))
        else:
            yield Import(owner, address, str(given), place)
