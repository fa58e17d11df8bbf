"""Where the state of a bootstrap lies: in its scratch folder until the bucket that it makes is there, then in there.

Every step may be the last one of a killed run; the next run finds out where the state is and goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Severity
from infragen.hcl.blocks import import_block
from infragen.stacks.model import IMPORTS
from infragen.storage import read_internal, refuse_links, write_internal
from infragen.terraform.runner import Folder, PlanOptions, left_state
from infragen.terraform.workfolder import installed_for, note_installed

if TYPE_CHECKING:
    from infragen.terraform.adapter import TerraformRunner

_BACKEND = "backend.tf"
_LOCAL = "terraform.tfstate"
_MOVING = "moving.tfstate"
"""The local state while it is moved: beside a `terraform.tfstate`, `init` would insist on moving it itself."""
LOCAL_STATES = (_LOCAL, _MOVING)  # the files of the scratch folder of which one is the state, while the bucket has none
_RECORD = ".terraform/terraform.tfstate"  # where terraform keeps which backend a folder is connected to
_NO_BUCKET = "T027"
_BUCKET = "aws_s3_bucket"


class StateLocation(Enum):
    """Where the state is."""

    NOWHERE = "nowhere: nothing was created yet"
    LOCAL = "in the scratch folder: it was not moved into the bucket yet"
    LOCAL_BESIDE_BUCKET = "in the scratch folder, without the bucket, which exists"
    BUCKET = "in the bucket"
    FOREIGN_BUCKET = "nowhere, but the bucket exists"


class BootstrapState(Struct, frozen=True):
    """The scratch folder of a bootstrap, and the files that belong into it (`modules/` below it included)."""

    folder: Folder
    files: Mapping[str, str]
    runner: TerraformRunner  # has the credentials of the place that is worked on
    opener: TerraformRunner  # may download providers

    def connect_to_bucket(self) -> bool:
        return self._in_bucket() is not None

    def find(self) -> StateLocation:
        """Prefer the bucket's state to any here. InfragenError T031 for a state that was never stored."""
        if left := left_state(self.folder):
            raise InfragenError(left)
        in_bucket = self._in_bucket()
        if in_bucket:
            # Another local state than the bucket's is kept: it knows what that one made.
            moving = self.folder.path / _MOVING
            here, there = _read(moving), self._stored()
            if here and here.get("resources") != there.get("resources"):
                moving.replace(moving.with_name(f"former-{here.get('lineage')}.tfstate"))
            self._forget()
            return StateLocation.BUCKET
        self._connect(local=True)
        known = _read(self.folder.path / _LOCAL).get("resources")
        if known:
            knows_bucket = in_bucket is None or any(resource.get("type") == _BUCKET for resource in known)
            return StateLocation.LOCAL if knows_bucket else StateLocation.LOCAL_BESIDE_BUCKET
        return StateLocation.NOWHERE if in_bucket is None else StateLocation.FOREIGN_BUCKET

    def adopt(self, address: str, identifier: str) -> None:
        write_internal(self.folder.path / IMPORTS, import_block(address, identifier).encode())

    def refresh(self, plan: Path) -> None:
        self.runner.plan(self.folder, plan, PlanOptions(refresh_only=True))
        self.runner.apply(self.folder, plan)

    def move_into_bucket(self) -> None:
        """Move a local state into the bucket; it is forgotten here only once it was read back from there."""
        here = _read(self.folder.path / _LOCAL)
        if not here:
            return
        moving = self.folder.path / _MOVING
        try:
            self._connect(local=False)
            self.runner.state_push(self.folder, read_internal(moving))
            there = self._stored()
        except InfragenError as error:
            message = f"the only state of what was made is {moving} until it lies in the bucket"
            alone = Diagnostic("V008", message, severity=Severity.NOTICE, hint="`infragen resume` moves it there")
            raise type(error)(*error.diagnostics, alone) from error
        # Not the lineage: terraform gives a state that is put into an empty bucket a new one.
        if any(there.get(part) != here.get(part) for part in ("resources", "outputs")):
            hint = f"it is still in {moving}; check the object in the bucket, then run the same command again"
            message = "the bucket does not contain the state that was uploaded"
            raise InfragenError(Diagnostic("V004", message, hint=hint))
        self._forget()

    def _in_bucket(self) -> bool | None:
        try:
            self._connect(local=False)
        except InfragenError as error:
            if not any(found.code == _NO_BUCKET for found in error.diagnostics):
                raise
            return None
        return bool(self._stored().get("resources"))

    def former(self) -> list[Path]:
        return sorted(self.folder.path.glob("former-*.tfstate"))

    def _forget(self) -> None:
        for old in (_LOCAL, f"{_LOCAL}.backup", _MOVING):
            (self.folder.path / old).unlink(missing_ok=True)

    def _connect(self, *, local: bool) -> None:
        root = self.folder.path
        refuse_links(root, but={})
        here, aside = (root / _MOVING, root / _LOCAL) if local else (root / _LOCAL, root / _MOVING)
        if here.exists():
            here.replace(aside)
        files = {path: text for path, text in self.files.items() if not (local and path == _BACKEND)}
        for stray in (root / _RECORD, *root.glob("*.tf"), *root.glob("modules/*/*.tf")):
            if stray.relative_to(root).as_posix() not in files:
                stray.unlink(missing_ok=True)
        for path, text in files.items():
            write_internal(root / path, text.encode())
        installed_for(root)
        note_installed(root, "")
        if not (root / ".terraform" / "providers").exists():
            self.opener.init(self.folder, backend=False)
        self.runner.init(self.folder)

    def _stored(self) -> dict[str, Any]:
        pulled = self.runner.state_pull(self.folder)
        return dict(json.loads(pulled)) if pulled.strip() else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        text = read_internal(path).decode()
    except FileNotFoundError:
        return {}
    return dict(json.loads(text)) if text.strip() else {}
