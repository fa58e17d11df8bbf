"""A use of a role or of a resource's policy, and what many uses are read from: roles, keys, containers."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from infragen.hcl.later import Known, marked
from infragen.permissions.objects import BUCKET, FUNCTION, KEY, ROLE, Object, Objects
from infragen.secret_forms import ARN_END, SECOND_USER

REPLICATION: Final = "aws_s3_bucket_replication_configuration"
_SECRET_ARN: Final = re.compile(r"arn:aws[\w-]*:secretsmanager:[^:]+:\d+:secret:[^:]+")
Parts = Mapping[str, Sequence[str]]
"""What a use is of, by the names of the places in `actions.toml`; `source` is what takes the role, if known."""


class Used(NamedTuple):
    """A use: a table of `actions.toml`, whose role or policy it is of (an address), and its parts, by name."""

    use: str
    subject: str
    parts: Parts
    actions: tuple[str, ...] = ()
    """For a permission that a catalogue writes out: these, on `parts["resource"]`."""


def role_of(objects: Objects, one: Object | None, name: str) -> str | None:
    found = objects.meant(one.value(name), ROLE) if one is not None else None
    return found.address if found is not None else None


def arns_of(objects: Objects, named: object, kind: str) -> list[str]:
    """Return the ARN of what a text, or each text of some, is a name, the id or the ARN of."""
    texts = named if isinstance(named, list) else [named]
    return [found.arn for text in texts if (found := objects.meant(text, kind)) is not None]


def key_of(objects: Objects, one: Object, name: str) -> list[str]:
    """Return the key of the account's that something is encrypted with; AWS's own key needs nothing."""
    return arns_of(objects, one.text(name), KEY)


def secret_parts(objects: Objects, secret: Object, named: object = None) -> Parts:
    """Return a secret, with its key; the replica's own where it is named by an ARN with another region in it."""
    found = marked(named) if isinstance(named, str) else ()
    if any(isinstance(one, Known) and one.attribute.startswith("replace(") for one in found):
        keys = [block.get("kms_key_id") for block in secret.blocks("replica")]
        return {"secret": [secret.arn], "key": arns_of(objects, keys, KEY)}
    return {"secret": [secret.arn], "key": key_of(objects, secret, "kms_key_id")}


def in_turn(user: str, secrets: Iterable[Object]) -> list[str]:
    """Return a database's user, and the one that it alternates with if `secrets` have that one's password."""
    other = _other(user)
    has_other = user.endswith(SECOND_USER) or any(one.address.endswith(f'["{other}"]') for one in secrets)
    return [user, other] if has_other else [user]


def secrets_in_turn(objects: Objects, secret: Object) -> Iterator[Object]:
    yield secret
    before, _, key = secret.address.rpartition('["')
    user = _other(key.removesuffix('"]'))
    other = objects.at(f'{before}["{user}"]')
    if before and other is not None:
        yield other


def _other(user: str) -> str:
    return user.removesuffix(SECOND_USER) if user.endswith(SECOND_USER) else f"{user}{SECOND_USER}"


def spelled_secret(text: object) -> Parts | None:
    """Return another environment's secret by its ARN; a replica's ARN is also listed with a suffix. None: no ARN."""
    found = _SECRET_ARN.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    return {"secret": [found[0], *([] if ARN_END.search(found[0]) else [f"{found[0]}-??????"])], "key": []}


def queue_parts(objects: Objects, queue: Object) -> Parts:
    return {"queue": [queue.arn], "key": key_of(objects, queue, "kms_master_key_id")}


def bucket_keys_of(objects: Objects, bucket: Object) -> list[Object]:
    for one in objects.of_type("aws_s3_bucket_server_side_encryption_configuration"):
        if objects.meant(one.value("bucket"), BUCKET) is bucket:
            blocks = one.blocks("rule", "apply_server_side_encryption_by_default")
            found = [objects.meant(block.get("kms_master_key_id"), KEY) for block in blocks]
            return [key for key in found if key is not None]
    return []


def copies_of(objects: Objects, replication: Object) -> list[str]:
    return [objects.canonical(str(to.get("bucket"))) for to in replication.blocks("rule", "destination")]


def told(objects: Objects, topic: Object, who: str) -> Iterator[Used]:
    yield Used(f"topic-{who}", topic.address, {"topic": [topic.arn]})
    if (key := objects.meant(topic.value("kms_master_key_id"), KEY)) is not None:
        yield Used(f"key-{who}", key.address, {})


def scheduled(objects: Objects) -> Iterator[tuple[str, Mapping[str, Any], Parts]]:
    """Yield what the clock starts: the role that does, by its address, the target, and who takes that role."""
    for schedule in objects.of_type("aws_scheduler_schedule"):
        source = {"source": arns_of(objects, schedule.value("group_name"), "aws_scheduler_schedule_group")}
        for target in schedule.blocks("target"):
            role = objects.meant(target.get("role_arn"), ROLE)
            if role is not None:
                yield role.address, target, source


def environment_of(tasks: Object) -> Iterator[tuple[str, str]]:
    for block in tasks.blocks("environment") if tasks.type == FUNCTION else ():
        variables = block.get("variables")
        for name, value in variables.items() if isinstance(variables, dict) else ():
            if isinstance(value, str):
                yield name, value
    for container in containers_of(tasks) or ():
        for one in container.get("environment") or ():
            if isinstance(one.get("value"), str):
                yield one["name"], one["value"]


def containers_of(tasks: Object) -> Sequence[Mapping[str, Any]] | None:
    found = json_of(tasks.value("container_definitions"))
    return found if isinstance(found, list) else None


def json_of(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def logins_of(tasks: Object) -> Iterator[tuple[str, str]]:
    """Yield addresses and users of those that sign in without a password."""
    variables = dict(environment_of(tasks))
    given = {one["name"] for container in containers_of(tasks) or () for one in container.get("secrets") or ()}
    for name, value in variables.items():
        beginning = name.removesuffix("_READER_HOST").removesuffix("_HOST")
        has_password = f"{beginning}_PASSWORD" in given or f"{beginning}_PASSWORD_ARN" in variables
        user = variables.get(f"{beginning}_USER")
        if name.endswith("_HOST") and user and not has_password:
            yield value, user
