"""Rules about the tasks of services and BFFs: sizes, scaling, health, images, variables."""

import re
from collections.abc import Mapping
from decimal import Decimal

from infragen.core.clock import cron_problem
from infragen.core.entry import Output, Use
from infragen.core.layers import Layers
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics.hints import close_to, did_you_mean, nearest
from infragen.kinds import instead_of
from infragen.kinds.buckets import Bucket
from infragen.kinds.endpoints import interface_endpoints
from infragen.kinds.network import in_public, subnets
from infragen.kinds.network.ranges import RESERVED, too_small
from infragen.kinds.workloads.events import Events
from infragen.kinds.workloads.fargate import SIZES, gigabytes, round_up, vcpu
from infragen.kinds.workloads.model import Container, Server, Service, Task, Workload
from infragen.kinds.workloads.scaling_model import Schedule
from infragen.secret_forms import secret_word, secrets_in, secrets_of
from infragen.source import yaml_text
from infragen.text import first_of


@rule("F101", of=Task)
def _size_rounded(container: Task, at: At) -> Findings:
    yield from _rounded(container, at, is_far=False)


@rule("F153", of=Task)
def _size_far_off(container: Task, at: At) -> Findings:
    yield from _rounded(container, at, is_far=True)


def _rounded(container: Task, at: At, *, is_far: bool) -> Findings:
    for name, size in container.sizes.items():
        try:
            cpu, memory = round_up(size.cpu, size.memory)
        except ValueError:
            continue  # F102 says so
        if (cpu, memory) != (size.cpu, size.memory) and (max(cpu / size.cpu, memory / size.memory) >= 2) == is_far:
            asked = f"{vcpu(size.cpu)} with {gigabytes(size.memory)}"
            built = f"{vcpu(cpu)} with {gigabytes(memory)}"
            more = [vcpu(cpu - size.cpu)] if cpu != size.cpu else []
            more += [gigabytes(memory - size.memory)] if memory != size.memory else []
            costs = f"which costs {' and '.join(more)} more per task than the size asked for"
            message = f"{asked} is not a Fargate size: {built} is built, {costs}"
            asked_for = f"`cpu: {vcpu(cpu)}, memory: {gigabytes(memory)}`"
            hint = f"nothing to do; to request what is built: {asked_for}"
            if is_far:
                fit = SIZES.get(size.cpu, ()) if cpu != size.cpu else ()
                less = f", or {vcpu(size.cpu)} with {gigabytes(fit[0])} to {gigabytes(fit[-1])}" if fit else ""
                hint = f"write what is meant: {asked_for}{less}"
            yield Finding(message, at("sizes", name, "memory" if cpu == size.cpu else "cpu"), hint)


@rule("F102", of=Task)
def _size_too_large(container: Task, at: At) -> Findings:
    for name, size in container.sizes.items():
        try:
            round_up(size.cpu, size.memory)
        except ValueError as error:
            hint = "ask for at most `cpu: 32 vCPU, memory: 244 GB`, and for more tasks"
            yield Finding(str(error), at("sizes", name, "cpu"), hint)


@rule("F103", of=Task)
def _profile_unknown(container: Task, at: At) -> Findings:
    if (profile := container.profile) is not None and profile not in container.sizes:
        hint = nearest(profile, container.sizes, "its sizes")
        yield Finding(f"{at.owner} has no size `{profile}`", at("profile"), hint)


@rule("F104")
def _profile_unused(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may have such a size
    known = {name for _, task in environment.each(Task) for name in task.sizes}
    for index, profile in enumerate(environment.settings.profiles):
        if profile not in known:
            message = f"the profile `{profile}` changes nothing: no service has a size with that name"
            yield Finding(message, environment.at("environment", "profiles", index), nearest(profile, known, "sizes"))


@rule("F105", of=Container)
def _tasks_range(container: Container, at: At) -> Findings:
    tasks = container.tasks
    if tasks.min > tasks.max:
        message = f"tasks: at least {tasks.min}, but at most {tasks.max}"
        yield Finding(message, at("tasks", "min"), f"exchange them: `tasks: {{min: {tasks.max}, max: {tasks.min}}}`")


@rule("F177", of=Container)
def _desired(container: Container, at: At) -> Findings:
    tasks = container.tasks
    if tasks.desired is None or tasks.max == 0:
        return
    if not container.is_scaled:
        message = f"{at.owner} is not scaled: it has {tasks.min} tasks, and `desired` has no effect"
        yield Finding(message, at("tasks", "desired"), "remove `desired`, or add `scaling: {cpu: 60 %}`")
    elif not tasks.min <= tasks.desired <= tasks.max:
        message = f"it would start with {tasks.desired} tasks, and has {tasks.min} to {tasks.max}"
        yield Finding(message, at("tasks", "desired"), f"write `desired: {tasks.min}` or more, at most {tasks.max}")


@rule("F106", of=Container)
def _schedule_range(container: Container, at: At) -> Findings:
    for name, schedule in container.scaling.schedules.items():
        if found := _contradiction(container, schedule):
            field, message, hint = found
            yield Finding(f"schedule `{name}`: {message}", at("scaling", "schedules", name, field), hint)


def _contradiction(container: Container, schedule: Schedule) -> tuple[str, str, str] | None:
    most = container.tasks.max
    if schedule.min is not None and schedule.min_factor is not None:
        return "min_factor", "`min` and `min_factor` exclude each other", "remove one of the two"
    if schedule.min is None and schedule.max is None and schedule.min_factor is None:
        return "why", "it changes nothing", "give `min`, `max` or `min_factor`"
    if schedule.max is not None and schedule.max > most:
        return "max", f"{schedule.max} tasks are more than the service's own {most}", f"write `max: {most}` or less"
    least = schedule.min if schedule.min is not None else 0
    top = schedule.max if schedule.max is not None else most
    if least > top:
        return "min", f"at least {least} tasks, but at most {top}", f"write `min: {top}` or less, or raise the maximum"
    return None


@rule("F107")
def _cron(resolved: ResolvedSystem) -> Findings:
    known: dict[str, str | None] = {}
    for owner, entry in resolved.every():
        for cron, path in getattr(entry, "crons", tuple)():
            if cron not in known:
                known[cron] = cron_problem(cron)
            if found := known[cron]:
                hint = "six fields, such as `30 7 ? * MON-FRI *` for weekdays at 07:30"
                message = f"AWS does not accept the cron expression `{cron}`: {found}"
                yield Finding(message, resolved.at(owner, *path), hint)


@rule("F108")
def _time_zone(resolved: ResolvedSystem) -> Findings:
    from zoneinfo import ZoneInfo, available_timezones

    zone = resolved.system.time_zone
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        if known := available_timezones():  # without time zone data this machine cannot judge
            hint = did_you_mean(zone, known) or "write an IANA name, such as `Asia/Tokyo`"
            yield Finding(f"there is no time zone `{zone}`", resolved.at("system", "time_zone"), hint)


@rule("R125")
def _events_of_nobody(resolved: ResolvedSystem) -> Findings:
    if resolved.broken or hasattr(resolved, "settings"):
        return  # what is broken may be the sender, and an environment may leave it out
    receivers = frozenset(callee for _, container in resolved.each(Container) for callee in container.consumers)
    for owner, service in resolved.each(Service):
        if service.events != Events() and service.name not in receivers:
            message = f"{owner} gets no events: no service sends it any, so that its `events` change nothing"
            hint = f"let a service call it with `{service.name}: {{access: event, why: ...}}`, or remove `events`"
            yield Finding(message, resolved.at(owner, "events", key=True), hint)


@rule("F109")
def _queue_without_messages(resolved: ResolvedSystem) -> Findings:
    if resolved.broken:
        return  # what is broken may be the sender, or the queue
    receivers = frozenset(callee for _, container in resolved.each(Container) for callee in container.consumers)
    for owner, container in resolved.each(Container):
        if (wanted := container.scaling.queue) is None or container.counted_queue in container.received:
            continue
        path: tuple[str, ...] = ("scaling", "queue")
        if wanted.name is not None:
            message = f"{owner} scales on queues/{wanted.name}, and does not receive from it"
            path = (*path, "name")
            add = f"add `uses: {{queues/{wanted.name}: {{access: receive}}}}`"
            hint = did_you_mean(wanted.name, container.received) or add
        elif container.received:
            message = f"{owner} receives from {len(container.received)} queues, and scales on which of them?"
            hint = f"write `scaling: {{queue: {{name: {container.received[0]}, per_task: {wanted.per_task}}}}}`"
        elif not isinstance(container, Service):
            message = f"{owner} scales on a queue, and receives from none"
            hint = "add the queue it reads, such as `uses: {queues/orders: {access: receive}}`, or remove `queue`"
        elif container.name not in receivers:
            message = f"{owner} scales on its event queue, but no service sends it events"
            hint = f"let a service call it with `{container.name}: {{access: event, why: ...}}`, or remove `queue`"
        else:
            continue
        yield Finding(message, resolved.at(owner, *path), hint)


@rule("F110", of=Container)
def _steps(container: Container, at: At) -> Findings:
    steps = container.scaling.steps
    target = container.scaling.cpu
    if not steps:
        return
    if target is None:
        message = "steps start above the CPU target, and there is none"
        yield Finding(message, at("scaling", "steps"), "add `scaling: {cpu: 70 %}`, or remove the steps")
        return
    seen: set[Decimal] = set()
    for index, step in enumerate(steps):
        above = step.above
        if above in seen:
            found = f"two steps start {above} % above the target", "keep one of the two"
        elif target + above > 100:
            message = f"a CPU of {target + above} % cannot be: {above} % above the target of {target} %"
            found = message, f"write `above: {100 - target} %` or less"
        else:
            found = None
        if found:
            yield Finding(found[0], at("scaling", "steps", index, "above"), found[1])
        seen.add(step.above)


@rule("F111", of=Server)
def _health_timeout(container: Server, at: At) -> Findings:
    health = container.health
    if health.timeout >= health.interval:
        message = f"the health check waits {health.timeout} s for an answer, but runs every {health.interval} s"
        yield Finding(message, at("health", "timeout"), f"write `timeout: {max(2, health.interval - 1)}` or less")


@rule("F112", of=Container)
def _one_task(container: Container, at: At, environment: Environment) -> Findings:
    if environment.settings.production and container.tasks.min == 1:
        message = "a single task may run in production: in one zone, and none while it restarts"
        two = f"{{tasks: {{min: 2, max: {max(2, container.tasks.max)}}}}}"
        own = f"`{container.KIND}: {{{container.name}: {two}}}`"
        hint = f"write `min: 2` or more, or {own} in {environment.source('environment')}"
        yield Finding(message, at("tasks", "min"), hint)


@rule("W142", of=Server)
def _interrupted(container: Server, at: At, environment: Environment) -> Findings:
    if environment.settings.production and container.spot and container.tasks.max:
        may = "AWS may stop all of them at two minutes' notice, and starts none while it has no capacity to spare"
        message = f"each of its tasks runs on Fargate Spot in production: {may}"
        own = f"`{container.KIND}: {{{container.name}: {{spot: false}}}}`"
        hint = f"write `spot: false`, or {own} in {environment.source('environment')}; workers and jobs can take it"
        yield Finding(message, at("spot"), hint)


@rule("F129")
def _started(environment: Environment) -> Findings:
    started: dict[str, list[Container]] = {}
    for owner, container in environment.each(Container):
        layers = environment.origins[owner]
        above = next(iter(layers.setting(("tasks", "min"))), layers.home)
        if above.prefix[:1] == ("every",) and container.tasks.min and _own_tasks(layers).get("min") == 0:
            started.setdefault(container.KIND, []).append(container)
    for kind, found in started.items():
        owners = [f"{kind}/{one.name}" for one in found]
        least = found[0].tasks.min
        message = f"{least} {'task' if least == 1 else 'tasks'} of {first_of(owners)} {_run(least)} here at all times"
        own = {one.name: {"tasks": dict(_own_tasks(environment.origins[f"{kind}/{one.name}"]))} for one in found}
        hint = f"add `{kind}: {yaml_text(own)}`, or name those that are meant in place of `every`"
        where = environment.at(owners[0], "tasks", "min")
        yield Finding(f"{message}: `every` replaces their own `min: 0`", where, hint)


def _own_tasks(layers: Layers) -> Mapping[str, object]:
    return layers.home.data.get("tasks") or {}


@rule("F113", of=Task)
def _moving_tag(container: Task, at: At) -> Findings:
    tags: list[tuple[str, tuple[str, ...]]] = [(container.image.tag, ("image", "tag"))]
    sidecars = ((name, one.image) for name, one in container.sidecars.items())
    tags += [(image.tag, ("sidecars", name, "image", "tag")) for name, image in sidecars if image]
    for tag, path in tags:
        if tag in ("latest", "main", "master", "stable"):
            message = f"the tag `{tag}` moves: tasks may differ, and a rollback may not find the old image"
            yield Finding(message, at(*path), "write a release or a commit, such as `v1.0.0`")


@rule("F114", of=Workload)
def _secret_in_plain(container: Workload, at: At, resolved: ResolvedSystem) -> Findings:
    for above, variables, _ in container.written_variables():
        for name, value in variables.items():
            told = value.output if isinstance(value, Output) else value
            if told.endswith("_arn") or any(secrets_in(told)):
                continue  # of a secret that is known by its form, B146 tells
            if (word := secret_word(name, told)) is None and not any(secrets_of(name, told)):
                continue
            about, key = (
                re.sub("[^a-z0-9]+", "-", one.lower()).strip("-")
                for one in ((name[: word.start()], name[word.start() :]) if word else ("", name))
            )
            if above:
                arn = "arn:aws:secretsmanager:..."
                hint = f"keep it in Secrets Manager, and write its ARN here: `secrets: {{{name}: {arn}}}`"
            else:
                hint = _as_secret(resolved, container, about or container.name, key)
            place = at(*above, "environment", name, key=True)
            yield Finding(f"`{name}` looks like a secret, in plain text", place, hint, is_secret=True)


def _as_secret(resolved: ResolvedSystem, user: Workload, name: str, key: str) -> str:
    near = next(iter(close_to(name, resolved.known("secrets"), alike=0.8)), None)  # as `payments` and `payment` are
    keys = getattr(resolved.find(f"secrets/{near}"), "keys", ()) if near else ()
    before = ""
    if near is None:
        before = f"`infragen new secret {name}`, with `keys: [{key}]` in its file; then "
    elif not keys:
        key = "value"
    elif key not in keys:
        before = f"add `{key}` to the `keys` of secrets/{near}; then "
    owner = f"secrets/{near or name}"
    use = user.uses.get(owner, Use())
    is_fetched = user.FETCHES_SECRETS or use.access == "read"
    given = use.beginning(owner) + ("ARN" if is_fetched else key.replace("-", "_").upper())
    if owner in user.uses:
        written = f"remove it here: `uses` of {owner}"
    elif user.uses:
        written = f"`{owner}: {{}}` in `uses`, in place of this line,"
    else:
        written = f"`uses: {{{owner}: {{}}}}` in place of this line"
    return f"{before}{written} gives `{given}`{', by which its code reads it' if is_fetched else ''}"


@rule("W109")
def _app_capacity(environment: Environment) -> Findings:
    if in_public(environment):
        return
    tasks = sum(task.room_for for _, task in environment.each(Task))
    share = -(-tasks // max(len(subnets(environment, "app")), 1))
    balancers = 2 if environment.entries.get("gateways") else 1
    shared = RESERVED + balancers * 8 + len(interface_endpoints(environment))  # 8 that each wants free in each subnet
    of = f"{share} of {tasks} tasks at most, {shared} for AWS, load balancers and endpoints"
    yield from too_small(environment, "app", share + shared, of)


@rule("F117")
def _never_reached(environments: tuple[Environment, ...]) -> Findings:
    """Where any environment scales it, `tasks.max` has its meaning there."""
    scaled = {owner for one in environments for owner, found in one.each(Container) if found.is_scaled}
    for environment in environments:
        for owner, container in environment.each(Container):
            least, most = container.tasks.min, container.tasks.max
            if least < most and owner not in scaled:
                message = f"{most} tasks at most are never reached: nothing scales {owner}, and {least} {_run(least)}"
                yield Finding(message, environment.at(owner, "tasks", "max"), _what_scales(container))


def _what_scales(container: Container) -> str:
    """Without a running task, only a queue or a schedule can start one."""
    least, received = container.tasks.min, container.received
    if least > 0:
        return f"add `scaling: {{cpu: 70 %}}`, or write `tasks: {{min: {least}, max: {least}}}`"
    if received:
        which = f"name: {received[0]}, " if received[1:] else ""
        return f"add `scaling: {{queue: {{{which}per_task: 10}}}}`, or write `tasks: {{min: 1, max: 1}}`"
    queue = "a queue that it receives from (`scaling: {queue: {per_task: 10}}`)"
    return f"write `tasks: {{min: 1, max: 1}}`; from 0, only {queue} or `schedules` start one"


def _run(tasks: int) -> str:
    return "runs" if tasks == 1 else "run"


@rule("F176", of=Service)
def _static_files(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    if (asked := service.static_files) is None:
        return
    bucket = resolved.all(Bucket).get(asked.bucket)
    if not resolved.knows("buckets", asked.bucket):
        message = f"static files of {at.owner} go to buckets/{asked.bucket}, which does not exist"
        yield Finding(message, at("static_files", "bucket"), instead_of(resolved, "buckets", asked.bucket))
    elif service.deploy != "pipeline" or service.image.name is not None:
        message = f"no release uploads static files of {at.owner}"
        hint = "write `deploy: pipeline`, with an image in its own repository, or remove it"
        yield Finding(message, at("static_files", key=True), hint)
    elif bucket is not None and bucket.only_users and not bucket.also_admits:
        message = f"the role of releases writes to buckets/{asked.bucket}, which admits only its users"
        hint = "add `also_admits: [role/...]` there, with that role, or remove `only_users`"
        yield Finding(message, at("static_files", "bucket"), hint)
