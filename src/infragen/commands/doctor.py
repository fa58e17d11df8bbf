"""Check terraform, its providers and the project's settings."""

import os
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from infragen import __version__
from infragen.commands import flags
from infragen.diagnostics import Diagnostic, InfragenError, Severity
from infragen.installation import install_command
from infragen.terraform.binary import EMBEDDED_PLATFORMS, Kind, find_binary
from infragen.terraform.provider_mirror import find_mirror, home_folder
from infragen.workflow.console import out

_EMBEDDED = f"its wheel exists for {', '.join(EMBEDDED_PLATFORMS)}"


def doctor(plugin_dir: flags.PluginDir = None, folder: flags.ProjectFolder = flags.HERE) -> int:
    """Print one line a finding; 1 when something is missing that plan and apply need."""
    lines = [_line("ok", "infragen", f"{__version__}, Python {sys.version.split()[0]}")]
    checks = (lambda: _terraform(folder), lambda: _providers(plugin_dir), _sandbox_packages, lambda: _project(folder))
    lines.extend(_checked(check) for check in checks)
    lines.extend(_settings(folder))
    out(*lines)
    return 1 if any(line.startswith(("missing", "wrong")) for line in lines) else 0


def _checked(check: Callable[[], str]) -> str:
    try:
        return check()
    except InfragenError as error:
        return _mended("missing", error.diagnostics[0])


def _mended(state: str, found: Diagnostic) -> str:
    place = f"{found.location}: " if found.location else ""
    mend = f"\n{'':>24}mend: {found.hint}" if found.hint else ""
    return _line(state, found.code, f"{place}{found.message}") + mend


def _terraform(folder: Path) -> str:
    binary = find_binary(os.environ.get("INFRAGEN_TERRAFORM"), folder=folder if folder.is_dir() else None)
    where = _EMBEDDED if binary.kind is Kind.EMBEDDED else binary.command[0]
    return _line("ok", str(binary.kind), f"{binary.version}, licence {binary.licence}; {where}")


def _providers(plugin_dir: Path | None) -> str:
    mirror = find_mirror(plugin_dir, os.environ, home_folder())
    return _line("ok", "providers", f"{mirror.path}: {mirror.why}" if mirror.path else mirror.why)


def _sandbox_packages() -> str:
    try:
        return _line("ok", "sandbox", f"moto {version('moto')}")
    except PackageNotFoundError:
        return _line("absent", "sandbox", f"moto is not installed; `{install_command('sandbox')}` adds --sandbox")


def _project(folder: Path) -> str:
    from infragen.workflow.target import open_project

    project = open_project(folder)
    return _line("ok", "project", f"{project.root}: {', '.join(project.systems()) or 'no system yet'}")


def _settings(folder: Path) -> list[str]:
    from infragen.catalog import Project
    from infragen.settings import FILE, load_policies
    from infragen.workflow.planning.policies import missing_programs

    try:
        root = Project.find(folder.resolve()).root
    except InfragenError:
        return []  # said already: there is no project
    if not (root / FILE).exists():
        return []
    try:
        policies = load_policies(root)
    except InfragenError as error:
        return [_mended("wrong", found) for found in error.diagnostics]
    missing = [
        _mended("missing" if found.severity is Severity.ERROR else "absent", found)
        for found in missing_programs(policies)
    ]
    named = ", ".join(dict.fromkeys(policy.tool for policy in policies)) or "none"
    return [_line("ok", "settings", f"{root / FILE}; policies: {named}"), *missing]


def _line(state: str, what: str, said: str) -> str:
    return f"{state:<9}{what:<15}{said}"
