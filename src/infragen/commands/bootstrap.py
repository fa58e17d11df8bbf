"""`infragen bootstrap`: the bucket of an environment's states and the roles of CI: rendered, applied, moved home."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.affected import literal_arguments
from infragen.commands.formats import present
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.environment import environments
from infragen.rules import run as run_rules
from infragen.settings import FILE, REPOSITORY, load_settings
from infragen.stacks.access import access_of
from infragen.stacks.bootstrap import NAME, Trust, build
from infragen.terraform.events import Counts
from infragen.workflow.composition import (
    compose,
    generated_folder,
    refuse_errors,
    render_checked,
    templates_of,
)
from infragen.workflow.console import out, to_stderr
from infragen.workflow.invocation import typed
from infragen.workflow.planning.plans import refuse_failures
from infragen.workflow.recovery.approval import agreed, news_of_destruction
from infragen.workflow.running_terraforms import refuse_while_at_work
from infragen.workflow.runs.execution import carry_out
from infragen.workflow.target import open_project, parse, resolve_one, tell_without_key
from infragen.workspace import compare, unified_diff, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infragen.catalog import Environment, Project
    from infragen.conformance import Contract
    from infragen.plan import ChangeSet
    from infragen.settings import GitHub
    from infragen.stacks.access import Access
    from infragen.terraform.bootstrap_state import Foundation
    from infragen.terraform.journal import Journal
    from infragen.terraform.runner import OnEvent
    from infragen.workflow.bootstrap.session import Founding

__all__ = ["Applying", "bootstrap"]

_TYPE: Final = re.compile(r'^(?:resource|data|ephemeral) "(aws_[a-z0-9_]+)"', re.MULTILINE)
_OBJECT: Final = "aws_s3_object"
_BUCKET: Final = "bucket_name"
"""The argument of a module that says where its objects go."""
_PROVIDER: Final = "modules/github_oidc_provider"
_BUCKET_ADDRESS: Final = "module.state_bucket.aws_s3_bucket.this"


@dataclass(frozen=True, slots=True)
class Applying:
    """Whether and how to apply: where, without asking, and whether to take over a bucket that is there."""

    wanted: bool
    sandbox: bool
    yes: bool
    adopt: bool
    output: str
    plugin_dir: Path | None


@dataclass(frozen=True, slots=True)
class _Work:
    """An apply under way."""

    founding: Founding
    how: Applying
    journal: Journal

    @property
    def environment(self) -> Environment:
        return self.founding.environment

    @property
    def foundation(self) -> Foundation:
        return self.founding.foundation


def bootstrap(
    folder: Path,
    target: str,
    *,
    github: str | None,
    no_github: bool,
    check: bool,
    diff: bool,
    applying: Applying,
) -> int:
    """Render (2 when `check` finds a difference) and, when asked to, apply; 1 when nobody agreed to it."""
    _refuse_contradictions(applying, check=check)
    project = open_project(folder)
    environment = _environment(project, target)
    root = generated_folder(project, environment) / NAME
    files = _rendered(project, environment, _trust(project, environment, root, github, no_github=no_github))
    if diff:
        out(unified_diff(root, files, project.relative(root)))
    if check:
        return _check(root, files, project.relative(root))
    _write(project, root, files)
    if applying.wanted:
        return _apply(project, environment, files, applying)
    to_stderr(f"to apply it: {typed(f'infragen bootstrap {target} --apply')}")
    return 0


def _environment(project: Project, target: str) -> Environment:
    if parse(target).stack is not None:
        hint = "name the environment: " + "/".join(target.split("/")[:2])
        raise InfragenError(Diagnostic("P004", f"{target!r} names a stack", hint=hint))
    _, environment = resolve_one(project, target)
    refuse_errors(run_rules(None, [environment]))
    return environment


def _check(root: Path, files: Mapping[str, str], shown: str) -> int:
    changes = compare(root, files)
    stale = (*changes.created, *changes.changed, *changes.removed, *changes.blocking)
    out("".join(f"not up to date: {shown}/{path}\n" for path in sorted(stale)))
    return 2 if changes else 0


def _write(project: Project, root: Path, files: Mapping[str, str]) -> None:
    changes, shown = write(root, files, within=project.root), project.relative(root)
    written = len(changes.created) + len(changes.changed) + len(changes.removed)
    to_stderr(f"{shown}: {written} of {len(files)} files written" if written else f"{shown}: up to date")


def _refuse_contradictions(applying: Applying, *, check: bool) -> None:
    if check and applying.wanted:
        raise InfragenError(
            Diagnostic("X007", "--check writes nothing, so there is nothing to apply", hint="leave one out")
        )
    if not applying.wanted and (applying.yes or applying.adopt):
        flag = "--adopt" if applying.adopt else "--yes"
        raise InfragenError(Diagnostic("X007", f"{flag} is for --apply", hint="add --apply, or --sandbox to try it"))


def _rendered(project: Project, environment: Environment, trust: Trust | None) -> dict[str, str]:
    """Return the files by their paths in the bootstrap's folder."""
    templates = templates_of(project)
    access = _access(project, compose(project, environment, templates).files)
    stack = build(environment, access, trust)
    context = {"environment": environment.settings}
    files = render_checked(project, environment.system.name, templates, [stack], context)
    return {path.removeprefix(f"{NAME}/"): text for path, text in files.items()}


def _access(project: Project, files: Mapping[str, str]) -> Access:
    """Return what the stacks' resources need of AWS; say which types infragen cannot place."""
    types = {kind for path, text in files.items() if path.endswith(".tf") for kind in _TYPE.findall(text)}
    access = access_of(types, load_settings(project.root).github.services, literal_arguments(files, _OBJECT, _BUCKET))
    for kind in access.unknown:
        to_stderr(f"{kind}: not known which AWS service this is; name it in {FILE}: `[github] services = [...]`")
    return access


def _trust(
    project: Project, environment: Environment, root: Path, named: str | None, *, no_github: bool
) -> Trust | None:
    """Return the repository whose jobs CI's roles trust: the flag's, or the one of infragen.toml."""
    settings = load_settings(project.root).github
    repository = named or settings.repository
    _refuse_shared_bucket(project, environment)
    if no_github or repository is None:
        if not no_github and (root / "github.tf").exists():
            hint = f"name the repository in {FILE}: `[github] repository = ...`; or say --no-github"
            raise InfragenError(Diagnostic("V002", "the roles of CI would go: no repository is named", hint=hint))
        if not no_github:
            to_stderr(f"the bucket alone: for CI's roles, name the repository with --github or in {FILE}")
        return None
    if not re.fullmatch(REPOSITORY, repository):
        raise InfragenError(Diagnostic("V001", f"{repository!r} is no repository", hint="write OWNER/NAME"))
    return Trust(
        repository=_in_subjects(settings, repository),
        branch=settings.branch,
        owns_provider=settings.oidc_provider == "create" and _owns_provider(project, environment),
    )


def _in_subjects(settings: GitHub, repository: str) -> str:
    """Return a repository as it stands in subjects; the numbers of infragen.toml are those of its own repository."""
    return settings.immutable(repository) if repository == settings.repository else repository


def _all(project: Project) -> Iterator[Environment]:
    """Yield every environment of every system, in the order of their names."""
    for system in project.systems():
        for name in environments(project, system):
            yield resolve_one(project, f"{system}/{name}")[1]


def _refuse_shared_bucket(project: Project, environment: Environment) -> None:
    bucket = environment.state_bucket
    others = [one.target for one in _all(project) if one.state_bucket == bucket]
    if len(others) > 1:
        hint = "give each environment a bucket of its own: `state: {bucket: ...}` in its file"
        what = f"the bucket {bucket} is that of {', '.join(others)}: none of them can own it"
        raise InfragenError(Diagnostic("V003", what, hint=hint))


def _owns_provider(project: Project, environment: Environment) -> bool:
    """Say whether this environment makes the identity provider that all environments of its account share.

    It is the first by its name; but whoever has it keeps it, so that an environment that is added takes it from nobody.
    """
    account = environment.settings.account
    sharing = [one for one in _all(project) if one.settings.account == account]
    having = [one for one in sharing if (generated_folder(project, one) / NAME / _PROVIDER).is_dir()]
    owner = (having or sharing)[0].target
    if owner != environment.target:
        to_stderr(
            f"GitHub becomes an identity provider of {account} with `infragen bootstrap {owner}`: apply that first"
        )
    return owner == environment.target


def _apply(project: Project, environment: Environment, files: Mapping[str, str], how: Applying) -> int:
    """Plan, show, ask, apply, and move the state into the bucket if it is not there yet: a run like others."""
    from infragen.terraform.workfolder import LOCK_FILE, read_tree
    from infragen.workflow.bootstrap.session import open_founding
    from infragen.workflow.runs.opening import open_run

    tell_without_key()
    tree = read_tree(generated_folder(project, environment) / NAME)
    locked = {**files, **{path: text for path, text in tree.items() if path == LOCK_FILE}}
    opened = open_founding(project, environment, locked, sandbox=how.sandbox, plugin_dir=how.plugin_dir)
    with opened as founding, open_run(founding.session, NAME, (NAME,)) as journal:
        return _run(_Work(founding, how, journal))


def _run(work: _Work) -> int:
    from infragen.terraform.bootstrap_state import Where
    from infragen.workflow.bootstrap.session import settle_taken_over

    environment, foundation = work.environment, work.foundation
    refuse_while_at_work(work.founding.session, NAME)  # no lock tells of who works on a state in the scratch folder
    where = foundation.find()
    for path in foundation.former():
        to_stderr(
            f"kept: {path}, a local state that is not the one in the bucket; remove it when nothing of it is left"
        )
    if where in {Where.FOREIGN_BUCKET, Where.LOCAL_BESIDE_BUCKET}:
        _adopt(work)
    elif where is not Where.BUCKET:
        to_stderr(f"the state is {where.value}")
    plan = foundation.folder.path / "infragen.tfplan"
    try:
        planned = _planned(work, plan)
        out(present(planned.change_set, f"{environment.target}/{NAME}", work.how.output))
        question = f"Apply this to {environment.target}?"
        if not planned.change_set.is_empty and not agreed(question, planned.news, yes=work.how.yes):
            return 1
        if not planned.change_set.is_empty or where is not Where.BUCKET:
            do = _Doing(work, plan, applies=not planned.change_set.is_empty, moves=where is not Where.BUCKET)
            session, shown = work.founding.session, planned.contract
            code = carry_out(session, NAME, {NAME: ()}, do, run=work.journal, shown=shown, records=False)
            if code:
                return code
    finally:
        plan.unlink(missing_ok=True)
    if work.how.adopt:
        settle_taken_over(work.founding, work.journal)
    if where is not Where.BUCKET:
        to_stderr(f"the state is in s3://{environment.state_bucket} now")
    out("".join(f"{name} = {output.value}\n" for name, output in foundation.runner.output(foundation.folder).items()))
    return 0


def _adopt(work: _Work) -> None:
    bucket = work.environment.state_bucket
    if not work.how.adopt:
        hint = "if it is the right one, the same command with `--adopt` takes it over and gives it everything it lacks"
        raise InfragenError(Diagnostic("V005", f"the bucket {bucket} is there, and no state knows it", hint=hint))
    work.foundation.adopt(_BUCKET_ADDRESS, bucket)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What is shown, what that promises, and what of it a resumed run had not shown."""

    change_set: ChangeSet
    contract: Contract
    news: tuple[Diagnostic, ...]


def _planned(work: _Work, saved: Path) -> _Planned:
    from infragen.report.progress import open_progress
    from infragen.terraform.engine import run_stacks
    from infragen.terraform.journal import Planning, both

    stopper = work.founding.session.stopper
    with open_progress([NAME], "plan") as progress:
        told = both(Planning(work.journal), progress)
        outcome = run_stacks({NAME: ()}, lambda _name, hear: _plan(work, saved, hear), stopper, jobs=1, progress=told)
    refuse_failures(outcome)
    return outcome.values[NAME]


def _plan(work: _Work, saved: Path, on_event: OnEvent) -> _Planned:
    from infragen.conformance.contract import contract_of
    from infragen.plan import change_sets, open_plan

    foundation = work.foundation
    foundation.runner.plan(foundation.folder, saved, on_event=on_event)
    shown = foundation.runner.show_json(foundation.folder, saved, saved.with_suffix(".json"))
    try:
        plan = open_plan(shown)
        (change_set,) = change_sets([plan], skip_empty_drift=True)
        news = news_of_destruction(work.founding.session, change_set, {NAME: plan}, yes=work.how.yes)
        return _Planned(change_set, contract_of(plan, stack=NAME), news)
    finally:
        shown.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Doing:
    """Applies what was shown, and moves the state home: until both are done, the run is not."""

    work: _Work
    plan: Path
    applies: bool
    moves: bool

    def __call__(self, _name: str, on_event: OnEvent) -> Counts:
        """Do it, and return what was changed."""
        foundation = self.work.foundation
        counts = Counts()
        if self.applies:
            counts = foundation.runner.apply(foundation.folder, self.plan, on_event=on_event).counts
        if self.moves:
            foundation.move_into_bucket()
        return counts
