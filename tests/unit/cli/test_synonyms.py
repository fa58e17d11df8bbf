"""Commands and flags by the names that other tools give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.cli import synonyms
from infragen.cli.commands import COMMANDS, command_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


def told(outcome: Outcome) -> str:
    assert (outcome.code, outcome.out) == (1, "")
    return " ".join(outcome.err.split())


@pytest.mark.parametrize(
    ("typed", "meant", "unmeant"),
    [
        ("deploy", "`infragen release` deploys an image", "destroy"),
        ("delete", "`infragen destroy` destroys an environment", "release"),
        ("rm", "`infragen destroy`", "release"),
        ("status", "`infragen runs` lists past runs", "destroy"),
        ("lint", "`infragen validate`", "init"),
        ("diff", "`infragen plan`", "drift"),
        ("version", "`infragen --version`", "permissions"),
        ("output", "Did you mean `infragen outputs`?", "destroy"),
        ("frobnicate", "`infragen --help` lists: init, new, validate", "Did you mean"),
    ],
)
def test_a_command_is_found_by_its_meaning(infragen: Infragen, typed: str, meant: str, unmeant: str) -> None:
    said = told(infragen(typed))
    assert f"No such command {typed!r}. " in said
    assert meant in said
    assert unmeant not in said.partition("lists")[0]


def test_a_group_has_words_of_its_own(infragen: Infragen) -> None:
    assert "Instead: `infragen sandbox start`." in told(infragen("sandbox", "up"))
    assert "`infragen providers --help` lists: lock, check, upgrade." in told(infragen("providers", "list"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("apply", "shop/dev", "--auto-approve"), "Use `--yes`."),
        (("apply", "shop/dev", "-auto-approve"), "Use `--yes`."),
        (("plan", "shop/dev", "-out", "x"), "Use `--out`, with two hyphens."),
        (("plan", "--target", "shop/dev"), "`infragen plan SYSTEM/ENVIRONMENT`"),
        (("apply", "shop/dev", "--dry-run"), "`infragen plan` changes nothing."),
        (("render", "--dry-run"), "Use `--check`."),
        (("apply", "shop/dev", "--sandbx"), "--sandbox"),
    ],
)
def test_a_flag_is_found_by_its_meaning(infragen: Infragen, typed: tuple[str, ...], meant: str) -> None:
    assert meant in told(infragen(*typed))


def test_every_command_and_flag_of_the_tables_exists() -> None:
    tables = synonyms.tables()
    texts = [text for name, table in tables.items() if name != "flags" for text in table.values()]
    named = {tuple(found.split()) for text in texts for found in re.findall(r"`infragen ([a-z]+(?: [a-z]+)?)", text)}
    assert sorted(path for path in named if path[0] not in COMMANDS) == []
    assert sorted(path for path in named if COMMANDS[path[0]] and path[1:] and path[1] not in COMMANDS[path[0]]) == []
    assert not {*tables["commands"]} & {*COMMANDS}
    flags = {
        flag
        for name in COMMANDS
        if not COMMANDS[name]
        for parameter in command_of(name).params
        for flag in parameter.opts
    }
    assert {*tables["flags"].values()} <= flags
