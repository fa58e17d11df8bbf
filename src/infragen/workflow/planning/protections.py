"""Plans that are not begun: AWS is known to refuse a part of them, or something that stands uses what would go.

Nor is production that is made of examples, nor what gets a name that another object has until it goes: a rename that
was taken back, entries that swap names. AWS refuses the second, or takes both for one, which then goes; terraform knows
no order between two addresses.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Final

from infragen.aws.replicas import clusters_behind, copies_behind
from infragen.aws.session import Aws
from infragen.aws.statuses import status
from infragen.catalog import Environment
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.plan import Action, Change, ChangeSet, Protection
from infragen.plan.change_parts import Upgrade
from infragen.plan.chosen_names import coming, going
from infragen.plan.shown_address import relative_address
from infragen.rules.placeholders import Found, placeholders_of
from infragen.terraform.engine import affected
from infragen.text import counted, first_of
from infragen.workflow.console import note
from infragen.workflow.planning.notices import moved_away
from infragen.workflow.rendering.composition import Composed
from infragen.workflow.session import Session, chosen_stack, command_line
from infragen.workflow.states.storage import finish_moves, pull_states, reads

_FIELD: Final = "deletion_protection"
"""What the catalogue calls it: in an entry that has it, else in the environment."""


def refuse_protected(session: Session, change_set: ChangeSet, verb: str) -> None:
    """InfragenError P008 for each object that AWS does not delete; `verb` is the command that would do it."""
    found = [(change, one) for change in change_set.changes if (one := change.protection) is not None]
    moved = {one.source for one in moved_away(session.composed, change_set)} if found else set()
    raise_problems(_refusal(session, change, one, verb, is_moved=change.stack in moved) for change, one in found)


def _refusal(session: Session, change: Change, protection: Protection, verb: str, *, is_moved: bool) -> Diagnostic:
    environment, origin = session.environment, protection.origin
    apply, again = (f"`{command_line(session, one, chosen_stack(session))}`" for one in ("apply", verb))
    nothing = "nothing was destroyed" if verb == "destroy" else "nothing was applied"
    if protection.added:
        return _added(change, protection, f"{nothing}; ", again)
    message = f"AWS refuses to delete {relative_address(change)} of {change.stack}: {protection.attribute} is on"
    if is_moved:
        hint = f"{nothing}; another stack has it now: `{finish_moves(session)}`, then {again}"
        return Diagnostic("P008", message, change.location, hint=hint)
    off = _switched_off(session, change, protection)
    if protection.is_tainted:
        hint = f"{nothing}; terraform only replaces what is tainted, whatever the catalogue says: {off}, then {again}"
        return Diagnostic("P008", message, change.location, hint=hint)
    # An apply could change the protection of what left the catalogue no more.
    if change.stack in session.removed or (change.entry is not None and change.entry.location is None):
        back = f"put it back with `{_FIELD}: false`, then {apply}, then remove it"
        hint = f"{nothing}; it is no longer in the catalogue: {back}; or {off}, then {again}"
        return Diagnostic("P008", message, hint=hint)
    setting = f"`{_FIELD}: false`"
    if change.entry and hasattr(dict(environment.every()).get(change.entry.id), _FIELD):
        kind, _, name = change.entry.id.partition("/")
        setting = f"`{kind}: {{{name}: {{{_FIELD}: false}}}}`"
    step = f"write {setting} in {environment.source('environment')}"
    place = change.location if change.entry or origin is None else origin.location
    if origin is not None and (origin.field is None or origin.field.rpartition(".")[2] == _FIELD):
        step, place = "set it to false here", origin.location
    before = "" if verb == "destroy" else ", without the other changes"
    return Diagnostic("P008", message, place, hint=f"{nothing}; {step}, then {apply}{before}, then {again}")


_SWITCHES: Final = {
    "aws_db_instance": "rds modify-db-instance --no-deletion-protection --db-instance-identifier",
    "aws_docdb_cluster": "docdb modify-db-cluster --no-deletion-protection --db-cluster-identifier",
    "aws_instance": "ec2 modify-instance-attribute --no-disable-api-termination --instance-id",
    "aws_lb": "elbv2 modify-load-balancer-attributes --attributes Key=deletion_protection.enabled,Value=false"
    " --load-balancer-arn",
    "aws_rds_cluster": "rds modify-db-cluster --no-deletion-protection --db-cluster-identifier",
}
"""What switches a protection off in AWS (AWS CLI Command Reference), before the name of what has it."""
_FAILED: Final = frozenset({"failed", "incompatible-network", "incompatible-restore"})
"""The statuses in which AWS deletes an instance only without a final snapshot (RDS API Reference: DeleteDBInstance)."""


def _switched_off(session: Session, change: Change, protection: Protection) -> str:
    switch, region = _SWITCHES.get(change.type), protection.region or session.environment.settings.region
    if switch is None or not protection.name:
        return "turn this off in AWS"
    off = f"`aws {switch} {protection.name} --region {region}`"
    found = ""
    if protection.is_tainted and change.type == "aws_db_instance":
        with suppress(InfragenError):
            found = status(Aws(session.runner.environment), change.type, protection.name, region)
    if found in _FAILED:
        delete = f"aws rds delete-db-instance --skip-final-snapshot --db-instance-identifier {protection.name}"
        off += f", then, since it is {found}, `{delete} --region {region}`"
    return off


def _added(change: Change, protection: Protection, nothing: str, again: str) -> Diagnostic:
    what = f"{relative_address(change)} of {change.stack} while it has what Auto Scaling added"
    message = f"AWS refuses to delete {what}: {first_of(protection.added)}"
    of = f"--scalable-dimension rds:cluster:ReadReplicaCount --resource-id cluster:{protection.name}"
    stop = f"aws application-autoscaling deregister-scalable-target --service-namespace rds {of}"
    delete = " and ".join(f"`aws rds delete-db-instance --db-instance-identifier {one}`" for one in protection.added)
    hint = f"{nothing}`{stop}`, so that none is added, {delete}, then {again}"
    return Diagnostic("P008", message, change.location, hint=hint)


def refuse_taken_away(session: Session, change_set: ChangeSet, later: Collection[str] = ()) -> None:
    """P008 for each stack outside of the target that uses it; `later` are applied after it, and let go of it."""
    target = {stack.name for stack in session.stacks}
    doomed: dict[str, list[str]] = defaultdict(list)
    for change in change_set.changes:
        if change.action.destroys and change.stack in target:
            doomed[change.stack].append(relative_address(change))
    if not doomed or len(target) == len(session.composed.stacks):
        return
    states, problems = pull_states(session, session.composed.stacks), []
    read = reads(states, session)
    names = {stack: states[stack].given_names(addresses) for stack, addresses in doomed.items() if stack in states}
    readers_first = [name for name in reversed(affected(read, doomed)) if name in states and name not in target]
    for name, state in ((name, states[name]) for name in readers_first if not states[name].is_empty):
        gone = name in session.removed
        used = (
            []
            if name in later and not gone
            else [
                f"{address} of {stack}"
                for stack in read[name]
                for address, given in names.get(stack, {}).items()
                if gone or state.mentions(given)
            ]
        )
        if used:
            message = f"{name} stands, and {'may use' if gone else 'uses'} {first_of(used)}"
            first = f"`{command_line(session, 'destroy', name)}` first, or " if gone else ""
            apply = f"`{command_line(session, 'apply', chosen_stack(session))}`"
            hint = f"nothing was applied; {first}{apply}: it destroys last what others use"
            problems.append(Diagnostic("P008", message, hint=hint))
    raise_problems(problems)


def refuse_before_copies(session: Session, change_set: ChangeSet) -> None:
    """InfragenError P008 for each database whose copies have to be upgraded first; what AWS does not say is told."""
    aws, problems = Aws(session.runner.environment), []
    for change in change_set.changes:
        to, name = change.upgrade, relative_address(change)
        if to is None or (to.is_major and to.engine == "postgres"):  # AWS takes its readers along
            continue
        try:
            asked = clusters_behind if to.is_cluster else copies_behind
            behind = asked(aws, to.identifier, to.region or session.environment.settings.region, to.after)
        except InfragenError as error:
            note(f"notice: cannot tell whether AWS upgrades {name}: {error.diagnostics[0].message}")
            continue
        if behind:
            message = f"AWS refuses to upgrade {name} of {change.stack} to {to.after} before {first_of(behind)}"
            problems.append(Diagnostic("P008", message, change.location, hint=_copies_first(session, to)))
    raise_problems(problems)


def _copies_first(session: Session, to: Upgrade) -> str:
    apply = f"`{command_line(session, 'apply', chosen_stack(session))}`"
    if to.is_cluster and to.is_major:
        return "nothing was applied; `aws rds modify-global-cluster` upgrades all clusters of a global database at once"
    if to.is_cluster:
        later = "in production between its maintenance window and this one's, a day later"
        first = "apply the standby that has the copy first, and once that has the version"
        return f"nothing was applied; {first}, {later}, {apply}"
    if to.is_major:
        return f"nothing was applied; write `readers: 0`, then {apply}, then upgrade it, then have readers again"
    first = f'write `version: "{to.before}"` and `readers_version: "{to.after}"`, then {apply}'
    then = f'in production after their maintenance windows, write `version: "{to.after}"`, then {apply}'
    return f"nothing was applied; {first}, and the same in each standby with a copy; once all copies have it, {then}"


def refuse_second_source(session: Session, change_set: ChangeSet) -> None:
    """P008: RDS makes copies as new instances alone (provider, rds/instance.go: cannot elect new source database)."""
    settings, target = session.environment.settings, session.environment.target
    primary = f"{session.environment.system.name}/{settings.standby_of}" if settings.standby_of else target
    first = "delete it first, with a final snapshot"
    if settings.follows:
        first += f": `infragen runbook {primary} failback` has the commands, and proves that its data are elsewhere"
    hint = f"nothing was applied; {first}; then `{command_line(session, 'apply', chosen_stack(session))}`"
    problems = []
    for change in change_set.changes:
        is_updated = change.type == "aws_db_instance" and change.action is Action.UPDATE
        sources = [one for one in change.attributes if one.path == "replicate_source_db"]
        if is_updated and any(one.unknown or one.after not in (None, '""') for one in sources):
            what = f"{relative_address(change)} of {change.stack}, which stands,"
            message = f"AWS does not make {what} a copy of another one"
            problems.append(Diagnostic("P008", message, change.location, hint=hint))
    raise_problems(problems)


def refuse_unmoved(session: Session, change_set: ChangeSet) -> None:
    """Refuse to destroy what another stack has now and would create: InfragenError M007 for each such entry."""
    kept = f"nothing was applied; `{finish_moves(session)}` keeps it"
    hint = f"{kept}; if it is to be made anew, remove it from the catalogue, apply, and add it again"
    moved = (one for one in moved_away(session.composed, change_set) if "/" in one.owner)
    problems = []
    for one in moved:
        what = f"{one.resources} of {one.source} would be destroyed, although {one.to} has the same"
        problems.append(Diagnostic("M007", f"{one.owner}: {what}", hint=hint))
    raise_problems(problems)


def refuse_placeholders(session: Session) -> None:
    """Refuse to make production on AWS itself of examples: InfragenError T062 with each, at its line."""
    problems = []
    for one in _refused(session):
        message = f"`{one.placeholder.text}` is {one.placeholder.what}: nothing was applied"
        hint = f"{one.placeholder.instead}, and remove its reason from `assumptions`"
        problems.append(Diagnostic("T062", message, one.location, hint=hint))
    raise_problems(problems)


def note_placeholders(session: Session) -> None:
    if found := _refused(session):
        places = [f"`{one.placeholder.text}` ({one.location})" for one in found]
        note(f"apply will refuse {counted(len(found), 'example value')} in production: {first_of(places)}")


def _refused(session: Session) -> tuple[Found, ...]:
    is_asked = session.environment.settings.production and not session.on_sandbox
    return placeholders_of(session.environment) if is_asked else ()


_ONE_IN_ALL_REGIONS: Final = "aws_s3_bucket"
"""What has a name that no other region has, whichever stack makes it (S3 User Guide, "Bucket naming rules")."""


def refuse_same_names(composed: Composed, change_set: ChangeSet) -> None:
    """Refuse to give a name that something has until it is removed: InfragenError M008 for each entry."""
    raise_problems(_found(composed, change_set))


def same_name_notices(composed: Composed, change_set: ChangeSet) -> tuple[str, ...]:
    return tuple(f"{one.message}; {one.hint}" for one in _found(composed, change_set))


def _found(composed: Composed, change_set: ChangeSet) -> Iterator[Diagnostic]:
    environment = composed.environment
    stacks: dict[str, list[Change]] = defaultdict(list)
    for change in change_set.changes:
        stacks["" if change.type == _ONE_IN_ALL_REGIONS else change.stack or ""].append(change)
    names: dict[tuple[str, str, bool, bool], list[str]] = defaultdict(list)
    for changes in stacks.values():
        comes, goes = coming(changes), going(changes)
        for kind, name in comes.keys() & goes.keys():
            new, old = comes[kind, name], goes[kind, name]
            owner, former = (change.entry.id if change.entry else change.stack or "" for change in (new, old))
            key = owner, former, new.action is Action.CREATE, old.action is Action.DELETE
            names[key].append(f"{kind} {name}")
    moved = {one.owner for one in moved_away(composed, change_set)} if names else set()
    for (owner, former, is_new, is_gone), found in sorted(names.items()):
        if owner == former and owner in moved:  # `state moves` keeps it, as `move_notices` and M007 say
            continue
        until = "it is destroyed" if is_gone else "it has another one"
        message = f"{owner} would get {first_of(sorted(found))}, which {former} has until {until}"
        hint = f"apply without {owner}, then add it again"
        if is_new and is_gone and "/" not in former:  # an entry that this catalogue does not know
            hint = f"if another commit renamed it, take that commit; if not, {hint}: what has the name goes first"
        if is_new and is_gone and owner == former:  # a copy that goes to another region
            hint = f"write {owner} without what has this name, apply that, then write it again as it is now"
        if is_gone and not is_new:
            hint = f"apply without {former}, and with the names of before, first"
        elif not is_new:
            hint = f"let {former} have a name that nobody has, and apply that first; what is replaced loses its data"
        yield Diagnostic("M008", message, None, hint=f"{_kept(environment, owner, former) if is_new else ''}{hint}")


def _kept(environment: Environment, owner: str, former: str) -> str:
    (kind, _, name), (before, _, then) = owner.partition("/"), former.partition("/")
    entry = dict(environment.every()).get(owner)
    if entry is None or kind != before or name == then:
        return ""
    lines = f"`renamed_from: {then}`"
    if entry.identity != then:
        lines += f" and `physical_name: {entry.identity}`"
    return f"if {owner} is the same one, write {lines} in {environment.source(owner)}: nothing is destroyed; if not, "
