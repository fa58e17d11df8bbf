"""Stacks that the catalogue no longer has, and whose states may hold something: nothing of them is left but a shell."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from infragen.diagnostics import InfragenError
from infragen.kinds.domains import Domain
from infragen.stacks import shell
from infragen.stacks.model import BOOTSTRAP, Stack
from infragen.terraform.journal import open_runs
from infragen.terraform.move_journal import unfinished
from infragen.terraform.move_steps import marks_of
from infragen.terraform.runner import left_state
from infragen.workflow.rendering.composition import render_checked, templates_of
from infragen.workflow.session import open_session
from infragen.workflow.states.applied_records import applied_records
from infragen.workflow.states.storage import StateBucket
from infragen.workflow.target import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from infragen.workflow.session import Session


@contextmanager
def open_with_removed_stacks(folder: Path, target: str, **options: Any) -> Iterator[Session]:
    """Open a session of all that may stand: stacks that the catalogue no longer has belong to the environment, too.

    One of them may be the target. `options` are those of `open_session`.
    """
    with open_session(folder, target, any_stack=True, **options) as session:
        name = parse(target).stack
        if name is None:
            yield with_removed_stacks(session, known_removed_stacks(session))
            return
        whole = with_removed_stacks(
            session, tuple(stack for stack in find_removed_stacks(session) if stack.name == name)
        )
        yield replace(whole, stacks=whole.composed.chosen(name))


def known_removed_stacks(session: Session) -> tuple[Stack, ...]:
    """Return what the catalogue no longer has, and what is known here: by runs, by records, by its scratch folder.

    None of them need have a state.
    """
    return shells(session, _known(session))


def find_removed_stacks(session: Session, named: Iterable[str] = ()) -> tuple[Stack, ...]:
    """Return the same with whatever a domain may once have had, and with what is `named`."""
    domains = session.environment.all(Domain)
    once = {f"{kind}-{domain}" for kind in ("data", "services") for domain in domains}
    return shells(session, {*once, *named, *_known(session)})


def shells(session: Session, names: Iterable[str]) -> tuple[Stack, ...]:
    """Return stacks of nothing but a shell, of those names that the catalogue does not have."""
    environment = session.environment
    gone = set(names) - {BOOTSTRAP} - {stack.name for stack in session.composed.stacks}
    return tuple(Stack(name, shell.files(environment, name, ()), (), ()) for name in sorted(gone))


def with_removed_stacks(session: Session, removed: tuple[Stack, ...]) -> Session:
    """Return the session with stacks of nothing but a shell after all others."""
    if not removed:
        return session
    project, system = session.project, session.environment.system.name
    files = render_checked(project, system, templates_of(project), removed, {})
    composed = session.composed
    whole = replace(composed, stacks=(*composed.stacks, *removed), files={**composed.files, **files})
    names = (*session.removed, *(stack.name for stack in removed))
    return replace(session, composed=whole, stacks=whole.stacks, tree={**session.tree, **files}, removed=names)


def only_removed_stacks(session: Session, names: Collection[str]) -> Session:
    """Return the session without those stacks which the catalogue no longer has, and which are not among `names`."""
    out = set(session.removed) - set(names)
    kept = tuple(stack for stack in session.composed.stacks if stack.name not in out)
    stacks = tuple(stack for stack in session.stacks if stack.name not in out)
    removed = tuple(name for name in session.removed if name not in out)
    return replace(session, composed=replace(session.composed, stacks=kept), stacks=stacks, removed=removed)


def _known(session: Session) -> set[str]:
    here = session.environment.target, session.on_sandbox
    runs = (run for run in open_runs(session.project.root) if run.begin.environment == here)
    names = {stack.stack for run in runs for stack in run.stacks}
    names |= applied_records(session).all().keys()
    with suppress(InfragenError):  # a journal that is not believed says nothing
        names |= {stack for move in unfinished(session.folders) for stack in move.stacks}
    return names | {path.parent.name for path in session.folders.root.glob("*/backend.tf")}


def whole_environment(session: Session, named: Iterable[str] = ()) -> tuple[Session, dict[str, bytes]]:
    """Return the session with every stack there is or was, and what is stored of each, byte for byte.

    Stacks that the catalogue no longer has are among them when they have a state; those that the mark of a state move
    names are looked for as well. What a run could not store of a stack hides what is: it is not read.
    """
    removed = find_removed_stacks(session, named)
    states = _stored(session, removed)
    marked = {stack for mark in marks_of(states).values() for stack in mark.stacks}
    if not marked <= states.keys():
        removed = find_removed_stacks(session, {*named, *marked})
        states = _stored(session, removed)
    known = with_removed_stacks(session, tuple(stack for stack in removed if states.get(stack.name)))
    return known, {stack.name: states[stack.name] for stack in known.composed.stacks if stack.name in states}


def _stored(session: Session, removed: tuple[Stack, ...]) -> dict[str, bytes]:
    whole = with_removed_stacks(session, removed)
    names = [stack.name for stack in whole.composed.stacks]
    return StateBucket(whole).pull([name for name in names if left_state(session.folders.stack(name)) is None])
