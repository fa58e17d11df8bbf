"""Rules about buckets."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.names import why_no_bucket
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule, standbys
from infragen.kinds.buckets.build import BucketView, users
from infragen.kinds.buckets.model import Bucket
from infragen.text import counted, first_of

_COLDER: Final = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
"""The order in which objects may move (Amazon S3 User Guide: Transitioning objects, supported transitions)."""
_INFREQUENT: Final = ("STANDARD_IA", "ONEZONE_IA")
_LEAST_DAYS: Final = 30


@rule("B111", of=Bucket)
def _name(bucket: Bucket, at: At, resolved: ResolvedSystem) -> Findings:
    why = why_no_bucket(bucket.bucket_name) if bucket.bucket_name else None
    if why:
        hint = f"remove `bucket_name`, or write one such as `{resolved.system.name}-{bucket.name}-files`"
        yield Finding(f"S3 does not accept the bucket name `{bucket.bucket_name}`: {why}", at("bucket_name"), hint)


@rule("B112", of=Bucket)
def _transitions(bucket: Bucket, at: At) -> Findings:
    for label, lifecycle in bucket.lifecycle.items():
        before: tuple[str, int] | None = None
        for found in sorted(lifecycle.transitions, key=_COLDER.index):
            days, place = lifecycle.transitions[found], at("lifecycle", label, "transitions", found)
            gap = _LEAST_DAYS if before is not None and before[0] in _INFREQUENT else 1
            if found in _INFREQUENT and days < _LEAST_DAYS:
                message = f"objects move to {found} after {_LEAST_DAYS} days at the earliest, not {days}"
                yield Finding(message, place, f"write `{found}: {_LEAST_DAYS} days`")
            elif before is not None and days < before[1] + gap:
                why = f", where they stay {gap} days at least" if gap > 1 else ""
                message = f"objects would move to {found} after {days} days, and to {before[0]} after {before[1]}{why}"
                yield Finding(message, place, f"write `{found}: {before[1] + gap} days` or more")
            elif lifecycle.expire is not None and lifecycle.expire <= days:
                message = f"objects would move to {found} after {days} days, and are deleted after {lifecycle.expire}"
                yield Finding(message, place, f"write `expire: {days + 1} days` or more, or remove `{found}`")
            before = found, days


_AT_REST: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Classes whose objects are read after they are restored alone: `GetObject` answers 403, InvalidObjectState."""


@rule("B150")
def _reads_archived(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        for used, use, path in entry.used() if hasattr(entry, "used") else ():
            bucket, reads = environment.find(used), use.access in (None, "read", "read-write")
            if not isinstance(bucket, Bucket) or not reads or environment.assumption(owner, path):
                continue
            # after how many days objects can no longer be read, and where they are then
            moves = (move for lifecycle in bucket.lifecycle.values() for move in lifecycle.transitions.items())
            soonest = min(((days, of) for of, days in moves if of in _AT_REST), default=None)
            if soonest is not None:
                message = (
                    f"{owner} reads {used}, whose objects move to {soonest[1]} after {soonest[0]} days: from then on S3"
                    " refuses to read them until they are restored"
                )
                hint = (
                    f"write `GLACIER_IR: {soonest[0]} days` there, which is read at once, or `access: write` here; or"
                    f" explain how they are restored: `assumptions: {{{'.'.join(path)}: ...}}`"
                )
                yield Finding(message, environment.at(owner, *path, key=True), hint)


@rule("B113", of=Bucket)
def _nothing(bucket: Bucket, at: At) -> Findings:
    for label, found in bucket.lifecycle.items():
        if not (found.transitions or found.expire or found.expire_old_versions):
            message = f"`{label}` has no effect on objects"
            yield Finding(message, at("lifecycle", label), "add `expire: 365 days`, or remove it")
        elif found.expire_old_versions and not bucket.versioning:
            message = "there are no older versions without `versioning`"
            place = at("lifecycle", label, "expire_old_versions")
            yield Finding(message, place, "add `versioning: true`, or remove `expire_old_versions`")


@rule("B114", of=Bucket)
def _for_good(bucket: Bucket, at: At) -> Findings:
    if bucket.versioning and not any(found.expire_old_versions for found in bucket.lifecycle.values()):
        message = "each version that was replaced or deleted is kept, and billed, for good"
        yield Finding(message, at("versioning"), "add `lifecycle: {old-versions: {expire_old_versions: 30 days}}`")


_LEAST_TO_NOTICE: Final = 7
"""Days in which people notice what is missing, weekends and holidays among them: an assumption of the house."""


@rule("D170", of=Bucket)
def _soon_gone(bucket: Bucket, at: At, environment: Environment) -> Findings:
    for label, found in bucket.lifecycle.items() if environment.settings.production and bucket.versioning else ():
        days = found.expire_old_versions
        if days is not None and days < _LEAST_TO_NOTICE:
            message = f"what somebody deletes or replaces in {at.owner} is gone for good after {counted(days, 'day')}"
            hint = f"write `expire_old_versions: {_LEAST_TO_NOTICE} days` or more"
            yield Finding(message, at("lifecycle", label, "expire_old_versions"), hint)


@rule("D174")
def _unversioned(environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    users: dict[str, list[str]] = {}
    for owner, entry in environment.every():
        for used, use, _ in entry.used() if hasattr(entry, "used") else ():
            if use.access in (None, "read-write", "write"):
                users.setdefault(used, []).append(owner)
    for owner, bucket in environment.each(Bucket):
        by = users.get(owner, ())
        if by and not bucket.versioning and environment.assumption(owner, ("versioning",)) is None:
            message = f"what {first_of(by)} deletes or replaces in {owner} is gone: it keeps no older versions"
            hint = (
                "add `versioning: true` and `lifecycle: {old-versions: {expire_old_versions: 30 days}}`, or explain why"
                " that may be: `assumptions: {versioning: ...}`"
            )
            yield Finding(message, environment.at(owner, "name"), hint)


@rule("B115", of=Bucket)
def _any_website(bucket: Bucket, at: At) -> Findings:
    cors = bucket.cors
    changing = [method for method in cors.methods if method not in ("GET", "HEAD")] if cors is not None else []
    if cors is not None and changing and "*" in cors.origins:
        message = f"pages of any website may send {' and '.join(changing)} with a presigned URL"
        place = at("cors", "origins", cors.origins.index("*"))
        yield Finding(message, place, "name your own: `origins: [https://app.example.com]`")


@rule("B116", of=Bucket, in_environments=True)
def _no_versions(bucket: Bucket, at: At) -> Findings:
    if bucket.replication is not None and not bucket.versioning:
        message = "S3 copies objects of buckets that keep older versions, and this one does not"
        hint = "add `versioning: true`, and `lifecycle: {old-versions: {expire_old_versions: 30 days}}`"
        yield Finding(message, at("replication", key=True), hint)


@rule("B117", of=Bucket)
def _own_region(bucket: Bucket, at: At, environment: Environment) -> Findings:
    copied, settings = bucket.replication, environment.settings
    if copied is not None and settings.standby_of is None and copied.region == settings.region:
        message = f"its replica would be in {settings.region}, too, and be lost with it"
        yield Finding(message, at("replication", "region"), "name another region")


@rule("B118", of=Bucket)
def _no_users(bucket: Bucket, at: At, environment: Environment) -> Findings:
    if environment.broken or not bucket.only_users or bucket.also_admits:
        return  # what is broken may use it
    if next(users(BuildContext(environment, {}, at.owner)), None) is None:
        hint = f"add `uses: {{{at.owner}: {{}}}}` to its users, or remove `only_users`"
        yield Finding("it denies access to all but its users, and no entry uses it", at("only_users"), hint)


@rule("B119")
def _code(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        code = getattr(entry, "code", None)
        bucket = environment.find(code.bucket) if code is not None else None
        if isinstance(bucket, Bucket) and bucket.only_users and not bucket.also_admits:
            message = f"the role that applies must read its code, and buckets/{bucket.name} admits only its users"
            hint = f"add `also_admits: [role/...]` to buckets/{bucket.name}, with the role that applies"
            yield Finding(message, environment.at(owner, "code", "bucket"), hint)


def _copies(environments: tuple[Environment, ...]) -> Iterator[tuple[Environment, Bucket, Environment, Bucket | None]]:
    """Yield the buckets of standbys that are copies: the standby, its bucket, whose copy it is, and that one's."""
    for standby, primary in standbys(environments):
        for owner, bucket in standby.each(Bucket):
            if BucketView(BuildContext(standby, {}, owner)).is_copy:
                other = primary.find(owner)
                yield standby, bucket, primary, other if isinstance(other, Bucket) else None


@rule("B143")
def _no_copies(environments: tuple[Environment, ...]) -> Findings:
    for standby, bucket, primary, other in _copies(environments):
        region = standby.settings.region
        if other is None or other.replication is None or other.replication.region != region:
            message = f"{primary.target} does not replicate buckets/{bucket.name} to {region}"
            hint = f"write `replication: {{region: {region}}}` for it, or `buckets: {{{bucket.name}: "
            hint += f"{{replication: null}}}}` in {standby.source('environment')} for one of its own"
            yield Finding(message, standby.at(f"buckets/{bucket.name}", "replication", "region"), hint)


@rule("B144")
def _refused(environments: tuple[Environment, ...]) -> Findings:
    for standby, bucket, primary, other in _copies(environments):
        if other is None or not other.only_users:
            continue
        roles = [f"role/{name}" for name in users(BuildContext(standby, {}, f"buckets/{bucket.name}"))]
        refused = [one for one in roles if not any(fnmatchcase(one, admitted) for admitted in other.also_admits)]
        if refused:
            pattern = ", ".join((*other.also_admits, f"role/{standby.system.name}-{standby.name}-*"))
            message = f"the replica admits only users of {primary.target}, and not {refused[0]} of {standby.target}"
            hint = (
                f"write `buckets: {{{bucket.name}: {{also_admits: [{pattern}]}}}}` in {primary.source('environment')}"
            )
            yield Finding(message, primary.at(f"buckets/{bucket.name}", "only_users"), hint)
