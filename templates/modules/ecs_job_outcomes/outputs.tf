output "rule_arns" {
  description = "ARNs of the rules, by outcome."
  value       = { for outcome, rule in aws_cloudwatch_event_rule.this : outcome => rule.arn }
}
