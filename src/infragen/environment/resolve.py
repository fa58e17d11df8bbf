"""Layers of defaults and overrides into one resolved system or environment.

From the weakest: the system's `defaults.<kind>`, the domain's `defaults.<kind>`, the entry, the environment's
`every.<kind>`, the environment's `<kind>.<name>`. Settings of an environment have `defaults.environments` below them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from infragen.catalog.check import build, deeper, fields_at, unset
from infragen.catalog.loader import Catalogue, load
from infragen.catalog.project import Project, yaml_file
from infragen.core.entry import Entry, has_form
from infragen.core.layers import Layer, Layers
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.system import Settings, System
from infragen.diagnostics import Diagnostic, InfragenError, sort_diagnostics
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.environment.names import (
    compose_environments,
    compose_problem,
    environments,
    name_of_standby,
    unknown_environment,
)
from infragen.environment.written import on_disk
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeEnvironment, ComposeSettings, is_compose
from infragen.kinds.workloads.model import Task
from infragen.source import Document, read
from infragen.storage import may_exist, refuse_outside

S = TypeVar("S", Settings, ComposeSettings)
_OWN_KEYS = ("every", *kinds())
"""Keys of an environment file that are not settings."""
_ONCE: Final = ("environment", "configurations")
"""Settings that a configuration has none of."""
_INSTEAD = {"defaults": "in an environment, `every:` has values for all entries of a kind: `every: {services: {...}}`"}
"""What is written instead of keys that other files have."""


class Resolved(Struct, frozen=True):
    """What came of resolving: the resolved system when its frame is sound, and every problem found.

    Of an environment whose own values are broken it is the system with its overrides, and no `Environment`.
    """

    resolved: ResolvedSystem | None
    problems: tuple[Diagnostic, ...]

    def environment(self) -> Environment:
        if self.problems or not isinstance(self.resolved, Environment):
            raise InfragenError(*self.problems)
        return self.resolved

    def composed(self) -> ComposeEnvironment:
        if self.problems or not isinstance(self.resolved, ComposeEnvironment):
            raise InfragenError(*self.problems)
        return self.resolved


def resolve_system(catalogue: Catalogue) -> Resolved:
    return _Resolving(catalogue).resolved()


def resolve(
    project: Project,
    catalogue: Catalogue,
    environment: str,
    *,
    profiles: Sequence[str] = (),
    base: Resolved | None = None,
) -> Resolved:
    """Save checks with `base`, the catalogue resolved alone; InfragenError P003 if it is missing, P010 if all are."""
    document = _file(project, catalogue, environment)
    return document if isinstance(document, Resolved) else _resolved(project, catalogue, document, profiles, base)


def resolve_unled(project: Project, catalogue: Catalogue, environment: str) -> Resolved:
    document = _file(project, catalogue, environment)
    if isinstance(document, Resolved):
        return document
    data = {key: value for key, value in document.data.items() if key not in ("follows", "waits")}
    return _resolved(project, catalogue, replace(document, data=data), (), None)


def resolve_by_file_alone(project: Project, system: str, environment: str) -> Resolved:
    """Resolve an environment whose system is gone: its file locates the states, which hold the rest."""
    own = Document(f"catalog/{system}", {"schema": 1, "name": system, "title": system}, "schema: 1\n")
    catalogue = Catalogue(system, own, {kind: {} for kind in kinds()}, ())
    document = _file(project, catalogue, environment)
    if isinstance(document, Resolved):
        return document
    data = {key: value for key, value in document.data.items() if key in _OF_STATES}
    data["network"] = {"cidr": "10.0.0.0/16"}  # any
    return _resolved(project, catalogue, replace(document, data=data), (), None)


_OF_STATES: Final = frozenset(
    {"schema", "environment", "platform", "account", "region", "state", "production", "deletion_protection"}
)


def resolve_standby(project: Project, primary: Environment) -> Resolved | None:
    name = name_of_standby(project, primary)
    return resolve_unled(project, load(project, primary.system.name), name) if name else None


def _resolved(
    project: Project, catalogue: Catalogue, document: Document, profiles: Sequence[str], base: Resolved | None
) -> Resolved:
    if is_compose(document.data):
        raise InfragenError(compose_problem(catalogue.name, PurePosixPath(document.file).stem))
    found = _Resolving(catalogue, base).environment(document, tuple(profiles))
    if not isinstance(found.resolved, Environment):
        return found
    settings = found.resolved.settings
    written = on_disk(project, catalogue.name, settings.environment)
    aws_provider, providers, wrong_file = _providers(project.root)
    spoken_of = [name for name in (settings.standby_of, settings.follows) if name]
    known = environments(project, catalogue.name) if spoken_of or settings.differs else ()
    wanted = (name for name in dict.fromkeys(spoken_of) if name in known and name != settings.environment)
    read_of = {name: _settings(project, catalogue, name) for name in wanted}
    others = {name: one for name, one in read_of.items() if one is not None}
    resolved = replace(found.resolved, others=others, written=written, aws_provider=aws_provider, providers=providers)
    problems = [*found.problems, *wrong_file, *_unknown_others(resolved, known)]
    configurations: dict[str, Environment] = {}
    for name in settings.configurations:
        other = _Resolving(catalogue, base, name).environment(document, tuple(profiles))
        problems += (one for one in other.problems if one not in problems)
        if isinstance(other.resolved, Environment):
            of, origins = other.resolved, other.resolved.origins
            configurations[name] = replace(resolved, entries=of.entries, origins=origins, settings=of.settings)
    return Resolved(replace(resolved, configurations=configurations), sort_diagnostics(problems))


def _providers(root: Path) -> tuple[str, Mapping[str, tuple[str, str]], tuple[Diagnostic, ...]]:
    """If infragen.toml is wrong, that is the only problem to report, so provider 6 is assumed."""
    if not (root / "infragen.toml").exists():
        return "5", {}, ()
    from infragen.settings import load_settings

    try:
        settings = load_settings(root)
    except InfragenError as error:
        return "6", {}, error.diagnostics
    required = {name: (one.source, one.version) for name, one in settings.providers.required.items()}
    return settings.terraform.aws_provider, required, ()


def _settings(project: Project, catalogue: Catalogue, name: str) -> Settings | None:
    document = _file(project, catalogue, name)
    return None if isinstance(document, Resolved) else _Resolving(catalogue).settings(document)


def resolve_compose(
    project: Project, catalogue: Catalogue, environment: str, *, base: Resolved | None = None
) -> Resolved:
    document = _file(project, catalogue, environment)
    if isinstance(document, Resolved):
        return document
    is_only_one = compose_environments(project, catalogue.name) == (environment,)
    return _Resolving(catalogue, base).composed(document, is_only_one=is_only_one)


def _file(project: Project, catalogue: Catalogue, environment: str) -> Document | Resolved:
    path = yaml_file(project, project.root / "environments" / catalogue.name, environment)
    if not may_exist(path):
        raise InfragenError(unknown_environment(project, catalogue.name, environment))
    refuse_outside(project.root, path.parent)
    try:
        return read(path, project.relative(path)).called("environment", environment)
    except InfragenError as error:
        return Resolved(None, error.diagnostics)


def _unknown_others(of: Environment, known: Sequence[str]) -> Iterator[Diagnostic]:
    own, others = of.settings, [name for name in known if name != of.name]
    said: list[tuple[str, str, str, tuple[str, ...]]]
    said = [("C012", name, f"differs from `{name}`", ("differs", name)) for name in own.differs]
    for field, name in (("standby_of", own.standby_of), ("follows", own.follows)):
        said += [("C013", name, f"`{field}: {name}`", (field,))] if name is not None else []
    for code, name, what, path in said:
        if name not in others:
            why = "that is itself" if name == of.name else "there is no such environment"
            meant = "" if code == "C013" and name == of.name else name
            place = of.at("environment", *path, key=code == "C012")
            hint = nearest(meant, others, "other environments")
            if name != of.name and not hint.endswith("?"):
                hint += (
                    f"; if it was removed while {of.target} is still applied, restore its file until both are destroyed"
                )
            yield Diagnostic(code, f"{what}, and {why}", place, hint=hint)


def _enabled(
    entries: Mapping[str, Mapping[str, Entry]],
) -> tuple[dict[str, dict[str, Entry]], dict[str, dict[str, Entry]]]:
    known: dict[str, bool] = {}

    def is_on(one: Entry) -> bool:
        other: Entry | None = one
        asked: dict[str, None] = {}
        while (
            other is not None
            and not isinstance(said := other.enabled, bool)
            and said not in known
            and said not in asked
        ):
            asked[said] = None
            kind, _, name = said.partition("/")
            other = entries.get(kind, {}).get(name)  # a rule says which are not there
        said = other.enabled if other is not None else False
        found = said if isinstance(said, bool) else known.get(said, False)  # in a circle, nothing is on
        known.update(dict.fromkeys(asked, found))
        return found

    built, later = (
        {kind: {name: one for name, one in named.items() if is_on(one) is wanted} for kind, named in entries.items()}
        for wanted in (True, False)
    )
    return built, {kind: named for kind, named in later.items() if named}


class _Resolving:
    def __init__(self, catalogue: Catalogue, base: Resolved | None = None, configuration: str | None = None) -> None:
        self.catalogue = catalogue
        self.prefix = () if configuration is None else ("configurations", configuration)
        self.base = base.resolved if base else None
        self.problems: list[Diagnostic] = list(catalogue.problems)
        self.origins: dict[str, Layers] = {}
        self.broken: set[str] = set(catalogue.unreadable)
        self.overrides: Document | None = None
        self.waiting_by: str | None = None

    def resolved(self) -> Resolved:
        system = self.system()
        entries = self.entries()
        return self.result(None) if system is None else self.result(self.alone(system, entries))

    def environment(self, document: Document, profiles: tuple[str, ...]) -> Resolved:
        self.overrides = document
        self.check_overrides(document)
        system = self.system()
        settings = self.settings(document)
        self.waiting_by = settings.stands_still_by if settings is not None else None
        entries = self.entries()
        if system is None:
            return self.result(None)
        if settings is None:
            return self.result(self.alone(system, entries))
        chosen, disabled = _enabled(self.apply_profiles(entries, profiles, settings.profiles))
        broken, contracts = frozenset(self.broken), self.catalogue.contracts
        return self.result(Environment(system, chosen, self.origins, broken, disabled, contracts, settings))

    def composed(self, document: Document, *, is_only_one: bool) -> Resolved:
        self.overrides = document
        self.check_overrides(document, ComposeSettings)
        system = self.system()
        settings = self.settings_of(ComposeSettings, document)  # what a system gives its environments is about AWS
        entries = self.entries()
        if system is None or settings is None:
            return self.result(None)
        chosen, disabled = _enabled(entries)
        broken, contracts = frozenset(self.broken), self.catalogue.contracts
        made = ComposeEnvironment(system, chosen, self.origins, broken, disabled, contracts, settings, is_only_one)
        return self.result(made)

    def alone(self, system: System, entries: Mapping[str, Mapping[str, Entry]]) -> ResolvedSystem:
        return ResolvedSystem(system, entries, self.origins, frozenset(self.broken), {}, self.catalogue.contracts)

    def result(self, found: ResolvedSystem | None) -> Resolved:
        return Resolved(found, sort_diagnostics(self.problems))

    def system(self) -> System | None:
        document = self.catalogue.system
        home = Layer(document, (), document.data)
        layers = Layers((home,), home)
        self.origins["system"] = layers
        for source in (document, *self.catalogue.entries["domains"].values()):
            self.check_kinds(source, source.data.get("defaults"), ("defaults",), (*kinds(), "environments"))
        system = build(System, layers, document.data, self.problems) or self.sound_part(document)
        if system and system.name != self.catalogue.name:
            message = f"the system is named {system.name!r}, but its folder is {self.catalogue.name!r}"
            place = document.locate(["name"])
            self.problems.append(Diagnostic("C007", message, place, hint=f"write `name: {self.catalogue.name}`"))
        return system

    def sound_part(self, document: Document) -> System | None:
        """Return what is sound of a system's own file, so that rules may look at its entries: it is broken itself."""
        self.broken.add("system")
        frame = {"schema": 1, "name": self.catalogue.name, "title": self.catalogue.name}
        sound = {key: value for key, value in document.data.items() if has_form(System, {**frame, key: value})}
        return System.model_validate({**frame, **sound}) if has_form(System, frame) else None

    def settings(self, document: Document) -> Settings | None:
        return self.settings_of(Settings, document, Layer.of(self.catalogue.system, "defaults", "environments"))

    def settings_of(self, model: type[S], document: Document, *below: Layer | None) -> S | None:
        known = fields_at(model, ())  # what is not known is shown by check_overrides
        home, *above = (
            replace(layer, data={key: value for key, value in layer.data.items() if key in known})
            for layer in self.layers_of(document)
        )
        layers = Layers.of((*below, home, *above), home)
        self.origins["environment"] = layers
        settings = build(model, layers, layers.merged(), self.problems)
        self.problems += unset(model, layers)
        name = PurePosixPath(document.file).stem
        if settings is not None and settings.environment != name:
            message = f"the environment is named {settings.environment!r}, but its file {name!r}"
            place = document.locate(["environment"])
            self.problems.append(Diagnostic("C007", message, place, hint=f"write `environment: {name}`"))
        return settings

    def entries(self) -> dict[str, dict[str, Entry]]:
        return {kind: self.of_kind(kind, documents) for kind, documents in self.catalogue.entries.items()}

    def of_kind(self, kind: str, documents: Mapping[str, Document]) -> dict[str, Entry]:
        result: dict[str, Entry] = {}
        for name, document in documents.items():
            said = [one.data[name] for one in self.said(kind) if one is not None and name in one.data]
            if said[-1:] == [None]:  # the environment sets the entry to `null`: it does not have it
                continue
            entry = self.entry(kind, name, document)
            if entry is None:
                self.broken.add(f"{kind}/{name}")
            else:
                result[name] = entry
        return result

    def entry(self, kind: str, name: str, document: Document) -> Entry | None:
        home = Layer(document, (), document.data)
        domain = self.catalogue.entries["domains"].get(str(document.data.get("domain")))
        below = (Layer.of(one, "defaults", kind) for one in (self.catalogue.system, domain) if one)
        above = self.above(kind, name)
        model = kinds()[kind].model
        layers = Layers.of((*below, home, *above), home).written_out(model.written_out)
        self.origins[f"{kind}/{name}"] = layers
        if self.base is not None and not any(above) and (known := self.base.entries[kind].get(name)) is not None:
            return known
        found: list[Diagnostic] = []
        entry = build(model, layers, layers.merged(), found)
        found += unset(model, layers)
        if f"domains/{document.data.get('domain')}" in self.catalogue.unreadable:
            found = [one for one in found if one.code != "C002"]  # the domain's defaults may have it
        self.problems += found
        return entry

    def above(self, kind: str, name: str) -> tuple[Layer | None, ...]:
        if self.overrides is None:
            return ()
        every, own = self.said("every", kind), self.said(kind, name)
        return (self.waiting(kind), *(one for both in zip(every, own, strict=True) for one in both))

    def layers_of(self, document: Document) -> tuple[Layer, ...]:
        whole = Layer(document, (), document.data)
        return (whole, found) if self.prefix and (found := Layer.of(document, *self.prefix)) else (whole,)

    def said(self, *path: str) -> list[Layer | None]:
        layers = self.layers_of(self.overrides) if self.overrides is not None else ()
        return [Layer.of(one.document, *one.prefix, *path) for one in layers]

    def waiting(self, kind: str) -> Layer | None:
        """Return what is said of a kind's entries where nothing runs; data that are no copies stay as they are."""
        found, by = kinds()[kind], self.waiting_by
        is_kept = by == "waits" and found.network.data_tier != "none"
        if self.overrides is None or by is None or is_kept or not found.failover.standby_overrides:
            return None
        return Layer(self.overrides, (by,), found.failover.standby_overrides, brought_by=by)

    def check_overrides(self, document: Document, model: type[Settings | ComposeSettings] = Settings) -> None:
        for layer in self.layers_of(document):
            self.check_kinds(document, layer.data.get("every"), (*layer.prefix, "every"), tuple(kinds()))
            known = [one for one in (*fields_at(model, ()), *_OWN_KEYS) if not layer.prefix or one not in _ONCE]
            for key in layer.data:
                if key in kinds():
                    self.check_names(layer, key)
                elif key not in known:
                    instead = {**_INSTEAD, **model.INSTEAD}.get(key)
                    near = instead or deeper(model, key) or did_you_mean(key, known)
                    hint = near or f"valid keys: {', '.join(known)}"
                    place = layer.locate([key], key=True)
                    self.problems.append(Diagnostic("C001", f"unknown key `{key}`", place, hint=hint))

    def check_kinds(self, source: Document, value: Any, path: tuple[str, ...], known: tuple[str, ...]) -> None:
        for kind in value if isinstance(value, dict) else ():
            if kind not in known:
                place = source.locate([*path, kind], key=True)
                hint = did_you_mean(kind, known) or f"valid keys: {', '.join(known)}"
                self.problems.append(Diagnostic("C001", f"unknown key `{'.'.join((*path, kind))}`", place, hint=hint))

    def check_names(self, layer: Layer, kind: str) -> None:
        named = layer.data[kind]
        known = self.catalogue.entries[kind]
        for name in named if isinstance(named, dict) else ():
            if name not in known and f"{kind}/{name}" not in self.catalogue.unreadable:
                place = layer.locate([kind, name], key=True)
                hint = did_you_mean(name, known) or self._elsewhere(kind, name, named[name])
                message = f"there is no entry {kind}/{name} to override"
                self.problems.append(Diagnostic("C008", message, place, hint=hint))

    def _elsewhere(self, kind: str, name: str, said: Any) -> str:
        if said is None:
            return "remove it: there is nothing here to leave out"
        keys = {*said} if isinstance(said, dict) else set()
        for other, known in self.catalogue.entries.items():
            if name in known and keys <= {*fields_at(kinds()[other].model, ())}:
                return f"it is one of the {other}: write it below `{other}:`"
        there = self.catalogue.entries[kind]
        new = f"there are no {kind}" if not there else f"entries of this kind: {', '.join(there)}"
        return f"remove it, or name the entry that is meant; {new}"

    def apply_profiles(
        self, entries: dict[str, dict[str, Entry]], given: tuple[str, ...], standing: tuple[str, ...]
    ) -> dict[str, dict[str, Entry]]:
        """Prefer, in this order, `name=profile` in `given`, the entry's own override, others in `given`, `standing`."""
        single = dict(item.split("=", 1) for item in given if "=" in item)
        general = tuple(item for item in given if "=" not in item)
        known: set[str] = set()
        for kind, of_kind in entries.items():
            for name, entry in of_kind.items():
                if not isinstance(entry, Task):
                    continue
                known.update(entry.sizes, (f"{name}={size}" for size in entry.sizes))
                if (profile := self.choose(kind, entry, single, (*general, *standing))) is not None:
                    entries[kind][name] = entry.model_copy(update={"profile": profile})
        for item in given:
            if item not in known and not self.broken:
                message = f"--profile {item}: no service has a size with that name"
                hint = "`infragen explain SYSTEM/ENV services.NAME.sizes` lists them"
                self.problems.append(Diagnostic("C009", message, hint=hint))
        return entries

    def choose(self, kind: str, entry: Task, single: dict[str, str], general: tuple[str, ...]) -> str | None:
        if single.get(entry.name) in entry.sizes:
            return single[entry.name]
        override = Layer.of(self.overrides, kind, entry.name) if self.overrides else None
        if override is not None and override.has(("profile",)):
            return None
        return next((profile for profile in general if profile in entry.sizes), None)
