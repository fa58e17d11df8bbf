"""What in a file does not fit the AWS provider of today, by its extract and by its upgrade guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from infragen.diagnostics import Severity
from infragen.hcl.index import Block, Index, edited
from infragen.provider_schema import checked

ROOT = Path(__file__).parents[3]
UNKNOWN = {"lifecycle", "statement"}
"""Blocks that are Terraform's own; what stands in those of WAF the extract does not know."""
TERRAFORM = {"count", "for_each", "depends_on", "lifecycle", "dynamic"}


INVOKE_URL = "`invoke_url` is gone: that of `aws_api_gateway_stage` instead"


def findings(text: str, path: str = "main.tf") -> list[str]:
    found = map(str, checked(path, text).findings)
    return [one.replace("AWS provider 6.25.0: ", "").replace("Google provider 6.50.0: ", "") for one in found]


def errors(text: str) -> list[str]:
    return [one for one in findings(text) if ": error " in one]


def resources() -> dict[str, str]:
    """Return one of each resource that a module of the committed trees has, and of Google's, by what tells it apart."""
    found: dict[str, str] = {}
    trees, google = (
        (ROOT / "generated").glob("*/*/modules/*/main.tf"),
        (ROOT / "templates/modules").glob("google_*/main.tf"),
    )
    for path in sorted((*trees, *google)):
        text = path.read_text()
        for block in Index(text).blocks:
            if block.kind == "resource" and block.labels[0].startswith(("aws_", "google_")):
                found[f"{path.parent.name}: {block.address}"] = text[block.start : block.end + 1]
    return found


def read_by_the_provider(text: str) -> list[Block]:
    (top,) = Index(text).blocks
    return [one for one in top.walk() if one.kind != "dynamic" and not UNKNOWN.intersection(one.address.split("."))]


def are_all_found(text: str, starts: list[int]) -> bool:
    """Whether each of some names is found in a resource when it is another one."""
    mutant = edited(text, [(start, start, "no_") for start in starts])
    index = Index(mutant)
    expected = {index.place(start + len("no_") * number) for number, start in enumerate(sorted(starts))}
    found = {(one.location.line, one.location.column) for one in checked("x.tf", mutant).findings if one.location}
    return expected <= found


def test_everything_that_is_rendered_is_known_and_would_be_found_under_another_name() -> None:
    mutants = 0
    for where, text in resources().items():
        assert errors(text) == [], where
        blocks = read_by_the_provider(text)
        names = [one.start for block in blocks for one in block.arguments.values() if one.name not in TERRAFORM]
        assert are_all_found(text, names), where
        nested = [one.start for block in blocks for one in block.blocks if one.kind not in TERRAFORM]
        assert all(are_all_found(text, [one]) for one in nested), where
        mutants += len(names) + len(nested)
    assert mutants > 1000


def test_what_is_required_is_missed_in_every_resource_that_has_it() -> None:
    missed = 0
    for text in resources().values():
        for argument in Index(text).blocks[0].arguments.values():
            left = errors(edited(text, [(argument.start, argument.end, "")]))
            assert all(" V016 " in one and f"needs `{argument.name}`" in one for one in left), left
            missed += len(left)
    assert missed > 100


def test_a_finding_names_whose_provider_it_is() -> None:
    (found,) = checked(
        "a/main.tf", 'resource "google_service_account" "x" {\n  account_id = "x"\n  key = 1\n}\n'
    ).findings
    assert (
        str(found) == "a/main.tf:3:3: error V015 Google provider 6.50.0: google_service_account has no argument `key`"
    )
    (found,) = checked("a/main.tf", 'provider "google" {\n  profile = "x"\n}\n').findings
    assert "Google provider 6.50.0: provider has no argument `profile`" in found.message


def test_an_argument_that_is_gone_is_named_with_what_is_written_instead() -> None:
    (found,) = checked("a/main.tf", 'resource "aws_eip" "nat" {\n  vpc = true\n}\n').findings
    assert str(found) == "a/main.tf:2:3: error V015 AWS provider 6.25.0: aws_eip has no argument `vpc`"
    assert found.hint == "`vpc` is gone: `domain` instead"


def test_arguments_of_blocks_in_dynamic_blocks_are_checked_and_names_in_ignore_changes() -> None:
    assert findings(
        """resource "aws_security_group" "x" {
  dynamic "egress" {
    for_each = var.ports
    content {
      from_prt = egress.value
    }
  }
  lifecycle {
    ignore_changes = [tags["x"], nam]
  }
}
"""
    ) == [
        "main.tf:5:7: error V015 `egress` in aws_security_group has no argument `from_prt`",
        "main.tf:9:5: error V015 aws_security_group has no argument `nam`",
    ]


def test_a_block_is_no_argument_and_one_that_may_stand_once_stands_once() -> None:
    assert errors(
        """resource "aws_ecs_service" "x" {
  name                       = "x"
  network_configuration      = { subnets = [] }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}
"""
    ) == [
        "main.tf:3:3: error V015 `network_configuration` in aws_ecs_service is a block",
        "main.tf:8:3: error V015 aws_ecs_service has one block `deployment_circuit_breaker` at most",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('name = ["x"]', "`name` in aws_security_group is a string, not a list"),
        ('tags = ["x"]', "`tags` in aws_security_group is a map(string), not a list"),
        ("revoke_rules_on_delete = {}", "`revoke_rules_on_delete` in aws_security_group is a bool, not a map"),
        ("tags = { Name = [] }", None),
        ('name = ["x"][0] == "x" ? "x" : "y"', None),
        ("ingress = []", None),
    ],
)
def test_a_list_is_not_written_for_one_value(written: str, said: str | None) -> None:
    found = findings(f'resource "aws_security_group" "x" {{\n  {written}\n}}\n')
    assert found == ([f"main.tf:2:3: error V018 {said}"] if said else [])


def test_types_that_are_gone_and_attributes_that_are_not_there_are_found() -> None:
    assert findings(
        """resource "aws_simpledb_domain" "x" {
  name = "x"
}
output "url" {
  value = [aws_api_gateway_deployment.x.invoke_url, aws_vpc.x["a"].arn, [for one in aws_vpc.y : one.no]]
}
output "missing" {
  value = "${aws_vpc.x[0].arns}"
}
"""
    ) == [
        "main.tf:1:1: error V017 the provider has no resource type aws_simpledb_domain any more",
        f"main.tf:5:12: error V019 aws_api_gateway_deployment: {INVOKE_URL}",
        "main.tf:5:12: error V015 aws_api_gateway_deployment has no attribute `invoke_url`",
        "main.tf:8:14: error V015 aws_vpc has no attribute `arns`",
    ]


def test_terraform_s_own_arguments_stand_in_a_resource_and_not_in_its_blocks() -> None:
    text = 'resource "aws_vpc" "x" {\n  count = 1\n  provider = aws.b\n  timeouts {\n    count = 1\n  }\n}\n'
    assert errors(text) == [
        "main.tf:4:3: error V015 aws_vpc has no block `timeouts`",
    ]
    text = 'resource "aws_nat_gateway" "x" {\n  timeouts {\n    count = 1\n  }\n}\n'
    assert errors(text) == ["main.tf:3:5: error V015 `timeouts` in aws_nat_gateway has no argument `count`"]


def test_a_file_that_overrides_needs_not_say_everything() -> None:
    text = 'resource "aws_ecs_service" "x" {\n  desired_count = 2\n}\n'
    assert any("needs `name`" in one for one in findings(text))
    assert not any("needs `name`" in one for one in findings(text, "network/override.tf"))


def test_the_provider_block_is_checked_and_that_of_another_provider_is_not() -> None:
    text = 'provider "aws" {\n  endpoints {\n    simpledb = "x"\n  }\n}\nprovider "random" {\n  no = 1\n}\n'
    assert findings(text) == ["main.tf:3:5: error V015 `endpoints` in provider has no argument `simpledb`"]


def test_what_the_extract_lacks_is_counted_and_not_compared() -> None:
    found = checked("main.tf", 'resource "aws_sagemaker_model" "x" {\n  no = 1\n}\ndata "aws_region" "x" {}\n')
    assert found.findings == []
    assert found.unknown == {"aws_sagemaker_model": 1, "data.aws_region": 1}
    assert not found.fitting


def test_a_deprecated_attribute_is_a_warning_where_it_is_read() -> None:
    (found,) = checked("main.tf", "locals {\n  here = data.aws_region.x.name\n}\n").findings
    assert (found.code, found.severity, found.location and found.location.line) == ("V019", Severity.WARNING, 2)
