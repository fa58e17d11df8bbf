from __future__ import annotations

import pytest

from infragen.plan.address import redact_address, redact_name, split_address, top_block
from infragen.redaction.redactor import MASK, Redactor

TAINTS = Redactor(["S3cr3t-w0rd", "planning"])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("module.planning.aws_x.planning", "module.planning.aws_x.planning"),
        ('module.planning["S3cr3t-w0rd"].aws_x.planning[0]', f'module.planning["{MASK}"].aws_x.planning[0]'),
        ('aws_x.a["x.S3cr3t-w0rd.y"]', f'aws_x.a["x.{MASK}.y"]'),
        ('aws_x.planning["planning"]', f'aws_x.planning["{MASK}"]'),
        ('check.c["{"v": "S3cr3t-w0rd."}"]', f'check.c["{{"v": "{MASK}."}}"]'),
        ("no address but S3cr3t-w0rd", f"no address but {MASK}"),
    ],
)
def test_keys_are_redacted_and_names_stay(address: str, shown: str) -> None:
    assert redact_address(address, TAINTS) == shown


def test_what_cannot_be_a_name_is_redacted() -> None:
    assert redact_name("aws_db.planning", TAINTS) == "aws_db.planning"
    assert redact_name("it is S3cr3t-w0rd", TAINTS) == f"it is {MASK}"


def test_dots_and_brackets_inside_a_key_do_not_split() -> None:
    assert split_address('module.a["x.y[0]"].aws_vpc.this') == ("module", 'a["x.y[0]"]', "aws_vpc", "this")
    assert top_block('module.a["x.y"].aws_vpc.this') == "module.a"
    assert top_block("data.aws_x.y[0]") == "data.aws_x.y"
