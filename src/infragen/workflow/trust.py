"""What may run where pull requests are planned: what a trusted commit allows, not what they allow themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infragen.catalog import Project

VARIABLE: Final = "INFRAGEN_TRUSTED"
"""It names the commit: `origin/main`."""


def trusted_settings(project: Project) -> str | None:
    """Return the text of `infragen.toml` in the commit that the shell trusts; None where it names none.

    InfragenError as `Git` raises it: X021 for a commit that this clone does not have.
    """
    revision = os.environ.get(VARIABLE, "")
    if not revision or project.is_base:
        return None
    from infragen.settings import FILE
    from infragen.terraform.git import Git

    git = Git(project.root)
    return git.files(git.commit(revision), (FILE,)).get(FILE, b"").decode("utf-8", "replace")


def merged_first(hint: str) -> str:
    """Return a hint to allow something, with what else it needs in a shell that trusts a commit."""
    revision = os.environ.get(VARIABLE, "")
    return f"{hint}, and merge that first: here, {revision} decides what may run ({VARIABLE})" if revision else hint
