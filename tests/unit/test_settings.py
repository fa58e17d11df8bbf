"""infragen.toml: strict, with the line and column of everything that is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.settings import _FORMS, _OLDEST_TERRAFORM, ProjectSettings, _once, load_policies, load_settings

if TYPE_CHECKING:
    from pathlib import Path


def problems(root: Path, text: str) -> list[str]:
    (root / "infragen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InfragenError) as caught:
        load_settings(root)
    return [str(diagnostic) for diagnostic in caught.value.diagnostics]


def hinted(root: Path, text: str) -> list[tuple[str, str | None]]:
    """Return each problem with its hint."""
    (root / "infragen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InfragenError) as caught:
        load_policies(root)
    return [(str(diagnostic), diagnostic.hint) for diagnostic in caught.value.diagnostics]


def test_a_major_version_is_text_like_every_version(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_text('[terraform]\naws_provider = "6"\n')
    assert load_settings(tmp_path).terraform.aws_provider == "6"
    assert hinted(tmp_path, "[terraform]\naws_provider = 6\n") == [
        (
            "infragen.toml:2:16: error C003 `terraform.aws_provider`: must be a string, not 6",
            'put it in quotes: `"6"`',
        )
    ]
    [(said, _)] = hinted(tmp_path, '[terraform]\naws_provider = "7"\n')
    assert said.endswith("""'7' is not one of "5" or "6\"""")


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == ProjectSettings()
    assert load_settings(tmp_path).github.branch == "main"


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_text(
        """
        [github]
        repository = "technova/infrastructure"
        branch = "trunk"

        [providers]
        platforms = ["darwin_arm64", "linux_amd64"]

        [[policy]]
        tool = "opa"
        query = "data.terraform.deny"
        paths = ["policy"]

        [[policy]]
        tool = "checkov"
        paths = ["policy/checkov"]
        arguments = ["--soft-fail"]
        enforce = false
        """
    )
    settings = load_settings(tmp_path)
    assert settings.github.repository == "technova/infrastructure"
    assert settings.providers.platforms == ("darwin_arm64", "linux_amd64")
    assert [(policy.tool, policy.query, policy.enforce) for policy in settings.policy] == [
        ("opa", "data.terraform.deny", True),
        ("checkov", None, False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[github]\nrepositry = "a/b"', "infragen.toml:2:1: error C001 unknown key `github.repositry`"),
        ("\n  [gitub]", "infragen.toml:2:4: error C001 unknown key `gitub`"),
        ('providers.platforms = [\n  "linux"]', "infragen.toml:2:3: error C003 `providers.platforms`: 'linux' has"),
        (
            '[[policy]]\ntool="opa"\npaths=["a"]',
            "infragen.toml:1:1: error C002 `query` of the first `[[policy]]` (opa) is missing",
        ),
        ('[[policy]]\npaths=["a"]', "infragen.toml:1:1: error C002 `tool` of the first `[[policy]]` is missing"),
        (
            'policy = [{tool="conftest", paths=["/a"]}]',
            "infragen.toml:1:36: error C003 `paths` of the first `[[policy]]` (conftest)",
        ),
        (
            '[github]\nbranch = "v1+"',
            "infragen.toml:2:10: error C003 `github.branch`: 'v1+' is a pattern in a workflow",
        ),
        (
            '[release.a]\nbranches = {d = "m"}\nbuilds = {"services/b" = "b"}\ntests = {d = "x ${{ secrets.A }}"}',
            "infragen.toml:4:14: error C003 `release.a.tests.d`: 'x ${{ secrets.A }}' has an expression",
        ),
        (
            '[github]\nbranch = "release/*"',
            "infragen.toml:2:10: error C003 `github.branch`: 'release/*' is not a branch name",
        ),
        (
            '[providers]\nplatforms=["a_b","a_b"]',
            "infragen.toml:2:11: error C003 `providers.platforms`: 'a_b' is listed twice",
        ),
        ("[github\n", "infragen.toml:1:8: error S008 invalid TOML: expected ']'"),
        ("a = 1\na = 2\n", "infragen.toml:2:6: error S008 invalid TOML: cannot overwrite a value"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(tmp_path: Path, text: str, expected: str) -> None:
    assert [found for found in problems(tmp_path, text) if found.startswith(expected)]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    text = '[github]\nrepository = "none"\nbranc = ""\n[[policy]]\ntool = "conftes"\npaths = ["p"]\n'
    assert [found.split(": ")[0] for found in problems(tmp_path, text)] == [
        "infragen.toml:2:14",
        "infragen.toml:3:1",
        "infragen.toml:5:8",
    ]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(InfragenError, match="S005"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("[ci]\nterraform = 1.10", "2:13: error C003 `ci.terraform`: must be a string", 'put it in quotes: `"1.10"`'),
        (
            "[ci]\npython = 3.13 # new",
            "2:10: error C003 `ci.python`: must be a string, not 3.13",
            'put it in quotes: `"3.13"`',
        ),
        ('[ci]\nterraform = "1.10.5"', "2:13: error C003 `ci.terraform`: '1.10.5' is too old", 'write `"1.11.4"`'),
        ("ci = 3", "1:6: error C003 `ci`: must be a table, not 3", "write `[ci]`, and its keys below"),
        ("ci.pins = 3", "1:11: error C003 `ci.pins`: must be a table, not 3", "write `[ci.pins]`, and its keys below"),
        (
            "[policy]",
            "1:1: error C003 `policy`: must be an array of tables, not a table",
            "write `[[policy]]`, and its keys below",
        ),
        (
            'policy = ["a"]',
            "1:11: error C003 the first `[[policy]]`: must be a table",
            "write `[[policy]]`, and its keys below",
        ),
        (
            '[ci]\nplan_expires = "7x"',
            "2:16: error C003 `ci.plan_expires`: '7x'",
            "write minutes, hours or days: 30m, 24h or 7d",
        ),
        ('[ci.pins]\n"a/b" = ["x"]', '2:9: error C003 `ci.pins."a/b"`: must be a string', 'write a string: `"..."`'),
        (
            '[github]\nowner_id = "5"',
            "2:12: error C003 `github.owner_id`: must be a whole number",
            "write a whole number, without quotes",
        ),
        ("[github]\nowner_id = 0", "2:12: error C003 `github.owner_id`: 0 is too small", "write 1 or more"),
        (
            "[github]\nowner_id = 5",
            "2:12: error C003 `github.owner_id`: `repository_id` is missing",
            "write both, or neither",
        ),
        (
            '[github]\nbranch = ""',
            "2:10: error C003 `github.branch`: the text is empty",
            "write a value, or remove the key",
        ),
        (
            '[[policy]]\ntool="checkov"\nrequired="so"',
            "3:10: error C003 `required` of the first",
            "write `true` or `false`, without quotes",
        ),
        (
            '[[policy]]\ntool="checkov"\nquery="a"',
            "3:7: error C003 `query` of the first `[[policy]]` (c",
            "remove it",
        ),
        (
            '[[policy]]\ntool="checkov"\npaths="a"',
            "3:7: error C003 `paths` of the first",
            'write a list: `paths = ["..."]`',
        ),
        (
            '[[policy]]\ntool="checkov"\n[[policy]]\ntool="conftest"\npaths=["nowhere"]',
            "5:8: error C003 `paths` of the second `[[policy]]` (conftest): there is no 'nowhere' in the project",
            "write an existing folder or file, relative to the project's folder",
        ),
    ],
)
def test_what_to_write_is_said_in_the_words_of_toml(tmp_path: Path, text: str, said: str, hint: str) -> None:
    (problem,) = hinted(tmp_path, text)
    assert problem[0].startswith(f"infragen.toml:{said}")
    assert problem[1] == hint


def test_problems_stand_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = '[[policy]]\ntol="opa"\n[ci]\nx=1\n[[policy]]\ntool="conftest"\n[github]\nbranch="*"\n'
    lines = [int(said.split(":")[1]) for said, _ in hinted(tmp_path, text)]
    assert lines == [1, 2, 4, 5, 8]


def test_every_pattern_has_words() -> None:
    def patterns(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
            return own.union(*map(patterns, part.values()))
        return set().union(*map(patterns, part)) if isinstance(part, list) else set()

    assert patterns(ProjectSettings.model_json_schema()) == set(_FORMS)


def test_the_oldest_terraform_is_what_the_modules_ask_for(repository: Path) -> None:
    texts = [path.read_text() for path in (repository / "templates/modules").rglob("versions.tf")]
    asked = {found for text in texts for found in re.findall(r'required_version = ">= ([0-9.]+)"', text)}
    assert asked == {".".join(map(str, _OLDEST_TERRAFORM))}


def test_policies_that_are_there_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "infragen.toml").write_text('[[policy]]\ntool = "conftest"\npaths = ["policy"]\n')
    assert [policy.tool for policy in load_policies(tmp_path)] == ["conftest"]
    assert load_policies(tmp_path / "policy") == ()


def test_what_is_listed_twice_is_looked_up_not_searched_for() -> None:
    class Counted(str):
        __slots__ = ()
        compared = 0

        def __eq__(self, other: object) -> bool:
            Counted.compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    assert len(_once(tuple(Counted(f"shop/network/x.{number}") for number in range(300)))) == 300
    assert Counted.compared < 300


def test_the_first_errors_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    found = hinted(tmp_path, "[programs]\nallow = [\n" + '"wrong",\n' * 700 + "]\n")
    assert len(found) == 501
    assert found[-1][0] == "infragen.toml:503:1: error C003 200 more errors in these values are not shown"
