"""A new environment's file, in its system's folder: valid there, and ready to edit.

Account and region are those of the system's other environments, its range of addresses is one that no environment of
the project has. What differs there is written only as far as it must: where the system cannot do without the overrides
of another environment, these; where its zones have the domain that another environment's have, domains below it; and in
production, what the rules for production ask for.
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.catalog import Catalogue, Environment, Project, load
from infragen.catalog.entry_text import NewEntry, assigned
from infragen.catalog.project import yaml_file
from infragen.core.addresses import free_range, parse, private_range
from infragen.core.layers import Layer, Layers, merged
from infragen.core.regions import REGIONS
from infragen.core.system import Settings
from infragen.diagnostics import Diagnostic, InfragenError, Severity, raise_problems
from infragen.environment import environments, parity, resolve
from infragen.kinds import kinds
from infragen.kinds.network.build import SLICES, SMALLEST, TIERS, slices, usual_zones
from infragen.kinds.zones.model import Zone
from infragen.source import read
from infragen.storage import Confined, may_exist
from infragen.text import title_of
from infragen.workflow.new.entry import wrong_words
from infragen.workflow.new.standby import Standby
from infragen.workflow.new.system import account_problems
from infragen.workflow.rendering.schema_files import with_schema
from infragen.workflow.target import only_system, select
from infragen.workflow.validation import findings

OWNED_TWICE: Final = "A107"
"""What an account has once is made by another environment there."""
UNKEYED: Final = "D151"
"""A copy of an encrypted database has no key of its own region."""
MADE_TWICE: Final = frozenset({"Z107", "Z108"})
"""Another environment makes a zone of the same domain."""
_USUAL_SIZE: Final = 16
"""The prefix of a VPC where no other environment shows one: AWS's largest."""


class WantedEnvironment(Struct, frozen=True):
    """What a new environment is asked to be; what is None is taken from another one."""

    name: str
    account: str | None = None
    region: str | None = None
    title: str | None = None
    production: bool = False
    standby_of: str | None = None


class _Other(Struct, frozen=True):
    system: str
    own: Mapping[str, Any]
    data: Mapping[str, Any]

    @property
    def block(self) -> IPv4Network | None:
        network = self.data.get("network")
        cidr = network.get("cidr") if isinstance(network, dict) else None
        return parse(cidr) if isinstance(cidr, str) else None


class Written(Struct, frozen=True):
    """A new environment's file, and what is said of the system because of it."""

    place: PurePosixPath
    system: str
    found: tuple[Diagnostic, ...]
    unknown: tuple[str, ...] = ()
    """Paths of what stands there as an example, since only AWS knows it."""


def write_environment(project: Project, wanted: WantedEnvironment, *, system: str | None) -> Written:
    """Write its file; InfragenError X003 to X006, X051 and C005, and all that is wrong with the catalogue."""
    catalogue = load(project, system or only_system(project))
    words = wrong_words(wanted.name, wanted.title, called="the name of an environment", example="staging")
    raise_problems([*words, *account_problems(wanted.account, wanted.region)])
    place = PurePosixPath("environments", catalogue.name, f"{wanted.name}.yaml")
    known = yaml_file(project, project.root / "environments" / catalogue.name, wanted.name)
    if may_exist(known):
        message = f"{project.relative(known)} already exists and was not changed"
        raise InfragenError(Diagnostic("X006", message, hint="choose another name"))
    raise_problems(catalogue.problems)
    others = tuple(_others(project, catalogue))
    standby = Standby.of(project, catalogue, wanted.standby_of) if wanted.standby_of is not None else None
    if standby is not None:
        settings = standby.primary.settings
        account = settings.account if settings.account != _defaults(catalogue).get("account") else None
        if wanted.region == settings.region:
            other = "and a standby must be in another region"
            message = f"{standby.primary.target} is in {settings.region} itself, {other}"
            hint = f"leave out `--region`, or write another one: `--region {_elsewhere(settings.region)}`"
            raise InfragenError(Diagnostic("X085", message, hint=hint))
        region = wanted.region or standby.region or _elsewhere(settings.region)
        wanted = replace(wanted, account=account, region=region, production=settings.production)
    values = _values(catalogue, wanted, others)
    if standby is not None:
        said, reasons = standby.settings(values["region"]), values.get("assumptions", {})
        values |= {**said, "network": {**values["network"], **standby.network()}}
        if reasons:
            values["assumptions"] = {**reasons, **said.get("assumptions", {})}
    found = _Draft(project, catalogue, place, values, standby).write(wanted, others)
    return Written(place, catalogue.name, found, tuple(standby.examples(values["region"])) if standby else ())


def _defaults(catalogue: Catalogue) -> dict[str, Any]:
    found = Layer.of(catalogue.system, "defaults", "environments")
    return dict(found.data) if found else {}


def _others(project: Project, catalogue: Catalogue) -> Iterator[_Other]:
    for system in sorted(project.systems(), key=lambda one: (one != catalogue.name, one)):
        below = Layer.of(load(project, system).system, "defaults", "environments")
        for name in environments(project, system):
            path = yaml_file(project, project.root / "environments" / system, name)
            try:
                document = read(path, project.relative(path))
            except InfragenError:
                continue  # `validate` says why
            home = Layer(document, (), document.data)
            yield _Other(system, document.data, Layers.of((below, home), home).merged())


def _values(catalogue: Catalogue, wanted: WantedEnvironment, others: Sequence[_Other]) -> dict[str, Any]:
    found: dict[str, Any] = {"environment": wanted.name}
    missing = []
    defaults = _defaults(catalogue)
    for name, given, example in (("account", wanted.account, "111122223333"), ("region", wanted.region, "us-east-1")):
        known = given or next((str(one.data[name]) for one in others if one.data.get(name)), None)
        if known is None:
            missing.append(f"--{name} {example}")
        elif given or name not in defaults:
            found[name] = known
    if missing:
        message = f"{catalogue.name} has no environment to copy that from"
        raise InfragenError(Diagnostic("X084", message, hint=f"add `{' '.join(missing)}`"))
    if wanted.title:
        found["title"] = wanted.title
    if wanted.production:
        found["production"] = True
        email = next((one.data["alarm_email"] for one in others if one.data.get("alarm_email")), None)
        if email and "alarm_email" not in defaults and wanted.standby_of is None:
            found["alarm_email"] = email
    taken = [block for one in others if (block := one.block)]
    first = next((block for block in taken if block.prefixlen >= _USUAL_SIZE), None)
    prefix = min(first.prefixlen, SMALLEST - SLICES) if first else _USUAL_SIZE
    near = private_range(first) if first else None
    block = (free_range(prefix, taken, [near]) if near else None) or free_range(prefix, taken)
    if block is None:
        message = "the environments of this project use up all private addresses"
        raise InfragenError(Diagnostic("X086", message, hint="give one of them a smaller `network.cidr`"))
    found["network"] = {"cidr": str(block)}
    if wanted.production and (reasons := _reasons(found, others)):
        found["assumptions"] = reasons
    return found


def _reasons(values: Mapping[str, Any], others: Sequence[_Other]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in others:
        said = one.own.get("assumptions")
        for path, why in said.items() if isinstance(said, dict) else ():
            if path in ("account", "alarm_email") and path in values and values[path] == one.own.get(path):
                found.setdefault(path, why)
    return found


class _Draft(Struct, frozen=True):
    project: Project
    catalogue: Catalogue
    place: PurePosixPath
    values: Mapping[str, Any]
    standby: Standby | None = None

    def write(self, wanted: WantedEnvironment, others: Sequence[_Other]) -> tuple[Diagnostic, ...]:
        before = set(self._findings())
        files = Confined(self.project.root)
        files.make_folder(self.place.parent)
        files.create(self.place, b"")
        try:
            seen = []  # until one has no errors; where there is none, that with the fewest is written
            for overrides in self._overrides(wanted, others):
                text, found = self._checked(wanted, overrides, before)
                seen.append((sum(one.severity is Severity.ERROR for one in found), text, found))
                if not seen[-1][0]:
                    break
            _, text, found = min(seen, key=lambda one: one[0])
            files.write(self.place, text.encode())
        except BaseException:
            files.remove(self.place)
            raise
        return found

    def _overrides(self, wanted: WantedEnvironment, others: Sequence[_Other]) -> Iterator[dict[str, Any]]:
        if self.standby is not None:
            bastions = [one for other in others for one in (other.data.get("bastions") or {}).values()]
            taken = {str(one["ami"]) for one in bastions if isinstance(one, dict) and "ami" in one}
            yield self.standby.overrides(taken)
            return
        yield {}
        for one in others:
            if one.system == self.catalogue.name and bool(one.data.get("production")) == wanted.production:
                yield {key: one.own[key] for key in ("every", *kinds()) if one.own.get(key)}

    def _checked(
        self, wanted: WantedEnvironment, overrides: Mapping[str, Any], before: set[Diagnostic]
    ) -> tuple[str, tuple[Diagnostic, ...]]:
        values = self.values
        text = self._try(values, overrides)
        is_asked = wanted.production and self.standby is None  # what stands by says what the other one does
        if is_asked and (found := self._environment()):
            overrides = _with_production(overrides, found)
            text = self._try(values, overrides)
        said = self._findings()
        for code, mend in ((OWNED_TWICE, {"owns_account_settings": False}), (UNKEYED, {"customer_keys": True})):
            if any(one.code == code and one not in before for one in said):
                values = {**values, **mend}
                text = self._try(values, overrides)
                said = self._findings()
        is_twice = any(one.code in MADE_TWICE and one not in before for one in said) and not wanted.production
        if is_twice and (found := self._environment()):
            text = self._try(values, _with_own_domains(overrides, found))
            said = self._findings()
        if self.standby is not None:
            name, reasons = self.standby.primary.name, self.standby.reasons()
            self._try({**values, "differs": {name: reasons}}, overrides)
            if found := self._environment():
                idle = {path for path, _ in parity(self.standby.primary, found).idle}
                values = {**values, "differs": {name: {path: why for path, why in reasons.items() if path not in idle}}}
            text = self._try(values, overrides)
            said = self._findings()
        return text, tuple(one for one in said if one not in before)

    def _environment(self) -> Environment | None:
        found = resolve(self.project, self.catalogue, self.place.stem).resolved
        return found if isinstance(found, Environment) else None

    def _try(self, values: Mapping[str, Any], overrides: Mapping[str, Any]) -> str:
        below = {key: value for key, value in _defaults(self.catalogue).items() if key not in values}
        settings = NewEntry(Settings, values, below, samples=_samples(self.catalogue, {**below, **values})).text()
        lines = [line for key, value in overrides.items() for line in assigned(key, value)]
        title = "# What differs here: for all entries of a kind (`every`), and for single ones by their name."
        end = ["", title, *(lines or _example(self.catalogue))]
        if self.standby is not None and (stopped := self.standby.halves()[1]):
            name = self.standby.primary.name
            end += ["", f"# What {name} says of what stands still here: for the day it takes over."]
            end += [f"#{line}" for key, value in stopped.items() for line in assigned(key, value)]
        text = with_schema(self.place, "environment", settings + "\n".join([*end, ""]))
        Confined(self.project.root).write(self.place, text.encode())
        return text

    def _findings(self) -> tuple[Diagnostic, ...]:
        if not environments(self.project, self.catalogue.name):
            return ()
        return findings(self.project, select(self.project, self.catalogue.name), ())


def _samples(catalogue: Catalogue, values: Mapping[str, Any]) -> dict[str, Any]:
    name, account, region = values["environment"], values["account"], values["region"]
    block, zones = parse(values["network"]["cidr"]), usual_zones(region)
    endpoints = ["ecr.api", "ecr.dkr", "logs"]
    network: dict[str, Any] = {"zones": [*zones], "endpoints": endpoints, "flow_log_retention": "30 days"}
    if block is not None:
        network["subnets"] = {tier: dict(zip(zones, slices(block, tier), strict=False)) for tier in TIERS}
    return {
        "title": title_of(name),
        "network": network,
        "state": {"bucket": f"{catalogue.name}-{name}-terraform-state-{account}"},
        "domain_name": f"{name}.example.com",
        "internal_domain": f"{name}.{catalogue.name}.internal",
        "availability": "99.9 %",
        "profiles": ["month-end"],
        "deletion_protection": bool(values.get("production")),
        "recovery": {"region": _elsewhere(region), "rpo_hours": 1, "rto_hours": 4, "failover": "manual"},
    }


def _elsewhere(region: str) -> str:
    near = [one for one in sorted(REGIONS) if one != region and one[:2] == region[:2]]
    nearest = (one for one in near if one.rpartition("-")[0] == region.rpartition("-")[0])
    return next(nearest, (near or ["us-east-1"])[0])


def _example(catalogue: Catalogue) -> list[str]:
    service = next(iter(catalogue.entries["services"]), None)
    if service:
        every = ["#every:", "#  services: {log_retention: 7 days}"]
        return [*every, "#services:", f"#  {service}: {{environment: {{LOG_LEVEL: debug}}}}"]
    named = ((kind, name) for kind in kinds() for name in catalogue.entries[kind])
    kind, name = next(named, ("databases", "main"))
    return ["# One that is `null` is not in this environment.", f"#{kind}:", f"#  {name}: null"]


def _with_production(overrides: Mapping[str, Any], environment: Environment) -> dict[str, Any]:
    """Each entry has lines of its own: `every` would silently hold for entries that are written later, too."""
    found = dict(overrides)
    for kind, entries in environment.entries.items():
        more = ((name, kinds()[kind].scaffold.production_overrides(entry)) for name, entry in entries.items())
        if said := {name: dict(one) for name, one in more if one}:
            found[kind] = merged(found.get(kind, {}), said)
    return {key: found[key] for key in ("every", *kinds()) if key in found}


def _with_own_domains(overrides: Mapping[str, Any], environment: Environment) -> dict[str, Any]:
    own: dict[str, Any] = {}
    for name, zone in environment.all(Zone).items():
        if zone.zone_id is None and (domain := zone.answers_for(environment)):
            own[name] = {"domain_name": f"{environment.name}.{domain}"}
            own[name] |= {"delegated": False} if zone.delegated else {}
    return merged(overrides, {"zones": own})
