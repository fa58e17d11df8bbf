"""What may run where pull requests are planned: what a trusted commit allows, not what they allow themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import CONFIGURATION
from infragen.storage import Confined

_Files = Callable[[Sequence[str]], dict[str, bytes]]

if TYPE_CHECKING:
    from infragen.catalog import Project
    from infragen.settings import Policy


VARIABLE: Final = "INFRAGEN_TRUSTED"
"""It names the commit: `refs/remotes/origin/main`."""
_READ_BY_PROGRAMS: Final = (".checkov.yaml", ".checkov.yml", "conftest.toml")
"""What checkov and conftest read by themselves in the folder that they run in (their documentation: configuration)."""


def trusted_settings(project: Project) -> str | None:
    """None where the shell names no commit; InfragenError X021 for a commit that this clone does not have."""
    files = _trusted(project)
    return None if files is None else _settings_in(files)


def trusted_policies(project: Project, folder: Callable[[], Path]) -> tuple[Path, tuple[Policy, ...]]:
    """Return the project's, or the trusted commit's in a new `folder`; errors as `load_policies`."""
    from infragen.settings import load_policies, settings_of

    files = _trusted(project)
    if files is None:
        return project.root, load_policies(project.root)
    text, place = _settings_in(files), folder()
    named = (word for one in settings_of(text).policy for word in (*one.paths, *one.arguments) if word[:1] != "-")
    with Confined(place.parent).hold(place.name) as written:
        for path, content in files(tuple(dict.fromkeys((*_READ_BY_PROGRAMS, *named)))).items():
            written.create(path, content)
    return place, load_policies(place, text)


def _trusted(project: Project) -> _Files | None:
    revision = os.environ.get(VARIABLE, "")
    if not revision or project.is_base:
        return None
    from infragen.terraform.git import Git

    git = Git(project.root)
    git.refuse_submodule(VARIABLE)
    return partial(git.files, git.commit(revision))


def _settings_in(files: _Files) -> str:
    from infragen.settings import FILE

    return files((FILE,)).get(FILE, b"").decode("utf-8", "replace")


def refuse_other_folder(stacks: Collection[Path]) -> None:
    """X033 where a trusted commit decides: nobody looked at the folder, and Atlantis runs Terraform in any."""
    here = Path.cwd()
    is_trusting = os.environ.get(VARIABLE) and here not in stacks
    if is_trusting and any(one.name.endswith(CONFIGURATION) for one in here.iterdir()):
        message = f"{here} has Terraform files and is no rendered stack, so nothing checked what they run"
        hint = "plan the folders of stacks alone: `infragen ci atlantis` names them"
        raise InfragenError(Diagnostic("X033", message, hint=hint))


def merged_first(hint: str) -> str:
    revision = os.environ.get(VARIABLE, "")
    return f"{hint}, and merge that first: here, {revision} decides what may run ({VARIABLE})" if revision else hint
