output "names" {
  description = "The names, once they are there."
  value       = [for record in aws_route53_record.this : record.fqdn]
}
