"""Rules about functions: what they are made of, what starts them, and what they reach."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, ending, rule
from infragen.kinds import instead_of
from infragen.kinds.functions.model import ENDS, Function, longest
from infragen.kinds.queues import Queue
from infragen.kinds.workloads.sidecars import own_registry
from infragen.text import span

_TIMES: Final = 6
"""How many times a function's timeout a message stays hidden, so that a batch that waits is not taken twice."""
_FIFO_BATCH: Final = 10
_RESERVED: Final = frozenset(
    {
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)  # fmt: skip
_VARIABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]+")


@rule("E107")
def _runtime_ended(resolved: ResolvedSystem, today: date) -> Findings:
    yield from _runtimes(resolved, today, ended=True)


@rule("E108")
def _runtime_ends(resolved: ResolvedSystem, today: date) -> Findings:
    yield from _runtimes(resolved, today, ended=False)


def _runtimes(resolved: ResolvedSystem, today: date, *, ended: bool) -> Findings:
    for name, function in resolved.all(Function).items():
        if (runtime := function.runtime) is None or function.code is None or (ENDS[runtime] <= today) != ended:
            continue
        if (message := ending(runtime, ENDS[runtime], today)) is not None:
            newer = longest(runtime)
            hint = f"write `runtime: {newer}`, which AWS supports until {ENDS[newer]}"
            if ENDS[newer] <= ENDS[runtime]:
                hint = "write `image: {tag: v1}` in place of `code`, with an image of a newer version of the language"
            yield Finding(message, resolved.at(f"functions/{name}", "runtime"), hint)


@rule("Y101", of=Function)
def _nothing_to_run(function: Function, at: At) -> Findings:
    if function.code is not None and function.image is not None:
        yield Finding(f"{at.owner} has a zip file and an image", at("image", key=True), "remove `image`, or `code`")
    elif function.image is None and function.code is None:
        hint = f"add `code: {{bucket: buckets/NAME, key: {function.name}-1.zip}}`, or `image: {{tag: v1}}`"
        yield Finding(f"{at.owner} has no code", at("name"), hint)
    elif function.code is not None:
        usual = {"runtime": "python3.13", "handler": "app.handler"}
        missing = [f"{field}: {value}" for field, value in usual.items() if getattr(function, field) is None]
        if missing:
            fields = " and ".join(f"`{one.partition(':')[0]}`" for one in missing)
            message = f"a zip file does not say how it is run: {at.owner} has no {fields}"
            yield Finding(message, at("code", key=True), "add " + " and ".join(f"`{one}`" for one in missing))


@rule("Y102", of=Function)
def _unknown(function: Function, at: At, resolved: ResolvedSystem) -> Findings:
    for queue in function.triggers.queues:
        if not resolved.knows("queues", queue):
            place = at("triggers", "queues", queue, key=True)
            hint = instead_of(resolved, "queues", queue)
            yield Finding(f"{at.owner} takes messages of a queue `{queue}`, which does not exist", place, hint)
    for bucket in function.triggers.objects:
        if not resolved.knows("buckets", bucket):
            place = at("triggers", "objects", bucket, key=True)
            hint = instead_of(resolved, "buckets", bucket)
            yield Finding(f"new objects of a bucket `{bucket}` start {at.owner}, and it does not exist", place, hint)
    kind, _, bucket = function.code.bucket.partition("/") if function.code is not None else ("", "", "")
    if bucket and not resolved.knows(kind, bucket):
        place = at("code", "bucket")
        hint = instead_of(resolved, kind, bucket)
        yield Finding(f"the code of {at.owner} lies in buckets/{bucket}, which does not exist", place, hint)


def _taken(resolved: ResolvedSystem) -> Iterator[tuple[str, Function, Queue]]:
    for name, function in resolved.all(Function).items():
        for queue in sorted(function.triggers.queues):
            if (found := resolved.all(Queue).get(queue)) is not None:
                yield f"functions/{name}", function, found


@rule("Y103")
def _hidden_too_short(resolved: ResolvedSystem) -> Findings:
    for owner, function, queue in _taken(resolved):
        if queue.visibility_timeout < function.timeout:
            message = f"messages of queues/{queue.name} come back after {span(queue.visibility_timeout)},"
            message += f" and {owner} may take {span(function.timeout)}: Lambda refuses the queue"
            place = resolved.at(owner, "triggers", "queues", queue.name, key=True)
            yield Finding(message, place, _longer(resolved, function, queue))


@rule("Y104")
def _hidden_short(resolved: ResolvedSystem) -> Findings:
    for owner, function, queue in _taken(resolved):
        if function.timeout <= queue.visibility_timeout < _wanted(function, queue):
            message = f"messages of queues/{queue.name} come back after {span(queue.visibility_timeout)}; AWS advises"
            message += f" {_TIMES} times the {span(function.timeout)} of {owner}, and its `window`, as a batch may wait"
            place = resolved.at(owner, "triggers", "queues", queue.name, key=True)
            yield Finding(message, place, _longer(resolved, function, queue))


def _wanted(function: Function, queue: Queue) -> int:
    return function.timeout * _TIMES + (function.triggers.queues[queue.name].window or 0)


def _longer(resolved: ResolvedSystem, function: Function, queue: Queue) -> str:
    source = resolved.source(f"queues/{queue.name}")
    return f"write `visibility_timeout: {span(_wanted(function, queue))}` in {source}"


@rule("Y105")
def _batch(resolved: ResolvedSystem) -> Findings:
    for owner, function, queue in _taken(resolved):
        how, path = function.triggers.queues[queue.name], ("triggers", "queues", queue.name)
        if queue.fifo is not None and how.window is not None:
            message = f"messages of queues/{queue.name} are in FIFO order, for which Lambda supports no `window`"
            yield Finding(message, resolved.at(owner, *path, "window"), "remove it")
        if queue.fifo is not None and how.batch > _FIFO_BATCH:
            message = f"of a FIFO queue, an invocation gets {_FIFO_BATCH} messages at most, not {how.batch}"
            yield Finding(message, resolved.at(owner, *path, "batch"), f"write `batch: {_FIFO_BATCH}`")
        elif queue.fifo is None and how.batch > _FIFO_BATCH and how.window is None:
            message = f"more than {_FIFO_BATCH} messages in a batch need a `window`"
            yield Finding(message, resolved.at(owner, *path, "batch"), "add `window: 1 s` beside it, or more")


@rule("Y109", of=Function)
def _unread(function: Function, at: At, resolved: ResolvedSystem) -> Findings:
    for bucket in function.watches:
        use = function.uses.get(bucket)
        name = bucket.partition("/")[2]
        if resolved.knows("buckets", name) and (use is None or use.access in ("list", "write")):
            message = f"an event has only the object's key, and {at.owner} may not read the object"
            place = at("triggers", "objects", name, key=True)
            yield Finding(message, place, f"add `uses: {{{bucket}: {{access: read}}}}`")


@rule("Y110", of=Function)
def _loop(function: Function, at: At) -> Findings:
    for name, how in function.triggers.objects.items():
        use = function.uses.get(f"buckets/{name}")
        if not how.keys and use is not None and use.access in (None, "read-write", "write"):
            message = f"each object that {at.owner} writes to buckets/{name} would start it again"
            hint = "add `keys: [incoming/*]`, and write elsewhere; or let it write to a bucket of its own"
            yield Finding(message, at("triggers", "objects", name, key=True), hint)
    for name in function.triggers.queues:
        if (use := function.uses.get(f"queues/{name}")) is not None and use.access == "send":
            message = f"each message that {at.owner} sends to queues/{name} would start it again"
            hint = f"remove `queues/{name}` from `uses`: its trigger receives already; or send to another queue"
            yield Finding(message, at("triggers", "queues", name, key=True), hint)


@rule("Y107", of=Function)
def _variable(function: Function, at: At) -> Findings:
    for field, named in (("environment", function.environment), ("secrets", function.secrets)):
        for name in named:
            if name in _RESERVED or _VARIABLE.fullmatch(name) is None:
                why = "is Lambda's own" if name in _RESERVED else "has fewer than two characters"
                hint = "remove it, or write another name"
                yield Finding(f"the variable `{name}` {why}", at(field, name, key=True), hint)


@rule("Y108", of=Function)
def _elsewhere(function: Function, at: At, environment: Environment) -> Findings:
    region, account = environment.settings.region, environment.settings.account
    if (image := function.image) is not None and image.name is not None:
        if (found := own_registry(image.name)) is None or found[1] != region:
            message = f"Lambda takes images from ECR in {region} alone, and not {image.name}"
            hint = f"push it there, and write `name: {account}.dkr.ecr.{region}.amazonaws.com/...`"
            yield Finding(message, at("image", "name"), hint)
        elif image.repository is not None:
            message = f"the image has two sources, {image.name} and the ECR repository `{image.repository}`"
            yield Finding(message, at("image", "repository"), "remove `repository`, or `name`")
