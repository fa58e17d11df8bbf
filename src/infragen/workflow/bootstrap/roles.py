"""What the roles of CI may do by the bootstrap that is written, held against what the stacks' resources need today."""

from collections.abc import Iterable
from typing import Final

from infragen.catalog import Project
from infragen.hcl.modules import Module
from infragen.permissions.model import Missing, Permission, Subject
from infragen.permissions.policies import Statement, statements_of
from infragen.provider_actions import is_read
from infragen.stacks.bootstrap import NAME
from infragen.terraform.workfolder import read_tree
from infragen.workflow.bootstrap.files import access_for
from infragen.workflow.rendering.composition import Composed
from infragen.workflow.target import generated_folder

_READS: Final = "reads how the stacks' resources are configured"
_CHANGES: Final = "makes, changes and deletes the stacks' resources"
_SOURCE: Final = "docs/bootstrap.md: Where the actions come from"
_LOCALS: Final = {"plan": ("read_configuration",), "apply": ("read_configuration", "change")}
"""The values of `policies.tf` with the policies of each role that follow from the stacks."""


def roles_of_ci(project: Project, composed: Composed) -> tuple[Subject, ...]:
    files = read_tree(generated_folder(project, composed.environment) / NAME)
    if "github.tf" not in files:
        return ()
    access = access_for(project, composed)
    module = Module.root({"policies.tf": files["policies.tf"]})
    changes = {*access.changes, *(f"{one}:*" for one in access.services)}
    needed = {"plan": {*access.reads}, "apply": {*access.reads, *changes}}
    allowed = {role: [one for name in names for one in _statements(module, name)] for role, names in _LOCALS.items()}
    return tuple(_judged(role, needed[role], statements) for role, statements in allowed.items())


def _statements(module: Module, name: str) -> Iterable[Statement]:
    policies = module.value(f"local.{name}")
    for end, text in policies.items() if isinstance(policies, dict) else ():
        yield from statements_of(str(text), f"local.{name}[{end}]", str)


def _judged(role: str, needed: set[str], statements: list[Statement]) -> Subject:
    permissions = [
        Permission(
            action, resource, "", _condition(statement), statement.origin, (_why(action),) if action in needed else ()
        )
        for statement in statements
        for action, resource, _ in statement.parts()
    ]
    allowed = {action for one in statements for action in one.actions}
    missing = (Missing(action, "*", _why(action), _SOURCE, why="nothing allows it") for action in needed - allowed)
    uses = (_READS,) if role == "plan" else (_READS, _CHANGES)
    return Subject(
        f"{NAME} {role} role", NAME, f"module.{role}.aws_iam_role.this", True, uses, tuple(sorted(permissions)),
        tuple(sorted(missing)),
    )  # fmt: skip


def _why(action: str) -> str:
    return _READS if is_read(action) else _CHANGES


def _condition(statement: Statement) -> str:
    tests = ((test, key, values) for test, keys in statement.condition.items() for key, values in keys.items())
    return " and ".join(f"{test} {key} {' or '.join(values)}" for test, key, values in tests)
