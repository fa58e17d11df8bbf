"""What a bastion is built of, and the ways that lead to it and from it."""

from collections.abc import Iterator
from typing import Any, Final

from infragen.core.billing import Cost, StopAction
from infragen.core.build_context import BuildContext, Export, Joined, ResourceView, call, named_by, of, part_of
from infragen.core.entry import Entry
from infragen.core.names import LIMITS, SESSION_LOG_GROUP
from infragen.core.operations import OutputLine
from infragen.core.part import INTERNET, Group, Link, Relation
from infragen.core.resolved_system import Environment
from infragen.core.signals import Ending, Signalling
from infragen.kinds import endpoints, keys, kinds, network
from infragen.kinds.bastions.model import Bastion
from infragen.text import counted

SSH: Final = 22
_HTTPS: Final = 443
SESSIONS: Final = frozenset({"ssm", "ssmmessages"})
"""The APIs that the SSM Agent speaks to (AWS Systems Manager User Guide: VPC endpoints; `ec2messages` is for agents
before 3.3.40)."""
_NETWORK: Final = ("network",)
_PRIVILEGED: Final = 1024
"""The first port that anybody may listen on: below it people's machines ask for an administrator."""
_PATCHES: Final = Ending(
    "patches that fail", "Systems Manager keeps which it lacks, as `aws ssm describe-instance-patch-states` shows it"
)
_FORWARD: Final = "AWS-StartPortForwardingSessionToRemoteHost"


class BastionView(ResourceView, Signalling):
    """A host, its role, and its place."""

    _entry: Bastion
    host = call("edge", "bastion")
    group = call("security", "security_group", "bastion")
    key = of(keys.disk_key)
    """What its disk is encrypted with; None for AWS's own key."""
    name = named_by(lambda ctx: ctx.names.of_entry(ctx.entry), LIMITS["role"])
    is_public = of(lambda ctx: is_public(ctx.entry, ctx))
    endings = (_PATCHES,)

    @property
    def subnet(self) -> Export | None:
        tier = "public" if self.is_public else "app"
        return next(iter(network.standing_subnets(self._ctx, tier, "subnet_id", 1)), None)

    @property
    def session_log_group_arn(self) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{SESSION_LOG_GROUP}"

    @property
    def is_protected(self) -> bool:
        said = self._entry.deletion_protection
        return self._ctx.settings.production if said is None else said


def recorded(environment: Environment) -> frozenset[str]:
    settings = environment.settings
    said = settings.account_settings if settings.owns_account_settings else None
    return frozenset({"logs"}) if said is not None and said.session_log is not None else frozenset()


def is_public(bastion: Bastion, ctx: BuildContext) -> bool:
    """Whether it has an address on the internet: for SSH, or since nothing else leads to AWS's APIs."""
    return bastion.is_public or bastion.tier == "public" or network.in_public(ctx.environment)


parts = part_of("edge", "kinds/bastions/main.tf", BastionView)


def groups(bastion: Bastion, ctx: BuildContext) -> Iterator[Group]:
    name = ctx.names.of_entry(bastion)
    yield Group(ctx.owner, ctx.owner, name, f"Bastion {name}", BastionView(ctx).group, f"bastion-{bastion.identity}")


def relations(bastion: Bastion, ctx: BuildContext) -> Iterator[Relation]:
    owner = ctx.owner
    for cidr in bastion.allow if bastion.is_public else ():
        yield Relation(cidr, owner, SSH, "people sign in with SSH", owner, ("allow",))
    for used, entry in _used(bastion, ctx):
        for end, port in kinds()[entry.KIND].network.ingress_ports(entry, ctx.of(used), ctx):
            why = bastion.uses[used].why or "people reach it"
            yield Relation(owner, end, port, why, owner, ("uses", used))
    asked = SESSIONS | recorded(ctx.environment)
    if there := asked & {*endpoints.interface_endpoints(ctx.environment)}:
        yield Relation(owner, endpoints.NAME, _HTTPS, "Session Manager inside the VPC", "environment", _NETWORK)
    if there != asked and (is_public(bastion, ctx) or ctx.settings.network.nat != "none"):
        yield Relation(owner, INTERNET, _HTTPS, "Session Manager", "environment", _NETWORK)
    elif ctx.has(endpoints.S3):
        yield Relation(owner, endpoints.S3, _HTTPS, "patches", "environment", _NETWORK)


def is_copy(entry: Entry, environment: Environment) -> bool:
    return environment.followed is not None and kinds()[entry.KIND].failover.is_replica(entry)


def _used(bastion: Bastion, ctx: BuildContext) -> Iterator[tuple[str, Entry]]:
    for used in sorted(bastion.uses):
        if (entry := ctx.environment.find(used)) is not None:  # a rule says which are not there
            yield used, entry


def links(bastion: Bastion, ctx: BuildContext) -> Iterator[Link]:
    if bastion.is_public:
        yield Link(INTERNET, ctx.owner)
    for used, _ in _used(bastion, ctx):
        yield Link(ctx.owner, used, bastion.uses[used].why or "")


def costs(bastion: Bastion, ctx: BuildContext) -> Iterator[Cost]:
    """Yield the host in the hours in which it runs, its disk, and its address, which is billed while it is stopped."""
    yield Cost(f"the host, {bastion.size}", "instance", 1, size=bastion.size, stops=True)
    yield Cost("its disk, as large as its image", "disk-storage")
    if is_public(bastion, ctx):
        yield Cost(counted(1, "public address"), "public-ipv4", 1)


def stop_actions(bastion: Bastion, ctx: BuildContext) -> Iterator[StopAction]:
    own = BastionView(ctx)
    yield StopAction(
        f"bastion-{bastion.identity}", "ec2:stopInstances", "ec2:startInstances", {},
        ("ec2:StartInstances", "ec2:StopInstances"), own.host.arn, lists={"InstanceIds": [own.host.id]}, key=own.key,
    )  # fmt: skip


def outputs(bastion: Bastion, ctx: BuildContext) -> Iterator[OutputLine]:
    own = BastionView(ctx)
    session = ("aws ssm start-session --target ", own.host.id, f" --region {own.region}")
    if bastion.is_public:
        yield OutputLine("public", "the address that SSH connects to", own.host.public_ip)
    for used, entry in _used(bastion, ctx):
        offers = kinds()[entry.KIND].permissions.bindings(entry, ctx.of(used), ctx)
        told: dict[str, Any] = {name: value for one in offers for name, value in one.variables.items()}
        if "HOST" in told and "PORT" in told:
            local = f"8{told['PORT']}" if int(told["PORT"]) < _PRIVILEGED else told["PORT"]
            forward = f" --document-name {_FORWARD} --parameters host="
            ports = f",portNumber={told['PORT']},localPortNumber={local}"
            what = f"open a way to {used} at 127.0.0.1:{local}, in a shell of its own"
            yield OutputLine("next", what, Joined.of(*session, forward, told["HOST"], ports), is_command=True)
        command = kinds()[entry.KIND].operations.create_users_command(entry, ctx.of(used))
        if command is not None and not is_copy(entry, ctx.environment):
            what = f"make the users of {used}, through that way and as its master user"
            if any(_BUNDLE in str(piece) for piece in getattr(command, "pieces", (command,))):
                what += f"; AWS has {_BUNDLE} at `{_TRUSTED}{_BUNDLE}`"
            yield OutputLine("next", what, command, is_command=True)
    if bastion.is_public:
        ssh: tuple[str | Export, ...] = ("ssh ec2-user@", own.host.public_ip)
        if bastion.key_name is None:
            connect = "aws ec2-instance-connect ssh --connection-type direct --os-user ec2-user --instance-id "
            ssh = (connect, own.host.id, f" --region {own.region}")
        yield OutputLine("detail", "sign in with SSH", Joined.of(*ssh), is_command=True)
    yield OutputLine("detail", "open a shell on it, with Session Manager", Joined.of(*session), is_command=True)


_BUNDLE: Final = "global-bundle.pem"
_TRUSTED: Final = "https://truststore.pki.rds.amazonaws.com/global/"
"""Amazon RDS User Guide: Using SSL/TLS to encrypt a connection to a DB instance or cluster; DocumentDB's are the same
(Amazon DocumentDB Developer Guide: Connecting programmatically)."""
