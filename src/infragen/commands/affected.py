"""List the stacks that a change affects, and why."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from infragen.affected import AffectedStack, Kind, Reason, Status
from infragen.commands import flags
from infragen.commands.formats import print_diff, refuse_first
from infragen.report.tables import fields
from infragen.text import first_of
from infragen.workflow.ci.affected_stacks import AffectedEnvironment, affected_since
from infragen.workflow.console import note, out, out_text
from infragen.workflow.target import open_project
from infragen.workspace import shown_once

VERSION: Final = 1
"""Of the JSON; a member may be added without a new one."""
_MOST_REASONS: Final = 12  # lines of reasons for one stack in the text; the JSON has all


def affected(
    target: flags.AnyTarget = None,
    base: flags.Base = "origin/main",
    output: flags.ListFormat = "text",
    diff: flags.Diff = False,
    detailed_exitcode: flags.DetailedExitcode = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print the stacks that differ from those at the merge base with `base`; 2 with `detailed_exitcode` if any does.

    InfragenError X007 for `diff` in JSON.
    """
    refuse_first(
        "X007", (diff and output == "json", "`--diff` shows text, and `--format json` has none", "leave one out")
    )
    commit, found = affected_since(open_project(folder), target, base)
    out_text(_as_json(found, base, commit)) if output == "json" else out(*_as_text(found, base, commit))
    if diff and (shown := shown_once(chain.from_iterable(one.differences for one in found))):
        out("")
        print_diff(shown)
    for one in found:
        for notice in one.notices:
            note(f"{one.target}: {notice}")
    return 2 if detailed_exitcode and any(one.stacks for one in found) else 0


def _as_text(found: list[AffectedEnvironment], base: str, commit: str) -> list[str]:
    lines: list[str] = []
    for one in found:
        lines.append(f"{one.target}: {len(one.stacks)} of {one.of} stacks affected since {commit[:12]} ({base})")
        for stack in one.stacks:
            lines.append(f"  {stack.name}: {stack.status}")
            told = list(_told(stack.reasons))
            lines.extend(f"    {text}" for text in told[:_MOST_REASONS])
            if len(told) > _MOST_REASONS:
                lines.append(f"    and {len(told) - _MOST_REASONS} more; `--format json` has all")
        if one.hand_written:
            lines.append(f"  hand-written: {first_of(one.hand_written)}")
    return lines


def _told(reasons: tuple[Reason, ...]) -> Iterator[str]:
    """Yield reasons as lines; the outputs of one stack share one."""
    yield from (reason.text for reason in reasons if reason.kind is not Kind.UPSTREAM)
    upstreams = dict.fromkeys(reason.stack for reason in reasons if reason.kind is Kind.UPSTREAM)
    for upstream in upstreams:
        of_one = [reason for reason in reasons if reason.stack == upstream]
        if len(of_one) == 1:
            yield of_one[0].text
            continue
        names = first_of([str(reason.output) for reason in of_one])
        yield f"{upstream}: {len(of_one)} outputs may change: {names}"


def _as_json(found: list[AffectedEnvironment], base: str, commit: str) -> str:
    """Return the JSON; `targets` and `environments` are what a pipeline makes its jobs of."""
    document = {
        "version": VERSION,
        "base": {"revision": base, "commit": commit},
        "targets": [one.target for one in found if _kept(one)],
        "environments": [
            {
                "target": one.target,
                "levels": _levels(one),
                "stacks": [_stack(one.target, stack) for stack in one.stacks],
                "notices": list(one.notices),
                "hand_written": list(one.hand_written),
            }
            for one in found
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _kept(found: AffectedEnvironment) -> list[AffectedStack]:
    return [stack for stack in found.stacks if stack.status is not Status.REMOVED]


def _levels(found: AffectedEnvironment) -> list[list[str]]:
    """Return the names of the affected stacks, those that wait for no other of them first."""
    kept = _kept(found)
    return [[stack.name for stack in kept if stack.level == level] for level in sorted({one.level for one in kept})]


def _stack(target: str, stack: AffectedStack) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "target": f"{target}/{stack.name}",
        "status": str(stack.status),
        "level": stack.level,
        "upstreams": list(stack.upstreams),
        "reasons": [_reason(reason) for reason in stack.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    """Return a reason without the members that it does not have."""
    place = reason.location
    members = fields(reason, "kind", "text") | (fields(place, "file", "line") if place else {})
    members |= fields(reason, "entry", "field", "before", "after", "stack", "output", "via")
    return {name: value for name, value in members.items() if value is not None}
