"""What an entry or a capability costs a month, and how it is stopped outside an environment's working hours."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, field

from infragen.prices import Price, Service, page, price, service

__all__ = ["CannotStop", "Cost", "Price", "StopAction"]


class Cost(Struct, frozen=True):
    """One line of a month's bill: what is billed, at which price, and how many units of it.

    `price` is a row of `prices.toml`, or a package's own `Price`; `size` the class or type that it is for, where the
    row has several. `units` are those at the least, `most` at the most, where that is another number; None is what
    only usage decides: it is told by its price, and in a sum where `usage` of its entry, or of a document's row, states
    how much of its word there is: `stored`. `owner` is whose it is, where that is not who says so;
    `region` is where it is billed, where its owner stands in another one.
    """

    what: str
    price: str | Price
    units: Decimal | int | None = None
    most: Decimal | int | None = None
    size: str = ""
    owner: str = ""
    stops: bool = False
    """Whether it is billed only while it runs, which is less in an environment with working hours."""
    region: str = ""
    usage: str = ""
    """The word of `Usage` that it is billed by."""
    serves: bool = False
    """Whether only tasks and their callers use it: it is idle in a standby that waits."""

    @property
    def service(self) -> Service | None:
        return service(self.price.source if isinstance(self.price, Price) else page(self.price))

    def priced(self, region: str) -> Price | None:
        """Return its price in a region; None where none is known. KeyError for a row that is not in the table."""
        return self.price if isinstance(self.price, Price) else price(self.price, region, self.size)


class StopAction(Struct, frozen=True):
    """Something that two calls of AWS's API stop and start; EventBridge Scheduler makes them (universal targets).

    `name` is what it is called among all that an environment stops. `stop` and `start` are calls as EventBridge
    Scheduler writes them, `rds:stopDBInstance`, and `arguments` what both get, as the SDK for Java writes them
    (`DbInstanceIdentifier`). `actions` are those of IAM that the calls need, on `arn`.
    """

    name: str
    stop: str
    start: str
    arguments: Mapping[str, object]
    actions: tuple[str, ...]
    arn: object
    lists: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Arguments that are lists: `InstanceIds`."""
    key: object = None
    """The KMS key of its disk, where that is the account's: who starts a host lets EC2 use it, by a grant."""


class CannotStop(Struct, frozen=True):
    """Why AWS stops something not as it is now: the field to change, why, and how to mend it."""

    path: tuple[str, ...]
    why: str
    hint: str
