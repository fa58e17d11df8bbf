"""Rules about permissions that are written out."""

from collections.abc import Iterator
from typing import Final

from infragen.core.entry import Output
from infragen.core.kind import empty
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds import instead_of, kinds
from infragen.kinds.workloads.permissions import PLACEHOLDERS, Permission, is_entry, sends_mail, unknown_placeholders
from infragen.tables import own_table

_SERVICES: Final = frozenset(own_table(__file__, "prefixes.toml")["prefixes"].split())
"""Prefixes of actions (Service Authorization Reference, November 2026); new ones come, so that others are a warning."""


def _each(resolved: ResolvedSystem) -> Iterator[tuple[str, str, Permission]]:
    for owner, entry in resolved.every():
        for name, permission in getattr(entry, "permissions", {}).items():
            yield owner, name, permission


@rule("F130")
def _resource_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, resource in enumerate(permission.resources):
            place = resolved.at(owner, "permissions", name, "resources", index)
            for unknown in unknown_placeholders(resource):
                known = ", ".join(f"`{{{one}}}`" for one in PLACEHOLDERS)
                hint = did_you_mean(unknown, PLACEHOLDERS) or f"there are {known}"
                yield Finding(f"there is no placeholder `{{{unknown}}}`", place, hint)
            if isinstance(resource, Output) or not is_entry(resource):
                continue
            kind, _, entry = resource.partition("/")
            if kind not in kinds():
                yield Finding(f"there is no kind `{kind}`", place, nearest(kind, kinds(), "kinds"))
            elif not resolved.knows(kind, entry):
                yield Finding(f"there is no entry {resource}", place, instead_of(resolved, kind, entry))
            elif kinds()[kind].permissions.resource_arns is empty:
                hint = "write its ARN, such as `arn:aws:s3:::demo-reports/*`, or list it in `uses`"
                yield Finding(f"infragen does not know the ARN of {kind}", place, hint)


@rule("F131")
def _reaches_all(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        above = ("permissions", name)
        for field, values in (("actions", permission.actions), ("resources", permission.resources)):
            for index, value in enumerate(values):
                is_wide = value == "*" or (field == "actions" and str(value).endswith(":*"))
                if is_wide and permission.why is None:
                    what = f"the actions `{value}`" if field == "actions" else "everything there is"
                    message = f"the permission `{name}` is for {what}"
                    mend = "name the actions it needs" if field == "actions" else "name the ARNs it needs"
                    hint = f"{mend}, or give the reason: `why: it lists all queues`"
                    yield Finding(message, resolved.at(owner, *above, field, index), hint)


@rule("F132")
def _service_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, action in enumerate(permission.actions):
            service = action.partition(":")[0]
            if service not in _SERVICES and action != "*":
                message = f"`{service}` is not a known action prefix: IAM accepts it, but it may allow nothing"
                hint = did_you_mean(service, _SERVICES) or "look it up in the Service Authorization Reference"
                yield Finding(message, resolved.at(owner, "permissions", name, "actions", index), hint)


@rule("F157")
def _sends_as_anybody(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, resource in enumerate(permission.resources if sends_mail(permission) else ()):
            if isinstance(resource, str) and (resource == "*" or resource.endswith(":identity/*")):
                message = f"`{name}` lets {owner} send mail as every domain and address of the account"
                hint = "write `uses: {zones/NAME: {access: send}}` in its place, and `mail: {}` in that zone"
                yield Finding(message, resolved.at(owner, "permissions", name, "resources", index), hint)


@rule("F158")
def _no_domain(environment: Environment) -> Findings:
    for owner, name, permission in _each(environment) if environment.settings.domain_name is None else ():
        for index, resource in enumerate(permission.resources):
            if isinstance(resource, str) and "{domain_name}" in resource:
                message = f"there is no `domain_name`, which the permission `{name}` of {owner} is about"
                kind, _, entry = owner.partition("/")
                left_out = f"`{kind}: {{{entry}: {{permissions: {{{name}: null}}}}}}`"
                hint = f"write `domain_name: ...` in {environment.source('environment')}, or {left_out}"
                yield Finding(message, environment.at(owner, "permissions", name, "resources", index), hint)
