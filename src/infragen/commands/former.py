"""Stacks that the catalogue no longer has, and whose states may hold something: nothing of them is left but a shell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infragen.commands.compose import templates_of
from infragen.commands.running import applied_records
from infragen.commands.stored import StateBucket
from infragen.render.render import render_stacks
from infragen.stacks import shell
from infragen.stacks.model import Stack
from infragen.terraform.journal import list_runs
from infragen.terraform.move_journal import unfinished
from infragen.terraform.moving import marks_of
from infragen.terraform.runner import left_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.commands.session import Session

__all__ = ["former_stacks", "whole_environment", "with_former"]


def former_stacks(session: Session, named: Iterable[str] = ()) -> tuple[Stack, ...]:
    """Return what the catalogue no longer has: what a domain once had, what runs or moves here touched, and `named`.

    None of them need ever have had a state.
    """
    environment = session.environment
    has = {stack.name for stack in session.composed.stacks}
    names = {f"{kind}-{domain}" for kind in ("data", "services") for domain in environment.domains} | set(named)
    names |= applied_records(session).all().keys()
    names |= {path.parent.name for path in session.folders.root.glob("*/backend.tf")}
    names |= {stack for move in unfinished(session.folders) for stack in move.stacks}
    place = (environment.target, session.on_sandbox)
    runs = (run for run in list_runs(session.project.root) if run.begin.environment == place)
    names |= {stack.stack for run in runs for stack in run.stacks}
    return tuple(Stack(name, shell.files(environment, name, ()), (), ()) for name in sorted(names - has))


def with_former(session: Session, former: tuple[Stack, ...]) -> Session:
    """Return the session with stacks of nothing but a shell after all others."""
    files = render_stacks(templates_of(session.project), former, {})
    composed = session.composed
    whole = replace(composed, stacks=(*composed.stacks, *former), files={**composed.files, **files})
    return replace(session, composed=whole, stacks=whole.stacks, tree={**session.tree, **files})


def whole_environment(session: Session, named: Iterable[str] = ()) -> tuple[Session, dict[str, bytes]]:
    """Return the session with every stack there is or was, and what is stored of each, byte for byte.

    Stacks that the catalogue no longer has are among them when they have a state, or a folder here; those that the mark
    of a state move names are looked for as well. What a run could not store of a stack hides what is: it is not read.
    """
    former = former_stacks(session, named)
    states = _stored(session, former)
    marked = {stack for mark in marks_of(states).values() for stack in mark.stacks}
    if not marked <= states.keys():
        former = former_stacks(session, {*named, *marked})
        states = _stored(session, former)
    here = {stack.name for stack in former if session.folders.stack(stack.name).path.is_dir()}
    known = with_former(session, tuple(stack for stack in former if states.get(stack.name) or stack.name in here))
    return known, {stack.name: states[stack.name] for stack in known.composed.stacks if stack.name in states}


def _stored(session: Session, former: tuple[Stack, ...]) -> dict[str, bytes]:
    whole = with_former(session, former)
    names = [stack.name for stack in whole.composed.stacks]
    return StateBucket(whole).pull([name for name in names if left_state(session.folders.stack(name)) is None])
