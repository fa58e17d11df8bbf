"""RDS and Aurora: engine, capacity, storage, backups, protection, access and monitoring, each on a line of its own.

Arguments as in the AWS provider's `aws_rds_*` and `aws_db_*`. Aurora capacity units (ACU) and the pause of serverless
v2 are those of the Aurora user guide, "Performance and scaling for Aurora Serverless v2". Passwords are not told here:
what is sensitive stays with the generic differences.
"""

from collections.abc import Iterator
from functools import partial

from infragen.plan.lenses.phrases import is_empty
from infragen.plan.lenses.table import by_key, known_only, lenses, word
from infragen.redaction.values import Value

_WHEN = {"immediate": "at once", "pending-reboot": "at reboot"}


def _parameter(item: Value) -> Iterator[str]:
    parameter = known_only(item, "name", "value", "apply_method")
    yield word(parameter.get("value"))
    method = parameter.get("apply_method")
    if not is_empty(method):
        yield _WHEN.get(word(method), word(method))


LENSES = lenses(__file__, parameters=partial(by_key, key="name", say=_parameter))
