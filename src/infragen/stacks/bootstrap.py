"""What an environment stands on and its own stacks cannot make: the bucket of its states, and the roles of CI.

It is a root of its own, applied by a person and not by CI, with its state below `bootstrap/` in the bucket that it
makes. `infragen bootstrap` renders and applies it; it is no part of `infragen apply`.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Final

from msgspec import Struct

from infragen.core.delivery import Release
from infragen.core.expressions import Reference
from infragen.core.names import LIMITS, Names
from infragen.core.resolved_system import Environment
from infragen.stacks import shell
from infragen.stacks.access import Access, Policy, Scope, change_grants, packed, read_grants
from infragen.stacks.build import sound_owned_parts
from infragen.stacks.model import BOOTSTRAP, Stack, StackFile
from infragen.stacks.running import backups, releases
from infragen.stacks.shell import Output

NAME: Final = BOOTSTRAP

_GLOBAL_REGION: Final = "us-east-1"
"""Where IAM, Route 53, CloudFront and a global web ACL answer (AWS General Reference: global services)."""
RELEASE_SECONDS: Final = 2 * 3600
"""The longest session of a release: images that are built, a backup, a migration, new tasks."""
_ROLES: Final = {
    "plan": ("Plans", 3600),
    "apply": ("Applies", 4 * 3600),
    "release": ("Releases code in", RELEASE_SECONDS),
}
"""What each role does, and its longest session: databases and their replicas take more than an hour to come up."""


class Trust(Struct, frozen=True):
    """The repository whose jobs take the roles, and whether this environment makes its account's identity provider.

    `repository` is OWNER/NAME, with the numbers that GitHub's immutable subjects carry where they are known:
    `OWNER@123/NAME@456`. `release_branch` is the one whose pushes release code here, None where none does.
    """

    repository: str
    branch: str
    owns_provider: bool
    release_branch: str | None = None


def build(
    environment: Environment,
    access: Access,
    trust: Trust | None,
    standby: Environment | None = None,
    running: Environment | None = None,
) -> Stack:
    """Without `trust`, only the bucket; the roles are those of `running`, a standby's environment after takeover."""
    states = _states(environment)
    copies = _copies(environment, standby) if standby is not None else None
    modules = ["state_bucket", *(["s3_bucket_replication"] if copies else [])]
    files = [_file(environment, "main", states=states, copies=copies, settings=environment.settings)]
    if environment.settings.permissions_boundary == "own":
        modules.append("permissions_boundary")
        buckets = (states.arn, f"arn:aws:s3:::*-terraform-state-{states.account_id}")
        boundary = {
            "name": str(environment.permissions_boundary_arn).rpartition("/")[2],
            "description": f"What roles of {environment.target} never get beyond",
            "own_roles": _own_roles(environment),
            "roles_of_the_account": _role_arn(environment, "*"),
            "roles_of_the_bootstrap": _roles_of_the_bootstrap(environment),
            "states": tuple(one for bucket in buckets for one in (bucket, f"{bucket}/*")),
        }
        files.append(_file(environment, "roles", **boundary))
    published = [
        Output("state_bucket", "Name of the bucket of the states.", Reference("module.state_bucket.name")),
        Output(
            "state_key_arn", "Key that the states are encrypted with.", Reference("module.state_bucket.kms_key_arn")
        ),
    ]
    if trust is not None:
        modules += ["github_role", "permissions_boundary", *(["github_oidc_provider"] if trust.owns_provider else [])]
        files += _roles(running or environment, access, trust, states, standby)
        if trust.release_branch is not None:
            published.append(
                Output("release_role_arn", "Role that CI releases code with.", Reference("module.release.arn"))
            )
        published += [
            Output("plan_role_arn", "Role that CI plans with.", Reference("module.plan.arn")),
            Output("apply_role_arn", "Role that CI applies with.", Reference("module.apply.arn")),
        ]
    every = (*shell_of(environment), *files, shell.outputs(environment, published))
    return Stack(NAME, every, (), tuple(sorted({*modules})))


def shell_of(environment: Environment) -> tuple[StackFile, ...]:
    # Not below the prefix that the roles of CI may write.
    return shell.files(environment, NAME, (), key=f"{NAME}/{environment.system.name}/{environment.name}.tfstate")


def _roles(
    environment: Environment, access: Access, trust: Trust, states: SimpleNamespace, standby: Environment | None
) -> Iterator[StackFile]:
    names, account = Names(environment), environment.settings.account
    provider = f"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"
    branch, code_branch = f"refs/heads/{trust.branch}", f"refs/heads/{trust.release_branch}"
    # Pull requests, and the branch that is applied.
    plan = _role(environment, trust, "plan", ("pull_request", f"ref:{branch}"), None)
    # Jobs in the environment alone: with the branch as a subject, workflows would not need its reviewers.
    apply = _role(environment, trust, "apply", (f"environment:{environment.name}",), branch)
    # Jobs of the branch whose code belongs to the environment, in an environment of their own.
    release = _role(environment, trust, "release", (f"environment:{release_environment(environment)}",), code_branch)
    boundary = names.plain("ci")
    github = SimpleNamespace(
        owns_provider=trust.owns_provider,
        provider_arn=Reference("module.github.arn") if trust.owns_provider else provider,
        boundary_name=boundary,
        boundary_description=f"What CI of {environment.target} never gets beyond",
    )
    identity = (
        *_roles_of_the_bootstrap(environment),
        f"arn:aws:iam::{account}:policy/{boundary}",
        f"arn:aws:iam::{account}:policy/ci/{boundary}-*",
        provider,
        *([of_roles] if (of_roles := environment.permissions_boundary_arn) else []),
    )
    read = _read(environment, access)
    keeps_data = bool(read.objects or read.secrets or read.parameters)
    yield _file(environment, "github", github=github, plan=plan, apply=apply, keeps_data=keeps_data)
    if trust.release_branch is not None:
        yield _file(environment, "release", github=github, release=release, releases=_releases(environment))
    other = standby.settings if standby is not None else environment.primary
    manage = SimpleNamespace(
        # The regions of a copied database, in a standby and on the way back from it: that of each side.
        copied_from=tuple(sorted({environment.settings.region, other.region})) if other is not None else (),
        roles=_own_roles(environment),
        passed_to=access.passed_to,
        service_linked_roles=_role_arn(environment, "aws-service-role/*"),
        # Buckets of the primary that tell of new objects once the environment has taken over.
        copies=tuple(f"arn:aws:s3:::{one}" for one in access.notifying_copies),
    )
    yield _file(
        environment, "policies", states=states, read=read, keeps_data=keeps_data, manage=manage,
        policies=managed_policies(environment, access),
        boundary=SimpleNamespace(actions=access.boundary, own_identity=identity, of_roles=of_roles),
    )  # fmt: skip


def _states(environment: Environment) -> SimpleNamespace:
    settings = environment.settings
    arn = f"arn:aws:s3:::{environment.state_bucket}"
    objects = f"{arn}/{environment.system.name}/{environment.name}/*"
    return SimpleNamespace(
        bucket=environment.state_bucket,
        key_alias=Names(environment).plain("terraform-state"),
        account_id=settings.account,
        noncurrent_days=90,  # an assumption: a quarter is the usual audit
        arn=arn,
        objects=objects,
        locks=f"{objects}.tflock",
        all_objects=f"{arn}/*",
        state_files=f"{arn}/*.tfstate",
        bootstrap_files=f"{arn}/{NAME}/*",
        via_service=f"s3.{settings.region}.amazonaws.com",
    )


def _copies(environment: Environment, standby: Environment) -> SimpleNamespace:
    there, states = f"{standby.settings.region}:{standby.settings.account}", _states(standby)
    return SimpleNamespace(
        source_region=environment.settings.region,
        role_name=_copying_role(environment),
        bucket_arn=states.arn,
        region=standby.settings.region,
        # S3 takes an alias (Amazon S3 API Reference: EncryptionConfiguration, `ReplicaKmsKeyID`).
        key_alias_arn=f"arn:aws:kms:{there}:alias/{states.key_alias}",
        keys=f"arn:aws:kms:{there}:key/*",
    )


def _role_arn(environment: Environment, name: str) -> str:
    return f"arn:aws:iam::{environment.settings.account}:role/{name}"


def _own_roles(environment: Environment) -> tuple[str, ...]:
    return tuple(_role_arn(environment, f"{prefix}*") for prefix in Names(environment).prefixes)


def _roles_of_the_bootstrap(environment: Environment) -> tuple[str, ...]:
    names = (*(Names(environment).plain("ci", one) for one in _ROLES), _copying_role(environment))
    return tuple(_role_arn(environment, name) for name in names)


def _copying_role(environment: Environment) -> str:
    return Names(environment).plain("terraform-state-copies")


def _role(
    environment: Environment, trust: Trust, name: str, jobs: Iterable[str], git_ref: str | None
) -> SimpleNamespace:
    does, seconds = _ROLES[name]
    return SimpleNamespace(
        name=Names(environment).plain("ci", name),
        description=f"{does} {environment.target} for {trust.repository}",
        subjects=tuple(f"repo:{trust.repository}:{job}" for job in jobs),
        git_ref=git_ref,
        max_session_seconds=seconds,
    )


def release_environment(environment: Environment) -> str:
    """Return the environment at GitHub whose jobs release code; the other one's secrets open plans."""
    return f"{environment.name}-release"


def _releases(environment: Environment) -> SimpleNamespace:
    # What a release reaches, as ARNs; lists that are empty need no statement.
    account, every = environment.settings.account, [*releases(environment).values()]
    begins = Names(environment).prefix + "-*"
    saved = [*backups(environment).values()]
    static = [one.static_files for one in every if one.static_files is not None]

    def arns(service: str, found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        return tuple(sorted({f"arn:aws:{service}:{region}:{account}:{name}" for region, name in found}))

    def services(found: Iterable[Release]) -> tuple[str, ...]:
        named = ((one.region, one.service) for one in found if one.service is not None)
        return arns(
            "ecs", ((region, f"service/{one.cluster}/{one.name if are_named else '*'}") for region, one in named)
        )

    runs = [(one.region, one.run.cluster, one.family) for one in every if one.run is not None]
    every_service = [one for one in every if one.service is not None]
    are_named = len(every_service) <= 12  # inline policies have 10,240 characters in all
    delivered = [one for one in every_service if one.shift is not None]
    shifts = [
        (one.region, one.shift.application if are_named else begins) for one in delivered if one.shift is not None
    ]
    alarms = [
        (one.region, name if are_named else begins)
        for one in delivered if one.shift is not None for name in one.shift.alarms
    ]  # fmt: skip
    revisions = [(one.region, one.family if are_named else begins) for one in every]
    roles = {role if are_named else f"{begins}-{role.rpartition('-')[2]}" for one in every for role in one.roles}
    return SimpleNamespace(
        repositories=arns(
            "ecr",
            ((one.region, f"repository/{one.repository if are_named or one.is_copied else begins}") for one in every),
        ),
        revisions=arns("ecs", ((region, f"task-definition/{family}:*") for region, family in revisions)),
        # Revisions of what runs to its end.
        runs=arns("ecs", ((region, f"task-definition/{family}:*") for region, _, family in runs)),
        clusters=arns("ecs", ((region, f"cluster/{cluster}") for region, cluster, _ in runs)),
        tasks=arns("ecs", ((region, f"task/{cluster}/*") for region, cluster, _ in runs)),
        services=services(one for one in every_service if one.shift is None),
        delivered=services(delivered),  # by CodeDeploy
        deployments=arns(
            "codedeploy",
            (
                (region, thing)
                for region, name in shifts
                for thing in (f"application:{name}", f"deploymentgroup:{name}/{name}", f"deploymentconfig:{name}-*")
            ),
        ),
        alarms=arns("cloudwatch", ((region, f"alarm:{name}") for region, name in alarms)),  # bring deliveries back
        roles=tuple(sorted(f"arn:aws:iam::{account}:role/{role}" for role in roles)),
        logs=arns("logs", ((one.region, f"log-group:{one.log_group}:*") for one in every if one.run is not None)),
        vaults=arns("backup", ((one.region, f"backup-vault:{one.vault}") for one in saved)),
        backup_roles=tuple(sorted({one.role for one in saved})),
        regions=tuple(sorted({*(one.region for one in every), *(one.region for one in saved)})),
        buckets=tuple(sorted({f"arn:aws:s3:::{one.bucket}" for one in static})),
        static_files=tuple(sorted({f"arn:aws:s3:::{one.bucket}/{one.prefix and f'{one.prefix}/'}*" for one in static})),
        object_keys=arns("kms", ((one.region, "key/*") for one in static if one.has_key)),
        via_services=tuple(sorted({f"s3.{one.region}.amazonaws.com" for one in static})),
    )


def _read(environment: Environment, access: Access) -> SimpleNamespace:
    settings = environment.settings
    place = f"{settings.region}:{settings.account}"
    names = Names(environment)
    paths = names.path().strip("/")
    secrets = [f"{prefix}*" for prefix in names.prefixes if access.reads_secrets]
    secrets += [f"{name}-??????" for name in access.replicas]
    buckets = access.object_buckets or (f"{names.prefix}-*",)
    return SimpleNamespace(
        objects=tuple(f"arn:aws:s3:::{bucket}/*" for bucket in buckets if access.reads_objects),
        secrets=tuple(f"arn:aws:secretsmanager:{place}:secret:{secret}" for secret in secrets),
        parameters=(f"arn:aws:ssm:{place}:parameter/{paths}/*",) if access.reads_parameters else (),
        keys=f"arn:aws:kms:{place}:key/*",
        via_service=f"secretsmanager.{settings.region}.amazonaws.com",
    )


def managed_policies(environment: Environment, access: Access) -> dict[str, tuple[Policy, ...]]:
    names, limits = Names(environment), {limit: key for key, limit in LIMITS.items()}
    given = {
        (limits[limit], name)
        for part in sound_owned_parts(environment)
        for limit, name in part.names()
        if limit in limits
    }
    if access.manages_passwords:
        given.add(("managed_password", "rds!*"))
    tags = shell.own_tags(environment)
    regions = {environment.settings.region, *access.regions, _GLOBAL_REGION}
    if environment.settings.recovery is not None:
        regions.add(environment.settings.recovery.region)
    scope = Scope(
        environment.settings.account,
        names.prefixes,
        names.path(""),
        tuple(sorted(given)),
        tuple(sorted(regions)),
        tuple((key, tags[key]) for key in ("Environment", "System")),
    )
    return {"plan": packed("read", read_grants(access)), "apply": packed("change", change_grants(access, scope))}


def _file(environment: Environment, name: str, /, **context: object) -> StackFile:
    return StackFile(f"{name}.tf", f"stacks/{NAME}/{name}.tf", context, None, environment.source("environment"))
