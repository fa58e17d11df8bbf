"""A kept plan: each stack's saved plan, and what it was made from, so that exactly it is applied."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infragen.diagnostics import Diagnostic, InfragenError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.commands.planning import Planned
    from infragen.commands.session import Session

__all__ = ["Bundle", "load", "save"]

VERSION = 1
_MANIFEST = "infragen-plan.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Saved plans by stack; only those that change something."""

    plans: Mapping[str, Path]


def save(session: Session, planned: Planned, folder: Path) -> None:
    """Keep the saved plans in a new folder that only its owner can read: they hold secrets.

    InfragenError P009 when the plan is a combined one, which no stack could apply.
    """
    if planned.combined:
        message = f"{session.target} was never applied: its stacks' own plans need what the stacks before them create"
        hint = "`infragen apply` without --plan shows this plan, asks, and applies stack by stack"
        raise InfragenError(Diagnostic("P009", message, hint=hint))
    if folder.exists() and any(folder.iterdir()):
        raise InfragenError(Diagnostic("P010", f"{folder} is not empty", hint="name a new folder"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    changing = sorted(name for name, result in planned.plans.items() if result.changes)
    for name in changing:
        target = folder / f"{name}.tfplan"
        shutil.copyfile(planned.plans[name].path, target)
        target.chmod(0o600)
    manifest = {
        "kind": "infragen-plan", "version": VERSION, "target": session.target, "stacks": changing, **_basis(session)
    }  # fmt: skip
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def load(session: Session, folder: Path) -> Bundle:
    """Return a kept plan; InfragenError P011 when it is none, P012 when it was made from something else."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        hint = "`infragen plan TARGET --out FOLDER` writes one"
        raise InfragenError(Diagnostic("P011", f"{folder} holds no kept plan", hint=hint)) from None
    expected = {"kind": "infragen-plan", "version": VERSION, "target": session.target, **_basis(session)}
    wrong = sorted(key for key, value in expected.items() if manifest.get(key) != value)
    if wrong:
        said = ", ".join(f"{key} was {_short(manifest.get(key))}, is {_short(expected[key])}" for key in wrong)
        raise InfragenError(
            Diagnostic(
                "P012", f"the plan was made from something else: {said}", hint="plan again, and have it reviewed"
            )
        )
    plans = {name: (folder / f"{name}.tfplan").absolute() for name in manifest["stacks"]}
    missing = [path.name for path in plans.values() if not path.is_file()]
    if missing:
        raise InfragenError(Diagnostic("P011", f"{folder} lacks {', '.join(missing)}", hint="plan again"))
    return Bundle(plans)


def _basis(session: Session) -> dict[str, Any]:
    """Return what a plan depends on besides the states, which terraform itself checks."""
    digest = hashlib.sha256()
    for path, text in sorted(session.tree.items()):
        digest.update(f"{path}\0{text}\0".encode())
    return {"files": digest.hexdigest(), "terraform": session.runner.binary.version}


def _short(value: object) -> str:
    return str(value)[:12]
