"""The report as one HTML file that needs nothing else: no network, and no script to be read.

Everything is in the markup, folded; the script only adds search, filters and keys. The page's own policy allows
nothing but its one style and its one script, by their hashes. What comes from a plan is text and never markup.
"""

from infragen.plan import ChangeSet
from infragen.report.groups import verdict_of
from infragen.report.outline import notices_of
from infragen.report.page.frame import contents, foot, head, notices, sections, tools
from infragen.report.page.groups import COMFORTABLE, GroupWriter


def render(change_set: ChangeSet, target: str, *, comfortable: int = COMFORTABLE) -> str:
    """Above `comfortable` characters, the page lists creations by type, then shortens the less bad changes."""
    verdict = verdict_of(change_set)
    groups = verdict.groups
    writer = GroupWriter(change_set, comfortable)
    for number, group in enumerate(groups, 1):
        writer.group(number, group)
    others = sections(change_set)
    is_large = len(change_set.changes) > 400  # then a browser draws only what is near the window
    top = [*head(verdict, target), *notices([*writer.left_out(), *notices_of(change_set)])]
    if not groups and not others:
        nothing = '<main id="changes" class="columns" tabindex="-1"><p class="nothing">Nothing changes.</p></main>'
        return "".join([*top, nothing, foot(change_set)])
    return "".join(
        [
            *top,
            tools(change_set, writer.entries, writer.stacks),
            '<div class="columns">',
            *contents(groups, others),
            f'<main id="changes" class="{"large" if is_large else "small"}" tabindex="-1">',
            others.pop("edits", ""),
            *writer.pieces,
            *others.values(),
            '<p class="nothing" id="none" hidden>No change matches. Press Esc to clear the filters.</p>',
            "</main></div>",
            foot(change_set),
        ]
    )
