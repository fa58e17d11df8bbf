# Whether a region's services are well, as Route 53 sees it. Its own checkers come from the internet, and would be refused
# where a load balancer lets in a few; an alarm is not, and Route 53 reads the metric behind it by itself.
# AWS: "Monitoring a CloudWatch alarm", Amazon Route 53 Developer Guide: one metric, a period of a minute, no metric math.
# So that of two target groups each has its alarm, and the one without tasks is always on: it tells nobody, and its pair
# is well while the other one is.
# A check that the way to the standby disabled and inverted stays so: an apply would lead the names back.

resource "aws_cloudwatch_metric_alarm" "service" {
  for_each = var.target_groups

  alarm_name          = "${var.name}-${each.key}-failover"
  alarm_description   = "${var.name}: too few healthy tasks of ${each.key}; ${contains(local.alone, each.key) ? "its names lead to the other region" : "as usual for a target group without requests"}."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  statistic           = "Maximum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.healthy_tasks
  period              = 60
  evaluation_periods  = var.minutes
  treat_missing_data  = "breaching" # a load balancer without targets has no such metric

  dimensions = {
    LoadBalancer = var.load_balancer
    TargetGroup  = each.value
  }
}

resource "aws_route53_health_check" "service" {
  for_each = var.target_groups

  type                            = "CLOUDWATCH_METRIC"
  cloudwatch_alarm_name           = aws_cloudwatch_metric_alarm.service[each.key].alarm_name
  cloudwatch_alarm_region         = var.region
  insufficient_data_health_status = "Unhealthy" # a region that is gone sends no data

  # Route 53 keeps a copy of the alarm's figures; what changes here has it read them again.
  triggers = {
    figures = "${var.healthy_tasks} ${var.minutes} ${each.value}"
  }

  tags = {
    Name = "${var.name}-${each.key}"
  }

  lifecycle {
    ignore_changes = [
      disabled,           # people keep names from leading back
      invert_healthcheck, # people keep names from leading back
    ]
  }
}

# A service that CodeDeploy delivers has its tasks in one of two target groups, and for an hour in both.
resource "aws_route53_health_check" "pair" {
  for_each = var.pairs

  type                   = "CALCULATED"
  child_healthchecks     = [for name in each.value : aws_route53_health_check.service[name].id]
  child_health_threshold = 1

  tags = {
    Name = "${var.name}-${each.key}"
  }

  lifecycle {
    ignore_changes = [
      disabled,           # people keep names from leading back
      invert_healthcheck, # people keep names from leading back
    ]
  }
}

locals {
  alone    = setsubtract(keys(var.target_groups), flatten(values(var.pairs)))
  services = length(local.alone) + length(var.pairs)
  checks   = concat([for name in local.alone : aws_route53_health_check.service[name].id], values(aws_route53_health_check.pair)[*].id)
}

resource "aws_route53_health_check" "all" {
  count = local.services > 1 ? 1 : 0

  type                   = "CALCULATED"
  child_healthchecks     = local.checks
  child_health_threshold = local.services

  tags = {
    Name = var.name
  }

  lifecycle {
    ignore_changes = [
      disabled,           # people keep names from leading back
      invert_healthcheck, # people keep names from leading back
    ]
  }
}
