"""What may run where pull requests are planned: what a trusted commit allows, not what they allow themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from infragen.storage import Confined

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Project
    from infragen.settings import Policy

VARIABLE: Final = "INFRAGEN_TRUSTED"
"""It names the commit: `refs/remotes/origin/main`."""
_READ_BY_PROGRAMS: Final = (".checkov.yaml", ".checkov.yml", "conftest.toml")
"""What checkov and conftest read by themselves in the folder that they run in (their documentation: configuration)."""


def trusted_settings(project: Project) -> str | None:
    """Return the text of `infragen.toml` in the commit that the shell trusts; None where it names none.

    InfragenError as `Git` raises it: X021 for a commit that this clone does not have.
    """
    from infragen.settings import FILE

    found = _trusted(project, (FILE,))
    return None if found is None else found.get(FILE, b"").decode("utf-8", "replace")


def trusted_policies(project: Project, folder: Path) -> tuple[Path, tuple[Policy, ...]]:
    """Return where the policies' files lie, and the policies: the project's, or the trusted commit's in the `folder`.

    InfragenError as `load_policies` and `trusted_settings`.
    """
    from infragen.settings import load_policies, settings_of

    text = trusted_settings(project)
    if text is None:
        return project.root, load_policies(project.root)
    named = (word for one in settings_of(text).policy for word in (*one.paths, *one.arguments) if word[:1] != "-")
    with Confined(folder.parent).hold(folder.name) as written:
        for path, content in (_trusted(project, tuple(dict.fromkeys((*_READ_BY_PROGRAMS, *named)))) or {}).items():
            written.create(path, content)
    return folder, load_policies(folder, text)


def _trusted(project: Project, paths: tuple[str, ...]) -> dict[str, bytes] | None:
    revision = os.environ.get(VARIABLE, "")
    if not revision or project.is_base:
        return None
    from infragen.terraform.git import Git

    git = Git(project.root)
    git.refuse_submodule(VARIABLE)
    return git.files(git.commit(revision), paths)


def merged_first(hint: str) -> str:
    """Return a hint to allow something, with what else it needs in a shell that trusts a commit."""
    revision = os.environ.get(VARIABLE, "")
    return f"{hint}, and merge that first: here, {revision} decides what may run ({VARIABLE})" if revision else hint
