"""What stops a destruction: a protection that stands in the object itself, without which nothing asks anybody.

Sources: the provider's schema, version 5.100, and its documentation of these arguments; EKS User Guide "Protect EKS
clusters from accidental deletion" and Verified Permissions API Reference "CreatePolicyStore" for arguments that came
with version 6.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.lookups import sides
from infragen.plan.risks.types import PROTECTED_SERVICES, PROTECTIONS, of_updates
from infragen.plan.view import View
from infragen.text import first_of

_ON: Final = (True, "ACTIVE", "ENABLED")  # Cognito and Verified Permissions spell it as a word
_OFF: Final = (False, "INACTIVE", "DISABLED")
# With which `force_destroy` the provider takes the protection off first. Version 5 does so for any instance, and has no
# `force_destroy` there (terraform-provider-aws, issues 27529 and 31763, pull request 43722).
_FORCED: Final[Mapping[str, tuple[bool | None, ...]]] = {"aws_dsql_cluster": (True,), "aws_instance": (True, None)}


def _switched_off(view: View) -> Iterator[Risk]:
    name = PROTECTIONS[view.type]
    before, after = sides(view, name)
    if before in _ON and after in _OFF:
        kind = RiskKind.DOWNTIME if view.type in PROTECTED_SERVICES else RiskKind.DATA_LOSS
        yield Risk(Level.MEDIUM, kind, f"{name} is switched off: nothing prevents it from being destroyed")


JUDGES = of_updates((_switched_off, *PROTECTIONS))


def protection(view: View) -> str | None:
    name = PROTECTIONS.get(view.type) if view.action.destroys else None
    if name is None or view.before(name) not in _ON:
        return None
    return None if view.before("force_destroy") in _FORCED.get(view.type, ()) else name


def added_readers(view: View) -> tuple[str, ...]:
    # Amazon Aurora User Guide "Amazon Aurora Auto Scaling with Aurora Replicas", DB instance IDs; terraform-provider-
    # aws, issue 19536: AWS refuses to destroy the cluster, "it still contains DB instances in non-deleting state".
    members = view.before("cluster_members") if view.type == "aws_rds_cluster" and view.action.destroys else ()
    found = members if isinstance(members, list) else ()
    return tuple(sorted(one for one in found if isinstance(one, str) and one.startswith("application-autoscaling-")))


def refusal(view: View) -> str:
    if view.is_drift:
        return ""
    name = protection(view)
    if name is None:
        added = added_readers(view)
        return f" (AWS refuses it, the apply stops there: Auto Scaling has added {first_of(added)})" if added else ""
    who = "AWS refuses it" if view.type.startswith("aws_") else "it is refused"
    return f" ({who}, the apply stops there: {name} is on)"
