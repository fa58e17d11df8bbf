"""Secrets: AWS Secrets Manager. No value stands in the catalogue, in a plan or in a state."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec import Struct
from pydantic import Field

from infragen.core.account_settings import Region
from infragen.core.build_context import BuildContext, Export, Joined, Module, ResourceView, call, of
from infragen.core.delivery import Content, Secrets
from infragen.core.entry import Days, Entry, Form, Model, Slug, Text, written_as
from infragen.core.kind import Billing, Cost, Delivery, Failover, Kind, Operations, Permissions
from infragen.core.operations import OutputLine, read_secret
from infragen.core.part import LIMITS, Binding, Grant, Part, named
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule, standbys
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds import instead_of, keys
from infragen.secret_forms import ARN_END

ANY_ENDING: Final = "-??????"
"""How a pattern of ARNs ends: no file knows the six characters that Secrets Manager puts behind a replica's name."""
_READ: Final = "read"
_ACCESS: Final = (_READ, "variables")
Key = Annotated[
    str, Form(r"[A-Za-z][A-Za-z0-9_-]{0,62}", "letters, digits, hyphens and underscores, a letter first: `api-key`")
]
"""A key of a secret's JSON; in variables it is written in capitals: `api-key` becomes `STRIPE_API_KEY`."""
Rotator = Annotated[str, Form(r"functions/[a-z][a-z0-9]*(-[a-z0-9]+)*", "a function, such as `functions/rotate`", 81)]


class Generate(Model):
    """AWS generates the values; they are stored in Secrets Manager, not in the plan or the state."""

    length: Annotated[int, Field(ge=8, le=4096)] = 40
    """Characters of each value."""
    punctuation: bool = False
    """Whether it has characters other than letters and digits."""
    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Increase it to generate new values; tasks get them when they restart."""


class Rotation(Model):
    """What rotates a secret, and how often."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("function", "lambda"), "write `by: functions/NAME`"),
        **dict.fromkeys(("days", "schedule", "after"), "write `every: 30 days`"),
    }

    by: Rotator
    """The function that writes new values; it gets the permissions for that."""
    every: Annotated[Days, Field(le=1000)]
    """How long a value is used (up to 1,000 days)."""


class SecretReplication(Model):
    """A replica in another region, which Secrets Manager keeps up to date."""

    _map = written_as(lambda value: f"{{region: {value}}}")

    region: Annotated[Region, Field(examples=["ap-northeast-3"])]
    """The region of the replica, which has the same name."""


class Secret(Entry):
    """A secret, whose values people set or AWS generates."""

    KIND: ClassVar = "secrets"
    SINGULAR: ClassVar = "secret"
    IS_SECRET: ClassVar = True
    """Who does not know where values go writes them here: no line of it is shown with a problem."""
    INSTEAD: ClassVar = dict.fromkeys(
        ("value", "values", "secret", "string"),
        "no value is written here: `generate: {length: 40}` has AWS draw it, or put it into Secrets Manager after "
        "`apply`; `infragen outputs` shows how",
    )

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    keys: tuple[Key, ...] = ()
    """The keys of its JSON, each a variable of its users; without keys it is a single value, `VALUE`."""
    generate: Generate | None = None
    """Has AWS generate all its values, so that none has to be set."""
    rotation: Annotated[
        Rotation | Literal["none"] | None, Field(examples=[{"by": "functions/rotate", "every": "30 days"}])
    ] = None
    """Has a function write new values; `none` for no rotation, with the reason in `rotation_why`."""
    rotation_why: Text | None = None
    """Why it is not rotated."""
    replication: SecretReplication | None = None
    """A replica in another region, which a standby there reads: what one signed, the other accepts."""

    @property
    def rotator(self) -> str | None:
        return self.rotation.by if isinstance(self.rotation, Rotation) else None


def _variable(key: str) -> str:
    return key.upper().replace("-", "_")


class SecretView(keys.EncryptedView):
    """A secret, and its values where they are drawn."""

    _entry: Secret
    value = call("data", "generated", "secret")

    @property
    def secret(self) -> Module | Replica:
        if self.is_copy:
            return Replica(self.replica_arns[1])
        return self._ctx.module("data", "secret", self._entry)

    module = of(lambda ctx: f"../modules/secret{'_replicated' if ctx.entry.replication is not None else ''}")

    is_copy = of(lambda ctx: ctx.environment.is_copied_here(ctx.entry))

    @property
    def name(self) -> str:
        return self._ctx.primary_names.secret(self._entry) if self.is_copy else self.name_taken

    @named(LIMITS["secret"])
    def name_taken(self) -> str:
        return "" if self.is_copy else self._ctx.names.secret(self._entry)

    @property
    def home(self) -> str:
        """Secrets Manager accepts no values in a replica."""
        primary = self._ctx.environment.primary
        return primary.region if primary is not None and self.is_copy else self.region

    @property
    def replica_arns(self) -> tuple[str, str]:
        """The ARN of a replica without the six characters behind its name, as it is called; and a policy's pattern."""
        called = f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:{self.name}"
        return called, f"{called}{ANY_ENDING}"

    @property
    def replica_arn(self) -> Export | None:
        is_made = self._entry.replication is not None and not self.is_copy
        return self._ctx.module("data", "secret", self._entry).replica_arn if is_made else None

    @property
    def arn(self) -> Export | str:
        """Its ARN, once it has the values that are drawn: tasks would not start before."""
        if self.is_copy:
            return self.replica_arns[0]
        return self.secret.arn if self._entry.generate is None else self.value.arn

    @property
    def variables(self) -> dict[str, object]:
        if not self._entry.keys:
            return {"VALUE": self.arn}
        return {_variable(key): Joined.of(self.arn, f":{key}::") for key in self._entry.keys}


class Replica(Struct, frozen=True):
    """A replica that is there without Terraform of this environment: the pattern of its ARN, in a policy."""

    arn: str


class RotationView(ResourceView):
    """The rotation of a secret, which stands beside the function that does it."""

    _entry: Secret
    rotation = call("compute", "rotation", "secret")
    secret = of(lambda ctx: SecretView(ctx).secret)

    @property
    def rotating_function(self) -> Module:
        ctx = self._ctx.of(str(self._entry.rotator))
        return ctx.module("compute", "function", ctx.entry)

    statement_id = of(lambda ctx: f"rotate-{ctx.entry.identity}")


def _parts(secret: Secret, ctx: BuildContext) -> Iterator[Part]:
    if SecretView(ctx).is_copy:
        return
    yield ctx.part("data", "kinds/secrets/main.tf", SecretView(ctx))
    function = ctx.environment.find(secret.rotator) if secret.rotator is not None else None
    if function is not None:  # a rule says which are not there
        domain = getattr(function, "domain", None)
        yield ctx.part("compute", "kinds/secrets/rotation.tf", RotationView(ctx), domain=domain)


def _bindings(secret: Secret, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    own = SecretView(ctx)
    is_read = user.entry.uses[f"secrets/{secret.name}"].access == _READ
    if not is_read and not getattr(user.entry, "FETCHES_SECRETS", False):
        yield Binding(secrets=own.variables, other_secrets=own.replica_arns[1:] if own.is_copy else ())
        return
    arns = own.replica_arns if own.is_copy else (own.arn,)
    yield Binding({"ARN": own.arn}, f"secret-{secret.identity}", reading(ctx, *arns, has_own_key=not own.is_copy))


def reading(ctx: BuildContext, *arns: object, has_own_key: bool = True) -> tuple[Grant, ...]:
    grants = [Grant("ReadSecret", ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"), arns)]
    if has_own_key and (key := keys.key(ctx, "secrets")) is not None:
        grants.append(Grant("UseKeyOfSecret", ("kms:Decrypt",), (key,)))
    return tuple(grants)


def rotate_now(secret: str, region: str) -> str:
    return f"aws secretsmanager rotate-secret --secret-id {secret} --region {region}"


def rotated_by(function: str, environment: Environment) -> tuple[str, ...]:
    found = (owner for owner, secret in environment.each(Secret) if secret.rotator == function)
    return tuple(owner for owner in found if not SecretView(BuildContext(environment, {}, owner)).is_copy)


def rotating(ctx: BuildContext) -> Iterator[Grant]:
    """Source: AWS Secrets Manager User Guide, Lambda rotation function execution role permissions."""
    own = SecretView(ctx)
    actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    yield Grant("RotateSecret", tuple(f"secretsmanager:{action}" for action in actions), (own.secret.arn,))
    yield Grant("DrawPassword", ("secretsmanager:GetRandomPassword",), ("*",))
    if own.secrets_key is not None:
        yield Grant("UseKeyOfSecret", ("kms:Decrypt", "kms:GenerateDataKey"), (own.secrets_key,))


def contents(entry: Any, ctx: BuildContext) -> Iterator[Content]:
    """Yield the values, which people set, of the secrets that the tasks of an entry read when they start.

    Source: Amazon ECS Developer Guide "Troubleshooting ResourceInitializationError": a task starts with all or not at
    all. Of what a pipeline deploys, its first run starts them.
    """
    for owner, use, field in entry.used() if getattr(entry, "deploy", "") != "pipeline" else ():
        secret = ctx.environment.find(owner)
        if isinstance(secret, Secret) and secret.generate is None and use.access != _READ:
            own = SecretView(ctx.of(owner))
            yield Content(own.region, "", own.name, owner, _put_value(secret, own), field)


def _put_value(secret: Secret, own: SecretView) -> str:
    value = json.dumps(dict.fromkeys(secret.keys, "...")) if secret.keys else "..."
    what = f"--region {own.home} --secret-id {own.name} --secret-string {shlex.quote(value)}"
    return f"aws secretsmanager put-secret-value {what}"


def _outputs(secret: Secret, ctx: BuildContext) -> Iterator[OutputLine]:
    own = SecretView(ctx)
    if secret.generate is None and not own.is_copy:
        said = "put its value; what uses it is applied once that is there"
        yield OutputLine("next", said, _put_value(secret, own), is_command=True)
    yield OutputLine("secret", "read its value", read_secret(own.name, own.region), is_command=True)


def _holds(secret: Secret, change: Takeover) -> Iterator[Held]:
    """Yield its value: what one region signed has to hold in the other."""
    if SecretView(change.taking).is_copy:
        yield Held("keys", "a replica, with the same value")
        return
    mend = f"write `replication: {{region: {change.taking.region}}}`"
    if secret.generate is not None or secret.rotator is not None:
        has = "another value: what was signed or closed with the first one is not valid there"
        yield Held("keys", has, "missing", mend)
    else:
        yield Held("keys", "a secret of its own, whose value people put there as well", "unproved", mend)


def _costs(secret: Secret, ctx: BuildContext) -> Iterator[Cost]:
    """Yield it, and its replica, which is billed as a secret where it is made."""
    if not SecretView(ctx).is_copy:
        yield Cost("1 secret", "secret", 1)
        if secret.replication is not None:
            yield Cost(f"its replica in {secret.replication.region}", "secret", 1, region=secret.replication.region)
    yield Cost("readings", "secret-requests", usage="reads")


@rule("B121", of=Secret)
def _same_variable(secret: Secret, at: At) -> Findings:
    first: dict[str, str] = {}
    for index, key in enumerate(secret.keys):
        other = first.setdefault(_variable(key), key)
        if index and secret.keys.index(other) != index:
            variable = f"{secret.name.upper().replace('-', '_')}_{_variable(key)}"
            message = f"`{other}` and `{key}` would both be the variable {variable}"
            yield Finding(message, at("keys", index), f"remove `{key}`, or rename it")


@rule("B122", of=Secret)
def _not_rotated(secret: Secret, at: At, environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    if secret.rotation is None:
        hint = "add `rotation: {by: functions/NAME, every: 30 days}`, or `rotation: none` with `rotation_why`"
        yield Finding(f"nobody rotates {at.owner}: whoever has read its value once has it for good", at("name"), hint)
    elif secret.rotation == "none" and secret.rotation_why is None:
        hint = "add `rotation_why: the partner gives it out once a year`, with your own reason"
        yield Finding(f"nobody rotates {at.owner}, and nothing says why", at("rotation"), hint)


@rule("B123", of=Secret)
def _no_rotator(secret: Secret, at: At, resolved: ResolvedSystem) -> Findings:
    kind, _, function = (secret.rotator or "").partition("/")
    if function and not resolved.knows(kind, function):
        hint = instead_of(resolved, kind, function)
        yield Finding(f"{at.owner} is rotated by {secret.rotator}, which does not exist", at("rotation", "by"), hint)


@rule("A147", of=Secret)
def _no_place(secret: Secret, at: At, environment: Environment) -> Findings:
    own = SecretView(BuildContext(environment, {}, at.owner))
    if secret.replication is None:
        return
    if secret.replication.region == own.region and not own.is_copy:
        message = f"its replica would be in {own.region}, too, where the secret is"
        yield Finding(message, at("replication", "region"), "name another region")
    elif ARN_END.search(own.name):
        message = f"a standby could not find its replica: Secrets Manager takes the end of `{own.name}` for its own"
        hint = "rename it, so that it does not end with a hyphen and six characters"
        yield Finding(message, at("replication", key=True), hint)


@rule("D172", of=Secret)
def _ends_as_arns(secret: Secret, at: At, environment: Environment) -> Findings:
    own = SecretView(BuildContext(environment, {}, at.owner))
    if secret.replication is None and ARN_END.search(own.name_taken):
        message = f"Secrets Manager may take the end of `{own.name_taken}` for what it adds to ARNs"
        hint = "choose a name that does not end with a hyphen and six characters"
        yield Finding(message, at("physical_name" if secret.physical_name else "name"), hint)


@rule("A148")
def _no_replica(environments: tuple[Environment, ...]) -> Findings:
    for standby, primary in standbys(environments):
        for owner, secret in standby.each(Secret):
            other, region = primary.find(owner), standby.settings.region
            made = other.replication if isinstance(other, Secret) else None
            is_made = owner in primary.broken or (made is not None and made.region == region)
            if SecretView(BuildContext(standby, {}, owner)).is_copy and not is_made:
                message = f"{primary.target} does not replicate {owner} to {region}"
                hint = f"write `replication: {{region: {region}}}` for it, or `secrets: {{{secret.name}: "
                hint += f"{{replication: null}}}}` in {standby.source('environment')} for one of its own"
                yield Finding(message, standby.at(owner, "replication", "region"), hint)


KIND: Final = Kind(
    model=Secret,
    title="secret",
    parts=_parts,
    permissions=Permissions(
        access=_ACCESS, bindings=_bindings, resource_arns=lambda _, ctx: (SecretView(ctx).secret.arn,)
    ),
    delivery=Delivery(
        compose_service=lambda secret: Secrets(variables=tuple(_variable(key) for key in secret.keys) or ("VALUE",))
    ),
    cost=Billing(monthly=_costs),
    operations=Operations(outputs=_outputs),
    failover=Failover(
        standby_overrides={"rotation": "none", "rotation_why": "what stands by would give out values of its own"},
        holds=_holds,
    ),
    rules=(_same_variable, _not_rotated, _no_rotator, _no_place, _ends_as_arns, _no_replica),
)
