"""A secret header of a load balancer's rules or a distribution's origins, which hides what stands beside it.

Terraform marks a whole set of blocks when a value in one of them is sensitive: no plan would say which hosts and paths
a rule takes, nor which origins a distribution asks. Of these sets, the header's values alone are secret.
"""

import json
from typing import Final

from msgspec import UNSET, Raw
from msgspec.structs import replace

from infragen.redaction.document import (
    ChangeBody,
    Lazy,
    PlanDocument,
    ResourceItem,
    members_of,
    modules_of,
    opened,
    opened_mark,
)
from infragen.redaction.sensitive_values import with_schema_marks

_HEADERS: Final = {
    "aws_lb_listener_rule": ("condition", "http_header", "values"),
    "aws_cloudfront_distribution": ("origin", "custom_header", "value"),
}


def narrow_set_marks(document: PlanDocument) -> None:
    """Mark the values of headers in a plan that was just decoded, instead of the sets that they are in."""
    for items in (document.resource_changes or None, document.resource_drift):
        for index, item in enumerate(items or ()):
            if items and item.type in _HEADERS:
                items[index] = _narrowed(item)
    for index, waiting in enumerate(deferred := document.deferred_changes or []):
        if waiting.resource_change.type in _HEADERS:
            deferred[index] = replace(waiting, resource_change=_narrowed(waiting.resource_change))
    for module in (*modules_of(document.planned_values), *modules_of(document.prior)):
        for index, one in enumerate(resources := module.resources or []):
            if one.type in _HEADERS:
                marks = _mark(one.values, one.sensitive_values, _HEADERS[one.type])
                resources[index] = replace(one, sensitive_values=marks)


def _narrowed(item: ResourceItem) -> ResourceItem:
    change: ChangeBody = item.change
    path = _HEADERS[item.type or ""]
    before = _mark(change.before, change.before_sensitive, path)
    after = _mark(change.after, change.after_sensitive, path)
    return replace(item, change=replace(change, before_sensitive=before, after_sensitive=after))


def _mark(value: Lazy, mark: Lazy, path: tuple[str, ...]) -> Lazy:
    """Return the marks of an object; where no block of the set has such a header, something else is secret."""
    marks = opened_mark(mark)
    if not isinstance(marks, dict) or marks.get(path[0]) is not True:
        return mark
    blocks = opened(members_of(value).get(path[0], UNSET))
    if not isinstance(blocks, list) or not any(isinstance(one, dict) and one.get(path[1]) for one in blocks):
        return mark
    return Raw(json.dumps({**marks, path[0]: with_schema_marks(False, blocks, [path[1:]])}).encode())
