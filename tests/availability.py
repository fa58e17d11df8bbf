"""Make `src/infragen/availability/availability.json` anew from the cfn-lint that is installed.

    python -m tests.availability

cfn-lint's own maintainers ask AWS: versions come from DescribeDBEngineVersions and DescribeCacheEngineVersions, which
database classes can be ordered from DescribeOrderableDBInstanceOptions, and what a region has from AWS's price lists.
A price list also has classes that can no longer be ordered, so that a class of a database counts when both have it.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from infragen.availability import FILE
from infragen.core.regions import REGIONS
from infragen.kinds.databases.engines import ENGINES, Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DATA = files("cfnlint") / "data" / "schemas"
_CACHES = {"redis": ("6", "7"), "valkey": ("7", "8", "9")}
_SIZES = ("micro", "small", "medium", "large", "xlarge")
_FULL = re.compile(r"[0-9]+(\.[0-9]+)+|[0-9.]+\.mysql_aurora\.[0-9.]+")
"""A whole version; not a major alone, and no build of extended support (`-rds.20260212`) or Limitless."""


def _read(name: str) -> Any:
    return json.loads((_DATA / name).read_text())


def _rows(name: str) -> dict[str, list[str]]:
    """Return the versions by engine of a file of conditions."""
    found = {}
    for row in _read(name)["allOf"]:
        wanted = row["if"]["properties"]
        if "const" in wanted["Engine"]:
            listed = row["then"]["properties"] if row["then"] else wanted
            found[wanted["Engine"]["const"]] = [str(one) for one in listed["EngineVersion"]["enum"]]
    return found


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]+", text)]


def _split(known: Iterable[str], ended: Iterable[str]) -> dict[str, list[str]]:
    past = set(ended)
    listed = sorted(set(known) | past, key=_numbers)
    return {
        "current": [one for one in listed if one not in past],
        "ended": [one for one in listed if one in past],
    }


def _of_databases(engine: Engine, known: Iterable[str], ended: Iterable[str]) -> dict[str, list[str]]:
    def wanted(listed: Iterable[str]) -> list[str]:
        full = (one for one in listed if _FULL.fullmatch(one) and one not in engine.majors)
        return [one for one in full if engine.major(one) in engine.majors]

    return _split(wanted(known), wanted(ended))


def _versions() -> dict[str, dict[str, list[str]]]:
    known = _rows("extensions/aws_rds_dbcluster/engine_version.json")
    instances = _rows("extensions/aws_rds_dbinstance/engine_version.json")
    ended = _rows("extensions/aws_rds_dbinstance/engine_version_deprecated.json")
    found = {
        engine.name: _of_databases(engine, [*instances[engine.name], *known[engine.name]], ended[engine.name])
        for engine in ENGINES.values()
    }
    caches = _rows("extensions/aws_elasticache_cachecluster/engine_version.json")
    for name, majors in _CACHES.items():
        found[name] = _split((one for one in caches[name] if one.partition(".")[0] in majors), ())
    return found


def _orderable(engine: Engine, versions: Iterable[str], day: date) -> set[str]:
    """Return the classes that a version in standard support runs on, of any engine with a version of this number."""
    supported = [one for one in versions if engine.majors[engine.major(one)] > day]
    found: set[str] = set()
    for row in _read("extensions/aws_rds_dbinstance/db_instance_class.json")["allOf"]:
        wanted = row["if"]["properties"]
        pattern = re.compile(wanted["EngineVersion"]["pattern"])
        if wanted["Engine"]["const"] == engine.name and any(map(pattern.search, supported)):
            found |= set(row["then"]["properties"]["DBInstanceClass"]["enum"])
    return found


def _places_of(engine: Engine) -> dict[str, set[str]]:
    """Return the regions by class that a price list has."""
    found: dict[str, set[str]] = defaultdict(set)
    for region, conditions in _read("extensions/aws_rds_dbinstance/dbinstanceclass_enum.json").items():
        for row in conditions["allOf"] if region in REGIONS else ():
            if row["if"]["properties"]["Engine"]["const"] == engine.name:
                for one in row["then"]["properties"]["DBInstanceClass"]["enum"]:
                    found[one].add(region)
    return found


def _places_of_enum(name: str) -> dict[str, set[str]]:
    """Return the regions by class of a file that has one list for each region."""
    found: dict[str, set[str]] = defaultdict(set)
    for region, condition in _read(name).items():
        for one in condition["enum"] if region in REGIONS else ():
            found[one].add(region)
    return found


def _size(name: str) -> tuple[int, int]:
    times = name.removesuffix("xlarge")
    return (_SIZES.index(name), 0) if name in _SIZES else (len(_SIZES), int(times) if times.isdecimal() else 0)


def _written(places: Mapping[str, set[str]]) -> dict[str, Any]:
    """Return classes by family; sizes that are in the same regions stand together."""
    everywhere = set().union(*places.values())
    families: dict[str, dict[frozenset[str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, found in places.items():
        family, _, size = name.rpartition(".")
        families[family][frozenset(found)].append(size)
    written: dict[str, list[dict[str, Any]]] = {}
    for family in sorted(families):
        rows = sorted((sorted(sizes, key=_size), found) for found, sizes in families[family].items())
        written[family] = [{"sizes": " ".join(sizes), **_where(found, everywhere)} for sizes, found in rows]
    return {"regions": sorted(everywhere), "families": written}


def _where(found: frozenset[str], everywhere: set[str]) -> dict[str, list[str]]:
    missing = everywhere - found
    if not missing:
        return {}
    return {"in": sorted(found)} if len(found) < len(missing) else {"not_in": sorted(missing)}


def extract() -> dict[str, Any]:
    """Return what the file has."""
    day = _read("version.json")["schema_date"][:10]
    versions = _versions()
    classes = {}
    for engine in ENGINES.values():
        orderable = _orderable(engine, versions[engine.name]["current"], date.fromisoformat(day))
        places = {name: found for name, found in _places_of(engine).items() if name in orderable}
        classes[engine.name] = _written(places)
    classes["docdb"] = _written(_places_of_enum("extensions/aws_docdb_dbinstance/dbinstanceclass_enum.json"))
    classes["cache"] = _written(_places_of_enum("extensions/aws_elasticache_cachecluster/cachenodetype_enum.json"))
    search = _places_of_enum("extensions/aws_opensearchservice_domain/clusterconfig_instancetype_enum.json")
    classes["search"] = _written({name.removesuffix(".search"): found for name, found in search.items()})
    hosts = _places_of_enum("extensions/aws_ec2_instance/instancetype_enum.json")
    classes["host"] = _written({name: found for name, found in hosts.items() if re.match("t[0-9]", name)})
    return {"from": f"cfn-lint {version('cfn-lint')}", "as_of": day, "versions": versions, "classes": classes}


def text() -> str:
    """Return the file: a list, or a family's sizes, is one line, so that a difference names what changed."""
    return _json(extract(), "") + "\n"


def _json(value: Any, margin: str) -> str:
    nested = value.values() if isinstance(value, dict) else ()
    if not any(isinstance(one, dict | list) for one in nested) or "sizes" in value:
        return json.dumps(value)
    inner = margin + " "
    lines = (f"{inner}{json.dumps(key)}: {_json(one, inner)}" for key, one in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{margin}}}"


if __name__ == "__main__":
    FILE.write_text(text())
    sys.stdout.write(f"{FILE.name}: {extract()['from']}, AWS's lists of {extract()['as_of']}\n")
