"""Lifecycles: rules that delete by age or number what they choose, and rules by which backups are made.

A rule is compared with those that stood before, whatever it is called: what one of them deleted as soon is no news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from infragen.effort import spend
from infragen.plan.differences.documents import open_documents
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import at, block, blocks, counted, number, shown, sides, texts, word
from infragen.plan.risks.types import joined, of_updates, rows, table
from infragen.plan.view import View
from infragen.redaction.values import Value, holds_unknown
from infragen.text import first_of

_loss = partial(RiskKind.DATA_LOSS.risk, Level.MEDIUM)


def _bucket_lifecycle(view: View) -> Iterator[Risk]:
    """Older objects are deleted, too: S3 User Guide "Expiring objects"."""
    if view.action is Action.CREATE and view.is_for_new("bucket"):
        return
    old, new = (
        [_Rule(rule) for rule in blocks(side) if rule.get("status") == "Enabled"] for side in sides(view, "rule")
    )
    named = {rule.name: rule for rule in reversed(old)}
    for rule in sorted(new, key=lambda rule: rule.name):
        spend(len(old))
        held = [other for other in old if other.holds(rule)]
        former = named.get(rule.name)
        wider = f", not only those with {former}" if former and not former.holds(rule) else ""
        by = f"by the rule {shown(rule.name)}{wider}"
        before = min(filter(None, (other.expires for other in held)), default=None)
        if rule.expires and before != rule.expires:
            after = f"are deleted after {counted(rule.expires, 'day')} {by}"
            if before is None:
                yield rule.loss(f"{after}, older ones at once")
            elif rule.expires < before and former is None and not rule:
                yield rule.loss(f"{after}, not after {before:g}, older ones at once")
            elif rule.expires < before:
                yield _loss(f"objects {after}, not after {before:g}")
        before = min(filter(None, (other.kept for other in held)), default=None)
        if rule.kept and (before is None or rule.kept < before):
            instead = f" instead of {before:g}" if before else ""
            words = f"what is overwritten or deleted can be recovered for {counted(rule.kept, 'day')}{instead}"
            yield _loss(f"{words}, {by}")
        if rule.date and rule.date not in {other.date for other in held}:
            yield rule.loss(f"are deleted on {rule.date}, whatever their age, {by}")
        fewest = min(filter(None, (other.newest for other in held)), default=None)
        if rule.newest and (fewest is None or rule.newest < fewest):
            instead = f" instead of {fewest:g}" if fewest else ""
            words = f"of what is overwritten or deleted, {counted(rule.newest, 'version')} can be recovered{instead}"
            yield _loss(f"{words}, {by}")


class _Rule:
    """Source: S3 User Guide "Lifecycle configuration elements"; a rule without a filter is of all objects."""

    def __init__(self, rule: Mapping[str, Value]) -> None:
        self.name = word(rule.get("id")) or ""
        self.expires = number(block(rule.get("expiration")).get("days"))
        former = block(rule.get("noncurrent_version_expiration"))
        self.kept = number(former.get("noncurrent_days"))
        self.newest = number(former.get("newer_noncurrent_versions"))
        self.date = (word(block(rule.get("expiration")).get("date")) or "").partition("T")[0]
        parts = block(rule.get("filter"))
        both = block(parts.get("and"))
        named = (word(one.get("prefix")) for one in (rule, parts, both))
        self.prefix = next(filter(None, named), "")
        tags = block(both.get("tags"))
        self.tags = {(word(tag.get("key")), word(tag.get("value"))) for tag in blocks(parts.get("tag"))}
        self.tags.update((name, word(value)) for name, value in tags.items())
        self.above, self.below = (
            next(filter(None, (number(one.get(f"object_size_{name}_than")) for one in (parts, both))), None)
            for name in ("greater", "less")
        )

    def __bool__(self) -> bool:
        return bool(self.prefix or self.tags or self.above or self.below)

    def loss(self, words: str) -> Risk:
        what, level = ("objects", Level.MEDIUM) if self else ("all objects", Level.HIGH)
        return RiskKind.DATA_LOSS.risk(level, f"{what} {words}")

    def holds(self, other: _Rule) -> bool:
        is_larger = self.above is None or (other.above is not None and other.above >= self.above)
        is_smaller = self.below is None or (other.below is not None and other.below <= self.below)
        return other.prefix.startswith(self.prefix) and other.tags >= self.tags and is_larger and is_smaller

    def __str__(self) -> str:
        tags = [f"the tag {key}={value}" for key, value in sorted(self.tags, key=str)]
        sizes = [*(["a size above"] if self.above else []), *(["a size below"] if self.below else [])]
        return " and ".join([*([self.prefix] if self.prefix else []), *tags, *sizes])


def _image_lifecycle(view: View) -> Iterator[Risk]:
    """Source: ECR User Guide "Lifecycle policy properties"."""
    if view.action is Action.DELETE or (view.action is Action.CREATE and view.is_for_new("repository")):
        return
    old, new = ([*_selections(view.before("policy"))], [*_selections(view.after("policy"))])
    for one in new:
        spend(2 * len(old))
        kind, figure = word(one.get("countType")), number(one.get("countNumber"))
        if kind is None or figure is None or any(_deletes_as_much(other, one) for other in old):
            continue
        what = {"untagged": "untagged images", "tagged": "images"}.get(word(one.get("tagStatus")) or "", "all images")
        named = [text for name in ("tagPrefixList", "tagPatternList") for text in texts(one.get(name))]
        which = f" tagged {first_of(named, 3)}" if named else ""
        limit = "older than " + counted(figure, "day") if kind == "sinceImagePushed" else f"but the newest {figure:g}"
        yield _loss(f"{what}{which} {limit} are deleted, those that run among them")


def _selections(value: Value) -> Iterator[Mapping[str, Value]]:
    documents = open_documents(value, value)
    for rule in blocks(block(documents.before).get("rules")) if documents else ():
        yield block(rule.get("selection"))


def _deletes_as_much(former: Mapping[str, Value], one: Mapping[str, Value]) -> bool:
    was, figure = number(former.get("countNumber")), number(one.get("countNumber"))
    if former.get("countType") != one.get("countType") or was is None or figure is None or was > figure:
        return False
    names = ("tagStatus", "tagPrefixList", "tagPatternList")
    return former.get("tagStatus") == "any" or all(former.get(name) == one.get(name) for name in names)


def _backup_rules(view: View, *said: str) -> Iterator[Risk]:
    path, name, kept, copies, schedule = said
    before, after = sides(view, path)
    old, new = ({word(rule.get(name)) or "": rule for rule in blocks(side)} for side in (before, after))
    for called in sorted(old):
        rule = f"the rule {shown(called)}"
        if called not in new:
            yield _loss(f"{rule} makes no more backups")
            continue
        was, becomes = old[called], new[called]
        for way in kept.split():
            days, left = (number(at(side.get, way)) for side in (was, becomes))
            if left and (not days or left < days):
                unit = "" if way.endswith("count") else " days"
                instead = f"{days:g}" if days else "forever"
                yield _loss(f"{rule} keeps its backups {left:g}{unit} instead of {instead}")
        yield from _copied_less(rule, was.get(copies), becomes.get(copies), copies)
        if was.get("enable_continuous_backup") is True and becomes.get("enable_continuous_backup") is False:
            yield _loss(f"{rule} makes no more backups to restore a moment from: enable_continuous_backup")
        moments = [side.get(schedule) for side in (was, becomes)]
        if moments[0] != moments[1]:
            times = " -> ".join(map(shown, moments))
            yield _loss(f"{rule} makes its backups at other times: {schedule} {times}")
        vaults = [word(side.get("target_vault_name")) for side in (was, becomes)]
        if vaults[0] != vaults[1]:
            yield RiskKind.DATA_LOSS.risk(Level.LOW, f"{rule} puts its backups into {vaults[1]}, not into {vaults[0]}")


def _copied_less(rule: str, before: Value, after: Value, name: str) -> Iterator[Risk]:
    was, becomes = (
        {word(one.get("destination_vault_arn")): number(at(one.get, "lifecycle.delete_after")) for one in blocks(side)}
        for side in (before, after)
    )
    if was.keys() - becomes.keys() or len(blocks(after)) < len(blocks(before)):
        yield _loss(f"{rule} no longer copies its backups to where it did: {name}")
    for vault, days in was.items():
        if (left := becomes.get(vault)) and (not days or left < days):
            instead = f"{days:g}" if days else "forever"
            yield _loss(f"{rule} keeps its copies {counted(left, 'day')} instead of {instead}")


def _backed_up(view: View) -> Iterator[Risk]:
    """Source: AWS Backup API Reference "BackupSelection"."""
    before, after = sides(view, "resources")
    gone = sorted({*texts(before)} - {*texts(after)})
    if gone and view.action is not Action.DELETE and not holds_unknown(after):
        yield _loss(f"no longer backed up: {first_of(gone)}")


JUDGES = joined(
    of_updates(*rows("lifecycles", backups=_backup_rules)),
    table(
        (_bucket_lifecycle, "s3_bucket_lifecycle_configuration"),
        (_image_lifecycle, "ecr_lifecycle_policy"),
        (_backed_up, "backup_selection"),
    ),
)
