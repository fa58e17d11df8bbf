"""What accepts an older version of TLS than the document allows (a demand with `tls`); `tls.toml` has what kinds do."""

from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.model import Balancer
from infragen.stacks.costs import is_for
from infragen.tables import own_table

_FLOORS: Final = own_table(__file__)


@rule("T113")
def _older_tls(environment: Environment) -> Findings:
    for row, demand in environment.system.demands.items():
        for owner, entry in environment.every() if demand.tls is not None else ():
            is_about = not demand.of or is_for(owner, demand.of)
            if any(note.id == row for note in entry.notes) or not is_about:
                continue  # a note of its own says it
            if accepted := _below(environment, owner, entry, str(demand.tls)):
                field = "tls" if hasattr(entry, "tls") else "title"
                message = f"{row}: specified: {demand.says}; built: {owner} accepts {accepted}"
                hint = f"add a note `{row}` there that explains it, or leave it out of the demand's `of`"
                yield Finding(message, environment.at(owner, field), hint)


def _below(environment: Environment, owner: str, entry: Entry, wanted: str) -> str:
    floor = _FLOORS.get(entry.KIND)
    if floor is None:
        return ""
    if isinstance(entry, Balancer):
        if not BalancerView(BuildContext(environment, {}, owner)).is_secure:
            return str(floor["without"])
        return f"TLS {entry.tls}" if entry.tls < wanted else ""
    return f"TLS {floor['oldest']} ({floor['why']})" if floor["oldest"] < wanted else ""
