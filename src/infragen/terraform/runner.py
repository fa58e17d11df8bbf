"""What terraform's commands are given and return: what the rest of infragen knows of it, beside `adapter`."""

import os
import shlex
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from infragen.diagnostics import Diagnostic
from infragen.terraform.child_process import StoppedError
from infragen.terraform.events import Counts, Event
from infragen.terraform.running_processes import Started

__all__ = [
    "FULL", "LOST", "NORMAL", "PARALLELISM", "UNSTORED", "ApplyResult", "Folder", "OnEvent", "OnStart", "OutputValue",
    "PlanOptions", "PlanResult", "StoppedError", "left_content", "left_file", "left_state", "silent",
]  # fmt: skip
FULL = "T034"  # the code of a disk without room
LOST = "T045"  # the code of an apply of whose output the end is missing
UNSTORED = "T031"  # the code of a state that an apply could not store
PARALLELISM = 10  # Terraform's own default number of resources at once
OnEvent = Callable[[Event], None]  # takes each event as it happens, in the thread that runs the command


def silent(_event: Event) -> None:
    """Take no notice of an event."""


class Folder(Struct, frozen=True):
    """Where terraform runs, and the path that people know it by (relative to the project, with slashes).

    `disposable` says that there is no state in it or behind it that could be harmed.
    """

    path: Path
    shown: str
    disposable: bool = False


class PlanOptions(Struct, frozen=True):
    """How to plan; `parallelism` is the number of resources at once, `targets` are addresses.

    `refresh_only` asks what changed outside of terraform, and plans nothing else. Without `lock` none is taken, which a
    kill would leave; terraform refuses to apply such a plan, too, if the state changed meanwhile.
    """

    refresh: bool = True
    lock: bool = True
    refresh_only: bool = False
    destroy: bool = False
    parallelism: int = PARALLELISM
    targets: tuple[str, ...] = ()


NORMAL = PlanOptions()
OnStart = Callable[[Folder, Started], None]
"""Takes each terraform as it starts, and the folder it runs in, in the thread that starts it."""


class PlanResult(Struct, frozen=True):
    """A saved plan: where it lies, whether it changes anything (outputs count), and the warnings it came with."""

    path: Path
    changes: bool
    counts: Counts
    warnings: tuple[Diagnostic, ...]


class ApplyResult(Struct, frozen=True):
    """What an apply did."""

    counts: Counts
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class OutputValue:
    """One output of an applied stack; a sensitive value never goes to a report."""

    value: Any = field(repr=False)
    sensitive: bool


class _Identity(Struct):
    """A file that a full disk truncated has neither; the state of a first apply has no lineage yet."""

    lineage: str
    serial: int
    resources: tuple[msgspec.Raw, ...] = ()


def left_file(folder: Folder) -> Path:
    return folder.path / "errored.tfstate"


def left_content(folder: Folder) -> bytes:
    left = left_file(folder)
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        content = left.read_bytes() if left.is_file() else b""  # a pipe that somebody left there would hang
        found = msgspec.json.decode(content, type=_Identity)
        return content if found.lineage or found.resources else b""
    return b""


def left_state(folder: Folder) -> Diagnostic | None:
    left = left_file(folder)
    if not os.path.lexists(left):
        return None
    if left.is_symlink() or not left.is_file():
        message = f"{left} is not a file: terraform did not write it, and nothing is read there"
        return Diagnostic("Y001", message, hint=f"look at it, then `rm -r {shlex.quote(os.fspath(left))}`")
    if not left_content(folder):
        message = f"the state of {folder.shown} was not stored, not even in {left}, which is empty or cut off"
        hint = (
            "free disk space, then `infragen resume`: it sets that file aside, finds what was made and imports it; "
            f"where nothing is to be resumed, look at AWS, then `rm {shlex.quote(os.fspath(left))}`, `infragen drift`"
        )
        return Diagnostic(UNSTORED, message, hint=hint)
    message = f"the state of {folder.shown} was not stored; it is in {left}"
    hint = (
        f"run `infragen resume` to store it; or by hand, in {folder.path}: `terraform state push {left.name}`, "
        "then remove that file"
    )
    return Diagnostic(UNSTORED, message, hint=hint)
