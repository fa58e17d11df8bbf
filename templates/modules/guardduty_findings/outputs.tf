output "rule_arns" {
  description = "ARNs of the rules, by level."
  value       = { for level, rule in aws_cloudwatch_event_rule.this : level => rule.arn }
}
