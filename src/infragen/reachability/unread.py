"""What an answer says nothing of: always, and in this plan."""

import re
from typing import Final

from infragen.plan.objects import PlannedObjects
from infragen.reachability.rules import rules_of_others
from infragen.text import first_of

ALWAYS: Final = (
    "policies of roles and of resources: which roles are admitted (`infragen permissions` has those)",
    "what a firewall (WAF) blocks, network ACLs, and IPv6",
    "what code does: a task may listen on any port that its security groups allow",
    "the order of deployments: a task knows only aliases of Service Connect that existed before it",
)
"""What no answer looks at."""
_OTHERS: Final = re.compile(
    r"aws_(network_acl|network_interface|vpn|vpc_peering|ec2_(transit|client_vpn)|networkfirewall|dx_|lambda_permission"
    r"|vpclattice|apigatewayv2|globalaccelerator|mq_broker|msk_|opensearch(?!_domain\Z)|redshift|eks_"
    r"|main_route_table|api_gateway_domain_name_access_association|lb_listener_certificate|alb|elb|autoscaling_group|launch_template"
    r"|neptune|docdbelastic|memorydb|dms_|batch_|apprunner|vpc_endpoint_service|appmesh|default_(network_acl|route_table))[a-z0-9_]*\Z"
)
"""Types that say who reaches whom, and that are not looked at."""


def unread_in(objects: PlannedObjects) -> tuple[str, ...]:
    of_plan = []
    if found := sorted(name for name in objects.other_types if _OTHERS.match(name)):
        of_plan.append(f"resources of this plan that could open or close a way: {', '.join(found)}")
    if rules := sorted(one.address for one in rules_of_others(objects)):
        of_plan.append(f"rules for a security group that is not in this plan: {first_of(rules)}")
    return (*of_plan, *ALWAYS)
