"""What infragen says of versions, classes and sizes is what cfn-lint, which asks AWS, says of them."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from infragen import availability, prices
from infragen.core.regions import OTHER_PARTITIONS, REGIONS
from infragen.kinds.caches.build import FAMILIES
from infragen.kinds.caches.model import NEWEST
from infragen.kinds.databases import instance_classes
from infragen.kinds.databases.aurora import RELEASES
from infragen.kinds.databases.engines import ENGINES
from infragen.kinds.functions.model import ENDS, longest
from infragen.kinds.workloads.fargate import SIZES
from tests.availability import text
from tests.conftest import ROOT

from .catalog.rules.harness import findings, good

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.kinds.databases.engines import Engine

SCHEMAS = files("cfnlint") / "data" / "schemas"
DAY = date.fromisoformat(availability.as_of())
BY_ENGINE = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)


def test_the_extract_is_what_the_installed_cfn_lint_says() -> None:
    assert availability.FILE.read_text(encoding="utf-8") == text(), "make availability"


@BY_ENGINE
def test_a_major_version_has_versions_and_one_in_support_can_be_made(engine: Engine) -> None:
    versions = availability.versions(engine.name)
    for major, end in engine.majors.items():
        assert any(engine.major(one) == major for one in (*versions.current, *versions.ended)), major
        assert end <= DAY or engine.newest(major), major
    newest = engine.major(versions.current[-1])
    assert newest in engine.majors


def test_each_release_of_aurora_that_can_be_made_and_is_supported_has_its_end() -> None:
    engine = ENGINES["aurora-mysql"]
    supported = {major for major, end in engine.majors.items() if end > DAY}
    listed = availability.versions(engine.name).current
    released = [one.partition(".mysql_aurora.")[2] for one in listed if engine.major(one) in supported]
    assert {minor for minor in RELEASES if not any(f"{one}.".startswith(f"{minor}.") for one in released)} == set()
    assert [one for one in released if not any(f"{one}.".startswith(f"{minor}.") for minor in RELEASES)] == []


def test_runtimes_of_functions_end_when_aws_says() -> None:
    file = files("cfnlint") / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json"
    said = {name: date.fromisoformat(one["deprecated"]) for name, one in json.loads(file.read_text()).items()}
    assert said | ENDS == said
    known = {"dotnet8", "java21", "nodejs22.x", "provided.al2023", "python3.13", "ruby3.4"}
    assert {longest(runtime) for runtime in ENDS} == known


def test_caches_have_the_versions_that_aws_has() -> None:
    for engine in NEWEST:
        current = availability.versions(engine).current
        assert {one.partition(".")[0] for one in current} == {major for known, major in FAMILIES if known == engine}
        assert NEWEST[engine] in current


@BY_ENGINE
def test_the_memory_of_each_class_is_known(engine: Engine) -> None:
    assert [name for name in instance_classes.known(engine) if instance_classes.memory(name) is None] == []


def test_each_class_with_a_price_is_one_that_the_region_has() -> None:
    rows = tomllib.loads((ROOT / "src/infragen/prices/prices.toml").read_text(encoding="utf-8"))
    known: dict[str, set[str]] = {}
    for what in (*(engine.name for engine in ENGINES.values()), "cache", "search"):
        for name, regions in availability.classes(what).items():
            known.setdefault(name, set()).update(regions)
    priced = [
        (name, region)
        for label, row in rows.items()
        for region, of in (row.get("of") or {}).items()
        for name in of
        if name.startswith(("db.", "cache.")) or label == "search-node"
    ]
    assert len(priced) > 20
    assert [(name, region) for name, region in priced if region not in known[name]] == []


def test_a_class_that_amazon_ec2_has_may_come_to_any_service() -> None:
    """A series skips generations, x8g came after x2g; the largest machines have names of another form."""
    schema = json.loads((SCHEMAS / "extensions/aws_ec2_instance/instancetype_enum.json").read_text("utf-8"))
    listed = [name for region in REGIONS & schema.keys() for name in schema[region]["enum"]]
    listed = [name for name in listed if not name.startswith(("mac", "u"))]
    assert {name.partition(".")[0] for name in listed} >= {"x8g", "i7i", "m7i-flex", "c9g"}
    assert [name for name in listed if availability.is_unheard_of(f"db.{name}")] == []


def test_a_class_has_processors_where_it_has_a_size() -> None:
    for engine in ENGINES.values():
        for name in instance_classes.known(engine):
            assert prices.vcpus(name)


def test_fargate_has_these_sizes() -> None:
    schema = json.loads((SCHEMAS / "extensions/aws_ecs_taskdefinition/fargate_cpu_memory.json").read_text("utf-8"))
    listed = {}
    for row in schema["then"]["anyOf"]:
        cpu, memory = (row["properties"][name]["then"] for name in ("Cpu", "Memory"))
        listed[int(*cpu["enum"])] = tuple(memory.get("enum") or _steps(**memory))
    assert listed == SIZES


def _steps(*, minimum: int, maximum: int, multipleOf: int) -> range:  # noqa: N803 -- JSON Schema's word
    return range(minimum, maximum + 1, multipleOf)


def test_each_region_is_known() -> None:
    listed = {one.name.removesuffix(".json") for one in (SCHEMAS / "providers").iterdir() if "-" in one.name}
    others = (*OTHER_PARTITIONS, "us-iso", "eu-iso")
    assert {one for one in listed if not one.startswith(others)} <= REGIONS


def test_a_region_that_the_extract_lacks_says_nothing() -> None:
    assert availability.missing("mysql", "db.m9g.large", "eu-central-1") is None
    assert availability.missing("mysql", "db.m9g.large", "ap-northeast-1") is not None
    assert availability.missing("mysql", "db.m9g.large", "xx-nowhere-1") is None


def test_a_patch_that_can_no_longer_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = availability.versions("aurora-mysql")
    patch = "8.0.mysql_aurora.3.10.6"
    without = availability.Versions(tuple(one for one in known.current if one != patch), (*known.ended, patch))
    others = availability.versions
    monkeypatch.setattr(availability, "versions", lambda name: without if name == "aurora-mysql" else others(name))
    (told,) = findings(good(tmp_path))
    assert (told.code, told.message) == ("E103", f"AWS makes no new clusters of {patch} ({availability.source()})")
