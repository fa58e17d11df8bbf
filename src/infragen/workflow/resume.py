"""Put right what a run left behind, and say which command goes on with it."""

from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from infragen.catalog import Project
from infragen.catalog.project import yaml_file
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import BOOTSTRAP
from infragen.terraform.move_journal import refuse_unfinished
from infragen.terraform.run_history import find_run, run_to_resume
from infragen.terraform.run_records import End, Run
from infragen.terraform.workfolder import work_folders
from infragen.workflow.bootstrap.session import recover_bootstrap
from infragen.workflow.console import note
from infragen.workflow.invocation import change_folder, same_command_line
from infragen.workflow.recovery.approval import Resumed, resumed_from
from infragen.workflow.recovery.orphans import Recovered
from infragen.workflow.recovery.repair import recover
from infragen.workflow.session import open_session
from infragen.workflow.target import open_project, parse, warn_without_key


class NextCommand(Struct, frozen=True):
    """A command line, and the run that it goes on with."""

    arguments: tuple[str, ...]
    resumed: Resumed


def resume(folder: Path, wanted: str | None, *, yes: bool, plugin_dir: Path | None) -> NextCommand | None:
    """Return what to run again; with `yes` that is not asked about, what the run had not shown still is."""
    project = open_project(folder)
    warn_without_key()
    plugin_dir = plugin_dir.absolute() if plugin_dir else None  # the run may have begun in another folder
    run = find_run(project.root, wanted) if wanted else run_to_resume(project.root)
    if run.end is End.RUNNING:
        hint = "wait for it, or stop it with Ctrl-C where it runs"
        raise InfragenError(Diagnostic("J002", f"run {run.id} is still running (process {run.pid})", hint=hint))
    if run.end is End.DONE:
        target, sandbox = run.begin.environment  # InfragenError M002 for what it waits for though its runs are done
        system, _, environment = target.partition("/")
        refuse_unfinished(work_folders(project.root, system, environment, sandbox=sandbox), target, sandbox=sandbox)
        note(f"run {run.id} of {run.begin.target} is done: nothing to resume")
        return None
    if run.begin.place and Path(run.begin.place) != Path.cwd():
        try:
            change_folder(Path(run.begin.place))
        except OSError as error:
            message = f"the run began in {run.begin.place}, which cannot be entered: {error.strerror}"
            raise InfragenError(Diagnostic("J003", message)) from error
    if run.begin.verb == BOOTSTRAP:
        return _bootstrap(project, run, yes=yes, plugin_dir=plugin_dir)
    if _is_without_environment(project, run):
        return None
    note(f"run {run.id}: {run.end}; checking what it left behind")
    target, sandbox = run.begin.environment
    with open_session(project.root, target, sandbox=sandbox, plugin_dir=plugin_dir, resumed=run.id) as session:
        found = recover(session, run)
        stacks = {stack.name for stack in session.composed.stacks}
    note(f"run {run.id} left behind: {found}" if found else f"run {run.id} left nothing behind")
    if found.unanswered:
        raise InfragenError(*found.unanswered)
    stack = parse(run.begin.target).stack
    if stack is not None and stack not in stacks and run.begin.verb != "destroy":
        note(f"{run.begin.target}: the catalogue no longer has this stack, so there is nothing left to do")
        return None
    return _again(project, run, yes=yes, found=found)


def _again(project: Project, run: Run, *, yes: bool, found: Recovered) -> NextCommand:
    arguments = run.begin.arguments
    if yes and not {"--yes", "-y"}.intersection(arguments):
        arguments = (*arguments, "--yes")
    note(f"running again: {same_command_line(arguments)}")
    return NextCommand(arguments, resumed_from(project.root, run, found))


def _bootstrap(project: Project, run: Run, *, yes: bool, plugin_dir: Path | None) -> NextCommand:
    note(f"run {run.id}: {run.end}; checking what it left behind")
    found = recover_bootstrap(project.root, run, plugin_dir=plugin_dir)
    note(f"run {run.id} left behind: {found}" if found else f"run {run.id} left nothing behind")
    if found.unanswered:
        words = [word for word in run.begin.arguments if word not in {"--yes", "-y"}]
        hint = "not imported. In a terminal, `infragen resume` asks"
        if "--adopt" not in words:
            hint += f"; of the bucket alone, `{same_command_line([*words, '--adopt'])}` takes it over"
        raise InfragenError(*(replace(one, hint=hint) for one in found.unanswered))
    return _again(project, run, yes=yes, found=found)


def _is_without_environment(project: Project, run: Run) -> bool:
    """InfragenError J006 where the run left something behind there; what was put right needs none any more."""
    system, _, environment = run.begin.environment[0].partition("/")
    place = yaml_file(project, project.root / "environments" / system, environment)
    if place.exists():
        return False
    file = project.relative(place)
    if run.recovered:
        note(f"run {run.id}: what it left behind was put right; without {file} there is nothing left to do")
        if run.unclear:
            note("an earlier `resume` named these, and nothing tells what became of them:", *run.unclear)
        return True
    said = []
    for stack in (one for one in run.stacks if one.waits(run.end) or one.made or one.open or one.cut):
        made = [f"{address} ({identifier})" for address, identifier in stack.made.items()]
        parts = (("created: ", made), ("in progress: ", sorted({*stack.open, *stack.cut} - stack.made.keys())))
        left = "; ".join(f"{words}{', '.join(some)}" for words, some in parts if some) or "nothing was created"
        said.append(Diagnostic("J006", f"{stack.stack}: its lock may be held; {left}"))
    message = f"{file} no longer exists, but run {run.id} left behind resources that need it"
    hint = f"restore that file (`git log -- {file}`) and what it needs, then `infragen resume {run.id}`"
    raise InfragenError(Diagnostic("J006", message, hint=hint), *said)
