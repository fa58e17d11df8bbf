from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from infragen.affected import Tree, compare, levels
from tests.waiting import calls, peak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UPSTREAMS = {"network": (), "data-sales": ("network",), "services": ("network", "data-sales"), "alarms": ("services",)}

FILES = {
    "modules/vpc/main.tf": """\
        resource "aws_vpc" "this" {
          cidr_block = var.cidr
          tags       = var.tags
        }

        resource "aws_flow_log" "this" {
          vpc_id    = aws_vpc.this.id
          retention = var.retention
        }

        module "inner" {
          source = "../names"
          name   = var.name
        }
        """,
    "modules/vpc/variables.tf": 'variable "cidr" {}\nvariable "tags" {}\nvariable "retention" {}\nvariable "name" {}\n',
    "modules/vpc/outputs.tf": """\
        output "id" {
          value = aws_vpc.this.id
        }
        output "cidr" {
          value = aws_vpc.this.cidr_block
        }
        output "log" {
          value = aws_flow_log.this.id
        }
        output "name" {
          value = module.inner.long
        }
        """,
    "modules/names/main.tf": """\
        variable "name" {}
        output "long" {
          value = "x-${var.name}"
        }
        output "fixed" {
          value = 1
        }
        """,
    "network/main.tf": """\
        module "vpc" {
          source    = "../modules/vpc"
          cidr      = "10.0.0.0/16"
          tags      = {}
          retention = 30
          name      = "n"
        }

        resource "aws_sns_topic" "other" {
          name = "t"
        }
        """,
    "network/outputs.tf": """\
        output "vpc_id" {
          value = module.vpc.id
        }
        output "cidr" {
          value = module.vpc.cidr
        }
        output "log" {
          value = module.vpc.log
        }
        output "name" {
          value = module.vpc.name
        }
        output "topic" {
          value = aws_sns_topic.other.arn
        }
        """,
    "data-sales/main.tf": """\
        resource "aws_db" "this" {
          vpc  = local.network.vpc_id
          size = 1
        }
        output "endpoint" {
          value = aws_db.this.endpoint
        }
        output "cidr" {
          value = local.network.cidr
        }
        """,
    "services/main.tf": """\
        resource "aws_service" "this" {
          database = local.data_sales.endpoint
          network  = local.data_sales.cidr
          name     = "fixed"
        }
        output "name" {
          value = aws_service.this.name
        }
        output "id" {
          value = aws_service.this.id
        }
        """,
    "alarms/main.tf": """\
        resource "aws_alarm" "this" {
          service = local.services.name
        }
        """,
}


def changed(path: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[path]
    return {**FILES, path: FILES[path].replace(old, new)}


def run(head: Mapping[str, str], upstreams: Mapping[str, Sequence[str]] = UPSTREAMS) -> dict[str, object]:
    """Return what is different: the files of a stack, else the outputs that it reads."""
    trees = [Tree({path: dedent(text) for path, text in files.items()}) for files in (FILES, head)]
    found = compare(*trees, upstreams)
    return {
        one.stack: one.paths or {f"{name}.{output}" for name, outputs in one.outputs.items() for output in outputs}
        for one in found
    }


def test_nothing_differs() -> None:
    assert run(FILES) == {}


def test_a_new_comment_affects_nothing_wherever_it_stands() -> None:
    assert run({path: f"# new\n{text}" for path, text in FILES.items()}) == {}


def test_a_statement_that_moved_to_another_file_affects_nothing() -> None:
    head = dict(FILES)
    head["network/all.tf"] = head.pop("network/main.tf") + head.pop("network/outputs.tf")
    assert run(head) == {}


def test_a_resource_behind_no_output_that_is_read_stops_there() -> None:
    assert run(changed("network/main.tf", '"t"', '"u"')) == {"network": ("network/main.tf",)}


def test_an_argument_reaches_the_outputs_made_of_it_and_no_others() -> None:
    assert run(changed("network/main.tf", "retention = 30", "retention = 31")) == {"network": ("network/main.tf",)}
    assert run(changed("network/main.tf", 'name      = "n"', 'name = "m"')) == {"network": ("network/main.tf",)}


def test_what_aws_computes_may_change_with_anything_about_its_object() -> None:
    found = run(changed("network/main.tf", "tags      = {}", "tags = { A = 1 }"))
    assert found == {
        "network": ("network/main.tf",),
        "data-sales": {"network.vpc_id"},  # the VPC could be replaced; its CIDR block is what is given
        "services": {"data-sales.endpoint"},
    }


def test_what_is_given_changes_with_what_it_is_made_of() -> None:
    found = run(changed("network/main.tf", "10.0.0.0/16", "10.1.0.0/16"))
    assert found["data-sales"] == {"network.vpc_id", "network.cidr"}
    assert found["services"] == {"data-sales.endpoint", "data-sales.cidr"}
    assert "alarms" not in found  # a service's name is what the configuration says


def test_a_module_affects_the_stacks_that_call_it_also_through_others() -> None:
    found = run(changed("modules/names/main.tf", "x-", "y-"))
    assert found == {"network": ("modules/names/main.tf",)}
    assert run(changed("modules/names/main.tf", "value = 1", "value = 2")) == {"network": ("modules/names/main.tf",)}


def test_a_resource_that_is_repeated_otherwise_takes_what_is_given_along() -> None:
    found = run(changed("services/main.tf", 'name     = "fixed"', 'name = "fixed"\n  count = 2'))
    assert found == {"services": ("services/main.tf",), "alarms": {"services.name"}}


def test_a_provider_may_change_everything() -> None:
    found = run({**FILES, "network/providers.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'})
    assert list(found) == ["network", "data-sales", "services"]


def test_what_cannot_be_read_may_change_everything() -> None:
    assert list(run({**FILES, "network/broken.tf": "resource {{{"})) == ["network", "data-sales", "services"]


@pytest.mark.parametrize("kind", ["moved", "removed"])
def test_a_block_about_an_address_changes_that_object(kind: str) -> None:
    head = {**FILES, "network/moves.tf": f"{kind} {{\n  from = module.old\n  to = module.vpc\n}}\n"}
    assert "data-sales" in run(head)
    assert list(run({**FILES, "network/moves.tf": "moved {\n  from = aws_x.a\n  to = aws_sns_topic.other\n}\n"})) == [
        "network"
    ]


def test_an_output_that_went_is_read_no_more_or_told() -> None:
    head = changed("network/outputs.tf", 'output "cidr"', 'output "block"')
    assert run(head)["data-sales"] == {"network.cidr"}


def test_new_and_removed_stacks() -> None:
    head = {path: text for path, text in FILES.items() if not path.startswith("alarms/")}
    upstreams = {name: before for name, before in UPSTREAMS.items() if name != "alarms"}
    trees = [Tree({path: dedent(text) for path, text in files.items()}) for files in (FILES, head)]
    (gone,) = compare(*trees, upstreams)
    assert (gone.stack, gone.in_base, gone.in_head) == ("alarms", True, False)
    (new,) = compare(*reversed(trees), UPSTREAMS)
    assert (new.stack, new.in_base, new.in_head) == ("alarms", False, True)


def test_levels_count_the_longest_way() -> None:
    assert levels(UPSTREAMS) == {"network": 0, "data-sales": 1, "services": 2, "alarms": 3}


def synthetic(count: int, text: str) -> tuple[Tree, dict[str, tuple[str, ...]]]:
    """Return a system of stacks in layers of a hundred, each reading three of the layer below."""
    module = f'variable "a" {{}}\noutput "o" {{\n  value = "{text}${{var.a}}"\n}}\n'
    files: dict[str, str] = {"modules/m/main.tf": module}
    upstreams: dict[str, tuple[str, ...]] = {}
    for number in range(count):
        name = f"stack-{number}"
        layer, place = divmod(number, 100)
        upstreams[name] = (
            tuple(f"stack-{(layer - 1) * 100 + (place + step) % 100}" for step in range(3)) if layer else ()
        )
        reads = ", ".join(f"local.{upstream.replace('-', '_')}.o" for upstream in upstreams[name])
        files[f"{name}/main.tf"] = f'module "m" {{\n  source = "../modules/m"\n  a      = [{reads}]\n}}\n'
        files[f"{name}/outputs.tf"] = 'output "o" {\n  value = module.m.o\n}\n'
    return Tree(files), upstreams


def test_work_grows_with_the_number_of_stacks() -> None:
    def work(count: int) -> int:
        (base, upstreams), (head, _) = synthetic(count, "a"), synthetic(count, "b")
        found: list[Any] = []
        spent = calls(lambda: found.extend(compare(base, head, upstreams)))
        assert len(found) == len(levels(upstreams)) == count
        assert len(found[-1].outputs) == 3
        return spent

    assert work(1000) < 2.5 * work(500)


def test_memory_grows_with_the_number_of_stacks() -> None:
    def used(count: int) -> int:
        (base, upstreams), (head, _) = synthetic(count, "a"), synthetic(count, "b")
        return peak(lambda: compare(base, head, upstreams))

    assert used(1000) < 2.5 * used(500)
