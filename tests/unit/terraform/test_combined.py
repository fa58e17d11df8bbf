"""All stacks as one root: what stays, what goes, how they are wired."""

from __future__ import annotations

import hcl2
import pytest

from infragen.stacks.model import Stack
from infragen.terraform.combined import combined_tree, stack_of

STACKS = [
    Stack("network", (), (), ("vpc",)),
    Stack("data-sales", (), ("network",), ()),
    Stack("services-sales", (), ("network", "data-sales"), ()),
]

READ = {"network": [], "data-sales": ["network"], "services-sales": ["network", "data_sales"]}


def provider(region="ap-northeast-1", tag="dev"):
    return f"""provider "aws" {{
  region              = "{region}"
  allowed_account_ids = ["012345678901"]

  default_tags {{
    tags = {{
      Environment = "{tag}"
      "a:b c"     = "$${{x}}"
    }}
  }}
}}
"""


def tree(**providers):
    files = {"modules/vpc/main.tf": "# vpc\n"}
    for stack in STACKS:
        files |= {
            f"{stack.name}/main.tf": f"# {stack.name}\n" + "".join(f"# local.{x}.arn\n" for x in READ[stack.name]),
            f"{stack.name}/outputs.tf": 'output "arn" {\n  value = 1\n}\n\noutput "unread" {\n  value = 1\n}\n',
            f"{stack.name}/sql/x.sql": "SELECT 1;\n",
            f"{stack.name}/backend.tf": 'terraform {\n  backend "s3" {}\n}\n',
            f"{stack.name}/providers.tf": providers.get(stack.identifier, provider()),
            f"{stack.name}/imports.tf": "# imports\n",
        }
    files["data-sales/upstream.tf"] = 'data "terraform_remote_state" "network" {}\n'
    return files


def main(files):
    parsed = hcl2.loads(files["main.tf"])
    modules = {name.strip('"'): body for block in parsed["module"] for name, body in block.items()}
    return parsed, modules


def test_bodies_and_modules_stay_and_shells_go():
    files = combined_tree(tree(), STACKS)
    assert set(files) == {
        "main.tf",
        "modules/vpc/main.tf",
        "network/main.tf",
        "network/outputs.tf",
        "network/sql/x.sql",
        "data-sales/main.tf",
        "data-sales/outputs.tf",
        "data-sales/sql/x.sql",
        "data-sales/upstream.tf",
        "services-sales/main.tf",
        "services-sales/outputs.tf",
        "services-sales/sql/x.sql",
        "services-sales/upstream.tf",
    }
    assert files["network/main.tf"] == "# network\n"


def test_upstreams_become_variables():
    parsed = hcl2.loads(combined_tree(tree(), STACKS)["services-sales/upstream.tf"])
    assert [list(block) for block in parsed["variable"]] == [['"network"'], ['"data_sales"']]
    assert {name: value for block in parsed["locals"] for name, value in block.items() if name != "__is_block__"} == {
        "network": "${var.network}",
        "data_sales": "${var.data_sales}",
    }


def test_the_root_fills_them_with_the_outputs_that_are_read():
    files = tree()
    files["services-sales/main.tf"] = (
        "x = [local.network.vpc_id, local.network.zones[0], local.data_sales.order_port]\n"
    )
    _, modules = main(combined_tree(files, STACKS))
    assert modules["network"]["source"] == '"./network"'
    assert modules["services_sales"]["network"] == {
        "vpc_id": "${module.network.vpc_id}",
        "zones": "${module.network.zones}",
    }
    assert modules["services_sales"]["data_sales"] == {"order_port": "${module.data_sales.order_port}"}
    assert "network" not in modules["network"]


def test_a_stack_that_reads_an_upstream_as_a_whole_is_given_all_of_it():
    files = tree()
    files["services-sales/main.tf"] = "x = keys(local.network)\n"
    _, modules = main(combined_tree(files, STACKS))
    assert modules["services_sales"]["network"] == "${module.network}"


def test_an_upstream_outside_of_the_chosen_stacks_is_not_invented():
    _, modules = main(combined_tree(tree(), STACKS[1:]))
    assert "network" not in modules["data_sales"]


def test_one_provider_serves_all_with_the_environments_tags_and_without_the_account():
    parsed, modules = main(combined_tree(tree(), STACKS))
    (block,) = parsed["provider"]
    arguments = block['"aws"']
    assert arguments["region"] == '"ap-northeast-1"'
    assert arguments["default_tags"][0]["tags"] == {"Environment": '"dev"', '"a:b c"': '"$${x}"'}
    assert arguments["skip_requesting_account_id"] is True
    assert "allowed_account_ids" not in arguments
    assert not any("providers" in body for body in modules.values())


def test_online_the_provider_may_ask_aws():
    parsed, _ = main(combined_tree(tree(), STACKS, offline=False))
    assert not [name for name in parsed["provider"][0]['"aws"'] if name.startswith("skip_")]


def test_another_region_is_another_provider_handed_to_its_stack():
    parsed, modules = main(combined_tree(tree(data_sales=provider("us-east-1")), STACKS))
    assert [block['"aws"'].get("alias") for block in parsed["provider"]] == [None, '"us_east_1_1"']
    assert modules["data_sales"]["providers"] == {"aws": "${aws.us_east_1_1}"}
    assert "providers" not in modules["network"]


def test_stacks_without_a_provider_need_none():
    files = {path: text for path, text in tree().items() if not path.endswith("providers.tf")}
    assert "provider" not in main(combined_tree(files, STACKS))[0]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("module.data_sales.module.order.aws_rds_cluster.this", ("data-sales", "module.order.aws_rds_cluster.this")),
        ('module.network.aws_subnet.this["a.b"]', ("network", 'aws_subnet.this["a.b"]')),
        ("module.other.aws_x.y", None),
        ("aws_x.y", None),
    ],
)
def test_an_address_leads_back_to_its_stack(address, expected):
    found = stack_of(address, STACKS)
    assert (found and (found[0].name, found[1])) == expected
