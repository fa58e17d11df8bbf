"""From a plan that is shown to what is kept and applied of it; and later, whether the world is still the one it saw."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen import __version__
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.plan import Change, ChangeSet, Entry, open_plan
from infragen.plan.address import top_block
from infragen.plan_contract import Contract, Deviation, DeviationKind, contract_of, find_deviations
from infragen.plan_contract.expected_events import ExpectedEvents, expected_events
from infragen.redaction.log_redaction import remember_plan
from infragen.stacks.model import LOCK_FILE
from infragen.terraform.apply_records import stack_digests
from infragen.terraform.providers import read_lock
from infragen.terraform.runner import Folder, OnEvent, PlanOptions
from infragen.text import shorten
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.attribution.source_lines import CatalogueSources
from infragen.workflow.console import note
from infragen.workflow.planning.plans import OnPlan, OnStates, Planned, plan_environment
from infragen.workflow.planning.policies import PolicyCheck
from infragen.workflow.review.bundle import Bundle, Manifest, Part, StateName, check_destination, lifetime, moment, save
from infragen.workflow.session import Session, command_line, plan_in, shown_plan
from infragen.workflow.states.storage import FORMER_PROVIDERS, pull_states, run_each

_SKEW: Final = timedelta(minutes=5)
"""By how much the clocks of two machines may differ."""
_AGAIN: Final = "plan again, and have that reviewed"


class StackPlan(Struct, frozen=True):
    """The saved plan of one stack, and what terraform has to report as done when it is applied."""

    path: Path
    expected: ExpectedEvents


def plan_to_review(
    session: Session,
    *,
    expires: timedelta,
    profiles: tuple[str, ...] = (),
    json_out: Path | None = None,
    on_plan: OnPlan | None = None,
    on_states: OnStates | None = None,
) -> tuple[Planned, Bundle]:
    contracts: list[Contract] = []
    labels = {stack.identifier: stack.name for stack in session.composed.stacks}

    def promise(shown: Path) -> None:
        contracts.append(contract_of(open_plan(shown, session.target), labels=labels))
        if on_plan is not None:
            on_plan(shown)

    planned = plan_environment(session, json_out=json_out, on_plan=promise, on_states=on_states)
    now = datetime.now(UTC).replace(microsecond=0)
    target = {stack.name for stack in session.stacks}
    digests = _digests(session)
    manifest = Manifest(
        target=session.target,
        infragen=__version__,
        terraform=session.runner.binary.version,
        providers=_providers(session),
        created=now,
        expires=now + expires,
        stacks={
            stack.name: Part(
                files=digests[stack.name],
                state=StateName(about.state.lineage, about.state.serial) if about.state else None,
                is_planned=about.is_planned and stack.name in target,
                changes=about.changes and stack.name in target,
                waits_for=about.waits_for,
            )
            for stack in session.closure()
            if (about := planned.stacks.get(stack.name)) is not None
        },
        sandbox=session.on_sandbox,
        profiles=profiles,
    )
    return planned, Bundle(manifest, contracts[-1], planned.change_set)


def with_stack_plans(session: Session, bundle: Bundle, *, jobs: int | None) -> Bundle:
    """InfragenError K010 where such a plan is not what the plan of all stacks together says."""
    free = {name for name, part in bundle.manifest.stacks.items() if part.changes and not part.waits_for}
    ready = tuple(stack for stack in session.stacks if stack.name in free)
    if not ready:
        return bundle
    folders = session.prepare_stacks(ready)

    def step(name: str, on_event: OnEvent) -> bytes:
        plan = plan_stack(session, bundle, folders[name], name, on_event, lock=False)  # no run knows of it
        try:
            return plan.path.read_bytes() if plan else b""
        finally:
            session.folders.plan_file(name).unlink(missing_ok=True)

    plans = {name: plan for name, plan in run_each(session, folders, "plan", step, jobs=jobs).items() if plan}
    return Bundle(bundle.manifest, bundle.contract, bundle.change_set, plans)


def plan_stack(
    session: Session,
    bundle: Bundle,
    folder: Folder,
    name: str,
    on_event: OnEvent,
    *,
    partly_applied: bool = False,
    lock: bool = True,
    targets: tuple[str, ...] = (),
    done: Collection[str] = (),
) -> StackPlan | None:
    """Plan one stack for itself and return its plan, which keeps what was promised; None when nothing changes.

    With `targets` it is only about those, which `partly_applied` allows.

    InfragenError K010 for each object that is not as promised. The saved plan holds secrets: whatever comes of it, the
    caller removes it.
    """
    out = session.folders.plan_file(name)
    options = PlanOptions(parallelism=session.parallelism, lock=lock, targets=targets)
    result = plan_in(session, folder, out, options, on_event)
    if not result.changes and bundle.contract.of(name).is_empty:
        return None
    is_part = bool(targets)
    plan = conforming_plan(session, bundle, folder, name, partly_applied=partly_applied, is_part=is_part, done=done)
    return plan if result.changes else None


def conforming_plan(
    session: Session,
    bundle: Bundle,
    folder: Folder,
    name: str,
    *,
    partly_applied: bool = False,
    is_part: bool = False,
    done: Collection[str] = (),
) -> StackPlan:
    """Return a stack's saved plan, if it is what was promised or a part of it; else InfragenError K010 for each object.

    `done` are the addresses that a part of it changed, which was compared and applied just now: nothing is left to do
    of them, however AWS writes their values.

    No log of this process says from now on what it marks as sensitive.
    """
    out = session.folders.plan_file(name)
    with shown_plan(session.runner, folder, out) as shown:
        opened = open_plan(shown, f"the plan of {name}")
    remember_plan(opened)
    ignored = CatalogueSources(session.composed).ignored
    for contract in filter(None, (bundle.contract, bundle.shown)):
        found = find_deviations(contract, opened, name, partly_applied=partly_applied, is_part=is_part, ignored=ignored)
        deviations = tuple(one for one in found if one.kind is not DeviationKind.GONE or one.address not in done)
        if deviations:
            raise InfragenError(*deviation_messages(session, bundle, name, deviations))
    return StackPlan(out, expected_events(opened))


def refuse_unapplied_needs(session: Session, planned: Planned) -> None:
    """Refuse what reads stacks outside of the target that do not publish yet what it reads; InfragenError K011."""
    if planned.needs:
        commands = ", ".join(f"`{command_line(session, 'apply', name)}`" for name in planned.needs)
        needs = ", ".join(planned.needs)
        message = f"{session.target} reads outputs that do not exist yet: {needs} must be applied first"
        hint = f"{commands}, or apply all of {session.environment.target}"
        raise InfragenError(Diagnostic("K011", message, hint=hint))


def refuse_unless_current(session: Session, manifest: Manifest) -> None:
    """Refuse a bundle of another time (K006), of another place (K007), or made from something else (K008)."""
    now = datetime.now(UTC)
    if now >= manifest.expires:
        raise InfragenError(Diagnostic("K006", f"the plan expired on {moment(manifest.expires)}", hint=_AGAIN))
    if now < manifest.created - _SKEW:  # it would live for longer than somebody said
        message = f"the plan was made on {moment(manifest.created)}, which is in the future: one of the clocks is wrong"
        raise InfragenError(Diagnostic("K006", message, hint=f"set the clock; then {_AGAIN}"))
    if manifest.target != session.target and not _is_part(session, manifest):
        message = f"the plan is for {manifest.target}, not for {session.target}"
        raise InfragenError(Diagnostic("K007", message, hint=f"name {manifest.target}, or only the file"))
    if manifest.sandbox != session.on_sandbox:
        places = {True: "the emulated AWS", False: "AWS itself"}
        message = f"the plan is for {places[manifest.sandbox]}, not for {places[session.on_sandbox]}"
        hint = "add `--sandbox`" if manifest.sandbox else "leave `--sandbox` out"
        raise InfragenError(Diagnostic("K007", message, hint=hint))
    made = "the plan was made from other inputs"
    raise_problems(Diagnostic("K008", f"{made}: {one}", hint=_AGAIN) for one in _other_inputs(session, manifest))


def _is_part(session: Session, manifest: Manifest) -> bool:
    return session.target.startswith(f"{manifest.target}/")


def refuse_other_states(
    session: Session, manifest: Manifest, *, done: Mapping[str, StateName] | None = None, begun: Collection[str] = ()
) -> None:
    """Refuse what was planned on other states than there are: InfragenError K012 for each.

    What an earlier apply of the same plan has `done` has to be in the state which that left; what it has `begun` is
    planned anew.

    Where one stack of a reviewed environment is applied, other machines apply the rest: those upstream that change must
    have been applied (K011), because a plan on their old outputs could keep every promise and still be wrong.
    """
    done = done or {}
    stacks = tuple(stack for stack in session.closure() if stack.name in manifest.stacks and stack.name not in begun)
    states = pull_states(session, stacks)
    wrong = []
    for stack in stacks:
        state = states.get(stack.name)
        found = StateName(state.identity.lineage, state.identity.serial) if state else None
        expected = manifest.stacks[stack.name].state
        if stack.name in done:
            if found != done[stack.name]:
                changed = _changed(done[stack.name], found)
                message = f"the state of {stack.name} changed after this plan was applied to it: {changed}"
                wrong.append(Diagnostic("K012", message, hint=_AGAIN))
        elif manifest.stacks[stack.name].changes and stack not in session.stacks:
            if found == expected:
                hint = f"`infragen apply {manifest.target}/{stack.name} --plan FILE` first"
                message = f"{stack.name} changes in this plan, and was not applied yet"
                wrong.append(Diagnostic("K011", message, hint=hint))
        elif found != expected:
            message = f"the state of {stack.name} changed after the plan was made: {_changed(expected, found)}"
            wrong.append(Diagnostic("K012", message, hint=_AGAIN))
    raise_problems(wrong)


def _changed(expected: StateName | None, found: StateName | None) -> str:
    if expected is None:
        return "it did not exist then"
    if found is None:
        return "it no longer exists"
    if expected.lineage != found.lineage:
        return "it is another one, of another lineage"
    return f"its serial was {expected.serial}, is {found.serial}"


def _other_inputs(session: Session, manifest: Manifest) -> Iterator[str]:
    if manifest.infragen != __version__:
        yield f"infragen was {manifest.infragen}, is {__version__}"
    if manifest.terraform != session.runner.binary.version:
        yield f"terraform was {manifest.terraform}, is {session.runner.binary.version}"
    expected = {name: part.files for name, part in manifest.stacks.items()}
    found = _digests(session)
    if _is_part(session, manifest):
        expected = {name: digest for name, digest in expected.items() if name in found}
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f"the stack {name} is gone"
        elif name not in expected:
            yield f"the stack {name} is new"
        elif expected[name] != found[name]:
            yield f"the files of {name} changed"


def refuse_other_providers(session: Session, manifest: Manifest) -> None:
    session.prepare_stacks()  # what is locked is known then
    found = _providers(session)
    every = ((one, manifest.providers.get(one), found.get(one)) for one in sorted({*found, *manifest.providers}))
    differing = ((one.removeprefix("registry.terraform.io/"), was, now) for one, was, now in every if was != now)
    wrong = [f"{name} was {was}, is {now}" for name, was, now in differing]
    if wrong:
        message = f"the plan was made with other providers: {', '.join(wrong)}"
        raise InfragenError(Diagnostic("K008", message, hint=f"use the same lock file, or {_AGAIN}"))


def _providers(session: Session) -> dict[str, str]:
    """Return the releases of the providers that are locked; digests differ between platforms, releases do not."""
    try:
        text = (session.folders.combined.path / LOCK_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:  # there are none
        return {}
    return {address: locked.version for address, locked in read_lock(text).items()}


def _digests(session: Session) -> dict[str, str]:
    former = {f"{name}/{FORMER_PROVIDERS}" for name in session.removed}
    tree = {path: text for path, text in session.tree.items() if path not in former}
    return stack_digests(tree, session.closure())


class Saving(Struct, frozen=True):
    """Where a plan is saved, who can decrypt it (everybody with the file, when nobody is named), and for how long."""

    file: Path
    encrypt_to: tuple[str, ...]
    expires: timedelta

    def plan(
        self,
        session: Session,
        policies: PolicyCheck,
        *,
        profiles: tuple[str, ...],
        jobs: int | None,
        json_out: Path | None,
    ) -> Planned:
        planned, bundle = plan_to_review(
            session, expires=self.expires, profiles=profiles, json_out=json_out, on_plan=policies
        )
        refuse_unapplied_needs(session, planned)
        if policies.refuses:
            note(f"not saved in {self.file}: a policy rejects it")
            return planned
        bundle = with_stack_plans(session, bundle, jobs=jobs)
        save(self.file, bundle, self.encrypt_to)
        secret = "encrypted" if self.encrypt_to else "contains secrets; do not share"
        note(f"saved in {self.file}, valid until {moment(bundle.manifest.expires)} ({secret})")
        return planned


def saving(file: Path, encrypt_to: tuple[str, ...], expires: str | None) -> Saving:
    """Refuse what would fail after minutes of planning (K002, K003, K005, K009), and return how to save; for 24 h."""
    check_destination(file, encrypt_to)
    return Saving(file, encrypt_to, lifetime(expires or "24h"))


CODE: Final = "K010"
_OBJECTS: Final = 20
_PLACES: Final = 8
_WIDTH: Final = 160


def deviation_messages(
    session: Session, bundle: Bundle, stack: str, deviations: Sequence[Deviation]
) -> tuple[Diagnostic, ...]:
    message = f"{stack} differs from the reviewed plan: {count_objects(deviations)}; nothing in it was applied"
    again = f"infragen plan {session.target}{' --sandbox' if session.on_sandbox else ''}"
    hint = f"look at the new plan and have it reviewed: `{again} --out FILE`, then `apply --plan FILE`"
    return (Diagnostic(CODE, message, hint=hint), *object_messages(session, bundle.change_set, stack, deviations))


def count_objects(deviations: Sequence[Deviation]) -> str:
    count = len({(one.address, one.deposed) for one in deviations})
    return "1 object differs" if count == 1 else f"{count} objects differ"


def object_messages(
    session: Session, change_set: ChangeSet, stack: str, deviations: Sequence[Deviation]
) -> tuple[Diagnostic, ...]:
    objects = [(key, list(some)) for key, some in groupby(deviations, key=lambda one: (one.address, one.deposed))]
    entries = attribute_to_catalogue(session.composed).entries
    label = next(one.identifier for one in session.composed.stacks if one.name == stack)
    own = ((one.address.removeprefix(f"module.{label}."), one) for one in change_set.changes if one.stack == stack)
    reviewed = {(address, one.deposed or ""): one for address, one in own}
    found = []
    for key, some in objects[:_OBJECTS]:
        found.append(_object_message(stack, key, some, reviewed.get(key), entries.get((stack, top_block(key[0])))))
    if left := len(objects) - len(found):
        found.append(Diagnostic(CODE, f"{stack}: {left} more objects differ"))
    return tuple(found)


def _object_message(
    stack: str, key: tuple[str, str], deviations: Sequence[Deviation], reviewed: Change | None, entry: Entry | None
) -> Diagnostic:
    address, deposed = key
    texts = {one.path: one.after for one in reviewed.attributes} if reviewed else {}
    clauses = [shorten("".join(_words(one, texts)), _WIDTH) for one in deviations[:_PLACES]]
    if len(deviations) > _PLACES:
        clauses.append(f"{len(deviations) - _PLACES} more differences")
    old = f" (deposed object {deposed})" if deposed else ""
    location = (reviewed.location if reviewed else None) or (entry.location if entry else None)
    return Diagnostic(CODE, f"{entry.id if entry else stack}: {address}{old}: {'; '.join(clauses)}", location)


def _words(deviation: Deviation, reviewed: dict[str, str | None]) -> Iterator[str]:
    path, expected, found = deviation.path, deviation.expected, deviation.found
    match deviation.kind:
        case DeviationKind.ACTION:
            yield f"{expected} was reviewed, but now it is {found}"
            yield f", forced by `{path}`" if path else ""
        case DeviationKind.MOVES:
            yield f"it moves from {found or 'nowhere'}; reviewed: {expected or 'nowhere'}"
        case DeviationKind.VALUE:
            known = reviewed.get(path or "")
            yield f"`{path or 'it'}` is {found or 'null'}"
            yield f", reviewed as {known}" if known is not None and known != found else ", reviewed as another value"
        case kind:
            yield _WORDS[kind].format(path=path or "it", expected=expected, found=found)


_WORDS: Final = {
    DeviationKind.NEW: "{found}, which was not in the reviewed plan",
    DeviationKind.GONE: "{expected} was reviewed, but now there is nothing to do",
    DeviationKind.IMPORTS: "it imports something other than what was reviewed",
    DeviationKind.OBJECT: "{expected} was reviewed, but for another object at this address",
    DeviationKind.REPLACES: "`{path}` also forces the replacement",
    DeviationKind.CHANGES: "`{path}` also changes: it is now {found}",
    DeviationKind.FOUND: "`{path}` was changed by someone since: it is now {found}",
    DeviationKind.UNKNOWN: "`{path}` was known, but is now (known after apply)",
}
