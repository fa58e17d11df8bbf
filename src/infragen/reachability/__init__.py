"""Who can reach whom, on which port and as whom: worked out from what a plan will make, and from nothing else.

`interfaces` finds what has a place in a network, `rules` what security groups let through, `listeners` and `entrances`
what passes requests on, `names` how a caller finds whom it calls. `reach` has the routes out of a subnet, and puts all
of it together. A way goes on through what only passes requests on, a balancer; it ends where a caller is proved anew,
at a gateway or a database proxy, and another begins there.
"""

from infragen.reachability.model import INTERNET, Traffic, Way
from infragen.reachability.reach import traffic_of

__all__ = ["INTERNET", "Traffic", "Way", "traffic_of"]
