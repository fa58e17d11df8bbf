"""The pages beside an environment's stacks by which its standby takes over, and it takes back."""

from collections.abc import Mapping

from infragen.catalog import Environment
from infragen.core.standby import by_need
from infragen.core.takeover import Runbook
from infragen.markdown import code, fenced, in_markdown
from infragen.render.render import with_header
from infragen.stacks.takeovers import runbook_of


def runbook_pages(primary: Environment, standby: Environment) -> Mapping[str, str]:
    """They are the primary's: the standby is rendered anew on the way, and is none any more then."""
    ways = runbook_of("failover", primary, standby), runbook_of("failback", standby, primary)
    paths = {f"{one.action}.md": page(one) for one in ways}
    return {path: with_header(path, f"{text}\n", primary.source("environment")) for path, text in paths.items()}


def page(found: Runbook) -> str:
    when, *said = found.head()
    lines = [f"# {found.heading}", "", in_markdown(when), "", *(f"- {in_markdown(one)}" for one in said)]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"## {number}. {title}"]
        for step in steps:
            lines += ["", f"**{in_markdown(step.what)}** ({step.minutes} min)"]
            if step.remarks:
                lines += ["", *(f"- {in_markdown(one)}" for one in step.remarks)]
            if step.commands:
                typed = [line for command, shows in step.typed() for line in (command, shows and f"# {shows}") if line]
                lines += ["", fenced("sh", typed).rstrip("\n")]
    if found.held:
        lines += ["", f"## What {found.taking.target} holds", "", "| of its | entry | there is |", "|---|---|---|"]
        lines += [f"| {one.held.need} | {code(one.owner)} | {in_markdown(one.words)} |" for one in by_need(found.held)]
    return "\n".join(lines)
