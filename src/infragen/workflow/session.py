"""A session with terraform on one environment: what is rendered, where it runs, with which variables."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace as copied
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.catalog import Environment, Project
from infragen.diagnostics import Diagnostic, InfragenError, Severity
from infragen.redaction.decode import open_plan
from infragen.redaction.log_redaction import redacted, remember_plan
from infragen.rules import run as run_rules
from infragen.stacks.model import BOOTSTRAP, LOCK_FILE, Stack
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.child_process import Stopper
from infragen.terraform.environment_variables import child_environment, closed_environment, downloading_environment
from infragen.terraform.findings import EMULATOR_GAP, OTHER_ACCOUNT, Finding, address_of, shortened
from infragen.terraform.move_journal import refuse_unfinished
from infragen.terraform.provider_mirror import find_mirror, home_folder
from infragen.terraform.providers import left_out
from infragen.terraform.run_history import latest_run, list_runs, untrusted_left_behind
from infragen.terraform.run_records import End
from infragen.terraform.runner import PARALLELISM, Folder, OnEvent, PlanOptions, PlanResult, silent
from infragen.terraform.running_processes import all_processes, end_left_behind, left_alone_in
from infragen.terraform.workfolder import WorkFolders, open_work_folders, read_tree
from infragen.text import first_of, visible
from infragen.workflow import target as targets
from infragen.workflow.console import announce, note
from infragen.workflow.invocation import LOCK_TIMEOUT, WORKED_ON, Place, set_lock_timeout, typeable_command
from infragen.workflow.rendering import composition

SANDBOX_PARALLELISM = 100
"""Resources at once on the emulated AWS, which does not throttle; the provider's own waits overlap."""


class Session(Struct, frozen=True):
    """What plan, apply and destroy share.

    `tree` maps paths below the environment's folder to texts; `stacks` are those the target names, upstreams first.
    `opener` has the variables of what may download; `runner` those of the place that is worked on.
    `everything` says to plan stacks too that nothing changed since their apply; `removed` are stacks that the catalogue
    no longer has, where somebody asked for them (`states.storage`); `stored` are those of which the bucket has a state
    or a lock, once it was listed. `left_out` are stacks of other clouds, in a session that reaches none.
    """

    project: Project
    target: str
    composed: composition.Composed
    stacks: tuple[Stack, ...]
    tree: Mapping[str, str]
    folders: WorkFolders
    opener: TerraformRunner
    runner: TerraformRunner
    on_sandbox: bool
    everything: bool = False
    removed: tuple[str, ...] = ()
    stored: frozenset[str] | None = None
    left_out: tuple[str, ...] = ()

    @property
    def environment(self) -> Environment:
        return self.composed.environment

    @property
    def parallelism(self) -> int:
        return SANDBOX_PARALLELISM if self.on_sandbox else PARALLELISM

    @property
    def stopper(self) -> Stopper:
        return self.runner.stopper

    def prepare_stacks(self, stacks: tuple[Stack, ...] | None = None) -> Mapping[str, Folder]:
        chosen = self.stacks if stacks is None else stacks
        return self.folders.prepare_stacks(self.tree, chosen, self.opener, every=self.composed.stacks)

    def folders_to_ask(self) -> Mapping[str, Folder]:
        """One that was used before is as it was: a state that was not stored there forbids to prepare the folder."""
        used = {stack.name: self.folders.stack(stack.name) for stack in self.stacks}
        used = {name: folder for name, folder in used.items() if (folder.path / ".terraform").is_dir()}
        others = tuple(stack for stack in self.stacks if stack.name not in used)
        return {**used, **(self.prepare_stacks(others) if others else {})}

    def closure(self) -> tuple[Stack, ...]:
        wanted = {stack.name for stack in self.stacks}
        for stack in reversed(self.composed.stacks):
            if stack.name in wanted:
                wanted.update(stack.upstreams)
        return tuple(stack for stack in self.composed.stacks if stack.name in wanted)


def chosen_stack(session: Session) -> str | None:
    return session.target.removeprefix(session.environment.target).strip("/") or None


def command_line(session: Session, verb: str, stack: str | None = None, *more: str) -> str:
    place = session.environment.target if stack is None else f"{session.environment.target}/{stack}"
    words = (*verb.split(), place, *more, *(("--sandbox",) if session.on_sandbox else ()))
    return typeable_command(f"infragen {shlex.join(words)}")


def plan_in(session: Session, folder: Folder, out: Path, options: PlanOptions, on_event: OnEvent) -> PlanResult:
    """Plan in a folder; what the emulated AWS cannot read blocks nothing: then a plan takes the states as they are."""
    try:
        return plan_once(session.runner, folder, out, options, on_event)
    except InfragenError as error:
        gaps = [one for one in error.diagnostics if one.severity is Severity.ERROR]
        reads = options.refresh and not options.refresh_only
        if not (reads and gaps and all(one.code == EMULATOR_GAP for one in gaps)):
            raise
        what = first_of([address_of(one) or folder.shown for one in gaps])
        note(f"the emulated AWS cannot read {what}: planned from the states, without reading what exists")
        return plan_once(session.runner, folder, out, replace(options, refresh=False), on_event)


def plan_once(
    runner: TerraformRunner, folder: Folder, out: Path, options: PlanOptions, on_event: OnEvent = silent
) -> PlanResult:
    """Plan in a folder; what is said where that fails quotes no secret."""
    with quoting_no_secret(runner, folder, out):
        return runner.plan(folder, out, options, on_event)


@contextmanager
def quoting_no_secret(runner: TerraformRunner, folder: Folder, saved: Path, *, is_read: bool = False) -> Iterator[None]:
    """While inside, no error quotes what the plan in `saved` marks as sensitive, or any plan that was read before.

    `is_read` says that this one was: it is applied.

    Providers quote values, and a condition's message is what its author made of them. Terraform saves a plan that
    failed as far as it came, with the states that it read; nothing of it is left. Where that cannot be read, nothing is
    quoted at all; where it came to none, it had read no state.
    """
    try:
        yield
    except InfragenError as error:
        can_be_told = True
        if saved.exists() and not is_read:
            try:
                with shown_plan(runner, folder, saved) as shown:
                    remember_plan(open_plan(shown))
            except InfragenError:
                can_be_told = False
        saved.unlink(missing_ok=True)
        told = ((one, can_be_told or one.severity is not Severity.ERROR) for one in error.diagnostics)
        raise type(error)(*(copied(one, message=_told(one) if may else _UNTOLD) for one, may in told)) from None


_UNTOLD: Final = (
    "what terraform said is left out, for it may quote a secret: the plan that tells secrets cannot be read"
)


def _told(found: Diagnostic) -> str:
    whole = found.whole if isinstance(found, Finding) and found.whole else found.message
    return shortened(redacted(whole))


@contextmanager
def shown_plan(runner: TerraformRunner, folder: Folder, saved: Path) -> Iterator[Path]:
    """While inside, there is the JSON form of a saved plan, which holds secrets."""
    shown = saved.with_suffix(".json")
    try:
        yield runner.show_json(folder, saved, shown)
    finally:
        shown.unlink(missing_ok=True)


@contextmanager
def open_session(
    folder: Path,
    target: str,
    *,
    sandbox: bool = False,
    profiles: tuple[str, ...] = (),
    plugin_dir: Path | None = None,
    offline: bool = False,
    lock_timeout: str | None = None,
    everything: bool = False,
    unfinished_moves: bool = False,
    resumed: str | None = None,
    any_stack: bool = False,
    only_plans: bool = False,
    as_applied: bool = False,
) -> Iterator[Session]:
    """Open a session; where it is `offline`, or on the emulated AWS, terraform does not leave this machine.

    One that `only_plans` reads no secret's value, unless hand-written Terraform makes something of one.

    While a state move is interrupted, only who takes `unfinished_moves` may go on: InfragenError M002. `resumed` is the
    run that is about to be put right: that it was cut off is no news. With `any_stack` it is the caller who chooses the
    stack that the target names. What is done `as_applied` is about the states: today's files need not be rendered.

    Refuses a catalogue with errors and, unless `profiles` ask for something else than what is committed, a generated
    tree that is not up to date.
    """
    set_lock_timeout(lock_timeout)
    project = targets.open_project(folder)
    targets.warn_without_key()
    parsed, environment = targets.resolve_one(project, target, profiles, as_applied=as_applied)
    WORKED_ON.set(Place(environment.target, sandbox))
    told = not offline and warn_left_behind(project, environment.target, sandbox=sandbox, resumed=resumed)
    if not offline:
        warn_left_behind(project, f"{environment.target}/{BOOTSTRAP}", sandbox=sandbox, resumed=resumed, known=True)
    composition.refuse_errors(run_rules(None, [environment]))
    composed = composition.compose(project, environment, composition.templates_of(project))
    stacks = composed.chosen(None if any_stack else parsed.stack)
    tree = _tree(project, composed, committed=not profiles and not as_applied)
    others = left_out(tree, composed.stacks) if sandbox or offline else ()
    composed = replace(composed, stacks=tuple(one for one in composed.stacks if one.name not in others))
    stacks = tuple(one for one in stacks if one.name not in others)
    if others and not stacks:
        stack = f"{environment.target}/{parsed.stack or others[0]}"
        message = f"{stack} is not on AWS: neither offline plans nor the emulated AWS have it"
        hint = f"`infragen plan {stack}` plans it, signed in to Google Cloud: docs/google.md"
        raise InfragenError(Diagnostic("P013", message, hint=hint))
    stopper = Stopper()
    place = open_work_folders(project.root, environment.system.name, environment.name, sandbox=sandbox)
    runners = open_runners(
        project, environment, stopper, sandbox=sandbox, offline=offline, plugin_dir=plugin_dir, files=tree,
        without_values=only_plans and not composition.reads_secret_values(tree), but_of=composition.replicas_read(tree),
    )  # fmt: skip
    with runners as (opener, runner), place as folders, stopper.signals(), _watching(project, stopper, sandbox):
        if not offline and not unfinished_moves:
            refuse_unfinished(folders, environment.target, sandbox=sandbox)
        if told:
            end_idle_providers(project.root, folders)
        yield Session(
            project, target, composed, stacks, tree, folders, opener, runner, sandbox, everything, left_out=others
        )


def about_left_out(session: Session) -> tuple[str, ...]:
    if not session.left_out:
        return ()
    where = "the emulated AWS" if session.on_sandbox else "offline plans"
    return (f"left out, because {where} cannot reach Google Cloud: {', '.join(session.left_out)}",)


@contextmanager
def open_runners(
    project: Project,
    environment: Environment,
    stopper: Stopper,
    *,
    sandbox: bool,
    plugin_dir: Path | None,
    offline: bool = False,
    makes_bucket: bool = False,
    files: Mapping[str, str] | None = None,
    without_values: bool = False,
    but_of: frozenset[str] = frozenset(),
) -> Iterator[tuple[TerraformRunner, TerraformRunner]]:
    """Give what runs terraform to download, and to work: with this shell's variables, or with none that lead elsewhere.

    On the emulated AWS the state bucket is made, unless the caller `makes_bucket`; `files` say which services it needs.
    What works `without_values` gets those of no secret, `but_of` some by their names.
    """
    targets.refuse_foreign_project(project.root)
    binary = find_binary(os.environ.get("INFRAGEN_TERRAFORM"), folder=project.root)
    mirror = find_mirror(plugin_dir, os.environ, home_folder())
    with ExitStack() as closing:
        closing.enter_context(_naming_accounts(environment))
        downloading = downloading_environment(os.environ)
        if sandbox:
            working = closed_environment(os.environ, sandbox_of(project, environment, makes_bucket, files or {}))
        elif offline:
            from infragen.terraform.offline import offline_environment

            working = closing.enter_context(offline_environment(os.environ))
        else:
            working = downloading = child_environment(os.environ)
        if without_values and (sandbox or not offline):
            from infragen.aws.session import Aws
            from infragen.aws.unread_secrets import unread_secrets

            working = {**working, **closing.enter_context(unread_secrets(Aws(working), but_of))}
        opener = TerraformRunner(binary, mirror, downloading, stopper, LOCK_TIMEOUT.get())
        yield opener, opener.with_environment(working)


@contextmanager
def _naming_accounts(environment: Environment) -> Iterator[None]:
    try:
        yield
    except InfragenError as error:
        if not any(one.code == OTHER_ACCOUNT for one in error.diagnostics):
            raise
        named = ((one, re.search("[0-9]{12}", one.message)) for one in error.diagnostics)
        told = (other_account(environment, of[0]) if of and one.code == OTHER_ACCOUNT else one for one, of in named)
        raise InfragenError(*dict.fromkeys(told)) from None


def other_account(environment: Environment, found: str) -> Diagnostic:
    own = environment.settings.account
    message = f"these credentials belong to the account {found}, but {environment.target} is in {own}"
    hint = f'log in to {own}; if {found} is the right one, write `account: "{found}"` here, and render'
    return Diagnostic(OTHER_ACCOUNT, message, environment.at("environment", "account"), hint=hint)


@contextmanager
def _watching(project: Project, stopper: Stopper, sandbox: bool) -> Iterator[None]:
    """Stop what works on the emulated AWS when that ends: it would wait for minutes. InfragenError E006."""
    from infragen.terraform.sandbox import Sandbox

    ended: list[str] = []

    def stop(why: str) -> None:
        ended.append(why)
        note(f"{why}: stopping everything that runs on it")
        stopper.stop()
        stopper.stop()  # asked once, it would finish what it has begun

    emulated = Sandbox.running(project.root) if sandbox else None
    try:
        with emulated.watched(stop) if emulated else nullcontext():
            yield
    finally:
        if ended:
            hint = "the next command with --sandbox starts an empty one"
            raise InfragenError(Diagnostic("E006", ended[0], hint=hint))


def warn_left_behind(project: Project, target: str, *, sandbox: bool, resumed: str | None, known: bool = False) -> bool:
    """Say that its last run was cut off, or is not trusted; with `known`, only runs that name the environment."""
    for one in untrusted_left_behind(project.root, target, sandbox=sandbox):
        if known and one.says is None:
            continue
        flag = " --sandbox" if sandbox else ""
        verbs = ("unlock",) if target.count("/") > 1 else ("unlock", "drift")  # of a bootstrap nobody asks for drift
        looks = " and ".join(f"`{typeable_command(f'infragen {verb} {target}{flag}')}`" for verb in verbs)
        why = f"{visible(one.doubt)} (a folder that was moved or copied counts as another one)"
        then = f"check with {looks}, then `rm -r {shlex.quote(str(one.folder))}`"
        note(f"notice: run {one.id} seems to have been interrupted, but its journal is not trusted: {why}; {then}")
    run = latest_run(project.root, target, sandbox=sandbox)
    if run is None or not run.left_behind or run.id == resumed:
        return False
    stacks = ", ".join(run.left_behind)
    how = "failed" if run.end is End.FAILED else "was interrupted"
    again = typeable_command(f"infragen resume {run.id}")
    note(f"notice: a run {how} in {stacks}; `{again}` recovers what it left behind")
    return True


def end_idle_providers(project: Path, folders: WorkFolders) -> None:
    """End the providers that dead terraforms of this project's runs left behind; name one that is not known as ours."""
    work = folders.combined.path.parent
    processes = all_processes()
    places = {one.folder for one in processes if one.is_provider and one.folder.parent == work}
    if not any(left_alone_in(place, processes) for place in places):
        return
    started = [one for run in list_runs(project) for one in run.processes]
    for one in end_left_behind(started):
        note(f"{one.folder.name}: a provider that terraform left behind (process {one.pid}) was terminated")
    processes = all_processes()
    for place in places:
        for one in left_alone_in(place, processes):
            what = f"process {one.pid} is a provider whose terraform has ended, started by no known run"
            note(f"{place.name}: {what}: it is not touched, `kill {one.pid}` ends it")


def sandbox_of(
    project: Project, environment: Environment, makes_bucket: bool, files: Mapping[str, str]
) -> Mapping[str, str]:
    """Start the emulated AWS, and the second emulator where `files` have resources that it serves."""
    from infragen.terraform.sandbox import Sandbox, second_emulator_services

    sandbox = Sandbox.running(project.root)
    services = second_emulator_services(files.values())
    if sandbox is None or (services and sandbox.ministack is None):
        if sandbox is None and (lost := Sandbox.status(project.root)).started:
            note(lost.detail)
        announce("starting an empty emulated AWS" if sandbox is None else "starting the second emulator")
        sandbox = Sandbox.start(project.root, services=services)
    settings = environment.settings
    if not makes_bucket:
        sandbox.create_state_bucket(environment.state_bucket, settings.account, environment.state_region)
    return sandbox.environment(settings.account, settings.region)


def _tree(project: Project, composed: composition.Composed, *, committed: bool) -> Mapping[str, str]:
    root = targets.generated_folder(project, composed.environment)
    if not committed:
        return {**composed.files, **{path: text for path, text in read_tree(root).items() if path.endswith(LOCK_FILE)}}
    composition.refuse_unless_rendered(project, composed)
    tree = read_tree(root)
    by_hand = [path for path in tree if path not in composed.files]
    composition.refuse_by_hand(project, composed.environment.system.name, root, by_hand, composed.adopted)
    return tree
