"""The JSON Schemas below `catalog/.schema/`, which editors complete and check with."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Final

from infragen.catalog.schema import schema_of, schema_of_compose, schemas
from infragen.settings import ProjectSettings

FOLDER: Final = PurePosixPath("catalog/.schema")
_PROJECT: Final = "project"


def schema_texts() -> Mapping[str, str]:
    found = {**schemas(), "compose": schema_of_compose(), _PROJECT: schema_of(ProjectSettings, _PROJECT)}
    return {name: json.dumps(found[name], ensure_ascii=False, indent=2) + "\n" for name in sorted(found)}


def schema_files() -> Mapping[PurePosixPath, str]:
    return {FOLDER / f"{name}.json": text for name, text in schema_texts().items()}


def with_schema(path: PurePosixPath, kind: str, text: str) -> str:
    return f"# yaml-language-server: $schema={relpath(FOLDER / f'{kind}.json', path.parent)}\n{text}"
