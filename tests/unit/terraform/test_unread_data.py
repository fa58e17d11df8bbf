"""A plan without network reads no data source that would ask somebody, and says which."""

from __future__ import annotations

import pytest

from infragen.hcl.index import Index
from infragen.terraform.offline import without_reading

WAITS = "terraform_data.not_read_offline"


def waiting(text: str) -> list[str]:
    """Return the `depends_on` of each data source of a file, as it is planned."""
    files, _ = without_reading({"network/own.tf": text})
    assert Index(files["network/own.tf"]).problem is None
    blocks = (inner for top in Index(files["network/own.tf"]).blocks for inner in top.walk() if inner.kind == "data")
    return [one.arguments["depends_on"].value if "depends_on" in one.arguments else "" for one in blocks]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('data "aws_vpc" "a" {\n  default = true\n}\n', [f"[{WAITS}]"]),
        ('data "aws_vpc" "a" {}\ndata "http" "b" { url = "x" }\n', [f"[{WAITS}]", f"[{WAITS}]"]),
        ('data "aws_vpc" "a" {\n  depends_on = [module.b]\n}\n', [f"[{WAITS}, module.b]"]),
        ('check "b" {\n  data "aws_vpcs" "c" {\n  }\n}\n', [f"[{WAITS}]"]),
        ('data "aws_region" "a" {\n}\n', [""]),
        ('data "aws_iam_policy_document" "a" {\n}\n', [""]),
    ],
)
def test_what_would_ask_somebody_waits(text: str, found: list[str]) -> None:
    assert waiting(text) == found


def test_what_it_waits_for_stands_beside_it_and_nowhere_else() -> None:
    files = {"network/own.tf": 'data "aws_vpc" "a" {}\n', "app/own.tf": 'data "aws_region" "a" {}\n'}
    changed, unread = without_reading(files)
    assert unread == ("data.aws_vpc.a in network",)
    assert changed.keys() - files.keys() == {"network/not_read_offline.tf"}
    assert changed["app/own.tf"] == files["app/own.tf"]


def test_what_a_module_s_data_source_waits_for_stands_in_the_module() -> None:
    files = {"modules/known/main.tf": 'data "aws_vpc" "a" {}\n', "network/main.tf": "locals {}\n", "main.tf": ""}
    changed, unread = without_reading(files)
    assert unread == ("data.aws_vpc.a in modules/known",)
    assert changed.keys() - files.keys() == {"modules/known/not_read_offline.tf"}


def test_other_lines_stay_where_they_are() -> None:
    text = """data "aws_vpc" "a" {
  default = true
}

resource "aws_eip" "a" {
  vpc = data.aws_vpc.a.id
}
"""
    changed, _ = without_reading({"network/own.tf": text})
    assert changed["network/own.tf"].splitlines() == [
        'data "aws_vpc" "a" {',
        "  default = true",
        f"  depends_on = [{WAITS}]",
        "}",
        *text.splitlines()[4:],
    ]
