"""Reads the figures out of TechNova's document, loosely: what is written under which heading.

Used only to check the hand-made table in `technova.py`; anything the document does not say in a regular line is
looked up there as a literal string instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

PATH = Path(__file__).parent / "documents" / "technova.txt"

_DOMAIN = re.compile(r"^【(?P<title>.+群)】$")
_SERVICE = re.compile(r"^(?P<title>\S+API)：$")
_SIZE = re.compile(r"^- CPU: (?P<vcpu>[\d.]+) vCPU, Memory: (?P<gb>\d+)GB \((?P<situation>.+)\)$")
_TASKS = re.compile(r"^- 想定同時タスク数: (?P<min>\d+)-(?P<max>\d+)個$")
_REASON = re.compile(r"^- 理由: (?P<reason>.+)$")
_CLUSTER = re.compile(r"^(?P<cluster>aurora-prod-\w+-\w+):$")
_PURPOSE = re.compile(r"^- 用途: (?P<service>.+)専用$")
_DATA = re.compile(r"^- Aurora MySQL 8\.0, 想定データ量: (?P<gb>\d+)GB$")
_CONNECTIONS = re.compile(r"^- 接続数: (?P<number>\d+) \((?P<reason>.+)\)$")
_METADATA = re.compile(r"^- Aurora: メタデータ管理 (?P<gb>\d+)GB, 接続数: (?P<number>\d+)$")
_READERS = re.compile(r"^- Read Replica: (?P<number>\d+)台 \((?P<purpose>.+)\)$")


@dataclass(slots=True)
class ServiceText:
    """What stands below one service's title."""

    title: str
    group: str
    sizes: list[tuple[str, float, int]] = field(default_factory=list)
    tasks: tuple[int, int] = (0, 0)
    reason: str = ""


@dataclass(slots=True)
class DatabaseText:
    """What stands below one cluster's name."""

    cluster: str
    group: str
    service_title: str = ""
    data_gb: int = 0
    connections: int = 0
    connections_reason: str = ""
    readers: int = 0
    readers_purpose: str = ""


def lines() -> list[str]:
    """Return the document's lines without quotation marks, backslashes and surrounding space."""
    text = PATH.read_text(encoding="utf-8")
    return [line.removeprefix(">").strip().replace("\\", "") for line in text.splitlines()]


def flat_text() -> str:
    """Return the document as one line, so that a phrase is found across the document's own line breaks."""
    return re.sub(r"\s+", "", "".join(lines()).replace("**", ""))


def services() -> list[ServiceText]:
    """Return the services in the document's order."""
    found: list[ServiceText] = []
    group = ""
    for line in lines():
        if match := _DOMAIN.match(line):
            group = match["title"]
        elif match := _SERVICE.match(line):
            found.append(ServiceText(match["title"], group))
        elif found:
            _read_service_line(found[-1], line)
    return found


def databases() -> list[DatabaseText]:
    """Return the clusters in the document's order."""
    found: list[DatabaseText] = []
    group = ""
    for line in lines():
        if match := _DOMAIN.match(line):
            group = match["title"]
        elif match := _CLUSTER.match(line):
            found.append(DatabaseText(match["cluster"], group))
        elif found:
            _read_database_line(found[-1], line)
    return found


def _read_service_line(service: ServiceText, line: str) -> None:
    if match := _SIZE.match(line):
        service.sizes.append((match["situation"], float(match["vcpu"]), int(match["gb"])))
    elif match := _TASKS.match(line):
        service.tasks = (int(match["min"]), int(match["max"]))
    elif match := _REASON.match(line):
        service.reason = match["reason"]


def _read_database_line(database: DatabaseText, line: str) -> None:
    if match := _PURPOSE.match(line):
        database.service_title = match["service"]
    elif match := _DATA.match(line):
        database.data_gb = int(match["gb"])
    elif match := _METADATA.match(line):
        database.data_gb, database.connections = int(match["gb"]), int(match["number"])
    elif match := _CONNECTIONS.match(line):
        database.connections, database.connections_reason = int(match["number"]), match["reason"]
    elif match := _READERS.match(line):
        database.readers, database.readers_purpose = int(match["number"]), match["purpose"]
