output "names" {
  description = "Full name of each record, by name and type."
  value       = { for key, record in aws_route53_record.this : key => record.fqdn }
}
