"""`infragen apply`: plan, show, ask, and apply what was shown; or apply what was reviewed before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.commands.formats import present
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.report.labels import headline_counts
from infragen.report.severity import risk_of
from infragen.workflow.console import out, to_stderr
from infragen.workflow.planning.policies import PolicyHook
from infragen.workflow.recovery.approval import Watch, agreed, news_of_file
from infragen.workflow.review.apply_progress import Headway
from infragen.workflow.review.bundle import lifetime, read
from infragen.workflow.review.reviewed_plan import (
    plan_to_review,
    refuse_other_providers,
    refuse_other_states,
    refuse_unapplied_needs,
    refuse_unless_current,
)
from infragen.workflow.running_terraforms import await_terraforms
from infragen.workflow.runs.apply_reviewed import apply_reviewed
from infragen.workflow.session import open_session

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from infragen.plan import ChangeSet
    from infragen.workflow.review.bundle import Bundle
    from infragen.workflow.session import Session

__all__ = ["Request", "apply"]

_WHILE_APPLYING = "24h"
"""How long what was just shown may be applied: by the process that showed it, so it hardly matters."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of one apply: `target` may also be the file of a kept plan, as `plan` is.

    `everything` plans stacks too that nothing changed since their apply.
    """

    target: str
    plan: Path | None = None
    identities: tuple[Path, ...] = ()
    sandbox: bool = False
    yes: bool = False
    output: str = "terminal"
    profiles: tuple[str, ...] = ()
    jobs: int | None = None
    plugin_dir: Path | None = None
    everything: bool = False


def apply(folder: Path, request: Request) -> int:
    """Apply the target's stacks, upstreams first and side by side; 1 when one of them fails."""
    file = request.plan or _named_file(request.target)
    if file is not None:
        _refuse_what_plans(request)
        return _reviewed(folder, request, file)
    if request.identities:
        message = "--identity opens an encrypted plan, and none is given"
        raise InfragenError(Diagnostic("X007", message, hint="add `--plan FILE`"))
    with _session(folder, request, request.target, request.profiles) as session:
        await_terraforms(session, (stack.name for stack in session.stacks))
        expires = lifetime(_WHILE_APPLYING)
        policies = PolicyHook(session)
        watch = Watch(session, policies, yes=request.yes)
        planned, bundle = plan_to_review(session, expires=expires, profiles=request.profiles, on_plan=watch)
        out(present(planned.change_set, session.target, request.output))
        refused = policies.tell()
        if _is_nothing(bundle):
            return 0
        if refused:
            return 1
        refuse_unapplied_needs(session, planned)
        news = (*planned.vanished, *watch.news(bundle))
        if not agreed(_question(session.target, planned.change_set), news, yes=request.yes):
            return 1
        return apply_reviewed(session, bundle, jobs=request.jobs)


def _reviewed(folder: Path, request: Request, file: Path) -> int:
    """Apply a kept plan, in the same world that it was made in."""
    bundle = read(file, request.identities)
    manifest = bundle.manifest
    target = request.target if request.plan else manifest.target
    with _session(folder, request, target, manifest.profiles) as session:
        await_terraforms(session, (stack.name for stack in session.stacks))
        refuse_unless_current(session, manifest)
        headway = Headway(session.project.root, bundle)
        left = {name for name, part in manifest.stacks.items() if part.changes} - headway.done.keys()
        if headway.done and not left:
            raise InfragenError(Diagnostic("K012", f"{file} was applied already", hint="plan again, and see"))
        refuse_other_states(session, manifest, done=headway.done, begun=headway.begun)
        refuse_other_providers(session, manifest)
        out(present(bundle.change_set, session.target, request.output))
        if _is_nothing(bundle):
            return 0
        _tell_headway(session, headway)
        news = news_of_file(bundle, yes=request.yes)
        if not agreed(_question(session.target, bundle.change_set), news, yes=request.yes):
            return 1
        refuse_unless_current(session, manifest)  # the answer may have taken a night
        return apply_reviewed(session, bundle, headway, jobs=request.jobs)


def _session(folder: Path, request: Request, target: str, profiles: tuple[str, ...]) -> AbstractContextManager[Session]:
    return open_session(
        folder,
        target,
        sandbox=request.sandbox,
        profiles=profiles,
        plugin_dir=request.plugin_dir,
        everything=request.everything,
    )


def _refuse_what_plans(request: Request) -> None:
    """Refuse flags that say what to plan beside a plan that is there."""
    for flag, given in (("--all", request.everything), ("--profile", request.profiles)):
        if given:
            message = f"{flag} is about what to plan, and a kept plan is applied as it is"
            raise InfragenError(Diagnostic("X007", message, hint="leave one of them out"))


def _named_file(target: str) -> Path | None:
    """Return the file that is named instead of a target: targets have no dot, and no slash before them."""
    path = Path(target)
    if not path.exists() and ("." in target or path.is_absolute()):
        raise InfragenError(
            Diagnostic("K002", f"there is no file {target}", hint="`infragen plan --out FILE` makes one")
        )
    return path if path.is_file() else None


def _is_nothing(bundle: Bundle) -> bool:
    return bundle.change_set.is_empty and not any(part.changes for part in bundle.manifest.stacks.values())


def _question(target: str, change_set: ChangeSet) -> str:
    """Ask with what matters once more: the report may have scrolled away."""
    risk = risk_of(change_set)
    return (
        f"{target}: {headline_counts(change_set.summary)}; risk {risk.level.name} ({risk.reason}). Apply exactly this?"
    )


def _tell_headway(session: Session, headway: Headway) -> None:
    """Say what an apply of the same plan has done before."""
    for words, stacks in (("done already", headway.done), ("begun, and goes on", headway.begun)):
        names = [stack.name for stack in session.stacks if stack.name in stacks]
        if names:
            to_stderr(f"{words}: {', '.join(names)}")
