"""What a new standby says: which environment it takes over from, and what differs from that one's file."""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final, Self

from msgspec import Struct

from infragen.catalog import Catalogue, Environment, Project
from infragen.core.entry import path_steps
from infragen.core.system import Settings
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.environment import resolve_unled
from infragen.kinds import kinds
from infragen.kinds.bastions.model import EXAMPLE_IMAGES, NEWEST, Bastion
from infragen.kinds.buckets import Bucket
from infragen.kinds.workgroups.model import Workgroup
from infragen.kinds.zones.model import EXAMPLE_ID, Zone
from infragen.kinds.zones.names import NamedEntry
from infragen.rules.placeholders import placeholders_of
from infragen.source import holds

_ITS_OWN: Final = frozenset(
    {
        "environment", "title", "account", "region", "production", "state", "network", "internal_domain",
        "owns_account_settings", "account_settings", "recovery", "standby_of", "follows", "waits", "holds", "differs",
        "budget", "configurations", "document_costs", "notes", "assumptions",
    }
)  # fmt: skip
"""Settings that no standby has from the environment that it takes over from."""
_TRAIL: Final = "cloudtrail"
_FOR_BOTH: Final = {
    _TRAIL: "a trail is of all regions, and stays",
    "image_replication": "images are copied here, and pushed to",
}
"""What of an account's settings the other environment makes for both, with the reason; its name ends it."""


class _Own(Struct, frozen=True):
    """An entry of which a standby has another thing: what is said of it, None where it is not made, and why.

    `fields` are those that differ; all of it where none is named.
    """

    kind: str
    name: str
    said: Mapping[str, Any] | None
    why: str
    fields: tuple[str, ...] = ()


class Standby(Struct, frozen=True):
    """What the file of a standby says beside its name, its place and its addresses."""

    primary: Environment
    own: Mapping[str, Any]
    """What the other environment's file says."""

    @classmethod
    def of(cls, project: Project, catalogue: Catalogue, name: str) -> Self:
        """InfragenError P003 without such an environment, X085 where it is a standby itself, and all that is wrong."""
        primary = resolve_unled(project, catalogue, name).environment()
        if primary.settings.standby_of is not None:
            message = f"{primary.target} is itself the standby of {primary.settings.standby_of}"
            raise InfragenError(Diagnostic("X085", message, hint=f"write `--standby-of {primary.settings.standby_of}`"))
        return cls(primary, primary.origins["environment"].home.document.data)

    @property
    def region(self) -> str | None:
        recovery = self.primary.settings.recovery
        copies = [one.replication.region for one in self.primary.all(Bucket).values() if one.replication is not None]
        return recovery.region if recovery is not None else next(iter(copies), None)

    def settings(self, region: str) -> dict[str, Any]:
        copied = {key: value for key, value in self.own.items() if key in Settings.model_fields and key not in _ITS_OWN}
        name = self.primary.name
        found = {**copied, "standby_of": name, "follows": name}
        layers, own = self.primary.origins["environment"], self.own.get("account_settings") or {}
        said = {key: value for key, value in own.items() if key not in _FOR_BOTH}
        for field in _FOR_BOTH:
            if any(one.has(("account_settings", field)) for one in layers.layers if one is not layers.home):
                said[field] = None
        there = {**copied, **self.overrides()}
        written: dict[str, str] = self.own.get("assumptions") or {}
        examples = [f"{one.setting}." for one in placeholders_of(self.primary)]
        known = {path: why for path, why in written.items() if any(one.startswith(f"{path}.") for one in examples)}
        kept = {path: why for path, why in known.items() if holds(there, path_steps(path))}
        more = {"account_settings": said, "assumptions": kept | self.examples(region)}
        return {**found, **{key: value for key, value in more.items() if value}}

    def network(self) -> dict[str, Any]:
        said = self.own.get("network")
        return {key: value for key, value in (said or {}).items() if key not in {"cidr", "zones", "subnets"}}

    def overrides(self, images: Collection[str] = ()) -> dict[str, Any]:
        """Make nothing twice that has a name in the other one; `images` are those that environments have."""
        found, _ = self.halves()
        for own in self._own_entries(images):
            named = found.setdefault(own.kind, {})
            named[own.name] = None if own.said is None else {**(named.get(own.name) or {}), **own.said}
            if own.kind == Zone.KIND:
                named[own.name].pop("delegated", None)
        return {key: found[key] for key in ("every", *kinds()) if key in found}

    def reasons(self) -> dict[str, str]:
        """By path as `differs` takes it; what a person has to decide on, as a budget, is not among them."""
        name = self.primary.name
        found = {
            "network.cidr": "a range of its own, which overlaps with no other environment's",
            "network.zones": "zones of its own region",
            "network.subnets": "subnets of its own range, in zones of its own region",
            "internal_domain": "a private domain of its own",
            "customer_keys": "copies are encrypted with a key of their own region",
            "owns_account_settings": "another environment makes what the account has once in a region",
            **{f"account_settings.{field}": f"{why} {name}'s" for field, why in _FOR_BOTH.items()},
            "recovery": f"{name} promises it; this is what keeps the promise",
        }
        for own in self._own_entries():
            path = f"{own.kind}.{own.name}"
            found |= dict.fromkeys([f"{path}.{field}" for field in own.fields] or [path], own.why)
        return found

    def halves(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the other environment's overrides without what `follows` stops, and those of that."""
        kept: dict[str, Any] = {}
        stopped: dict[str, Any] = {}
        for key in ("every", *kinds()):
            for name, said in (self.own.get(key) or {}).items():
                stops = kinds()[name if key == "every" else key].failover.standby_overrides
                stays, stands = _split(said, stops) if isinstance(said, dict) else (said, {})
                if stays or not stands:
                    kept.setdefault(key, {})[name] = deepcopy(stays)
                if stands:
                    stopped.setdefault(key, {})[name] = stands
        return kept, stopped

    def _own_entries(self, images: Collection[str] = ()) -> Iterator[_Own]:
        name = self.primary.name
        image = next((one for one in EXAMPLE_IMAGES[1:] if one not in images), EXAMPLE_IMAGES[-1])
        for bastion in self.primary.all(Bastion):
            yield _Own(Bastion.KIND, bastion, {"ami": image}, "an image has another id in each region", ("ami",))
        for zone in self.primary.all(Zone).values():
            said = {"zone_id": zone.zone_id or EXAMPLE_ID}
            yield _Own(Zone.KIND, zone.name, said, f"the zone is {name}'s, and found by its id")
        why = f"the account's trail is {name}'s"
        for workgroup, asked in self.primary.all(Workgroup).items():
            trails = [table for table, said in asked.tables.items() if said.of == _TRAIL]
            if trails and len(trails) == len(asked.tables):
                yield _Own(Workgroup.KIND, workgroup, None, why)
            elif trails:
                fields = tuple(f"tables.{table}" for table in trails)
                yield _Own(Workgroup.KIND, workgroup, {"tables": dict.fromkeys(trails)}, why, fields)
        for owner, entry in self.primary.each(NamedEntry):
            kind, _, own = owner.partition("/")
            if entry.zone_of(self.primary) is None:
                continue
            if "failover" in type(entry).model_fields:
                why = f"Route 53 answers with {name} as long as that is healthy"
                yield _Own(kind, own, {"failover": {"role": "secondary"}}, why, ("failover",))
            else:
                yield _Own(kind, own, None, f"its names lead to one thing, which stays {name}'s")

    def examples(self, region: str) -> dict[str, str]:
        why = f"an example; `infragen outputs {self.primary.target}` shows it once that is applied"
        zones = self.primary.all(Zone).values()
        image = f"an example; `{NEWEST} --region {region}` prints the newest"
        found = {f"zones.{zone.name}.zone_id": why for zone in zones if zone.zone_id is None}
        return found | {f"bastions.{name}.ami": image for name in self.primary.all(Bastion)}


def _split(said: Mapping[str, Any], stops: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    stays: dict[str, Any] = {}
    stands: dict[str, Any] = {}
    for key, value in said.items():
        below = stops.get(key)
        if key not in stops:
            stays[key] = value
        elif isinstance(below, dict) and isinstance(value, dict):
            more, less = _split(value, below)
            stays |= {key: more} if more else {}
            stands |= {key: less} if less else {}
        else:
            stands[key] = value
    return stays, stands
