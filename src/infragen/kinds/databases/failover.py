"""What people do for a database when another environment takes over, and back: an instance on RDS, or a global one."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.standby import Held, begins_empty
from infragen.core.takeover import Command, Phase, Step, Takeover, last_minutes
from infragen.kinds.databases import rehearsal, timeseries
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.views import DatabaseView, InstanceView, UsersView, sql_path

_LAG: Final = (
    "ask when nothing was written for ten minutes: PostgreSQL's lag is the age of the last transaction, which grows"
    " without any until the log's next segment, every five minutes (Amazon RDS User Guide: Read replica limitations"
    " with PostgreSQL); -1 says that nothing is replicated"
)
_BEFORE: Final = (
    "first set BEGAN to when the outage began, in UTC: `BEGAN=2026-11-28T04:10:00Z`. Asked"
    " later, the lag is the age of the last transaction, and grows with the outage; -1 says that nothing is replicated"
    " (Amazon RDS User Guide: Monitoring and tuning the replication process; Monitoring replication lag for MySQL read"
    " replicas)"
)
_MINUTES_BEFORE: Final = (
    '--start-time "$(python3 -c "import datetime as d, sys; print((d.datetime.fromisoformat(sys.argv[1][:19])'
    """ - d.timedelta(minutes=15)).isoformat() + 'Z')" "$BEGAN")" --end-time "${BEGAN:?the time is missing}\""""
)
"""What has CloudWatch answer for the last quarter of an hour before an outage; `date` computes times on Linux alone."""
_GLOBAL_LAG: Final = "Amazon Aurora User Guide: Using switchover or failover in Amazon Aurora Global Database"
_GLOBAL_BEFORE: Final = (
    "first set BEGAN to when the outage began, in UTC: `BEGAN=2026-11-28T04:10:00Z` (Amazon"
    " Aurora User Guide: Amazon CloudWatch metrics for Amazon Aurora, `AuroraGlobalDBRPOLag`, in the copy's region)"
)
_FAILOVER: Final = (
    "asked in the region that takes over; it waits for nothing, and what was not copied is lost, but for a snapshot"
    " that AWS takes once the other region answers (Amazon Aurora User Guide: Performing managed failovers for Aurora"
    " global databases). The runbook `rehearsal` asks for a switchover instead, which loses nothing"
)
_SWITCHOVER: Final = (
    "asked in the region that writes until then; nothing is lost, and both regions have to answer (Amazon Aurora User"
    " Guide: Performing switchovers for Amazon Aurora global databases)"
)
_ALONE: Final = "one that was detached at the failover has another answer: the next phase lists those"
_SNAPSHOT: Final = (
    "AWS takes it when it adds the region back as a copy: repeat this until that is done, as below (Amazon Aurora User"
    " Guide: Performing managed failovers for Aurora global databases)\nit expires with automatic backups, after {}"
    " days; a copy of it stays"
)
_PATIENCE: Final = 15
"""Minutes that all of them get together, to switch, and then to be available."""
_VERSIONS: Final = (
    "AWS refuses those whose versions differ, as they do for a day of each engine upgrade (Amazon Aurora User Guide:"
    " Upgrading an Amazon Aurora global database, Patch level compatibility for managed cross-Region switchovers and"
    " failovers)"
)
_MINUTES: Final = "typically a few minutes (Amazon Aurora User Guide: Performing managed failovers)"
_REFUSED: Final = "where AWS refused for another reason than the version, ask again before"
_ORPHANED: Final = (
    "nothing; what it prints has no copy in {here}: nothing switches it, and what writes alone there goes on"
)
_DETACHED: Final = "it is promoted, and writes alone: note its name, failback says what is done for it"
_ADDED_BACK: Final = (
    "AWS adds the region back as a copy by itself, minutes to several hours after that answers (Amazon Aurora User"
    " Guide: Performing managed failovers for Aurora global databases)"
)
_REBUILT: Final = """\
of each that is printed below, GLOBAL, OLD is its cluster in {here}, which lacks what was written since, and NEW \
the one in {there}: what follows makes OLD anew, as a copy of NEW (Amazon Aurora User Guide: Recovering an Amazon \
Aurora global database from an unplanned outage)
note what it has: `aws rds describe-db-clusters --region {here} --db-cluster-identifier OLD --query 'DBClusters[0]\
.[Engine, Port, DBSubnetGroup, KmsKeyId, DBClusterParameterGroup, VpcSecurityGroups[0].VpcSecurityGroupId]' --output \
text`, and its instances: `... --query 'DBClusters[0].DBClusterMembers[].DBInstanceIdentifier'`
VERSION is that of NEW, which may be newer: `aws rds describe-db-clusters --region {there} --db-cluster-identifier NEW \
--query 'DBClusters[0].EngineVersion' --output text`
`aws rds remove-from-global-cluster --region {here} --global-cluster-identifier GLOBAL --db-cluster-identifier \
ARN_OF_OLD`, and go on when `aws rds describe-global-clusters --region {here} --global-cluster-identifier GLOBAL \
--query 'GlobalClusters[0].GlobalClusterMembers[].DBClusterArn' --output text` prints nothing
`aws rds modify-global-cluster --region {here} --global-cluster-identifier GLOBAL --no-deletion-protection`, then \
`aws rds delete-global-cluster --region {here} --global-cluster-identifier GLOBAL`
for each instance: `aws rds delete-db-instance --region {here} --db-instance-identifier INSTANCE --skip-final-snapshot`
`aws rds modify-db-cluster --region {here} --db-cluster-identifier OLD --no-deletion-protection --apply-immediately`, \
then `aws rds delete-db-cluster --region {here} --db-cluster-identifier OLD --final-db-snapshot-identifier \
OLD-before-failback-$(date -u +%Y%m%d-%H%M)`, then `aws rds wait db-cluster-deleted --region {here} \
--db-cluster-identifier OLD`
`aws rds create-global-cluster --region {there} --global-cluster-identifier GLOBAL --source-db-cluster-identifier \
ARN_OF_NEW`
`aws rds create-db-cluster --region {here} --global-cluster-identifier GLOBAL --db-cluster-identifier OLD --engine \
ENGINE --engine-version VERSION --port PORT --db-subnet-group-name SUBNETS --storage-encrypted --kms-key-id KEY \
--db-cluster-parameter-group-name PARAMETERS --vpc-security-group-ids GROUP --enable-iam-database-authentication \
--engine-lifecycle-support open-source-rds-extended-support-disabled`, then `aws rds wait db-cluster-available \
--region {here} --db-cluster-identifier OLD`: the apply below makes its instances"""


def holds(_database: Database, change: Takeover) -> Iterator[Held]:
    own = InstanceView(change.left)
    yield from timeseries.holds(change)
    if DatabaseView(change.taking).is_global:
        yield Held("data", f"a copy of {own.identifier}, by an Aurora global database", "lags")
        if UsersView(change.taking).has_passwords:
            yield Held("keys", "replicas of its users' passwords")
        return
    if change.taking.entry.kind_of_engine.is_aurora:
        yield begins_empty("cluster", "write `global_database: true` for it, here and there", ("engine",))
        return
    yield Held("data", f"a read replica of {own.identifier}", "lags")
    if UsersView(change.taking).has_passwords:
        yield Held("keys", "passwords of its own, which the runbook sets once its database can be written to")


def failover_steps(database: Database, change: Takeover) -> Iterator[Step]:
    if change.action == "restore":
        yield rehearsal.step(database, change.taking)
        return
    if change.action == "rehearsal":
        yield from _rehearsed(database, change)
        return
    if change.taking.entry.proxy:
        region = change.taking.region
        proxied = Command(
            f"aws rds describe-db-proxy-targets --db-proxy-name {DatabaseView(change.taking).proxy_name}"
            f" --region {region} --query 'Targets[?Type!=`TRACKED_CLUSTER`].TargetHealth.State' --output text",
            "AVAILABLE, for each instance",
        )
        yield Step("verify", f"proxies in {region} reach their databases", (proxied,), 2)
    if database.kind_of_engine.is_aurora:
        if DatabaseView(change.left).is_global and DatabaseView(change.taking).is_global:
            yield from _switched(change)
        return
    left, taking = InstanceView(change.left), InstanceView(change.taking)
    if change.is_return:
        yield _proof(change, Command(_source(left), "None"))
        yield _removed(change.taking, left, "return", "it lacks what was written since, and becomes a copy")
    follows = f"{taking.identifier} follows"
    if not change.is_return:
        shows = (
            f"the least at 0 or more, the most at {change.promised} or less; anything else, None or -1: RPO not met"
            if change.promised
            else "the least and the most seconds; None, or a least one below 0: nobody knows what is lost"
        )
        least_and_most = "--query '[min(Datapoints[].Minimum), max(Datapoints[].Maximum)]' --output text"
        before = f"{_asked(taking)} {_MINUTES_BEFORE} --statistics Minimum Maximum {least_and_most}"
        yield Step("measure", follows, (Command(before, shows),), 5, _BEFORE)
    yield Step("drain", follows, (_lag_now(taking),), 12, _LAG, "" if change.is_return else left.region)
    is_own = Command(
        f"aws rds describe-db-instances --db-instance-identifier {taking.identifier} --region {taking.region}"
        " --query 'DBInstances[0].[DBInstanceStatus, ReadReplicaSourceDBInstanceIdentifier]' --output text",
        "available None",
    )
    yield Step("verify", f"{taking.identifier} is nobody's copy", (is_own,), 1)
    if not database.data_api and UsersView(change.taking).has_passwords:
        target = change.taking.environment.target
        file = f"generated/{target}/data/{sql_path(database)}"
        why = f"they have passwords of {target}, which the users of {left.identifier} lack; the file's head says how"
        commands = (
            Command(f"infragen outputs {target}", "how to get there, and the command that makes its users"),
            Command(taking.master_password(), f"its password since the promotion, which was that of {left.identifier}"),
            Command(f"less {file}"),
        )
        yield Step("sign-in", f"run {file} as {taking.master_username}", commands, 15, why)
    if change.is_return:
        yield _removed(change.left, taking, "clear", "it is made anew, as a copy")


def _source(own: InstanceView) -> str:
    # It prints `None` if the instance copies none, and an empty text if there is no such instance
    return (
        f"aws rds describe-db-instances --db-instance-identifier {own.identifier} --region {own.region}"
        " --query 'DBInstances[0].ReadReplicaSourceDBInstanceIdentifier' --output text"
    )


def _proof(change: Takeover, command: Command, why: str = "") -> Step:
    left, taking = change.left.environment.target, change.taking.environment.target
    stop = f"stop here if an answer is another one: {taking} has what was written last, and would lose it"
    return Step("prove", f"the databases of {left} are written to", (command,), 2, f"{stop}\n{why}".strip())


def _switched(change: Takeover) -> Iterator[Step]:
    """AWS makes the former writer a copy afterwards. Without data loss only while both regions answer."""
    left, taking = DatabaseView(change.left), DatabaseView(change.taking)
    every = GlobalSwitch(change)
    is_first = every.is_first
    if change.is_return:
        writer = (
            f"aws rds describe-global-clusters --region {left.region} --global-cluster-identifier"
            f" {taking.global_identifier} --query 'GlobalClusters[0].GlobalClusterMembers[?IsWriter].DBClusterArn'"
            " --output text"
        )
        here = f"arn:aws:rds:{left.region}:{left.account}:cluster:{left.identifier}"
        yield _proof(change, Command(writer, here), _ALONE)
        if is_first:
            yield every.rebuilt()
            yield every.ready()
    yield Step("measure", "how far the copies are behind", (_global_lag(change),), 5,
               _GLOBAL_LAG if change.is_return else _GLOBAL_BEFORE)  # fmt: skip
    if is_first:
        yield every.compared()
    yield _asked_to_switch(change)
    if is_first:
        yield from every.awaited()
        yield every.proved()
    if not change.is_return:
        where = f"--region {left.region}"
        found = (
            f"aws rds describe-db-cluster-snapshots {where} --db-cluster-identifier {left.identifier} --query"
            ' "reverse(sort_by(DBClusterSnapshots[?starts_with(DBClusterSnapshotIdentifier,'
            " 'rds:unplanned-global-failover-')], &SnapshotCreateTime))[0].DBClusterSnapshotIdentifier\" --output text"
        )
        copied = Command(
            f'LOST="$({found})"; [ "$LOST" = None ] || aws rds copy-db-cluster-snapshot {where}'
            ' --source-db-cluster-snapshot-identifier "$LOST"'
            ' --target-db-cluster-snapshot-identifier "lost-${LOST#rds:unplanned-global-failover-}"'
            " --query 'DBClusterSnapshot.Status' --output text",
            "creating, or that it exists already; nothing: AWS has not taken it yet",
        )
        why = _SNAPSHOT.format(change.left.entry.backup.retention)
        yield Step("still", "keep what was written last and not copied any more", (copied,), 30, why, left.region)
        if is_first:
            yield every.added_back()


def _asked_to_switch(change: Takeover) -> Step:
    left, taking = DatabaseView(change.left), DatabaseView(change.taking)
    called = (
        f"--global-cluster-identifier {taking.global_identifier} --target-db-cluster-identifier"
        f" arn:aws:rds:{taking.region}:{taking.account}:cluster:{taking.identifier}"
    )
    if change.is_return:
        ask, why, needs = f"switchover-global-cluster --region {left.region} {called}", _SWITCHOVER, taking.region
    else:
        ask = f"failover-global-cluster --region {taking.region} {called} --allow-data-loss"
        why, needs = _FAILOVER, ""
    asked = f"aws rds {ask} --query 'GlobalCluster.FailoverState.Status' --output text"
    what = f"{taking.region} becomes the region that writes"
    return Step("switch", what, (Command(asked, "pending, or what came of it"),), 5, why, needs)


def _rehearsed(database: Database, change: Takeover) -> Iterator[Step]:
    # A promoted replica is none any more, so that an additional one is made, promoted and removed
    if not database.kind_of_engine.is_aurora:
        follows = InstanceView(change.taking)
        yield Step("measure", f"{follows.identifier} follows", (_lag_now(follows),), 12, _LAG)
        yield rehearsal.drill(database, change.left, change.taking)
        return
    if not (DatabaseView(change.left).is_global and DatabaseView(change.taking).is_global):
        return
    there = replace(change, action="failback")  # both regions respond, as on the way back
    back = replace(there, left=change.taking, taking=change.left)
    yield Step("measure", "how far the copies are behind", (_global_lag(there),), 5, _GLOBAL_LAG)
    if GlobalSwitch(there).is_first:
        yield GlobalSwitch(there).compared()
        yield GlobalSwitch(there).ready()
    ways: tuple[tuple[Takeover, Phase], ...] = ((there, "switch"), (back, "switch-back"))
    for way, phase in ways:
        every = GlobalSwitch(way)
        steps = [_asked_to_switch(way), *([*every.awaited(), every.proved()] if every.is_first else [])]
        yield from (replace(step, phase=phase) for step in steps)


def _global_lag(change: Takeover) -> Command:
    own, source = DatabaseView(change.taking), change.left
    asked = (
        "aws cloudwatch get-metric-statistics --namespace AWS/RDS --metric-name AuroraGlobalDBRPOLag"
        f" --dimensions Name=DBClusterIdentifier,Value={own.identifier} Name=SourceRegion,Value={source.region}"
        f" --region {own.region} --period 60 --statistics Maximum --query 'max(Datapoints[].Maximum)' --output text"
    )
    if change.is_return:
        shows = "60000 milliseconds or less; stop here at more, since a switchover takes the longer, and at None"
        return Command(f"{asked} {last_minutes(10)}", shows)
    shows = "the most milliseconds; None: nobody knows what is lost"
    if change.promised:
        shows = f"{change.promised * 1000} or less; more, or None: RPO not met"
    return Command(f"{asked} {_MINUTES_BEFORE}", shows)


def _lag_now(own: InstanceView) -> Command:
    shows = "0 or more, and less than 60"
    return Command(f"{_asked(own)} {last_minutes(8)} --statistics Minimum --query 'min(Datapoints[].Minimum)'", shows)


def _asked(own: InstanceView) -> str:
    return (
        "aws cloudwatch get-metric-statistics --namespace AWS/RDS --metric-name ReplicaLag"
        f" --dimensions Name=DBInstanceIdentifier,Value={own.identifier} --region {own.region} --period 60"
    )


def _removed(ctx: BuildContext, kept: InstanceView, phase: Phase, why: str) -> Step:
    own = InstanceView(ctx)
    where = f"--region {own.region}"
    writes = f'[ "$({_source(kept)})" = None ]'
    delete = f"aws rds delete-db-instance {where} --db-instance-identifier"
    modify = f"aws rds modify-db-instance {where} --db-instance-identifier"
    snapshot = f"{own.identifier}-$(date -u +%Y%m%d-%H%M)"
    commands = [
        *(f"{delete} {reader} --skip-final-snapshot" for reader in own.reader_identifiers.values()),
        f"{modify} {own.identifier} --no-deletion-protection --apply-immediately",
        f"{delete} {own.identifier} --final-db-snapshot-identifier {snapshot} --no-delete-automated-backups",
        f"aws rds wait db-instance-deleted --db-instance-identifier {own.identifier} {where}",
    ]
    why += f"\neach command does nothing while {kept.identifier} is a copy, or does not answer"
    guarded = tuple(Command(f"{writes} && {one}") for one in commands)
    return Step(phase, f"remove {own.identifier}", guarded, 30, why, needs=own.region)


class GlobalSwitch:
    """All global databases of an environment that is left, and of the one that takes over."""

    def __init__(self, change: Takeover) -> None:
        self._change = change
        self._here, self._there = change.taking.region, change.left.region

    def _every(self) -> Iterator[tuple[DatabaseView, DatabaseView]]:
        change = self._change
        for owner, _ in change.taking.environment.each(Database):
            if isinstance(change.left.environment.find(owner), Database):
                left, taking = DatabaseView(change.left.of(owner)), DatabaseView(change.taking.of(owner))
                if left.is_global and taking.is_global:
                    yield left, taking

    @cached_property
    def _pairs(self) -> list[tuple[DatabaseView, DatabaseView]]:
        return list(self._every())

    @property
    def is_first(self) -> bool:
        return next(taking.identifier for _, taking in self._every()) == DatabaseView(self._change.taking).identifier

    def compared(self) -> Step:
        # The version of a global cluster is that of its writer
        pairs = " ".join(f"{one.global_identifier}/{one.identifier}" for _, one in self._pairs)
        then = "stop here, and upgrade it first" if self._change.is_return else "it is detached at once below"
        asked = (
            f'for one in {pairs}; do writers="$(aws rds describe-global-clusters --region {self._here}'
            " --global-cluster-identifier ${one%/*} --query 'GlobalClusters[0].EngineVersion' --output text)\";"
            f' own="$(aws rds describe-db-clusters --region {self._here} --db-cluster-identifier ${{one#*/}}'
            " --query 'DBClusters[0].EngineVersion' --output text)\";"
            ' [ -n "$own" ] && [ "$own" = "$writers" ] || echo "${one%/*} $writers, its copy $own"; done'
        )
        commands = [Command(asked, f"nothing; what it prints AWS refuses: {then}")]
        if not self._change.is_return:
            commands.append(self._missing(_ORPHANED.format(here=self._here)))
        return Step("measure", "copies can take over: their versions", tuple(commands), 2, _VERSIONS)

    def ready(self) -> Step:
        missing = self._missing(f"nothing; stop here at what it prints: it has no copy in {self._here}")
        shows = "nothing; stop here at what it prints, until it is available"
        commands = (missing, Command(self._unavailable(self._here, is_taking=True), shows))
        return Step("measure", "copies can take over: they are there", commands, 2, needs=self._here)

    def awaited(self) -> Iterator[Step]:
        needs = self._here if self._change.is_return else ""
        refused = self._detached(" && !(FailoverState.Status)", "nothing, or what AWS has refused, detached at once")
        late = self._detached("", f"nothing, or what takes longer than {_PATIENCE} minutes, detached as well")
        asked = _waiting(self._asked("FailoverState.Status", "GlobalClusterIdentifier"))
        started = Command(_waiting(self._unavailable(self._here, is_taking=True)), "nothing: all are available")
        waited: tuple[Command, ...] = (Command(asked, "nothing; what it prints goes on"),)
        if self._change.is_return:
            elsewhere = self._asked(f"!({self._members(self._here, ' && IsWriter')})", "GlobalClusterIdentifier")
            waited += (Command(elsewhere, "nothing: all write; stop here at what it prints, and ask for it again"),)
        else:
            yield Step("switch", "detach what AWS refuses", (refused,), 2, f"{_REFUSED}\n{_DETACHED}")
        yield Step("switch", f"wait until {self._here} writes", waited, _PATIENCE, _MINUTES, needs)
        if not self._change.is_return:
            yield Step("switch", f"detach what {self._here} does not write by then", (late,), 2, _DETACHED)
        until = f"wait until the databases in {self._here} are available"
        yield Step("switch", until, (started,), _PATIENCE, "", needs)

    def proved(self) -> Step:
        writes = self._asked(self._members(self._here, " && IsWriter"), "GlobalClusterIdentifier")
        count = len(self._pairs)
        shows = f"{count}{'' if self._change.is_return else ', or less by what was detached'}"
        command = Command(f"{writes} | wc -w", shows)
        return Step("verify", f"the databases are written to in {self._here}", (command,), 1)

    def added_back(self) -> Step:
        asked = self._asked(f"!({self._members(self._there)})", "GlobalClusterIdentifier")
        shows = "nothing: all are members again, but for what was detached; otherwise repeat both steps"
        unavailable = self._unavailable(self._there, is_taking=False)
        commands = (
            Command(asked, shows),
            Command(unavailable, "nothing: all are available; otherwise repeat both steps"),
        )
        return Step("still", "whether AWS has added all copies back", commands, 2, _ADDED_BACK, self._there)

    def rebuilt(self) -> Step:
        shown = "[GlobalClusterIdentifier, GlobalClusterMembers[0].DBClusterArn]"
        shows = "nothing; what it prints was detached at the failover, and comes first, as said above"
        listed = Command(self._asked(f"!({self._members(self._there)})", shown), shows)
        why = _REBUILT.format(here=self._here, there=self._there)
        return Step("return", "global databases that were detached", (listed,), 2, why, self._here)

    def _asked(self, condition: str, shown: str) -> str:
        names = json.dumps([one.global_identifier for _, one in self._pairs]).replace(" ", "")
        return (
            f"aws rds describe-global-clusters --region {self._here} --query"
            f" 'GlobalClusters[?contains(`{names}`, GlobalClusterIdentifier) && {condition}].{shown}' --output text"
        )

    def _missing(self, shows: str) -> Command:
        return Command(self._asked(f"!({self._members(self._here)})", "GlobalClusterIdentifier"), shows)

    @staticmethod
    def _members(region: str, more: str = "") -> str:
        return f'GlobalClusterMembers[?contains(DBClusterArn, `":{region}:"`){more}]'

    def _detached(self, condition: str, shows: str) -> Command:
        member = self._members(self._here)
        listed = self._asked(
            f"{self._members(self._here, ' && !IsWriter')}{condition}",
            f"[GlobalClusterIdentifier, {member}.DBClusterArn | [0]]",
        )
        return Command(
            f"{listed} | while read -r name copy; do aws rds remove-from-global-cluster --region {self._here}"
            ' --global-cluster-identifier "$name" --db-cluster-identifier "$copy"'
            " --query GlobalCluster.GlobalClusterIdentifier --output text; done",
            shows,
        )

    def _unavailable(self, region: str, *, is_taking: bool) -> str:
        names = json.dumps([pair[is_taking].identifier for pair in self._pairs]).replace(" ", "")
        return (
            f"aws rds describe-db-clusters --region {region} --query 'DBClusters[?contains(`{names}`,"
            ' DBClusterIdentifier) && Status!=`"available"`].[DBClusterIdentifier, Status]\' --output text'
        )


def _waiting(asked: str) -> str:
    # It asks until the answer is empty, at most a quarter of an hour; an error of AWS is no empty answer
    return (
        f'UNTIL=$((SECONDS + {_PATIENCE * 60})); until rest="$({asked} || echo no answer)"; [ -z "$rest" ] ||'
        ' [ $SECONDS -ge $UNTIL ]; do sleep 10; done; [ -z "$rest" ] || echo "$rest"'
    )
