"""Whether the files in `generated/` fit the AWS provider of today, without it and without terraform."""

from infragen.catalog import Project
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.provider_schema import Checked, checked
from infragen.stacks.model import BOOTSTRAP
from infragen.terraform.workfolder import read_tree
from infragen.workflow.target import generated_folder, resolve_one, select


def check_trees(project: Project, target: str | None) -> Checked:
    """P007 for an environment without files; one that cannot be resolved is a finding, and the others are checked."""
    found = Checked()
    for catalogue, names in select(project, target):
        for name in names:
            try:
                _, environment = resolve_one(project, f"{catalogue.name}/{name}")
            except InfragenError as error:
                found.findings += error.diagnostics
                continue
            root = generated_folder(project, environment)
            trees = ((folder, read_tree(folder)) for folder in (root, root / BOOTSTRAP))
            files = {folder / path: text for folder, tree in trees for path, text in tree.items()}
            if not files:
                hint = f"run `infragen render {environment.target}`"
                found.findings.append(Diagnostic("P007", f"there is nothing in {project.relative(root)}/", hint=hint))
            for path, text in files.items():
                found.add(checked(project.relative(path), text))
    return found
