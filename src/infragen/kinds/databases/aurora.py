"""What AWS says about Aurora Serverless v2: capacity, connections, addresses, releases."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

_CONNECTIONS: Final = {
    "mysql": ((1, 90), (4, 135), (8, 1000), (16, 2000), (32, 3000), (64, 4000), (128, 5000)),
    "postgresql": ((1, 189), (4, 823), (8, 1669), (16, 3360), (32, 5000)),
}
"""ACU at most to the default of `max_connections` (Amazon Aurora User Guide: Maximum connections for Aurora
Serverless v2). Between two rows the smaller one holds."""
_PROXY: Final = ((16, 10), (32, 15), (64, 25), (96, 30), (128, 40), (160, 50), (192, 55), (224, 65), (256, 75))
"""ACU at most to the free addresses that RDS Proxy wants an instance (Amazon Aurora User Guide: Planning for IP address
capacity)."""

RELEASES: Final = {
    "3.04": date(2026, 10, 31),
    "3.08": date(2026, 8, 31),
    "3.09": date(2026, 8, 31),
    "3.10": date(2028, 4, 30),
    "3.11": date(2026, 11, 13),
    "3.12": date(2027, 2, 17),
    "3.13": date(2027, 8, 27),
    "8.4.7": date(2027, 11, 30),
    "8.4.8": date(2027, 9, 3),
}
"""Aurora MySQL's minor version to the end of its standard support (Release Notes for Aurora MySQL: Release calendars,
as of September 2026); 3.04 and 3.10 are long-term support."""
_PAUSES: Final = {"13": 15, "14": 12, "15": 7, "16": 3}
"""PostgreSQL's major to the first minor that pauses; later majors all do. Aurora MySQL does from 3.08 on (Amazon Aurora
User Guide: Aurora Serverless v2 capacity)."""
_DATA_API: Final = {"13": 11, "14": 8, "15": 3, "16": 1}
"""The same for the Data API (Amazon Aurora User Guide: Supported Regions and Aurora DB engines for RDS Data API)."""


def pauses(version: str, release: str | None) -> bool:
    return _is_new_enough(version, release, _PAUSES, (3, 8))  # a release is one of Aurora MySQL


def has_data_api(version: str, release: str | None) -> bool:
    return _is_new_enough(version, release, _DATA_API, (3, 7))


def _is_new_enough(version: str, release: str | None, minors: Mapping[str, int], mysql: tuple[int, int]) -> bool:
    if release is not None:
        return tuple(int(part) for part in release.partition(".mysql_aurora.")[2].split(".")[:2]) >= mysql
    major, _, minor = version.partition(".")
    return int(major) > max(map(int, minors)) or not minor or int(minor) >= minors.get(major, 1_000)


def max_connections(most: Decimal, dialect: str = "mysql", least: Decimal | None = None) -> int:
    rows = _CONNECTIONS[dialect]
    found = max((connections for capacity, connections in rows if capacity <= most), default=rows[0][1])
    is_small = dialect == "postgresql" and least is not None and least < 1
    return min(found, 2_000) if is_small else found  # the same page, of ranges from 0 or 0.5 ACU on


def proxy_addresses(most: Decimal, readers: int) -> int:
    # By the range's upper end in ACU; the writer and each reader count alike, and with readers the proxy has a second
    # endpoint
    each = next((addresses for capacity, addresses in _PROXY if most <= capacity), _PROXY[-1][1])
    return min((1 + readers) * each + (3 if readers else 0), 215)
