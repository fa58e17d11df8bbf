"""The world that a siege is about: two checkouts of one small project on one emulated AWS, and what is true there.

What exists, what the states say and who holds a lock is read from the emulated AWS itself, never through infragen. The
stacks `network` and `security` begin with outputs alone, and their states are put into the bucket: what is struck is
`data-sales` and `data-plant`, with an object that has a name and tags (a parameter, a log group), one with a name
alone (a dashboard) and one whose id AWS chooses (an address) for each database. An apply of all of it makes in those
two what there is for databases only, and what a database stands on: parameters of a block that stays (`subnet`), one
in a block of its own (`subnet_group`), one in a file of its own (`security_group_database_order`).
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tests.engine import small
from tests.shipped import module_files

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.terraform.sandbox import Existing, Sandbox

__all__ = ["BASE", "ORDER", "SALES", "Besieged", "Stranger"]

SALES = f"{small.TARGET}/data-sales"
ORDER = "catalog/small/databases/sales/order.yaml"
BASE = "/small/base/"
"""How the names of what databases stand on begin."""

PARAMETER = "/small/aurora-dev-sales-order/capacity"
GROUP = "/small/aurora-dev-sales-order"
KEYS = ("network", "security", "data-sales", "data-plant", "observability")
_BUCKET_MODULE = "templates/modules/state_bucket/main.tf"
_SLOW = re.compile(r'resource "aws_s3_bucket_lifecycle_configuration" "this" \{\n.*?^\}\n\n', re.MULTILINE | re.DOTALL)
"""The provider waits 55 seconds for this one."""

_TEMPLATES = {
    "kinds/network/main.tf": """\
        output "topic_arn" {
          value = "arn:aws:sns:eu-north-1:111122223333:small"
        }

        output "cidr" {
          value = "@{settings.network.cidr}"
        }

        resource "aws_ssm_parameter" "subnet" {
          for_each = "@{own.data_subnets}"

          name  = "/small/base/subnet/${each.key}"
          type  = "String"
          value = "base"
        }
        # {% if own.has_databases %}

        resource "aws_ssm_parameter" "subnet_group" {
          name  = "/small/base/subnet_group"
          type  = "String"
          value = "base"
        }
        # {% endif %}
        """,
    "kinds/security_groups/main.tf": """\
        # {% for group in own.groups %}
        resource "aws_ssm_parameter" "@{group.label}" {
          name  = join("", ["/small/base/", "@{group.label}"])
          type  = "String"
          value = "base"
        }

        # {% endfor %}
        """,
    "kinds/flow_log/main.tf": "# The besieged system has none.\n",
    "kinds/alarms/topic.tf": 'output "nothing" {\n  value = "nothing"\n}\n',
    "kinds/alarms/entry.tf": "# The besieged system has none.\n",
    "kinds/keys/main.tf": """\
        output "role_arn" {
          value = "arn:aws:iam::111122223333:role/small"
        }

        output "topic_name" {
          value = "small"
        }
        """,
    "modules/aurora_cluster_managed_password/main.tf": """\
        resource "aws_ssm_parameter" "capacity" {
          name  = "/small/${var.cluster_identifier}/capacity"
          type  = "String"
          value = "${var.min_capacity} to ${var.max_capacity} of ${var.kms_key_arn}"
        }

        resource "aws_cloudwatch_log_group" "this" {
          name              = "/small/${var.cluster_identifier}"
          retention_in_days = 30
        }

        resource "aws_cloudwatch_dashboard" "this" {
          dashboard_name = var.cluster_identifier
          dashboard_body = jsonencode({ widgets = [] })
        }

        resource "aws_eip" "this" {
          domain = "vpc"
        }

        resource "aws_ssm_parameter" "last" {
          name  = "/small/${var.cluster_identifier}/address"
          type  = "String"
          value = "${aws_eip.this.id} ${var.subnet_group_name}"
        }
        """,
    "modules/aurora_cluster_managed_password/outputs.tf": 'output "arn" {\n  value = aws_ssm_parameter.last.arn\n}\n',
}

_OUTPUTS = {
    "network": {"topic_arn": "arn:aws:sns:eu-north-1:111122223333:small", "cidr": "10.0.0.0/16"},
    "security": {"role_arn": "arn:aws:iam::111122223333:role/small", "topic_name": "small"},
}


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody else's object, and all that may be seen of it."""

    kind: str
    name: str
    seen: str


class Besieged:
    """The project, a second checkout of it, and the emulated AWS that they share."""

    def __init__(self, folder: Path) -> None:
        """Write and render the project below a folder, and start its emulated AWS."""
        self.project = folder / "first"
        self.second = folder / "second"
        small.small_project(self.project, aws=small.STACKS)
        for path, text in _TEMPLATES.items():
            (self.project / "templates" / path).write_text(dedent(text), encoding="utf-8")
        (self.project / "catalog/small/databases/plant/parts.yaml").unlink()
        quick, count = _SLOW.subn("", module_files("state_bucket")["main.tf"])
        assert count == 1
        (self.project / _BUCKET_MODULE).parent.mkdir(parents=True)
        (self.project / _BUCKET_MODULE).write_text(quick, encoding="utf-8")
        small.render(self.project)
        self._pristine = folder / "pristine"
        self._copy(self.project, self._pristine)
        self.sandbox = small.start(self.project)
        self.reset()

    @property
    def checkouts(self) -> tuple[Path, Path]:
        """Both checkouts."""
        return self.project, self.second

    def sandbox_of(self, checkout: Path) -> Sandbox:
        """Return the emulated AWS as a checkout finds it."""
        return replace(self.sandbox, folder=checkout / ".infragen" / "sandbox")

    def reset(self) -> None:
        """Make the emulated AWS empty, the catalogue as it was, and forget all runs; what `init` made stays."""
        self.sandbox.reset()
        self.sandbox.create_state_bucket(small.BUCKET, small.ACCOUNT, small.REGION)
        for stack, outputs in _OUTPUTS.items():
            small.put_object(self.project, f"{small.TARGET}/{stack}.tfstate", _state(outputs))
        for checkout in self.checkouts:
            self._forget(checkout)
            for name in ("catalog", "environments", "generated", "templates"):
                shutil.rmtree(checkout / name, ignore_errors=True)
            self._copy(self._pristine, checkout)
        self._share()

    def say(self, checkout: Path, size: int, domain: str, without: str = "") -> None:
        """Let a checkout's catalogue say how large the database is and whose, and nothing else; render it.

        It may be `without` this entry, or also its domain.
        """
        shutil.rmtree(checkout / "catalog")
        shutil.copytree(self._pristine / "catalog", checkout / "catalog")
        small.edit(checkout, ORDER, "max: 8 ACU", f"max: {size} ACU")
        if domain != "sales":
            small.edit(checkout, ORDER, "domain: sales\n", f"domain: {domain}\nmoved_from: sales\n")
        if without:
            (checkout / ORDER).unlink()
        if without == "domain":
            (checkout / f"catalog/small/domains/{domain}.yaml").unlink()
        small.render(checkout)

    def pull(self) -> None:
        """Bring the second checkout to where the first one is."""
        for name in ("catalog", "generated"):
            shutil.rmtree(self.second / name)
            shutil.copytree(self.project / name, self.second / name, ignore=shutil.ignore_patterns(".*"))

    def remove_bucket(self) -> None:
        """Make the account one that nothing was ever applied in: no bucket for states."""
        s3 = self._client("s3")
        for listed in ("Versions", "DeleteMarkers"):
            for one in s3.list_object_versions(Bucket=small.BUCKET).get(listed, ()):
                s3.delete_object(Bucket=small.BUCKET, Key=one["Key"], VersionId=one["VersionId"])
        s3.delete_bucket(Bucket=small.BUCKET)

    def stop(self) -> None:
        """End the emulated AWS."""
        small.stop(self.project)

    def settings(self, variables: dict[str, str] | None = None) -> dict[str, str]:
        """Return the variables that commands run with."""
        return small.environment(variables)

    def existing(self) -> tuple[Existing, ...]:
        """Return what AWS has."""
        return self.sandbox.inventory(small.ACCOUNT, small.REGION)

    def unknown(self) -> set[tuple[str, str]]:
        """Return type and id of what exists and is in no state; strangers' objects too."""
        known = {pair for pairs in self.recorded().values() for pair in pairs}
        there = {(one.type, one.identifier) for one in self.existing()}
        return {one for one in there - known if one[0] != "aws_s3_object"}  # the states themselves

    def recorded(self) -> dict[str, set[tuple[str, str]]]:
        """Return type and id of what each state has; that of a bootstrap lies here until it is in its bucket."""
        found: dict[str, set[tuple[str, str]]] = {}
        for stack in (*KEYS, "bootstrap"):
            state = self._object(f"{stack}.tfstate") or (self._bootstrap_here() if stack == "bootstrap" else None)
            resources: list[dict[str, Any]] = state["resources"] if state else []
            found[stack] = {
                (resource["type"], instance["attributes"]["id"])
                for resource in resources
                if resource["mode"] == "managed"
                for instance in resource["instances"]
            }
        return found

    def _bootstrap_here(self) -> dict[str, Any] | None:
        """Return the state of a bootstrap in the scratch folder of a checkout, where terraform has stored one."""
        files = (file for one in self.checkouts for file in one.glob(".infragen/**/bootstrap/terraform.tfstate"))
        return next((json.loads(text) for file in files if (text := file.read_text(encoding="utf-8"))), None)

    def base(self) -> set[tuple[str, str]]:
        """Return what is there for databases to stand on."""
        return {pair for pairs in self.recorded().values() for pair in pairs if pair[1].startswith(BASE)}

    def is_bare(self) -> bool:
        """Whether what the data stacks read was destroyed, so that it has to be applied with them."""
        return not all((self._object(f"{stack}.tfstate") or {}).get("outputs") for stack in _OUTPUTS)

    def locks(self) -> dict[str, str]:
        """Return who holds the lock of which stack."""
        held = {stack: self._object(f"{stack}.tfstate.tflock") for stack in (*KEYS, "bootstrap")}
        return {stack: f"{lock['ID']} {lock['Operation']}" for stack, lock in held.items() if lock}

    def make_stranger(self, kind: str) -> Stranger | None:
        """Make somebody else's object under a name that the catalogue uses, if it is free: no state has it either."""
        name = PARAMETER if kind == "aws_ssm_parameter" else GROUP
        if any((kind, name) in pairs for pairs in self.recorded().values()):
            return None
        with suppress(Exception):
            if kind == "aws_ssm_parameter":
                self._client("ssm").put_parameter(Name=PARAMETER, Value="theirs", Type="String")
                return Stranger(kind, PARAMETER, self._look(kind, PARAMETER))
            self._client("logs").create_log_group(logGroupName=GROUP)
            # The emulator remembers the tags of a group of this name that is gone.
            self._client("logs").untag_log_group(logGroupName=GROUP, tags=["System", "Environment", "ManagedBy"])
            self._client("logs").put_retention_policy(logGroupName=GROUP, retentionInDays=7)
            return Stranger(kind, GROUP, self._look(kind, GROUP))
        return None

    def remove(self, kind: str, name: str) -> None:
        """Let somebody else remove an object that was made by `make_stranger`."""
        with suppress(Exception):
            if kind == "aws_ssm_parameter":
                self._client("ssm").delete_parameter(Name=name)
            else:
                self._client("logs").delete_log_group(logGroupName=name)

    def is_untouched(self, stranger: Stranger) -> bool:
        """Whether somebody else's object is what it was."""
        return self._look(stranger.kind, stranger.name) == stranger.seen

    def _look(self, kind: str, name: str) -> str:
        with suppress(Exception):
            if kind == "aws_ssm_parameter":
                ssm = self._client("ssm")
                tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
                one = ssm.get_parameter(Name=name)["Parameter"]
                return f"{one['Value']} {one['Version']} {tags}"
            [group] = self._client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
            tags = self._client("logs").list_tags_log_group(logGroupName=name)["tags"]
            return f"{group['retentionInDays']} {group['creationTime']} {tags}"
        return "gone"

    def _client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            small.REGION,
            endpoint_url=self.sandbox.url,
            aws_access_key_id=small.ACCOUNT,
            aws_secret_access_key="sandbox",
        )

    def _object(self, name: str) -> dict[str, Any] | None:
        key = f"{small.TARGET}/{name}"
        if name.startswith("bootstrap."):
            key = f"bootstrap/{small.TARGET}{name.removeprefix('bootstrap')}"
        read = self.sandbox.read_object(small.BUCKET, key, small.ACCOUNT, small.REGION)
        found: dict[str, Any] | None = None if read is None else json.loads(read)
        return found

    def _share(self) -> None:
        """Let the second checkout find the emulated AWS of the first one."""
        here, there = (checkout / ".infragen" / "sandbox" for checkout in self.checkouts)
        there.mkdir(parents=True, exist_ok=True)
        for file in here.glob("state*.json"):
            shutil.copy2(file, there / file.name)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".infragen"), dirs_exist_ok=True)

    @staticmethod
    def _forget(checkout: Path) -> None:
        """Remove what runs and moves leave; the initialised scratch folders stay, which nothing is at stake in."""
        own = checkout / ".infragen"
        for folder in ("runs", "moves", "reviewed", "sandbox/moves", "sandbox/applied", "sandbox/reviewed"):
            shutil.rmtree(own / folder, ignore_errors=True)
        for pattern in ("errored.tfstate", "*.tfplan", "infragen-*"):
            for file in (own / "sandbox" / "work").glob(f"*/*/*/{pattern}"):
                file.unlink(missing_ok=True)


def _state(outputs: dict[str, str]) -> str:
    """Return a state with outputs alone, as terraform stores it."""
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.0",
            "serial": 1,
            "lineage": str(uuid.uuid4()),
            "outputs": {name: {"value": value, "type": "string"} for name, value in outputs.items()},
            "resources": [],
            "check_results": None,
        }
    )
