"""Generate Terraform from the catalogue, or compose.yaml, below generated/.

Nothing is written when the catalogue has an error.
"""

from itertools import chain

from infragen.commands import flags
from infragen.commands.formats import print_diff
from infragen.stacks.model import CONFIGURATION
from infragen.workflow.console import note, out
from infragen.workflow.rendering.compose_files import sound_composed
from infragen.workflow.rendering.composition import compose, refuse_by_hand, sound_environments, templates_of
from infragen.workflow.rendering.orphaned_environments import orphaned_environments
from infragen.workflow.target import choose, generated_folder, open_project, parse, refuse_stack
from infragen.workflow.trust import refuse_other_folder
from infragen.workspace import TreeChanges, compare, file_differences, foreign_files, shown_once, write


def render(
    target: flags.AnyTarget = None,
    check: flags.Check = False,
    diff: flags.Diff = False,
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Write (or compare) every environment that the target names; 2 when `check` finds something out of date.

    Nothing is written at all when the catalogue of one of the systems has an error.
    """
    project = open_project(folder)
    templates = templates_of(project)
    chosen = choose(project, target)
    composed = [
        compose(project, environment, templates)
        for one in chosen
        for environment in sound_environments(project, one.catalogue, one.names, tuple(profile))
    ]
    local = [made for one in chosen for made in sound_composed(project, one.catalogue, one.composed)]
    if local:
        refuse_stack(target, "an environment of Docker Compose has no stacks")
    stack = parse(target).stack if target else None
    for one in composed:
        one.chosen(stack)  # all of an environment is rendered; a stack that is not there is a mistake all the same
    folders = [generated_folder(project, one.environment) for one in composed]
    rendered = [*zip(composed, folders, strict=True)]
    refuse_other_folder({root / stack.name for one, root in rendered for stack in one.stacks})
    for one, root in rendered:
        refuse_by_hand(project, one.environment.system.name, root, foreign_files(root), one.adopted)
    trees = [*((root, one.files) for one, root in zip(composed, folders, strict=True)), *local]
    if diff:
        found = (file_differences(root, files, project.relative(root)) for root, files in trees)
        print_diff(shown_once(chain.from_iterable(found)))
    stale = False
    for root, files in trees:
        changes = compare(root, files) if check else write(root, files, within=project.root)
        stale = stale or bool(changes)
        _tell(project.relative(root), changes, check=check)
    for one, root in zip(composed, folders, strict=True):
        shown = project.relative(root)
        for held in one.held:
            note(f"{shown} {held}")
        if missing := one.without_locks(root):
            note(
                f"{shown} has no lock file for {', '.join(missing)}: run `infragen providers lock "
                f"{one.environment.target}`, and commit what it writes"
            )
    for left in orphaned_environments(project):
        note(f"{left.severity}: {left.message}; {left.hint}")
    return 2 if check and stale else 0


def _tell(shown: str, changes: TreeChanges, *, check: bool) -> None:
    """Name the files that are out of date when checking; count them when writing."""
    for path in changes.foreign:
        if path.endswith(CONFIGURATION) and "/." not in f"/{path}":
            note(f"not infragen's: {shown}/{path}; it stays, and terraform reads it too")
    if check:
        told = {"missing": changes.created, "differs": changes.changed, "stale": changes.removed}
        for word, paths in {**told, "in the way": changes.blocking}.items():
            for path in paths:
                out(f"{word}: {shown}/{path}")
        return
    words = {
        "new": changes.created,
        "changed": changes.changed,
        "removed": changes.removed,
        "unchanged": changes.unchanged,
    }
    note(f"{shown}: {', '.join(f'{len(paths)} {word}' for word, paths in words.items() if paths)}")
