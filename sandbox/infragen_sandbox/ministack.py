"""The second emulator, ministack: what of its ElastiCache and CloudFront is corrected, and what exists in it.

ElastiCache: CreateCacheSubnetGroup names subnets of a VPC; those are moto's, of which ministack knows nothing.
CreateUser keeps how a user signs in (`AuthenticationMode`), and DescribeUsers tells it; channels in its access string
(`&*`) are written as XML has them.
CreateReplicationGroup takes two shards as well as one or three, and is in cluster mode wherever its parameter group
says so (Amazon ElastiCache User Guide: Redis OSS parameters, `cluster-enabled`); DescribeReplicationGroups tells the
key that it was given. DeleteReplicationGroup leaves the final snapshot that it is asked for, and refuses where there is
one of that name (Amazon ElastiCache API: DeleteReplicationGroup). DescribeCacheParameters answers what its `Source`
asks for, and DescribeCacheClusters whether minor versions are upgraded. No container is started: nobody connects to a
node.

CloudFront: a response headers policy that adds or removes no header has no such element (Amazon CloudFront API:
ResponseHeadersPolicyConfig, where both are optional), or each plan would remove it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen_sandbox.inventory.found import Found
    from infragen_sandbox.lifecycles.clock import Clock
    from infragen_sandbox.lifecycles.lifecycle import Lifecycle

_NO_VPC = "vpc-00000000000000000"
_AUTHENTICATION = {"iam": "iam", "no-password-required": "no-password", "password": "password"}
"""What CreateUser is given, and what DescribeUsers answers (Amazon ElastiCache API: AuthenticationMode)."""


_OK = 200


def _subnets(parameters: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    from ministack.services import elasticache

    ids = elasticache._extract_configs(parameters, "SubnetIds", ("SubnetIdentifier", "member"))  # noqa: SLF001
    zone = {"Name": f"{elasticache.get_region()}a"}
    return [{"SubnetIdentifier": name, "SubnetAvailabilityZone": zone} for name in ids], _NO_VPC


def _user(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    from ministack.services import elasticache

    answer = original(parameters)
    user = elasticache._users.get(_one(parameters, "UserId"))  # noqa: SLF001
    wanted = _AUTHENTICATION.get(_one(parameters, "AuthenticationMode.Type"))
    if user is not None and wanted is not None:
        user["Authentication"] = {**user["Authentication"], "Type": wanted}
    return answer


def _user_xml(original: Callable[..., str], user: dict[str, Any]) -> str:
    return original({**user, "AccessString": escape(user["AccessString"])})


def _group(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    from ministack.services import elasticache

    answer = _shards(original, parameters)
    made = elasticache._replication_groups.get(_one(parameters, "ReplicationGroupId"))  # noqa: SLF001
    key = _one(parameters, "KmsKeyId")
    if made is not None and key:
        made["KmsKeyId"] = key
    said = elasticache._param_group_params.get(_one(parameters, "CacheParameterGroupName"), {})  # noqa: SLF001
    if made is not None and said.get("cluster-enabled", {}).get("Value") == "yes":
        endpoint = made["NodeGroups"][0]["PrimaryEndpoint"]
        made.update(ClusterEnabled=True, ClusterMode="enabled", ConfigurationEndpoint=endpoint)
    return answer


def _deleted_group(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    from ministack.services import elasticache

    name, group = _one(parameters, "FinalSnapshotIdentifier"), _one(parameters, "ReplicationGroupId")
    if name and group in elasticache._replication_groups:  # noqa: SLF001
        made = elasticache._create_snapshot({"SnapshotName": [name], "ReplicationGroupId": [group]})  # noqa: SLF001
        if made[0] != _OK:
            return made
    return original(parameters)


def _group_xml(original: Callable[..., str], group: dict[str, Any]) -> str:
    key = group.get("KmsKeyId")
    return original(group) + (f"<KmsKeyId>{key}</KmsKeyId>" if key else "")


def _shards(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    from ministack.services import elasticache

    if _one(parameters, "NumNodeGroups") != "2":
        return original(parameters)
    answer = original({**parameters, "NumNodeGroups": ["3"]})
    made = elasticache._replication_groups.get(_one(parameters, "ReplicationGroupId"))  # noqa: SLF001
    if made is not None:
        made["NodeGroups"] = made["NodeGroups"][:2]
        kept = [member["CacheClusterId"] for group in made["NodeGroups"] for member in group["NodeGroupMembers"]]
        for name in set(made["MemberClusters"]).difference(kept):
            elasticache._clusters.pop(name, None)  # noqa: SLF001
        made["MemberClusters"] = kept
    return answer


def _parameters(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    from ministack.services import elasticache

    name, every = _one(parameters, "CacheParameterGroupName"), elasticache._param_group_params  # noqa: SLF001
    known = every.get(name)
    if known is None or _one(parameters, "Source") != "user":
        return original(parameters)
    every[name] = {key: value for key, value in known.items() if value.get("Source") == "user"}
    try:
        return original(parameters)
    finally:
        every[name] = known


def _cluster(original: Callable[..., str], cluster: dict[str, Any]) -> str:
    upgrades = str(cluster.get("AutoMinorVersionUpgrade", True)).lower()
    return f"{original(cluster)}<AutoMinorVersionUpgrade>{upgrades}</AutoMinorVersionUpgrade>"


def _headers_policy(original: Callable[..., None], parent: Any, policy: dict[str, Any]) -> None:
    original(parent, policy)
    for name in ("CustomHeadersConfig", "RemoveHeadersConfig"):
        for element in parent.findall(name):
            if element.find("Items") is None:
                parent.remove(element)


def _one(parameters: dict[str, Any], name: str) -> str:
    values = parameters.get(name) or [""]
    return str(values[0] if isinstance(values, list) else values)


def apply() -> None:
    """Install the corrections."""
    from ministack.services import cloudfront, elasticache

    replace(elasticache, "_get_docker", lambda: None)
    replace(elasticache, "_resolve_subnets", _subnets)
    around(elasticache, "_create_user", _user)
    around(elasticache, "_user_xml", _user_xml)
    around(elasticache, "_create_replication_group", _group)
    around(elasticache, "_delete_replication_group", _deleted_group)
    around(elasticache, "_rg_xml", _group_xml)
    around(elasticache, "_describe_cache_parameters", _parameters)
    around(elasticache, "_cluster_xml_inner", _cluster)
    around(cloudfront, "_build_rhp_config_xml", _headers_policy)


def lingering_groups(clock: Clock, lifecycle: Lifecycle) -> None:
    """Let a replication group take its time until it is available, and until it is gone."""
    from ministack.core.responses import get_account_id
    from ministack.services import elasticache

    groups, creating, deleting = elasticache._replication_groups, lifecycle.creating, lifecycle.deleting  # noqa: SLF001

    def create(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        name = _one(parameters, "ReplicationGroupId")
        known = groups.get(name)
        answer = original(parameters)
        made = groups.get(name)
        if creating is not None and made is not None and made is not known:
            made["Status"] = creating.word
            clock.later(lifecycle.seconds(clock, creating, name), lambda: made.update(Status="available"))
        return answer

    def delete(original: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        name = _one(parameters, "ReplicationGroupId")
        known = groups.get(name)
        answer = original(parameters)
        if deleting is not None and known is not None and groups.get(name) is None:
            place = (get_account_id(), elasticache.get_region(), name)
            known["Status"] = deleting.word
            groups.set_scoped(*place, known)

            def drop() -> None:
                if groups.get_scoped(*place) is known:
                    groups.pop_scoped(*place)

            clock.later(lifecycle.seconds(clock, deleting, name), drop)
        return answer

    around(elasticache, "_create_replication_group", create)
    around(elasticache, "_delete_replication_group", delete)


def inventory(account: str, region: str) -> Iterator[Found]:
    """Yield what exists in an account and region."""
    yield from _caches(account, region)
    yield from _budgets(account)
    yield from _backups(account, region)
    yield from _tables(account, region)
    yield from _workgroups(account, region)
    if region == _OF_CLOUDFRONT:
        yield from _distributions(account)


_OF_CLOUDFRONT = "us-east-1"
"""Where what has no region stands: whoever makes it calls AWS there."""


def _distributions(account: str) -> Iterator[Found]:
    """Yield the distributions of an account, with what they read buckets by, and their functions."""
    from ministack.services import cloudfront

    from infragen_sandbox.inventory.found import Found, tags_of

    kinds = (
        ("aws_cloudfront_distribution", cloudfront._distributions),  # noqa: SLF001
        ("aws_cloudfront_origin_access_control", cloudfront._oacs),  # noqa: SLF001
        ("aws_cloudfront_function", cloudfront._functions),  # noqa: SLF001
        ("aws_cloudfront_cache_policy", cloudfront._cache_policies),  # noqa: SLF001
        ("aws_cloudfront_key_group", cloudfront._key_groups),  # noqa: SLF001
        ("aws_cloudfront_public_key", cloudfront._public_keys),  # noqa: SLF001
        ("aws_cloudfront_response_headers_policy", cloudfront._response_headers_policies),  # noqa: SLF001
    )
    for kind, things in kinds:
        for (of, name), thing in list(things._data.items()):  # noqa: SLF001
            if of == account:
                arn = thing.get("ARN") or thing.get("arn")
                tags = tags_of(cloudfront._tags.get_scoped(of, region=None, key=arn))  # noqa: SLF001
                yield Found("cloudfront", kind, name, arn, tags)


def _caches(account: str, region: str) -> Iterator[Found]:
    """Yield caches with their groups and users, without those that AWS makes itself."""
    from ministack.services import elasticache

    from infragen_sandbox.inventory.found import Found

    kinds = (
        ("aws_elasticache_replication_group", elasticache._replication_groups, ""),  # noqa: SLF001
        ("aws_elasticache_subnet_group", elasticache._subnet_groups, ""),  # noqa: SLF001
        ("aws_elasticache_parameter_group", elasticache._param_groups, "default."),  # noqa: SLF001
        ("aws_elasticache_user", elasticache._users, ""),  # noqa: SLF001
        ("aws_elasticache_user_group", elasticache._user_groups, ""),  # noqa: SLF001
    )
    for kind, things, own in kinds:
        for (of, where, name), thing in list(things.all_items()):
            if (of, where) == (account, region) and not (own and name.startswith(own)):
                yield Found("elasticache", kind, name, thing.get("ARN"), {})


def _budgets(account: str) -> Iterator[Found]:
    """Yield the budgets of an account; they have no regions."""
    from ministack.services import budgets

    from infragen_sandbox.inventory.found import Found

    for of, name in list(budgets._budgets._data):  # noqa: SLF001
        if of == account:
            yield Found("budgets", "aws_budgets_budget", f"{account}:{name}")


def _backups(account: str, region: str) -> Iterator[Found]:
    """Yield the vaults, plans and selections of AWS Backup."""
    from ministack.services import backup

    from infragen_sandbox.inventory.found import Found

    kinds = (
        ("aws_backup_vault", backup._vaults, "BackupVaultArn"),  # noqa: SLF001
        ("aws_backup_plan", backup._plans, "BackupPlanArn"),  # noqa: SLF001
        ("aws_backup_selection", backup._selections, ""),  # noqa: SLF001
    )
    for kind, things, arn in kinds:
        for (of, where, name), thing in list(things.all_items()):
            if (of, where) == (account, region):
                yield Found("backup", kind, name, thing.get(arn), {})


def _tables(account: str, region: str) -> Iterator[Found]:
    """Yield the databases of Glue's catalog, and their tables."""
    from ministack.services import glue

    from infragen_sandbox.inventory.found import Found, tags_of

    arn = f"arn:aws:glue:{region}:{account}"
    for of, where, name in list(glue._databases._data):  # noqa: SLF001
        if (of, where) == (account, region):
            own = f"{arn}:database/{name}"
            tags = tags_of(glue._tags.get_scoped(of, region=None, key=own))  # noqa: SLF001
            yield Found("glue", "aws_glue_catalog_database", f"{account}:{name}", own, tags)
    for of, where, name in list(glue._tables._data):  # noqa: SLF001
        if (of, where) == (account, region):
            identifier = f"{account}:{name.replace('/', ':')}"
            yield Found("glue", "aws_glue_catalog_table", identifier, f"{arn}:table/{name}")


def _workgroups(account: str, region: str) -> Iterator[Found]:
    """Yield the workgroups of Athena but its own one, and the queries that are kept in them."""
    from ministack.services import athena

    from infragen_sandbox.inventory.found import Found, tags_of

    arn = f"arn:aws:athena:{region}:{account}:workgroup"
    for of, where, name in list(athena._workgroups._data):  # noqa: SLF001
        if (of, where) == (account, region) and name != "primary":
            own = f"{arn}/{name}"
            tags = tags_of(athena._tags.get_scoped(of, region=None, key=own))  # noqa: SLF001
            yield Found("athena", "aws_athena_workgroup", name, own, tags)
    for of, where, name in list(athena._named_queries._data):  # noqa: SLF001
        if (of, where) == (account, region):
            yield Found("athena", "aws_athena_named_query", name)
