"""Permissions written out: what the code of a container may do beside what `uses` gives, and why."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from infragen.core.build_context import BuildContext
from infragen.core.entry import Form, Model, Output, Text
from infragen.core.expressions import Joined
from infragen.core.part import Grant
from infragen.core.resolved_system import Environment
from infragen.kinds import kinds
from infragen.kinds.workloads.sidecars import listed

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS: Final = ("account", "domain_name", "environment", "region", "system")

_ENTRY: Final = re.compile(r"[a-z][a-z-]*/[a-z][a-z0-9]*(-[a-z0-9]+)*")


def _named(text: str) -> str:
    if text != "*" and not text.startswith("arn:") and not _ENTRY.fullmatch(text):
        raise ValueError("write an ARN, such as `arn:aws:s3:::demo-reports/*`, an entry (`queues/orders`), or `*`")
    return text


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise ValueError("name at least one, or remove the permission")
    return values


Action = Annotated[
    str, Form(r"(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)", "the service before the action, such as `s3:GetObject`", 128)
]
Resource = Annotated[
    str, StringConstraints(max_length=2048), AfterValidator(_named), Field(examples=["arn:aws:s3:::demo-reports/*"])
]

Operator = Annotated[str, Form(r"(ForAllValues:|ForAnyValue:)?[A-Za-z]+", "an operator of IAM: `StringEquals`")]
ConditionKey = Annotated[str, Form(r"[A-Za-z0-9-]+:[^\uff00-\uffef]+", "a key as IAM writes it: `aws:SourceVpc`")]
"""IAM User Guide: IAM JSON policy elements, Condition."""


class Permission(Model):
    """One statement of the container's own policy."""

    actions: Annotated[
        tuple[Action, ...], BeforeValidator(listed), AfterValidator(_some), Field(json_schema_extra={"minItems": 1})
    ]
    """Actions as IAM writes them: `s3:GetObject`."""
    resources: Annotated[
        tuple[Resource | Output, ...],
        BeforeValidator(listed),
        AfterValidator(_some),
        Field(json_schema_extra={"minItems": 1}),
    ]
    """ARNs, which may contain `{account}`, `{domain_name}`, `{environment}`, `{region}`, `{system}`; entries;
    `{output: ...}`; `*`."""
    condition: dict[Operator, dict[ConditionKey, str]] = Field(default_factory=dict)
    """Conditions as IAM writes them: `{StringEquals: {"s3:prefix": reports}}`."""
    why: Text | None = None
    """Its purpose; required for `*` and `s3:*`."""


READ_REPORTS: Final = {"read-reports": {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::demo-reports/*"]}}


def is_entry(resource: str | Output) -> bool:
    return isinstance(resource, str) and _ENTRY.fullmatch(resource) is not None


def unknown_placeholders(resource: str | Output) -> list[str]:
    found = [] if isinstance(resource, Output) else _PLACEHOLDER.findall(resource)
    return [name for name in found if name not in PLACEHOLDERS]


def statement(name: str, permission: Permission, ctx: BuildContext) -> Grant:
    resources: list[object] = []
    for resource in permission.resources:
        if isinstance(resource, Output):
            resources.append(resource.expression)
        elif not is_entry(resource):
            resources.append(Joined.of(filled(resource, ctx.environment, ctx.region)))
        elif (entry := ctx.environment.find(resource)) is not None:  # a rule says which are not there
            resources += kinds()[entry.KIND].permissions.resource_arns(entry, ctx.of(resource))
    sid = "".join(word.capitalize() for word in name.split("-"))
    return Grant(sid, permission.actions, tuple(resources), permission.condition or None)


def filled(resource: str, environment: Environment, region: str) -> str:
    settings = environment.settings
    values = {
        "account": settings.account,
        "domain_name": settings.domain_name or "",  # a rule says where there is none
        "environment": environment.name,
        "region": region,
        "system": environment.system.name,
    }
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), resource)


def sends_mail(permission: Permission) -> bool:
    return any(action.startswith(("ses:Send", "ses:*")) for action in permission.actions)
