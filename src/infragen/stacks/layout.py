"""Where things stand: which stack a part belongs to, by what it is, whose it is, and its region.

A stack is one region: what stands in another one than the environment has a stack of its own there, `edge-us-east-1`.
"""

import re
from collections.abc import Mapping
from typing import Final

from infragen.core.part import Part
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import BOOTSTRAP

_AROUND: Final = frozenset({"firewall", "monitoring", "registry", "security"})
"""What parts of an entry are that stand where all such do: its firewall, alarms, images, and security group."""

LAYOUTS: Final[Mapping[str, Mapping[str, str]]] = {
    "domains": {
        "dns": "network",
        "data": "data-{domain}",
        "compute": "services-{domain}",
        "monitoring": "observability",
    },
    "tiers": {"dns": "network", "security": "network", "registry": "network", "compute": "app", "monitoring": "app"},
}
"""What a part is, to its stack; what a layout does not name stands in a stack of its own, called as the part is."""
_TAKEN: Final = frozenset({BOOTSTRAP, "combined", "in-use", "modules", "states"})
"""What stands beside stacks in `generated/` and in the scratch folder."""

USUAL: Final = frozenset({"network", "dns", "security", "registry", "data", "edge", "compute", "monitoring"})


_REGION: Final = re.compile(r"-([a-z]{2}(?:-[a-z]+)*-(?:central|(?:north|south)?(?:east|west)?)-[1-9])$")


def region_of(environment: Environment, stack: str) -> str:
    """Return the region of a stack by its name: one that the catalogue no longer has is known by nothing else."""
    found = _REGION.search(stack)
    return found[1] if found else environment.settings.region


def _table(environment: Environment) -> Mapping[str, str]:
    layout = environment.system.layout
    return LAYOUTS[layout] if isinstance(layout, str) else layout


def stack_names(environment: Environment) -> frozenset[str]:
    table = _table(environment)
    names = {*table.values(), *(USUAL - table.keys())}
    domains = environment.entries.get("domains", {})
    return frozenset(name.format(domain=domain) for name in names for domain in (domains if "{" in name else ("",)))


def is_stack(environment: Environment, name: str) -> bool:
    return _REGION.sub("", name) in stack_names(environment)


def stack_of(environment: Environment, part: Part) -> str:
    """Return the name of a part's stack; InfragenError L201 when its layout asks for a domain that its owner lacks."""
    table, (kind, _, of_kind) = _table(environment), part.owner.partition("/")
    own = (part.owner, kind) if part.role not in (_AROUND if of_kind else {"monitoring"}) else ()
    name = next((table[one] for one in own if one in table and one not in USUAL), table.get(part.role, part.role))
    if part.domain is None and "/" not in part.owner:
        name = name.replace("-{domain}", "").replace("{domain}", part.role)  # what all domains share
    elif "{domain}" in name and part.domain is None:
        message = f"{part.owner} has no `domain`, and the layout puts its {part.role} into the stack {name}"
        entry = environment.find(part.owner)
        add = "add `domain: ...`, or " if entry is not None and "domain" in type(entry).model_fields else ""
        other = f"a layout that has a stack without domain for {part.role}"
        hint = f"{add}choose `layout: tiers` in system.yaml, or {other}"
        raise InfragenError(Diagnostic("L201", message, environment.at(part.owner, "name"), hint=hint))
    stack = name.format(domain=part.domain)
    if stack in _TAKEN:
        message = f"no stack can be called {stack!r}: that name is taken by what infragen keeps beside the stacks"
        hint = "give it another name in `layout`"
        raise InfragenError(Diagnostic("L202", message, environment.at("system", "layout"), hint=hint))
    return stack if part.region == environment.settings.region else f"{stack}-{part.region}"
