"""What a task has beside one container that runs as its image does: secrets, folders, sidecars, foreign images."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from infragen.core.build_context import of, value
from infragen.core.entry import Output
from infragen.core.expressions import Export, Module, Record
from infragen.core.part import Binding
from infragen.core.tracing import Read
from infragen.kinds import keys, prometheus
from infragen.kinds.secrets import ANY_ENDING
from infragen.kinds.workloads import registry, router, tracing
from infragen.kinds.workloads.model import Task
from infragen.kinds.workloads.sidecars import TIME_LIMIT, HealthCommand, Sidecar, repository_arn

CONTAINER_NAME: Final = "app"

_ACCOUNT: Final = 4
_COLONS_WITH_KEY: Final = 7
"""Of `arn:aws:secretsmanager:<region>:<account>:secret:<name>:<key>`."""
_UNFIT_FOR_VOLUMES: Final = re.compile(r"[^A-Za-z0-9_-]+")


class ExtendedView(keys.EncryptedView):
    """What of a container only the extended modules know."""

    _entry: Task

    @property
    def offers(self) -> tuple[tuple[str, Binding], ...]:
        raise NotImplementedError

    @property
    def environment(self) -> dict[str, object]:
        raise NotImplementedError

    @property
    def image(self) -> object:
        raise NotImplementedError

    has_port = of(lambda ctx: hasattr(ctx.entry, "port"))

    @property
    def is_extended(self) -> bool:
        one = self._entry
        own = (one.command, one.entry_point, one.user, one.secrets, one.writable_paths, one.stop_timeout, one.beside)
        return (
            any(own)
            or not self.has_port
            or one.image.name is not None
            or self.health_command is not None
            or any(offer.secrets or offer.targets or offer.verified for _, offer in self.offers)
        )

    @property
    def repository_arns(self) -> list[object]:
        own = self._entry.image.name
        beside = [one.image for one in self._entry.beside.values() if one.image]
        foreign = [*([own] if own else []), *(image.name for image in beside if image.name)]
        shared = sorted({image.repository for image in beside if image.repository})
        arns = sorted({arn for arn in map(repository_arn, foreign) if arn is not None})
        mine = [] if own else [self.repository_arn]
        return [
            *mine,
            *arns,
            *(arn for name in shared if (arn := registry.repository_arn(self._ctx, name)) not in mine),
        ]

    @property
    def repository_arn(self) -> object:
        raise NotImplementedError

    @property
    def log_router(self) -> Module | None:
        raise NotImplementedError

    pull_secret = of(lambda ctx: ctx.entry.image.pull_secret)

    @property
    def secrets(self) -> dict[str, object]:
        offered = {f"{prefix}{name}": arn for prefix, offer in self.offers for name, arn in offer.secrets.items()}
        mine = {**offered, **_values_from(self._entry.secrets)}
        return {name: arn for name, arn in mine.items() if name not in self._entry.environment}

    other_secrets: list[object] = value(lambda self: [arn for _, offer in self.offers for arn in offer.other_secrets])
    """Tasks of the revision before read them; replicas have another end."""

    @property
    def reads_secrets(self) -> bool:
        sidecars = self._entry.beside.values()
        own = self.secrets or self.pull_secret
        return bool(own) or any(one.secrets or one.pull_secret for one in sidecars)

    @property
    def start_key(self) -> Export | None:
        """Another account's have a key of that account, and replicas AWS's own, which needs no permission."""
        sidecars = self._entry.beside.values()
        read = [self.pull_secret, *self.secrets.values()]
        read += [arn for one in sidecars for arn in (one.pull_secret, *one.secrets.values())]
        account, replicas = self._ctx.environment.settings.account, {*map(str, self.other_secrets)}
        is_here = (
            not isinstance(arn, str) or arn.split(":")[_ACCOUNT] == account
            for arn in read
            if not (arn is None or f"{':'.join(str(arn).split(':')[:_COLONS_WITH_KEY])}{ANY_ENDING}" in replicas)
        )
        return self.secrets_key if any(is_here) else None

    target_groups: list[object] = value(lambda self: [arn for _, offer in self.offers for arn in offer.targets])

    @property
    def verified_target_group(self) -> object:
        return next((offer.verified for _, offer in self.offers if offer.verified), None)

    @property
    def writable_paths(self) -> dict[str, str]:
        shared = [path for one in self._entry.beside.values() for path in one.shared_paths]
        volumes = self._volumes
        return {**_folders(volumes, "", self._entry.writable_paths), **_folders(volumes, "shared", shared)}

    @property
    def _volumes(self) -> dict[tuple[str, str], str]:
        """Names differ also where two come out the same."""
        sidecars = self._entry.beside
        taken: set[str] = set()
        numbers: dict[str, int] = {}
        wanted = [("", path) for path in self._entry.writable_paths]
        wanted += [("shared", path) for one in sidecars.values() for path in one.shared_paths]
        wanted += [(name, path) for name, one in sidecars.items() for path in one.writable_paths]
        found: dict[tuple[str, str], str] = {}
        for owner, path in dict.fromkeys(wanted):
            plain = name = _UNFIT_FOR_VOLUMES.sub("-", f"{owner}{path}".strip("/"))
            while name in taken:
                numbers[plain] = numbers.get(plain, 1) + 1
                name = f"{plain}-{numbers[plain]}"
            taken.add(name)
            found[owner, path] = name
        return found

    @property
    def health_command(self) -> dict[str, object] | None:
        health: Any = getattr(self._entry, "health", None)
        return _health_check(health) if health is not None and health.command else None

    depends_on = of(lambda ctx: {name: condition.upper() for name, condition in ctx.entry.depends_on.items()})

    @property
    def sidecars(self) -> dict[str, Record]:
        owner = f"{self._entry.KIND}/{self._entry.name}"
        asked: dict[str, tuple[str, ...]] = {TIME_LIMIT: ("time_limit",), router.NAME: ("log_route", "router")}
        asked |= {name: ("sidecars", name) for name in self._entry.sidecars}
        volumes = self._volumes
        return {
            name: Record(self._sidecar(name, one, volumes), Read(owner, asked.get(name, ("tracing",))))
            for name, one in self._entry.beside.items()
        }

    def _sidecar(self, name: str, sidecar: Sidecar, volumes: Mapping[tuple[str, str], str]) -> dict[str, object]:
        environment, secrets = plain_values(sidecar.environment), _values_from(sidecar.secrets)
        if sidecar.has_variables_of_entry:
            known = {*environment, *secrets}
            environment |= {name: value for name, value in self.environment.items() if name not in (*known, "PORT")}
            secrets |= {name: arn for name, arn in self.secrets.items() if name not in known}
        routes = self.log_router if name == router.NAME else None
        own = self._entry.log_route.router if routes is not None and self._entry.log_route is not None else None
        if routes is not None:
            environment[router.CONFIGURATION] = routes.configuration
        if environment == tracing.COLLECTOR.environment and self._ctx.has(prometheus.NAME):
            workspace = prometheus.PrometheusView(self._ctx.of(prometheus.NAME)).workspace
            environment = tracing.with_metrics(workspace.remote_write_url)
        shared = _folders(volumes, "shared", sidecar.shared_paths)
        folders = {**_folders(volumes, name, sidecar.writable_paths), **shared}
        found: dict[str, object] = {
            "is_log_router": None if routes is None else True,
            "image": registry.text(self._ctx, sidecar.image) if sidecar.image else self.image,
            "essential": sidecar.essential,
            "pull_secret_arn": sidecar.pull_secret if sidecar.image else self.pull_secret,
            "entry_point": list(sidecar.entry_point),
            "command": list(sidecar.command),
            "user": sidecar.user,
            "port": sidecar.port,
            "cpu": sidecar.cpu,
            "memory": sidecar.memory if own is None else own.limit,
            "reservation": None if own is None else own.memory,
            "environment": environment,
            "secrets": secrets,
            "writable_paths": folders,
            "depends_on": {name: condition.upper() for name, condition in sidecar.depends_on.items()},
            "health_check": sidecar.health and _health_check(sidecar.health),
            "stop_timeout": sidecar.stop_timeout,
        }
        return {field: value for field, value in found.items() if value is not None and value not in ([], {})}


_SAYS_HOW: Final = ("CMD", "CMD-SHELL")
"""How a health command begins that says whether it goes through a shell (Amazon ECS API: HealthCheck)."""


def _folders(volumes: Mapping[tuple[str, str], str], owner: str, paths: Iterable[str]) -> dict[str, str]:
    return {volumes[owner, path]: path for path in sorted(set(paths))}


def _health_check(health: HealthCommand | Any) -> dict[str, object]:
    how = () if health.command[:1] and health.command[0] in _SAYS_HOW else ("CMD",)
    return {
        "command": [*how, *health.command],
        "interval": health.interval,
        "timeout": health.timeout,
        "retries": health.unhealthy,
        "start_period": health.grace,
    }


def plain_values(variables: Mapping[str, str | Output]) -> dict[str, object]:
    return {name: value.expression if isinstance(value, Output) else value for name, value in variables.items()}


def _values_from(secrets: Mapping[str, str | Output]) -> dict[str, object]:
    """ECS counts the colons behind the key."""
    with_key = (name for name, arn in secrets.items() if isinstance(arn, str) and arn.count(":") == _COLONS_WITH_KEY)
    return plain_values(secrets) | {name: f"{secrets[name]}::" for name in with_key}
