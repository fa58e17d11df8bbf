"""Questions that tables bring along: what people ask first of each kind of log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.kinds.workgroups.model import Query, Table

if TYPE_CHECKING:
    from collections.abc import Iterator


_YESTERDAY: Final = "date_format(current_timestamp - INTERVAL '1' DAY, '%Y/%m/%d')"
"""Yesterday in UTC, as load balancers and CloudTrail name the folders of their days."""

_SLOWEST: Final = """\
SELECT
  request_verb,
  url_extract_path(request_url) AS path,
  count(*) AS requests,
  approx_percentile(target_processing_time, 0.9) AS p90_seconds,
  max(target_processing_time) AS longest_seconds
FROM "{table}"
WHERE day >= {yesterday}
  AND from_iso8601_timestamp(time) > current_timestamp - INTERVAL '1' DAY
  AND target_processing_time >= 0
GROUP BY 1, 2
ORDER BY p90_seconds DESC
LIMIT 50
"""
_ERRORS: Final = """\
SELECT
  target_group_arn,
  elb_status_code,
  target_status_code,
  request_verb,
  url_extract_path(request_url) AS path,
  count(*) AS requests
FROM "{table}"
WHERE day >= {yesterday}
  AND from_iso8601_timestamp(time) > current_timestamp - INTERVAL '1' DAY
  AND elb_status_code >= 500
GROUP BY 1, 2, 3, 4, 5
ORDER BY requests DESC
LIMIT 50
"""
_CALLERS: Final = """\
SELECT
  useridentity.arn AS caller,
  eventsource,
  eventname,
  region,
  count(*) AS calls,
  count_if(errorcode IS NOT NULL) AS refused
FROM "{table}"
WHERE day >= {yesterday}
  AND from_iso8601_timestamp(eventtime) > current_timestamp - INTERVAL '1' DAY
GROUP BY 1, 2, 3, 4
ORDER BY calls DESC
LIMIT 100
"""
_LINES: Final = """\
SELECT
  source,
  count(*) AS errors
FROM "{table}"
WHERE day >= date_format((current_timestamp - INTERVAL '1' DAY) AT TIME ZONE '{zone}', '%Y-%m-%d')
  AND upper(level) IN ('ERROR', 'FATAL', 'CRITICAL')
GROUP BY 1
ORDER BY errors DESC
"""


def brought_along(name: str, table: Table, time_zone: str) -> Iterator[tuple[str, Query]]:
    """Yield the questions that a table brings along, by the names that they have in the workgroup."""
    for what, title, text in _of(table):
        sql = text.format(table=name, yesterday=_YESTERDAY, zone=time_zone)
        yield f"{name.replace('_', '-')}-{what}", Query(title=title, sql=sql)


def _of(table: Table) -> Iterator[tuple[str, str, str]]:
    if table.of == "cloudtrail":
        yield "callers", "Who called AWS in the last day", _CALLERS
    elif not table.of.startswith("buckets/"):
        yield "errors", "Requests that failed in the last day", _ERRORS
        yield "slowest", "The slowest paths of the last day", _SLOWEST
    elif "level" in table.columns:
        yield "errors", "Errors by source, yesterday and today", _LINES
