"""AWS' cron expressions, as strictly as AWS reads them."""

from __future__ import annotations

import pytest

from infragen.core.clock import cron_problem


@pytest.mark.parametrize(
    "expression",
    [
        "30 7 ? * MON-FRI *",
        "0 20 ? * 2-6 *",
        "0/15 * * * ? *",
        "0 0 1 * ? *",
        "0 0 L * ? *",
        "0 0 LW * ? *",
        "0 0 15W * ? *",
        "0 8,12,18 ? JAN-MAR,12 SUN,SAT 2026-2030",
        "0 0 ? * 6L *",
        "0 0 ? * FRI#2 *",
        "*/5 9-17 ? */2 * 2026/2",
    ],
)
def test_what_aws_takes_passes(expression: str) -> None:
    assert cron_problem(expression) is None


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("30 7 * * MON-FRI", "5 fields"),
        ("", "0 fields"),
        ("30 7 * * * *", "exactly one"),
        ("30 7 ? * ? *", "exactly one"),
        ("60 7 ? * MON *", "minutes '60'"),
        ("0 24 ? * MON *", "hours '24'"),
        ("0 0 0 * ? *", "day-of-month '0'"),
        ("0 0 32W * ? *", "day-of-month '32W'"),
        ("0 0 1 13 ? *", "month '13'"),
        ("0 0 ? * 0 *", "day-of-week '0'"),
        ("0 0 ? * MOM *", "day-of-week 'MOM'"),
        ("0 0 ? * FRI-MON *", "ends before it starts"),
        ("0 0 ? * FRI#6 *", "day-of-week"),
        ("0 0 1 * ? 1969", "year '1969'"),
        ("0/0 0 1 * ? *", "a step is"),
        ("1-2-3 0 1 * ? *", "minutes"),
        ("? 0 1 * ? *", "minutes"),
        ("0 0 1,,2 * ? *", "day-of-month"),
        ("-5 0 1 * ? *", "minutes"),
        ("0 3 1,L * ? *", "'L' cannot be one of a list"),
        ("0 3 15W,20 * ? *", "'15W' cannot be one of a list"),
        ("0 3 ? * MON#1,FRI#3 *", "'MON#1' cannot be one of a list"),
        ("0 3 ? * 2/2 *", "it has no steps"),
    ],
)
def test_what_aws_refuses_is_told_field_by_field(expression: str, words: str) -> None:
    found = cron_problem(expression)
    assert found is not None
    assert words in found
