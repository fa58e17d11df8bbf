output "egress_rule_id" {
  description = "Id of the rule that lets the source connect."
  value       = aws_vpc_security_group_egress_rule.source.security_group_rule_id
}

output "ingress_rule_id" {
  description = "Id of the rule that lets the target accept."
  value       = aws_vpc_security_group_ingress_rule.target.security_group_rule_id
}
