"""Stacks that the catalogue no longer has, and whose states may hold something: nothing of them is left but a shell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infragen.commands.compose import templates_of
from infragen.commands.running import applied_records
from infragen.render.render import render_stacks
from infragen.stacks import shell
from infragen.stacks.model import Stack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.commands.session import Session

__all__ = ["former_stacks", "with_former"]


def former_stacks(session: Session, named: Iterable[str] = ()) -> tuple[Stack, ...]:
    """Return what the catalogue no longer has: what a domain once had, what was once applied or planned here, `named`.

    None of them need ever have had a state.
    """
    environment = session.environment
    has = {stack.name for stack in session.composed.stacks}
    names = {f"{kind}-{domain}" for kind in ("data", "services") for domain in environment.domains} | set(named)
    names |= applied_records(session).all().keys()
    names |= {path.parent.name for path in session.folders.root.glob("*/backend.tf")}
    return tuple(Stack(name, shell.files(environment, name, ()), (), ()) for name in sorted(names - has))


def with_former(session: Session, former: tuple[Stack, ...]) -> Session:
    """Return the session with stacks of nothing but a shell after all others."""
    files = render_stacks(templates_of(session.project), former, {})
    composed = session.composed
    whole = replace(composed, stacks=(*composed.stacks, *former), files={**composed.files, **files})
    return replace(session, composed=whole, stacks=whole.stacks, tree={**session.tree, **files})
