"""The reader's index: what stands where, what refers to what, and how far text that is no HCL is read."""

from __future__ import annotations

import pytest

from infragen.hcl.blocks import block
from infragen.hcl.index import Argument, Block, Index
from infragen.hcl.literal import Reference

TEXT = """\
# A stack's file.
locals {
  tags = { Owner = "x", "a:b" = var.tags["k}"] }
}

module "order" {
  source = "../modules/ecs_task"

  image = "${module.repository.url}:${var.tags["v{1"]}"
  check = {
    port = 80 # behind
    path = local.network.paths[0].health
  }
}

resource "aws_lb" "this" {
  for_each = var.zones

  dynamic "listener" {
    for_each = var.listeners
    content {
      port = listener.value.port
    }
  }

  access_logs { bucket = data.aws_s3_bucket.logs.id }
}

output "name" {
  value = [for one in aws_lb.this : "${one.name}-${each.key}"]
}
"""


def places(index: Index, found: Argument | Block) -> tuple[tuple[int, int], tuple[int, int]]:
    return index.place(found.start), index.place(found.end)


def test_what_a_file_declares_and_where() -> None:
    index = Index(TEXT)
    assert {address: places(index, found) for address, found in index.declared.items()} == {
        "local.tags": ((3, 3), (3, 49)),
        "module.order": ((6, 1), (14, 1)),
        "aws_lb.this": ((16, 1), (27, 1)),
        "output.name": ((29, 1), (31, 1)),
    }
    assert [(one.kind, one.labels) for one in index.blocks][2] == ("resource", ("aws_lb", "this"))
    assert index.problem is None


def test_which_modules_it_calls() -> None:
    (call,) = Index(TEXT).calls
    assert (call.address, call.labels, call.source, call.module) == (
        "module.order",
        ("order",),
        "../modules/ecs_task",
        "ecs_task",
    )


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("../modules/vpc", "vpc"),
        ("../vpc", "vpc"),
        ("./modules/vpc/", "vpc"),
        ("./vpc", "vpc"),
        ("hashicorp/consul/aws", ""),
        ("../../vpc", ""),
        ("../modules/a/b", ""),
        ("git::https://example.com/a.git", ""),
        ("..", ""),
    ],
)
def test_the_folder_of_a_module_that_lies_beside_its_caller(source: str, module: str) -> None:
    (call,) = Index(block("module", "x", arguments={"source": source})).calls
    assert (call.source, call.module) == (source, module)


@pytest.mark.parametrize(
    ("line", "column", "address"),
    [
        (1, 1, None),
        (2, 1, None),
        (3, 3, "local.tags"),
        (7, 14, "module.order.source"),
        (9, 12, "module.order.image"),
        (8, None, None),
        (11, None, "module.order.check"),
        (12, 30, "module.order.check"),
        (14, 1, None),
        (22, None, "aws_lb.this.listener.content.port"),
        (26, 20, "aws_lb.this.access_logs.bucket"),
        (99, 1, None),
    ],
)
def test_the_argument_that_a_place_is_in(line: int, column: int | None, address: str | None) -> None:
    found = Index(TEXT).argument_at(line, column)
    assert (found and found.address) == address


def test_an_argument_s_value_as_it_stands_there() -> None:
    image = Index(TEXT).calls[0].arguments["image"]
    assert image.value == '"${module.repository.url}:${var.tags["v{1"]}"'
    assert image.tokens == (image.value,)


def test_the_entries_of_an_object_are_arguments_too() -> None:
    index = Index(TEXT)
    check = index.calls[0].arguments["check"].items or {}
    assert {name: (one.address, one.value, one.plain) for name, one in check.items()} == {
        "port": ("module.order.check.port", "80", 80),
        "path": ("module.order.check.path", "local.network.paths[0].health", None),
    }
    assert index.place(check["path"].start) == (12, 5)
    tags = index.declared["local.tags"]
    assert isinstance(tags, Argument)
    assert list(tags.items or ()) == ["Owner", "a:b"]
    assert index.calls[0].arguments["image"].items is None


@pytest.mark.parametrize("value", ["{ for a in b : a => 1 }", "merge({ a = 1 }, {})", "{ (a) = 1 }", '"{}"', "[{}]"])
def test_what_is_worked_out_has_no_entries(value: str) -> None:
    assert Index(f"a = {value}\n").arguments["a"].items is None


def test_what_a_file_refers_to_and_where() -> None:
    index = Index(TEXT)
    assert [(one.root, one.steps, index.place(one.start)) for one in index.references] == [
        ("var", ("tags", '["k}"]'), (3, 33)),
        ("module", ("repository", "url"), (9, 14)),
        ("var", ("tags", '["v{1"]'), (9, 39)),
        ("local", ("network", "paths", "[0]", "health"), (12, 12)),
        ("var", ("zones",), (17, 14)),
        ("var", ("listeners",), (20, 16)),
        ("data", ("aws_s3_bucket", "logs", "id"), (26, 26)),
        ("aws_lb", ("this",), (30, 23)),
        ("each", ("key",), (30, 52)),
    ]
    assert index.references[3].names == ("network", "paths", "health")
    assert [TEXT[one.start : one.end] for one in index.references][3] == "local.network.paths[0].health"


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("a.b[0].c", [("a", "b", "[0]", "c")]),
        ("a.b.0.c", [("a", "b", "0", "c")]),
        ("a.b[*].c", [("a", "b", "[*]", "c")]),
        ("a.b.*.c", [("a", "b", "*", "c")]),
        ("a.b[c.d].e", [("a", "b", "[c.d]", "e"), ("c", "d")]),
        ("f(a.b).c", [("a", "b")]),
        ("provider::aws::f(a.b)", [("a", "b")]),
        ("{ a = b.c, d : e.f }", [("b", "c"), ("e", "f")]),
        ("{ for k, v in a.b : k => v.c if v.d != e.f }", [("a", "b"), ("e", "f")]),
        ("[for s in var.x : s.y]", [("var", "x")]),
        ("[for s in [a.b] : s.y if [s.z] != []]", [("a", "b")]),
        ('"a.b ${c.d} $${e.f} %{ if g.h }i.j%{ endif }"', [("c", "d"), ("g", "h")]),
        ('"%{ for s in a.b }${s.c}%{ endfor }"', [("a", "b")]),
        ("[[for s in [1] : 1][0], s.a.b][1]", [("s", "a", "b")]),
        ("[for s in [s.a] : s.b]", [("s", "a")]),
        ("[for s in c ? s.a : s.b : s.c]", [("s", "a"), ("s", "b")]),
        ("[for s in provider::aws::f(s.a) : s.b]", [("s", "a")]),
        ("[for s in [for t in s.a : t.b] : [for t in t.c : t.d]]", [("s", "a"), ("t", "c")]),
        ('[for s in a.b : "${s.c} ${[for t in s.d : t.e]} ${t.f}"]', [("a", "b"), ("t", "f")]),
        ('"%{ for s in s.b ~}${s.c}%{ endfor ~}${s.d}"', [("s", "b"), ("s", "d")]),
        ('"${"${a.b}}"}"', [("a", "b")]),
        ("<<-EOT\n  a.b ${c.d}\n  EOT.x\n  EOT\n", [("c", "d")]),
        ("a.b /* c.d */ + e.f # g.h", [("a", "b"), ("e", "f")]),
        ("a/**/.b /*.x*/ . /* c.d */ e/**/[0]/**/.f", [("a", "b", "e", "[0]", "f")]),
        ("a./**/b.c", [("a", "b", "c")]),
        ("(a # b.c\n  .d // e.f\n  .g)", [("a", "d", "g")]),
        ('"${a/**/.b}"', [("a", "b")]),
        ("<<-E\n  v ${upper(a/**/.b)}\n  E\n", [("a", "b")]),
        ("true ? a.b : 1.5", [("a", "b")]),
        ("!a.b && -c.d > 1e3", [("a", "b"), ("c", "d")]),
        ("種別.名前", [("種別", "名前")]),
    ],
)
def test_references_of_expressions(expression: str, names: list[tuple[str, ...]]) -> None:
    assert [(one.root, *one.steps) for one in Index(f"x = {expression}\n").references] == names


def test_a_dynamic_block_has_its_items_in_its_content_alone() -> None:
    text = 'a {\n  dynamic "b" {\n    for_each = b.c\n    content {\n      d = b.value\n    }\n  }\n}\n'
    assert [(one.root, *one.steps) for one in Index(text).references] == [("b", "c")]


@pytest.mark.parametrize(
    "value", ["a", 'q" \\ ${x} %{y} $${z}', "\n\t\x01\U0001f468", 7, True, False, ["a", "b", "c"], []]
)
def test_what_the_writer_wrote_the_reader_reads(value: object) -> None:
    assert Index(block("x", arguments={"a": value})).blocks[0].arguments["a"].plain == value


@pytest.mark.parametrize(
    "expression", ["var.a", '"${var.a}"', "[var.a]", "{}", "1.5", "null", "[1, [2]]", "-1", "f(1)"]
)
def test_what_is_no_plain_value(expression: str) -> None:
    assert Index(f"a = {expression}\n").arguments["a"].plain is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('# module "a" {\n/* module "b" {\n} */\n', []),
        ('locals {\n  a = <<EOT\n}\nmodule "a" {\n}\nEOT\n}\n', ["locals"]),
        ('locals {\n  a = <<-EOT\n${"\\n EOT"}\n  EOT}\n  EOT\n}\ncheck "x" {}\n', ["locals", "check"]),
        ('locals {\n  a = "${f("}")}{"\n}\nresource "a" "b" {}\n', ["locals", "resource"]),
        ('resource a /* " */ "b" /* { */ {}\n', ["resource"]),
        ("\ufeffterraform {\r\n}\r\nlocals {}", ["terraform", "locals"]),
        ("locals {\n// }\n}\nmoved {}\n", ["locals", "moved"]),
    ],
)
def test_braces_in_comments_and_texts_close_nothing(text: str, kinds: list[str]) -> None:
    index = Index(text)
    assert [one.kind for one in index.blocks] == kinds
    assert index.problem is None


def test_labels_are_read_as_terraform_reads_them() -> None:
    assert Index('data "\\u0065xternal" x {}').blocks[0].address == "data.external.x"


@pytest.mark.parametrize(
    ("text", "line", "blocks"),
    [
        ('locals {}\nmodule "a" {', 2, 1),
        ("locals {\n  b = {\n", 1, 0),
        ('locals {}\nlocals {\n  a = "x\n}\n', 3, 1),
        ("%%%", 1, 0),
        ("a b c\n", 1, 0),
        ("locals {\n  a = [}\n}\n", 2, 0),
        ("locals {\n  a = 'b'\n}\n", 2, 1),
        ("locals {\n  a = <<EOT\nx\n", 3, 0),
        ("locals {\n  a =\n}\n", 2, 1),
        ("locals {\n  a = = 1\n}\n", 2, 1),
        ('a = "' + "${{" * 3000, 1, 0),
    ],
)
def test_text_that_is_no_hcl_is_read_as_far_as_it_goes(text: str, line: int, blocks: int) -> None:
    index = Index(text)
    assert index.problem is not None
    assert index.place(index.problem)[0] == line
    assert len(index.blocks) == blocks


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a / b # c", "a / b"),
        ("a // b", "a"),
        ("a /* b */", "a"),
        ("a /* b */ + c /* d */ # e", "a /* b */ + c"),
        ("[a, # ]\n b] ", "[a, # ]\n b]"),
        ('{ "}" = "${f("}")}" }', '{ "}" = "${f("}")}" }'),
        ("<<EOT\n[\nEOT", "<<EOT\n[\nEOT"),
        ("f(<<EOT\n)\nEOT\n)", "f(<<EOT\n)\nEOT\n)"),
        ("a ? [b] : { c = d }", "a ? [b] : { c = d }"),
    ],
)
def test_where_a_value_ends(expression: str, value: str) -> None:
    index = Index(f"locals {{\n  x = {expression}\n  y = 1\n}}\n")
    assert [one.value for one in index.blocks[0].arguments.values()] == [value, "1"]
    assert index.problem is None


def test_a_value_that_cannot_be_read_has_no_tokens() -> None:
    argument = Index("locals {\n  a = ' local.b\n}\n").blocks[0].arguments["a"]
    assert (argument.tokens, argument.plain, argument.items) == ((), None, None)
    assert Index("x = [for a in ' b.c]\n").references == ()


def test_what_the_writer_nests_the_reader_finds() -> None:
    text = block("a", "b", arguments={"c": Reference("d.e")}, blocks=[block("f", blocks=[block("g")])])
    assert text == 'a "b" {\n  c = d.e\n\n  f {\n    g {\n    }\n  }\n}\n'
    assert [one.address for one in Index(text).blocks[0].walk()] == ["a.b", "a.b.f", "a.b.f.g"]
