"""What outlives the objects that a plan destroys, told before anything is: names that stay taken, what is not empty."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from infragen.aws.kept import REMEMBERED, deleted_secrets, goes_on, in_the_way, remembered
from infragen.aws.session import Aws
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.plan import Action, Change, ChangeSet
from infragen.plan.change_parts import Kept
from infragen.plan.risks.data_loss import KEYS
from infragen.plan.risks.kept import CONTENTS, ask_for_one_snapshot
from infragen.plan.shown_address import relative_address
from infragen.text import counted, first_of
from infragen.workflow.console import note
from infragen.workflow.session import Session, chosen_stack, command_line

_RESTORABLE: Final = "aws_secretsmanager_secret"
_HOLDERS: Final = frozenset({"aws_athena_workgroup", "aws_s3_bucket", "aws_ecr_repository", "aws_backup_vault"})
"""What AWS deletes only empty: nothing of it is left then."""
_KEY: Final = re.compile(r'"(arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key/([\w-]+))"', re.ASCII)


def kept_notices(session: Session, change_set: ChangeSet) -> Iterator[str]:
    secrets: dict[int, list[tuple[str, str]]] = defaultdict(list)
    snapshots: list[str] = []
    for change in change_set.changes:
        kept = change.kept
        if kept is not None and kept.type == _RESTORABLE:
            secrets[int(kept.days)].append((kept.name, kept.region or session.environment.settings.region))
        elif kept is not None and kept.type not in _HOLDERS | CONTENTS:
            snapshots.append(kept.name)
    goes = any(change.type == "aws_kms_key" and change.action.destroys for change in change_set.changes)
    key = " (after `aws kms cancel-key-deletion` and `enable-key` where its key goes, too)" if goes else ""
    for days, found in sorted(secrets.items()):
        names, region = [name for name, _ in found], found[0][1]
        which = "a secret that is" if len(names) == 1 else f"{len(names)} secrets that are"
        until = f"and AWS makes no other of that name, for {counted(days, 'day')}: {first_of(names)}"
        restore = f"`aws secretsmanager restore-secret --region {region} --secret-id {names[0]}`{key}"
        adopt = f"`{command_line(session, 'import', None, 'ENTRY', 'ADDRESS=ARN')}`"
        anew = "a value that infragen generates is drawn anew then, the old one is AWSPREVIOUS"
        yield f"{which} destroyed can be restored, {until}; to have it again: {restore}, then {adopt}; {anew}"
    fresh = [name for change in change_set.changes if change.type == _RESTORABLE and (name := _new_name(change))]
    taken: tuple[str, ...] = ()
    with suppress(InfragenError):  # who may not ask is told so by `apply`
        if fresh:
            taken = deleted_secrets(Aws(session.runner.environment), fresh, session.environment.settings.region)
    if taken:
        one = "a secret of this name was deleted"
        were = one if len(taken) == 1 else f"{len(taken)} secrets of these names were deleted"
        again = "`apply` says how to have it again"
        yield f"{were}, and AWS makes no other while it can be restored: {first_of(taken)}; {again}"
    if snapshots:
        anew = "what is made anew is empty, and cannot be destroyed while one has its name"
        yield f"final snapshots that are left, and billed until they are deleted: {first_of(snapshots)}; {anew}"


def refuse_kept(session: Session, change_set: ChangeSet, verb: str) -> None:
    """InfragenError P008 for each object of which AWS would not let `verb` end; what AWS does not say is told."""
    aws = Aws(session.runner.environment)
    problems = [*_rivals(session, change_set, verb), *_pending_keys(session, aws, change_set)]
    keys: dict[str, set[str]] = defaultdict(set)
    for change in change_set.changes:
        if change.type in CONTENTS and (gone := change.kept):
            keys[gone.name].add(gone.of)
    for change in change_set.changes:
        done = "create" if change.action is Action.CREATE else "delete"
        try:
            region, kept = session.environment.settings.region, change.kept
            if kept is not None:
                found = in_the_way(aws, kept.type, kept.name, kept.region or region, kept.of, keys.get(kept.name, ()))
            elif name := _new_name(change):
                found = remembered(aws, change.type, name, region)
            else:
                found = None
        except InfragenError as error:
            what = f"{relative_address(change)} of {change.stack}"
            note(f"notice: cannot tell whether AWS {done}s {what}: {error.diagnostics[0].message}")
            continue
        if found is not None:
            why, mend = found
            nothing = "destroyed" if verb == "destroy" else "applied"
            owner = change.entry.id if change.entry else f"stacks/{change.stack}"
            adopt = command_line(session, "import", None, owner, f"{relative_address(change)}=ARN")
            mend += f", then `{adopt}` (its ARN is in the answer)" if done == "create" else ""
            hint = f"nothing was {nothing}; {mend}, then `{command_line(session, verb, chosen_stack(session))}`"
            message = f"AWS refuses to {done} {relative_address(change)} of {change.stack}: {why}"
            problems.append(Diagnostic("P008", message, change.location, hint=hint))
    raise_problems(problems)


def _pending_keys(session: Session, aws: Aws, change_set: ChangeSet) -> Iterator[Diagnostic]:
    made = {(one.stack, one.address): one for one in change_set.changes if one.action is Action.CREATE}
    for gone in change_set.drift:
        new = made.get((gone.stack, gone.address)) if gone.type in KEYS and gone.action is Action.DELETE else None
        arn = next((one.before for one in gone.attributes if one.path == "arn"), None)
        found = _KEY.fullmatch(arn or "") if new else None
        if new is None or found is None:
            continue
        try:
            day = goes_on(aws, found[1])
        except InfragenError as error:
            name = relative_address(new)
            note(f"notice: {name} of {new.stack} is made again: {error.diagnostics[0].message}")
            continue
        if day:
            again = command_line(session, "apply", chosen_stack(session))
            which = f"--key-id {found[3]} --region {found[2]}"
            lost = f"scheduled for deletion on {day}, and nothing could read what it encrypted any more"
            message = f"{relative_address(new)} of {new.stack} would be another key: the one of before is {lost}"
            back = f"`aws kms cancel-key-deletion {which}`, `aws kms enable-key {which}`, then `{again}`"
            hint = f"nothing was applied; {back}; after that day, apply makes another one"
            yield Diagnostic("P008", message, new.location, hint=hint)


def _rivals(session: Session, change_set: ChangeSet, verb: str) -> Iterator[Diagnostic]:
    seen: list[tuple[Change, Kept]] = []
    for change in change_set.changes:
        kept = change.kept
        first = next((one for one, its in seen if kept and ask_for_one_snapshot(its, kept)), None)
        if kept and first:
            other = f"{relative_address(first)} of {first.stack}"
            why = f"its final snapshot {kept.name} would have the name of that of {other}"
            message = f"AWS refuses to delete {relative_address(change)} of {change.stack}: {why}"
            nothing = "destroyed" if verb == "destroy" else "applied"
            apply, again = (f"`{command_line(session, one, chosen_stack(session))}`" for one in ("apply", verb))
            named = f"give one of them another final snapshot's name, without the other changes {apply}"
            yield Diagnostic("P008", message, change.location, hint=f"nothing was {nothing}; {named}, then {again}")
        elif kept:
            seen.append((change, kept))


def _new_name(change: Change) -> str | None:
    is_new = change.action is Action.CREATE and change.type in REMEMBERED
    return change.chosen_names.comes if is_new else None
