"""Rules about what stands in a task: images of other registries, sidecars, folders, variables, health commands."""

import re
from collections.abc import Mapping
from functools import reduce
from graphlib import CycleError, TopologicalSorter
from math import ceil
from typing import Any, Final

from infragen.core.clock import cron_problem
from infragen.core.entry import Output
from infragen.core.part import ENVIRONMENT
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.core.units import KUBERNETES
from infragen.diagnostics.hints import nearest
from infragen.kinds import instead_of
from infragen.kinds.network import in_public
from infragen.kinds.workloads import log_route, router, tracing
from infragen.kinds.workloads.egress import foreign_images
from infragen.kinds.workloads.fargate import gigabytes, round_up, vcpu
from infragen.kinds.workloads.model import Container, Server, Service, Task, Workload
from infragen.kinds.workloads.registry import written
from infragen.kinds.workloads.sidecars import CALLED, own_registry, registry
from infragen.kinds.workloads.task import CONTAINER_NAME

_MOST_CONTAINERS: Final = 10
"""Containers of a task, with Service Connect's (Amazon ECS endpoints and quotas: Containers per task definition)."""


@rule("F118", of=Task)
def _image_contradicts(container: Task, at: At) -> Findings:
    image = container.image
    if image.name is not None and image.repository is not None:
        message = f"the image has two sources, {image.name} and the ECR repository `{image.repository}`"
        yield Finding(message, at("image", "repository"), "remove `repository`, or `name`")
    elif image.pull_secret is not None and image.name is None:
        message = "`pull_secret` does nothing: tasks pull from ECR with their role"
        hint = "remove it, or name the registry's image, such as `name: registry.example.com/team/web`"
        yield Finding(message, at("image", "pull_secret"), hint)
    for name, sidecar in container.sidecars.items():
        if sidecar.pull_secret is not None and (sidecar.image is None or sidecar.image.name is None):
            whose = f"the image of {at.owner}" if sidecar.image is None else "an image in ECR"
            message = f"`pull_secret` does nothing: the sidecar `{name}` runs {whose}"
            hint = "remove it, or give the sidecar an `image` of its own"
            yield Finding(message, at("sidecars", name, "pull_secret"), hint)


@rule("F154", of=Task)
def _idle_collector(container: Task, at: At) -> Findings:
    collectors = ("aws-otel-collector", "opentelemetry-collector", "opentelemetry-collector-contrib")
    for name, sidecar in container.sidecars.items():
        if container.tracing and name == tracing.SIDECAR:
            continue  # it has infragen's
        if sidecar.image is None or (sidecar.image.name or "").rpartition("/")[2] not in collectors:
            continue
        is_told = any("--config" in word for word in (*sidecar.entry_point, *sidecar.command))
        if not is_told and not {"AOT_CONFIG_CONTENT", "AOT_CONFIG_PATH"} & {*sidecar.environment, *sidecar.secrets}:
            message = f"the collector `{name}` has no configuration: what it receives and sends is its image's default"
            hint = (
                "write `tracing: true` in its place, which also permits it to send traces; or add"
                " `command: [--config=/etc/ecs/ecs-default-config.yaml]`, and `permissions` for what that sends"
            )
            yield Finding(message, at("sidecars", name, "image"), hint)


@rule("F155", of=Task)
def _other_loopback(container: Task, at: At) -> Findings:
    checks: list[tuple[Any, tuple[str, ...]]] = [(getattr(container, "health", None), ("health", "command"))]
    checks += [(one.health, ("sidecars", name, "health", "command")) for name, one in container.sidecars.items()]
    for health, path in checks:
        command = " ".join(health.command) if health is not None else ""
        # Busybox's wget, which every image of Alpine has, takes the first address of a name and tries no other
        if re.search(r"(^|[\s;&|/])wget($|\s)", command) and re.search(r"\blocalhost\b", command):
            message = "wget may ask ::1 for `localhost`, where a program that listens on 0.0.0.0 does not answer"
            yield Finding(message, at(*path), "write `127.0.0.1` in its place")


@rule("A170")
def _without_metrics(environment: Environment) -> Findings:
    if (said := environment.settings.prometheus) is None or not said.enabled:
        return
    if not (traced := [(owner, task) for owner, task in environment.each(Task) if task.tracing]):
        message = "nothing writes to Prometheus: the collectors of traced tasks do, and no task is traced"
        hint = "write `tracing: true` in services and workers"
        yield Finding(message, environment.at(ENVIRONMENT, "prometheus"), hint)
    for owner, task in traced:
        if not tracing.is_configured(task.sidecars.get(tracing.SIDECAR)):
            message = f"the collector of {owner} has a configuration of its own, and writes nothing to Prometheus"
            place = environment.at(owner, "sidecars", tracing.SIDECAR)
            yield Finding(message, place, "leave out its `command`, `entry_point`, `environment` and `secrets`")


@rule("F119", of=Task)
def _registry_out_of_reach(container: Task, at: At, environment: Environment) -> Findings:
    if environment.settings.network.nat != "none" or in_public(environment):
        return
    for image, path in foreign_images(container, environment.settings.region):
        message = f"tasks have no route out (`nat: none`) and cannot reach {registry(image)}, where {image} comes from"
        yield Finding(message, at(*path), f"add `network: {{nat: single}}`, or {_a_copy(image, path)}")


def _a_copy(image: str, path: tuple[str, ...]) -> str:
    instead = "`repository: NAME` here in place of its name"
    if path[0] == "tracing":
        tag = image.rpartition(":")[2]
        instead = f"`sidecars: {{{tracing.SIDECAR}: {{image: {{repository: NAME, tag: {tag}}}}}}}`"
    return f"a copy of the image: `infragen new repository NAME` with `copy_of: {image}`, and {instead}"


@rule("F175", of=Task)
def _registry_of_others(container: Task, at: At, environment: Environment) -> Findings:
    settings = environment.settings
    if not settings.production or (settings.network.nat == "none" and not in_public(environment)):
        return  # F119 says more
    for image, path in foreign_images(container, settings.region):
        message = f"tasks start only while {registry(image)} answers, where {image} comes from"
        yield Finding(message, at(*path), f"keep {_a_copy(image, path)}")


@rule("F178", of=Task)
def _small_router(container: Task, at: At) -> Findings:
    router = getattr(getattr(container, "log_route", None), "router", None)
    cpu = min((size.cpu for size in container.sizes.values()), default=0)
    least = cpu * _ROUTERS_SHARE // 100
    if router is not None and (router.cpu or 0) < least:
        own = f"{router.cpu} of {cpu} units of CPU" if router.cpu else "no share of the CPU"
        message = f"its router has {own}: lines are lost while code takes all of it"
        path = ("log_route", "router", *(("cpu",) if router.cpu else ()))
        enough = ceil(least / 32) / 32
        yield Finding(message, at(*path), f"write `cpu: {enough:g} vCPU` or more, {_ROUTERS_SHARE} % of the task's")


_ROUTERS_SHARE: Final = 5
"""Per cent (AWS for Fluent Bit, performance guide: a few per cent of a vCPU for each MB a second)."""


@rule("F165", of=Task)
def _image_elsewhere(container: Task, at: At, environment: Environment) -> Findings:
    own = environment.settings.account
    for path, image in written(container).items():
        found = own_registry(image.name) if image.name is not None else None
        if found is not None and found[0] != own:
            allowed = "only if the policy of its repository lets them pull"
            message = f"{image.text} is of the account {found[0]}: tasks in {own} start {allowed}"
            hint = "have the repository's owner add that, or keep a copy: `infragen new repository NAME`"
            yield Finding(message, at(*path), hint)


@rule("F120", of=Task)
def _docker_hub(container: Task, at: At) -> Findings:
    for image, path in foreign_images(container, ""):
        if path[0] == "tracing":
            continue  # AWS's own registry
        beside = container.sidecars.get(path[1])
        secret = container.image.pull_secret if path[0] == "image" else beside and beside.pull_secret
        if registry(image) == "docker.io" and secret is None:
            message = f"{image} comes from Docker Hub, which limits pulls without a login: tasks may fail to start"
            official = image.removeprefix("docker.io/").removeprefix("library/").partition(":")[0]
            hint = f"take AWS's copy, `public.ecr.aws/docker/library/{official}`, or add `pull_secret`"
            if "/" in official:
                hint = "add `pull_secret`, or push the image to a registry of yours"
            yield Finding(message, at(*path), hint)


@rule("F121", of=Task)
def _no_room(container: Task, at: At) -> Findings:
    cpu = sum(one.cpu or 0 for one in container.beside.values())
    memory = sum(one.memory or 0 for one in container.beside.values())
    for name, size in container.sizes.items():
        try:
            most_cpu, most_memory = round_up(size.cpu, size.memory)
        except ValueError:
            continue  # F102 says so
        if cpu >= most_cpu or memory >= most_memory:
            field = "cpu" if cpu >= most_cpu else "memory"
            taken, has = (vcpu(cpu), vcpu(most_cpu)) if field == "cpu" else (gigabytes(memory), gigabytes(most_memory))
            message = f"sidecars take {taken} of the task's {has}: nothing is left for {at.owner} itself"
            hint = f"write a larger `{field}` here, or smaller ones in `sidecars`"
            yield Finding(message, at("sizes", name, field), hint)


@rule("F166", of=Task)
def _kubernetes_units(container: Task, at: At, resolved: ResolvedSystem) -> Findings:
    places = [("sidecars", name) for name in container.sidecars]
    places += [("log_route", "router")] if log_route.is_routed(container) else []
    said = resolved.origins[at.owner].merged() if places else {}
    for place in places:
        raw: Any = reduce(lambda data, step: data[step], place, said)
        for field, figure in ((field, raw.get(field)) for field in ("cpu", "memory")):
            unit = figure.lstrip("0123456789. ") if isinstance(figure, str) else ""
            if unit in KUBERNETES:
                beside = container.beside[router.NAME if place[0] == "log_route" else place[1]]
                means = f"{beside.memory} MiB" if field == "memory" else f"{beside.cpu} of the 1024 units of a vCPU"
                yield Finding(f"`{figure}` is a figure of Kubernetes: {means}", at(*place, field))


@rule("W146", of=Task)
def _lines_refused(container: Task, at: At) -> Findings:
    name = getattr(getattr(container.log_route, "router", None), "search_domain", None)
    uses = {other: use.access for other, use, _ in container.used()}
    if name is not None and uses.get(f"search-domains/{name}", "read") == "read":
        message = f"the router of {at.owner} may not write to search-domains/{name}"
        hint = f"write `uses: {{search-domains/{name}: {{access: logs}}}}`, or `read-write` where its code asks it, too"
        yield Finding(message, at("log_route", "router", "search_domain"), hint)


@rule("F122", of=Task)
def _waits_in_vain(container: Task, at: At, resolved: ResolvedSystem) -> Findings:
    waiting = {CONTAINER_NAME: container.depends_on, **{n: one.depends_on for n, one in container.sidecars.items()}}
    sound = True
    for name, conditions in waiting.items():
        above = () if name == CONTAINER_NAME else ("sidecars", name)
        for other, condition in conditions.items():
            if found := _elsewhere(resolved, container, other) or _in_vain(container, name, other, condition):
                sound = False
                yield Finding(found[0], at(*above, "depends_on", other, key=True), found[1])
    circle = _circle(waiting) if sound else None
    if circle:
        message = f"containers of {at.owner} wait for each other: {' -> '.join(circle)}"
        first = next(name for name in circle if name != CONTAINER_NAME)
        yield Finding(message, at("sidecars", first, "depends_on"), f"remove `depends_on` from the sidecar `{first}`")


def _elsewhere(resolved: ResolvedSystem, container: Task, other: str) -> tuple[str, str] | None:
    if other == CONTAINER_NAME or other in container.sidecars or other == container.name:
        return None
    kind = next((kind for kind in ("services", *resolved.entries) if resolved.knows(kind, other)), None)
    if kind is None or kind == "domains":
        return None
    used = f"calls: {{{other}: {CALLED}}}" if kind == "services" else f"uses: {{{kind}/{other}: {{}}}}"
    hint = f"`depends_on` is about containers of one task; write `{used}`"
    return f"`{other}` is {kind}/{other}, and no container of this task", hint


def _in_vain(container: Task, name: str, other: str, condition: str) -> tuple[str, str] | None:
    if other == name:
        return f"`{other}` waits for itself", "remove it"
    if other != CONTAINER_NAME and other not in container.sidecars:
        known = [one for one in (CONTAINER_NAME, *container.sidecars) if one != name]
        return f"there is no container `{other}`", nearest(other, known, "containers of the task")
    sidecar = container.sidecars.get(other)
    if condition in ("complete", "success") and (sidecar is None or sidecar.essential):
        message = f"`{other}: {condition}`: the task ends when `{other}` does, so that ECS refuses to wait for that"
        if sidecar is None:
            return message, f"write `{other}: start` or `{other}: healthy`"
        return message, f"add `essential: false` to the sidecar `{other}`"
    health = getattr(container, "health", None) if sidecar is None else sidecar.health
    if condition == "healthy" and not (health and health.command):
        message = f"`{other}` has no command that tells whether it is healthy"
        return message, 'add `health: {command: [curl, -f, "http://127.0.0.1/"]}` to it, or wait for its `start`'
    return None


def _circle(waiting: Mapping[str, Mapping[str, str]]) -> list[str] | None:
    try:
        TopologicalSorter(waiting).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return None


@rule("F123", of=Task)
def _port_twice(container: Task, at: At) -> Findings:
    taken = {container.port: f"{at.owner} itself"} if isinstance(container, Server) else {}
    if isinstance(container, Service) and (second := container.verified_port):
        if second == container.port:
            message = f"port {second} is taken by {at.owner} itself: its second port is another one"
            yield Finding(message, at("verified_port"), f"write `verified_port: {_free(taken)}`")
        taken.setdefault(second, f"{at.owner} itself")
    for name, sidecar in container.sidecars.items():
        first = taken.setdefault(sidecar.port, f"the sidecar `{name}`") if sidecar.port else None
        if first not in (None, f"the sidecar `{name}`"):
            message = f"port {sidecar.port} is taken by {first}: the containers of a task share one address"
            place = at("sidecars", name, "port")
            yield Finding(message, place, f"let one of them listen elsewhere, such as `port: {_free(taken)}`")


@rule("F136", of=Service)
def _no_verifier(service: Service, at: At, environment: Environment) -> Findings:
    balancer = environment.settings.load_balancer
    if service.verified_port is not None and (balancer is None or not balancer.mutual_tls):
        lacks = "no load balancer verifies its callers"
        message = f"nothing delivers to port {service.verified_port} of {at.owner}: {lacks}"
        hint = f"add `load_balancer: {{mutual_tls: true}}` to {environment.source('environment')}, or remove it"
        yield Finding(message, at("verified_port"), hint)


def _free(taken: Mapping[int, str]) -> int:
    return next(port for port in range(8080, 65_536) if port not in taken)


@rule("F124", of=Workload)
def _twice_given(container: Workload, at: At) -> Findings:
    for above, plain, secret in container.written_variables():
        for name in sorted(plain.keys() & secret.keys()):
            message = f"`{name}` is in both `environment` and `secrets`"
            hint = "remove it from `environment`: a value in plain text is no secret"
            yield Finding(message, at(*above, "environment", name, key=True), hint)


@rule("F133", of=Task)
def _secret_elsewhere(container: Task, at: At, environment: Environment) -> Findings:
    region, account = environment.settings.region, environment.settings.account
    for above, _, secrets in container.written_variables():
        for name, arn in secrets.items():
            if isinstance(arn, Output):
                continue
            there, whose = arn.split(":")[3:5]
            if (there, whose) == (region, account):
                continue
            message = f"the secret is in {there}: tasks in {region} start only while they reach {there}"
            if whose != account:
                needs = "its policy, and that of its key, allow them to read it"
                message = f"the secret is of the account {whose}: tasks in {account} start only if {needs}"
            hint = f"write that of one in {region}, `arn:aws:secretsmanager:{region}:{account}:secret:...`"
            if not above:
                hint += ", or let an entry of the kind secrets give it (`infragen new secret`)"
            yield Finding(message, at(*above, "secrets", name), hint)


@rule("F125", of=Task)
def _folder_twice(container: Task, at: At) -> Findings:
    shared = {path for one in container.sidecars.values() for path in one.shared_paths}
    own = ("writable_paths",)
    every: dict[tuple[str, ...], tuple[tuple[str, ...], set[str]]] = {own: (container.writable_paths, shared)}
    for name, one in container.sidecars.items():
        every["sidecars", name, "writable_paths"] = one.writable_paths, {*one.shared_paths}
    for name, one in container.sidecars.items():
        every["sidecars", name, "shared_paths"] = one.shared_paths, set()
    for where, (paths, others) in every.items():
        for index, path in enumerate(paths):
            if path == "/tmp":  # noqa: S108 -- of the container
                message = "`/tmp` is writable in every container, and each has its own"
            elif path in others:
                message = f"`{path}` is shared with a sidecar, and so it is writable already"
            elif path in paths[:index]:
                message = f"`{path}` is listed twice"
            else:
                continue
            yield Finding(message, at(*where, index), "remove it here")


@rule("F135", of=Task)
def _tmp_too_large(container: Task, at: At) -> Findings:
    name, size = min(container.sizes.items(), key=lambda one: one[1].memory)
    if container.tmp is not None and container.tmp >= size.memory:
        message = f"`/tmp` of {at.owner} is kept in memory, {container.tmp} MB of {size.memory} in the size `{name}`"
        hint = f"write less, such as `tmp: {size.memory // 4} MB`, or give `sizes.{name}` more `memory`"
        yield Finding(message, at("tmp"), hint)


@rule("F126", of=Task)
def _sidecar_too_many(container: Task, at: At) -> Findings:
    most = _MOST_CONTAINERS - 2
    if CONTAINER_NAME in container.sidecars:
        message = f"`{CONTAINER_NAME}` is the name of the container of {at.owner} itself"
        yield Finding(message, at("sidecars", CONTAINER_NAME, key=True), "give the sidecar another name")
    if router.NAME in container.sidecars and log_route.is_routed(container):
        message = f"`{router.NAME}` is the name of the container that `log_route.router` adds"
        yield Finding(message, at("sidecars", router.NAME, key=True), "give the sidecar another name")
    if len(container.beside) > most:
        own = f"{at.owner} itself and Service Connect's among them"
        message = f"{len(container.beside)} sidecars; a task has {_MOST_CONTAINERS} containers at most, {own}"
        yield Finding(message, at("sidecars"), f"write {most} or fewer")


@rule("F127", of=Server)
def _health_too_long(container: Server, at: At) -> Findings:
    health = container.health
    limits = (("timeout", health.timeout, 60), ("grace", health.grace, 300))  # Amazon ECS API: HealthCheck
    for field, seconds, most in limits if health.command else ():
        if seconds > most:
            message = f"`{field}` of {seconds} s; with a `command`, ECS takes {most} s at most"
            yield Finding(message, at("health", field), f"write `{field}: {most}` or less")


@rule("F128", of=Container, in_environments=True)
def _never_starts(container: Container, at: At) -> Findings:
    scaling = container.scaling
    if container.tasks.min == 0 and container.is_scaled and not (scaling.schedules or scaling.queue):
        message = f"{at.owner} starts without tasks, and what scales it measures tasks: none ever starts"
        yield Finding(message, at("tasks", "min"), "write `min: 1`, or let a queue or a schedule start the first one")


@rule("F134", of=Container)
def _never_ends(container: Container, at: At) -> Findings:
    schedules, usual = container.scaling.schedules, container.tasks.min
    least = {name: schedule.fewest(container.tasks) for name, schedule in schedules.items()}
    name, tasks = next(iter(least.items()), ("", 0))
    if min(least.values(), default=usual) <= usual or tasks > container.tasks.max:
        return  # one of them takes it back, none raises it, or another finding speaks
    runs, them, why = ("a task runs", "it", "it ends") if tasks == 1 else (f"{tasks} tasks run", "them", "they end")
    back = f"ends {them} again" if usual == 0 else f"goes back to {usual}"
    at_least = "" if usual == 0 else " at least"
    end = f'{{cron: "{an_hour_later(schedules[name].cron)}", min: {usual}, why: {why}}}'
    message = f"schedule `{name}`: {runs}{at_least} from then on, and nothing {back}"
    hint = f"add a second one: `schedules: {{{free_name(schedules)}: {end}}}`"
    field = "min" if schedules[name].min_factor is None else "min_factor"
    yield Finding(message, at("scaling", "schedules", name, field), hint)


def an_hour_later(cron: str) -> str:
    """One in the evening where that would be another day."""
    minutes, hours, *days = cron.split() if cron_problem(cron) is None else ["0", "8", "?", "*", "MON-FRI", "*"]
    is_plain = minutes.isdecimal() and hours.isdecimal() and int(hours) < 23
    return " ".join((minutes, str(int(hours) + 1)) if is_plain else ("0", "23")) + " " + " ".join(days)


def free_name(taken: Mapping[str, object]) -> str:
    return next(name for name in ("end", "evening", *(f"end-{n}" for n in range(2, 99))) if name not in taken)


@rule("F141", of=Workload)
def _log_route(workload: Workload, at: At, resolved: ResolvedSystem) -> Findings:
    if (route := workload.log_route) is not None and not resolved.knows("buckets", route.bucket):
        message = f"the logs of {at.owner} are sent to a bucket `{route.bucket}`, which does not exist"
        yield Finding(message, at("log_route", "bucket"), instead_of(resolved, "buckets", route.bucket))
