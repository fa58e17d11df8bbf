"""Make `src/infragen/provider_schema/*.json` anew: what providers of today know of what infragen renders.

    python -m tests.provider_schema

The providers themselves need not be installed. HashiCorp generated the Python packages `cdktf-cdktf-provider-*` from
their schemas; each package's description names the provider's version, and its JSII assembly has, for each resource,
the arguments, the blocks, which of them are required, and the names of Terraform (in links to the
documentation). Nothing of the package is imported or run.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infragen.plan.risks.types import considered
from infragen.provider_schema import FOLDER, PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[1]
_PACKAGES: Final = {"aws": "cdktf-cdktf-provider-aws==21.22.1", "google": "cdktf-cdktf-provider-google==16.12.1"}
"""The last ones that HashiCorp published."""
_RENDERED: Final = re.compile(r'^ *resource "([a-z0-9]+_[a-z0-9_]+)"', re.MULTILINE)
_VERSION: Final = re.compile(r"hashicorp/\w+ provider version ([0-9.]+)")
_DOCUMENTED: Final = re.compile(r"\{@link [^ ]+#(\w+) \w+#\1\}")
"""Where a property has Terraform's own name of it."""
_REPRESENTS: Final = re.compile(r"\{@link \S+/docs/resources/\w+ ([a-z0-9]+_\w+)\}")
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PRIMITIVES: Final = {"string": "string", "number": "number", "boolean": "bool", "any": "any", "json": "any"}


def rendered(provider: str = "aws") -> set[str]:
    """Return a provider's types of resources that templates have, tests' packages included; none has data sources."""
    files = (file for folder in ("templates", "tests/packages") for file in (ROOT / folder).rglob("*.tf"))
    found = {name for file in files for name in _RENDERED.findall(file.read_text(encoding="utf-8"))}
    return {name for name in found if name.startswith(f"{provider}_")}


class Assembly:
    """The types of the package."""

    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types = types

    def resources(self) -> dict[str, str]:
        """Return the class that stands for each type of resources: `aws_vpc`, and what it is called here."""
        summaries = {
            name: said.get("docs", {}).get("summary", "")
            for name, said in self._types.items()
            if said["kind"] == "class"
        }
        found = ((_REPRESENTS.search(summary), name) for name, summary in summaries.items())
        return {represents[1]: name for represents, name in found if represents}

    def type(self, name: str) -> dict[str, Any]:
        """Return what a class takes, and what can only be read of it."""
        config = self._types[name]["initializer"]["parameters"][-1]["type"]["fqn"]
        written = {one["name"] for one in self._types[config]["properties"]}
        read = (one["name"] for one in self._types[name]["properties"] if one.get("immutable"))
        only_read = {one for one in read if one != "tfResourceType" and one not in written and not _is_input(one)}
        return {
            "arguments": self.block(config),
            "reads": " ".join(sorted(_WORDS.sub("_", one).lower() for one in only_read)),
        }

    def block(self, name: str) -> dict[str, Any]:
        """Return arguments and blocks; `infragen.provider_schema.schema` says what the signs mean."""
        found = {}
        for one in self._types[name].get("properties", ()):
            documented = one["docs"]
            texts = documented.get("summary", ""), documented.get("remarks", "")
            named = _DOCUMENTED.search(" ".join(texts))
            if named is None:
                continue  # `alias` of a provider, which is Terraform's own
            label, many, inner = named[1], *self._type(one["type"])
            if isinstance(inner, str) and texts[0] != f"{label} block.":
                label += "" if one.get("optional") else "!"
                found[label] = f"list({inner})" if many else inner
                continue
            label += ("[]" if many else "") + ("" if texts[0] == f"{label} block." else "=")
            found[label + ("" if one.get("optional") else "!")] = None if isinstance(inner, str) else inner
        return dict(sorted(found.items()))

    def _type(self, said: Mapping[str, Any]) -> tuple[bool, Any]:
        """Return whether a property is a list, and of what: the name of a type, or what a block has."""
        if "primitive" in said:
            return False, _PRIMITIVES[said["primitive"]]
        if "collection" in said:
            inner = self._type(said["collection"]["elementtype"])[1]
            if said["collection"]["kind"] == "array":
                return True, inner
            return False, f"map({inner if isinstance(inner, str) else 'object'})"
        if "union" in said:
            (inner,) = (one for one in said["union"]["types"] if one.get("fqn") != "cdktf.IResolvable")
            return self._type(inner)
        return (False, "bool") if said["fqn"] == "cdktf.IResolvable" else (False, self.block(said["fqn"]))


def _is_input(name: str) -> bool:
    return name.endswith("Input")


def extract(provider: str, wheel: Path) -> dict[str, Any]:
    """Return what the file of a provider has."""
    with zipfile.ZipFile(wheel) as package:
        (metadata,) = (one for one in package.infolist() if one.filename.endswith("/METADATA"))
        version = _VERSION.search(package.read(metadata).decode())
        (bundle,) = (one for one in package.namelist() if one.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(package.read(bundle))) as archive:
            described = archive.extractfile("package/.jsii")
            assert described is not None
            assert version is not None
            assembly = Assembly(json.load(described)["types"])
    known = assembly.resources()
    config = f"@cdktf/provider-{provider}.provider.{provider.capitalize()}ProviderConfig"
    return {
        "from": _PACKAGES[provider].replace("==", " "),
        "version": version[1],
        "as_of": str(date(*metadata.date_time[:3])),
        "gone": sorted(considered() - known.keys()) if provider == "aws" else [],
        "provider": assembly.block(config),
        "resources": {name: assembly.type(known[name]) for name in sorted(rendered(provider) & known.keys())},
    }


def text(found: Mapping[str, Any]) -> str:
    """Return the file: a type is one line, so that a difference names what changed."""
    lines = []
    for key, value in found.items():
        if key == "resources":
            inner = ",\n".join(f"  {json.dumps(name)}: {json.dumps(said)}" for name, said in value.items())
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Fetch the packages, and write the files."""
    for provider in PROVIDERS:
        with tempfile.TemporaryDirectory() as scratch:
            options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--dest", scratch]
            subprocess.run([sys.executable, "-m", "pip", "download", *options, _PACKAGES[provider]], check=True)
            (wheel,) = Path(scratch).iterdir()
            found = extract(provider, wheel)
        file = FOLDER / f"{provider}.json"
        file.write_text(text(found), encoding="utf-8")
        sys.stdout.write(f"{file.name}: provider {found['version']}, {found['from']} of {found['as_of']}\n")


if __name__ == "__main__":
    main()
