"""What an account has once: GuardDuty, CloudTrail, AWS Config, the record of sessions, encryption of new EBS volumes.

One environment of an account asks for them (`account_settings`) and owns them; A107 says where two would.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from infragen.core.build_context import BuildContext, Export, Joined, Record, ResourceView, call, of, part_of
from infragen.core.kind import Capability, Cost, OutputLine, always, free_of_charge
from infragen.core.measures import Level
from infragen.core.names import LIMITS, SESSION_LOG_GROUP, short
from infragen.core.part import ENVIRONMENT, Part, Reason, named, pattern
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.core.signals import Ending, Signal, Signalling
from infragen.kinds import flow_log, images, keys, levels
from infragen.kinds.workloads import registry

_GUARDDUTY: Final = levels.FINDINGS
_IMAGES: Final = "image-replication"
SESSION_LOG: Final = "session-log"
CLOUDTRAIL: Final = "cloudtrail"

_MOST_SEVERE: Final = 10
_FINDING: Final = Ending(
    "findings, where the topic refuses them",
    "EventBridge tries again for a day; GuardDuty keeps them for 90 days, and repeats one that goes on",
)
"""Amazon GuardDuty User Guide, "Managing GuardDuty findings"."""
_NOT_KEPT: Final = Ending(
    _FINDING.what,
    "EventBridge tries again for a day; AWS Config shows what does not keep a rule as long as it does not",
)
"""Amazon EventBridge User Guide, "Retrying event delivery"; AWS Config API: DescribeComplianceByConfigRule."""
_FEATURES: Final = {
    "ebs": "EBS_MALWARE_PROTECTION",
    "lambda": "LAMBDA_NETWORK_LOGS",
    "rds": "RDS_LOGIN_EVENTS",
    "s3": "S3_DATA_EVENTS",
}
"""What GuardDuty calls its protection plans (Amazon GuardDuty API: DetectorFeatureConfiguration, `name`)."""


def _asks(field: str, why: str) -> Callable[[Environment], Iterator[Reason]]:
    def reasons(environment: Environment) -> Iterator[Reason]:
        wanted = environment.settings.account_settings if environment.settings.owns_account_settings else None
        if getattr(wanted, field, None) not in (None, False):
            yield Reason(ENVIRONMENT, ("account_settings", field), why)

    return reasons


def _asked(ctx: BuildContext) -> Any:
    return ctx.settings.account_settings


class GuardDutyView(ResourceView, Signalling):
    """The detector of the region, and who hears of what it finds."""

    detector = call("security", "guardduty")
    features = of(lambda ctx: sorted({_FEATURES[plan] for plan in _asked(ctx).guardduty.protection_plans}))

    @property
    def findings(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for level, (least, below) in levels.of_findings(self._ctx).items():
            values = {"rule_name": self._rule_name(level), "topic_arn": levels.topic(self._ctx, level)}
            found[level] = Record({**values, "least": least, "below": below})
        return found

    def _rule_name(self, level: Level) -> str:
        return short(f"{self.prefix}-guardduty-{level}", LIMITS["event_rule"].length)

    @named(LIMITS["event_rule"])
    def longest_rule_name(self) -> str:
        return max(map(self._rule_name, levels.of_findings(self._ctx)), key=len, default="")

    @property
    def signals(self) -> tuple[Signal, ...]:
        def what(least: int, below: int) -> str:
            return f"findings of severity {least}{' and above' if below > _MOST_SEVERE else f' to below {below}'}"

        told = levels.of_findings(self._ctx).items()
        found = tuple(levels.signal(self._ctx, what(*severities), level) for level, severities in told)
        return found or (Signal("findings", (), "GuardDuty itself"),)

    endings = property(lambda self: (_FINDING,) if self.findings else ())


def _guardduty_parts(ctx: BuildContext) -> Iterator[Part]:
    own = GuardDutyView(ctx)
    yield ctx.part("security", "kinds/account_settings/guardduty.tf", own)
    if own.findings:
        yield ctx.part("monitoring", "kinds/account_settings/findings.tf", own, "guardduty-findings.tf")


def _guardduty_outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    own = GuardDutyView(ctx)
    listed = Joined.of(f"aws guardduty list-findings --region {own.region} --detector-id ", own.detector.id)
    yield OutputLine("detail", "list what GuardDuty found", listed, is_command=True)


def _for_trail(ctx: BuildContext) -> dict[str, dict[str, object]]:
    """Source: AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"."""
    arn = f"arn:aws:cloudtrail:{ctx.region}:{ctx.settings.account}:trail/{CloudTrailView(ctx).name}"
    actions = ("kms:DescribeKey", "kms:GenerateDataKey*")
    return keys.grant("CloudTrail", "cloudtrail", actions, "StringEquals", "aws:SourceArn", arn)


class CloudTrailView(ResourceView):
    """The trail, its bucket and its key."""

    name = pattern("{own.prefix}-audit-trail", LIMITS["trail"])
    bucket_name = pattern("{own.prefix}-audit-trail-{own.account}", LIMITS["bucket"])

    key_alias = keys.alias
    keys = keys.own("audit-trail", "the audit trail", _for_trail)

    @property
    def retention(self) -> int:
        """In days."""
        asked = self._ctx.settings.account_settings
        return asked.cloudtrail.retention if asked is not None and asked.cloudtrail is not None else 0


def _cloudtrail_outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    kept = f"s3://{CloudTrailView(ctx).bucket_name}"
    yield OutputLine("detail", "management events of the account are kept in", kept)


_RULES: Final = {"cloudtrail-enabled": "CLOUD_TRAIL_ENABLED", "restricted-ssh": "INCOMING_SSH_DISABLED"}
"""Identifiers that are not the rule's name (AWS Config Developer Guide, the page of each)."""
_ALWAYS_KEPT: Final = (
    "encrypted-volumes",
    "lambda-function-public-access-prohibited",
    "rds-instance-public-access-check",
    "rds-snapshots-public-prohibited",
    "rds-storage-encrypted",
    "restricted-ssh",
    "s3-bucket-level-public-access-prohibited",
    "s3-bucket-ssl-requests-only",
    "vpc-default-security-group-closed",
)
"""The rules that everything keeps which infragen builds."""
_KEPT_WITH: Final = {
    CLOUDTRAIL: "cloudtrail-enabled",
    _GUARDDUTY: "guardduty-enabled-centralized",
    keys.EBS_ENCRYPTION: "ec2-ebs-encryption-by-default",
    flow_log.NAME: "vpc-flow-logs-enabled",
}
"""Those that an environment keeps that has a capability."""


def _for_config(ctx: BuildContext) -> dict[str, dict[str, object]]:
    """Source: AWS Config Developer Guide, "Permissions for the KMS Key for the AWS Config Delivery Channel"."""
    condition = ("StringEquals", "aws:SourceAccount", ctx.settings.account)
    return keys.grant("Config", "config", ("kms:Decrypt", "kms:GenerateDataKey"), *condition)


class ConfigView(ResourceView, Signalling):
    """The recorder of the region, its bucket and its rules, and who hears of what does not keep one."""

    name = pattern("{own.prefix}", LIMITS["config_rule"])
    """What the recorder is called, and the channel; rules begin with it."""
    role_name = pattern("{own.prefix}-config", LIMITS["role"])
    bucket_name = pattern("{own.prefix}-config-{own.region}-{own.account}", LIMITS["bucket"])
    rule_name = pattern("{own.prefix}-config-rules", LIMITS["event_rule"])

    key_alias = keys.alias
    keys = keys.own("config", "the record of AWS Config", _for_config)

    retention = of(lambda ctx: _asked(ctx).config.retention)
    """In days."""
    frequency = of(lambda ctx: _asked(ctx).config.recording.upper())
    global_resources = of(lambda ctx: records_global_resources(ctx.environment))

    @property
    def rules(self) -> dict[str, str]:
        kept = (*_ALWAYS_KEPT, *(rule for capability, rule in _KEPT_WITH.items() if self._ctx.has(capability)))
        said = _asked(self._ctx).config.rules
        names = sorted({*(kept if said is None else said)})
        return {name: _RULES.get(name, name.replace("-", "_").upper()) for name in names}

    @named(LIMITS["config_rule"])
    def longest_rule_name(self) -> str:
        return max((f"{self.name}-{rule}" for rule in self.rules), key=len, default="")

    topic_arn = of(levels.only_topic(levels.of_rules))

    @property
    def signals(self) -> tuple[Signal, ...]:
        what = "rules that are not kept"
        if not self.rules:
            return ()
        told = tuple(levels.signal(self._ctx, what, level) for level in levels.of_rules(self._ctx))
        return told or (Signal(what, (), "AWS Config itself"),)

    endings = property(lambda self: (_NOT_KEPT,) if self.rules and levels.of_rules(self._ctx) else ())


def records_global_resources(environment: Environment) -> bool:
    wanted = environment.settings.account_settings
    if wanted is None or wanted.config is None or not environment.settings.owns_account_settings:
        return False
    said = wanted.config.global_resources
    return environment.settings.standby_of is None if said is None else said


def _config_parts(ctx: BuildContext) -> Iterator[Part]:
    own = ConfigView(ctx)
    yield ctx.part("security", "kinds/account_settings/config.tf", own)
    if own.rules and levels.of_rules(ctx):
        yield ctx.part("monitoring", "kinds/account_settings/config_findings.tf", own, "config-findings.tf")


def _config_costs(ctx: BuildContext) -> Iterator[Cost]:
    own = ConfigView(ctx)
    is_daily = own.frequency == "DAILY"
    what = "resources that changed in a day" if is_daily else "changes of resources"
    yield Cost(f"{what}, as AWS Config records them", "config-items-daily" if is_daily else "config-items")
    if own.rules:
        yield Cost("evaluations of its rules", "config-evaluations")
    yield Cost("its record", "object-storage")
    yield Cost("files of its record", "object-writes")


def _config_outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    own = ConfigView(ctx)
    yield OutputLine("detail", "how everything was configured is kept in", f"s3://{own.bucket_name}")
    if own.rules:
        listed = "aws configservice describe-compliance-by-config-rule --compliance-types NON_COMPLIANT"
        yield OutputLine("detail", "list rules that are not kept", f"{listed} --region {own.region}", is_command=True)


@rule("L135")
def _recorded_twice(accounts: tuple[Environment, ...]) -> Findings:
    first: dict[str, Environment] = {}
    for environment in accounts:
        if records_global_resources(environment):
            settings = environment.settings
            other = first.setdefault(settings.account, environment)
            if other.settings.region != settings.region:  # in one region, A107 says that one is too many
                both = f"{environment.target} and {other.target}"
                message = f"{both} would both record the IAM users, roles and policies of {settings.account}"
                place = environment.at(ENVIRONMENT, "account_settings", "config", key=True)
                yield Finding(message, place, "add `global_resources: false` here: each change is billed once then")


class SessionLogView(keys.EncryptedView):
    """The preferences of Session Manager, and the log that they name."""

    log_group_name = pattern(SESSION_LOG_GROUP, LIMITS["log_group"])

    retention = of(lambda ctx: _asked(ctx).session_log.retention)
    """In days."""


def _session_outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    tail = f"aws logs tail {SESSION_LOG_GROUP} --since 1d --region {ctx.region}"
    yield OutputLine("detail", "see what was typed in shells of Session Manager", tail, is_command=True)


class EbsEncryptionView(ResourceView):
    """Encryption of new volumes, and its key."""

    module = of(lambda ctx: f"../modules/ebs_encryption{'_with_key' if ctx.has(keys.NAME) else ''}")

    key_alias = keys.alias
    keys = of(lambda ctx: (keys.disks(ctx),) if ctx.has(keys.NAME) else ())


class CopyKeyView(ResourceView):
    """The key of copies of images, where keys are the customer's."""

    key_alias = keys.alias
    keys = of(lambda ctx: (keys.purpose_key(ctx, "images", "copies of images"),))


class ImageReplicationView(ResourceView):
    """What ECR copies into another region."""

    region = of(lambda ctx: _asked(ctx).image_replication)

    @property
    def repositories(self) -> list[Export]:
        """ECR makes repositories that are missing, without settings (User Guide, "Private image replication")."""
        owners = (self._ctx.of(owner) for owner, entry in self._ctx.environment.every() if images.has_own(entry))
        return [registry.CopyView(one).repository.name for one in owners]


def _replication_parts(ctx: BuildContext) -> Iterator[Part]:
    own = ImageReplicationView(ctx)
    if ctx.has(keys.NAME):
        yield ctx.part(registry.COPIES, "kinds/keys/main.tf", CopyKeyView(ctx), "images-key.tf", region=own.region)
    yield ctx.part("registry", "kinds/account_settings/image_replication.tf", own)


def _replicates(environment: Environment) -> Iterator[Reason]:
    if any(images.has_own(entry) for _, entry in environment.every()):
        yield from _asks("image_replication", "images are there when its region is lost")(environment)


@rule("A162")
def _own_region(environment: Environment) -> Findings:
    if images.copied_to(environment.settings) == environment.settings.region:
        message = f"images would be copied to {environment.settings.region}, where they are"
        place = environment.at(ENVIRONMENT, "account_settings", "image_replication")
        yield Finding(message, place, "name the region of the standby, or remove the line")


CAPABILITIES: Final = (
    Capability(
        name=_GUARDDUTY,
        title="threat detection (GuardDuty)",
        setting="account_settings: {guardduty: {}}",
        regional_singleton="the GuardDuty detector",
        reasons=_asks("guardduty", "calls and connections are looked at for threats"),
        monthly_costs=always(
            Cost("management events that GuardDuty looks at", "guardduty-events"),
            Cost("connections and DNS queries that GuardDuty looks at", "guardduty-logs"),
        ),
        outputs=_guardduty_outputs,
        parts=_guardduty_parts,
    ),
    Capability(
        name=CLOUDTRAIL,
        title="audit trail (CloudTrail)",
        setting="account_settings: {cloudtrail: {retention: 365 days}}",
        account_singleton="the audit trail of CloudTrail",
        reasons=_asks("cloudtrail", "who did what is kept"),
        # The first copy of management events in a region is free (AWS CloudTrail pricing).
        monthly_costs=always(
            Cost("the audit trail", "object-storage"), Cost("files of the audit trail", "object-writes")
        ),
        outputs=_cloudtrail_outputs,
        parts=part_of("security", "kinds/account_settings/cloudtrail.tf", CloudTrailView),
    ),
    Capability(
        name=levels.CONFIG,
        title="record of configuration (AWS Config)",
        setting="account_settings: {config: {retention: 365 days}}",
        regional_singleton="the recorder of AWS Config",
        reasons=_asks("config", "how everything is configured is recorded, and checked"),
        monthly_costs=_config_costs,
        outputs=_config_outputs,
        parts=_config_parts,
        rules=(_recorded_twice,),
    ),
    Capability(
        name=SESSION_LOG,
        title="record of shells (Session Manager)",
        setting="account_settings: {session_log: {retention: 365 days}}",
        regional_singleton="the preferences of Session Manager",
        reasons=_asks("session_log", "what people do in shells is recorded"),
        monthly_costs=always(Cost("the record of shells", "logs", usage="logged")),
        outputs=_session_outputs,
        parts=part_of("security", "kinds/account_settings/session_log.tf", SessionLogView),
    ),
    Capability(
        name=keys.EBS_ENCRYPTION,
        title="encryption of new EBS volumes",
        setting="account_settings: {ebs_encryption: true}",
        regional_singleton="the default encryption of EBS volumes",
        reasons=_asks("ebs_encryption", "new volumes are encrypted"),
        monthly_costs=free_of_charge,
        parts=part_of("security", "kinds/account_settings/ebs_encryption.tf", EbsEncryptionView),
    ),
    Capability(
        name=_IMAGES,
        title="copies of images in another region (Amazon ECR)",
        setting="account_settings: {image_replication: ap-northeast-3}",
        regional_singleton="the replication of Amazon ECR",
        reasons=_replicates,
        monthly_costs=always(Cost("copies of images", "image-storage", usage="stored")),
        parts=_replication_parts,
        rules=(_own_region,),
    ),
)
