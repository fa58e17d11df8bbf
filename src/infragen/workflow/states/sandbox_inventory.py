"""What exists in the emulated AWS, by the catalogue entry whose state holds it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct

from infragen.catalog import Environment, Project
from infragen.diagnostics import Diagnostic, InfragenError, raise_together
from infragen.environment import resolve
from infragen.provider_schema import has_region
from infragen.stacks.model import BOOTSTRAP
from infragen.storage import read_internal
from infragen.terraform.bootstrap_state import LOCAL_STATES
from infragen.terraform.sandbox import Sandbox
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import work_folders
from infragen.workflow.console import note
from infragen.workflow.rendering.composition import Composed, compose, templates_of
from infragen.workflow.target import resolve_all, select

_UNMANAGED = "(in no environment's state)"
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
    """Return the objects of a stack that left the catalogue as `stack NAME`'s; T041 for each unreadable state."""
    sandbox, templates = running(project), templates_of(project)
    held = cache(partial(_held, sandbox, project))
    found = {}
    for catalogue, names in select(project, target):
        for one in resolve_all(project, catalogue, names, ())[1]:
            composed = compose(project, one.environment(), templates)
            here, scratch = composed.environment.target, _scratch(project, composed.environment)
            found[here] = _by_entry(sandbox, composed, scratch, partial(_of_others, held, here))
    return found


def _scratch(project: Project, environment: Environment) -> Path:
    folders = work_folders(project.root, environment.system.name, environment.name, sandbox=True)
    return folders.stack(BOOTSTRAP).path


def _of_others(held: Callable[[], Mapping[str, set[tuple[str, str]]]], here: str) -> set[tuple[str, str]]:
    """Return what other environments' states hold, by type: some things an account has once."""
    return {one for target, names in held().items() if target != here for one in names}


def _held(sandbox: Sandbox, project: Project) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for catalogue, names in select(project, None):
        for name in names:
            try:
                other = resolve(project, catalogue, name).environment()
                own = found.setdefault(other.target, set())
                for stack, text in _stored(sandbox, other, _scratch(project, other)):
                    state = parse_state(text, stack)
                    for _, kind, attributes in state.managed() if state else ():
                        own.update((kind, one) for one in _names(kind, attributes))
            except InfragenError as error:
                why = error.diagnostics[0].message
                note(f"notice: {catalogue.name}/{name} cannot be asked, so what it has counts as {_UNMANAGED}: {why}")
    return found


def running(project: Project) -> Sandbox:
    sandbox = Sandbox.running(project.root)
    if sandbox is None:
        hint = "`infragen sandbox start`, or any command with --sandbox, starts it"
        raise InfragenError(Diagnostic("E007", Sandbox.status(project.root).detail, hint=hint))
    return sandbox


def _by_entry(
    sandbox: Sandbox, composed: Composed, scratch: Path, of_others: Callable[[], Collection[tuple[str, str]]] = tuple
) -> dict[str, list[dict[str, str]]]:
    settings = composed.environment.settings
    owners = _owners(sandbox, composed, scratch)
    stored = f"arn:aws:s3:::{composed.environment.state_bucket}/"  # the states themselves
    found: dict[str, list[dict[str, str]]] = {}
    seen: set[tuple[str, str, str]] = set()
    regions = {settings.region, *(stack.region for stack in composed.stacks)}
    if any(known.owner == BOOTSTRAP for known in owners.values()):
        regions.add(composed.environment.state_region)
    regions.update(name.split(":")[3] for _, name, _ in owners if name.startswith("arn:"))  # a removed stack's own
    every = {
        (thing.type, thing.arn or thing.identifier, "" if thing.arn else _place(thing.type, region)): (thing, region)
        for region in sorted(regions - {""})
        for thing in sandbox.inventory(settings.account, region)
    }
    others: Collection[tuple[str, str]] | None = None
    alike = Counter((thing.type, thing.identifier, _place(thing.type, region)) for thing, region in every.values())
    for thing, region in every.values():
        # Some ids are plain names that many resources share: a scaling policy's.
        place = _place(thing.type, region)
        names = [thing.arn] if thing.arn else []
        names += [thing.identifier] if not thing.arn or alike[thing.type, thing.identifier, place] == 1 else []
        keys = ((thing.type, one, where) for where in (place, _ANYWHERE) for one in names)
        known = next((owners[key] for key in keys if key in owners), None)
        if known is None and (thing.type.startswith(_ADOPTED) or (thing.arn or "").startswith(stored)):
            continue
        if known is None:
            others = of_others() if others is None else others
            if (thing.type, thing.arn or thing.identifier) in others:
                continue
        found.setdefault(known.owner if known else _UNMANAGED, []).append({"type": thing.type, "id": thing.identifier})
        seen.update(known.keys if known else ())
    lost = {known for known in owners.values() if not seen.intersection(known.keys)}
    for kind, identifier, _ in sorted(min(known.keys) for known in lost):
        found.setdefault("(in a state, but gone)", []).append({"type": kind, "id": identifier})
    return dict(sorted(found.items()))


class _Known(Struct, frozen=True):
    owner: str
    keys: frozenset[tuple[str, str, str]]


_ANYWHERE = "*"
"""The region of resources outside their stack's region, or of an unknown one."""


def _place(kind: str, region: str) -> str:
    """Return the region for regional types: a copy in another region can have the same name."""
    return region if has_region(kind) else ""


def _owners(sandbox: Sandbox, composed: Composed, scratch: Path) -> Mapping[tuple[str, str, str], _Known]:
    blocks, stored = composed.owners(), dict(_stored(sandbox, composed.environment, scratch))
    regions = {stack.name: stack.region or composed.environment.settings.region for stack in composed.stacks}
    owners: dict[tuple[str, str, str], _Known] = {}
    raise_together(*(partial(parse_state, text, stack) for stack, text in stored.items()))
    for stack, text in stored.items():
        state = parse_state(text, stack)
        for address, kind, attributes in state.managed() if state else ():
            first, second = address.split(".")[:2]
            block = f"{first}.{second.split('[')[0]}"
            owner = blocks.get((stack, block), BOOTSTRAP if stack == BOOTSTRAP else f"stack {stack}")
            if kind not in _NO_OBJECTS:
                place = _place(kind, regions.get(stack, _ANYWHERE))
                names = [*_names(kind, attributes)]
                known = _Known(owner, frozenset((kind, name, place) for name in names))
                owners.update(dict.fromkeys([*known.keys, *((kind, name, _ANYWHERE) for name in names)], known))
    return owners


def _stored(sandbox: Sandbox, environment: Environment, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """Yield stack and state of all that the bucket has; the bootstrap's lies in its `scratch` folder at first."""
    place = (environment.settings.account, environment.state_region)
    listed = sandbox.keys(environment.state_bucket, f"{environment.target}/", *place)
    found = (PurePosixPath(key) for key in listed if key.endswith(".tfstate"))
    keys = {BOOTSTRAP: f"{BOOTSTRAP}/{environment.target}.tfstate"} | {key.stem: str(key) for key in found}
    for stack, key in keys.items():
        text = sandbox.read_object(environment.state_bucket, key, *place) or b""
        for name in LOCAL_STATES if stack == BOOTSTRAP and not text.strip() else ():
            with suppress(FileNotFoundError):
                text = text.strip() or read_internal(scratch / name)
        yield stack, text


def _names(kind: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the sandbox may call a resource; an id that the provider invents is not among it."""
    parts = _INVENTED_IDS.get(kind)
    if parts:
        yield "|".join(str(attributes[part]) for part in parts if attributes.get(part) not in (None, ""))
        return
    for key in ("id", "arn"):
        if isinstance(attributes.get(key), str):
            yield attributes[key]
