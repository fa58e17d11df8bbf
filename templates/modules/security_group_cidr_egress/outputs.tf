output "rule_id" {
  description = "Id of the rule."
  value       = aws_vpc_security_group_egress_rule.this.security_group_rule_id
}
