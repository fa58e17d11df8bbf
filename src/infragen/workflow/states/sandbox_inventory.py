"""What exists in the emulated AWS, by the catalogue entry whose state holds it."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import BOOTSTRAP
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import resolve_all, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.catalog import Project
    from infragen.workflow.rendering.composition import Composed


_UNMANAGED = "(not in any state)"
_LOST = "(in a state, but gone)"
_INVENTED_IDS = {
    "aws_cloudwatch_log_subscription_filter": ("log_group_name", "name"),
    "aws_ebs_encryption_by_default": ("enabled",),
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_lambda_permission": ("function_name", "statement_id"),
    "aws_lb_target_group_attachment": ("target_group_arn", "target_id"),
    "aws_route53_record": ("zone_id", "fqdn", "type", "set_identifier"),
    "aws_service_discovery_instance": ("service_id", "instance_id"),
}
"""Types whose ids are the provider's own, or are not unique, by the attributes that tell which one it is."""
_ADOPTED = "aws_default_"
"""Types of what AWS makes with every VPC: nobody made it, unless a state has it."""
_NO_OBJECTS = frozenset({"aws_acm_certificate_validation", "terraform_data"})
"""Types that only wait for something, or run something: nothing else exists of them."""


def by_entry(project: Project, target: str | None) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Return what exists in the accounts of some environments: by environment, then by catalogue entry."""
    sandbox, templates = running(project), templates_of(project)
    found = {}
    for catalogue, names in select(project, target):
        for one in resolve_all(project, catalogue, names, ())[1]:
            composed = compose(project, one.environment(), templates)
            found[composed.environment.target] = _by_entry(sandbox, composed)
    return found


def running(project: Project) -> Sandbox:
    """Return the emulated AWS; InfragenError E007 where it does not run."""
    sandbox = Sandbox.running(project.root)
    if sandbox is None:
        hint = "`infragen sandbox start`, or any command with --sandbox, starts it"
        raise InfragenError(Diagnostic("E007", Sandbox.status(project.root).detail, hint=hint))
    return sandbox


def _by_entry(sandbox: Sandbox, composed: Composed) -> dict[str, list[dict[str, str]]]:
    settings = composed.environment.settings
    owners = _owners(sandbox, composed)
    stored = f"arn:aws:s3:::{composed.environment.state_bucket}/"  # the states themselves
    found: dict[str, list[dict[str, str]]] = {}
    seen: set[tuple[str, str]] = set()
    regions = {settings.region, *(stack.region for stack in composed.stacks)}
    if any(known.owner == BOOTSTRAP for known in owners.values()):
        regions.add(composed.environment.state_region)
    found_in = (sandbox.inventory(settings.account, one) for one in sorted(regions))
    every = {(thing.type, thing.arn or thing.identifier): thing for thing in chain.from_iterable(found_in)}
    for thing in every.values():
        # The ARN first, because some ids are plain names that many resources share.
        names = (thing.arn, thing.identifier) if thing.arn else (thing.identifier,)
        known = next((owners[thing.type, one] for one in names if (thing.type, one) in owners), None)
        if known is None and (thing.type.startswith(_ADOPTED) or (thing.arn or "").startswith(stored)):
            continue
        found.setdefault(known.owner if known else _UNMANAGED, []).append({"type": thing.type, "id": thing.identifier})
        seen.update(known.keys if known else ())
    lost = {known for known in owners.values() if not seen.intersection(known.keys)}
    for kind, identifier in sorted(min(known.keys) for known in lost):
        found.setdefault(_LOST, []).append({"type": kind, "id": identifier})
    return dict(sorted(found.items()))


class _Known(Struct, frozen=True):
    """A resource in a state: the entry it belongs to, and what it may be called, its type with its id or ARN."""

    owner: str
    keys: frozenset[tuple[str, str]]


def _owners(sandbox: Sandbox, composed: Composed) -> Mapping[tuple[str, str], _Known]:
    """Return everything in the states of the stacks and of the bootstrap by (type, id) and (type, ARN)."""
    environment, account = composed.environment, composed.environment.settings.account
    blocks = composed.owners()
    owners: dict[tuple[str, str], _Known] = {}
    files = {stack.name: f"{environment.target}/{stack.name}.tfstate" for stack in composed.stacks}
    for stack, key in (files | {BOOTSTRAP: f"{BOOTSTRAP}/{environment.target}.tfstate"}).items():
        text = sandbox.read_object(environment.state_bucket, key, account, environment.state_region)
        for resource in json.loads(text or b"{}").get("resources", ()):
            module = resource.get("module", f"{resource['type']}.{resource['name']}").split(".")
            block = f"{module[0]}.{module[1].split('[')[0]}"
            owner = blocks.get((stack, block), BOOTSTRAP if stack == BOOTSTRAP else f"stack {stack}")
            is_object = resource["mode"] == "managed" and resource["type"] not in _NO_OBJECTS
            for instance in resource["instances"] if is_object else ():
                names = _names(resource["type"], instance.get("attributes") or {})
                known = _Known(owner, frozenset((resource["type"], name) for name in names))
                owners.update(dict.fromkeys(known.keys, known))
    return owners


def _names(kind: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the sandbox may call a resource; an id that the provider invents is not among it."""
    parts = _INVENTED_IDS.get(kind)
    if parts:
        yield "|".join(str(attributes[part]) for part in parts if attributes[part] not in (None, ""))
        return
    for key in ("id", "arn"):
        if isinstance(attributes.get(key), str):
            yield attributes[key]
