"""All stacks as one root: what stays, what goes, how they are wired."""

from __future__ import annotations

import json

import hcl2
import pytest

from infragen.stacks.model import Stack
from infragen.terraform.combined import Body, combined_root, stack_of
from infragen.terraform.states import parse_state

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
            f"{stack.name}/main.tf": f"# {stack.name}\n" + "".join(f"{x} = local.{x}.arn\n" for x in READ[stack.name]),
            f"{stack.name}/outputs.tf": 'output "arn" {\n  value = 1\n}\n\noutput "unread" {\n  value = 1\n}\n',
            f"{stack.name}/sql/x.sql": "SELECT 1;\n",
            f"{stack.name}/backend.tf": 'terraform {\n  backend "s3" {}\n}\n',
            f"{stack.name}/providers.tf": providers.get(stack.identifier, provider()),
            f"{stack.name}/imports.tf": "# imports\n",
        }
    files["data-sales/upstream.tf"] = 'data "terraform_remote_state" "network" {}\n'
    return files


def combined_tree(tree, stacks, *, offline=True):
    return dict(combined_root(tree, stacks, offline=offline).files)


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


def upstream(files, stack):
    """Return the variables and the local values that replace a stack's reading of applied states."""
    parsed = hcl2.loads(files[f"{stack}/upstream.tf"])
    names = [name.strip('"') for block in parsed.get("variable", []) for name in block if name != "__is_block__"]
    blocks = parsed.get("locals", [])
    local = {name: value for block in blocks for name, value in block.items() if name != "__is_block__"}
    return names, local


def test_each_output_that_is_read_becomes_a_variable():
    files = tree()
    files["services-sales/main.tf"] = "x = [local.network.b, local.network.a, local.data_sales.a]\n"
    names, local = upstream(combined_tree(files, STACKS), "services-sales")
    assert (names, local) == (["network__a", "network__b", "data_sales__a"], {})


def test_the_local_value_stands_for_what_else_reads_it():
    files = tree()
    files["services-sales/main.tf"] = "x = local.network.b\n"
    files["services-sales/more.tf"] = "x = values(local.network)\n"
    names, local = upstream(combined_tree(files, STACKS), "services-sales")
    assert (names, local) == (["network"], {"network": "${var.network}"})


READS = [
    ("x = local.network.a", "x = var.network__a"),
    ("x = local.network.a[0].b + local.network.b-2", "x = var.network__a[0].b + var.network__b-2"),
    ('x = "${local.network.a}-${upper(local.network.a)}"', 'x = "${var.network__a}-${upper(var.network__a)}"'),
    ('x = "%{if local.network.a}y%{endif}"', 'x = "%{if var.network__a}y%{endif}"'),
    ('x = f("\\"", local.network.a)', 'x = f("\\"", var.network__a)'),
    ('x = ["arn/*", local.network.a]', 'x = ["arn/*", var.network__a]'),
    ('x = "$${local.network.a}"', None),
    ('x = "read local.network.a"', None),
    ('x = "${y} local.network.a"', None),
    ('x = "${f("{")} local.network.a"', None),
    ('x = "${f(\n  y\n)} local.network.a"', None),
    ("x = <<EOT\nlocal.network.a\nEOT", None),
    ("x = <<EOT\n${local.network.a}\nEOT", "x = <<EOT\n${var.network__a}\nEOT"),
    ('x = "${f(\n  local.network.a\n)}"', 'x = "${f(\n  var.network__a\n)}"'),
    ("/*\n x */\nx = local.network.a", "/*\n x */\nx = var.network__a"),
    ("# local.network.a", None),
    ("x = var.local.network.a", None),
    ("x = local.network_b.a", None),
]


@pytest.mark.parametrize(("written", "expected"), READS)
def test_what_refers_to_an_output_reads_the_variable_itself(written, expected):
    files = combined_tree(tree() | {"data-sales/main.tf": f"{written}\n"}, STACKS)
    assert files["data-sales/main.tf"] == f"{expected or written}\n"


def test_what_is_no_configuration_is_copied_as_it_is():
    files = tree() | {"data-sales/sql/x.sql": "-- local.network.a\n"}
    assert combined_tree(files, STACKS)["data-sales/sql/x.sql"] == "-- local.network.a\n"


def test_the_root_fills_them_with_the_outputs_that_are_read():
    files = tree()
    files["services-sales/main.tf"] = (
        "x = [local.network.vpc_id, local.network.zones[0], local.data_sales.order_port]\n"
    )
    _, modules = main(combined_tree(files, STACKS))
    assert modules["network"]["source"] == '"./network"'
    assert {name: value for name, value in modules["services_sales"].items() if "__" in name.strip("_")} == {
        "network__vpc_id": "${module.network.vpc_id}",
        "network__zones": "${module.network.zones}",
        "data_sales__order_port": "${module.data_sales.order_port}",
    }
    assert not [name for name in modules["network"] if name.startswith("network")]


def test_a_stack_that_reads_an_upstream_as_a_whole_is_given_all_of_it():
    files = tree()
    files["services-sales/main.tf"] = "x = keys(local.network)\n"
    _, modules = main(combined_tree(files, STACKS))
    assert modules["services_sales"]["network"] == "${module.network}"
    names, local = upstream(combined_tree(files, STACKS), "services-sales")
    assert (names, local["network"]) == (["network"], "${var.network}")


def test_an_upstream_outside_of_the_chosen_stacks_is_not_invented():
    files = combined_tree(tree(), STACKS[1:])
    assert not [name for name in main(files)[1]["data_sales"] if name.startswith("network")]
    assert upstream(files, "data-sales") == (["network"], {"network": "${var.network}"}), "terraform misses it"


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


def test_online_the_provider_is_the_stacks_own_account_check_included():
    parsed, _ = main(combined_tree(tree(), STACKS, offline=False))
    (block,) = parsed["provider"]
    assert block['"aws"']["allowed_account_ids"] == ['"012345678901"']
    assert block['"aws"']["default_tags"][0]["tags"] == {"Environment": '"dev"', '"a:b c"': '"$${x}"'}


def test_a_shell_of_the_projects_own_keeps_all_that_it_says():
    own = provider().replace("  region ", '  profile = "ops"\n  region ') + '\nprovider "random" {}\n'
    parsed, modules = main(combined_tree(tree(network=own, data_sales=own), STACKS, offline=False))
    names = [
        (name, body.get("alias"), body.get("profile")) for block in parsed["provider"] for name, body in block.items()
    ]
    assert names == [('"aws"', None, '"ops"'), ('"random"', None, None), ('"aws"', '"ap_northeast_1_1"', None)]
    assert modules["services_sales"]["providers"] == {"aws": "${aws.ap_northeast_1_1}"}
    assert "providers" not in modules["network"]


def outputs_of(**values):
    """Return outputs as a state has them: value and type."""
    outputs = {name: {"value": value, "type": kind} for name, (value, kind) in values.items()}
    return parse_state(json.dumps({"version": 4, "outputs": outputs}).encode(), "network").outputs


def test_what_stays_out_is_given_with_its_real_outputs_as_they_are_typed():
    files = tree()
    files["data-sales/main.tf"] = "x = [local.network.ids, local.network.port, local.network.odd, local.network.gone]\n"
    odd = ["object", {"a/b": "string"}]
    given = outputs_of(
        ids=(["a"], ["set", "string"]), port=(1, "number"), odd=({"a/b": ""}, odd), unread=("s", "string")
    )
    root = combined_root(files, STACKS[1:2], given={"network": given})
    _, modules = main(root.files)
    assert {name: value for name, value in modules["data_sales"].items() if name.startswith("network")} == {
        "network__ids": "${var.network__ids}",
        "network__odd": "${var.network__odd}",
        "network__port": "${var.network__port}",
    }
    assert "local.network.gone" in root.files["data-sales/main.tf"], "terraform says there that it is not published"
    declared = {
        name: body for block in hcl2.loads(root.files["variables.tf"])["variable"] for name, body in block.items()
    }
    assert {name: body["type"] for name, body in declared.items()} == {
        '"network__ids"': "${set(string)}",
        '"network__odd"': "any",
        '"network__port"': "number",
    }
    assert json.loads(root.values) == {"network__ids": ["a"], "network__odd": {"a/b": ""}, "network__port": 1}
    assert not [text for text in root.files.values() if '"a/b"' in text], "values stand in no file that is not secret"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("dynamic", "any"),
        (["map", ["list", "bool"]], "map(list(bool))"),
        (["tuple", ["string", ["tuple", []]]], "tuple([string, tuple([])])"),
        (["object", {"a-b": "string", "c": ["object", {}]}, ["c"]], "object({ a-b = string, c = object({  }) })"),
        (["list", ["object", {"a b": "string"}]], "any"),
        (["new", "thing"], "any"),
    ],
)
def test_types_are_terraforms_own(kind, expected):
    files = tree() | {"data-sales/main.tf": "x = local.network.a\n"}
    root = combined_root(files, STACKS[1:2], given={"network": outputs_of(a=(None, kind))})
    assert f"  type = {expected}\n" in root.files["variables.tf"]


def test_a_secret_that_is_given_stays_one():
    files = tree() | {"data-sales/main.tf": "x = local.network.a\n"}
    given = parse_state(
        b'{"version": 4, "outputs": {"a": {"value": "hunter2", "type": "string", "sensitive": true}}}', "network"
    ).outputs
    root = combined_root(files, STACKS[1:2], given={"network": given})
    assert "  sensitive = true\n" in root.files["variables.tf"]
    assert "hunter2" not in repr(root) + "".join(root.files.values())
    assert root.files["outputs.tf"].count("sensitive = true") == 2, "what reads it may publish it"


def test_the_root_publishes_what_the_stacks_do_and_marks_what_may_be_secret():
    files = tree()
    files["network/outputs.tf"] = """
output "arn" {
  value = {
    a = 1
  }
  sensitive = true
}

output "open" { value = 1 }
# output "none" {
"""
    files["services-sales/main.tf"] = "x = local.network.open\n"
    root = combined_root(files, STACKS)
    parsed = {
        name.strip('"'): body
        for block in hcl2.loads(root.files["outputs.tf"])["output"]
        for name, body in block.items()
    }
    assert {name: (body["value"], body.get("sensitive")) for name, body in parsed.items()} == {
        "network__arn": ("${module.network.arn}", True),
        "network__open": ("${module.network.open}", None),
        "data_sales__arn": ("${module.data_sales.arn}", True),
        "data_sales__unread": ("${module.data_sales.unread}", True),
        "services_sales__arn": ("${module.services_sales.arn}", None),
        "services_sales__unread": ("${module.services_sales.unread}", None),
    }
    assert root.outputs["data_sales__arn"] == ("data-sales", "arn")
    assert root.output("data_sales", "arn") == "data_sales__arn"
    assert root.output("data_sales", "old") is None


def test_offline_the_root_publishes_nothing():
    assert not combined_root(tree(), STACKS, offline=True).outputs


def test_a_states_providers_are_found_in_the_root():
    files = tree(data_sales=provider("us-east-1"))
    files["network/extra.tf"] = 'provider "aws" {\n  alias = "west"\n}\n\nprovider "random" {}\n'
    root = combined_root(files, STACKS)
    aws, random = "registry.terraform.io/hashicorp/aws", "registry.terraform.io/hashicorp/random"
    assert root.provider("network", aws, None) == f'provider["{aws}"]'
    assert root.provider("data_sales", aws, None) == f'provider["{aws}"].us_east_1_1'
    assert root.provider("data_sales", random, None) == f'provider["{random}"]'
    assert root.provider("network", random, None) == f'module.network.provider["{random}"]'
    assert root.provider("network", aws, "west") == f'module.network.provider["{aws}"].west'


def test_offline_no_configuration_of_aws_asks_anybody():
    """A body's own, too: neither who it is nor for another role."""
    files = tree()
    body = 'alias  = "west"\n  region = "us-west-2"\n\n  assume_role {\n    role_arn = "x"\n  }'
    files["network/extra.tf"] = f'provider "aws" {{\n  {body}\n}}\n\nprovider "random" {{}}\n'
    written = combined_tree(files, STACKS)["network/extra.tf"]
    parsed = hcl2.loads(written)["provider"]
    assert "skip_requesting_account_id" in written
    assert "assume_role" not in written
    assert '"us-west-2"' in written
    assert "alias" in written
    assert len(parsed) == 2
    assert "skip_" not in combined_tree(files, STACKS, offline=False)["network/extra.tf"]


def test_imports_stand_in_the_root_and_never_offline():
    files = tree()
    files["data-sales/imports.tf"] = 'import {\n  to = module.order.aws_x.this["a"]\n  id = "to = 1"\n}\n'
    assert 'to = module.data_sales.module.order.aws_x.this["a"]\n' in combined_root(files, STACKS).files["imports.tf"]
    assert "imports.tf" not in combined_root(files, STACKS, offline=True).files


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("local.network.b + local.network.a[0]", ("a", "b")),
        ("local.network_b.a", ()),
        ("local.network", None),
        ("values(local.network)", None),
        ('"${local.network.a}"', ("a",)),
        ('local.network["a"]', None),
        ("1 # local.network", ()),
    ],
)
def test_what_a_body_reads(body, read):
    assert Body({"main.tf": f"x = {body}\n", "x.sql": "local.network"}).outputs_read("network") == read


def test_a_body_in_json_takes_all_of_what_it_names():
    body = Body({"main.tf.json": '{"locals": {"x": "${local.network.a}"}}'})
    assert (body.outputs_read("network"), body.outputs_read("edge")) == (None, ())


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
