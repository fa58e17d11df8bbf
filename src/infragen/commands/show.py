"""Show a saved plan, as it was reviewed."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from infragen.catalog import Project
from infragen.commands import flags
from infragen.commands.formats import print_changes
from infragen.diagnostics import InfragenError
from infragen.workflow.console import note
from infragen.workflow.review.apply_progress import ApplyProgress
from infragen.workflow.review.bundle import Bundle, moment, read


def show(
    file: Annotated[Path, flags.argument("FILE", "File that `plan --out` wrote.")],
    identity: flags.Identities = [],
    output: flags.ReportFormat = "terminal",
) -> int:
    """Print what was reviewed. Needs neither the project nor terraform; in the project, it says what was applied."""
    bundle = read(file, tuple(identity))
    print_changes(bundle.change_set, bundle.manifest.target, output)
    note(*_about(bundle))
    return 0


def _about(bundle: Bundle) -> Iterator[str]:
    manifest = bundle.manifest
    if not bundle.is_sealed:
        yield "notice: nothing proves who wrote this file: its words may be forged, and `apply` plans each stack again"
    place = " on the emulated AWS" if manifest.sandbox else ""
    now = datetime.now(UTC)
    doubt = " (expired)" if now >= manifest.expires else ""
    if manifest.created > now:
        doubt = f" (made on {moment(manifest.created)}, which is in the future: one of the clocks is wrong)"
    yield f"{manifest.target}{place}, made with infragen {manifest.infragen} and terraform {manifest.terraform}"
    changing = [name for name, part in manifest.stacks.items() if part.changes]
    done: frozenset[str] = frozenset()
    with suppress(InfragenError):  # there is no project here
        done = frozenset(ApplyProgress(Project.find(Path.cwd()).root, bundle).done)
    left = [name for name in changing if name not in done]
    if done and not left:
        yield "applied already from this checkout; `apply` refuses a second time"
        return
    yield f"may be applied once, until {moment(manifest.expires)}{doubt}, unless something has changed since"
    if done:
        yield f"applied already: {', '.join(name for name in changing if name in done)}"
    ready = [name for name in left if name in bundle.plans]
    waiting = [name for name in left if name not in bundle.plans]
    if ready:
        yield f"with saved plans: {', '.join(ready)}"
    if waiting:
        yield f"planned again when their upstreams are done: {', '.join(waiting)}"
