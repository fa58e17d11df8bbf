"""`infragen new`: of every kind, in every project, a file that is valid as it is, and with each of its comments."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.unit.catalog.rules.harness import TODAY

from infragen.catalog import Project, load
from infragen.catalog.entry_text import NewEntry
from infragen.cli.app import run
from infragen.kinds import kinds
from infragen.kinds.distributions.model import EXAMPLE_KEY
from infragen.kinds.synonyms import KINDS_BY_WORD, TIMED, TYPES_BY_WORD
from infragen.source import parse
from infragen.text import cells
from infragen.workflow.target import select
from infragen.workflow.validation import findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

INIT = ("--system", "demo", "--account", "111122223333", "--region", "ap-northeast-1")
LATER = {"notes", "assumptions", "physical_name", "renamed_from", "moved_from", "password_versions", "usage"}
SINGULAR = [kind.model.SINGULAR for kind in kinds().values()]
KINDS = {kind.model.SINGULAR: kind for kind in kinds().values()}
CATALOGUE = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
_SETTING = re.compile(r"#(\w+):")


@pytest.fixture(scope="module")
def first_minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one's first minute; what writes into one takes a copy."""
    root = tmp_path_factory.mktemp("fresh")
    assert run(["init", *INIT, "-C", str(root)]) == 0
    return root


@pytest.fixture
def fresh(first_minute: Path, tmp_path: Path) -> Path:
    """A copy of a project of one's first minute."""
    return Path(shutil.copytree(first_minute, tmp_path / "fresh"))


def written(root: Path, outcome: Outcome) -> Path:
    found = re.match(r"wrote (\S+)\n", outcome.out)
    assert found, outcome.err
    return root / found[1]


def new_entry(infragen: Infragen, kind: str, name: str, root: Path, *more: str) -> Outcome:
    """Run `new`, and where it asks what becomes public, say the first that there is."""
    outcome = infragen("new", kind, name, *more, "-C", root)
    asked = re.search(r"error X081 .*\n.*`--opens` with one of: ([\w-]+)", outcome.err)
    return outcome if asked is None else infragen("new", kind, name, "--opens", asked[1], *more, "-C", root)


def opening(kind: str, root: Path) -> tuple[str, ...]:
    """Return what makes a new gateway public."""
    return ("--opens", min((root / "catalog").glob("*/services/**/*.yaml")).stem) if kind == "gateway" else ()


def unwrapped(text: str) -> str:
    return text.replace("\n# ", " ")


def settings(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is commented out, by its key, as it reads without the `#`."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if (re.match(r"#\S|#  ?(?= )", line) and not line.startswith("# ")) or line.startswith("#  "):
            lines.append(line[1:])
        elif lines:
            yield lines[0].partition(":")[0], "\n".join(lines) + "\n"
            lines = []


@pytest.mark.parametrize("kind", SINGULAR)
def test_a_new_entry_is_valid_in_a_project_of_the_first_minute(infragen: Infragen, fresh: Path, kind: str) -> None:
    outcome = new_entry(infragen, kind, "quality-check", fresh)
    if outcome.code:
        needed = re.search(r"error X056 .* needs an? (\w+).*\n.*`infragen new \1 NAME\b", outcome.err)
        assert needed, outcome.err
        assert new_entry(infragen, needed[1], "first", fresh).code == 0
        outcome = new_entry(infragen, kind, "quality-check", fresh)
    are_valid(infragen, fresh, {written(fresh, outcome): "title: Quality check\n"})


@pytest.mark.parametrize("grown", ["shop", "depot"])
def test_new_entries_of_all_kinds_are_valid_in_a_grown_project(
    infragen: Infragen, request: pytest.FixtureRequest, grown: str
) -> None:
    root: Path = request.getfixturevalue(grown)
    made = {}
    for kind in SINGULAR:
        domain = ("--domain", "goods") if grown == "depot" and has_domain(kind) else ()
        outcome = new_entry(infragen, kind, f"new-{kind}", root, *domain, *opening(kind, root))
        made[written(root, outcome)] = f"title: New {kind.replace('-', ' ')}\n"
    assert len(made) == len(SINGULAR)
    are_valid(infragen, root, made)


def are_valid(infragen: Infragen, root: Path, made: dict[Path, str]) -> None:
    """Fail unless nothing is wrong with new files, and with what is rendered with them; each has its title."""
    checked = infragen("validate", "-C", root)
    places = tuple(str(path.relative_to(root)) for path in made)
    assert [line for line in checked.out.splitlines() if line.startswith(places) and " error " in line] == []
    assert checked.code == 0, checked.out
    assert [path for path, title in made.items() if title not in path.read_text("utf-8")] == []
    assert infragen("render", "-C", root).code == 0


@pytest.mark.parametrize(
    ("kind", "opened", "chosen"),
    [
        ("distribution", "bucket", "origins: {files: {bucket: xrays}}"),
        ("balancer", "service", "routes: {all: {service: xrays}}"),
        ("gateway", "service", "routes: {xrays: xrays}"),
    ],
)
def test_nobody_but_the_user_chooses_what_becomes_public(
    infragen: Infragen, fresh: Path, kind: str, opened: str, chosen: str
) -> None:
    for name in ("archive", "xrays"):
        assert infragen("new", opened, name, "-C", fresh).code == 0
    unsaid = infragen("new", kind, "pages", "-C", fresh)
    if kind == "gateway":  # one that is in the VPC alone
        assert "\nreach: vpc\n" in written(fresh, unsaid).read_text("utf-8")
    else:
        said = f"error X081 {kind} pages makes a {opened} public, and it is not said which"
        assert (unsaid.code, said in unsaid.err) == (1, True)
        assert "add `--opens` with one of: archive, " in unsaid.err
    wrong = infragen("new", kind, "other", "--opens", "xray", "-C", fresh)
    assert (wrong.code, "did you mean `xrays`?" in wrong.err) == (1, True)
    made = infragen("new", kind, "public", "--opens", "xrays", "-C", fresh)
    assert chosen in written(fresh, made).read_text("utf-8")


def test_what_makes_nothing_public_takes_no_word_of_what(infragen: Infragen, fresh: Path) -> None:
    for kind in ("queue", "worker", "environment"):
        outcome = infragen("new", kind, "a", "--opens", "b", "-C", fresh)
        assert (outcome.code, "leave out `--opens`" in outcome.err) == (1, True)


def test_a_workgroup_is_of_a_bucket_where_there_is_no_balancer(infragen: Infragen, fresh: Path) -> None:
    root = fresh
    lacking = infragen("new", "workgroup", "logs", "-C", root)
    assert "X056 workgroup logs needs a balancer or a bucket, and demo has none" in lacking.err
    assert re.search(r"first `infragen new balancer NAME .*` or `infragen new bucket NAME .*`", lacking.err)
    assert infragen("new", "bucket", "events", "-C", root).code == 0
    made = written(root, infragen("new", "workgroup", "logs", "-C", root)).read_text("utf-8")
    assert "tables:\n  lines: {of: buckets/events, columns: {timestamp: string, message: string}}\n" in made
    assert infragen("validate", "-C", root).code == 0


def has_domain(kind: str) -> bool:
    return "domain" in KINDS[kind].model.model_fields


@pytest.mark.parametrize("kind", SINGULAR)
def test_every_field_is_in_the_file_and_each_comment_is_valid_without_its_mark(kind: str) -> None:
    one = KINDS[kind]
    text = NewEntry(one.model, {"name": "quality", "title": "Quality"}, example=one.scaffold.example).text()
    data, _ = parse(text, "quality.yaml")
    data["name"] = "quality"  # as the file's
    one.model.model_validate(data)
    commented = dict(settings(text))
    fields = {found.alias or name for name, found in one.model.model_fields.items()}
    idle = one.model.idle(data)
    assert {*data, *commented} == fields - (LATER - {*data}) - {*idle}
    assert [name for name in idle if not re.search(rf"Only with[^:]* {re.escape(idle[name])}\.", unwrapped(text))] == []
    assert [name for name in idle if not re.search(rf"^# {name}:", text, re.MULTILINE)] == []
    for key, setting in commented.items():
        more, _ = parse(setting, "quality.yaml")
        assert list(more) == [key]
        one.model.model_validate({**data, **more})


@pytest.mark.parametrize("kind", SINGULAR)
def test_what_is_shown_as_left_out_is_what_leaving_it_out_means(kind: str) -> None:
    one = KINDS[kind]
    text = NewEntry(one.model, {"name": "quality", "title": "Quality"}, example=one.scaffold.example).text()
    data, _ = parse(text, "quality.yaml")
    data["name"] = "quality"  # as the file's
    bare = one.model.model_validate(data)
    for key, setting in settings(text):
        default = one.model.model_fields[key].get_default(call_default_factory=True)
        if isinstance(default, bool | int | str) and default != "":
            more, _ = parse(setting, "quality.yaml")
            assert getattr(one.model.model_validate({**data, **more}), key) == getattr(bare, key), key


@pytest.mark.parametrize("kind", SINGULAR)
def test_a_new_file_fits_on_a_terminal_and_says_what_its_parts_are_for(kind: str) -> None:
    one = KINDS[kind]
    text = NewEntry(one.model, {"name": "quality", "title": "Quality"}, example=one.scaffold.example).text()
    long = [line for line in text.splitlines() if cells(line) > 80]
    assert [line for line in long if not re.fullmatch(r"#? *\w+: \S+", line)] == []  # no line can break an ARN
    assert "in your own words: " not in text
    unexplained = [
        key
        for key, setting in settings(text)
        if "\n " in setting and not re.search(rf"^# .*\n#{key}:", text, re.MULTILINE)
    ]
    assert unexplained == []


def test_a_text_of_lines_is_shown_as_people_paste_it(infragen: Infragen, fresh: Path) -> None:
    assert new_entry(infragen, "bucket", "files", fresh).code == 0
    text = written(fresh, new_entry(infragen, "distribution", "site", fresh)).read_text("utf-8")
    assert "#public_keys:\n#  - |\n#    -----BEGIN PUBLIC KEY-----\n#    MII" in text
    assert parse(dict(settings(text))["public_keys"], "site.yaml")[0] == {"public_keys": [EXAMPLE_KEY]}


def test_what_defaults_give_is_not_written_again(infragen: Infragen, shop: Path) -> None:
    text = written(shop, infragen("new", "database", "quality", "-C", shop)).read_text("utf-8")
    data, _ = parse(text, "quality.yaml")
    assert set(data) == {"title", "domain"}
    assert "#version: 8.0\n" in text or '#version: "8.0"\n' in text
    assert "Given by a default of the system or the domain." in text


def test_what_a_pipeline_deploys_is_given_no_tag(infragen: Infragen, shop: Path) -> None:
    system = shop / "catalog/shop/system.yaml"
    system.write_text(system.read_text("utf-8").replace("image: {tag: v1.0.0}\n", "deploy: pipeline\n", 1), "utf-8")
    text = written(shop, infragen("new", "service", "quality", "-C", shop)).read_text("utf-8")
    assert "image" not in parse(text, "quality.yaml")[0]
    assert "Given by a default of the system or the domain." in text


def test_it_offers_the_names_that_the_system_has(infragen: Infragen, shop: Path) -> None:
    text = written(shop, infragen("new", "service", "quality", "-C", shop)).read_text("utf-8")
    assert "One of: order, stock." in text
    assert "#database: order\n" in text
    assert "gateway: admin\n" in written(shop, infragen("new", "bff", "desk", "-C", shop)).read_text("utf-8")


def test_a_domain_is_asked_for_only_where_the_layout_stands_on_it(infragen: Infragen, depot: Path) -> None:
    project = Project(depot)
    assert len(load(project, "depot").entries["domains"]) == 2
    layout = load(project, "depot").system.data.get("layout")
    outcome = infragen("new", "service", "quality", "-C", depot)
    assert (outcome.code, "error X004" in outcome.err) == ((1, True) if layout == "domains" else (0, False))
    system = depot / "catalog/depot/system.yaml"
    for wanted, code in (("tiers", 0), ("domains", 1)):
        text = re.sub(r"^layout:.*\n", "", system.read_text("utf-8"), flags=re.MULTILINE)
        system.write_text(f"{text}layout: {wanted}\n", encoding="utf-8")
        assert infragen("new", "service", f"on-{wanted}", "-C", depot).code == code


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("servce", "x"), "X055", "did you mean `service`?"),
        (("thing", "x"), "X055", "kinds: balancer, "),
        (("timer", "x"), "X055", "`infragen new worker NAME"),
        (("Cron_Jobs", "x"), "X055", "`infragen new job NAME"),
        (("lambda", "x"), "X055", "infragen calls it function: `infragen new function NAME"),
        (("stream", "x"), "X055", "write `aws_kinesis_stream` in Terraform, in `catalog/SYSTEM/extra/"),
        (("topics", "x"), "X055", "docs/catalogue.md, Terraform of your own"),
        (("redis", "x"), "X055", "infragen calls it cache: `infragen new cache NAME"),
        (("env", "x"), "X055", "`infragen new environment NAME"),
        (("service", "Order Desk"), "X005", "`order-desk`"),
        (("service", "order"), "C005", "choose another name"),
        (("service", "x", "--system", "shp"), "P002", "did you mean `shop`?"),
        (("service", "x", "--domain", "sale"), "X004", "did you mean `sales`?"),
        (("gateway", "x", "--domain", "sales"), "X004", "leave out `--domain`"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_what_can(
    infragen: Infragen, shop: Path, arguments: tuple[str, ...], code: str, hint: str
) -> None:
    outcome = infragen("new", *arguments, "-C", shop)
    assert outcome.code == 1
    assert f"error {code}" in outcome.err
    assert hint in outcome.err


def test_a_file_that_is_there_is_not_touched(infragen: Infragen, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    place = shop / "catalog/shop/services/sales/quality.yaml"
    place.parent.mkdir(exist_ok=True)
    place.write_text("name: other\n", encoding="utf-8")
    outcome = infragen("new", "service", "quality", "-C", shop)
    assert (outcome.code, "error X006" in outcome.err) == (1, True)
    assert place.read_text("utf-8") == "name: other\n"


def test_each_word_that_people_look_for_leads_to_one_place() -> None:
    words = [word for table in (KINDS_BY_WORD, TYPES_BY_WORD) for of_one in table.values() for word in of_one]
    words += TIMED
    assert len(words) == len(set(words))
    assert not {*words} & {*kinds(), *SINGULAR, "environment"}
    assert {*KINDS_BY_WORD} <= {*SINGULAR, "environment"}
    assert "## Terraform of your own" in CATALOGUE


MADE_FOR_OTHERS = {"aws_instance", "aws_sns_topic"}
"""Types of which infragen makes some, and no entry of anybody's own: a bastion's machine, the topics of alarms."""


def test_nobody_is_told_to_write_by_hand_what_a_template_makes(repository: Path) -> None:
    texts = (path.read_text("utf-8") for path in (repository / "templates").rglob("*.tf"))
    made = {kind for text in texts for kind in re.findall(r'^resource "(\w+)"', text, re.MULTILINE)}
    assert made & TYPES_BY_WORD.keys() == MADE_FOR_OTHERS


ABSENT = {"G129", "G140", "B116", "B123", "F141", "L132", "R101", "R104", "R107", "R109", "R114"}
ABSENT |= {"D191", "D197", "E119", "E126", "E129", "F176", "G154", "G167", "H101", "H104", "Y102"}
"""What is said of an example that names an entry, or a contract, of its own, which is not there; and of metadata that
only an identity provider has."""
BESIDE = {"B149", "D153", "D188", "D194", "D208", "D209", "F142", "F143", "H182", "L119"}
"""What is said of a setting alone that others go with: `blue_green` with a pipeline and a balancer, `master_rotation`
with a password that AWS does not keep, versions and scaling of readers with a version and a class, a function's
`notify` with what starts it, public keys with a path that is `signed`, `token_rotation` with a token, `indexes` with
tenants, `url_options` with `login: password`."""
ELSEWHERE = {"H111", "H112", "H114", "H160", "N107", "T110", "Z108"}
"""What is said of what exists once, as an account or the zone's own name does, where there are environments in two; and
of examples in production."""


@pytest.mark.parametrize("kind", SINGULAR)
def test_each_setting_is_sound_without_its_mark_in_a_project_of_the_first_minute(
    infragen: Infragen, fresh: Path, kind: str
) -> None:
    assert wrong_with(fresh, settings_of(infragen, fresh, kind)) == []


def test_each_setting_of_all_kinds_is_sound_without_its_mark_in_a_grown_project(infragen: Infragen, shop: Path) -> None:
    files = {file: key for kind in SINGULAR for file, key in settings_of(infragen, shop, kind).items()}
    assert wrong_with(shop, files, {"N101"}) == []  # kinds show the same example of a name


def settings_of(infragen: Infragen, root: Path, kind: str) -> dict[str, str]:
    """Write an entry of its own for each setting that a new file offers, and return the setting of each file."""
    for first in {
        "bastion": ("database",),
        "bff": ("gateway",),
        "balancer": ("service",),
        "distribution": ("bucket",),
        "load-test": ("service", "balancer"),
        "workgroup": ("service", "balancer"),
    }.get(kind, ()):
        if not (root / "catalog/shop").exists():
            assert new_entry(infragen, first, "first", root, *opening(first, root)).code == 0
    place = written(root, new_entry(infragen, kind, "quality-check", root, *opening(kind, root)))
    text = place.read_text("utf-8")
    place.unlink()
    files: dict[str, str] = {}
    for number, (key, setting) in enumerate(settings(text)):
        marked = "".join(f"#{line}\n" for line in setting.splitlines())
        assert text.count(marked) == 1, marked
        name = f"q{SINGULAR.index(kind)}-{number}"
        path = place.with_name(f"{name}.yaml")
        path.write_text(text.replace(marked, setting).replace("quality-check", name), encoding="utf-8")
        files[str(path.relative_to(root))] = key
    return files


def wrong_with(root: Path, files: dict[str, str], more: AbstractSet[str] = frozenset()) -> list[str]:
    """Return the errors of files, but for what an entry alone cannot do without."""
    project = Project(root)
    several = len(list((root / "environments").glob("*/*.yaml"))) > 1
    allowed = ABSENT | BESIDE | more | (ELSEWHERE if several else set())
    return [
        f"{files[one.location.file]}: {one}\n  {one.hint}"
        for one in findings(project, select(project, None), (), today=TODAY)
        if one.severity == "error" and one.location and one.location.file in files and one.code not in allowed
    ]
