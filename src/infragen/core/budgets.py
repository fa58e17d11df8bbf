"""The budget of an environment, and the costs that its document gives."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from infragen.core.account_settings import Region
from infragen.core.entry import Form, Model, Text, Usage
from infragen.core.measures import Level
from infragen.core.units import DocumentDollars, Dollars
from infragen.prices import Amount, Service

Email = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254),
]
"""HTML Living Standard: valid e-mail address; its length: RFC 5321, 4.5.3.1.3."""
OwnerPattern = Annotated[
    str, Form(r"[a-z][a-z0-9-]*(/[a-z0-9*-]+)?", "an entry or a capability: `databases/main`, `services/*`, `nat`", 100)
]
Share = Annotated[str, Form(r"[1-9][0-9]{0,3} ?%", "a share of the budget, such as `80 %`", 6)]
Alerted = Level | Annotated[tuple[Email, ...], Field(max_length=10)]
"""A level, or addresses (AWS Budgets API: ten of each notification)."""


class Budget(Model):
    """What an environment may cost a month, and who is alerted at which share of it."""

    INSTEAD: ClassVar = dict.fromkeys(("limit", "amount", "usd", "month"), "write `monthly: 3500 USD`")

    monthly: Dollars
    alerts: Annotated[
        dict[Share, Alerted], Field(max_length=5, examples=[{"80 %": "low", "100 %": ["operations@example.com"]}])
    ] = Field(default_factory=dict)
    """By share of it: the level, or the addresses, to alert when it is passed."""
    forecast: Annotated[dict[Share, Alerted], Field(max_length=5, examples=[{"100 %": ["operations@example.com"]}])] = (
        Field(default_factory=dict)
    )
    """The same, when AWS expects it to be passed by the end of the month."""
    of: Literal["environment", "account"] = "account"
    """What counts: all costs of the account, or those of resources with the tag `Environment` of this environment."""
    services: Annotated[tuple[Service, ...], Field(examples=[["Amazon Relational Database Service"]])] = ()
    """Which services count, as bills name them (Aurora is of RDS); all when left out."""
    regions: Annotated[tuple[Region, ...], Field(examples=[["ap-northeast-1"]])] = ()
    """Costs of which regions count; of all when left out."""
    tag_is_active: bool = False
    """Whether the account that pays tells costs apart by that tag: until then `of: environment` counts nothing."""

    @property
    def is_blind(self) -> bool:
        """Whether it counts by a tag of which nobody says that costs are told apart by it: it stays at 0 USD then."""
        return self.of == "environment" and not self.tag_is_active

    @property
    def counts(self) -> str:
        what, where = " and ".join(self.services), " and ".join(self.regions)
        return f"{what or 'everything'} in {where}" if where else what

    def every_alert(self) -> Iterator[tuple[str, str, Alerted]]:
        for field in ("alerts", "forecast"):
            yield from ((field, share, told) for share, told in getattr(self, field).items())


class DocumentCost(Model):
    """A row of a document's own estimate."""

    monthly: DocumentDollars
    up_to: DocumentDollars | None = None
    """The upper end, if the row gives a range."""
    says: Text | None = None
    """What the document prices, in its own words."""
    entries: Annotated[tuple[OwnerPattern, ...], Field(max_length=30, examples=[["services/*", "nat"]])]
    """What it covers in this environment: entries and capabilities, `*` for any name; none for what is not built."""
    lacks: Annotated[tuple[Text, ...], Field(max_length=30, examples=[["*proxy*"]])] = ()
    """What of these the document does not price: lines of the bill as `infragen cost --details` has them, `*` for
    any text."""
    lines: Annotated[tuple[Text, ...], Field(max_length=30, examples=[["logs", "*alarms"]])] = ()
    """The only lines of these that the document prices here: they count in this row, whatever others are for."""
    usage: Annotated[Usage, Field(examples=[{"stored": "2 TB"}])] = Usage()
    """How much the document says is used in a month: spread evenly over its entries that state nothing themselves."""
    in_each_zone: bool = False
    """Whether it counts once what AWS bills in each availability zone."""
    instead_of: Annotated[Text | None, Field(examples=["ECS Fargate"])] = None
    """The row of what is not built in whose place this is; it is in no sum."""
    why: Text | None = None
    """Why the figures differ."""

    @property
    def amount(self) -> Amount:
        return Amount(self.monthly, self.monthly if self.up_to is None else self.up_to)


class DocumentCosts(Model):
    """What a document says that an environment costs a month, row by row."""

    title: Text
    """Which of its tables it is."""
    rows: Annotated[dict[Text, DocumentCost], Field(max_length=50)]
    total: DocumentDollars | None = None
    """The sum that it states; `validate` compares it with the rows."""
    up_to: DocumentDollars | None = None
    """Its upper end, if the sum is a range."""
    yen_per_dollar: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Its exchange rate, if it also gives figures in yen."""

    @property
    def counted(self) -> dict[str, DocumentCost]:
        others = {row.instead_of for row in self.rows.values()}
        return {name: row for name, row in self.rows.items() if name not in others}

    @property
    def sum(self) -> Amount:
        return sum((row.amount for row in self.counted.values()), Amount())

    @property
    def stated(self) -> Amount | None:
        return None if self.total is None else Amount(self.total, self.total if self.up_to is None else self.up_to)


def _with_its_costs(data: dict[str, Any]) -> dict[str, Any]:
    if "document_costs" not in data:
        raise ValueError("add its `document_costs`, with which `infragen cost` compares it")
    return data


Configuration = Annotated[dict[str, Any], AfterValidator(_with_its_costs)]
"""Settings and overrides of entries, as an environment's file has them, on top of those that it has."""
