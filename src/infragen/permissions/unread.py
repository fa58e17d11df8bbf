"""What an answer says nothing of: always, and in this plan."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from infragen.permissions.actions import USES
from infragen.permissions.machines import unread_states
from infragen.permissions.model import Declared
from infragen.permissions.objects import Objects
from infragen.permissions.subjects import Held
from infragen.permissions.tasks import unread_tasks
from infragen.text import first_of

ALWAYS: Final = (
    "permissions of people and of releases: users, groups, the role of CI that releases code, service control policies",
    "service-linked roles, whose permissions AWS writes",
    "what code calls: uses come from the catalogue, not from the program",
    "policies of resources that are not in this plan, and grants of keys (kms:CreateGrant)",
    "tags that a condition asks for, and variables in policies (${aws:PrincipalTag/team})",
)
"""What no answer looks at."""


_OTHERS: Final = re.compile(
    r"aws_(iam_(user|group|openid|saml|instance_profile)|kms_grant"
    r"|codebuild|codepipeline|firehose|kinesis_firehose|glue_(?!catalog_(?:database|table)\Z)|eks_|batch_|backup_selection|dms_"
    r"|sagemaker|apprunner|transfer_|appsync|iot_|cloudtrail|ssm_maintenance|efs_file_system_policy"
    r"|opensearch_domain_policy|vpc_endpoint_policy|s3_access_point)[a-z0-9_]*\Z"
)
"""Types that use roles or have policies, and that are not looked at."""

_ROLES: Final[Mapping[str, str]] = {
    "aws_cloudtrail": "cloud_watch_logs_role_arn",
}
"""Attributes with a role whose use is not looked at, of types that are."""


def unread_in(objects: Objects, held: Iterable[Held], declared: Iterable[Declared]) -> Iterator[str]:
    unknown = sorted({f"{one.owner} ({one.use})" for one in declared if not one.actions and one.use not in USES})
    if unknown:
        yield f"uses whose permissions `actions.toml` does not list: {first_of(unknown)}"
    found = sorted(
        {name for name in objects.other_types if _OTHERS.match(name)}
        | {one.type for kind, role in _ROLES.items() for one in objects.of_type(kind) if one.has(role)}
    )
    if found:
        yield f"resources of this plan that use roles or have policies: {', '.join(found)}"
    unread = sorted({address for one in held for address in one.unread})
    if unread:
        yield f"policies that could not be read: {first_of(unread)}"
    tasks = sorted(unread_tasks(objects))
    if tasks:
        yield f"task definitions whose containers could not be read: {first_of(tasks)}"
    states = sorted(set(unread_states(objects)))
    if states:
        yield f"states of workflows that need what their `permissions` say: {first_of(states)}"
    yield from ALWAYS
