"""Which of two target groups requests are led to, before a service is made in one of them."""

from collections.abc import Sequence

from infragen.aws.deployments import UNKNOWN
from infragen.aws.session import Aws, answering
from infragen.aws.statuses import answer


def led_to_second(aws: Aws, region: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """Elastic Load Balancing API, DescribeRules; InfragenError T055 when AWS gives no answer."""
    with answering(UNKNOWN, what="rules"):
        client = aws.client("elbv2", region)
        found = answer(client, "describe_target_groups", Names=list(names)).get("TargetGroups", ())
        arns = {one["TargetGroupName"]: one["TargetGroupArn"] for one in found}
        balancers = {one["TargetGroupArn"]: one.get("LoadBalancerArns", ()) for one in found}
        first, second = (arns.get(name, "") for name in names)
        if not first or balancers[first] or not second:
            return first, []
        rules = [
            rule
            for balancer in balancers[second]
            for listener in client.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
            for rule in client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        ]
        return first, [one["RuleArn"] for one in rules if second in str(one["Actions"])]
