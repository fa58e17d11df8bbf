"""What a reviewed plan promises, as data that can be kept: no value stands in it, each is a digest (`sealed`)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from infragen.plan.sealed import KEY_BYTES, Sealed

__all__ = ["LEAVES", "NOTHING", "REPLACES", "UPDATE", "Contract", "Promise", "StackContract", "word_of"]

VERSION = 2
NOTHING = ("no-op",)
UPDATE = ("update",)
REPLACES = frozenset({("delete", "create"), ("create", "delete")})
LEAVES = frozenset({("delete",), ("forget",)})


class Promise(Struct, frozen=True, omit_defaults=True):
    """What a plan does to one object.

    `address` is the object's within its stack. `is_certain` says that a known value changes, so that an update cannot
    come out as nothing. `importing` is None where nothing is imported. `changes` are the names to each place that an
    update changes or may change; `identity` is the id of what is destroyed or forgotten.
    """

    address: str
    actions: tuple[str, ...]
    after: Sealed = None
    deposed: str = ""
    previous: str | None = None
    importing: Sealed = None
    replace_paths: tuple[str, ...] = ()
    is_certain: bool = True
    changes: tuple[tuple[str, ...], ...] = ()
    identity: Sealed = None

    @property
    def word(self) -> str:
        """What it does, in a word."""
        return word_of(self.actions, moves=self.previous is not None, imports=self.importing is not None)


class StackContract(Struct, frozen=True, omit_defaults=True):
    """What a plan does to one stack.

    `invocations` are the actions of providers that it invokes, each with its settings, `deferred` the objects that wait
    for another apply.
    """

    changes: tuple[Promise, ...] = ()
    invocations: dict[str, Sealed] = {}
    deferred: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happens."""
        return not (self.changes or self.invocations or self.deferred)


_EMPTY = StackContract()


class Contract(Struct, frozen=True):
    """What was reviewed, by stack; `key` is the key of all its digests. A stack without changes is named, too."""

    key: bytes
    stacks: dict[str, StackContract]
    version: int = VERSION

    def to_json(self) -> bytes:
        """Return it as JSON."""
        return msgspec.json.encode(self, order="deterministic")

    @staticmethod
    def from_json(content: bytes) -> Contract:
        """Return it from JSON; ValueError when it is none, or of another version."""
        found = msgspec.json.decode(content, type=Contract)
        if found.version != VERSION or len(found.key) != KEY_BYTES:
            raise ValueError(f"not a contract of version {VERSION}")
        return found

    def of(self, stack: str) -> StackContract:
        """Return what is promised of a stack; nothing when it is not named."""
        return self.stacks.get(stack, _EMPTY)

    @property
    def creations(self) -> dict[str, tuple[str, ...]]:
        """The addresses of what is to be created, by stack."""
        return {
            name: tuple(one.address for one in stack.changes if "create" in one.actions)
            for name, stack in self.stacks.items()
        }


def word_of(actions: tuple[str, ...], *, moves: bool = False, imports: bool = False) -> str:
    """Return what actions come to, in a word."""
    if actions == NOTHING:
        return "import" if imports else "move" if moves else "nothing to do"
    if len(actions) > 1:
        return "replace (create first)" if actions[0] == "create" else "replace"
    return " ".join(actions)
