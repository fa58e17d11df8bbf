"""What a plan says besides its changes: of what exists already, of what infragen itself did, of quotas that lack."""

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from msgspec.structs import replace

from infragen.catalog import Environment
from infragen.core.regions import REGIONS
from infragen.diagnostics import InfragenError
from infragen.environment import name_of_standby
from infragen.hcl.addresses import without_keys
from infragen.hcl.folders import Folders
from infragen.plan import Action, Change, ChangeSet, Level
from infragen.plan.change_parts import AttributeChange
from infragen.plan.shown_address import relative_address
from infragen.redaction.paths import first_name
from infragen.render.import_blocks import Adopted
from infragen.rules.quotas import exceeded
from infragen.stacks.build import draft
from infragen.stacks.running import callers
from infragen.terraform.beside import SET_BY
from infragen.terraform.journal import Touch, made_and_not_read, touched_and_not_stored
from infragen.terraform.states import State
from infragen.text import first_of
from infragen.workflow.attribution.source_lines import CatalogueSources
from infragen.workflow.rendering.composition import Composed
from infragen.workflow.session import Session
from infragen.workflow.target import resolve_one


def import_notices(
    adopted: Iterable[Adopted],
    change_set: ChangeSet,
    stacks: Iterable[str],
    states: Mapping[str, State] | None = None,
) -> tuple[str, ...]:
    """Say which lines may go: `states` have the ids of what the plan of `stacks` neither imports nor creates."""
    planned = frozenset(stacks)
    changes = {
        (change.stack, address): change
        for change in change_set.changes
        for address in (change.address, change.address.partition(".")[2].partition(".")[2])
    }
    said = []
    for one in adopted:
        if one.stack not in planned:
            continue
        change = changes.get((one.stack, one.address))
        importing = change is not None and change.importing is not None
        stands = states[one.stack].import_id_of(one.address) if states and one.stack in states else None
        name = f"{one.written.owner}: {one.address}"
        if stands is not None and stands != one.written.id and not importing:
            said.append(f"{name} is {stands} in the state; {one.written.id} is not imported: {one.written.location}")
        elif change is None:
            said.append(f"{name} is imported; its line can be removed: {one.written.location}")
        elif not importing and change.action is Action.CREATE:
            said.append(f"{name} will be imported; an offline plan shows it as created")
    return tuple(said)


def left_copies(session: Session, states: Mapping[str, State]) -> Iterator[str]:
    """Yield the copies of secrets that nothing written asks for: the provider leaves `replica` as it is without one."""
    sources, region = CatalogueSources(session.composed), session.environment.settings.region
    for stack, state in states.items():
        for address, _, secret in state.managed("aws_secretsmanager_secret"):
            regions = [str(one.get("region")) for one in secret.get("replica") or ()]
            written = sources.arguments(stack, address) if regions else None
            if written is not None and "replica" not in written:
                name = secret.get("name")
                command = f"aws secretsmanager remove-regions-from-replication --secret-id {shlex.quote(str(name))}"
                command += f" --remove-replica-regions {shlex.join(regions)} --region {region}"
                left = f"which the catalogue does not ask for, and Terraform leaves it so: `{command}` removes the copy"
                yield f"the secret {name} is copied to {first_of(regions)}, {left}"


def left_keys(session: Session, states: Mapping[str, State]) -> Iterator[str]:
    """Yield the bastions that still accept a key pair which the catalogue no longer names: `key_name` stays, too."""
    sources = CatalogueSources(session.composed)
    for stack, state in states.items():
        for address, _, machine in state.managed("aws_instance"):
            given = sources.given(stack, address) if machine.get("key_name") else None
            if given is not None and "key_name" not in given:
                which = f"{machine['key_name']}, which the catalogue does not name, and Terraform leaves it so"
                other = "terminate the machine, and the next apply makes another without it"
                mend = f"remove the key from `authorized_keys` in a session, or {other}"
                yield f"the machine {machine.get('id')} ({address} of {stack}) still takes the key pair {which}: {mend}"


def left_redrives(states: Mapping[str, State], change_set: ChangeSet) -> Iterator[str]:
    """`redrive_policy` stays when a dead-letter queue goes. Source: Amazon SQS API Reference, SetQueueAttributes."""
    gone = {(change.stack, relative_address(change)) for change in change_set.changes if change.action.destroys}
    queues = ((stack, *one) for stack, state in states.items() for one in state.managed("aws_sqs_queue"))
    held = [queue for stack, address, _, queue in queues if (stack, address) not in gone]
    stands = {queue.get("arn") for queue in held}
    for queue in held:
        arn, fifo = str(queue.get("arn")).removesuffix(".fifo"), ".fifo" if queue.get("fifo_queue") else ""
        dead = f"{arn}-dead-letters{fifo}"
        if f'"{dead}"' in str(queue.get("redrive_policy")) and dead not in stands:
            command = f"aws sqs set-queue-attributes --queue-url {queue.get('url')} --attributes RedrivePolicy="
            left = f"which the catalogue does not have, and Terraform leaves it so: `{command}` ends that"
            yield f"the queue {queue.get('name')} sets failed messages aside in {dead.rpartition(':')[2]}, {left}"


def without_own_changes(
    session: Session,
    change_set: ChangeSet,
    at_work: Mapping[str, str] | None = None,
    states: Mapping[str, State] | None = None,
) -> ChangeSet:
    """Return a change set without the drift that is infragen's own or left to others, which notices name instead.

    `ignore_changes` leaves it to others (Application Auto Scaling, a rotation), unless it is a HIGH risk. A run deleted
    or changed it that ended before a state had that, or failed to; or made it, and did not come to read what AWS added
    to it, where nothing had been; or what a bucket says of resources that the run made, changed or destroyed. A change
    that is a risk stays, and is named, too: somebody else may have changed the same object since. What differs of a
    stack in which another run is `at_work` (what it does, in words), that may store. A standby adds and removes copies,
    and CodeDeploy changes which target group a load balancer in `states` sends requests to.
    """
    place = session.project.root, (session.environment.target, session.on_sandbox)
    touched, made = touched_and_not_stored(*place), made_and_not_read(*place)
    acted = made_and_not_read(*place, or_touched=True)
    sources = CatalogueSources(session.composed)
    own: dict[str, list[str]] = {}
    left, others = [], []
    for change in change_set.drift:
        address, stack = relative_address(change), change.stack or ""
        if sources.is_left_alone(change) and change.risks[0].level < Level.HIGH:
            names = ", ".join(one.path for one in change.attributes if not one.noise)
            others.append(f"{names} of {address} of {change.stack}")
            continue
        said = _copied(session, change) or _set_beside(change, address, acted.get(stack, {}))
        said = said or _delivered(sources, change, states or {})
        if said:
            own.setdefault(said, []).append(f"{address} of {change.stack}")
            continue
        run = _touch(change, address, touched.get(stack, {}), (states or {}).get(stack))
        if run is None and all(one.noise or _is_added(change.type, one) for one in change.attributes):
            run = made.get(stack, {}).get(address)
        is_locked_here = bool(acted.get(stack))  # by a run that was cut off: it stores nothing any more
        doing = None if run or is_locked_here else (at_work or {}).get(stack)
        why, stays = _explained(change, run, doing, _part_of_a_run(change, acted))
        if why:
            own.setdefault(why, []).append(f"{address} of {change.stack}")
        if stays:
            left.append(change)
    elsewhere = {name: doing for name, doing in (at_work or {}).items() if not acted.get(name)}
    known = dict(_hidden(change_set.hidden, elsewhere, (made, touched)))
    for said, name in (known[one] for one in change_set.hidden if one in known):
        own.setdefault(said, []).append(name)
    hidden = tuple(one for one in change_set.hidden if one not in known)
    notices = tuple(f"{whose}: {first_of(names, _FEW)}" for whose, names in own.items())
    if others:
        notices += (f"left to others (`ignore_changes`), so no drift: {first_of(others, _FEW)}",)
    counts, gone = change_set.summary, len(change_set.drift) - len(left)
    unseen = len(change_set.hidden) - len(hidden)
    return replace(
        change_set,
        drift=tuple(left),
        hidden_drift=change_set.hidden_drift - unseen,
        hidden=hidden,
        summary=replace(counts, drift=counts.drift - gone - unseen, drift_shown=counts.drift_shown - gone),
        notices=(*notices, *change_set.notices),
    )


def _hidden(
    hidden: Iterable[str], at_work: Mapping[str, str], done: Iterable[Mapping[str, Mapping[str, Touch]]]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the address, in a plan of all stacks, of objects of which runs explain what differs; why, and the name."""
    for stack, doing in at_work.items():
        for one in (one for one in hidden if one.startswith(_module(stack))):
            yield one, (_under_way(doing, stays=False), f"{one.removeprefix(_module(stack))} of {stack}")
    for stack, found in (pair for did in done for pair in did.items()):
        for address, run in found.items():
            yield f"{_module(stack)}{address}", (_whose(run, is_gone=None), f"{address} of {stack}")


def _module(stack: str) -> str:
    return f"module.{stack.replace('-', '_')}."


def _whose(touch: Touch, *, is_gone: bool | None, stays: bool = False) -> str:
    if touch.failed:
        so = "others may have changed it since" if stays else "the next apply makes it, if not"
        return f"a change of it failed ({touch.run}): AWS may have made it; {so}"
    so = "and perhaps by others since" if stays else "so no drift; the next apply updates the state"
    what = {None: "changed or deleted", True: "deleted", False: "changed"}[is_gone]
    return f"{what} by infragen itself ({touch.run} before it stored that), {so}"


def _explained(change: Change, run: Touch | None, doing: str | None, part: Touch | None) -> tuple[str, bool]:
    """Return why an object may differ, empty if no run explains it, and whether the difference is still shown."""
    is_gone, is_risk = change.action is Action.DELETE, change.risks[0].level > Level.LOW
    stays = not is_gone and is_risk
    if run is not None:
        return _whose(run, is_gone=is_gone, stays=stays), stays
    if doing is not None:
        return _under_way(doing, stays=stays), stays
    return (_perhaps(part, stays=is_risk), is_risk) if part else ("", True)


def _touch(change: Change, address: str, touched: Mapping[str, Touch], state: State | None) -> Touch | None:
    """Find the run that changed an object; the commit of that run may have had another address for it."""
    if address in touched or not touched or state is None:
        return touched.get(address)
    own = dict(state.objects()).get(address)
    same = (one for name, one in touched.items() if one.identifier == own and f"{change.type}." in name)
    return next(same, None) if own else None


def _part_of_a_run(change: Change, acted: Mapping[str, Mapping[str, Touch]]) -> Touch | None:
    """Find a run cut off that made, changed or destroyed parts of the kind in which an object of any stack differs."""
    parts = _PARTS.get(change.type, {})
    names = [{first_name(one.path), *one.about} & parts.keys() for one in change.attributes if not one.noise]
    kinds = {parts[name] for found in names for name in found}
    if not all(names):
        return None
    runs = ((address, run) for found in acted.values() for address, run in found.items())
    return next((run for address, run in runs if any(f"{kind}." in address for kind in kinds)), None)


_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_iam_role": {"inline_policy": "aws_iam_role_policy", "managed_policy_arns": "aws_iam_role_policy_attachment"},
    "aws_security_group": {way: f"aws_vpc_security_group_{way}_rule" for way in ("egress", "ingress")},
}
"""What an object reads of parts that any stack may add to it, and their type. Source: `terraform/beside.py`."""


def _perhaps(run: Touch, *, stays: bool) -> str:
    so = "and perhaps by others" if stays else "so no drift yet"
    return (
        f"perhaps changed by infragen itself ({run.run} before it had stored all), {so}; look again once it is finished"
    )


def _under_way(doing: str, *, stays: bool) -> str:
    return f"perhaps by the run that {doing}{'' if stays else ', so no drift yet'}; look again once it has ended"


def _set_beside(change: Change, address: str, acted: Mapping[str, Touch]) -> str:
    """Explain it by a run; a risk has to be what a destruction leaves: others may have set anything else since."""
    setters, module = _SETTERS.get(change.type, {}), address.rpartition(f"{change.type}.")[0]
    run = None
    for one in change.attributes if setters and change.action is Action.UPDATE else ():
        setter = setters.get(first_name(one.path), "?")
        by = f"{module}{setter}." + ("" if setter.endswith("_instance") else f"{change.name}[")
        found = next((run for name, run in acted.items() if f"{name}[".startswith(by)), None)
        is_left = one.after in _NOTHING | _RESET and not one.path.startswith("policy.")
        if not one.noise and (found is None or not (is_left or change.risks[0].level <= Level.LOW)):
            return ""
        run = found or run
    if run is None:
        return ""
    risk = change.risks[0]
    until = "" if risk.level <= Level.LOW else f"; until it is finished {risk.level.name} ({risk.kind}: {risk.reason})"
    return f"set by what infragen itself made, changed or destroyed beside it ({run.run}), so no drift{until}"


_SETTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_docdb_cluster": {"cluster_members": "aws_docdb_cluster_instance"},
    "aws_rds_cluster": {"cluster_members": "aws_rds_cluster_instance"},
    "aws_s3_bucket": {name: f"aws_s3_bucket_{resource}" for name, resource in SET_BY.items()},
    "aws_sns_topic": {"policy": "aws_sns_topic_policy"},
    "aws_sqs_queue": {name: f"aws_sqs_queue_{name}" for name in ("policy", "redrive_allow_policy", "redrive_policy")},
}
"""Which resource sets an attribute of an object, in the same module: of its name, or any that is an instance of it."""
_COPIES: Final = {"aws_db_instance": "replicas", "aws_rds_global_cluster": "global_cluster_members"}
"""What an object says of the copies that others make of it. Source: the provider's schema, where it is computed."""
_WORDS: Final = re.compile(r"[\w:-]+")


def _copied(session: Session, change: Change) -> str:
    told = [one for one in change.attributes if not one.noise]
    if not told or any(first_name(one.path) != _COPIES.get(change.type) for one in told):
        return ""
    name = name_of_standby(session.project, session.environment)
    words = (({*_WORDS.findall(one.before or "")}, {*_WORDS.findall(one.after or "")}) for one in told)
    copies = {word for before, after in words for word in before ^ after} - {"true", "false"}
    if not name or not copies:
        return ""
    try:
        settings = resolve_one(session.project, f"{session.environment.system.name}/{name}")[1].settings
    except InfragenError:  # nobody knows where it has copies
        return ""
    # Of what it copies, its copy has the name, in its own region and account.
    of = change.entry.id.rpartition("/")[2] if change.entry else ""
    begins = f"{session.environment.system.name}-{name}-"
    place = f":{settings.region}:{settings.account}:"
    ends = f"-{of}" if of else ""
    is_its = all(place in one and one.rpartition(":")[2].startswith(begins) and one.endswith(ends) for one in copies)
    whose = f"{session.environment.system.name}/{name}"
    return f"the standby {whose} makes and removes copies of it, so no drift" if is_its else ""


def _delivered(sources: CatalogueSources, change: Change, states: Mapping[str, State]) -> str:
    told = [one for one in change.attributes if not one.noise]
    is_moved = sources.is_moved_by_codedeploy(change.stack or "", change.address)
    if not told or not is_moved or any(first_name(one.path) != "load_balancer_arns" for one in told):
        return ""
    balancers = {one.get("arn") for state in states.values() for *_, one in state.managed("aws_lb")}
    found = {arn for one in told for arn in _ARN.findall(f"{one.before} {one.after}")}
    return "CodeDeploy moves requests between two target groups, so no drift" if found <= balancers else ""


_ARN: Final = re.compile(r"arn:[\w:/.-]+")


def _is_added(kind: str, attribute: AttributeChange) -> bool:
    """Whether a state had nothing there (tags are a person's: AWS adds none), or a resource of its own sets it."""
    if kind == "aws_s3_bucket" and attribute.path.partition("[")[0] in _OF_BUCKETS:
        return True
    return attribute.before in _NOTHING and not attribute.path.startswith("tags")


_OF_BUCKETS: Final = frozenset({"lifecycle_rule", "logging", "server_side_encryption_configuration", "versioning"})
"""What `aws_s3_bucket` reads, and a resource of its own sets. Source: the provider's page of `aws_s3_bucket`."""
_RESET: Final = frozenset({"false", '"AES256"'})
"""What is left once versioning or encryption is no longer set. Source: Amazon S3 User Guide, "Protecting data with
server-side encryption" (all buckets have SSE-S3 by default); `aws_s3_bucket_versioning` suspends when destroyed."""
_NOTHING: Final = frozenset({None, "null", '""', "[]", "{}"})
_FEW: Final = 5


class MovedAway(NamedTuple):
    """What a plan destroys in one stack although another stack has it: of which entry, and how many resources."""

    source: str
    to: str
    owner: str
    resources: int


def moved_away(composed: Composed, change_set: ChangeSet) -> tuple[MovedAway, ...]:
    gone = [change for change in change_set.changes if change.action is Action.DELETE and change.stack is not None]
    if not gone:
        return ()
    entries, own = _declared(composed), composed.environment.settings.region
    known = {one.name: one.region for one in composed.stacks}

    def region(stack: str) -> str:  # of one that the catalogue no longer has, its name says it
        named = () if stack in known else (one for one in REGIONS if stack.endswith(f"-{one}"))
        return known.get(stack) or next(iter(named), own)

    counts: Counter[tuple[str, str, str]] = Counter()
    for stack, address in ((change.stack or "", change.address) for change in gone):
        found = _elsewhere(stack, address, entries)
        if found is not None and region(found[0]) == region(stack):
            counts[stack, *found] += 1
    return tuple(MovedAway(*found, count) for found, count in sorted(counts.items()))


def unmoved(composed: Composed, states: Mapping[str, State]) -> set[str]:
    """Return which states hold what another stack of the catalogue declares: `state moves` was not run yet."""
    entries = _declared(composed) if states else {}
    objects = ((name, address) for name, state in states.items() for address, _ in state.objects())
    return {name for name, address in objects if _elsewhere(name, address, entries)}


def _declared(composed: Composed) -> dict[tuple[str, str], str | None]:
    declared, owners = Folders(composed.files), composed.owners()
    resources = ((one.name, *pair) for one in composed.stacks for pair in declared.resources(one.name).items())
    return {(stack, address): owners.get((stack, block)) for stack, address, block in resources}


def move_notices(composed: Composed, change_set: ChangeSet) -> tuple[str, ...]:
    target = composed.environment.target
    return tuple(
        f"{one.owner}: {one.resources} resource{'' if one.resources == 1 else 's'} would be destroyed in {one.source}, "
        f"although {one.to} has the same; `infragen state moves {target}` moves its state instead"
        for one in moved_away(composed, change_set)
    )


def _elsewhere(of: str, address: str, entries: Mapping[tuple[str, str], str | None]) -> tuple[str, str] | None:
    bare = without_keys(address)
    for within in (bare, bare.split(".", 2)[-1]):
        if (of, within) in entries:
            return None
        found = [(stack, owner) for (stack, known), owner in entries.items() if known == within and owner]
        if len(found) == 1:
            return found[0]
    return None


def quota_notices(
    environment: Environment, primary: Environment | None, states: Iterable[State], command: str
) -> Iterator[str]:
    """Say it before the first apply: AWS refuses what exceeds a quota half way, and takes days to raise some."""
    if any(not state.is_empty for state in states):
        return
    found = exceeded((environment,), others=(primary,) if primary else ())
    said = [f"{quota.name} {needed:,} of {quota.default:,}" for quota, needed, _ in found]
    if said:
        yield f"above the quotas of a new account, so AWS would refuse: {', '.join(said)}; to raise them: `{command}`"


def mesh_notices(environment: Environment, change_set: ChangeSet) -> Iterator[str]:
    """Say whose tasks do not find what is new (ECS Developer Guide: Service Connect components)."""
    made = [one for one in change_set.changes if one.type == "aws_ecs_service" and one.action is Action.CREATE]
    new = {one.entry.id for one in made if one.entry is not None}
    every = callers(draft(environment), new) if new else {}
    if found := {owner: names for owner, names in every.items() if owner not in new}:
        called = sorted({name for names in found.values() for name in names})
        begun = "which `infragen apply` begins at its end where it is needed"
        whose = f"tasks of {first_of(sorted(found), _FEW)} find {first_of(called, _FEW)}"
        yield f"{whose} only after another deployment, {begun}"
