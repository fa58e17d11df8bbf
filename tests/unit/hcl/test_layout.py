"""The layout that rendering disturbed is put right; the property test compares it with terraform's."""

from __future__ import annotations

from textwrap import dedent

from infragen.hcl.layout import align
from tests.waiting import calls


def test_equals_signs_of_neighbours_share_a_column() -> None:
    before = """\
        module "planning" {
          source = "../modules/ecs_service"
          cpu = 1024

          memory_mebibytes = 2048
          name = "planning"
        }
        """
    after = """\
        module "planning" {
          source = "../modules/ecs_service"
          cpu    = 1024

          memory_mebibytes = 2048
          name             = "planning"
        }
        """
    assert align(dedent(before)) == dedent(after)


def test_blank_lines_around_what_vanished_go_with_it() -> None:
    before = 'module "a" {\n\n\n  x = 1\n\n\n\n  y = 2\n\n}\n\n\n'

    assert align(before) == 'module "a" {\n  x = 1\n\n  y = 2\n}\n'


def test_a_value_of_several_lines_is_indented_where_it_stands() -> None:
    before = 'module "a" {\n  tags = merge(local.tags, {\n  a = 1\n  bb = [\n    2,\n  ]\n})\n  next = 1\n}\n'
    after = 'module "a" {\n  tags = merge(local.tags, {\n    a = 1\n    bb = [\n      2,\n    ]\n  })\n  next = 1\n}\n'

    assert align(before) == after


def test_a_heredoc_and_a_block_comment_pass_untouched() -> None:
    text = (
        'module "a" {\n  policy = <<-EOT\n    a = 1\n\n\n  long_name   = {[\n  EOT\n  /* b = 1\n\n\n  cc  = { */\n}\n'
    )

    assert align(text) == text


def test_trailing_comments_of_neighbours_share_a_column() -> None:
    before = 'module "a" { # first\n  b = "# no comment" # one\n  ccc = 1 // two\n}\n'
    after = """\
        module "a" {           # first
          b   = "# no comment" # one
          ccc = 1              // two
        }
        """
    assert align(before) == dedent(after)


def test_nothing_stays_nothing_and_one_final_newline_is_added() -> None:
    assert align("") == ""
    assert align("\n\n") == ""
    assert align("a = 1") == "a = 1\n"


def test_work_grows_with_the_lines_alone() -> None:
    block = 'module "m" {\n  a = 1\n  bb = "x"\n  tags = {\n    c = local.c\n  }\n}\n\n'

    def work(blocks: int) -> int:
        return calls(lambda: align(block * blocks))

    assert work(2000) < 2.5 * work(1000)
