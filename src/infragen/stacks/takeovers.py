"""The steps by which an environment takes over from another one, and back: what kinds know, in the order of phases."""

from collections.abc import Iterator
from shlex import quote

from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.resolved_system import Environment
from infragen.core.takeover import TITLES, Action, Command, Runbook, Step, Takeover
from infragen.kinds import kinds
from infragen.kinds.workloads import registry
from infragen.stacks.build import in_force
from infragen.stacks.standbys import holdings

_CAPACITY = ("size", "shards", "replicas", "readers", "multi_az")
"""Fields that a standby may keep smaller while it waits."""
_SIDE_BY_SIDE = ("stop", "switch", "switch-back", "stop-again", "start", "undo")
"""Phases in which entries are alike."""
_REHEARSED = ("access", "measure", "drill", "switch", "switch-back")
"""Phases of a rehearsal: what other kinds do when they take over is left out, and users stay where they are."""
_WRITES = "nothing here may write for a user: have a client change something that may change, and read it again"


def runbook_of(action: Action, left: Environment, taking: Environment, only: str = "") -> Runbook:
    """Return the steps by which `taking` takes over from `left`, each as if it ran; `only` may name one entry."""
    promised = (left if action != "failback" else taking).settings.recovery
    places = BuildContext(left, in_force(left)), BuildContext(taking, in_force(taking))
    seconds = promised.rpo_hours * 3600 if promised is not None else 0
    change = Takeover(action, *places, promised=seconds)
    entries = [*_of_entries(change, only)]
    signs_in = any(step.phase == "sign-in" for step in entries)
    steps = [*_of_environments(change, signs_in=signs_in), *entries]
    if action != "restore":  # what proves most comes once everything else is seen to work
        steps.append(Step("verify", "a request of your own that writes", (), 5, _WRITES))
    if action == "rehearsal":
        steps = [step for step in steps if step.phase in _REHEARSED]
    order = list(TITLES)
    ordered = tuple(sorted(_merged(steps), key=lambda one: order.index(one.phase)))
    held = holdings(left, taking) if action == "failover" else ()
    unrehearsed: dict[str, tuple[str, ...]] = {}
    for owner, entry in taking.every() if action == "restore" else ():
        for what in kinds()[entry.KIND].failover.unrehearsed(entry) if only in ("", owner) else ():
            unrehearsed[what] = (*unrehearsed.get(what, ()), owner)
    return Runbook(action, left, taking, ordered, promised, held, unrehearsed=tuple(unrehearsed.items()))


def _of_entries(change: Takeover, only: str) -> Iterator[Step]:
    owners = (owner for place in (change.taking, change.left) for owner, _ in place.environment.every())
    for owner in dict.fromkeys(owners) if not only else (only,):
        places = change.left.of(owner), change.taking.of(owner)
        there = [place for place in places if place.environment.find(owner) is not None]
        if len(there) == len(places) or there[0].region != there[0].settings.region:
            here = replace(change, left=places[0], taking=places[1])
            yield from kinds()[there[0].entry.KIND].failover.steps(there[0].entry, here)


def _merged(steps: list[Step]) -> Iterator[Step]:
    found: dict[tuple[str, str, str], Step] = {}
    for step in steps:
        key = step.phase, step.what, step.needs
        known = found.get(key, replace(step, commands=(), minutes=0))
        commands = tuple(dict.fromkeys((*known.commands, *step.commands)))
        why = "\n".join(dict.fromkeys((*known.why.splitlines(), *step.why.splitlines())))
        found[key] = replace(step, commands=commands, minutes=max(known.minutes, step.minutes), why=why)
    for step in found.values():
        verbs = [one.text.split()[:3] for one in step.commands]
        # One thing is done to all entries before the next one: it waits once everything has begun.
        by_verb = tuple(sorted(step.commands, key=lambda one: verbs.index(one.text.split()[:3])))
        yield replace(step, commands=by_verb) if step.phase in _SIDE_BY_SIDE else step


def _of_environments(change: Takeover, *, signs_in: bool) -> Iterator[Step]:
    """Yield the changes of environment files; with `signs_in` nothing runs before, as it could not sign in."""
    left, taking = change.left.environment, change.taking.environment
    if change.action == "restore":
        return
    if not change.is_return:
        yield _access(change)
    if change.action == "rehearsal":
        return
    yield from registry.takeover_pushes(change)
    if change.is_return:
        why = f"nothing runs there, and its databases are copies of {left.target}"
        commands = (_without(taking, "waits"), _written(taking, f"follows: {left.name}"), *_applied(taking))
        yield Step("copy", f"{taking.target} follows {left.name}", commands, 60, why, taking.settings.region)
    file = left.source("environment")
    why = f"otherwise tasks, schedules and triggers would run in both regions; commit {file} afterwards"
    if change.is_return:
        why = "otherwise schedules and triggers would run in both regions as soon as the copies are writable"
    commands = (_written(left, "waits: true"), *_applied(left))
    yield Step("stop" if change.is_return else "still", f"{left.target} waits", commands, 20, why, left.settings.region)
    file = taking.source("environment")
    why = (
        f"copies of databases on RDS are promoted and become writable, which cannot be undone; commit {file} afterwards"
        "\nan engine's newer version, which the catalogue has and its databases do not, is written back first"
    )
    promoted = _edited(taking, 's/^"?follows"?:.*/waits: true/') if signs_in else _without(taking, "follows")
    commands = (promoted, *_applied(taking))
    yield Step("promote", f"{taking.target} no longer follows another environment", commands, 40, why)
    if signs_in:
        why = "it had to wait for its database users: until they exist, sign-ins are refused and due runs are lost"
        yield Step("run", f"{taking.target} no longer waits", (_without(taking, "waits"), *_applied(taking)), 20, why)
    if change.action == "failover":
        yield from _enlarged(left, taking)
    if change.is_return:
        file = left.source("environment")
        why = (
            f"its databases are copies again, and nothing runs there; commit {file} afterwards\nfirst bring back there"
            " the lines that were removed to make it as large, such as `readers`"
        )
        commands = (_without(left, "waits"), _written(left, f"follows: {taking.name}"), *_applied(left))
        yield Step("renew", f"{left.target} follows {taking.name}", commands, 60, why)


def _access(change: Takeover) -> Step:
    gone, region = change.left.region, change.taking.region
    why = (
        f"with credentials that do not come from {gone}: roles are assumed at STS in {region} (AWS Fault Isolation"
        f" Boundaries: Global endpoint best practices)\nwhere IAM Identity Center is in {gone} alone, with the"
        " emergency access that was made beforehand (IAM Identity Center User Guide: Set up emergency access to the AWS"
        " Management Console)\nwhat follows is typed in the same shell"
    )
    account = change.taking.settings.account
    commands = (
        Command(f"export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_STS_REGIONAL_ENDPOINTS=regional"),
        Command(f"aws sts get-caller-identity --region {region} --query Account --output text", account),
    )
    return Step("access", f"as somebody of {account}", commands, 5, why)


def _smaller(left: Environment, taking: Environment, path: str, here: str, there: str) -> Command:
    file = taking.source("environment")
    shows = f"{here}, while {left.target} has {there}: remove it from {file}, or leave it as it is"
    return Command(f"infragen explain {taking.target} {path}", shows)


def _enlarged(left: Environment, taking: Environment) -> Iterator[Step]:
    file = taking.source("environment")
    commands = []
    for owner, entry in taking.every():
        other = left.find(owner)
        for field in _CAPACITY:
            here, there = getattr(entry, field, None), getattr(other, field, None)
            layer = next(iter(taking.origins[owner].setting((field,))), None)
            is_written = layer is not None and layer.brought_by is None and layer.document.file == file
            is_less = here < there if isinstance(here, int) and isinstance(there, int) else here != there
            if is_written and there is not None and is_less:
                path = f"{owner.replace('/', '.')}.{field}"
                commands.append(_smaller(left, taking, path, str(here).lower(), str(there).lower()))
    here, there = taking.settings.network.nat, left.settings.network.nat
    if (here, there) == ("single", "per-zone"):
        commands.append(_smaller(left, taking, "network.nat", here, there))
    if commands:
        why = f"what is left stays small; bring the lines back when {taking.target} follows again"
        what = f"sizes of {taking.target} that are not those of {left.target}"
        yield Step("enlarge", what, (*commands, *_applied(taking)), 60, why)


def _written(environment: Environment, line: str) -> Command:
    file = quote(environment.source("environment"))
    return Command(f"grep -qx '{line}' {file} || printf '\\n{line}\\n' >> {file}")  # a step may be walked again


def _without(environment: Environment, setting: str) -> Command:
    return _edited(environment, f'/^"?{setting}"?:/d')


def _edited(environment: Environment, edit: str) -> Command:
    file = environment.source("environment")
    return Command(f"sed -i.before -E '{edit}' {quote(file)} && rm {quote(f'{file}.before')}")


def _applied(environment: Environment) -> tuple[Command, ...]:
    target = environment.target
    return Command(f"infragen render {target}"), Command(f"infragen apply {target}", "read the plan, and enter `yes`")
