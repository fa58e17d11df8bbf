"""What a kind of entry is, and what a capability is: everything that infragen knows of it, in one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from infragen.core.cost import Cost
    from infragen.core.entry import Entry
    from infragen.core.expressions import Joined
    from infragen.core.image import Image
    from infragen.core.landscape import Environment
    from infragen.core.link import Link
    from infragen.core.measures import Measure
    from infragen.core.part import Group, Offer, Part, Relation, Statement
    from infragen.core.place import Place
    from infragen.core.quota import Quota
    from infragen.core.release import Backup, Release
    from infragen.core.rollout import Rollout
    from infragen.core.rule import Rule
    from infragen.core.stand_in import StandIn
    from infragen.core.stop import CannotStop, Stop
    from infragen.core.takeover import Step, Takeover
    from infragen.core.tell import Tell


def nothing(*_arguments: Any) -> tuple[()]:
    """Yield nothing, as a kind does that leaves a function out."""
    return ()


def free(*_arguments: Any) -> tuple[()]:
    """Cost nothing, as a kind does that AWS bills nothing for; one that leaves `costs` out is named as unpriced."""
    return ()


def nowhere(_entry: Any) -> StandIn | None:
    """Have nothing that stands for it on a developer's machine, as a kind does that leaves `stand_in` out."""
    return None


def by_itself(_entry: Any, _place: Place) -> None:
    """Have no users that people make, as a kind does that leaves `makes_users` out."""


def never(_entry: Any) -> bool:
    """Have no copy in another environment, as a kind does that leaves `is_copied` out."""
    return False


def as_it_is(_entry: Any) -> Mapping[str, Any]:
    """Say nothing else of an entry in production, as a kind does that leaves `in_production` out."""
    return {}


@dataclass(frozen=True, slots=True)
class Need:
    """A field of an entry that does nothing unless a capability is in force, which it does not ask for itself."""

    path: tuple[str, ...]
    capability: str
    why: str
    is_built: bool = True
    """Whether something would be built; what is only promised remains true, though nobody measures it."""
    or_targets: bool = False
    """Whether another entry that registers its tasks as targets (`Offer.targets`) is as good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of entry; `title` is what people call one of them.

    Each function gets an entry and its place. `parts` builds it; `groups` are its security groups; `relations` are the
    connections that it opens or declares; `entrances` are the ends and ports that who uses it connects to, and `offer`
    is what that one is given; `gives` is what it gives to entries that did not ask for it by name. The last three get
    the place of the other one, too. `needs` are capabilities that its fields do nothing without, `costs` what AWS bills
    for it a month, and `tells` what people want to know of it once it is applied. `links` are the lines of a
    picture that `uses` and `calls` do not say.
    """

    model: type[Entry]
    title: str
    parts: Callable[[Any, Place], Iterable[Part]] = nothing
    groups: Callable[[Any, Place], Iterable[Group]] = nothing
    relations: Callable[[Any, Place], Iterable[Relation]] = nothing
    entrances: Callable[[Any, Place, Place], Iterable[tuple[str, int]]] = nothing
    offer: Callable[[Any, Place, Place], Iterable[Offer]] = nothing
    gives: Callable[[Any, Place, Place], Iterable[Offer]] = nothing
    access: tuple[str, ...] = ()
    """The words that `access` of a use may be; none where there is only one way to use it."""
    instead: str = ""
    """What is written where it is not reached by `uses`, with its `{name}`."""
    needs: Callable[[Any], Iterable[Need]] = nothing
    arns: Callable[[Any, Place], Iterable[object]] = nothing
    """The ARNs that a permission means which names an entry: the thing itself, and what is in it."""
    admits: Callable[[Any, Place], Iterable[tuple[str, Statement]]] = nothing
    """What policies of buckets say for its sake: the id of a bucket, and a statement that lets a service of AWS in."""
    roles: Callable[[Any, Place, str], Iterable[str]] = nothing
    """The names of the IAM roles with which it reaches another entry, whose id it is given."""
    costs: Callable[[Any, Place], Iterable[Cost]] = nothing
    tells: Callable[[Any, Place], Iterable[Tell]] = nothing
    makes_users: Callable[[Any, Place], Joined | str | None] = by_itself
    """The command with which people make its users while its port is forwarded to the same one of their machine; None
    where there are none to make by hand."""
    images: Callable[[Any, Place], Iterable[Image]] = nothing
    """What has to be in the account's registry before the `compute` part of it is applied."""
    rollouts: Callable[[Any, Place], Iterable[Rollout]] = nothing
    """The ECS services that Terraform deploys with that part."""
    releases: Callable[[Any, Place], Iterable[Release]] = nothing
    """What `infragen release` brings into force of it when there is a new image."""
    backups: Callable[[Any, Place], Iterable[Backup]] = nothing
    """What `infragen release` backs up of it before that."""
    links: Callable[[Any, Place], Iterable[Link]] = nothing
    stops: Callable[[Any, Place], Iterable[Stop | CannotStop]] = nothing
    """How it is stopped outside an environment's working hours; what scales to no task says it by its schedules."""
    goes_on: str = ""
    """Why it goes on, and is billed, outside an environment's working hours: AWS has no way to stop it."""
    watches: Callable[[Any], Iterable[Measure]] = nothing
    """What of an entry can be watched: the words that its `alarms` know."""
    waiting: Mapping[str, Any] = field(default_factory=dict)
    """What an environment that `follows` another one, or `waits`, says of each entry, unless its file says something
    else: what would run does not. `None` unsets, as everywhere."""
    takes_over: Callable[[Any, Takeover], Iterable[Step]] = nothing
    """What people do for it when one environment takes over from another (`infragen runbook`)."""
    is_copied: Callable[[Any], bool] = never
    """Whether it is a copy of another environment's in one that follows that: it has the same data."""
    once: str = ""
    """What of it an account has only once in a region, so that nobody else may build it there."""
    data_tier: Literal["none", "subnets", "subnet_group"] = "none"
    """What of the network's data tier it stands in: its subnets, or the databases' subnet group of them."""
    rules: tuple[Rule, ...] = ()
    quotas: tuple[Quota, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    """What a new entry says (`infragen new`), where its model alone does not tell; `{name}` stands for its name, and
    `{service}` for that of a service. Where one of these is not there, only what the model asks for is written."""
    other_examples: Sequence[Mapping[str, Any]] = ()
    """What it says instead, in order, where what the example names is not there and the model asks for it."""
    in_production: Callable[[Any], Mapping[str, Any]] = as_it_is
    """What a new production environment says of an entry, in place of what the entry says: what rules ask for there."""
    stand_in: Callable[[Any], StandIn | None] = nowhere
    """What stands for one where an environment is Docker Compose: a container of its engine, or of its code."""
    import_ids: Mapping[str, str] = field(default_factory=dict)
    """Types of its resources that are not imported by their `id`, and what by: `{"aws_x": "{cluster}/{name}"}`."""
    templates: Path | None = None
    """The folder of its templates, where it comes from a package: `kinds/<kind>/...`, `modules/<module>/...`."""

    @property
    def name(self) -> str:
        """The folder below `catalog/<system>/`, as in `services/planning`."""
        return self.model.KIND

    @property
    def is_usable(self) -> bool:
        """Whether entries may name one in `uses`."""
        return not self.instead and any(found is not nothing for found in (self.offer, self.entrances))


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Who asks for a capability, at which path of theirs: an entry's id, `environment`, or another capability."""

    owner: str
    path: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something that stands between entries, and that is built only when somebody asks for it.

    `reasons` yields who does, and `asked` is what an environment writes; `needs` are other capabilities that come with
    it. The rest is as in `Kind`.
    """

    name: str
    title: str
    reasons: Callable[[Environment], Iterable[Reason]]
    needs: tuple[str, ...] = ()
    asked: str = ""
    once: str = ""
    """What of it an account has only once in a region."""
    once_in_account: str = ""
    """What of it an account has only once, in whatever region."""
    costs: Callable[[Place], Iterable[Cost]] = nothing
    tells: Callable[[Place], Iterable[Tell]] = nothing
    parts: Callable[[Place], Iterable[Part]] = nothing
    groups: Callable[[Place], Iterable[Group]] = nothing
    relations: Callable[[Place], Iterable[Relation]] = nothing
    gives: Callable[[Place, Place], Iterable[Offer]] = nothing
    rules: tuple[Rule, ...] = ()
    quotas: tuple[Quota, ...] = ()
    templates: Path | None = None
