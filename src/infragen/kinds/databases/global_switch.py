"""What is asked about all Aurora global databases at once while another environment takes over, and back."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from infragen.core.takeover import Command, Step, Takeover
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.views import DatabaseView

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
_SNAPSHOT: Final = (
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
        return Step("still", "whether AWS has added all copies back", commands, 2, _SNAPSHOT, self._there)

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
