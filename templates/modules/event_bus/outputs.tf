output "name" {
  description = "Name of the bus that the rules are on."
  value       = local.bus_name
}
