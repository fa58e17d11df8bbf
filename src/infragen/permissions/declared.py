"""What entries of a catalogue declare, put to the roles of their tasks and the resources of what they use."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from infragen.hcl.later import Known, marked
from infragen.permissions.actions import USES
from infragen.permissions.machines import MACHINE
from infragen.permissions.model import Declared, Parts, Used
from infragen.permissions.objects import BUCKET, COPIES, FUNCTION, QUEUE, ROLE, SECRET, TASKS, TOPIC, Object, Objects

_ROLES: Final[Mapping[str, str]] = {TASKS: "task_role_arn", FUNCTION: "role", MACHINE: "role_arn"}
"""What acts for an entry, and the attribute with the role that it acts with."""
_PROXY: Final = "aws_db_proxy"
_DATABASES: Final = ("aws_rds_cluster", "aws_db_instance")
_MAIL: Final = ("aws_sesv2_email_identity", "aws_sesv2_configuration_set")
_CACHE: Final = "aws_elasticache_replication_group"
_BACKUPS: Final = "databases backup"
_METHODS: Final = {"path": ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"), "read": ("GET", "HEAD")}
"""What `ANY` is (Amazon API Gateway Developer Guide: Set up a method), and what only reads: no star, which has paths in
it as well."""


class DeclaredUses:
    """What entries declare, put to the roles of their tasks and the resources of what they use."""

    def __init__(self, objects: Objects, owner_of: Callable[[str], str | None]) -> None:
        self._objects = objects
        self._owner_of = owner_of
        self._tasks: dict[str, list[Object]] = {}
        for one in objects.of_type(*_ROLES):
            self._tasks.setdefault(owner_of(one.address) or "", []).append(one)

    def of(self, declared: Iterable[Declared]) -> Iterator[Used]:
        for one in declared:
            if one.use == _BACKUPS:
                yield from self._backups(one)
                continue
            if one.use == "topic-alarms":
                for topic in self._owned(one.target, TOPIC):
                    yield from self._objects.told(topic, "alarms")
                continue
            for tasks in self._tasks.get(one.owner, ()):
                if role := self._objects.role_of(tasks, _ROLES[tasks.type]):
                    yield from self._uses(one, role, tasks)

    def _backups(self, one: Declared) -> Iterator[Used]:
        """Yield what the role of a database's backups is for: where a pipeline starts them, no resource names it."""
        vaults = [vault.arn for vault in self._objects.of_type("aws_backup_vault")]
        for role in self._owned(one.owner, ROLE):
            if "backup.amazonaws.com" not in str(role.value("assume_role_policy")):
                continue
            for database in self._owned(one.owner, *_DATABASES):
                if database.value("replicate_source_db"):
                    continue
                use = _BACKUPS if database.type == "aws_db_instance" else f"{_BACKUPS} of a cluster"
                key = self._objects.key_of(database, "kms_key_id")
                yield Used(use, role.address, {"database": [database.arn], "vault": vaults, "key": key})

    def _uses(self, one: Declared, role: str, tasks: Object) -> Iterator[Used]:
        if one.actions:
            written = [self._objects.canonical(text) for text in one.resources if _is_exact(text)]
            others = [text for name in one.resources if not _is_exact(name) for text in self._any_of(name)]
            yield Used(one.use, role, {"resource": written, "any": others}, one.actions)
            return
        kind = one.use.partition(" ")[0]
        if one.use not in USES:
            return  # `unread` says so
        of_type = self._objects.of_type
        work: Mapping[str, Callable[[Declared, Object], Iterator[Parts]]] = {
            "queues": self._queues,
            "buckets": self._buckets,
            "databases": self._databases,
            "document-databases": self._passwords,
            "caches": self._caches,
            "gateways": self._gateways,
            "zones": lambda one, _tasks: iter([{"resource": [each.arn for each in self._owned(one.target, *_MAIL)]}]),
            "prometheus": lambda one, _tasks: iter([{"resource": [each.arn for each in of_type(USES[one.use].of)]}]),
            # Of no resource of AWS: PutMetricData, for example, knows none.
            **dict.fromkeys(("tracing", "metrics", "google-projects"), lambda _one, _tasks: iter([{}])),
        }
        for parts in work.get(kind, self._of_type)(one, tasks):
            yield Used(one.use, role, parts)
        if kind == "databases":
            for parts in self._passwords(one, tasks):
                yield Used("databases password", role, parts)
            if any(name.endswith("TIMESERIES_TABLE") for name, _ in tasks.environment()):
                for table in self._owned(one.target, "aws_timestreamwrite_table"):
                    yield Used("databases measurements", role, {"table": [table.arn]})
            if any(name.endswith("TIMESERIES_STREAM") for name, _ in tasks.environment()):
                for stream in self._owned(one.target, "aws_kinesis_firehose_delivery_stream"):
                    yield Used("databases stream", role, {"delivery": [stream.arn]})

    def _queues(self, one: Declared, _tasks: Object) -> Iterator[Parts]:
        queues = self._owned(one.target, QUEUE)
        texts = [text for queue in queues if isinstance(text := queue.value("redrive_policy"), str)]
        dead = {one.address for text in texts for one in marked(text) if isinstance(one, Known)}
        for queue in queues:
            if queue.address not in dead:
                yield self._objects.queue_parts(queue)

    def _buckets(self, one: Declared, _tasks: Object) -> Iterator[Parts]:
        """Yield an entry's bucket, not the copies that S3 alone writes; another environment's by the catalogue."""
        if one.parts.get("bucket"):
            yield {name: list(one.parts.get(name, ())) for name in ("bucket", "key", "alias")}
            return
        copies = {arn for found in self._objects.of_type(COPIES) for arn in self._objects.copies_of(found)}
        for bucket in self._owned(one.target, BUCKET):
            if bucket.arn not in copies:
                keys = [key.arn for key in self._objects.bucket_keys_of(bucket)]
                yield {"bucket": [bucket.arn], "key": keys, "alias": []}

    def _of_type(self, one: Declared, _tasks: Object) -> Iterator[Parts]:
        use = USES[one.use]
        if one.parts.get("resource"):  # what another environment makes: the catalogue knows it
            yield {"resource": list(one.parts["resource"]), "key": []}
            return
        for thing in self._owned(one.target, use.of):
            yield {"resource": [thing.arn], "key": self._objects.key_of(thing, use.key)}

    def _databases(self, one: Declared, tasks: Object) -> Iterator[Parts]:
        """Yield the logins of tasks: where a variable `X_HOST` is a database's address, and `X_USER` the user."""
        own = {found.address for found in self._owned(one.target, _PROXY, *_DATABASES)}
        secrets = self._owned(one.target, SECRET)
        for host, user in tasks.logins():
            for known in marked(host):
                found = self._objects.at(known.address) if isinstance(known, Known) else None
                if found is not None and found.type == "aws_db_proxy_endpoint":
                    found = self._objects.meant_by(found, "db_proxy_name", _PROXY)
                if found is not None and found.address in own and _takes_tokens(found):
                    yield {"login": [f"{found.arn}/{one}" for one in Objects.in_turn(user, secrets)]}

    def _passwords(self, one: Declared, tasks: Object) -> Iterator[Parts]:
        """Yield the secrets whose password code reads itself; what tasks are given needs nothing of their role."""
        given = [value for name, value in tasks.environment() if name.endswith("_PASSWORD_ARN")]
        known = {self._objects.canonical(value) for value in given}
        for secret in self._owned(one.target, SECRET):
            if self._objects.canonical(secret.arn) in known:
                yield self._objects.secret_parts(secret)

    def _caches(self, one: Declared, _tasks: Object) -> Iterator[Parts]:
        users = [
            user
            for user in self._owned(one.target, "aws_elasticache_user")
            if any(block.get("type") == "iam" for block in user.blocks("authentication_mode"))
        ]
        for cache in self._owned(one.target, _CACHE):
            for user in users:
                yield {"cache": [cache.arn], "user": [user.arn]}

    def _gateways(self, one: Declared, tasks: Object) -> Iterator[Parts]:
        if one.use == "gateways key":
            given = {
                known.address for _, value in tasks.environment() for known in marked(value) if isinstance(known, Known)
            }
            for key in self._owned(one.target, "aws_api_gateway_api_key"):
                if key.address in given:
                    yield {"key_id": [key.mark("id")]}
            return
        for stage in self._owned(one.target, "aws_api_gateway_stage"):
            arn = self._objects.canonical(stage.mark("execution_arn"))
            asked = (
                f"{arn}/{method}/{path}{below}"
                for word, methods in _METHODS.items()
                for path in one.parts.get(word, ())
                for below in ("", "/*")
                for method in methods
            )
            yield {"method": [*asked]}

    def _owned(self, owner: str, *types: str) -> list[Object]:
        return [one for one in self._objects.of_type(*types) if self._owner_of(one.address) == owner]

    def _any_of(self, name: str) -> Iterator[str]:
        if not name:
            yield "*"
        types = (QUEUE, BUCKET, TOPIC, *_DATABASES, _CACHE, *(use.of for use in USES.values() if use.of))
        for one in self._owned(name, *types) if name else ():
            yield one.arn
            yield f"{one.arn}/*"


def _takes_tokens(one: Object) -> bool:
    if one.type == _PROXY:
        is_whole_way = one.value("default_auth_scheme") == "IAM_AUTH"
        return is_whole_way or any(auth.get("iam_auth") == "REQUIRED" for auth in one.blocks("auth"))
    return one.value("iam_database_authentication_enabled") is True


def _is_exact(resource: str) -> bool:
    return resource == "*" or resource.startswith("arn:")
