"""What the pages point at exists, what they name is offered, and what they show is read."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from infragen.core.rule import Severity
from infragen.rules import all_rules
from infragen.settings import load_settings

from .pages import ROOT, anchors, blocks, inline_commands, links, manual, pages, prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

WEB = ("http://", "https://", "mailto:")


@pytest.mark.parametrize("page", pages())
def test_every_relative_link_leads_to_something_that_is_in_the_repository(page: str) -> None:
    broken = []
    for link in links(page):
        if link.startswith(WEB):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        is_here = target.exists() and target.is_relative_to(ROOT)
        if is_here and re.fullmatch(r"L\d+", anchor) and target.suffix != ".md":  # a line, as GitHub shows it
            is_known = int(anchor[1:]) <= len(target.read_text(encoding="utf-8").splitlines())
        else:
            is_known = not anchor or (is_here and anchor in anchors(str(target.relative_to(ROOT))))
        if not is_here or not is_known:
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", manual())
def test_every_file_that_the_text_names_exists(page: str) -> None:
    """A path that begins with a folder of the repository and is no pattern."""
    folders = "catalog|environments|generated|templates|src|tests|docs|benchmarks"
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", prose(page))
    made_by_the_reader = {
        "catalog/technova/services/manufacturing/quality.yaml",
        "catalog/technova/extra/network/dns.tf",
        "catalog/.schema/",
        "catalog/demo/",
        "environments/demo/",
        "environments/demo/dev.yaml",
        "environments/technova/review.yaml",
    }
    assert [name for name in named if name not in made_by_the_reader and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", pages())
def test_every_command_in_the_text_exists_with_its_flags(page: str) -> None:
    import typer

    from infragen.cli.app import app

    unknown = []
    for line in inline_commands(page):
        command: Any = typer.main.get_command(app)
        words = shlex.split(line.split(">", maxsplit=1)[0])[1:]
        while words and hasattr(command, "get_command") and (found := command.get_command(None, words[0])):
            command = found
            words.pop(0)
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        flags = {word.split("=")[0] for word in words if word.startswith("-") and word != "-"}
        if flags - options - {"--help", "--version"} or (hasattr(command, "get_command") and words and not flags):
            unknown.append(line)
    assert unknown == []


def test_the_readme_names_every_page() -> None:
    linked = set(links("README.md"))
    assert {page for page in manual() if page.startswith("docs/")} <= linked


@pytest.mark.parametrize("page", manual())
def test_every_yaml_sample_is_yaml(page: str) -> None:
    for block in blocks(page):
        if block.language == "yaml":
            assert list(yaml.safe_load_all(block.text)), block.name


def test_the_catalogue_page_s_service_is_a_whole_service(project: Path, infragen: Callable[..., Outcome]) -> None:
    """The first sample stands for a file: it replaces that, and nothing complains."""
    sample = next(one for one in blocks("docs/catalogue.md") if one.text.startswith("# yaml-language-server"))
    target = project / "catalog/technova/services/manufacturing" / "planning.yaml"
    assert target.exists()
    target.write_text(f"{sample.text}\n", encoding="utf-8")
    outcome = infragen("validate", "technova", "--quiet", "-C", project)
    assert outcome.code == 0
    assert str(target.relative_to(project)) not in outcome.out


def test_the_catalogue_page_s_situations_are_what_an_environment_takes(
    project: Path, infragen: Callable[..., Outcome]
) -> None:
    """The second sample joins an environment's file, and `explain` then shows the other sizes in force."""
    sample = next(one for one in blocks("docs/catalogue.md") if one.text.startswith("profiles:"))
    path = project / "environments/technova/prod.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}{sample.text}\n", encoding="utf-8")
    assert infragen("validate", "technova/prod", "--quiet", "-C", project).code == 0
    assert infragen("render", "technova/prod", "-C", project).code == 0
    stacks = project / "generated/technova/prod"
    assert "cpu                       = 4096" in (stacks / "services-manufacturing/service-planning.tf").read_text(
        "utf-8"
    )
    assert "cpu                       = 4096" in (stacks / "services-sales/service-order.tf").read_text("utf-8")


def test_the_catalogue_page_says_all_that_production_changes() -> None:
    """Each rule about production, and each template that asks for it, has its word there."""
    section = (
        (ROOT / "docs/catalogue.md").read_text("utf-8").partition("## Adding an environment")[2].partition("\n## ")[0]
    )
    about_production = {rule.code: rule for rule in all_rules() if "production" in rule.title}
    errors, warnings = section.partition("the warnings are")[0], section.partition("the warnings are")[2]
    of_errors = {code for code, rule in about_production.items() if rule.severity is Severity.ERROR}
    assert set(re.findall(r"\b[A-Z]1\d\d\b", errors)) == of_errors
    assert set(re.findall(r"\b[A-Z]1\d\d\b", warnings)) == set(about_production) - of_errors
    asking = {
        (path.parent.name, line.split()[0])
        for path in (ROOT / "templates/kinds").rglob("*.tf")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"settings\.(production|protected)", line)
    }
    assert asking == {
        ("services", "force_delete"), ("buckets", "force_destroy"), ("zones", "force_destroy"),
        ("workgroups", "force_destroy"),
        ("account_settings", "force_destroy"), ("databases", "force_destroy"),
        ("balancers", "force_destroy"), ("load_balancer", "force_destroy"), ("mutual_tls", "deletion_protection"),
        ("balancers", "deletion_protection"), ("load_balancer", "deletion_protection"),
        ("vpc_link", "deletion_protection"),
        ("caches", "apply_immediately"), ("databases", "apply_immediately"),
        ("document-databases", "apply_immediately"), ("databases", "delete_automated_backups"),
    }, "docs/catalogue.md, Adding an environment, tells them"  # fmt: skip


def test_the_readme_s_reviewer_reads_a_file_that_names_its_catalogue_file() -> None:
    rendered, source = re.findall(r"`((?:generated|catalog)/[^`]+)`", prose("README.md"))[:2]
    assert (ROOT / rendered).read_text(encoding="utf-8").startswith(f"# Generated by infragen from {source}.")


def test_the_readme_s_explanation_names_every_file_that_has_a_say(
    project: Path, infragen: Callable[..., Outcome]
) -> None:
    said = infragen("explain", "technova/dev", "services.planning.tasks.max", "-C", project).out
    assert re.findall(r"(set by|over) +([\w./-]+\.yaml):\d+:\d+", said) == [
        ("set by", "environments/technova/dev.yaml"),
        ("over", "catalog/technova/services/manufacturing/planning.yaml"),
    ]
    listed = infragen("explain", "technova/dev", "-C", project).out
    assert "network.cidr: the document gives no addresses" in listed


def edit(path: Path, old: str, new: str) -> int:
    """Replace what stands in the file once; return the number of its line."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_readme_s_mistakes_are_reported_all_at_once_at_their_lines_with_the_fix(
    project: Path, infragen: Callable[..., Outcome]
) -> None:
    services = project / "catalog/technova/services"
    limit = edit(services / "manufacturing/planning.yaml", "max: 8", "max: 1")
    reference = edit(services / "sales/order.yaml", "database: order", "database: ordre")
    outcome = infragen("validate", "technova", "-C", project)
    assert outcome.code == 1
    assert f"planning.yaml:{limit}:" in outcome.out
    assert f"order.yaml:{reference}:" in outcome.out
    assert "did you mean `order`" in outcome.out


def test_the_readme_s_changed_line_is_one_line_of_terraform(rendered: Path, infragen: Callable[..., Outcome]) -> None:
    edit(rendered / "catalog/technova/services/manufacturing/planning.yaml", "max: 8", "max: 10")
    outcome = infragen("render", "technova", "--check", "--diff", "-C", rendered)
    assert outcome.code == 2
    assert "generated/technova/prod/services-manufacturing/service-planning.tf" in outcome.out
    added = [line for line in outcome.out.splitlines() if re.match(r"\+(?!\+\+|aws )", line)]  # aws: of runbooks
    assert [" ".join(line.split()) for line in added] == ["+ max_tasks = 10"]


def files(page: str) -> dict[str, str]:
    """The YAML samples that name their file, by it."""
    named = (re.match(r"# ((?:catalog|environments)/\S+)\n", block.text) for block in blocks(page))
    return {found[1]: found.string for found in named if found}


def test_the_catalogue_page_s_smallest_system_is_one_in_each_layout_and_asks_for_what_the_page_says(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    smallest = ("catalog/demo/system.yaml", "environments/demo/dev.yaml", "catalog/demo/services/web.yaml")
    for name, text in files("docs/catalogue.md").items():
        for root in (tmp_path, tmp_path / "whole") if name in smallest else (tmp_path / "whole",):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n", encoding="utf-8")
    for root in (tmp_path, tmp_path / "whole"):
        assert infragen("validate", "-C", root).code == 0
    said = infragen("explain", "demo/dev", "-C", tmp_path).out
    assert set(re.findall(r"^  ([a-z-]+): ", said, re.MULTILINE)) == {"cluster", "network", "public-tasks"}
    layout = next(block.text for block in blocks("docs/catalogue.md") if block.text.startswith("layout:"))
    system = tmp_path / "catalog/demo/system.yaml"
    system.write_text(f"{system.read_text('utf-8')}{layout}\n", encoding="utf-8")
    assert infragen("render", "-C", tmp_path).code == 0
    assert {path.name for path in (tmp_path / "generated/demo/dev").iterdir()} == {
        "README.md",
        "app",
        "base",
        "modules",
    }


def test_the_page_of_stores_shows_entries_without_a_finding_and_the_variables_that_users_get(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    around = ("catalog/demo/system.yaml", "environments/demo/dev.yaml")
    smallest = {name: text for name, text in files("docs/catalogue.md").items() if name in around}
    for name, text in {**smallest, **files("docs/stores.md")}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    said = infragen("validate", "-C", tmp_path)
    assert (said.code, said.out) == (0, "")
    assert infragen("render", "-C", tmp_path).code == 0
    made = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "generated/demo/dev").glob("[ad]*/*.tf"))
    names = re.findall(r"`((?:[A-Z]+_)+[A-Z]+)`", prose("docs/stores.md"))
    assert names
    assert [name for name in names if not re.search(rf"\b{name}\b", made)] == []
    physical = re.findall(r"`(demo-dev-[a-z0-9-]+)`", prose("docs/stores.md"))
    assert [name for name in physical if f'"{name}"' not in made] == []


def test_the_page_of_distributions_shows_entries_that_are_rendered_and_what_their_services_are_told(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    around = ("system.yaml", "dev.yaml", "services/web.yaml", "zones/main.yaml")
    smallest = {name: text for name, text in files("docs/catalogue.md").items() if name.endswith(around)}
    for name, text in {**smallest, **files("docs/distributions.md")}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    said = infragen("validate", "-C", tmp_path)
    assert said.code == 0
    assert set(re.findall(r" (?:warning|notice) ([A-Z]\d+) ", said.out)) == {"H142", "N106"}
    assert infragen("render", "-C", tmp_path).code == 0
    made = tmp_path / "generated/demo/dev"
    assert (made / "edge-us-east-1/distribution-site.tf").is_file()
    assert '"https://www.demo.example.com/api"' in (made / "app/service-web.tf").read_text(encoding="utf-8")


def test_the_catalogue_page_has_every_kind_s_folder() -> None:
    from infragen.kinds import kinds

    listed = re.findall(
        r"^  ([a-z-]+)/(?=.*<(?:name|domain)>\.yaml)", blocks("docs/catalogue.md")[0].text, re.MULTILINE
    )
    assert sorted(listed) == sorted(kinds())


def test_the_catalogue_page_has_every_capability_with_its_prices(tmp_path: Path) -> None:
    from infragen.kinds import capabilities
    from infragen.prices import price
    from infragen.stacks.costs import estimate
    from tests.unit.stacks.systems import environment
    from tests.unit.stacks.test_capabilities import ASKED

    found: dict[str, set[str]] = {name: set() for name in capabilities()}
    for number, (_, files, _, _) in enumerate(ASKED):
        for line in estimate(environment(tmp_path / str(number), files)).lines:
            known = price(str(line.cost.price), "ap-northeast-1")
            if line.asked_by in found and known is not None:
                found[line.asked_by].add(str(known))
    rows = re.findall(r"^\| `([a-z-]+)` \| [^|]+ \|(?: ([^|]+))? \|$", prose("docs/catalogue.md"), re.MULTILINE)
    assert {name: set(filter(None, said.split("; "))) for name, said in rows} == found


def test_the_reports_page_has_every_format_with_its_suffix() -> None:
    from infragen.commands.formats import FORMATS, SUFFIXES

    rows = re.findall(r"^\| `(\w+)` \|(?: `(\.\w+)`)? \|", prose("docs/reports.md"), re.MULTILINE)
    suffixes = {name: suffix for suffix, name in SUFFIXES.items()}
    assert dict(rows) == {name: suffixes.get(name, "") for name in FORMATS}


def test_the_page_of_ci_shows_how_the_shop_s_code_is_released(project: Path, infragen: Callable[..., Outcome]) -> None:
    """On the shop of this repository, once a pipeline deploys its API."""
    [sample] = [block.text for block in blocks("docs/ci.md") if block.text.startswith("[release.shop]")]
    pinned = f'ci.install = "git+https://git.example.com/infragen@{"a" * 40}"\n'
    (project / "infragen.toml").write_text(pinned + sample, encoding="utf-8")
    api = project / "catalog/shop/services/api.yaml"
    api.write_text(f"{api.read_text(encoding='utf-8')}deploy: pipeline\n", encoding="utf-8")
    (project / "backend").mkdir()
    (project / "backend/Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    outcome = infragen("ci", "github", "shop", "-C", project)
    assert outcome.code == 0, outcome.err
    workflow = yaml.safe_load((project / ".github/workflows/infragen-release.yml").read_text(encoding="utf-8"))
    assert list(workflow["jobs"]) == ["release-shop-dev", "test-shop-dev", "release-shop-prod"]


def test_the_page_of_the_settings_shows_settings(tmp_path: Path) -> None:
    [sample] = [block.text for block in blocks("docs/project.md") if block.language == "toml"]
    (tmp_path / "infragen.toml").write_text(sample, encoding="utf-8")
    assert load_settings(tmp_path).release["technova"].branches == {"prod": "main"}


def test_a_project_overrides_a_kind_s_template_as_the_page_says(
    rendered: Path, infragen: Callable[..., Outcome]
) -> None:
    shipped = (ROOT / "templates/kinds/services/main.tf").read_text(encoding="utf-8")
    own = rendered / "templates/kinds/services/main.tf"
    own.parent.mkdir(parents=True)
    own.write_text(f"# Ours.\n{shipped}", encoding="utf-8")
    done = infragen("render", "technova/dev", "--check", "-C", rendered)
    assert done.code == 2
    differing = {path.rsplit("/", 1)[1] for path in re.findall(r"^differs: (\S+)$", done.out, re.MULTILINE)}
    assert "service-planning.tf" in differing
    assert {name.split("-")[0] for name in differing} == {"service", "bff"}
