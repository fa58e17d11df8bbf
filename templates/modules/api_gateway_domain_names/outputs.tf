output "targets" {
  description = "Where the records of each name lead: the name that AWS gave it, and the hosted zone of that."

  value = {
    for name, domain in aws_api_gateway_domain_name.this :
    name => { name = domain.regional_domain_name, zone_id = domain.regional_zone_id }
  }

  depends_on = [aws_api_gateway_base_path_mapping.this] # no name leads there before somebody answers
}

output "target_names" {
  description = "The name that AWS gave each, which a record has to lead to."
  value       = { for name, domain in aws_api_gateway_domain_name.this : name => domain.regional_domain_name }
}
