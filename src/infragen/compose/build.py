"""From the file of an environment and the catalogue to the services of a Compose file, and what stands in texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct

from infragen.compose import engines
from infragen.compose.engines import ENGINES, Engine, Login
from infragen.core.delivery import ComposeService, Program, Secrets, Store, Used
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeContainer, ComposeEnvironment, HealthCheck

ATTRIBUTES: Final = ("database", "host", "password", "port", "url", "user")
"""What may be asked of a container."""

_REFERENCE: Final = re.compile(
    r"\{(?P<name>[a-z][a-z0-9-]*)\.(?P<attribute>[a-z]+)\}|\$\{(?P<key>[A-Za-z_][A-Za-z0-9_]*)\}"
)


class Reference(Struct, frozen=True):
    """`{name.attribute}`, or `${key}`."""

    name: str = ""
    attribute: str = ""
    key: str = ""

    @property
    def text(self) -> str:
        return f"${{{self.key}}}" if self.key else f"{{{self.name}.{self.attribute}}}"


def parts(text: str) -> Iterator[str | Reference]:
    end = 0
    for found in _REFERENCE.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        yield Reference(found["name"] or "", found["attribute"] or "", found["key"] or "")
        end = found.end()
    if end < len(text):
        yield text[end:]


def references(text: str) -> tuple[Reference, ...]:
    return tuple(part for part in parts(text) if isinstance(part, Reference))


def literal(text: str) -> str:
    """Return a text so that Compose reads no variable in it (Compose file reference: Interpolation)."""
    return text.replace("$", "$$")


def variable(key: str, default: str) -> str:
    """Return what Compose takes from `.env`, and else the default (the same page)."""
    return f"${{{key}:-{default}}}"


_USER: Final = "dev"
INIT_FOLDER: Final = "/docker-entrypoint-initdb.d"
"""Where the official images of databases look for scripts when their volume is empty (docker-library/docs)."""
EXTENSIONS_FILE: Final = f"{INIT_FOLDER}/20-extensions.sql"
"""Behind `10_postgis.sh`, which the image of PostGIS brings."""
MOST_PORTS: Final = 65_535
CONDITIONS: Final = {
    "started": "service_started", "healthy": "service_healthy", "completed": "service_completed_successfully"
}  # fmt: skip


class Port(NamedTuple):
    """A port of the developer's machine, and the container's."""

    outside: int
    inside: int


@dataclass(frozen=True)
class Service:
    """A service of the Compose file; `said` is what the environment's file says of it."""

    composition: Composition
    name: str
    said: ComposeContainer
    is_stated: bool
    ports: tuple[Port, ...] = ()

    @cached_property
    def owner(self) -> str | None:
        return self.said.entry

    @cached_property
    def stand_in(self) -> ComposeService | None:
        return self.composition.stand_in(self.owner) if self.owner else None

    @cached_property
    def program(self) -> Program | None:
        return self.stand_in if isinstance(self.stand_in, Program) else None

    @cached_property
    def store(self) -> Store | None:
        found = self.stand_in if isinstance(self.stand_in, Store) else None
        engine = self.said.engine or (found.engine if found else None)
        if engine is None:
            return None
        return Store(
            engine=engine,
            version=self.said.version or (found.version if found else ""),
            database=self.said.database or (found.database if found else ""),
            extensions=found.extensions if found else (),
            readers=found.readers if found else (),
        )

    @cached_property
    def engine(self) -> Engine | None:
        return ENGINES[self.store.engine] if self.store else None

    @property
    def password_key(self) -> str:
        return f"{self.name.upper().replace('-', '_')}_PASSWORD"

    @property
    def password_default(self) -> str:
        return self.composition.defaults.get(self.password_key) or self.said.password or _USER

    @cached_property
    def login(self) -> Login:
        store = self.store
        database = (store.database if store else "") or self.composition.environment.system.name.replace("-", "_")
        password = variable(self.password_key, self.password_default)
        return Login(user=self.said.user or _USER, password=password, database=database)

    @cached_property
    def image(self) -> str | None:
        if self.said.build is not None:
            return None
        if self.said.image is not None:
            return self.said.image
        if self.store and self.engine and self.store.version:
            return self.engine.image(self.store.version, self.store.extensions)
        return self.program.image if self.program else None

    @cached_property
    def command(self) -> tuple[str, ...]:
        if self.said.command:
            return tuple(map(self.composition.value, self.said.command))
        if self.store and self.engine:
            return self.engine.command(self.login, self.store.extensions)
        return tuple(map(literal, self.program.command)) if self.program else ()

    @cached_property
    def inner_port(self) -> int | None:
        if self.engine:
            return self.engine.port
        if self.program and self.program.port:
            return self.program.port
        return self.ports[0].inside if self.ports else None

    @cached_property
    def environment(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        if self.engine:
            found |= self.engine.environment(self.login)
            if self.said.locale is not None and self.store and self.store.engine == "postgresql":
                found |= engines.locale(self.said.locale)
        if self.program:
            system = self.composition.environment.system
            found |= {"ENVIRONMENT": self.composition.environment.name, "TZ": system.time_zone}
            for used in self.program.used:
                found |= {f"{used.prefix}{name}": value for name, value in self.composition.given(used).items()}
            found |= {name: literal(value) for name, value in self.program.environment.items()}
        return found | {name: self.composition.value(text) for name, text in self.said.environment.items()}

    @cached_property
    def health(self) -> HealthCheck | None:
        if self.said.health is not None:
            return self.said.health
        start: int | None = 60  # for a store that is set up for the first time
        if self.engine:
            command, timeout = self.engine.health, self.engine.timeout
        elif self.program and self.program.health:
            command, timeout, start = self.program.health, 5, None
        else:
            return None
        return HealthCheck.model_construct(command=command, interval=10, timeout=timeout, retries=5, start_period=start)

    @cached_property
    def depends_on(self) -> Mapping[str, str]:
        used = {self.composition.by_owner.get(one.owner, "") for one in (self.program.used if self.program else ())}
        used |= {one.name for text in (*self.said.environment.values(), *self.said.command) for one in references(text)}
        services = self.composition.by_name
        stores = {name: "healthy" for name in services if name in used and services[name].store and name != self.name}
        return {**stores, **self.said.depends_on}

    @cached_property
    def extensions(self) -> tuple[str, ...]:
        return self.store.extensions if self.store and self.store.engine == "postgresql" else ()

    @cached_property
    def made_files(self) -> Mapping[str, str]:
        if not self.extensions:
            return {}
        lines = (f'CREATE EXTENSION IF NOT EXISTS "{name}";\n' for name in self.extensions)
        return {EXTENSIONS_FILE: "".join(lines)}

    @cached_property
    def own_volume(self) -> tuple[str, str] | None:
        if not (self.store and self.engine):
            return None
        return f"{self.name.replace('-', '_')}_data", self.engine.data(self.store.version)

    @property
    def profiles(self) -> tuple[str, ...]:
        return self.said.profiles or (("jobs",) if self.program and self.program.ends else ())

    def attribute(self, name: str) -> str | None:
        port = self.inner_port
        if name == "host":
            return self.name
        if name == "port":
            return str(port) if port else None
        if name == "url" and self.engine and port:
            return self.engine.url(self.login, self.name, port)
        if name == "url":
            return f"http://{self.name}:{port}" if port else None
        if not self.engine:
            return None
        has = {"password": True, "user": self.engine.has_user, "database": self.engine.has_database}
        return getattr(self.login, name) if has.get(name) else None


@dataclass(frozen=True)
class Composition:
    """All services of an environment, in the order of its file, and behind them what follows from the catalogue."""

    environment: ComposeEnvironment

    @cached_property
    def services(self) -> tuple[Service, ...]:
        every = list(self._found())
        stated = {port_of(text)[0] for one in every for text in one.said.ports or ()}
        # A port that nobody wrote is the next that is free, in the order of names.
        return tuple(Service(self, one.name, one.said, one.is_stated, tuple(_ports(one, stated))) for one in every)

    @cached_property
    def taken(self) -> tuple[tuple[str, str], ...]:
        return tuple((owner, name) for owner, name in self._followed() if owner not in self.by_owner)

    @property
    def defaults(self) -> Mapping[str, str]:
        return self.environment.settings.development_defaults

    @cached_property
    def by_name(self) -> Mapping[str, Service]:
        return {service.name: service for service in self.services}

    @cached_property
    def by_owner(self) -> Mapping[str, str]:
        return {service.owner: service.name for service in reversed(self.services) if service.owner}

    def stand_in(self, owner: str) -> ComposeService | None:
        entry = self.environment.find(owner) if owner.partition("/")[0] in self.environment.entries else None
        return kinds()[entry.KIND].delivery.compose_service(entry) if entry is not None else None

    def _found(self) -> Iterator[Service]:
        containers = self.environment.settings.containers
        for name, said in containers.items():
            yield Service(self, name, said, is_stated=True)
        names = set(containers)
        for owner, name in self._followed():
            if name not in names:
                names.add(name)
                yield Service(self, name, ComposeContainer(entry=owner), is_stated=False)

    def _followed(self) -> Iterator[tuple[str, str]]:
        stated = {said.entry for said in self.environment.settings.containers.values()}
        for owner, entry in self.environment.every():
            found = self.stand_in(owner) if owner not in stated else None
            if isinstance(found, Store | Program):
                yield owner, entry.name if isinstance(found, Program) else f"{entry.SINGULAR}-{entry.name}"

    def value(self, text: str) -> str:
        return "".join(literal(part) if isinstance(part, str) else self.referred(part) or "" for part in parts(text))

    def referred(self, reference: Reference) -> str | None:
        if reference.key:
            default = self.defaults.get(reference.key)
            return None if default is None else variable(reference.key, default)
        service = self.by_name.get(reference.name)
        return service.attribute(reference.attribute) if service else None

    def given(self, used: Used) -> Mapping[str, str]:
        found = self.stand_in(used.owner)
        service = self.by_name.get(self.by_owner.get(used.owner, ""))
        if isinstance(found, Secrets):
            keys = {name: f"{used.prefix}{name}" for name in found.variables}
            return {name: variable(key, self.defaults[key]) for name, key in keys.items() if key in self.defaults}
        if service is None:
            return {}
        if service.store is None:
            url = service.attribute("url")
            return {"URL": url} if url else {}
        words = ("host", "port", "database", "user", "password", "url")
        values = {"NAME" if word == "database" else word.upper(): service.attribute(word) for word in words}
        values |= dict.fromkeys(service.store.readers, service.attribute("host"))
        return {name: value for name, value in values.items() if value is not None}

    def missing(self) -> Iterator[tuple[str, str]]:
        for service in self.services:
            for used in service.program.used if service.program else ():
                stands = used.owner in self.by_owner or isinstance(self.stand_in(used.owner), Secrets)
                if self.environment.find(used.owner) is not None and not stands:
                    yield service.owner or "", used.owner

    def secrets(self) -> Iterator[tuple[Service, str, str]]:
        for service in self.services:
            for used in service.program.used if service.program else ():
                found = self.stand_in(used.owner)
                if isinstance(found, Secrets):
                    yield from ((service, used.owner, f"{used.prefix}{name}") for name in found.variables)


compose = Composition


def port_of(text: str) -> Port:
    outside, _, inside = text.rpartition(":")
    return Port(int(outside or inside), int(inside))


def _ports(service: Service, taken: set[int]) -> Iterator[Port]:
    if service.said.ports is not None:
        yield from map(port_of, service.said.ports)
        return
    inside = service.engine.port if service.engine else service.program.port if service.program else None
    if inside is not None:
        outside = next((port for port in range(inside, MOST_PORTS + 1) if port not in taken), inside)
        taken.add(outside)
        yield Port(outside, inside)
