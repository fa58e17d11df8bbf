"""What a kind of entry is, and what a capability is: everything that infragen knows of it, in one object."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec import Struct, field

from infragen.core.billing import CannotStop, Cost, StopAction
from infragen.core.build_context import BuildContext
from infragen.core.delivery import Backup, ComposeService, Content, Image, Release, Rollout
from infragen.core.entry import Entry
from infragen.core.expressions import Joined
from infragen.core.measures import Measure
from infragen.core.operations import OutputLine, Quota, UsersScript, quota_of
from infragen.core.part import Binding, Group, Link, Part, Reason, Relation, Statement
from infragen.core.promises import Promised
from infragen.core.resolved_system import Environment
from infragen.core.rule import Rule
from infragen.core.signals import Failure
from infragen.core.standby import Held
from infragen.core.takeover import Step, Takeover

__all__ = [
    "Billing", "CannotStop", "Capability", "Cost", "Delivery", "Failover", "Kind", "Network", "Operations",
    "OutputLine", "Permissions", "RequiredCapability", "Scaffold", "StopAction", "Yielded", "always", "empty",
    "free_of_charge", "quota_of",
]  # fmt: skip

Yielded = TypeVar("Yielded")


def empty(*_arguments: Any) -> tuple[()]:
    """Yield nothing: the default of what a kind leaves out."""
    return ()


def free_of_charge(*_arguments: Any) -> tuple[()]:
    """Cost nothing, as AWS bills nothing for it; what leaves its costs out is named as unpriced."""
    return ()


def always(*found: Yielded) -> Callable[..., tuple[Yielded, ...]]:
    return lambda *_arguments: found


class RequiredCapability(Struct, frozen=True):
    """A field of an entry that does nothing unless a capability is in force, which it does not ask for itself."""

    path: tuple[str, ...]
    capability: str
    why: str
    is_built: bool = True
    """Whether something would be built; what is only promised remains true, though nobody measures it."""
    or_targets: bool = False
    """Whether another entry that registers its tasks as targets (`Binding.targets`) is as good."""


class Network(Struct, frozen=True, kw_only=True):
    """How entries of a kind are reached, and what they reach. The functions get the entry and its context."""

    security_groups: Callable[[Any, BuildContext], Iterable[Group]] = empty
    connections: Callable[[Any, BuildContext], Iterable[Relation]] = empty
    """Connections that it opens or declares itself, each with the field that asks for it."""
    ingress_ports: Callable[[Any, BuildContext, BuildContext], Iterable[tuple[str, int]]] = empty
    """The ends and ports that who uses it connects to; the last argument is the user's place."""
    links: Callable[[Any, BuildContext], Iterable[Link]] = empty
    """Lines of the picture of an environment that `uses` and `calls` do not say."""
    data_tier: Literal["none", "subnets", "subnet_group"] = "none"
    """What of the network's data tier it stands in: its subnets, or the databases' subnet group of them."""

    @property
    def is_reached_in_vpc(self) -> bool:
        return self.ingress_ports is not empty and self.security_groups is not empty


class Permissions(Struct, frozen=True, kw_only=True):
    """What who uses an entry of a kind is given, and which permissions speak of it."""

    access: tuple[str, ...] = ()
    """The words that `access` of a use may be; none where there is only one way to use it."""
    bindings: Callable[[Any, BuildContext, BuildContext], Iterable[Binding]] = empty
    """What a user gets: variables, and the statements of one policy. The last argument is the user's place."""
    default_bindings: Callable[[Any, BuildContext, BuildContext], Iterable[Binding]] = empty
    """The same, for entries that did not ask for it by name."""
    uses_hint: str = ""
    """What is written where it is not reached by `uses`, with its `{name}`."""
    resource_arns: Callable[[Any, BuildContext], Iterable[object]] = empty
    """The ARNs that a permission means which names an entry: the thing itself, and what is in it."""
    roles: Callable[[Any, BuildContext, str], Iterable[str]] = empty
    """The names of the IAM roles with which it reaches another entry, whose id it is given."""
    bucket_policy_statements: Callable[[Any, BuildContext], Iterable[tuple[str, Statement]]] = empty
    """What policies of buckets say for its sake: the id of a bucket, and a statement that lets a service of AWS in."""


class Delivery(Struct, frozen=True, kw_only=True):
    """How new code of an entry comes into force, and what runs in its place in Docker Compose."""

    images: Callable[[Any, BuildContext], Iterable[Image]] = empty
    """What has to be in the account's registry before the `compute` part of it is applied."""
    contents: Callable[[Any, BuildContext], Iterable[Content]] = empty
    """What people have put into buckets and secrets before that."""
    rollouts: Callable[[Any, BuildContext], Iterable[Rollout]] = empty
    """The ECS services that Terraform makes with that part, and deploys unless a pipeline does."""
    releases: Callable[[Any, BuildContext], Iterable[Release]] = empty
    """What `infragen release` brings into force of it when there is a new image."""
    backups: Callable[[Any, BuildContext], Iterable[Backup]] = empty
    """What `infragen release` backs up of it before that."""
    compose_service: Callable[[Any], ComposeService | None] = lambda *_arguments: None
    """What stands for one where an environment is Docker Compose: a container of its engine, or of its code."""


class Billing(Struct, frozen=True, kw_only=True):
    """What AWS bills for an entry, and how that is stopped outside an environment's working hours."""

    monthly: Callable[[Any, BuildContext], Iterable[Cost]] = empty
    stop_actions: Callable[[Any, BuildContext], Iterable[StopAction | CannotStop]] = empty
    """How it is stopped outside working hours; what scales to no task says it by its schedules."""
    cannot_stop_reason: str = ""
    """Why it goes on, and is billed, outside them all the same: AWS has no way to stop it."""


class Operations(Struct, frozen=True, kw_only=True):
    """What people who run an entry see of it and do with it."""

    metrics: Callable[[Any], Iterable[Measure]] = empty
    """What of an entry can be watched: the words that its `alarms` know."""
    outputs: Callable[[Any, BuildContext], Iterable[OutputLine]] = empty
    """What people want to know of it once it is applied (`infragen outputs`)."""
    failures: Callable[[Any, BuildContext], Iterable[Failure]] = empty
    """How an entry fails without anybody who looks, and which signals tell of it (L128)."""
    promises: Callable[[Any, BuildContext], Iterable[Promised]] = empty
    """What its users may count on, and which signals tell when that is broken (`infragen promises`)."""
    limits: Callable[[Any, BuildContext], Iterable[str]] = empty
    """How many requests it lets pass, or answers: what limits the system's stated throughput."""
    create_users_command: Callable[[Any, BuildContext], Joined | str | None] = lambda *_arguments: None
    """The command with which people make its users while its port is forwarded to the same one of their machine; None
    where there are none to make by hand."""
    users_script: Callable[[Any, BuildContext], UsersScript | None] = lambda *_arguments: None
    """The script that makes them, which people run."""
    prerequisites: Callable[[Any, BuildContext], Iterable[str]] = empty
    """What has to be there before any of it is applied, and infragen does not look for, as Markdown (the README)."""
    quotas: tuple[Quota, ...] = ()
    regional_singleton: str = ""
    """What of it an account has only once in a region, so that nobody else may build it there."""
    import_ids: Mapping[str, str] = field(default_factory=dict)
    """Types of its resources that are not imported by their `id`, and what by: `{"aws_x": "{cluster}/{name}"}`."""


class Failover(Struct, frozen=True, kw_only=True):
    """What an entry is in a standby, and what is done when one environment takes over from another."""

    standby_overrides: Mapping[str, Any] = field(default_factory=dict)
    """What an environment that `follows` another one, or `waits`, says of each entry, unless its file says something
    else: what would run does not. `None` unsets, as everywhere."""
    is_replica: Callable[[Any], bool] = lambda *_arguments: False
    """Whether it is a copy of another environment's in one that follows that: it has the same users."""
    holds: Callable[[Any, Takeover], Iterable[Held]] = empty
    """What a standby needs of it to take over, and has of that (A142, A145, `infragen runbook`); the entry is that of
    the environment that is left."""
    steps: Callable[[Any, Takeover], Iterable[Step]] = empty
    """What people do for it (`infragen runbook`)."""
    unrehearsed: Callable[[Any], Iterable[str]] = empty
    """What of it is kept, or has to be, and is in no rehearsal of a restore."""


class Scaffold(Struct, frozen=True, kw_only=True):
    """What `infragen new` writes of an entry."""

    example: Mapping[str, Any] = field(default_factory=dict)
    """What a new entry says, where its model alone does not tell; `{name}` stands for its name, and `{service}` for
    that of a service. Where one of these is not there, only what the model asks for is written."""
    opens: str | None = None
    """The kind of entry, `bucket`, that a new one makes public where an example names one: nobody but the user chooses
    which."""
    other_examples: Sequence[Mapping[str, Any]] = ()
    """What it says instead, in order, where what the example names is not there and the model asks for it."""
    production_overrides: Callable[[Any], Mapping[str, Any]] = lambda *_arguments: {}
    """What a new production environment says of an entry, in place of what the entry says: what rules ask for there."""


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of entry; `title` is what people call one of them, and `parts` builds one in its context.

    What a kind has nothing to say about it leaves out, facet by facet.
    """

    model: type[Entry]
    title: str
    parts: Callable[[Any, BuildContext], Iterable[Part]] = empty
    required_capabilities: Callable[[Any], Iterable[RequiredCapability]] = empty
    """Capabilities that its fields do nothing without."""
    network: Network = Network()
    permissions: Permissions = Permissions()
    delivery: Delivery = Delivery()
    cost: Billing = Billing()
    operations: Operations = Operations()
    failover: Failover = Failover()
    scaffold: Scaffold = Scaffold()
    rules: tuple[Rule, ...] = ()
    templates: Path | None = None
    """The folder of its templates, where it comes from a package: `kinds/<kind>/...`, `modules/<module>/...`."""

    @property
    def name(self) -> str:
        return self.model.KIND

    @property
    def quotas(self) -> tuple[Quota, ...]:
        return self.operations.quotas

    @property
    def is_usable(self) -> bool:
        is_bound = self.permissions.bindings is not empty or self.network.ingress_ports is not empty
        return is_bound and not self.permissions.uses_hint


class Capability(Struct, frozen=True, kw_only=True):
    """Something that stands between entries, and that is built only when somebody asks for it.

    `reasons` yields who does, and `setting` is what an environment writes to ask for it; `requires` are other
    capabilities that come with it. The rest is as in `Kind`, with the context alone.
    """

    name: str
    title: str
    reasons: Callable[[Environment], Iterable[Reason]]
    requires: tuple[str, ...] = ()
    setting: str = ""
    regional_singleton: str = ""
    """What of it an account has only once in a region."""
    account_singleton: str = ""
    """What of it an account has only once, in whatever region."""
    monthly_costs: Callable[[BuildContext], Iterable[Cost]] = empty
    outputs: Callable[[BuildContext], Iterable[OutputLine]] = empty
    parts: Callable[[BuildContext], Iterable[Part]] = empty
    security_groups: Callable[[BuildContext], Iterable[Group]] = empty
    connections: Callable[[BuildContext], Iterable[Relation]] = empty
    default_bindings: Callable[[BuildContext, BuildContext], Iterable[Binding]] = empty
    rules: tuple[Rule, ...] = ()
    quotas: tuple[Quota, ...] = ()
    templates: Path | None = None
