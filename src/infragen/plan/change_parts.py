"""Parts of a change: attributes, causes, protection, costs, and objects that remain."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from infragen.diagnostics import Location
from infragen.prices import Amount


class Noise(StrEnum):
    """Why a difference is folded: counted, not shown."""

    COMPUTED = "known after apply"
    ECHO = "same in tags and tags_all"
    EMPTY = "empty before and after"
    TIMESTAMP = "timestamps"


class Entry(Struct, frozen=True):
    """The catalogue entry that a change belongs to, and where it is written down."""

    id: str
    title: str = ""
    location: Location | None = None


class Origin(Struct, frozen=True):
    """Where a value was written: the catalogue's own name of it (`tasks.max`; None for a .tf line) and the line.

    `is_own` says that the value stands in the field as it is: else it was only worked out from the field.
    """

    field: str | None
    location: Location
    is_own: bool = True


class AttributeChange(Struct, frozen=True):
    """One difference inside an object.

    `path` reads like HCL (`rule[0].tags["a b"]`), or is what a lens calls it. `before` and `after` are HCL-like texts
    on one line (strings quoted and escaped), already redacted; None where there is nothing. `lines` is the difference
    of a long text: each starts with `-`, `+`, a space, or `@` for lines left out. `note` says what these cannot,
    `comes_from` names the addresses that an unknown value will come from, `noise` why it is only counted, `about` the
    attributes that a lens's line is about when its path does not say it.
    """

    path: str
    before: str | None
    after: str | None
    sensitive: bool = False
    unknown: bool = False
    forces_replacement: bool = False
    note: str | None = None
    lines: tuple[str, ...] = ()
    comes_from: tuple[str, ...] = ()
    noise: Noise | None = None
    origin: Origin | None = None
    about: tuple[str, ...] = ()


class Cause(Struct, frozen=True):
    """Why an object is replaced.

    `attribute` forces it (None when the plan names none); `words` says why in a clause; `chain` are the addresses it
    comes from, the nearest first: each is itself new or replaced, the last is where it began.
    """

    attribute: str | None
    words: str
    chain: tuple[str, ...] = ()


class Protection(NamedTuple):
    """Why AWS refuses to destroy an object: the attribute that protects it, and where that was written.

    `added` are readers that Auto Scaling has added to the cluster of that name: no state has them, and they keep it.
    `name` is what AWS knows the object by, in `region`; one that `is_tainted` no apply changes, but only replaces.
    """

    attribute: str
    origin: Origin | None = None
    added: tuple[str, ...] = ()
    name: str = ""
    region: str = ""
    is_tainted: bool = False


class CostChange(NamedTuple):
    """What an object costs a month before and after, at list prices, and what of it is in neither sum.

    `may_fall` says that what is in neither may cost less than before.
    """

    before: Amount = Amount()
    after: Amount = Amount()
    left_out: tuple[str, ...] = ()
    may_fall: bool = False


class Fingerprint(NamedTuple):
    """Numbers that are equal for changes that are alike.

    `fields`: the same attributes differ, and those that are no plain values differ alike; `values`: all differ alike;
    `pattern`: they do but for the names that were asked for. `tags`: only tags differ, the same ones alike; 0 when more
    than tags differ.
    """

    fields: int = 0
    values: int = 0
    pattern: int = 0
    tags: int = 0


class Kept(Struct, frozen=True):
    """What AWS keeps of an object of a type that is destroyed: a name, in a region ("" where it is not told), for days.

    `of` is the object's own name.
    """

    type: str
    name: str
    of: str
    region: str
    days: float


class Upgrade(NamedTuple):
    """The version that an instance on RDS or an Aurora cluster gets; `region` is "" where it is not told."""

    identifier: str
    region: str
    engine: str
    before: str
    after: str

    @property
    def is_major(self) -> bool:
        """Whether it is another major version: 18.3 of 17.9 of PostgreSQL, 8.4.6 of 8.0.44 of MySQL."""
        parts = 1 if "postgres" in self.engine else 2
        return self.before.split(".")[:parts] != self.after.split(".")[:parts]

    @property
    def is_cluster(self) -> bool:
        return self.engine.startswith("aurora")
