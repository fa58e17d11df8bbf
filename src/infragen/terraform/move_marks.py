"""The mark of a state move: an output in the state of every stack that takes part, so that every machine sees the move.

It is stored before anything moves, with a serial of its own, so that no plan made before can be applied any more. Every
plan of a marked stack would remove it, which is how a plan made since is found (`outputs_changed`). Who goes on with a
move marks the states anew, under another id: from then on no one else can change them, because each step needs its
own mark in the state that it changes.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec.json import decode, encode

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.blocks import block
from infragen.terraform.states import Fields, StateOutput, empty_state, next_state

_STACK: Final = re.compile(r"[A-Za-z0-9][\w-]*")
Moved = tuple[str, str, str, str]
"""A resource that moves: from a stack's state, to another's, its address in the one, and in the other."""
OUTPUT: Final = "infragen_move"  # the output's name, which no stack may give to an output of its own
FILE: Final = "infragen_move.tf"
"""Where a stack that is applied in the course of the move declares the output, so that it stays."""


class Mark(msgspec.Struct, frozen=True):
    """A state move: which stacks take part, what moves, who does it since when, and where the states as they were lie.

    `by` is user@machine, `backups` the machine and the folder of the states before anything moved. `moves` are those
    of everyone who went on with it.
    """

    id: str
    stacks: tuple[str, ...]
    by: str = "somebody"
    since: str = ""
    backups: str = ""
    moves: tuple[Moved, ...] = ()

    @property
    def text(self) -> str:
        return unicodedata.normalize("NFC", encode(self).decode())


def new_mark(stacks: Iterable[str], moves: Iterable[Moved], *, by: str, backups: Path, before: Sequence[Mark]) -> Mark:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    place = unicodedata.normalize("NFC", str(backups).encode(errors="replace").decode())
    kept = next((mark.backups for mark in before if mark.backups), f"{by}:{place}")
    every = dict.fromkeys([*(one for mark in before for one in mark.moves), *moves])
    return Mark(secrets.token_hex(8), tuple(sorted(stacks)), by, now, kept, tuple(every))


def mark_in(outputs: Mapping[str, StateOutput], stack: str) -> Mark | None:
    """Return the mark among the outputs of a stack's state; one that cannot be read is a mark all the same."""
    found = outputs.get(OUTPUT)
    if found is None:
        return None
    with suppress(msgspec.DecodeError):
        mark = decode(decode(found.value, type=str), type=Mark)
        if all(map(_STACK.fullmatch, mark.stacks)):
            return mark
    return Mark("", (stack,))


def with_mark(content: bytes, mark: Mark, *, version: str) -> bytes:
    document = decode(content, type=Fields) if content.strip() else empty_state(version)
    outputs = decode(document["outputs"], type=Fields)
    marked = msgspec.Raw(encode({"value": mark.text, "type": "string"}))
    return next_state(document, outputs={**outputs, OUTPUT: marked})


def without_mark(content: bytes) -> bytes:
    document = decode(content, type=Fields)
    outputs = decode(document["outputs"], type=Fields)
    return next_state(document, outputs={name: value for name, value in outputs.items() if name != OUTPUT})


def declaration(mark: Mark) -> str:
    return block("output", OUTPUT, arguments={"value": mark.text})


def refuse_changed_mark(actions: Mapping[str, str], shown: str) -> None:
    if actions.get(OUTPUT, "noop") != "noop":
        message = f"{shown} is part of a state move that was started or taken over in the meantime"
        raise InfragenError(Diagnostic("M002", message, hint="run the same command again to see whose move it is"))


def unfinished_move(marks: Sequence[Mark], finish: str) -> Diagnostic:
    mark = marks[0]
    stacks = sorted({name for one in marks for name in one.stacks})
    since = f" on {mark.since}" if mark.since else ""
    kept = f"; previous states: {mark.backups}" if mark.backups else ""
    message = f"a state move of {', '.join(stacks)} is not finished: begun by {mark.by}{since}{kept}"
    hint = f"if it is still running, wait for it; otherwise finish it first: `{finish}`"
    return Diagnostic("M002", message, hint=hint)
